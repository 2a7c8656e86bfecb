"""Decide what a push does to each dashboard. Values in, values out: no request, no clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from dashkit.deploy.desired import Desired
from dashkit.deploy.folders import FolderTree, folder_step
from dashkit.deploy.plan_input import Found, History, Policy
from dashkit.deploy.steps import WRITES, Action, DashboardStep, FolderStep, Plan
from dashkit.model.folder import folder_text
from dashkit.model.item import CLASSIC, Item, Ref, dashboard_item
from dashkit.model.live import LiveDashboard, Version
from dashkit.model.marker import DIGEST_RULES, parse_marker
from dashkit.spec.compare import content_digest, same
from dashkit.spec.diff import Change, changes

#: Grafana keeps so many versions unless told otherwise.
KEPT_VERSIONS = 20

_Make = Callable[..., DashboardStep]
_KIND = "dashboards"


def unchanged(desired: list[Desired], found: Found) -> frozenset[str]:
    """The uids that are stored with this content in this folder. The costly part of a plan; done once."""
    if found.unchanged is not None:
        return found.unchanged
    return frozenset(
        item.uid
        for item in desired
        if (live := found.live.get(item.uid)) is not None
        and not live.schema
        and live.folder_uid == found.tree.resolve(item.folder)[0]
        and same(live.spec, item.spec)
    )


def needs_history(desired: list[Desired], found: Found, policy: Policy) -> list[str]:
    """The uids whose versions decide: none for a dashboard that is new, or unchanged since we saved it."""
    same_already = unchanged(desired, found)
    wanted = []
    for item in desired:
        live = found.live.get(item.uid)
        if live is None or live.manager:
            continue
        if item.uid not in same_already or _perhaps_edited(live, found):
            wanted.append(item.uid)
    if policy.prune:
        wanted += [live.uid for live in _orphans(desired, found)]
    return wanted


def decide(desired: list[Desired], found: Found, policy: Policy) -> Plan[DashboardStep]:
    """The plan."""
    folders: dict[str, FolderStep] = {}
    steps = []
    found = replace(found, unchanged=unchanged(desired, found))
    for item in desired:
        folder_uid, missing = found.tree.resolve(item.folder)
        step = _decide(item, folder_uid, found, policy)
        if step.writes:
            folders |= {folder.uid: folder_step(folder) for folder in missing}
        steps.append(step)
    for live in _orphans(desired, found):
        steps.append(_decide_orphan(live, found, policy))
    return Plan(tuple(folders.values()), tuple(steps))


def _perhaps_edited(live: LiveDashboard, found: Found) -> bool:
    """Whether somebody may have saved it after the last push, as far as that is known without its versions."""
    if live.message is None:
        return live.version > 1 and live.updated_by in found.people
    marker = parse_marker(live.message)
    return marker is None or marker.edited or marker.uid != live.uid


def digest_of(item: Desired, folder_uid: str) -> str:
    """What a version message says of a push: content and folder."""
    return content_digest(item.spec, folder_uid)


def _decide(item: Desired, folder_uid: str, found: Found, policy: Policy) -> DashboardStep:
    live = found.live.get(item.uid)
    base = dashboard_item(live) if live is not None else None
    lies = found.tree.live_path(item.folder)
    wanted = Item(_KIND, item.uid, item.title, {"folder": folder_uid, "schema": CLASSIC, "spec": item.spec})

    def step(action: Action, reason: str = "", hint: str = "", edits: tuple[Change, ...] = ()) -> DashboardStep:
        different: tuple[Change, ...] = ()
        if live is not None and action is not Action.KEEP and not live.schema:
            different = tuple(_moves(live, folder_uid, item, found.tree) + changes(live.spec, item.spec))
        digest = digest_of(item, folder_uid) if action in WRITES else ""
        return DashboardStep(
            action, wanted.ref, item.title, base, wanted, different, reason, hint, item.source,
            folder=item.folder, edits=edits, digest=digest, source_uid=item.source_uid, lies=lies,
        )  # fmt: skip

    if live is None:
        return step(Action.CREATE)
    if item.uid in (found.unchanged or ()):
        taken_over = not live.manager and _taken_over(live, found.histories.get(item.uid), found)
        return (
            step(Action.UPDATE, "the source has an edit of the UI now: marks it as pushed")
            if taken_over
            else step(Action.KEEP)
        )
    if live.manager:
        return step(Action.REFUSE, f"it belongs to {live.manager}", "change it there, or give this one another uid")
    history = found.histories.get(item.uid, History())
    if not history.readable:
        if found.owner_tag not in live.tags:
            return _not_ours(step, live, history, found.owner_tag, policy)
        if live.schema:
            return _drifted(step, f"saved in the {live.schema} schema by Grafana's UI", (_V2,), policy)
        return step(Action.UPDATE, "drift unknown: the token may not read versions")
    newest = history.versions[0] if history.versions else None
    pushed = _last_push(history, live, found.owner_tag)
    if pushed is None:
        return _not_ours(step, live, history, found.owner_tag, policy)
    marker = parse_marker(pushed.message)
    assert marker is not None
    assert newest is not None
    known = marker.rules == DIGEST_RULES
    pushed_this = known and marker.digest == digest_of(item, folder_uid)
    # What was pushed, where it lies now, must be what the message says.
    moved = live.folder_uid != folder_uid and _moved(pushed, live, found)
    if pushed is newest and not live.schema and not moved:
        if pushed_this and live.folder_uid == folder_uid:
            return step(Action.KEEP, "the server stores it in a form of its own")
        return step(Action.UPDATE)
    if pushed is newest and moved:
        why = "moved to another folder in the UI since the last push"
        return replace(_drifted(step, why, (_moved_in_ui(live, found.tree),), policy), reverts=pushed_this)
    if live.schema:
        why = f"saved in the {live.schema} schema by Grafana's UI since the last push"
        return _drifted(step, why, (_V2,), policy)
    edits = tuple(changes(pushed.spec, live.spec))
    if not edits and not moved:
        # Saved in the UI without a change: nothing of theirs is lost.
        return step(Action.UPDATE)
    if moved:
        edits += (_moved_in_ui(live, found.tree),)
    drifted = _drifted(step, _who_edited(newest), edits, policy)
    return replace(drifted, reverts=pushed_this)


def _who_edited(newest: Version) -> str:
    when = f" on {newest.created[:16].replace('T', ' ')}" if newest.created else ""
    marker = parse_marker(newest.message)
    if marker is not None and marker.edited:
        return f"edited in the UI, overwritten by a push, and brought back by a rollback{when}"
    who = f" by {newest.created_by}" if newest.created_by else ""
    return f"edited in the UI{who}{when}, after the last push"


def _taken_over(live: LiveDashboard, history: History | None, found: Found) -> bool:
    """Whether what is as the source wants it was edited by a person; unmarked, the next change would be taken for a conflict."""
    if history is None or not history.versions:
        return False
    pushed = _last_push(history, live, found.owner_tag)
    if pushed is history.versions[0]:
        return False
    return pushed is None or bool(changes(pushed.spec, live.spec)) or _moved(pushed, live, found)


def _drifted(step: _Make, why: str, edits: tuple[Change, ...], policy: Policy) -> DashboardStep:
    if policy.on_drift == "overwrite":
        return step(Action.UPDATE, f"overwrites: {why}", "", edits)
    if policy.on_drift == "skip":
        return step(Action.SKIP, why, "", edits)
    return step(
        Action.REFUSE, why, "take the edit over into the source, or push with --on-drift overwrite (or skip)", edits
    )


#: Said of a dashboard that Grafana's UI brought into the v2 schema; a classic save replaces that form for good.
_V2 = Change("~", "schema", "now v2; a push brings the classic form back and drops this one")


def _not_ours(step: _Make, live: LiveDashboard, history: History, owner_tag: str, policy: Policy) -> DashboardStep:
    tagged = owner_tag in live.tags
    if tagged and len(history.versions) >= KEPT_VERSIONS:
        why = "edited in the UI so often that the last push is no longer among its versions"
        return _drifted(step, why, (), policy)
    if policy.adopt and live.schema:
        return _drifted(step, f"not made by dashkit, and stored in the {live.schema} schema", (_V2,), policy)
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


def moved_from(version: Version, folder_uid: str, folders: Iterable[str]) -> bool:
    """Whether a push saved this version in another of the folders than the one where it lies now.

    A move makes no version on some servers. Where the digest fits no folder, the server stores the content in a form of its own,
    and nothing is known.
    """
    marker = parse_marker(version.message)
    if marker is None or marker.rules != DIGEST_RULES or not version.spec:
        return False
    if marker.digest == content_digest(version.spec, folder_uid):
        return False
    return any(marker.digest == content_digest(version.spec, uid) for uid in folders if uid != folder_uid)


def _decide_orphan(live: LiveDashboard, found: Found, policy: Policy) -> DashboardStep:
    def step(action: Action, reason: str, hint: str = "") -> DashboardStep:
        return DashboardStep(
            action, Ref(_KIND, live.uid), live.title, dashboard_item(live), reason=reason, hint=hint,
            folder=found.tree.path(live.folder_uid),
        )  # fmt: skip

    if not policy.prune:
        return step(
            Action.ORPHAN,
            "carries the project's tag, but is not in the source",
            "--prune deletes it if dashkit made it",
        )
    history = found.histories.get(live.uid, History())
    pushed = _last_push(history, live, found.owner_tag)
    if live.manager or not history.readable or pushed is None:
        # The tag alone proves nothing: a copy made in the UI carries it.
        why = "carries the project's tag, but dashkit did not make it: left alone"
        return step(Action.ORPHAN, why, "a copy made in the UI? take the tag off")
    edited = pushed is not history.versions[0] and (live.schema or not same(pushed.spec, live.spec))
    since = (
        "edited in the UI since"
        if edited
        else "moved to another folder in the UI"
        if _moved(pushed, live, found)
        else ""
    )
    if since and policy.on_drift != "overwrite":
        return step(Action.REFUSE, f"gone from the source, but {since}", "--on-drift overwrite deletes it")
    return step(Action.DELETE, "no longer in the source")


def _last_push(history: History, live: LiveDashboard, owner_tag: str) -> Version | None:
    """The newest version that this project wrote to this very dashboard.

    The message of a copy names another uid; that of another project stands on content with another tag. The tag is
    looked for in what was pushed: a person may have removed it since.
    """
    for version in history.versions:
        marker = parse_marker(version.message)
        if marker is not None and marker.uid == live.uid and not marker.edited:
            tags = version.spec.get("tags") if version.spec else live.tags
            return version if owner_tag in (tags or ()) else None
    return None


def _moves(live: LiveDashboard, folder_uid: str, item: Desired, tree: FolderTree) -> list[Change]:
    if live.folder_uid == folder_uid:
        return []
    old, new = folder_text(tree.path(live.folder_uid)), folder_text(item.folder)
    return [Change("~", "folder", f"{old!r} -> {new!r}", live.folder_uid, folder_uid)]


def _moved_in_ui(live: LiveDashboard, tree: FolderTree) -> Change:
    return Change("~", "folder", f"moved in the UI to {folder_text(tree.path(live.folder_uid))!r}")
