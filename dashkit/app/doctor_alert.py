"""Explain an alert of the project: its value, why it fires or does not, and where it goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from dashkit.app.doctor_prometheus import wanted_groups
from dashkit.app.doctor_routing import configuration_of, named
from dashkit.app.doctor_servers import alertmanager_at, asking, prometheus_of
from dashkit.app.ports import Ports
from dashkit.app.source import Alerting, all_alerting
from dashkit.doctor.alert_explained import Answer, Explained, Goes, History
from dashkit.doctor.alert_parts import Limit, limit_of, query_of, shown_parts
from dashkit.doctor.alert_series import Part, Parts
from dashkit.doctor.alert_state import actives
from dashkit.doctor.alert_subjects import Subject
from dashkit.doctor.alert_verdict import Loaded, judged
from dashkit.doctor.alert_why import Cause, Reason, Why
from dashkit.doctor.prometheus_rules import counterpart, how_it_differs
from dashkit.doctor.routes import possible_stops, stops
from dashkit.errors import ConfigError, DashkitError, ServerError
from dashkit.metrics.prometheus import Prometheus, QueryError
from dashkit.model.alerts import number
from dashkit.model.durations import seconds
from dashkit.promql.tree import parse

#: How many points a history has.
_POINTS = 60
#: How many parts of an expression are shown.
_MOST_PARTS = 30


@dataclass(frozen=True, slots=True)
class Request:
    """The options of `dashkit doctor alert`."""

    name: str
    severity: str = ""
    context_name: str | None = None
    prometheus: str | None = None
    alertmanager: str | None = None
    hours: float = 6.0


@dataclass(slots=True)
class _Asked:
    """What was asked of the servers, once for all alerts of a name."""

    server: Prometheus
    now: float
    hours: float
    groups: Sequence[Mapping[str, Any]]
    recorded: frozenset[str]
    #: The groups that Prometheus has loaded; None if it does not say.
    loaded: Sequence[Mapping[str, Any]] | None = None
    #: The alerts that Alertmanager has, and its silences; None if it was not asked or did not answer.
    held: list[dict[str, Any]] | None = None
    silences: list[dict[str, Any]] = field(default_factory=list)


def explain(request: Request, ports: Ports) -> Answer:
    """Explain the alerts of a name.

    Raises:
        UsageError: the project has no such alert.
        ServerError: Prometheus does not answer.
    """
    alerting = all_alerting(ports)
    subjects = named(alerting, request.name, request.severity)
    server = prometheus_of(ports, request.prometheus, request.context_name)
    recorded = frozenset(rule.record for group in alerting.groups for rule in group.recordings)
    asked = _Asked(server, ports.clock().timestamp(), request.hours, wanted_groups(ports, alerting.groups), recorded)
    if request.prometheus:
        with asking("Prometheus", "--prometheus"):
            rules = server.told("rules")
    else:
        rules = server.told("rules")
    asked.loaded = None if rules is None else rules.get("groups") or []
    failures: list[DashkitError] = []
    if request.alertmanager:
        try:
            alertmanager = alertmanager_at(ports, request.alertmanager)
            with asking("Alertmanager", "--alertmanager"):
                asked.held, asked.silences = alertmanager.alerts(), alertmanager.silences()
        except ServerError as error:
            failures.append(error)
    goes = _routing(request, ports, alerting, failures)
    return Answer(tuple(_explained(subject, asked, goes(subject)) for subject in subjects), tuple(failures))


def _routing(request: Request, ports: Ports, alerting: Alerting, failures: list[DashkitError]) -> Any:
    try:
        # Of an Alertmanager that just did not answer, the source is the best that is known.
        source, config, _ = configuration_of(None if failures else request.alertmanager, ports, alerting)
    except ConfigError:
        return lambda subject: None
    except ServerError as error:
        failures.append(error)
        return lambda subject: None

    def goes(subject: Subject) -> Goes:
        taken = tuple(stops(config.top, subject.labels))
        possible = possible_stops(config.top, subject.labels, subject.may_have)
        elsewhere = tuple(stop for stop in possible.stops if stop not in taken)
        return Goes(source, taken, elsewhere, tuple(sorted(possible.deciding)) if elsewhere else ())

    return goes


def _explained(subject: Subject, asked: _Asked, goes: Goes | None) -> Explained:
    rule, group = _wanted(subject, asked.groups)
    condition = subject.rule.condition
    loaded = [
        entry for one in asked.loaded or () if one.get("name") == subject.group for entry in one.get("rules") or ()
    ]
    shared = (group or {}).get("labels") or {}
    found = counterpart(rule, loaded, shared) if rule else None
    differs = tuple(how_it_differs(rule, found, shared)) if rule and found else ()
    expression = parse(condition)
    limit = limit_of(expression.tree)
    parts = Parts(asked.server, condition, asked.now, asked.hours)
    active = tuple(actives(found, asked.now, asked.held, asked.silences)) if found else ()
    state = Loaded(rule is not None, asked.loaded is not None, found, differs, active)
    verdict, reasons = judged(state, subject.group, lambda: _reasons(subject, asked, parts))
    nodes = shown_parts(expression, lambda part: bool(parts.series(part)))
    shown = tuple(parts.part(node) for node in islice(nodes, _MOST_PARTS))
    tree = limit.value if limit else expression.tree
    value = parts.part(tree) if tree is not None else Part(condition, len(parts.ask(condition)))
    return Explained(
        subject.name, subject.labels.get("severity", ""), subject.group, condition, seconds(subject.rule.wait or "0"), verdict,
        tuple(reasons), value, f"{limit.op} {number(limit.number)}" if limit else "", _history(condition, limit, asked), shown,
        active, differs, goes,
    )  # fmt: skip


def _wanted(
    subject: Subject, groups: Sequence[Mapping[str, Any]]
) -> tuple[Mapping[str, Any] | None, Mapping[str, Any] | None]:
    """Return the rule of an alert as the rule file has it, and its group; nothing if Prometheus is not to evaluate it."""
    for group in groups:
        for rule in group["rules"] if group["name"] == subject.group else ():
            labels = {**(group.get("labels") or {}), **(rule.get("labels") or {})}
            if rule.get("alert") == subject.name and labels.get("severity") == subject.labels.get("severity"):
                return rule, group
    return None, None


def _reasons(subject: Subject, asked: _Asked, parts: Parts) -> list[Reason]:
    """Return why the condition has no result; nothing if it has one."""
    tree = parse(subject.rule.condition).tree
    if tree is None:
        return (
            []
            if parts.ask(subject.rule.condition)
            else [Reason(Cause.NO_DATA, "it returns nothing; dashkit cannot read its parts")]
        )
    return [] if parts.series(tree) else list(dict.fromkeys(Why(parts, asked.recorded).empty(tree)))


def _history(condition: str, limit: Limit | None, asked: _Asked) -> History:
    step = max(asked.hours * 3600 / _POINTS, 1.0)
    start = asked.now - step * (_POINTS - 1)
    value = query_of(limit.value, condition) if limit else condition
    try:
        series = asked.server.measured(value, start, asked.now, step)
    except QueryError:  # as for the value now, which says it
        series = []
    nearest = max if limit is None or limit.upper else min
    at: dict[int, list[float]] = {}
    for entry in series:
        for time, point in zip(entry.times, entry.values, strict=True):
            if point == point:
                at.setdefault(round((time - start) / step), []).append(point)
    points = tuple(nearest(at[place]) if place in at else None for place in range(_POINTS))
    holding = asked.server.measured(condition, start, asked.now, step) if limit and series else series
    held = max((len(entry.values) for entry in holding), default=0) * step
    return History(asked.hours, points, held)
