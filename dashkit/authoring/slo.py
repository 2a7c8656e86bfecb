"""Service level objectives: what counts as good, how much may be bad, and the resulting rules and queries.

The method is from chapter 5, "Alerting on SLOs", of the Google SRE workbook (https://sre.google/workbook/alerting-on-slos/).
An alert fires when the error budget burns so fast that a given share of it is gone within a long window, and a short window
shows that it is still burning.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dashkit.authoring.alerts import CRITICAL, MEDIUM, alert, fires, in_rules, quiet, record
from dashkit.authoring.selectors import matchers_of
from dashkit.authoring.series import sample_labels, series, with_labels
from dashkit.model.alerts import AlertRule, AlertSeverity, RecordingRule, Runbook, number
from dashkit.model.durations import duration, seconds


@dataclass(frozen=True, slots=True)
class Ratio:
    """Good events among all events, given by the selectors of two counters: ``http_requests_total{job="api", status=~"5.."}``."""

    total: str
    bad: str

    def total_rate(self, window: str = "$__rate_interval", by: str = "") -> str:
        """Return the events per second."""
        return event_rate(self.total, window, by)

    def bad_rate(self, window: str = "$__rate_interval", by: str = "") -> str:
        """Return the bad events per second: 0, rather than nothing, if there are none."""
        return f"({event_rate(self.bad, window, by)} or 0 * {self.total_rate(window, by)})"

    def series(self, good: str, bad: str) -> dict[str, str]:
        """Return series for a test, given the counts of good and bad events, such as ``"0+9x40"`` and ``"0+1x40"``."""
        every, failed = sample_labels(self.total), sample_labels(self.bad)
        others = dict.fromkeys(failed.keys() - every.keys(), "good")
        return {series(self.total, **others): good, series(self.bad): bad}


@dataclass(frozen=True, slots=True)
class Latency:
    """Events that take at most ``limit`` seconds are good. ``histogram`` is its base name; it needs a bucket at the limit."""

    histogram: str
    selector: str
    limit: float

    def total_rate(self, window: str = "$__rate_interval", by: str = "") -> str:
        """Return the events per second."""
        return event_rate(f"{self.histogram}_count{{{matchers_of(self.selector)}}}", window, by)

    def bad_rate(self, window: str = "$__rate_interval", by: str = "") -> str:
        """Return the events per second that took longer than the limit."""
        good = f"{self.histogram}_bucket{{{matchers_of(self.selector)}, {bucket(self.limit)}}}"
        return f"({self.total_rate(window, by)} - {event_rate(good, window, by)})"

    def series(self, fast: str, slow: str) -> dict[str, str]:
        """Return series for a test on two instances, one with events within the limit and one with slower events."""
        le, labels = {"le": number(self.limit)}, sample_labels(self.selector)
        return {
            with_labels(f"{self.histogram}_count", {**labels, "instance": "fast"}): fast,
            with_labels(f"{self.histogram}_bucket", {**labels, **le, "instance": "fast"}): fast,
            with_labels(f"{self.histogram}_count", {**labels, "instance": "slow"}): slow,
            with_labels(f"{self.histogram}_bucket", {**labels, **le, "instance": "slow"}): "0x60",
        }


def event_rate(selector: str, window: str, by: str = "") -> str:
    """Return the events per second of a counter, summed by the labels ``by``."""
    return f"sum{f' by ({by}) ' if by else ' '}(rate({selector}[{window}]))"


def bucket(limit: float) -> str:
    """Return a matcher for the bucket at ``limit``. Exporters write a whole number as either ``le="2"`` or ``le="2.0"``."""
    text = number(limit)
    return f'le=~"{text}|{text}\\\\.0"' if "." not in text else f'le="{text}"'


@dataclass(frozen=True, slots=True)
class BurnRate:
    """A pace that triggers an alert: ``share`` of the budget is used within ``long``, at the same pace as over ``short``."""

    long: str
    short: str
    share: float

    def factor(self, window: str) -> float:
        """Return how many times faster this is than an even pace over ``window``: 2 % in 1 h of 30 days is 14.4."""
        return self.share * seconds(window) / seconds(self.long)


FAST = (BurnRate("1h", "5m", 0.02), BurnRate("6h", "30m", 0.05))
"""Paces for paging someone: the budget would be gone in about two days, or five."""
SLOW = (BurnRate("1d", "2h", 0.1), BurnRate("3d", "6h", 0.1))
"""Paces for a ticket: the budget would be gone in ten days, or thirty."""

WINDOWS = ("5m", "30m", "1h", "2h", "6h", "1d", "3d")


@dataclass(frozen=True, slots=True)
class Objective:
    """An objective: the share ``target`` of all events should be good over ``window``.

    ``name`` must be unique among the objectives of a service. With fewer than ``floor`` events per second over the long window
    of an alert, the alert does not fire: at night, a single failure could be half of the traffic.
    """

    system: str
    service: str
    name: str
    sli: Ratio | Latency
    target: float
    window: str = "30d"
    floor: float = 0.01
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def budget(self) -> float:
        """The share of events that may be bad."""
        return round(1 - self.target, 12)

    def budget_left(self, ratio: str) -> str:
        """Return PromQL for the share of the budget that is left, given PromQL for the share of bad events.

        1 is the whole budget; below 0 it is overspent.
        """
        return f"1 - ({ratio}) / {number(self.budget)}"

    def budget_used(self, ratio: str) -> str:
        """Return PromQL for the share of the budget that is used, given PromQL for the share of bad events."""
        return f"({ratio}) / {number(self.budget)}"

    @property
    def selector(self) -> str:
        """The matchers for the recorded series."""
        return ", ".join(f'{label}="{value}"' for label, value in _recorded_labels(self).items())

    def recorded(self, window: str) -> str:
        """Return the selector of the recorded share of bad events."""
        return f"slo:error_ratio:rate{window}{{{matchers_of(self.selector)}}}"

    def percent(self) -> str:
        return f"{self.target * 100:g} %"


def recording_rules(objective: Objective, variables: Mapping[str, str] | None = None) -> list[RecordingRule]:
    """Define rules that record events and bad events per second, and the share of bad events over each window.

    Longer windows average the recorded rates, weighted by traffic. This stays cheap at 30 days, when a raw ``rate`` would read
    every sample.
    """
    known = variables or {}
    labels = {label: in_rules(value, known) for label, value in _recorded_labels(objective).items()}
    rules = [
        record("slo:events:rate5m", in_rules(objective.sli.total_rate("5m"), known), **labels),
        record("slo:bad_events:rate5m", in_rules(objective.sli.bad_rate("5m"), known), **labels),
    ]
    for window in (*WINDOWS, objective.window):
        events, bad = (f"slo:{name}:rate5m{{{objective.selector}}}" for name in ("events", "bad_events"))
        if window != "5m":
            events, bad = f"avg_over_time({events}[{window}])", f"avg_over_time({bad}[{window}])"
        rules.append(record(f"slo:error_ratio:rate{window}", in_rules(f"{bad} / {events}", known), **labels))
    return rules


def burn_rate_alerts(
    objective: Objective,
    name: str,
    *,
    runbook: Runbook,
    symptom: str,
    what: str,
    panel: tuple[str, str] | None = None,
    page: AlertSeverity | None = CRITICAL,
    ticket: AlertSeverity | None = MEDIUM,
    variables: Mapping[str, str] | None = None,
) -> list[AlertRule]:
    """Define an alert that pages someone on a fast burn and one that opens a ticket on a slow burn.

    Each of them watches two pairs of windows.

    Raises:
        ValueError: a threshold is 1 or more. The share of bad events cannot exceed it, so the alert could never fire.
    """
    result = []
    for severity, rates in ((page, FAST), (ticket, SLOW)):
        if severity is None:
            continue
        sides = [_burns(objective, rate, name) for rate in rates]
        spent = sorted(round(seconds(objective.window) / rate.factor(objective.window) / 86_400) for rate in rates)
        good = _recorded_series(objective, 0.0, rates)
        bad = _recorded_series(objective, _too_much(objective, rates), rates)
        result.append(
            alert(
                name,
                " or ".join(sides),
                above=0,
                severity=severity,
                summary=f"{what}: the error budget burns",
                description=f"""{what}: {{value}} were bad. The target is {objective.percent()} over
                {duration(seconds(objective.window))}; at such a pace its budget is gone within {spent[0]} to {spent[-1]}
                days.""",
                symptom=symptom,
                runbook=runbook,
                wait="2m" if rates is FAST else "15m",
                unit="percentunit",
                panel=panel,
                labels={"burn": "fast" if rates is FAST else "slow"},
                variables=variables,
                tests=[fires(bad), quiet(good)],
            )
        )
    return result


def _burns(objective: Objective, rate: BurnRate, name: str) -> str:
    limit = rate.factor(objective.window) * objective.budget
    if limit >= 1:
        raise ValueError(
            f"alert {name}: a burn of {rate.factor(objective.window):g} times the budget of {objective.budget:g} needs "
            f"{limit * 100:g} % bad events, which cannot be exceeded; the target {objective.percent()} is too low for it"
        )
    enough = f"avg_over_time(slo:events:rate5m{{{objective.selector}}}[{rate.long}]) > {number(objective.floor)}"
    pair = [f"{objective.recorded(window)} > {number(limit)}" for window in (rate.long, rate.short)]
    return f"({' and '.join([*pair, enough])})"


def _too_much(objective: Objective, rates: tuple[BurnRate, ...]) -> float:
    """Return a possible share of bad events that exceeds every threshold."""
    limits = [rate.factor(objective.window) * objective.budget for rate in rates]
    return (1 + max(limits)) / 2


def _recorded_labels(objective: Objective) -> dict[str, str]:
    return {"system": objective.system, "service": objective.service, "slo": objective.name, **objective.labels}


def _recorded_series(objective: Objective, ratio: float, rates: tuple[BurnRate, ...]) -> dict[str, str]:
    """Return the series that the recording rules would produce, as input for a test."""
    labels = _recorded_labels(objective)
    names = [f"slo:error_ratio:rate{window}" for rate in rates for window in (rate.long, rate.short)]
    ratios = {with_labels(name, labels): f"{number(ratio)}x60" for name in names}
    events = number(max(10.0, 10 * objective.floor))
    return {with_labels("slo:events:rate5m", labels): f"{events}x60", **ratios}
