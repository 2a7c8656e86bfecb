"""Find, list, open, compare and extract archives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from dashkit import _files
from dashkit.app.connect import connected
from dashkit.app.ports import Ports
from dashkit.archive.manifest import ArchiveError
from dashkit.archive.read import Archive, open_archive
from dashkit.archive.verify import ArchiveFault, verify
from dashkit.backup.archive_name import plain_context, stamp_of
from dashkit.backup.compare import Difference, compare_archives, compare_live
from dashkit.backup.extract import files
from dashkit.backup.retention import Stamp, of_the_future
from dashkit.backup.stores import DirectoryStore, Store, open_store
from dashkit.config.context import Context, choose, named
from dashkit.errors import ConfigError, InputError, UsageError
from dashkit.model.kinds import BY_NAME, Kind, chosen
from dashkit.model.words import counted

LATEST = "latest"


@contextmanager
def opened(ports: Ports, context_name: str | None, name: str) -> Iterator[Archive]:
    """Open an archive: a file, a tree, a URL, a name from `archive list`, ``latest`` or ``latest:CONTEXT``.

    Raises:
        ArchiveError: it cannot be trusted.
    """
    if "://" in name:
        place, _, name = name.rstrip("/").rpartition("/")
    elif name == LATEST or name.startswith(f"{LATEST}:") or (stamp_of(name) and not Path(name).exists()):
        place, name = _resolved(ports, context_name, name)
    else:
        path = Path(name).expanduser()
        if path.is_dir() and not (path / "manifest.json").exists() and (stamps := DirectoryStore(path).stamps()):
            newest = max(stamps, key=lambda stamp: stamp.moment).name
            raise InputError(
                "is a directory of archives, not an archive", where=name, hint=f"for example {path / newest}"
            )
        with open_archive(path) as archive:
            yield archive
        return
    store = open_store(place)
    with store.local(name) as path, open_archive(path, where=f"{store.where.rstrip('/')}/{name}") as archive:
        yield archive


def _resolved(ports: Ports, context_name: str | None, name: str) -> tuple[str, str]:
    """Resolve an archive name or ``latest``, and return its location and name."""
    wanted = name.partition(":")[2]
    context = context_of(ports, wanted if wanted in ports.project.contexts else context_name)
    place = archive_location(ports, context, "")
    if stamp_of(name):
        return place, name
    store = open_store(place)
    whose = wanted or (context.name if context else "")
    stamps = [stamp for stamp in store.stamps() if not whose or stamp.context == plain_context(whose)]
    contexts = sorted({stamp.context for stamp in (stamps or store.stamps())})
    if not stamps:
        of = f" of {whose}" if whose else ""
        hint = " or ".join(f"{LATEST}:{name}" for name in contexts) or "dashkit backup creates one"
        raise InputError(f"no archive{of} here", where=store.where, hint=hint)
    if len(contexts) > 1:
        hint = f"{LATEST}:{contexts[0]}, or --context NAME"
        raise UsageError(f"{store.where} holds archives of {', '.join(contexts)}", hint=hint)
    # Prefer the newest complete archive, then the newest of selected kinds, then the newest incomplete one.
    order = ("incomplete", "part", "")
    now = ports.clock()
    candidates = [stamp for stamp in stamps if not of_the_future(stamp, now)] or stamps
    return place, max(candidates, key=lambda stamp: (order.index(stamp.state), stamp.moment, stamp.name)).name


def context_of(ports: Ports, name: str | None) -> Context | None:
    """Return the context that `backup` would use; None if there is none."""
    if name:
        return named(ports.project, name, ports.environ)
    try:
        return choose(ports.project, None, ports.environ)
    except ConfigError:
        return None


def archive_location(ports: Ports, context: Context | None, named: str, *, must_exist: bool = False) -> str:
    """Return where archives are: as named, else as the context says, else ``backups`` beside dashkit.yaml.

    With ``must_exist``, raises `InputError` if a named directory does not exist.
    """
    if named and "://" not in named and must_exist and not Path(named).expanduser().is_dir():
        raise InputError("no such directory", where=named)
    return named or (context.backups if context else "") or str(ports.project.root / "backups")


def store_of(ports: Ports, context_name: str | None, archives: str) -> Store:
    """Open the store at ``archives``, which must exist, else that of the context."""
    return open_store(archive_location(ports, context_of(ports, context_name), archives, must_exist=True))


def listed(store: Store, context_name: str | None) -> list[Stamp]:
    """Return the archives in a store, or those of one context, newest first."""
    only = plain_context(context_name) if context_name else ""
    found = [stamp for stamp in store.stamps() if not only or stamp.context == only]
    return sorted(found, key=lambda stamp: (stamp.moment, stamp.name), reverse=True)


@dataclass(frozen=True, slots=True)
class Verified:
    """How many objects there are, and the faults; a fault that is only a ``note`` does no harm."""

    objects: int
    faults: tuple[ArchiveFault, ...]

    @property
    def whole(self) -> bool:
        return all(fault.note for fault in self.faults)


def verified(ports: Ports, context_name: str | None, name: str) -> Verified:
    """Verify an archive by reading it to the last byte."""
    faults: list[ArchiveFault] = []
    objects = 0
    try:
        with opened(ports, context_name, name) as found:
            objects = len(found.manifest.entries)
            faults += verify(found)
    except ArchiveError as error:
        faults.append(ArchiveFault(error.where, error.message))
    return Verified(objects, tuple(faults))


@dataclass(frozen=True, slots=True)
class Comparison:
    """Differences, found one by one as they are iterated."""

    found: Iterable[Difference]
    warnings: tuple[str, ...] = ()


@contextmanager
def compared(
    ports: Ports, context_name: str | None, old: str, newer: str | None, kinds: tuple[str, ...]
) -> Iterator[Comparison]:
    """Compare an archive with a newer one, or with the server."""
    wanted = chosen(kinds)
    with ExitStack() as stack:
        first = stack.enter_context(opened(ports, context_name, old))
        if newer:
            second = stack.enter_context(opened(ports, context_name, newer))
            yield Comparison(compare_archives(first, second, wanted), (*_gaps(first), *_gaps(second)))
        else:
            server = connected(ports, context_name)
            yield Comparison(compare_live(first, server.server, wanted), (*_gaps(first), *server.warnings))


def extract(
    ports: Ports,
    context_name: str | None,
    name: str,
    keys: tuple[str, ...],
    kinds: tuple[str, ...],
    folder: Path,
    *,
    spec: bool,
) -> int:
    """Write objects as files below a folder; return how many."""
    number = 0
    with opened(ports, context_name, name) as archive:
        for path, data in files(archive, _wanted(kinds), keys, spec=spec):
            _files.write_atomic(_files.safe_join(folder, path), data, mode=0o600)
            number += 1
    if not number:
        raise _nothing(name, keys)
    return number


def extract_one(
    ports: Ports, context_name: str | None, name: str, keys: tuple[str, ...], kinds: tuple[str, ...], *, spec: bool
) -> bytes:
    """Return the only matching object. Raises `InputError` if there are several."""
    with opened(ports, context_name, name) as archive:
        every = list(files(archive, _wanted(kinds), keys, spec=spec))
    if not every:
        raise _nothing(name, keys)
    if len(every) > 1:
        raise InputError(
            f"{counted(len(every), 'object')} match; - prints only one", where=name, hint="--only KEY --kinds KIND"
        )
    return every[0][1]


def _wanted(kinds: tuple[str, ...]) -> tuple[Kind, ...]:
    return chosen(kinds) if kinds else tuple(BY_NAME.values())


def _nothing(archive: str, keys: tuple[str, ...]) -> InputError:
    what = f"nothing called {keys[0]!r}" if keys else "no such object"
    return InputError(f"{what} in this archive", where=archive, hint="dashkit archive show -v lists everything")


def _gaps(archive: Archive) -> Iterator[str]:
    kinds = sorted({report.kind for report in archive.manifest.kinds if report.failure})
    if kinds:
        yield f"{archive.where} is incomplete; not compared: {', '.join(kinds)}"
