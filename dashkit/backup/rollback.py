"""Take back a push: decide, object by object, then write."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from dashkit._json import plain_digest
from dashkit.backup.changes import item_changes
from dashkit.backup.journal import Record, wrote
from dashkit.backup.restore import marked
from dashkit.deploy.alert_documents import PROJECT_LABEL
from dashkit.deploy.carry_out import carry_out
from dashkit.deploy.dashboard_plan import KEPT_VERSIONS
from dashkit.deploy.equality import same_item
from dashkit.deploy.outcome import Content, Hooks, Outcome, Result
from dashkit.deploy.proof import moved_from
from dashkit.deploy.protocol import Writable
from dashkit.deploy.routing_plan import is_routing, with_routes
from dashkit.deploy.steps import WRITES, Action, Step
from dashkit.document.compare import content_digest
from dashkit.document.diff import Change
from dashkit.model.item import CLASSIC, Item, Limits, dashboard_item, without_rules
from dashkit.model.live import LiveDashboard, Version
from dashkit.model.marker import parse_marker

_GROUPS = "alert-rules"
_ROLLED_BACK = "Rolled back push"
_TREE, _NOTES = "policies", "templates"
#: Kinds whose objects a push creates. Permissions are created and deleted together with a dashboard.
_WHOLE = frozenset(("dashboards", _GROUPS, "contact-points", "mute-timings", _NOTES))
#: What is created comes before what refers to it. Deletes come last of all.
_ORDER = ("dashboards", "dashboard-permissions", _GROUPS, "mute-timings", "contact-points", _TREE, _NOTES)


def plan_rollback(record: Record, target: Writable, on_conflict: str) -> list[Step]:
    """Return a step for each object that the push changed, created or deleted. What changed since is a conflict."""
    names = {str(item.ref) for item in record.before} | record.created
    kinds = {name.partition("/")[0] for name in names}
    steps: list[Step] = []
    for kind in (kind for kind in _ORDER if kind in kinds):
        steps += _tree(record, target, on_conflict) if kind == _TREE else _kind(kind, record, target, on_conflict)
    if any(step.action is Action.SKIP and is_routing(step) for step in steps):
        # What is left as the push wrote it has to remain noted as its work.
        steps = [replace(step, action=Action.KEEP) if step.ref.kind == _NOTES else step for step in steps]
    return steps


def _tree(record: Record, target: Writable, on_conflict: str) -> Iterator[Step]:
    """Merge three ways: only the project's route in the policy tree was the push's, so only that is restored."""
    (was,) = (item for item in record.before if item.kind == _TREE)
    (live,) = target.items(_TREE)
    new, _, old = record.wrote.get(str(was.ref), "").partition(":")
    before, now = ([(plain_digest(route), route) for route in item.content.get("routes") or ()] for item in (was, live))
    digests = [digest for digest, _ in now]
    ours = [route for digest, route in before if old and digest == old]
    untouched = {digest for digest, _ in before}
    edited = [place for place, (digest, route) in enumerate(now) if _is_a_projects(route) and digest not in untouched]
    if old in digests if old else new not in digests and not edited:
        yield _step(Action.KEEP, was, live)
        return
    matchers = [route.get("object_matchers") for route in ours]
    why = "the project's route was changed since"
    if new in digests:
        place, why = slice(digests.index(new), digests.index(new) + 1), ""
    elif not new and not any(route.get("object_matchers") in matchers for _, route in now):
        place, why = slice(0, 0), ""
    elif on_conflict == "overwrite" and len(edited) == 1:
        place = slice(edited[0], edited[0] + 1)
    else:
        # We cannot tell which of several is ours, and overwriting the tree would overwrite those of others.
        yield _step(Action.REFUSE if on_conflict == "fail" else Action.SKIP, was, live, why)
        return
    routes = [route for _, route in now]
    routes[place] = ours
    item = replace(live, content=with_routes(live.content, routes))
    yield replace(_step(Action.UPDATE, item, live, why, tuple(item_changes(live, item))), title="the project's route")


def _is_a_projects(route: Any) -> bool:
    return any(matcher[0] == PROJECT_LABEL for matcher in route.get("object_matchers") or ())


def _kind(kind: str, record: Record, target: Writable, on_conflict: str) -> Iterator[Step]:
    before = {item.key: item for item in record.before if item.kind == kind}
    created = {name.partition("/")[2] for name in record.created if name.startswith(f"{kind}/")}
    keys = frozenset(before) | created
    live = {item.key: item for item in target.items(kind, Limits(keys=keys)) if item.key in keys}
    for key, item in before.items():
        yield _one(item, live.get(key), record, target, on_conflict)
    returning = {str(rule["uid"]) for item in before.values() for rule in item.content.get("rules") or ()}
    for key in sorted(created - before.keys()):
        now = live.get(key)
        if now is None:
            yield _step(Action.KEEP, Item(kind, key, key, {}), reason="is gone already")
            continue
        # Rules that belong to another group must not be deleted with this one.
        rest = without_rules(now, returning) if kind == _GROUPS else now
        if kind == _GROUPS and not rest.content["rules"]:
            yield _step(Action.KEEP, rest, reason="its rules move back to where they were")
        elif not (since := _since(now, record, target)):
            yield _step(Action.DELETE, rest, now, "the push created it")
        elif _wrote_it(now, record, target):
            yield _conflict(rest, now, since, on_conflict, Action.DELETE)
        else:
            yield _step(Action.KEEP, rest, reason="the push did not make it")


def _one(item: Item, live: Item | None, record: Record, target: Writable, on_conflict: str) -> Step:
    deleted = str(item.ref) in record.deleted
    if live is None and deleted:
        without = f", without its secrets: {', '.join(item.secrets)}" if item.secrets else ""
        return _step(Action.CREATE, item, reason=f"the push deleted it{without}")
    if live is None:
        return _conflict(item, None, "it was deleted since", on_conflict, Action.CREATE)
    if same_item(live, item):
        return _step(Action.KEEP, item, live)
    since = "it was created again since" if deleted else _since(live, record, target)
    if since and not _wrote_it(live, record, target):
        return _step(Action.KEEP, live, live, "the push did not write it")
    if since:
        return _conflict(item, live, since, on_conflict, Action.UPDATE)
    stays = f"its secrets stay unchanged: {', '.join(live.secrets)}" if live.secrets else ""
    return _step(Action.UPDATE, item, live, stays, changes=tuple(item_changes(live, item)))


def _since(live: Item, record: Record, target: Writable) -> str:
    """Describe what happened to an object after the push; empty if it is as the push left it."""
    if live.kind == _NOTES:
        return ""  # only pushes write it
    pushed = record.wrote.get(str(live.ref))
    if live.kind != "dashboards":
        return "" if pushed == live.digest else "it was changed since"
    if live.content["schema"] == CLASSIC and pushed == content_digest(live.content["spec"], live.content["folder"]):
        return ""
    versions = target.versions(live.key, 1)
    if versions is None:
        return "it may have been changed since: the token may not read versions"
    marker = parse_marker(versions[0].message) if versions else None
    if marker is not None and marker.push == record.push:
        folders = ("", *(item.key for item in target.items("folders")))
        moved = moved_from(versions[0], str(live.content["folder"]), folders)
        return "it was moved to another folder since" if moved else ""
    if marker is not None and marker.push:
        return f"it was pushed again since ({marker.push})"
    who = versions[0].created_by if versions else ""
    return f"it was saved since{f' by {who}' if who else ''}"


def _wrote_it(live: Item, record: Record, target: Writable) -> bool:
    """Return whether the push got as far as this object. If we cannot tell, it did."""
    if live.kind != "dashboards":
        return True
    versions = target.versions(live.key, KEPT_VERSIONS)
    if versions is None or len(versions) >= KEPT_VERSIONS:
        return True
    markers = (parse_marker(version.message) for version in versions)
    return any(marker is not None and marker.push == record.push for marker in markers)


def _conflict(item: Item, live: Item | None, why: str, on_conflict: str, otherwise: Action) -> Step:
    changes = tuple(item_changes(live, item)) if live is not None and otherwise is not Action.DELETE else ()
    if on_conflict == "overwrite":
        return _step(otherwise, item, live, why, changes)
    return _step(Action.SKIP if on_conflict == "skip" else Action.REFUSE, item, live, why, changes)


def _step(
    action: Action, item: Item, base: Item | None = None, reason: str = "", changes: tuple[Change, ...] = ()
) -> Step:
    """Make a step. ``item`` is what the object was before the push; for a deletion, what it is."""
    return Step(action, item.ref, item.name, base, item, changes, reason)


def roll_back(steps: Sequence[Step], target: Writable, *, record: Record, hooks: Hooks | None = None) -> Result:
    """Carry out the steps, deletions last. Return the outcomes of those that write, in their order.

    The version messages contain the name of the rollback's own record.
    """

    def wanted(step: Step, kept: str) -> Content:
        assert step.item is not None
        edited = str(step.ref) in record.edited
        return Content(marked(step.item, f"{_ROLLED_BACK} {record.push}", kept, base=step.base, edited=edited))

    ordered = sorted(steps, key=lambda step: (step.action is Action.DELETE, step.ref.kind == _NOTES))
    return carry_out(ordered, target, wanted=wanted, hold=_after_the_rest, hooks=hooks)


def _after_the_rest(step: Step, done: Callable[[], Sequence[Outcome]]) -> str:
    """Hold the note back unless all of the routing was taken back: without it, edits would not be noticed."""
    failed = step.ref.kind == _NOTES and any(outcome.error and is_routing(outcome.step) for outcome in done())
    return "not tried: the rest of the routing could not be taken back" if failed else ""


def record_of_rollback(name: str, steps: Sequence[Step], undone: str) -> Record:
    """Return what a rollback of the push ``undone`` is about to change, so that it can be taken back like a push."""
    by_action = {action: [step for step in steps if step.action is action] for action in WRITES}
    creates, updates, deletes = by_action[Action.CREATE], by_action[Action.UPDATE], by_action[Action.DELETE]
    return Record(
        name, tuple(step.base for step in (*updates, *deletes) if step.base is not None),
        frozenset(str(step.ref) for step in creates if step.ref.kind in _WHOLE),
        frozenset(str(step.ref) for step in deletes),
        wrote={str(step.ref): _wrote(step) for step in (*creates, *updates) if step.item is not None}, undone=undone,
    )  # fmt: skip


def _wrote(step: Step) -> str:
    """Return the digest of what a step writes, as in `Record.wrote`."""
    item = step.item
    if item is not None and item.kind == "dashboards" and item.content["schema"] == CLASSIC:
        return content_digest(item.content["spec"], item.content["folder"])
    return wrote(step)


def record_from_versions(push: str, owned: Iterable[LiveDashboard], target: Writable) -> Record:
    """Reconstruct a push from Grafana's own versions, if there is no journal: the dashboards that it changed or created.

    Without ``push``, that is the newest among the last pushes of the dashboards. Deleted dashboards have no versions any more.
    """
    found: list[tuple[str, LiveDashboard, list[Version]]] = []
    for live in owned:
        two = target.versions(live.uid, 2) or []
        versions = _from_push(push, two)
        if two and len(versions) < len(two):  # saved again since, which is a conflict, or not by that push
            versions = _from_push(push, target.versions(live.uid, KEPT_VERSIONS) or [])
        if versions:
            found.append((_push_of(versions[0]), live, versions))
    newest = push or max((name for name, _, _ in found), default="")
    before: list[Item] = []
    created, edited = set[str](), set[str]()
    for _, live, versions in (entry for entry in found if entry[0] == newest):
        if len(versions) == 1:
            # On a server that keeps a single version, that may be the hundredth.
            created |= {f"dashboards/{live.uid}"} if versions[0].number == 1 else set()
            continue
        old = versions[1]
        # Where the server does not say in which folder a version was, the dashboard stays where it is.
        folder = live.folder_uid if old.folder is None else old.folder
        before.append(
            dashboard_item(replace(live, spec=old.spec, schema=old.schema, version=old.number, folder_uid=folder))
        )
        earlier = parse_marker(old.message)
        edited |= {str(before[-1].ref)} if earlier is None or earlier.edited else set()
    return Record(newest, tuple(before), frozenset(created), frozenset(), frozenset(edited))


def _from_push(push: str, versions: list[Version]) -> list[Version]:
    """Return the versions from the one that the push saved on; empty if there is none. Without ``push``, any push counts."""
    for place, version in enumerate(versions):
        name = _push_of(version)
        if name and name == (push or name):
            return versions[place:]
    return []


def _push_of(version: Version) -> str:
    """Return the name of the push that saved a version; empty for a rollback, a restore and anything that is not ours."""
    marker = parse_marker(version.message)
    return marker.push if marker is not None and not version.message.startswith(_ROLLED_BACK) else ""
