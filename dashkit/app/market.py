"""Dashboards of grafana.com as dependencies: which are outdated, update them, verify what is pinned."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from dashkit.app import import_, import_request, market_pins
from dashkit.app.import_sources import Found
from dashkit.app.market_pins import Shelf
from dashkit.app.ports import Event, Ports
from dashkit.errors import DashkitError, InputError, RefusedError, ServerError
from dashkit.importer.format import require_formatter
from dashkit.market import lock
from dashkit.market.client import Revision
from dashkit.market.fetch import ChangedError
from dashkit.market.lock import Pinned, State


@dataclass(frozen=True, slots=True)
class Newest:
    """A pinned dashboard and its newest revision, or why that is unknown."""

    pinned: Pinned
    latest: Revision | None = None
    error: DashkitError | None = None

    @property
    def outdated(self) -> bool:
        return self.latest is not None and self.latest.number > self.pinned.revision


@dataclass(frozen=True, slots=True)
class Updated:
    """What became of a pinned dashboard: ``now`` is its new entry, None if it has none."""

    before: Pinned
    now: Pinned | None = None
    warnings: tuple[str, ...] = ()
    error: DashkitError | None = None


@dataclass(frozen=True, slots=True)
class Verified:
    """Whether a pinned dashboard is what was pinned.

    Attributes:
        state: of its file.
        changed: the marketplace has other content for this revision.
        error: why that is so, or why it is unknown.
    """

    pinned: Pinned
    state: State
    changed: bool = False
    error: DashkitError | None = None

    @property
    def fault(self) -> bool:
        return self.changed or self.state is State.MISSING


@dataclass(frozen=True, slots=True)
class Request:
    """The options of `dashkit market update`: the ids of dashboards, all without any."""

    ids: tuple[int, ...] = ()
    #: Overwrite files that were edited, or are gone.
    force: bool = False


def outdated(ports: Ports, ids: Sequence[int] = ()) -> list[Newest]:
    """Ask for the newest revision of each pinned dashboard, or of some. Nothing is written.

    Raises:
        InputError: dashkit.lock is broken, or does not have one of the ids.
    """
    pins = _chosen(ids, ports)
    market = market_pins.shelf(ports).market if pins else None
    found = []
    for number, pin in enumerate(pins, 1):
        assert market is not None
        try:
            found.append(Newest(pin, market.latest(pin.id)))
        except ServerError as error:
            found.append(Newest(pin, error=error))
        ports.progress(Event("asked for", number, len(pins)))
    return found


def update(request: Request, ports: Ports, report: Callable[[Updated], None] = lambda updated: None) -> list[Updated]:
    """Import the newest revision of each pinned dashboard, or of some, to the same file with the same uid.

    A file that was edited is refused without ``force``. The lock file is written after each, so that an interrupt loses
    nothing. ``report`` is called with each result.

    Raises:
        InputError: dashkit.lock is broken or does not have one of the ids, or the formatter is not installed.
        RefusedError: another run is importing.
    """
    with market_pins.only_writer(ports):
        results = []
        for result in _updates(_chosen(request.ids, ports), request, ports):
            results.append(result)
            report(result)
        return results


def _updates(pins: Sequence[Pinned], request: Request, ports: Ports) -> Iterator[Updated]:
    if any(pin.options.get("as", import_request.PYTHON) == import_request.PYTHON for pin in pins):
        require_formatter()
    shelf = market_pins.shelf(ports)
    for pin in pins:
        try:
            latest = shelf.market.latest(pin.id)
            yield _updated(pin, latest.number, request, shelf, ports) if latest.number > pin.revision else Updated(pin)
        except (InputError, RefusedError, ServerError) as error:
            error.where = error.where or f"dashboard {pin.id}"
            yield Updated(pin, error=error)


def _updated(pin: Pinned, revision: int, request: Request, shelf: Shelf, ports: Ports) -> Updated:
    root = ports.project.root
    if not request.force:
        _refuse_edited(pin, revision, root)
    how = market_pins.request_of(pin.options, root, force=True)
    fetched = shelf.fetch(pin.id, revision)
    # The uid stays, whatever its author does: links, alerts and permissions depend on it.
    document = market_pins.document_of(fetched, how, pin.uid)
    found = Found(f"dashboard {pin.id}, revision {revision}", (), lambda: document, pin.file)
    (imported,) = import_.write_all([found], market_pins.fitted(how, document), ports)
    if imported.error is not None:
        return Updated(pin, error=imported.error)
    now = market_pins.pinned(fetched, imported, root, pin.options)
    warnings = market_pins.replaced(pin, now, root)
    path = market_pins.lock_file(ports)
    lock.write(path, (lock.read(path) | {now.id: now}).values())
    return Updated(pin, now, warnings)


def _refuse_edited(pin: Pinned, revision: int, root: Path) -> None:
    state = lock.state(pin, root)
    if state is State.EDITED:
        raise RefusedError(
            f"was edited since it was imported; it stays at revision {pin.revision} of dashboard {pin.id}",
            where=pin.file,
            hint=f"commit it, take revision {revision} with --force, and bring your edits back with `git checkout --patch HEAD`",
        )
    if state is State.MISSING:
        raise RefusedError(
            f"is gone; dashboard {pin.id} stays at revision {pin.revision}",
            where=pin.file,
            hint=f"--force writes it anew; without it in the project, remove its entry from {lock.NAME}",
        )


def verify(ports: Ports, *, fresh: bool = False) -> list[Verified]:
    """Compare each pinned dashboard with the cache, or with the marketplace if it is not there or is to be ``fresh``.

    Raises:
        InputError: dashkit.lock is broken.
    """
    pins = _chosen((), ports)
    shelf = market_pins.shelf(ports)
    found = []
    for number, pin in enumerate(pins, 1):
        state = lock.state(pin, ports.project.root)
        try:
            shelf.fetch(pin.id, pin.revision, pin.sha256, fresh=fresh)
            found.append(Verified(pin, state))
        except (ChangedError, ServerError) as error:
            found.append(Verified(pin, state, isinstance(error, ChangedError), error))
        ports.progress(Event("verified", number, len(pins)))
    return found


def _chosen(ids: Sequence[int], ports: Ports) -> list[Pinned]:
    """Return the entries of dashkit.lock with these ids, or all of them, sorted by id."""
    path = market_pins.lock_file(ports)
    pins = lock.read(path)
    if unknown := [number for number in ids if number not in pins]:
        raise InputError(
            f"does not have dashboard {unknown[0]}", where=str(path), hint=f"dashkit import --id {unknown[0]} adds it"
        )
    return [pins[number] for number in sorted(set(ids) or pins)]
