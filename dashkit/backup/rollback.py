"""Take a push back: decide, object by object, then write."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Protocol

from dashkit.backup.changes import item_changes, same_item
from dashkit.backup.journal import Record, place
from dashkit.backup.protocol import Target
from dashkit.backup.restore import marked
from dashkit.deploy.actions import Kind
from dashkit.errors import DashkitError
from dashkit.model.item import CLASSIC, Item, Limits, dashboard_item
from dashkit.model.live import LiveDashboard, Version
from dashkit.model.marker import parse_marker
from dashkit.spec.compare import content_digest
from dashkit.spec.diff import Change

_GROUPS = "alert-rules"
_ROLLED_BACK = "Rolled back push"
#: Kinds of which a push makes and deletes objects; others go with them.
_WHOLE = ("dashboards", _GROUPS)


class History(Target, Protocol):
    """A target that knows the versions of its dashboards."""

    def versions(self, uid: str, limit: int = 20) -> list[Version] | None:
        """Newest first; None where they may not be read."""


@dataclass(frozen=True, slots=True)
class Undo:
    """What becomes of one object: ``item`` is what it was (or, to be deleted, what it is)."""

    kind: Kind
    item: Item
    live: Item | None = None
    reason: str = ""
    changes: tuple[Change, ...] = ()

    @property
    def writes(self) -> bool:
        return self.kind in (Kind.CREATE, Kind.UPDATE, Kind.DELETE)


@dataclass(frozen=True, slots=True)
class Undone:
    """What became of one; ``error`` is None where it is done."""

    undo: Undo
    error: DashkitError | None = None


def plan_rollback(record: Record, target: History, on_conflict: str) -> list[Undo]:
    """An entry for each object that the push changed, created or deleted. What changed since is a conflict."""
    names = {place(item) for item in record.before} | record.created
    kinds = sorted({name.partition("/")[0] for name in names}, reverse=True)  # dashboards before rules
    return [undo for kind in kinds for undo in _kind(kind, record, target, on_conflict)]


def _kind(kind: str, record: Record, target: History, on_conflict: str) -> Iterator[Undo]:
    before = {item.key: item for item in record.before if item.kind == kind}
    created = {name.partition("/")[2] for name in record.created if name.startswith(f"{kind}/")}
    keys = frozenset(before) | created
    live = {item.key: item for item in target.stored(kind, Limits(keys=keys)) if item.key in keys}
    for key, item in before.items():
        yield _one(item, live.get(key), record, target, on_conflict)
    returning = {str(rule["uid"]) for item in before.values() for rule in item.content.get("rules") or ()}
    for key in sorted(created - before.keys()):
        there = live.get(key)
        if there is None:
            yield Undo(Kind.KEEP, Item(kind, key, key, {}), reason="is gone already")
        elif kind == _GROUPS and not (there := _without(there, returning)).content["rules"]:
            yield Undo(Kind.KEEP, there, reason="its rules go back to where they were")
        elif since := _since(live[key], record, target):
            yield _conflict(there, there, since, on_conflict, Kind.DELETE)
        else:
            yield Undo(Kind.DELETE, there, there, "the push created it")


def _without(group: Item, uids: set[str]) -> Item:
    """A group without the rules that belong to another one: to delete it must not delete those."""
    rules = [rule for rule in group.content["rules"] if str(rule["uid"]) not in uids]
    return replace(group, content={**group.content, "rules": rules})


def _one(item: Item, live: Item | None, record: Record, target: History, on_conflict: str) -> Undo:
    gone = place(item) in record.deleted
    if live is None:
        if gone:
            return Undo(Kind.CREATE, item, reason="the push deleted it")
        return _conflict(item, None, "it was deleted since", on_conflict, Kind.CREATE)
    if same_item(live, item):
        return Undo(Kind.KEEP, item, live)
    since = "it was made anew since" if gone else _since(live, record, target)
    if since:
        return _conflict(item, live, since, on_conflict, Kind.UPDATE)
    return Undo(Kind.UPDATE, item, live, changes=tuple(item_changes(live, item)))


def _since(live: Item, record: Record, target: History) -> str:
    """What happened to an object after the push; empty where it is as the push left it."""
    wrote = record.wrote.get(place(live))
    if live.kind != "dashboards":
        return "" if wrote == live.digest else "it was changed since"
    if live.content["schema"] == CLASSIC and wrote == content_digest(live.content["spec"], live.content["folder"]):
        return ""
    versions = target.versions(live.key, 1)
    if versions is None:
        return "whether it was changed since is unknown: the token may not read versions"
    marker = parse_marker(versions[0].message) if versions else None
    if marker is not None and marker.push == record.push:
        return ""
    if marker is not None and marker.push:
        return f"it was pushed again since ({marker.push})"
    who = versions[0].created_by if versions else ""
    return f"it was saved since{f' by {who}' if who else ''}"


def _conflict(item: Item, live: Item | None, why: str, on_conflict: str, otherwise: Kind) -> Undo:
    changes = tuple(item_changes(live, item)) if live is not None and live is not item else ()
    if on_conflict == "overwrite":
        return Undo(otherwise, item, live, why, changes)
    return Undo(Kind.SKIP if on_conflict == "skip" else Kind.REFUSE, item, live, why, changes)


def roll_back(
    undos: Iterable[Undo],
    target: Target,
    *,
    record: Record,
    push: str = "",
    progress: Callable[[Undone], None] = lambda undone: None,
) -> list[Undone]:
    """Carry it out; deletions last, one failure leaves the rest going. ``push`` is the name of the rollback's own record."""
    found: list[Undone] = []
    writing = [undo for undo in undos if undo.writes]
    for undo in sorted(writing, key=lambda undo: undo.kind is Kind.DELETE):
        try:
            if undo.kind is Kind.DELETE:
                target.remove(undo.item)
            else:
                text = f"{_ROLLED_BACK} {record.push}"
                # What a person had edited is theirs again, and no push of ours.
                theirs = place(undo.item) in record.edited
                message = replace(undo.item, server={**undo.item.server, "message": text})
                target.put(message if theirs else marked(undo.item, text, push), undo.live)
            found.append(Undone(undo))
        except DashkitError as error:
            found.append(Undone(undo, error))
        progress(found[-1])
    return found


def record_of_rollback(push: str, undos: Iterable[Undo]) -> Record:
    """What a rollback is about to change, so that it can be taken back as a push can."""
    writing = [undo for undo in undos if undo.writes]
    kinds = {kind: [undo for undo in writing if undo.kind is kind] for kind in (Kind.CREATE, Kind.UPDATE, Kind.DELETE)}
    before = tuple(undo.live for undo in (*kinds[Kind.UPDATE], *kinds[Kind.DELETE]) if undo.live is not None)
    wrote = {place(undo.item): _digest(undo.item) for kind in (Kind.CREATE, Kind.UPDATE) for undo in kinds[kind]}
    return Record(
        push, before, frozenset(place(undo.item) for undo in kinds[Kind.CREATE] if undo.item.kind in _WHOLE),
        frozenset(place(undo.item) for undo in kinds[Kind.DELETE]), wrote=wrote,
    )  # fmt: skip


def _digest(item: Item) -> str:
    """As a `Record` has it of what was written."""
    if item.kind == "dashboards" and item.content["schema"] == CLASSIC:
        return content_digest(item.content["spec"], item.content["folder"])
    return item.digest


def record_from_versions(push: str, owned: Iterable[LiveDashboard], target: History) -> Record:
    """What Grafana's own versions tell of a push, where no journal does: dashboards that it changed or created.

    Without a ``push`` the newest that any dashboard's newest version names. What was deleted has no versions any more.
    """
    found: list[tuple[str, LiveDashboard, list[Version]]] = []
    for live in owned:
        versions = target.versions(live.uid, 2) or []
        marker = parse_marker(versions[0].message) if versions else None
        ours = marker is not None and not versions[0].message.startswith(_ROLLED_BACK)
        if marker is not None and ours and marker.push and marker.push == (push or marker.push):
            found.append((marker.push, live, versions))
    newest = push or max((name for name, _, _ in found), default="")
    before: list[Item] = []
    created, edited = set[str](), set[str]()
    for _, live, versions in (entry for entry in found if entry[0] == newest):
        if len(versions) == 1:
            # Of a server that keeps one version, an only one may be the hundredth.
            created |= {f"dashboards/{live.uid}"} if versions[0].number == 1 else set()
            continue
        # The folder is not in a version: it stays where it is.
        before.append(dashboard_item(replace(live, spec=versions[1].spec, version=versions[1].number)))
        edited |= {place(before[-1])} if parse_marker(versions[1].message) is None else set()
    return Record(newest, tuple(before), frozenset(created), frozenset(), frozenset(edited))
