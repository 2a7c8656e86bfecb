"""Take edits of alert rules that people made in Grafana back into the alert modules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dashkit.absorb.absorbed import Absorbed
from dashkit.absorb.copy import Copy, copied
from dashkit.absorb.form import formatted
from dashkit.absorb.group_edits import GroupEdit, look
from dashkit.absorb.rule_edit import Unsaid
from dashkit.absorb.rule_search import GroupWanted, RuleSearch, RulesFound
from dashkit.absorb.rule_ways import rule_by_hand
from dashkit.absorb.rules_made import Options
from dashkit.absorb.traced import Traced
from dashkit.absorb.worker import compiled
from dashkit.app.alerts import plan_alerts, rule_options
from dashkit.app.connect import Connected
from dashkit.app.ports import Event, Ports
from dashkit.app.source import Alerting, all_alerting, sources
from dashkit.deploy.plan_input import Policy
from dashkit.deploy.recording_rules import source_group
from dashkit.deploy.steps import Action, GroupDrift, GroupStep
from dashkit.errors import InputError, RefusedError
from dashkit.model.dashboard import CompiledDashboard
from dashkit.model.live import GrafanaAlertGroup

_BY_HAND = "look at `dashkit rules diff`, and change the source by hand"


@dataclass(frozen=True, slots=True)
class Asked:
    """The alert modules, and the names of the groups to look at."""

    alerting: Alerting
    names: frozenset[str]


def asked(names: Sequence[str], found: Connected, dashboards: list[CompiledDashboard], ports: Ports) -> Asked | None:
    """Return which groups to look at: those with these names, or all; None if Grafana does not evaluate the rules.

    Raises:
        InputError: an alert module is broken, and not only dashboards were named.
    """
    if found.context.evaluator != "grafana":
        return None
    try:
        alerting = all_alerting(ports, dashboards)
    except InputError:
        if names and set(names) <= {one.uid for one in dashboards}:
            return None
        raise
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
    if not asked.names:
        return [], {}
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
            look(group, traced, asked.alerting.groups, options)
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
) -> Iterator[GroupEdit]:
    folders: Mapping[str, str] = options["folders"]
    for made, source in zip(traced.rules.groups, alerting.groups, strict=True):
        steps = drifted.get(f"{folders.get(source.folder, options['folder_uid'])}/{source.name}")
        if steps is None:
            continue
        drifts = [step.drift for step in steps if step.drift is not None]
        drift = GroupDrift(
            frozenset().union(*(one.edited for one in drifts)), frozenset().union(*(one.added for one in drifts)),
            frozenset().union(*(one.moved for one in drifts)), any(one.interval for one in drifts),
            {uid: rule for one in drifts for uid, rule in one.pushed.items()},
        )  # fmt: skip
        live = {str(rule["uid"]): (group, rule) for step in steps for group in _live(step) for rule in group.rules}
        yield GroupEdit(made, source, drift, live)


def _live(step: GroupStep) -> Iterator[GrafanaAlertGroup]:
    for item in (*step.takes, step.base):
        if item is not None:
            content = item.content
            yield GrafanaAlertGroup(content["folder"], content["group"], content["interval"], tuple(content["rules"]))


def _searched(
    groups: Sequence[GroupEdit], copy: Copy, traced: Traced, options: Options, ports: Ports
) -> tuple[list[Absorbed], dict[str, str]]:
    ready = [one for one in groups if not one.conflicts and not one.by_hand]
    wanted = [GroupWanted(one.made, one.targets, one.interval) for one in ready]

    def report(tries: int) -> None:
        ports.progress(Event("compiled", tries, None))

    def form(path: str, before: str, after: str) -> str:
        return formatted(ports.project.root / path, before, after)

    search = RuleSearch(copy, traced, wanted, options, form, report)
    found = search.run([wish for one in ready for wish in one.wishes])
    return [_result(one, found, search, traced) for one in groups], dict(found.texts)


def _result(group: GroupEdit, found: RulesFound, search: RuleSearch, traced: Traced) -> Absorbed:
    key = group.made.key
    absorbed = Absorbed(group.source.name, "alert rules", _file(group, traced), notes=tuple(group.notes), kind="group")
    if group.conflicts:
        return replace(absorbed, conflicts=tuple(group.conflicts))
    if key in found.done:
        return replace(absorbed, notes=(*group.notes, *group.taken))
    left = [wish for wish in found.left if wish.group == key]
    if group.by_hand:
        left = [wish for wish in group.wishes if isinstance(wish.change, Unsaid)]
    told = [rule_by_hand(wish.title, wish.change, search.site(wish)) for wish in left]
    if told or group.by_hand:
        return replace(absorbed, by_hand=(*group.by_hand, *told))
    text = "no edit of the source makes what Grafana has"
    return replace(absorbed, error=InputError(text, where=group.source.name, hint=_BY_HAND))


def _file(group: GroupEdit, traced: Traced) -> str:
    """Return the module that makes a group."""
    record = traced.records.get(group.made.record) if group.made.record is not None else None
    return record.frames[-1].code.file if record and record.frames else group.source.source.path
