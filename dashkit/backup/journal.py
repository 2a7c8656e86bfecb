"""Records of what a push is about to change, saved as a small archive before it does.

Such an archive contains the objects as they were, and one object of kind ``push`` that states what the push creates, what it
deletes, and the digest of what it writes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from dashkit import _json
from dashkit.archive.manifest import ArchiveOrigin, KindReport
from dashkit.archive.read import Archive
from dashkit.archive.write import ZipWriter
from dashkit.backup.retention import RetentionPolicy, Stamp
from dashkit.backup.stores import Store
from dashkit.deploy.steps import Action, DashboardStep, Step
from dashkit.errors import InputError
from dashkit.model.item import CLASSIC, Item, Ref, without_rules

PUSH = "push"
#: How many archives a journal keeps.
KEPT = RetentionPolicy(last=20)


@dataclass(frozen=True, slots=True)
class Record:
    """The journal's record of a push or rollback. Objects are named as ``kind/key``.

    Attributes:
        before: the objects as they were.
        edited: those that someone had edited in the UI.
        wrote: the digests of what was written: for a dashboard that of its version message, for a group of rules that of its
            content.
        undone: for a rollback, the push that it took back.
    """

    push: str
    before: tuple[Item, ...]
    created: frozenset[str]
    deleted: frozenset[str]
    edited: frozenset[str] = frozenset()
    wrote: Mapping[str, str] = field(default_factory=dict)
    undone: str = ""

    @property
    def empty(self) -> bool:
        return not (self.before or self.created)


def without(record: Record, refs: Iterable[Ref]) -> Record:
    """Return the record without some objects, because nothing of them was written after all."""
    names = {str(ref) for ref in refs}
    names |= {str(Ref("dashboard-permissions", ref.key)) for ref in refs if ref.kind == "dashboards"}
    return replace(
        record, before=tuple(item for item in record.before if str(item.ref) not in names), created=record.created - names,
        deleted=record.deleted - names, edited=record.edited - names,
        wrote={name: digest for name, digest in record.wrote.items() if name not in names},
    )  # fmt: skip


def record_of(
    push: str,
    steps: Iterable[Step],
    whole: Callable[[str], Item | None],
    companions: Callable[[str], Iterable[Item]] = lambda uid: (),
) -> Record:
    """Return the record of a push that carries out these steps.

    Args:
        whole: reads a dashboard whose document the plan does not have (one in the v2 schema).
        companions: reads what is deleted together with a dashboard: its permissions.
    """
    # A rollback leaves folders alone: an empty one does no harm.
    todo = [step for step in steps if step.ref.kind != "folders"]
    before: dict[str, Item] = {}
    created, deleted, edited = set[str](), set[str](), set[str]()
    digests: dict[str, str] = {}
    for step in todo:
        name, base = str(step.ref), step.base
        deletes = step.action is Action.DELETE
        if isinstance(step, DashboardStep):
            kept = whole(base.key) if base is not None and base.content["schema"] != CLASSIC else base
            if kept is not None:
                before[name] = kept
            beside = {str(item.ref): item for item in companions(step.ref.key)} if deletes else {}
            before |= beside
            deleted |= beside.keys()
            if step.edits:
                edited.add(name)
            if step.digest:
                digests[name] = step.digest
        else:
            before |= {str(item.ref): item for item in (base, *step.takes) if item is not None}
            if step.item and not deletes:
                digests[name] = wrote(step)
        if base is None:
            created.add(name)
        if deletes:
            deleted.add(name)
    for name, rest in _rests(todo, before).items():
        if rest.content["rules"]:
            digests[name] = rest.digest
        else:
            deleted.add(name)
    return Record(push, tuple(before.values()), frozenset(created), frozenset(deleted), frozenset(edited), digests)


def wrote(step: Step) -> str:
    """Return the digest of what a step writes.

    For a policy tree that is ``new:old``, the digests of the one route that is ours; each can be empty.
    """
    assert step.item is not None
    if step.ref.kind != "policies":
        return step.item.digest
    before, after = (list(item.content.get("routes") or ()) if item else [] for item in (step.base, step.item))
    new, old = ([route for route in one if route not in other] for one, other in ((after, before), (before, after)))
    return ":".join(_json.plain_digest(routes[0]) if routes else "" for routes in (new, old))


def _rests(steps: list[Step], before: Mapping[str, Item]) -> dict[str, Item]:
    """Return what is left of each group that loses rules to another one, without being the subject of a step itself."""
    moving = {str(rule["uid"]) for step in steps for rule in (step.item.content.get("rules", ()) if step.item else ())}
    own = {str(step.ref) for step in steps}
    taken = {str(item.ref): item for step in steps for item in step.takes if str(item.ref) not in own}
    return {name: without_rules(item, moving) for name, item in taken.items() if name in before}


def keep(
    store: Store, record: Record, name: str, origin: ArchiveOrigin, organisation: int, *, replaces: bool = False
) -> None:
    """Write the record as an archive with that name.

    Raises:
        InputError: it cannot be written. Then nothing must be pushed.
    """
    content = {
        "created": sorted(record.created), "deleted": sorted(record.deleted), "edited": sorted(record.edited),
        "wrote": dict(record.wrote), **({"undone": record.undone} if record.undone else {}),
    }  # fmt: skip
    items = (*record.before, Item(PUSH, record.push, record.push, content))
    counts = Counter(item.kind for item in items)
    with store.new(name, replaces=replaces) as pending, ZipWriter(pending.stream) as writer:
        for item in items:
            writer.add(organisation, item)
        writer.finish(origin, [KindReport(organisation, kind, number) for kind, number in counts.items()])


def read_record(archive: Archive) -> Record:
    """Read what `keep` wrote. Raises `InputError` for any other archive."""
    items = list(archive.items())
    summary = next((item for item in items if item.kind == PUSH), None)
    if summary is None:
        raise InputError("not the record of a push", where=archive.where)
    content = summary.content
    return Record(
        summary.key, tuple(item for item in items if item.kind != PUSH), frozenset(content["created"]),
        frozenset(content["deleted"]), frozenset(content["edited"]), dict(content["wrote"]), str(content.get("undone", "")),
    )  # fmt: skip


def push_name(stamp: Stamp) -> str:
    """Return the name of a push from that of its archive: ``20261121T194247Z-3fa9``. Old ones have no mark, but sort alike."""
    return stamp.moment.strftime("%Y%m%dT%H%M%SZ") + (f"-{stamp.mark}" if stamp.mark else "")
