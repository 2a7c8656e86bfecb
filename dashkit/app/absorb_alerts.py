"""Take edits of alert rules that people made in Grafana back into the alert modules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from dashkit.absorb.absorbed import Absorbed
from dashkit.absorb.copy import Copy, copied
from dashkit.absorb.form import formatted
from dashkit.absorb.merge import Conflict
from dashkit.absorb.reshape import ABSENT
from dashkit.absorb.rule_changes import Rule, RuleChange, RuleEdit, Unsaid, rule_changes
from dashkit.absorb.rule_search import GroupWanted, RuleSearch, RulesFound, Wish
from dashkit.absorb.rule_targets import Json, copied_from, in_form, target_of
from dashkit.absorb.rule_ways import NewRule, rule_by_hand
from dashkit.absorb.rules_made import GroupMade, Options, rules_made
from dashkit.absorb.told import ByHand
from dashkit.absorb.traced import Traced
from dashkit.absorb.worker import compiled
from dashkit.app.alerts import plan_alerts, rule_options
from dashkit.app.connect import Connected
from dashkit.app.ports import Event, Ports
from dashkit.app.source import Alerting, all_alerting, sources
from dashkit.deploy.alert_forms import OtherFormError
from dashkit.deploy.alert_groups import owner_of
from dashkit.deploy.plan_input import Policy
from dashkit.deploy.recording_rules import source_group
from dashkit.deploy.steps import Action, GroupDrift, GroupStep
from dashkit.errors import InputError, RefusedError
from dashkit.importer.grafana_rules import Origin, made_document, rule_call
from dashkit.model.alerts import AlertGroup, AlertRule
from dashkit.model.dashboard import CompiledDashboard
from dashkit.model.durations import canonical
from dashkit.model.live import GrafanaAlertGroup

_BY_HAND = "look at `dashkit rules diff`, and change the source by hand"


@dataclass(frozen=True, slots=True)
class Asked:
    """The alert modules, and the names of the groups to look at."""

    alerting: Alerting
    names: frozenset[str]


@dataclass(slots=True)
class _Group:
    """A group of the source, what was done to it in Grafana, and what has to change.

    Attributes:
        live: its rules in Grafana, by uid, each with the group that it is in.
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


def asked(names: Sequence[str], found: Connected, dashboards: list[CompiledDashboard], ports: Ports) -> Asked | None:
    """Return which groups to look at: those with these names, or all; None if Grafana does not evaluate the rules.

    Raises:
        InputError: an alert module is broken.
    """
    if found.context.evaluator != "grafana":
        return None
    alerting = all_alerting(ports, dashboards)
    known = frozenset(group.name for group in alerting.groups)
    return Asked(alerting, known & set(names) if names else known)


def absorb_rules(
    asked: Asked, named: bool, found: Connected, ports: Ports, texts: Mapping[str, str]
) -> tuple[list[Absorbed], dict[str, str]]:
    """Return what came of the edits of groups, and the new texts of files.

    Args:
        named: whether the user named the groups: then those without an edit are told, too.
        texts: what other files, or the same ones, get already.

    Raises:
        ServerError: the server cannot be read.
    """
    plan = plan_alerts(ports.project, found, asked.alerting, Policy("refuse"))
    options = _options(found, asked, ports)
    steps: dict[str, list[GroupStep]] = {}
    for step in plan.steps:
        if step.item is not None and source_group(step.title) in asked.names and step.action is not Action.ORPHAN:
            steps.setdefault(f"{step.item.content['folder']}/{source_group(step.title)}", []).append(step)
    drifted = {place: members for place, members in steps.items() if any(step.drift for step in members)}
    results = [
        _untouched(members) for place, members in steps.items()
        if place not in drifted and (named or any(step.action is Action.REFUSE for step in members))
    ]  # fmt: skip
    if not drifted:
        return results, {}
    with copied(sources(ports.project)) as copy, copy.with_files(texts):
        traced = compiled(copy.sources, trace=True, rules=options)
        groups = list(_groups(drifted, traced, asked.alerting, options))
        for group in groups:
            _look(group, traced, asked.alerting, options)
        more, changed = _searched(groups, copy, traced, options, ports)
    return [*more, *results], changed


def _options(found: Connected, asked: Asked, ports: Ports) -> dict[str, Any]:
    options, _ = rule_options(ports.project, found, asked.alerting)
    options["datasources"] = dict(options["datasources"])
    return {**options, "without": [] if found.server.recording_rules else ["keep_firing_for"]}


def _untouched(steps: Sequence[GroupStep]) -> Absorbed:
    """Return the result for a group without an edit, or with one that is not ours to take."""
    name = source_group(steps[0].title)
    absorbed = Absorbed(name, "alert rules", "", edited=False, kind="group")
    refused = next((step for step in steps if step.action is Action.REFUSE), None)
    return replace(absorbed, error=RefusedError(refused.reason, where=name, hint=refused.hint)) if refused else absorbed


def _groups(
    drifted: Mapping[str, Sequence[GroupStep]], traced: Traced, alerting: Alerting, options: Options
) -> Iterator[_Group]:
    folders: Mapping[str, str] = options["folders"]
    for made, source in zip(traced.rules.groups, alerting.groups, strict=True):
        steps = drifted.get(f"{folders.get(source.folder, options['folder_uid'])}/{source.name}")
        if steps is None:
            continue
        drifts = [step.drift for step in steps if step.drift is not None]
        drift = GroupDrift(
            frozenset().union(*(one.edited for one in drifts)), frozenset().union(*(one.added for one in drifts)),
            frozenset().union(*(one.moved for one in drifts)), any(one.interval for one in drifts),
        )  # fmt: skip
        live = {str(rule["uid"]): (group, rule) for step in steps for group in _live(step) for rule in group.rules}
        yield _Group(made, source, drift, live)


def _live(step: GroupStep) -> Iterator[GrafanaAlertGroup]:
    for item in (*step.takes, step.base):
        if item is not None:
            content = item.content
            yield GrafanaAlertGroup(content["folder"], content["group"], content["interval"], tuple(content["rules"]))


def _look(group: _Group, traced: Traced, alerting: Alerting, options: Options) -> None:
    """Find out what a group has to become, and what has to change for that."""
    made = traced.rules.by_uid
    group.targets = {uid: made[uid] for uid in group.made.rules}
    for uid in sorted(group.drift.edited & group.targets.keys()):
        _edited(group, uid, traced, alerting, options)
    for uid in sorted(group.drift.added):
        _added(group, uid, made, options)
    for uid in sorted(group.drift.moved):
        there, rule = group.live[uid]
        why = "it was moved in Grafana, or its group was renamed"
        group.by_hand.append(ByHand(f"rule {rule['title']!r}", "", "", f"in group {there.name}", why))
    if group.drift.interval:
        _interval(group)
    gone = [str(made[uid]["title"]) for uid in group.targets if uid not in group.live and uid not in group.drift.added]
    if gone:
        group.notes.append(f"not in Grafana: {', '.join(gone)}; a push makes what was deleted there again")


def _edited(group: _Group, uid: str, traced: Traced, alerting: Alerting, options: Options) -> None:
    place = group.made.rules[uid]
    number, made, title = group.made.records[place], group.targets[uid], f"rule {group.targets[uid]['title']!r}"
    record = traced.records.get(number) if number is not None else None
    try:
        target, conflicts = target_of(made, group.live[uid][1])
    except OtherFormError as error:
        where = str(record.frames[0].span.file) + f":{record.frames[0].span.line}" if record and record.frames else ""
        group.by_hand.append(ByHand(title, where, "", "", f"no helper of dashkit makes it: {error}"))
        return
    group.conflicts += conflicts
    rule = group.source.rules[place]
    remade = partial(_remade, group, place, alerting, options)
    part = (group.made.key, f"rule {place}")
    for change in rule_changes(RuleEdit(rule, record, made, target, remade, options["uid_prefix"])):
        group.wishes.append(Wish(group.made.key, title, uid, change, part, number))
        if isinstance(change, RuleChange) and change.note:
            group.notes.append(change.note)
        if isinstance(change, RuleChange) and change.name == "expr" and isinstance(rule, AlertRule) and rule.tests:
            group.notes.append(f"{rule.name} has another expression, and tests of its own: run `dashkit rules test`")
    group.targets[uid] = target


def _remade(group: _Group, place: int, alerting: Alerting, options: Options, rule: Rule) -> Json:
    """Return what a push makes of another rule in the place of one of a group."""
    rules = tuple(rule if index == place else one for index, one in enumerate(group.source.rules))
    every = [replace(one, rules=rules) if one is group.source else one for one in alerting.groups]
    index = next(index for index, one in enumerate(alerting.groups) if one is group.source)
    made = rules_made(every, options)
    return made.by_uid[next(uid for uid, at in made.groups[index].rules.items() if at == place)]


def _added(group: _Group, uid: str, made: Mapping[str, Json], options: Options) -> None:
    live, rule = group.live[uid]
    title = f"rule {rule['title']!r}"
    if not copied_from(rule, {**{key: one for key, (_, one) in group.live.items()}, **made}):
        why = "the source has no such rule any more, and somebody edited it in Grafana"
        group.by_hand.append(ByHand(title, "", "", "", why))
        return
    origin = Origin(
        options["owner"], options["datasources"].get(group.source.datasource, group.source.datasource) or options["datasource"],
        {}, {}, options["uid_prefix"],
    )  # fmt: skip
    try:
        call = rule_call(live, rule, group.source.system, origin)
        target = in_form(rule, made_document(call, group.source.system, origin))
    except OtherFormError as error:
        group.by_hand.append(ByHand(f"{title}: new", "", "", "", f"no helper of dashkit makes it: {error}"))
        return
    group.targets[uid] = target
    change = NewRule(str(rule["title"]), call)
    group.wishes.append(Wish(group.made.key, title, uid, change, (group.made.key, "group"), group.made.record))
    if not owner_of(rule):
        group.notes.append(f"{rule['title']} is new: the first push with it needs --adopt")


def _interval(group: _Group) -> None:
    stages = {one.place: one.interval for uid, (one, _) in group.live.items() if uid not in group.drift.moved}
    found = set(stages.values())
    if len(found) > 1:
        shown = ", ".join(f"{name}: {seconds} s" for (_, name), seconds in sorted(stages.items()))
        why = "one group of the source makes all of these, which have one interval"
        group.by_hand.append(ByHand("interval", "", "", shown, why))
        return
    (group.interval,) = found
    text = canonical(f"{group.interval}s")
    change = RuleChange("interval", frozenset({("interval",)}), group.source.interval or ABSENT, (text,))
    group.wishes.append(Wish(group.made.key, "group", "", change, (group.made.key, "group"), group.made.record))


def _searched(
    groups: Sequence[_Group], copy: Copy, traced: Traced, options: Options, ports: Ports
) -> tuple[list[Absorbed], dict[str, str]]:
    ready = [one for one in groups if not one.conflicts and not one.by_hand]
    wanted = [GroupWanted(one.made, one.targets, one.interval) for one in ready]
    search = RuleSearch(copy, traced, wanted, options, lambda tries: ports.progress(Event("compiled", tries, None)))
    found = search.run([wish for one in ready for wish in one.wishes])
    texts = {path: _in_form(path, text, ports) for path, text in found.texts.items()}
    if not search.prove(
        texts, found.done
    ):  # a formatter changes nothing that counts; if one did, its work is not taken
        texts = dict(found.texts)
    return [_result(one, found, search, traced) for one in groups], texts


def _in_form(path: str, text: str, ports: Ports) -> str:
    file = ports.project.root / path
    return formatted(file, file.read_bytes().decode(), text)


def _result(group: _Group, found: RulesFound, search: RuleSearch, traced: Traced) -> Absorbed:
    key = group.made.key
    absorbed = Absorbed(group.source.name, "alert rules", _file(group, traced), notes=tuple(group.notes), kind="group")
    if group.conflicts:
        return replace(absorbed, conflicts=tuple(group.conflicts))
    if key in found.done:
        return absorbed
    left = [wish for wish in found.left if wish.group == key]
    if group.by_hand:
        left = [wish for wish in group.wishes if isinstance(wish.change, Unsaid)]
    told = [rule_by_hand(wish.title, wish.change, search.site(wish)) for wish in left]
    if told or group.by_hand:
        return replace(absorbed, by_hand=(*group.by_hand, *told))
    text = "no edit of the source makes what Grafana has"
    return replace(absorbed, error=InputError(text, where=group.source.name, hint=_BY_HAND))


def _file(group: _Group, traced: Traced) -> str:
    """Return the module that makes a group."""
    record = traced.records.get(group.made.record) if group.made.record is not None else None
    return record.frames[-1].code.file if record and record.frames else group.source.source.path
