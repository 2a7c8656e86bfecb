"""What a push is about to change, kept in a small archive before it does.

An archive of a journal holds the objects as they were, and one of kind ``push`` that says what the push creates, what it
deletes, and the digest of what it writes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from dashkit.archive.manifest import KindReport, Origin
from dashkit.archive.read import Archive
from dashkit.archive.write import ZipWriter
from dashkit.backup.naming import stamp_of
from dashkit.backup.retention import Policy
from dashkit.backup.stores import Store
from dashkit.deploy.actions import Action, Kind
from dashkit.deploy.rule_plan import RuleAction
from dashkit.errors import InputError
from dashkit.model.item import Item, dashboard_item, group_item
from dashkit.model.live_rules import GrafanaGroup

PUSH = "push"
#: Archives that a journal keeps.
KEPT = Policy(last=20)


@dataclass(frozen=True, slots=True)
class Record:
    """One push: the objects as they were before, and (as ``kind/key``) what it created and deleted.

    ``edited`` are those that somebody had edited in the UI; ``wrote`` has the digest of what was written: for a dashboard that
    of its version message, for a group of rules that of its content.
    """

    push: str
    before: tuple[Item, ...]
    created: frozenset[str]
    deleted: frozenset[str]
    edited: frozenset[str] = frozenset()
    wrote: Mapping[str, str] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        return not (self.before or self.created)


def place(item: Item) -> str:
    """``dashboards/checkout``."""
    return f"{item.kind}/{item.key}"


def record_of(
    push: str,
    actions: Iterable[Action],
    whole: Callable[[str], Item | None],
    companions: Callable[[str], Iterable[Item]] = lambda uid: (),
    groups: Iterable[RuleAction] = (),
    live_groups: Iterable[GrafanaGroup] = (),
) -> Record:
    """The record of a push that carries these actions out.

    ``whole`` reads a dashboard of which the plan does not have the document (one in the v2 schema), ``companions`` what goes
    with one that is deleted: its permissions.
    """
    before: list[Item] = []
    created, deleted, edited = set[str](), set[str](), set[str]()
    wrote: dict[str, str] = {}
    for action in actions:
        name = f"dashboards/{action.uid}"
        if action.kind is Kind.CREATE:
            created.add(name)
        elif action.live is not None:
            item = whole(action.uid) if action.live.stored else dashboard_item(action.live)
            if item is not None:
                before.append(item)
            if action.kind is Kind.DELETE:
                beside = tuple(companions(action.uid))
                before += beside
                deleted |= {name, *map(place, beside)}
            edited |= {name} if action.edits else set()
        if action.digest and action.kind is not Kind.DELETE:
            wrote[name] = action.digest
    touched: dict[str, Item] = {}
    there = {place(item): item for item in map(group_item, live_groups)}
    todo = list(groups)
    for step in todo:
        item = group_item(step.group)
        name = place(item)
        if step.kind is Kind.DELETE:
            deleted.add(name)
        else:
            wrote[name] = item.digest
            created |= {name} if name not in there else set()
        uids = {str(rule["uid"]) for rule in step.group.rules} | (
            set(step.known) if step.kind is Kind.DELETE else set()
        )
        # A rule may come from another group, which is then another one too.
        for other, live in there.items():
            if other == name or uids & {str(rule["uid"]) for rule in live.content["rules"]}:
                touched[other] = live
    moving = {str(rule["uid"]) for step in todo for rule in step.group.rules}
    for other in touched.keys() - {place(group_item(step.group)) for step in todo}:
        # What is left of a group from which rules move away.
        rest = [rule for rule in touched[other].content["rules"] if str(rule["uid"]) not in moving]
        if rest:
            wrote[other] = replace(touched[other], content={**touched[other].content, "rules": rest}).digest
        else:
            deleted.add(other)
    return Record(push, (*before, *touched.values()), frozenset(created), frozenset(deleted), frozenset(edited), wrote)


def keep(store: Store, record: Record, name: str, origin: Origin, organisation: int) -> None:
    """Write the record as an archive of that name. `InputError` where it cannot be written: then nothing is to be pushed."""
    summary = Item(
        PUSH, record.push, record.push,
        {
            "created": sorted(record.created), "deleted": sorted(record.deleted), "edited": sorted(record.edited),
            "wrote": dict(record.wrote),
        },
    )  # fmt: skip
    counts: dict[str, int] = {}
    with store.new(name) as pending, ZipWriter(pending.stream) as writer:
        for item in (*record.before, summary):
            writer.add(organisation, item)
            counts[item.kind] = counts.get(item.kind, 0) + 1
        writer.finish(origin, [KindReport(organisation, kind, number) for kind, number in counts.items()])


def read_record(archive: Archive) -> Record:
    """What `keep` wrote. `InputError` for another archive."""
    items = list(archive.items())
    summary = next((item for item in items if item.kind == PUSH), None)
    if summary is None:
        raise InputError("not the record of a push", where=archive.where)
    content = summary.content
    return Record(
        summary.key, tuple(item for item in items if item.kind != PUSH), frozenset(content["created"]),
        frozenset(content["deleted"]), frozenset(content["edited"]), dict(content["wrote"]),
    )  # fmt: skip


def pushes(store: Store, context: str) -> Iterator[tuple[str, str]]:
    """Names of pushes and of their archives, newest first."""
    found = [stamp for stamp in store.stamps() if stamp.context == context]
    for stamp in sorted(found, key=lambda stamp: stamp.moment, reverse=True):
        yield push_name(stamp.name), stamp.name


def push_name(archive: str) -> str:
    """``20261121T194247Z``, from the name of its archive."""
    stamp = stamp_of(archive)
    assert stamp is not None
    return stamp.moment.strftime("%Y%m%dT%H%M%SZ")
