"""What a push would do about Grafana-managed alert rules, group by group. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from dashkit import _json
from dashkit.deploy.actions import Kind
from dashkit.deploy.rules import content, edited, owner_of
from dashkit.model.live_rules import GrafanaGroup

Rule = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RuleAction:
    """What becomes of one group; ``changes`` are lines for people."""

    kind: Kind
    group: GrafanaGroup
    changes: tuple[str, ...] = ()
    reason: str = ""
    hint: str = ""
    #: Uids that the server has already, in whichever group (others are new); of a deletion those to delete.
    known: frozenset[str] = frozenset()
    #: Titles of rules that nobody marked as this project's, and that go when the group is taken over.
    lost: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RulePolicy:
    """How to treat what is not as it was left."""

    adopt: bool = False
    prune: bool = False
    on_drift: str = "refuse"


class _Live:
    """The live rules, by group and by uid: a rule keeps its uid wherever it is moved."""

    def __init__(self, groups: Iterable[GrafanaGroup]) -> None:
        self.groups = {(group.folder_uid, group.name): group for group in groups}
        self.by_uid = {str(rule["uid"]): (group, rule) for group in self.groups.values() for rule in group.rules}


def plan_rules(
    desired: Iterable[GrafanaGroup], live: Iterable[GrafanaGroup], owner: str, policy: RulePolicy
) -> list[RuleAction]:
    """One action for each desired group, and one for each group of ours that the source no longer has."""
    there, wanted = _Live(live), list(desired)
    names = {(group.folder_uid, group.name) for group in wanted}
    actions = [_decide(group, there, names, owner, policy) for group in wanted]
    # A rule whose group was renamed goes along with the new one; it must not be deleted with the old.
    moving = {str(rule["uid"]) for group in wanted for rule in group.rules}
    for key, group in sorted(there.groups.items()):
        left = tuple(rule for rule in group.rules if rule["uid"] not in moving)
        if key not in names and left and all(owner_of(rule) == owner for rule in left):
            rest = GrafanaGroup(group.folder_uid, group.name, group.interval, left, group.provenance)
            actions.append(_orphan(rest, policy))
    return actions


def _decide(
    group: GrafanaGroup, live: _Live, names: set[tuple[str, str]], owner: str, policy: RulePolicy
) -> RuleAction:
    known = frozenset(live.by_uid)
    here = live.groups.get((group.folder_uid, group.name))
    inside = list(here.rules) if here else []
    moved = [
        live.by_uid[uid]
        for uid in (str(rule["uid"]) for rule in group.rules)
        if uid in live.by_uid and live.by_uid[uid][0] is not here
    ]
    touched = [*inside, *(rule for _, rule in moved)]

    def refuse(why: str, hint: str, changes: tuple[str, ...] = ()) -> RuleAction:
        return RuleAction(Kind.REFUSE, group, changes, why, hint, known)

    if not touched:
        return RuleAction(Kind.CREATE, group, tuple(f"+ {rule['title']}" for rule in group.rules), known=known)
    provenance = next(
        (entry.provenance for entry in [here, *(place for place, _ in moved)] if entry and entry.provenance), ""
    )
    if provenance:
        return refuse(f"rules of it belong to {provenance} provisioning", "change them there")
    others = sorted({owner_of(rule) for rule in touched} - {owner, ""})
    if others:
        return refuse(
            f"rules of it belong to another project ({others[0]})", "give the alerts or the system another name"
        )
    foreign = [rule for rule in touched if not owner_of(rule)]
    if foreign and not policy.adopt:
        why = f"it holds rules that dashkit did not make: {_titles(foreign)}"
        return refuse(why, "--adopt takes the group over")
    changes = (*(_move(place, rule) for place, rule in moved), *_changes(here, group, live))
    if not changes:
        return RuleAction(Kind.KEEP, group, known=known)
    drifted = [rule for rule in touched if edited(rule)] + [rule for place, rule in moved if not _renamed(place, names)]
    if drifted and policy.on_drift != "overwrite":
        why = f"edited in the UI since the last push: {_titles(drifted)}"
        if policy.on_drift == "skip":
            return RuleAction(Kind.SKIP, group, changes, why, known=known)
        return refuse(why, "take the edit over into the source, or push with --on-drift overwrite (or skip)", changes)
    reason = f"overwrites an edit in the UI: {_titles(drifted)}" if drifted else ""
    uids = {rule["uid"] for rule in group.rules}
    lost = tuple(str(rule["title"]) for rule in foreign if rule["uid"] not in uids)
    return RuleAction(Kind.UPDATE, group, changes, reason, known=known, lost=lost)


def _orphan(group: GrafanaGroup, policy: RulePolicy) -> RuleAction:
    known = frozenset(str(rule["uid"]) for rule in group.rules)
    if group.provenance:
        return RuleAction(Kind.ORPHAN, group, (), f"it belongs to {group.provenance} provisioning", known=known)
    if not policy.prune:
        return RuleAction(Kind.ORPHAN, group, (), "no longer in the source", "--prune deletes it", known)
    if any(edited(rule) for rule in group.rules) and policy.on_drift != "overwrite":
        why = "gone from the source, but edited in the UI since"
        return RuleAction(Kind.REFUSE, group, (), why, "--on-drift overwrite deletes it", known)
    return RuleAction(Kind.DELETE, group, (), "no longer in the source", known=known)


def _titles(rules: Iterable[Rule]) -> str:
    titles = list(dict.fromkeys(str(rule["title"]) for rule in rules))
    return ", ".join(titles[:3]) + (f" and {len(titles) - 3} more" if len(titles) > 3 else "")


def _renamed(place: GrafanaGroup, names: set[tuple[str, str]]) -> bool:
    """Whether the source has no group any more where a rule lies, and nobody else's is in it; else a person moved the rule."""
    return (place.folder_uid, place.name) not in names and all(owner_of(rule) for rule in place.rules)


def _move(place: GrafanaGroup, rule: Rule) -> str:
    return f"~ {rule['title']} moves here from group {place.name}"


def _changes(here: GrafanaGroup | None, group: GrafanaGroup, live: _Live) -> Iterable[str]:
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
            yield from _rule_changes(before, rule)
    if [uid for uid in old if uid in new] != [uid for uid in new if uid in old]:
        yield "~ order of the rules"


def _rule_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterable[str]:
    before, after = content(old), content(new)
    if before == after:
        yield f"~ {new['title']}: marked as this project's"
        return
    yield f"~ {new['title']}"
    for key in sorted(before.keys() | after.keys()):
        if before.get(key) == after.get(key):
            continue
        old_text, new_text = (_json.pretty(value.get(key)).decode().splitlines() for value in (before, after))
        lines = difflib.unified_diff(old_text, new_text, n=0, lineterm="")
        shown = [line for line in lines if not line.startswith(("---", "+++", "@@"))]
        yield from (f"    {key} {line}" for line in shown[:8])
