"""Alert rules that are short to write, each with its tests and its runbook.

A module in ``dashboards/alerts/`` exports ``groups``. Alerts can use the expressions of panels: ``$__rate_interval`` and
dashboard variables are replaced (see `in_rules`).
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import FrameType

from dashkit.authoring.limits import Limit
from dashkit.authoring.series import Sample
from dashkit.model.alerts import AlertGroup, AlertRule, AlertSeverity, AlertTest, PlainAlert, RecordingRule, Runbook
from dashkit.model.dashboard import Location
from dashkit.model.durations import duration, seconds

CRITICAL, HIGH, MEDIUM, LOW = AlertSeverity.CRITICAL, AlertSeverity.HIGH, AlertSeverity.MEDIUM, AlertSeverity.LOW

RATE_WINDOW = "5m"
"""Replaces ``$__rate_interval``: twenty scrapes at Prometheus' usual 15 s, so that one lost scrape does not fire an alert."""

#: CamelCase, which is Prometheus' convention for alerts.
_NAME = re.compile(r"[A-Z][A-Za-z0-9]*")
_SYSTEM = re.compile(r"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?")
#: Grafana takes 190 characters, and a slash would end a path of its API.
_GROUP = re.compile(r"(?=[^\s])[^/\\\x00-\x1f\x7f]{0,189}[^\s/\\\x00-\x1f\x7f]")
_Rule = AlertRule | PlainAlert | RecordingRule
_FORMATS = {"percentunit": "humanizePercentage", "s": "humanizeDuration", "bytes": "humanize1024"}


def alert(
    name: str,
    expr: str,
    *,
    severity: AlertSeverity,
    summary: str,
    description: str,
    symptom: str,
    runbook: Runbook,
    above: float | None = None,
    below: float | None = None,
    wait: str = "5m",
    unit: str = "short",
    panel: tuple[str, str] | None = None,
    tests: Iterable[AlertTest] = (),
    labels: Mapping[str, str] | None = None,
    variables: Mapping[str, str] | None = None,
) -> AlertRule:
    """Define an alert that fires when ``expr`` is ``above`` or ``below`` a limit for the duration ``wait``.

    Args:
        description: ``{value}`` becomes the value, formatted for its ``unit``, ``{limit}`` becomes the limit, and ``[service]``
            the label with that name.
        symptom: what the alert is a sign of, such as ``errors`` or ``latency``; see `inhibitions`.
        panel: uid of a dashboard and key of a panel, for the link in the notification.
        tests: at least one that fires and one that does not; see `fires` and `quiet`.

    Raises:
        ValueError: there is not exactly one limit, the name is not a CamelCase word, or one kind of test is missing.
    """
    if (above is None) == (below is None):
        raise ValueError(f"alert {name}: set either above= or below=")
    if not _NAME.fullmatch(name):
        raise ValueError(f"alert {name!r}: a name is one word that starts with a capital letter")
    seconds(wait)  # raises ValueError here, rather than later when the files are written
    tests = tuple(tests)
    # A constant, such as a watchdog, can never stay quiet.
    if {test.fires for test in tests} != {True, False} and not expr.startswith("vector("):
        raise ValueError(f"alert {name}: needs a test that fires and one that does not")
    text = " ".join(description.split())
    limit = above if above is not None else below
    assert limit is not None
    text = text.replace("{value}", f"{{{{ $value | {_FORMATS.get(unit, 'humanize')} }}}}")
    text = text.replace("{limit}", in_words(limit, unit))
    return AlertRule(
        name=name,
        expr=in_rules(expr, variables or {}),
        severity=severity,
        summary=_labels(" ".join(summary.split())),
        description=_labels(text),
        symptom=symptom,
        runbook=runbook,
        above=above,
        below=below,
        wait=wait,
        labels=dict(labels or {}),
        panel=panel,
        tests=tuple(_resolved(test, variables or {}) for test in tests),
        source=caller(),
    )


def record(name: str, expr: str, /, **labels: str) -> RecordingRule:
    """Define a recording rule. Name it ``level:metric:operation``."""
    return RecordingRule(name, " ".join(expr.split()), labels)


def rule_group(
    name: str,
    system: str,
    *rules: AlertRule | PlainAlert | RecordingRule | Iterable[AlertRule | PlainAlert | RecordingRule],
    interval: str = "",
    limit: int = 0,
    query_offset: str = "",
    labels: Mapping[str, str] | None = None,
    folder: str = "",
    datasource: str = "",
) -> AlertGroup:
    """Define a group of rules that are evaluated together. Lists of rules are flattened.

    Args:
        system: the system that the rules belong to. It is part of file and resource names, so it may contain only lower-case
            letters, digits and dashes.
        limit: how many alerts or series a rule may make before it fails. Grafana has no such limit.
        query_offset: how long before now the rules look, so that late samples count.
        labels: labels that each rule gets which does not set them itself.
        folder: where Grafana keeps the group, such as ``Team/Service``; by default, the folder of all alerts.
        datasource: uid of the datasource that Grafana asks; by default, that of all alerts. Prometheus only ever asks itself.

    Raises:
        ValueError: a name is not valid, the interval is not a duration, or a label would replace one that distinguishes the
            series of an alert.
    """
    if not _SYSTEM.fullmatch(system) or not _GROUP.fullmatch(name):
        wanted = "the name of a group is one line without slashes; systems are lower-case letters, digits and dashes"
        raise ValueError(f"group {name!r} of system {system!r}: {wanted}")
    for text in filter(None, (interval, query_offset)):
        seconds(text)
    flat: list[_Rule] = []
    for rule in rules:
        if isinstance(rule, str):
            raise ValueError(f"group {name}: {rule!r} is not a rule")
        flat += [rule] if isinstance(rule, _Rule) else list(rule)
    for entry in flat:
        if not isinstance(entry, _Rule):
            raise ValueError(f"group {name}: {entry!r} is not a rule")
        if isinstance(entry, AlertRule):
            _check_labels(entry, system)
    return AlertGroup(
        name, system, tuple(flat), interval, caller(), limit, query_offset, dict(labels or {}), folder, datasource
    )


def fires(series: Mapping[str, str], at: str = "") -> AlertTest:
    """Test that the alert fires for these series: ``fires({'up{job="api"}': "0x60"})``.

    The values are in promtool's notation, one sample per minute. ``at`` is the time of the test, such as ``30m``; by default, a
    little after the alert's wait.
    """
    return AlertTest(series, True, at)


def quiet(series: Mapping[str, str], at: str = "") -> AlertTest:
    """Test that the alert does not fire for these series; see `fires`."""
    return AlertTest(series, False, at)


def in_rules(expr: str, variables: Mapping[str, str]) -> str:
    """Return a panel's expression in a form that works in a rule.

    ``$__rate_interval`` becomes `RATE_WINDOW`; other variables are replaced with their values from ``variables``.

    Raises:
        ValueError: a variable is not in ``variables``.
    """
    known = {"__rate_interval": RATE_WINDOW, **variables}

    def value(found: re.Match[str]) -> str:
        name = found[1] or found[2]
        if name not in known:
            raise ValueError(f"rules have no dashboard variables: ${name} needs a value in {' '.join(expr.split())!r}")
        return known[name]

    return re.sub(r"\$(?:\{(\w+)(?::\w+)?\}|(\w+))", value, " ".join(expr.split()))


def in_words(value: float, unit: str) -> str:
    """Format a limit for display: ``0.5 %``, ``200 ms``, ``1,000 requests per second``."""
    if unit == "percentunit":
        return f"{value * 100:g} %"
    if unit == "s":
        return f"{value * 1000:g} ms" if 0 < value < 1 else duration(value)
    if unit == "reqps":
        return f"{value:,g} requests per second"
    if unit == "bytes":
        return f"{value / 2**30:g} GiB"
    if unit.startswith("suffix:"):
        return f"{value:,g} {unit.removeprefix('suffix:').strip()}"
    return f"{value:,g}"


def limit_alerts(
    name: str,
    expr: str,
    limit: Limit,
    *,
    summary: str,
    description: str,
    symptom: str,
    runbook: Runbook,
    sample: Sample,
    warning: AlertSeverity | None = MEDIUM,
    critical: AlertSeverity | None = HIGH,
    wait: str = "5m",
    unit: str = "short",
    panel: tuple[str, str] | None = None,
    labels: Mapping[str, str] | None = None,
    variables: Mapping[str, str] | None = None,
) -> list[AlertRule]:
    """Define one alert for the warning value of a limit and one for the critical value, with the same name.

    ``sample`` makes the series for the tests. The warning is tested with a value within the limit and one beyond it, the
    critical alert with a value that only warns and one that is worse.
    """
    fine, between, beyond = limit.samples()
    levels = [(warning, limit.warning, between, fine), (critical, limit.critical, beyond, between)]
    if limit.warning == limit.critical:
        levels = [(critical or warning, limit.critical, beyond, fine)]
    result = []
    for severity, value, over, under in levels:
        if severity is None:
            continue
        result.append(
            alert(
                name,
                expr,
                above=None if limit.floor else value,
                below=value if limit.floor else None,
                severity=severity,
                summary=summary,
                description=description,
                symptom=symptom,
                runbook=runbook,
                wait=wait,
                unit=unit,
                panel=panel,
                labels=labels,
                variables=variables,
                tests=[fires(sample(over)), quiet(sample(under))],
            )
        )
    return result


def _check_labels(rule: AlertRule, system: str) -> None:
    # A static label that replaces a distinguishing one would merge the series, which Prometheus refuses to evaluate.
    kept = re.match(r"\w+ by \(([^)]*)\)", rule.expr)
    names = {name.strip() for name in kept[1].split(",")} if kept else set()
    for label, value in {"system": system, **rule.labels}.items():
        if label in names and "{{" not in value:
            raise ValueError(
                f"alert {rule.name}: the label {label}={value!r} would replace the one that its expression keeps; "
                f"take it from the series: labels={{{label!r}: '{{{{ $labels.{label} }}}}'}}"
            )


def _resolved(test: AlertTest, variables: Mapping[str, str]) -> AlertTest:
    return replace(test, series={in_rules(name, variables): values for name, values in test.series.items()})


def _labels(text: str) -> str:
    return re.sub(r"\[(\w+)\]", r"{{ $labels.\1 }}", text)


def caller() -> Location:
    """Return the line of the alert module that defines the rule, even if a shared helper does it on its behalf."""
    frame: FrameType | None = sys._getframe(1)
    nearest = None
    while frame is not None:
        file = frame.f_code.co_filename
        if not frame.f_globals.get("__name__", "").startswith("dashkit.authoring"):
            place = Location(file, frame.f_lineno)
            if os.path.basename(os.path.dirname(file)) == "alerts":
                return place
            nearest = nearest or place
        frame = frame.f_back
    return nearest or Location("")
