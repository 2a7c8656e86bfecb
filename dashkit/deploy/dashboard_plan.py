"""Decide what a push does to each dashboard. Values in, values out: no requests, no clock."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from dashkit.deploy.desired import Desired
from dashkit.deploy.fit import as_stored
from dashkit.deploy.folders import FolderTree, NewFolder, folder_step
from dashkit.deploy.plan_input import Found, History, Policy
from dashkit.deploy.proof import last_push, moved_from
from dashkit.deploy.steps import WRITES, Action, DashboardStep, Drift, FolderStep, Plan
from dashkit.document.diff import Change, changes
from dashkit.document.v2.dialects import in_dialect
from dashkit.document.v2.parts import is_v2
from dashkit.document.v2.up import up
from dashkit.model.folder import folder_text
from dashkit.model.item import CLASSIC, Item, Ref, dashboard_item
from dashkit.model.live import LiveDashboard, Version
from dashkit.model.marker import DIGEST_RULES, parse_marker
from dashkit.quiet.alike import look_alike, seen
from dashkit.quiet.merge import holds

#: How many versions Grafana keeps by default.
KEPT_VERSIONS = 20

_MakeStep = Callable[..., DashboardStep]
_KIND = "dashboards"
_RESTORED = re.compile(r"Restored from version (\d+)")
_STRICT = "push it to a Grafana with dynamic dashboards, or remove strict=True"
#: For a dashboard that is stored in a version of the v2 schema that is not read. A classic save replaces that form for good.
_V2 = Change("~", "schema", "now v2; a push brings the classic form back and drops this one")


def unchanged(desired: list[Desired], found: Found) -> frozenset[str]:
    """Return the uids that are stored as they should be, in this folder. The costly part of a plan; done once.

    Differences that say nothing in Grafana do not count: imported and adopted dashboards, and those that were only saved in the
    UI, have such.
    """
    if found.unchanged is not None:
        return found.unchanged
    return frozenset(
        item.uid
        for item in desired
        if (live := found.live.get(item.uid)) is not None
        and comparable(live, item)
        and live.folder_uid == found.tree.resolve(item.folder)[0]
        and (look_alike(live.spec, item.spec) if found.alike is None else item.uid in found.alike)
    )


def comparable(live: LiveDashboard, item: Desired) -> bool:
    """Return whether equal content is enough. One of the v2 schema that is stored as classic has to be written."""
    return bool(live.spec) and bool(live.schema or not is_v2(item.spec))


def _unread(live: LiveDashboard) -> bool:
    """Return whether it is stored in a version of the v2 schema that is not read."""
    return bool(live.schema) and not live.spec


def needs_history(desired: list[Desired], found: Found, policy: Policy) -> list[str]:
    """Return the uids whose versions decide. A dashboard that is new, or unchanged since we saved it, needs none."""
    same_already = unchanged(desired, found)
    wanted = [
        item.uid
        for item in desired
        if (live := found.live.get(item.uid)) is not None
        and not live.manager
        and (item.uid not in same_already or _perhaps_edited(live, found))
    ]
    return wanted + [live.uid for live in _orphans(desired, found)] if policy.prune else wanted


def decide(desired: list[Desired], found: Found, policy: Policy) -> Plan[DashboardStep]:
    """Return the plan for the desired dashboards, and for those of ours that the source no longer has."""
    folders: dict[str, FolderStep] = {}
    steps = []
    found = replace(found, unchanged=unchanged(desired, found))
    for item in desired:
        folder_uid, missing = found.tree.resolve(item.folder)
        step = _decide(item, folder_uid, missing, found, policy)
        if step.writes:
            folders |= {folder.uid: folder_step(folder) for folder in missing}
        steps.append(step)
    steps += [_decide_orphan(live, found, policy) for live in _orphans(desired, found)]
    return Plan(tuple(folders.values()), tuple(steps))


def _perhaps_edited(live: LiveDashboard, found: Found) -> bool:
    """Return whether someone may have saved it after the last push, as far as we know without reading its versions."""
    if live.message is None:
        return live.version > 1 and live.updated_by in found.people
    marker = parse_marker(live.message)
    return marker is None or marker.edited or marker.uid != live.uid or marker.gen not in (0, live.version)


def digest_of(item: Desired, folder_uid: str) -> str:
    """Return the digest for the version message of a push. It covers content and folder."""
    return item.digest(folder_uid)


def _decide(item: Desired, folder_uid: str, missing: list[NewFolder], found: Found, policy: Policy) -> DashboardStep:
    live = found.live.get(item.uid)
    own, item = item, item if policy.classic else as_stored(item, live)
    wanted = Item(
        _KIND, item.uid, item.title, {"folder": folder_uid, "schema": item.schema or CLASSIC, "spec": item.spec}
    )

    def step(
        action: Action,
        reason: str = "",
        hint: str = "",
        edits: tuple[Change, ...] = (),
        *,
        reverts: bool = False,
        drift: Drift | None = None,
    ) -> DashboardStep:
        different: list[Change] = []
        if live is not None and action is not Action.KEEP and live.spec:
            moved = _moves(live, folder_uid, item, found.tree)
            different = [*moved, *_schema_change(live, item), *changes(*seen(live.spec, item.spec))]
        return DashboardStep(
            action, wanted.ref, item.title, dashboard_item(live) if live is not None else None, wanted, tuple(different),
            reason, hint, item.source, folder=item.folder, edits=edits, drift=drift, reverts=reverts,
            source_uid=item.source_uid,
            digest=digest_of(item, folder_uid) if action in WRITES else "",
            live_folder=found.tree.live_path(item.folder, folder_uid, missing),
        )  # fmt: skip

    if item.strict and item.lost:
        return step(Action.REFUSE, f"this Grafana cannot take all of it: {'; '.join(item.lost)}", _STRICT)
    if live is None:
        return step(Action.CREATE)
    as_v2 = f"in the {live.schema} schema, in which Grafana stores it" if item is not own else ""
    if item.uid in (found.unchanged or ()):
        if not live.manager and _taken_over(live, found):
            return step(Action.UPDATE, "the source now matches an edit in the UI; marks it as pushed")
        if live.schema and not item.schema:
            return step(Action.UPDATE, "brings the classic form back")
        return step(Action.KEEP, as_v2 and f"stays {as_v2}")
    if live.manager:
        return step(Action.REFUSE, f"it belongs to {live.manager}", "change it there, or give this one another uid")
    history = found.histories.get(item.uid, History())
    if not history.readable:
        if found.owner_tag not in live.tags:
            return _not_ours(step, live, item.source_uid, history, found.owner_tag, policy)
        if _unread(live):
            return step(*policy.on_edit(f"saved in the {live.schema} schema by Grafana's UI"), (_V2,))
        return step(Action.UPDATE, "drift unknown: the token may not read versions")
    pushed = last_push(history, live, found.owner_tag)
    marker = parse_marker(pushed.message) if pushed else None
    if pushed is None or marker is None:
        return _not_ours(step, live, item.source_uid, history, found.owner_tag, policy)
    newest = history.versions[0]
    forms = (item,) if item is own else (item, own)
    reverts = marker.rules == DIGEST_RULES and any(marker.digest == digest_of(one, folder_uid) for one in forms)
    # What was pushed, in the folder where it is now, must match the message.
    moved = live.folder_uid != folder_uid and _moved(pushed, live, found)
    move = (Change("~", "folder", f"moved in the UI to {_folder_of(live, found.tree)!r}"),) if moved else ()
    if pushed is newest and moved:
        why = "moved to another folder in the UI since the last push"
        return step(*policy.on_edit(why), move, reverts=reverts, drift=Drift(pushed.spec, pushed.schema, moved=True))
    edits = (*_edits(pushed, live), *move)
    if _unread(live):
        why = f"saved in the {live.schema} schema by Grafana's UI since the last push"
        return step(*policy.on_edit(why), (*edits, _V2))
    if pushed is newest:
        if reverts and live.folder_uid == folder_uid:
            return step(Action.KEEP, "the server stores it in its own form")
        return step(Action.UPDATE, as_v2)
    if not edits and pushed.spec and live.spec:
        # Saved in the UI without a change: nothing of theirs can be lost.
        return step(Action.UPDATE, as_v2)
    if pushed.spec and live.spec and not moved and _taken_in(pushed, item, own, live):
        return step(Action.UPDATE, "the source has what was edited in the UI, and more")
    who = _who_edited(newest) + (
        f", and saved in the {live.schema} schema" if live.schema and not pushed.schema else ""
    )
    drift = Drift(pushed.spec or None, pushed.schema, moved)
    return step(*policy.on_edit(who, item.source_uid), edits, reverts=reverts, drift=drift)


def _edits(pushed: Version, live: LiveDashboard) -> list[Change]:
    """Return what somebody changed after a push. What says nothing in Grafana is no change: its UI rewrites much on a save."""
    if not pushed.spec or not live.spec or look_alike(pushed.spec, live.spec):
        return []
    return changes(*seen(pushed.spec, live.spec))


def _taken_in(pushed: Version, item: Desired, own: Desired, live: LiveDashboard) -> bool:
    """Return whether the source has everything that was edited in the UI since the last push."""
    if live.schema and not pushed.schema:  # saved in the v2 schema since
        return holds(up(pushed.spec), item.spec, in_dialect(live.spec, of=live.schema, to=item.schema))
    return holds(pushed.spec, (item if live.schema else own).spec, live.spec)


def _who_edited(newest: Version) -> str:
    when = f" on {newest.created[:16].replace('T', ' ')}" if newest.created else ""
    marker = parse_marker(newest.message)
    if marker is not None and marker.edited:
        return f"edited in the UI, overwritten by a push, and brought back by a rollback{when}"
    who = f" by {newest.created_by}" if newest.created_by else ""
    old = _RESTORED.fullmatch(newest.message)
    what = f"brought back to version {old[1]} in the UI" if old else "edited in the UI"
    return f"{what}{who}{when}, after the last push"


def _taken_over(live: LiveDashboard, found: Found) -> bool:
    """Return whether a person edited it to what the source wants. Unless marked, its next change would look like a conflict."""
    history = found.histories.get(live.uid, History())
    if not history.versions:
        return False
    pushed = last_push(history, live, found.owner_tag)
    if pushed is history.versions[0]:
        return False
    return pushed is None or not pushed.spec or not look_alike(pushed.spec, live.spec) or _moved(pushed, live, found)


def _not_ours(
    step: _MakeStep, live: LiveDashboard, uid: str, history: History, owner_tag: str, policy: Policy
) -> DashboardStep:
    tagged = owner_tag in live.tags
    if tagged and len(history.versions) >= KEPT_VERSIONS:
        why = "edited in the UI so often that the last push is no longer among its versions"
        return step(*policy.on_edit(why, uid), drift=Drift())
    if policy.adopt and _unread(live):
        return step(*policy.on_edit(f"not made by dashkit, and stored in the {live.schema} schema"), (_V2,))
    if policy.adopt:
        return step(Action.UPDATE, "adopted")
    other = next((tag for tag in live.tags if tag.startswith("dashkit:") and tag != owner_tag), "")
    newest = history.versions[0] if history.versions else None
    author = f", last saved by {newest.created_by or 'someone'} on {newest.created[:10]}" if newest else ""
    whose = f"it carries the tag {other}, not this project's" if other else "not made by dashkit"
    whose += ", though it carries this project's tag" if tagged else ""
    return step(Action.REFUSE, f"{whose}{author}", "--adopt takes it over")


def _orphans(desired: list[Desired], found: Found) -> list[LiveDashboard]:
    if not found.orphans:
        return []
    wanted = {item.uid for item in desired}
    owned = [live for live in found.live.values() if found.owner_tag in live.tags and live.uid not in wanted]
    return sorted(owned, key=lambda live: live.uid)


def _moved(pushed: Version, live: LiveDashboard, found: Found) -> bool:
    return moved_from(pushed, live.folder_uid, ("", *found.tree.uids))


def _decide_orphan(live: LiveDashboard, found: Found, policy: Policy) -> DashboardStep:
    def step(action: Action, reason: str, hint: str = "") -> DashboardStep:
        return DashboardStep(
            action, Ref(_KIND, live.uid), live.title, dashboard_item(live), reason=reason, hint=hint,
            folder=found.tree.path(live.folder_uid),
        )  # fmt: skip

    if not policy.prune:
        why = "carries the project's tag, but is not in the source"
        return step(Action.ORPHAN, why, "--prune deletes it if dashkit made it")
    history = found.histories.get(live.uid, History())
    pushed = last_push(history, live, found.owner_tag)
    if live.manager or not history.readable or pushed is None:
        # The tag alone proves nothing: a copy made in the UI carries it too.
        why = "carries the project's tag, but dashkit did not make it: left alone"
        return step(Action.ORPHAN, why, "a copy made in the UI? remove the tag")
    since = ""
    if pushed is not history.versions[0] and (not live.spec or not look_alike(pushed.spec, live.spec)):
        since = "edited in the UI since"
    elif _moved(pushed, live, found):
        since = "moved to another folder in the UI"
    if since and policy.on_drift != "overwrite":
        return step(Action.REFUSE, f"gone from the source, but {since}", "--on-drift overwrite deletes it")
    return step(Action.DELETE, "no longer in the source")


def _moves(live: LiveDashboard, folder_uid: str, item: Desired, tree: FolderTree) -> list[Change]:
    if live.folder_uid == folder_uid:
        return []
    text = f"{_folder_of(live, tree)!r} -> {folder_text(item.folder)!r}"
    return [Change("~", "folder", text, live.folder_uid, folder_uid)]


def _schema_change(live: LiveDashboard, item: Desired) -> list[Change]:
    if bool(live.schema) == bool(item.schema):
        return []
    old, new = live.schema or CLASSIC, item.schema or CLASSIC
    return [Change("~", "schema", f"{old} -> {new}", old, new)]


def _folder_of(live: LiveDashboard, tree: FolderTree) -> str:
    return folder_text(tree.path(live.folder_uid))
