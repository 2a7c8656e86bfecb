"""What a push is about to change, kept in a small archive before it does.

An archive of a journal holds the objects as they were, and one of kind ``push`` that says what the push creates, what it
deletes, and the digest of what it writes.
"""

from __future__ import annotations

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
from dashkit.model.item import CLASSIC, Item, Ref

PUSH = "push"
#: Archives that a journal keeps.
KEPT = RetentionPolicy(last=20)


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
    #: Of a rollback: the push that it took back.
    undone: str = ""

    @property
    def empty(self) -> bool:
        return not (self.before or self.created)


def without(record: Record, refs: Iterable[Ref]) -> Record:
    """The record without objects of which nothing was written after all."""
    names = {str(ref) for ref in refs}
    names |= {str(Ref("dashboard-permissions", ref.key)) for ref in refs if ref.kind == "dashboards"}
    return replace(
        record, before=tuple(item for item in record.before if str(item.ref) not in names), created=record.created - names,
        deleted=record.deleted - names, edited=record.edited - names,
        wrote={name: digest for name, digest in record.wrote.items() if name not in names},
    )  # fmt: skip


#: Which a push makes and a rollback leaves: an empty folder hurts nobody.
_STAYING = "folders"


def record_of(
    push: str,
    steps: Iterable[Step],
    whole: Callable[[str], Item | None],
    companions: Callable[[str], Iterable[Item]] = lambda uid: (),
) -> Record:
    """The record of a push that carries these steps out.

    ``whole`` reads a dashboard of which the plan does not have the document (one in the v2 schema), ``companions`` what goes
    with one that is deleted: its permissions.
    """
    todo = [step for step in steps if step.ref.kind != _STAYING]
    before: dict[str, Item] = {}
    created, deleted, edited = set[str](), set[str](), set[str]()
    digests: dict[str, str] = {}
    for step in todo:
        name, base = str(step.ref), step.base
        if isinstance(step, DashboardStep):
            if base is not None:
                kept = base if base.content["schema"] == CLASSIC else whole(base.key)
                before |= {name: kept} if kept is not None else {}
            beside = list(companions(step.ref.key)) if step.action is Action.DELETE else []
            before |= {str(item.ref): item for item in beside}
            deleted |= {str(item.ref) for item in beside}
            edited |= {name} if step.edits else set()
            digests |= {name: step.digest} if step.digest else {}
        else:
            before |= {str(item.ref): item for item in (base, *step.takes) if item is not None}
            digests |= {name: wrote(step)} if step.item and step.action is not Action.DELETE else {}
        created |= {name} if base is None else set()
        deleted |= {name} if step.action is Action.DELETE else set()
    rests = _rests(todo, before)
    digests |= {name: rest.digest for name, rest in rests.items() if rest.content["rules"]}
    deleted |= {name for name, rest in rests.items() if not rest.content["rules"]}
    return Record(push, tuple(before.values()), frozenset(created), frozenset(deleted), frozenset(edited), digests)


def wrote(step: Step) -> str:
    """The digest of what a step writes; of a policy tree ``new:old``, those of the one route that is ours, empty for none."""
    assert step.item is not None
    if step.ref.kind != "policies":
        return step.item.digest
    before, after = (list(item.content.get("routes") or ()) if item else [] for item in (step.base, step.item))
    new, old = ([route for route in one if route not in other] for one, other in ((after, before), (before, after)))
    return ":".join(_json.plain_digest(routes[0]) if routes else "" for routes in (new, old))


def _rests(steps: list[Step], before: Mapping[str, Item]) -> dict[str, Item]:
    """What is left of each group from which rules move away, and which no step is about itself."""
    moving = {str(rule["uid"]) for step in steps for rule in (step.item.content.get("rules", ()) if step.item else ())}
    own = {str(step.ref) for step in steps}
    taken = {str(item.ref): item for step in steps for item in step.takes if str(item.ref) not in own}
    return {
        name: replace(item, content={**item.content, "rules": [r for r in item.content["rules"] if str(r["uid"]) not in moving]})
        for name, item in taken.items()
        if name in before
    }  # fmt: skip


def keep(
    store: Store, record: Record, name: str, origin: ArchiveOrigin, organisation: int, *, replaces: bool = False
) -> None:
    """Write the record as an archive of that name. `InputError` where it cannot be written: then nothing is to be pushed."""
    summary = Item(
        PUSH, record.push, record.push,
        {
            "created": sorted(record.created), "deleted": sorted(record.deleted), "edited": sorted(record.edited),
            "wrote": dict(record.wrote), **({"undone": record.undone} if record.undone else {}),
        },
    )  # fmt: skip
    counts: dict[str, int] = {}
    with store.new(name, replaces=replaces) as pending, ZipWriter(pending.stream) as writer:
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
        frozenset(content["deleted"]), frozenset(content["edited"]), dict(content["wrote"]), str(content.get("undone", "")),
    )  # fmt: skip


def push_name(stamp: Stamp) -> str:
    """``20261121T194247Z-3fa9``: what its archive says of a push. Older ones have no mark, and sort with the others."""
    return stamp.moment.strftime("%Y%m%dT%H%M%SZ") + (f"-{stamp.mark}" if stamp.mark else "")
