"""What was done to a group of alert rules in Grafana, and what has to change in the source for that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from dashkit.absorb.rule_changes import rule_changes
from dashkit.absorb.rule_edit import Rule, RuleChange, RuleEdit
from dashkit.absorb.rule_search import Wish
from dashkit.absorb.rule_targets import copied_from, target_of
from dashkit.absorb.rule_ways import NewRule
from dashkit.absorb.rules_made import GroupMade, Options, rules_made
from dashkit.absorb.told import ByHand
from dashkit.absorb.traced import Traced
from dashkit.absorb.values import ABSENT
from dashkit.deploy.alert_forms import OtherFormError
from dashkit.deploy.alert_groups import owner_of
from dashkit.deploy.alert_leaves import Json, in_form
from dashkit.deploy.steps import GroupDrift
from dashkit.importer.grafana_rules import Origin, made_document, rule_call
from dashkit.model.alerts import AlertGroup, AlertRule
from dashkit.model.durations import canonical
from dashkit.model.live import GrafanaAlertGroup
from dashkit.quiet.threeway import Conflict


@dataclass(slots=True)
class GroupEdit:
    """A group of the source, what was done to it in Grafana, and what has to change.

    Attributes:
        live: its rules in Grafana, by uid, each with the group that it is in.
        taken: what to say if the edits are taken; ``notes`` are said in any case.
    """

    made: GroupMade
    source: AlertGroup
    drift: GroupDrift
    live: Mapping[str, tuple[GrafanaAlertGroup, Mapping[str, Any]]]
    targets: dict[str, Json] = field(default_factory=dict)
    interval: int | None = None
    wishes: list[Wish] = field(default_factory=list)
    by_hand: list[ByHand] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)


def look(group: GroupEdit, traced: Traced, every: Sequence[AlertGroup], options: Options) -> None:
    """Find out what a group has to become, and what has to change for that."""
    made = traced.rules.by_uid
    group.targets = {uid: made[uid] for uid in group.made.rules}
    for uid in sorted(group.drift.edited & group.targets.keys()):
        _edited(group, uid, traced, every, options)
    for uid in sorted(group.drift.added):
        _added(group, uid, traced, options)
    for uid in sorted(group.drift.moved):
        there, rule = group.live[uid]
        why = "it was moved in Grafana, or its group was renamed"
        title, number = f"rule {rule['title']!r}", group.made.records[group.made.rules[uid]]
        _left(group, traced, number, title, why, f"in group {there.name}")
    if group.drift.interval:
        _interval(group, traced)
    gone = [str(made[uid]["title"]) for uid in group.targets if uid not in group.live and uid not in group.drift.added]
    if gone:
        group.notes.append(f"not in Grafana: {', '.join(gone)}; a push makes what was deleted there again")


def _edited(group: GroupEdit, uid: str, traced: Traced, every: Sequence[AlertGroup], options: Options) -> None:
    place = group.made.rules[uid]
    number, made, title = group.made.records[place], group.targets[uid], f"rule {group.targets[uid]['title']!r}"
    record = traced.records.get(number) if number is not None else None
    try:
        found = target_of(made, group.live[uid][1], group.drift.pushed.get(uid))
    except OtherFormError as error:
        _left(group, traced, number, title, f"no helper of dashkit makes it: {error}")
        return
    if found.conflicts:
        group.conflicts += found.conflicts
        group.notes.append("make the source say what is right, and push with --on-drift overwrite")
        return
    if found.of_source:
        known = uid in group.drift.pushed
        group.taken += [] if known else [f"{title} has changed in the source, too: push it with --on-drift overwrite"]
    target, rule = found.rule, group.source.rules[place]
    remade = partial(_remade, group, place, every, options)
    part = (group.made.key, f"rule {place}")
    for change in rule_changes(RuleEdit(rule, record, made, target, remade, options["uid_prefix"])):
        group.wishes.append(Wish(group.made.key, title, uid, change, part, number))
        if isinstance(change, RuleChange) and change.note:
            group.taken.append(change.note)
        if isinstance(change, RuleChange) and change.name == "expr" and isinstance(rule, AlertRule) and rule.tests:
            group.taken.append(f"{rule.name} has another expression, and tests of its own: run `dashkit rules test`")
    group.targets[uid] = target


def _remade(group: GroupEdit, place: int, every: Sequence[AlertGroup], options: Options, rule: Rule) -> Json:
    """Return what a push makes of another rule in the place of one of a group."""
    rules = tuple(rule if index == place else one for index, one in enumerate(group.source.rules))
    index = next(index for index, one in enumerate(every) if one is group.source)
    made = rules_made([*every[:index], replace(group.source, rules=rules), *every[index + 1 :]], options)
    return made.by_uid[next(uid for uid, at in made.groups[index].rules.items() if at == place)]


def _added(group: GroupEdit, uid: str, traced: Traced, options: Options) -> None:
    live, rule = group.live[uid]
    title = f"rule {rule['title']!r}"
    if not copied_from(rule, {**{key: one for key, (_, one) in group.live.items()}, **traced.rules.by_uid}):
        why = "the source has no such rule any more, and somebody edited it in Grafana"
        _left(group, traced, group.made.record, title, why)
        return
    origin = Origin(
        options["owner"], options["datasources"].get(group.source.datasource, group.source.datasource) or options["datasource"],
        {}, {}, options["uid_prefix"],
    )  # fmt: skip
    try:
        call = rule_call(live, rule, group.source.system, origin)
        target = in_form(rule, made_document(call, group.source.system, origin))
    except OtherFormError as error:
        _left(group, traced, group.made.record, f"{title}: new", f"no helper of dashkit makes it: {error}")
        return
    group.targets[uid] = target
    change = NewRule(str(rule["title"]), call)
    group.wishes.append(Wish(group.made.key, title, uid, change, (group.made.key, "group"), group.made.record))
    if not owner_of(rule):
        group.taken.append(f"{rule['title']} is new: the first push with it needs --adopt")


def _interval(group: GroupEdit, traced: Traced) -> None:
    own = group.targets.keys() - group.drift.moved
    stages = {one.place: one.interval for uid, (one, _) in group.live.items() if uid in own}
    found = set(stages.values())
    if len(found) > 1:
        shown = ", ".join(f"{name}: {seconds} s" for (_, name), seconds in sorted(stages.items()))
        why = "one group of the source makes all of these, which have one interval"
        _left(group, traced, group.made.record, "interval", why, shown)
        return
    (group.interval,) = found
    text = canonical(f"{group.interval}s")
    change = RuleChange("interval", frozenset({("interval",)}), group.source.interval or ABSENT, (text,))
    group.wishes.append(Wish(group.made.key, "group", "", change, (group.made.key, "group"), group.made.record))


def _left(group: GroupEdit, traced: Traced, number: int | None, what: str, why: str, wanted: str = "") -> None:
    """Note what a person has to change, and at which call."""
    record = traced.records.get(number) if number is not None else None
    span = record.frames[0].span if record and record.frames else None
    group.by_hand.append(ByHand(what, f"{span.file}:{span.line}" if span else "", "", wanted, why))
