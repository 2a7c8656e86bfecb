"""The differences between two archives, or between an archive and a server, object by object."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dashkit.archive.manifest import Entry
from dashkit.archive.read import Archive
from dashkit.backup.changes import item_changes
from dashkit.backup.protocol import BackupSource
from dashkit.document.diff import Change
from dashkit.errors import UsageError
from dashkit.model.item import Limits
from dashkit.model.kinds import BY_NAME, KINDS, Kind

#: The kind of which an archive may contain only the newer objects.
_SINCE = "annotations"
_ORDER = {kind.name: place for place, kind in enumerate(KINDS)}


@dataclass(frozen=True, slots=True)
class Difference:
    """An object that only one side has (``+`` the newer, ``-`` the older), or that differs (``~``)."""

    sign: str
    organisation: int
    kind: str
    key: str
    name: str
    changes: tuple[Change, ...] = ()


def compare_archives(old: Archive, new: Archive, kinds: Sequence[Kind]) -> Iterator[Difference]:
    """Yield what leads from ``old`` to ``new``, among the kinds that both have read in full."""
    if old.manifest.origin.since != new.manifest.origin.since:
        kinds = [kind for kind in kinds if kind.name != _SINCE]
    # If both servers have one organisation, its number may still differ.
    one = all(len(archive.manifest.origin.organisations) == 1 for archive in (old, new))
    before, after = _members(old, kinds, one=one), _members(new, kinds, one=one)
    for place in sorted(before.keys() | after.keys(), key=lambda key: (key[0], _ORDER.get(key[1], 99), key[2])):
        first, second = before.get(place), after.get(place)
        if first and second:
            if first.content != second.content and (changes := item_changes(old.item(first), new.item(second))):
                yield Difference("~", *place, second.name, tuple(changes))
        elif second and _complete(old, place):
            yield Difference("+", *place, second.name)
        elif first and _complete(new, place):
            yield Difference("-", *place, first.name)


def _members(archive: Archive, kinds: Sequence[Kind], *, one: bool) -> dict[tuple[int, str, str], Entry]:
    names = {kind.name for kind in kinds}
    return {
        (0 if one else entry.organisation, entry.kind, entry.key): entry
        for entry in archive.manifest.entries
        if entry.kind in names
    }


def _complete(archive: Archive, place: tuple[int, str, str]) -> bool:
    """Return whether the archive would contain the object if the server had had it."""
    return any(
        report.kind == place[1] and not report.why and place[0] in (0, report.organisation)
        for report in archive.manifest.kinds
    )


def compare_live(archive: Archive, source: BackupSource, kinds: Sequence[Kind]) -> Iterator[Difference]:
    """Yield what leads from the archive to what the server has now.

    Raises:
        UsageError: the archive does not contain the server's organisation.
    """
    number = _organisation(archive, source)
    reports = {
        report.kind: report
        for report in archive.manifest.kinds
        if report.organisation == number or BY_NAME[report.kind].server
    }
    for kind in kinds:
        report = reports.get(kind.name)
        if report is None or report.why or not kind.restored:
            continue
        entries = {
            entry.key: entry
            for entry in archive.manifest.entries
            if entry.kind == kind.name and (entry.organisation == number or kind.server)
        }
        for live in source.items(kind.name, Limits(since=archive.manifest.origin.since)):
            entry = entries.pop(live.key, None)
            if entry is None:
                yield Difference("+", number, kind.name, live.key, live.name)
            elif entry.content != live.digest and (changes := tuple(item_changes(archive.item(entry), live))):
                yield Difference("~", number, kind.name, live.key, live.name, changes)
        for entry in entries.values():
            yield Difference("-", number, kind.name, entry.key, entry.name)


def _organisation(archive: Archive, source: BackupSource) -> int:
    organisations = archive.manifest.origin.organisations
    number, name = source.organisation
    if len(organisations) == 1:
        return next(iter(organisations))
    if organisations.get(number) != name:
        raise UsageError(f"organisation {number} ({name}) is not in this archive")
    return number
