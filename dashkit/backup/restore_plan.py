"""What a restore would do, object by object. Reads the server, writes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from dashkit.archive.manifest import Entry
from dashkit.archive.read import Archive
from dashkit.backup.adapt import Adaptation, adapted
from dashkit.backup.changes import item_changes, same_item
from dashkit.backup.pristine import untouched
from dashkit.backup.protocol import Target
from dashkit.backup.select import Selection
from dashkit.deploy.actions import Kind
from dashkit.errors import ServerError
from dashkit.model.item import Item, Limits
from dashkit.spec.diff import Change

ON_CONFLICT = ("fail", "skip", "overwrite")
#: Whole documents, which writing over an object does not need to have in hand.
_BULKY = ("spec", "model", "dashboard")
_MOST_CHANGES = 8


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes of one member. ``live`` is what the server has in its place, without whole documents.

    ``changes`` lead from live to what is restored; a ``reason`` says why something is refused, skipped or cannot be.
    """

    kind: Kind
    entry: Entry
    live: Item | None = None
    reason: str = ""
    changes: tuple[Change, ...] = ()

    @property
    def writes(self) -> bool:
        return self.kind in (Kind.CREATE, Kind.UPDATE)


def plan_restore(
    archive: Archive, selection: Selection, target: Target, adaptation: Adaptation, on_conflict: str
) -> list[Step]:
    """A step for each selected object, in the order in which to write."""
    by_kind: dict[str, list[Entry]] = {}
    for entry in selection.entries:
        by_kind.setdefault(entry.kind, []).append(entry)
    return [
        step
        for kind, entries in by_kind.items()
        for step in _kind(archive, kind, entries, target, adaptation, on_conflict, selection.needed)
    ]


def _kind(
    archive: Archive,
    kind: str,
    entries: list[Entry],
    target: Target,
    adaptation: Adaptation,
    on_conflict: str,
    needed: frozenset[str],
) -> Iterator[Step]:
    wanted = {entry.key: entry for entry in entries}
    settled: dict[str, Step] = {}
    try:
        for live in target.stored(kind, Limits(keys=frozenset(wanted))):
            entry = wanted.get(live.key)
            if entry is not None:
                settled[live.key] = _against(
                    archive, entry, live, adaptation, on_conflict, needed=entry.path in needed, login=target.login
                )
    except ServerError as error:
        # Not knowing what is there, nothing of it is written.
        why = f"what is there cannot be read: {error.message}"
        yield from (Step(Kind.REFUSE, entry, reason=why) for entry in entries)
        return
    for entry in entries:
        yield settled.get(entry.key) or Step(Kind.CREATE, entry)


def _against(
    archive: Archive, entry: Entry, live: Item, adaptation: Adaptation, on_conflict: str, *, needed: bool, login: str
) -> Step:
    if needed or (adaptation.empty and live.digest == entry.content):
        return Step(Kind.KEEP, entry)
    item = adapted(archive.item(entry), adaptation)
    if same_item(live, item):
        return Step(Kind.KEEP, entry)
    slim = without_documents(live)
    if untouched(live, item, login):
        return Step(Kind.UPDATE, entry, slim, "as Grafana made it")
    changes = tuple(item_changes(live, item)[:_MOST_CHANGES])
    if on_conflict == "overwrite":
        return Step(Kind.UPDATE, entry, slim, changes=changes)
    reason = "the server has another one of this key"
    kind = Kind.SKIP if on_conflict == "skip" else Kind.REFUSE
    return Step(kind, entry, slim, reason, changes)


def without_documents(item: Item) -> Item:
    """As much of a live object as writing over it takes, so that a plan of many stays small."""
    return replace(item, content={key: value for key, value in item.content.items() if key not in _BULKY})
