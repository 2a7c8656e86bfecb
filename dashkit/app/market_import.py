"""Import dashboards of grafana.com, and pin their revisions in dashkit.lock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from dashkit.app import import_, market_pins
from dashkit.app.import_request import PYTHON, Done, Imported, Request
from dashkit.app.import_sources import Found
from dashkit.app.market_pins import Shelf
from dashkit.app.ports import Event, Ports
from dashkit.document import rename
from dashkit.errors import InputError, ServerError, UsageError
from dashkit.importer.format import require_formatter
from dashkit.importer.inputs import Ask, Input, names_of
from dashkit.market import lock
from dashkit.market.fetch import Fetched
from dashkit.market.lock import Pinned, State
from dashkit.model.words import counted


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A dashboard to import: what was fetched, or why it could not be.

    Attributes:
        request: how to write it.
        options: what an update has to follow of that.
    """

    dashboard: int
    found: Found
    request: Request
    fetched: Fetched | None = None
    options: Mapping[str, Any] = field(default_factory=dict)


def carry_out(request: Request, ports: Ports) -> Done:
    """Import the dashboards that the request names by their ids. One that fails hides no other.

    A dashboard that is pinned stays what it is: its revision, file, title and uid, as far as the request does not say
    otherwise. What is written outside of the project is not pinned.

    Raises:
        UsageError: there are other sources, too, or an option is for a single dashboard.
        InputError: dashkit.lock is broken, or the formatter is not installed.
        RefusedError: another run is importing.
    """
    ids = tuple(dict.fromkeys(request.ids))
    _refuse(request, ids)
    root = ports.project.root
    target = request.to.resolve()
    inside = target.is_relative_to(root.resolve())
    if request.kind == PYTHON:
        require_formatter()
    with market_pins.only_writer(ports):
        pins = lock.read(market_pins.lock_file(ports))
        shelf = market_pins.shelf(ports)
        answers: dict[str, str] = {}
        request = replace(request, ask=_remembering(request.ask, answers))
        wanted = []
        for number, dashboard in enumerate(ids, 1):
            wanted.append(_wanted(dashboard, pins, request, shelf, root if inside else None))
            ports.progress(Event("downloaded", number, len(ids)))
        others = [pin.file for pin in pins.values() if inside and pin.id not in ids]
        results = _written(wanted, others, ports)
        if inside:
            return _pinned([_answered(one, answers) for one in wanted], results, pins, ports)
    done = [one for one in results if one.error is None]
    outside = (f"{request.to} is outside of the project, so {lock.NAME} does not pin what is in it",) if done else ()
    return Done(results, outside)


def _remembering(ask: Ask | None, answers: dict[str, str]) -> Ask | None:
    """Return a function that asks for each input once, and keeps the answers."""
    if ask is None:
        return None

    def once(one: Input) -> str:
        if one.name not in answers:
            answers[one.name] = ask(one)
        return answers[one.name]

    return once


def _answered(wanted: _Wanted, answers: Mapping[str, str]) -> _Wanted:
    """Return a dashboard with the answers about its inputs among its options, so that an update need not ask again."""
    names = names_of(wanted.fetched.document) if wanted.fetched else []
    found = {name: answers[name] for name in names if name in answers}
    if not found:
        return wanted
    return replace(wanted, options={**wanted.options, "inputs": {**wanted.options.get("inputs", {}), **found}})


def _refuse(request: Request, ids: tuple[int, ...]) -> None:
    if request.sources or request.uids or request.folder or request.everything:
        raise UsageError("--id excludes other sources", hint="import files, dashboards of a server and --id one by one")
    for option, given in (("--revision", request.revision), ("--title", request.title), ("--new-uid", request.new_uid)):
        if given and len(ids) > 1:
            raise UsageError(f"{option} is for a single dashboard", hint="import it on its own")


def _wanted(dashboard: int, pins: Mapping[int, Pinned], request: Request, shelf: Shelf, root: Path | None) -> _Wanted:
    """Fetch a dashboard; ``root`` is that of the project if the file will be in it."""
    pin = pins.get(dashboard)
    shown = f"dashboard {dashboard}"
    options = market_pins.options_of(request, pin)
    try:
        how = market_pins.request_of(options, root or request.to, force=request.force)
        revision = request.revision or (pin.revision if pin else shelf.market.latest(dashboard).number)
        fetched = shelf.fetch(dashboard, revision, pin.sha256 if pin and pin.revision == revision else "")
        shown = f"{shown}, revision {revision}"
        document = market_pins.document_of(fetched, how, pin.uid if pin else "")
        how = replace(market_pins.fitted(how, document), ask=request.ask)
        if root:
            market_pins.refuse_taken_uid(rename.uid_of(document), dashboard, pins)
        file = _file(pin, request, root) if pin and root else ""
        if pin and root and lock.state(pin, root) is State.AS_IMPORTED:
            how = replace(how, force=True)  # nobody's edits are lost
    except (InputError, ServerError) as error:
        failure = error  # the name of an exception is gone after its block

        def fail() -> Any:
            raise failure

        return _Wanted(dashboard, Found(shown, (), fail), Request())
    directories = request.to.resolve().relative_to(root.resolve()).parts if root else ()
    return _Wanted(dashboard, Found(shown, directories, lambda: document, file), how, fetched, options)


def _file(pin: Pinned, request: Request, root: Path) -> str:
    """Return the file that a pinned dashboard has already; nothing if it is gone."""
    path = root / pin.file
    if not path.is_file():
        return ""
    given = request.to != Request().to
    if given and not path.resolve().is_relative_to(request.to.resolve()):
        raise InputError(
            f"is in {pin.file} already, which is not below {request.to}",
            where=f"dashboard {pin.id}",
            hint=f"without --to, it stays there; to move it: git mv {pin.file} {request.to}, then import it again",
        )
    return pin.file


def _written(wanted: list[_Wanted], others: list[str], ports: Ports) -> list[Imported]:
    """Write the files, those with the same options at once, and return what became of them in the order of the ids."""
    groups: list[tuple[Request, list[Found]]] = []
    for one in wanted:
        how = replace(one.request, title="", new_uid="")  # which are in the documents already
        alike = next((found for request, found in groups if request == how), None)
        if alike is None:
            groups.append((how, alike := []))
        alike.append(one.found)
    results: dict[str, Imported] = {}
    for request, found in groups:
        written = import_.write_all(found, request, ports, others)
        results |= {one.source: one for one in written}
        others = [*others, *(one.file for one in written if one.file)]
    return [results[one.found.shown] for one in wanted]


def _pinned(wanted: list[_Wanted], results: list[Imported], pins: dict[int, Pinned], ports: Ports) -> Done:
    """Write the entries of what was imported to dashkit.lock."""
    root = ports.project.root
    new: list[Pinned] = []
    warnings: list[str] = []
    for one, imported in zip(wanted, results, strict=True):
        if imported.error is None and one.fetched is not None:
            new.append(market_pins.pinned(one.fetched, imported, root, one.options))
            warnings += market_pins.replaced(pins.get(one.dashboard), new[-1], root)
    if not new:
        return Done(results)
    lock.write(market_pins.lock_file(ports), (pins | {one.id: one for one in new}).values())
    what = f"dashboard {new[0].id} at revision {new[0].revision}" if len(new) == 1 else counted(len(new), "dashboard")
    return Done(results, tuple(warnings), (f"{lock.NAME} pins {what}",))
