"""Decide what a push does to Grafana-managed alert rules, group by group. Pure."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from dashkit import _json
from dashkit.deploy.alert_forms import alike
from dashkit.deploy.alert_groups import content, edited, knows_its_place, misplaced, owner_of
from dashkit.deploy.alert_leaves import has_edits
from dashkit.deploy.plan_input import Policy
from dashkit.deploy.recording_rules import STAGE, source_group
from dashkit.deploy.steps import Action, GroupDrift, GroupStep
from dashkit.document.diff import Change
from dashkit.model.item import group_item
from dashkit.model.live import GrafanaAlertGroup

Rule = Mapping[str, Any]
_Place = tuple[str, str]
_EDITED, _ADDED, _MOVED, _INTERVAL = "edited", "added", "moved or renamed", "given another interval"


class _LiveRules:
    """The live rules, by group and by uid. A rule keeps its uid wherever it is moved."""

    def __init__(self, groups: Iterable[GrafanaAlertGroup], pushed: Mapping[str, Rule]) -> None:
        self.pushed = pushed
        self.groups = {group.place: group for group in groups}
        self.by_uid = {str(rule["uid"]): (group, rule) for group in self.groups.values() for rule in group.rules}


def plan_groups(
    desired: Iterable[GrafanaAlertGroup],
    live: Iterable[GrafanaAlertGroup],
    owner: str,
    policy: Policy,
    pushed: Mapping[str, Rule] | None = None,
) -> list[GroupStep]:
    """Return a step for each desired group, and one for each group of ours that the source no longer has.

    Args:
        pushed: rules that were edited in the UI as they were pushed last, by uid, as far as the server knows.
    """
    rules, wanted = _LiveRules(live, pushed or {}), list(desired)
    places = {group.place for group in wanted}
    steps = [_decide(group, rules, places, owner, policy) for group in wanted]
    # The rules of a renamed group move to the new one. They must not be deleted with the old one.
    moving = {str(rule["uid"]) for group in wanted for rule in group.rules}
    for place, group in sorted(rules.groups.items()):
        left = tuple(rule for rule in group.rules if rule["uid"] not in moving)
        if place not in places and left and all(owner_of(rule) == owner for rule in left):
            steps.append(_orphan(group, left, policy))
    return steps


def _decide(group: GrafanaAlertGroup, live: _LiveRules, places: set[_Place], owner: str, policy: Policy) -> GroupStep:
    here = live.groups.get(group.place)
    wanted = {str(rule["uid"]): rule for rule in group.rules}
    moved = [found for uid in wanted if (found := live.by_uid.get(uid)) and found[0] is not here]
    touched = [*((here, rule) for rule in here.rules), *moved] if here else moved

    item = group_item(group)
    drift: GroupDrift | None = None
    takes = tuple({source.place: group_item(source) for source, _ in moved}.values())

    def step(
        action: Action, reason: str = "", hint: str = "", *, lines: Iterable[str] = (), lost: tuple[str, ...] = ()
    ) -> GroupStep:
        base = group_item(here) if here else None
        changes = tuple(Change(line[0], line[2:], "") for line in lines)
        return GroupStep(
            action, item.ref, group.name, base, item, changes, reason, hint, takes=takes, lost=lost, drift=drift
        )

    if not touched:
        return step(Action.CREATE, lines=[f"+ {rule['title']}" for rule in group.rules])
    if provenance := next((source.provenance for source, _ in touched if source.provenance), ""):
        return step(Action.REFUSE, f"some of its rules belong to {provenance} provisioning", "change them there")
    if others := sorted({owner_of(rule) for _, rule in touched} - {owner, ""}):
        why = f"some of its rules belong to another project ({others[0]})"
        return step(Action.REFUSE, why, "give the alerts or the system another name")
    foreign = [rule for _, rule in touched if not owner_of(rule)]
    edits = [
        (how, rule)
        for source, rule in touched
        if (how := _edit(source, rule, wanted.get(str(rule["uid"])), group, places, live.pushed))
    ]
    drift = _drift(edits, foreign, wanted, interval=here is not None and _has_other_interval(here, group))
    if drift is not None:
        drift = replace(drift, pushed={uid: live.pushed[uid] for uid in drift.edited & live.pushed.keys()})
    if foreign and not policy.adopt:
        why = f"it contains rules that dashkit did not make: {_titles(foreign)}"
        take = policy.absorbing(source_group(group.name)) if drift else ""
        return step(Action.REFUSE, why, f"--adopt takes the group over{take}")
    lines = [f"~ {rule['title']} moves here from group {source.name}" for source, rule in moved]
    lines += _changes(here, group, live)
    if not lines:
        return step(Action.KEEP)
    action, reason, hint = Action.UPDATE, "", ""
    if edits:
        how = ", ".join(sorted({how for how, _ in edits}))
        titles = _titles(rule for _, rule in edits)
        action, reason, hint = policy.on_edit(
            f"{how} in the UI since the last push: {titles}", source_group(group.name)
        )
    lost = tuple(str(rule["title"]) for rule in foreign if rule["uid"] not in wanted)
    return step(action, reason, hint, lines=lines, lost=lost if action is Action.UPDATE else ())


def _orphan(whole: GrafanaAlertGroup, left: tuple[Rule, ...], policy: Policy) -> GroupStep:
    """Decide about a group that the source no longer has. ``left`` are its rules that have not moved elsewhere."""
    rest = group_item(replace(whole, rules=left))

    def step(action: Action, why: str, hint: str = "") -> GroupStep:
        return GroupStep(action, rest.ref, whole.name, group_item(whole), rest, reason=why, hint=hint)

    if whole.provenance:
        return step(Action.ORPHAN, f"it belongs to {whole.provenance} provisioning")
    gone = "no longer recorded by this Grafana" if STAGE in whole.name else "no longer in the source"
    if not policy.prune:
        return step(Action.ORPHAN, gone, "--prune deletes it")
    if any(edited(rule) or misplaced(rule, whole) for rule in left) and policy.on_drift != "overwrite":
        why = "gone from the source, but edited, moved or renamed in the UI since"
        return step(Action.REFUSE, why, "--on-drift overwrite deletes it")
    return step(Action.DELETE, gone)


def _edit(
    source: GrafanaAlertGroup,
    rule: Rule,
    wanted: Rule | None,
    group: GrafanaAlertGroup,
    places: set[_Place],
    pushed: Mapping[str, Rule],
) -> str:
    """Describe what someone did in the UI to a rule in ``source`` that the project does not want; empty for nothing."""
    if edited(rule) and (wanted is None or not _taken(wanted, rule, pushed.get(str(rule["uid"])))):
        return _EDITED
    stayed = source.place == group.place
    if stayed and source.interval == group.interval:
        return ""
    if knows_its_place(rule):
        moved = misplaced(rule, source)
    else:
        # The source may have renamed the group: it no longer has one in that place, and no rule made by hand is in it.
        renamed = source.place not in places and all(map(owner_of, source.rules))
        moved = not stayed and not renamed
    if not moved:
        return ""
    return _INTERVAL if stayed else _MOVED


def _taken(wanted: Rule, rule: Rule, pushed: Rule | None) -> bool:
    """Return whether the source has what was edited in a rule."""
    return alike(wanted, rule) or (pushed is not None and has_edits(wanted, rule, pushed))


def _has_other_interval(here: GrafanaAlertGroup, group: GrafanaAlertGroup) -> bool:
    """Return whether somebody gave a live group another interval, rather than the source."""
    ours = [rule for rule in here.rules if owner_of(rule)]
    return here.interval != group.interval and bool(ours) and all(misplaced(rule, here) for rule in ours)


def _drift(
    edits: Iterable[tuple[str, Rule]], foreign: Iterable[Rule], wanted: Mapping[str, Rule], *, interval: bool
) -> GroupDrift | None:
    """Return what was done to a group in the UI; None for nothing."""
    done: dict[str, set[str]] = defaultdict(set)
    for how, rule in edits:
        done[how if how != _EDITED or rule["uid"] in wanted else _ADDED].add(str(rule["uid"]))
    for rule in foreign:
        made = wanted.get(str(rule["uid"]))
        if made is None or not alike(made, rule):
            done[_EDITED if made else _ADDED].add(str(rule["uid"]))
    edited, added, moved = (frozenset(done[how]) for how in (_EDITED, _ADDED, _MOVED))
    found = GroupDrift(edited, added, moved, interval=interval or bool(done[_INTERVAL]))
    return found if found != GroupDrift() else None


def _titles(rules: Iterable[Rule]) -> str:
    titles = list(dict.fromkeys(str(rule["title"]) for rule in rules))
    return ", ".join(titles[:3]) + (f" and {len(titles) - 3} more" if len(titles) > 3 else "")


def _changes(here: GrafanaAlertGroup | None, group: GrafanaAlertGroup, live: _LiveRules) -> Iterable[str]:
    if here and here.interval != group.interval:
        yield f"~ interval {here.interval} s -> {group.interval} s"
    old = {rule["uid"]: rule for rule in here.rules} if here else {}
    new = {rule["uid"]: rule for rule in group.rules}
    yield from (f"- {old[uid]['title']}" for uid in old if uid not in new)
    for uid, rule in new.items():
        before = old.get(uid) or (live.by_uid[uid][1] if uid in live.by_uid else None)
        if before is None:
            yield f"+ {rule['title']}"
        elif rule != before:
            yield from _rule_changes(before, rule, group, live.pushed.get(uid))
    if [uid for uid in old if uid in new] != [uid for uid in new if uid in old]:
        yield "~ order of the rules"


def _rule_changes(old: Rule, new: Rule, group: GrafanaAlertGroup, pushed: Rule | None) -> Iterable[str]:
    before, after = content(old), content(new)
    if before == after:
        if owner_of(old) != owner_of(new):
            yield f"~ {new['title']}: marked as this project's"
        elif edited(old) or misplaced(old, group):
            yield f"~ {new['title']}: the source now matches an edit in the UI, marked as pushed"
        return  # all that is left is the digest of an older dashkit, which means the same
    more = pushed is not None and has_edits(new, old, pushed)
    yield f"~ {new['title']}{': the source has what was edited in the UI, and more' if more else ''}"
    for key in sorted(before.keys() | after.keys()):
        if before.get(key) == after.get(key):
            continue
        old_text, new_text = (_json.pretty(value.get(key)).decode().splitlines() for value in (before, after))
        lines = difflib.unified_diff(old_text, new_text, n=0, lineterm="")
        shown = [line for line in lines if not line.startswith(("---", "+++", "@@"))]
        yield from (f"    {key} {line}" for line in shown[:8])
