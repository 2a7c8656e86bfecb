"""What a push would do about Grafana-managed alert rules, group by group. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from dashkit import _json
from dashkit.deploy.alert_groups import content, edited, knows_its_place, misplaced, owner_of
from dashkit.deploy.plan_input import Policy
from dashkit.deploy.recording_rules import STAGE
from dashkit.deploy.steps import Action, GroupStep
from dashkit.model.item import group_item
from dashkit.model.live import GrafanaAlertGroup
from dashkit.spec.diff import Change

Rule = Mapping[str, Any]


class _Live:
    """The live rules, by group and by uid: a rule keeps its uid wherever it is moved."""

    def __init__(self, groups: Iterable[GrafanaAlertGroup]) -> None:
        self.groups = {(group.folder_uid, group.name): group for group in groups}
        self.by_uid = {str(rule["uid"]): (group, rule) for group in self.groups.values() for rule in group.rules}


def plan_groups(
    desired: Iterable[GrafanaAlertGroup], live: Iterable[GrafanaAlertGroup], owner: str, policy: Policy
) -> list[GroupStep]:
    """One step for each desired group, and one for each group of ours that the source no longer has."""
    there, wanted = _Live(live), list(desired)
    names = {(group.folder_uid, group.name) for group in wanted}
    steps = [_decide(group, there, names, owner, policy) for group in wanted]
    # A rule whose group was renamed goes along with the new one; it must not be deleted with the old.
    moving = {str(rule["uid"]) for group in wanted for rule in group.rules}
    for key, group in sorted(there.groups.items()):
        left = tuple(rule for rule in group.rules if rule["uid"] not in moving)
        if key not in names and left and all(owner_of(rule) == owner for rule in left):
            steps.append(_orphan(group, left, policy))
    return steps


def _decide(
    group: GrafanaAlertGroup, live: _Live, names: set[tuple[str, str]], owner: str, policy: Policy
) -> GroupStep:
    here = live.groups.get((group.folder_uid, group.name))
    inside = list(here.rules) if here else []
    moved = [
        live.by_uid[uid]
        for uid in (str(rule["uid"]) for rule in group.rules)
        if uid in live.by_uid and live.by_uid[uid][0] is not here
    ]
    places = [*((here, rule) for rule in inside if here), *moved]
    touched = [rule for _, rule in places]

    item = group_item(group)
    base = group_item(here) if here else None
    takes = tuple({(place.folder_uid, place.name): group_item(place) for place, _ in moved}.values())

    def step(
        action: Action, lines: Iterable[str] = (), reason: str = "", hint: str = "", lost: tuple[str, ...] = ()
    ) -> GroupStep:
        changes = tuple(Change(line[0], line[2:], "") for line in lines)
        return GroupStep(
            action, item.ref, group.name, base, item, changes, reason, hint, takes=takes, lost=lost
        )  # fmt: skip

    if not touched:
        return step(Action.CREATE, [f"+ {rule['title']}" for rule in group.rules])
    provenance = next(
        (entry.provenance for entry in [here, *(place for place, _ in moved)] if entry and entry.provenance), ""
    )
    if provenance:
        return step(Action.REFUSE, (), f"rules of it belong to {provenance} provisioning", "change them there")
    others = sorted({owner_of(rule) for rule in touched} - {owner, ""})
    if others:
        why = f"rules of it belong to another project ({others[0]})"
        return step(Action.REFUSE, (), why, "give the alerts or the system another name")
    foreign = [rule for rule in touched if not owner_of(rule)]
    if foreign and not policy.adopt:
        why = f"it holds rules that dashkit did not make: {_titles(foreign)}"
        return step(Action.REFUSE, (), why, "--adopt takes the group over")
    lines = [*(_move(place, rule) for place, rule in moved), *_changes(here, group, live)]
    if not lines:
        return step(Action.KEEP)
    wanted = {str(rule["uid"]): rule for rule in group.rules}
    edits = [(_edit(place, rule, wanted.get(str(rule["uid"])), group, names), rule) for place, rule in places]
    drifted = [rule for how, rule in edits if how]
    if drifted and policy.on_drift != "overwrite":
        how = ", ".join(sorted({how for how, _ in edits if how}))
        why = f"{how} in the UI since the last push: {_titles(drifted)}"
        if policy.on_drift == "skip":
            return step(Action.SKIP, lines, why)
        hint = "take the edit over into the source, or push with --on-drift overwrite (or skip)"
        return step(Action.REFUSE, lines, why, hint)
    reason = f"overwrites an edit in the UI: {_titles(drifted)}" if drifted else ""
    lost = tuple(str(rule["title"]) for rule in foreign if rule["uid"] not in wanted)
    return step(Action.UPDATE, lines, reason, lost=lost)


def _orphan(whole: GrafanaAlertGroup, left: tuple[Rule, ...], policy: Policy) -> GroupStep:
    """A group that the source no longer has, of which ``left`` are the rules that have not moved elsewhere."""
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
    place: GrafanaAlertGroup, rule: Rule, wanted: Rule | None, group: GrafanaAlertGroup, names: set[tuple[str, str]]
) -> str:
    """What a person did to the rule that the source does not say; empty for nothing."""
    if edited(rule) and (wanted is None or content(wanted) != content(rule)):
        return "edited"
    here = (place.folder_uid, place.name) == (group.folder_uid, group.name)
    if here and place.interval == group.interval:
        return ""
    moved = misplaced(rule, place) if knows_its_place(rule) else not here and not _renamed(place, names)
    return ("given another interval" if here else "moved or renamed") if moved else ""


def _titles(rules: Iterable[Rule]) -> str:
    titles = list(dict.fromkeys(str(rule["title"]) for rule in rules))
    return ", ".join(titles[:3]) + (f" and {len(titles) - 3} more" if len(titles) > 3 else "")


def _renamed(place: GrafanaAlertGroup, names: set[tuple[str, str]]) -> bool:
    """Whether the source has no group any more where a rule lies, and nobody else's is in it; else a person moved the rule."""
    return (place.folder_uid, place.name) not in names and all(owner_of(rule) for rule in place.rules)


def _move(place: GrafanaAlertGroup, rule: Rule) -> str:
    return f"~ {rule['title']} moves here from group {place.name}"


def _changes(here: GrafanaAlertGroup | None, group: GrafanaAlertGroup, live: _Live) -> Iterable[str]:
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
            yield from _rule_changes(before, rule, group)
    if [uid for uid in old if uid in new] != [uid for uid in new if uid in old]:
        yield "~ order of the rules"


def _rule_changes(old: Rule, new: Rule, group: GrafanaAlertGroup) -> Iterable[str]:
    before, after = content(old), content(new)
    if before == after:
        if owner_of(old) != owner_of(new):
            yield f"~ {new['title']}: marked as this project's"
        elif edited(old) or misplaced(old, group):
            yield f"~ {new['title']}: the source has an edit of the UI now, marked as pushed"
        return  # but for the digest of an older dashkit, which says the same
    yield f"~ {new['title']}"
    for key in sorted(before.keys() | after.keys()):
        if before.get(key) == after.get(key):
            continue
        old_text, new_text = (_json.pretty(value.get(key)).decode().splitlines() for value in (before, after))
        lines = difflib.unified_diff(old_text, new_text, n=0, lineterm="")
        shown = [line for line in lines if not line.startswith(("---", "+++", "@@"))]
        yield from (f"    {key} {line}" for line in shown[:8])
