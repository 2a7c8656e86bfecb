"""Alert rules: short to write, each with its tests and its runbook.

A module below ``dashboards/alerts/`` exports ``groups``. Expressions may be those of panels: ``$__rate_interval`` and the
variables of a dashboard are replaced (see `in_rules`).
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
from dashkit.model.alerts import (
    AlertGroup,
    AlertRule,
    AlertSeverity,
    AlertTest,
    RecordingRule,
    Runbook,
)
from dashkit.model.dashboard import Location
from dashkit.model.durations import duration, seconds

CRITICAL, HIGH, MEDIUM, LOW = AlertSeverity.CRITICAL, AlertSeverity.HIGH, AlertSeverity.MEDIUM, AlertSeverity.LOW

RATE_WINDOW = "5m"
"""What ``$__rate_interval`` becomes: twenty scrapes at Prometheus' usual 15 s, so that one lost scrape fires nothing."""

#: A name as Prometheus wants it of alerts by convention.
_NAME = re.compile(r"[A-Z][A-Za-z0-9]*")
_SYSTEM = re.compile(r"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?")
_GROUP = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_FORMATS = {
    "percentunit": "humanizePercentage",
    "s": "humanizeDuration",
    "bytes": "humanize1024",
}


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
    """An alert that fires where ``expr`` is ``above`` or ``below`` a limit for ``wait``.

    Args:
        description: ``{value}`` becomes the value as people read its ``unit``, ``{limit}`` the limit, and ``[service]``
            the label of that name.
        symptom: what it tells of, such as ``errors`` or ``latency``; see `inhibitions`.
        panel: uid of a dashboard and key of a panel, for the link in the notification.
        tests: at least one that fires and one that does not; see `fires` and `quiet`.

    Raises:
        ValueError: not exactly one limit; a name that is no word; no tests of both kinds.
    """
    if (above is None) == (below is None):
        raise ValueError(f"alert {name}: give above= or below=")
    if not _NAME.fullmatch(name):
        raise ValueError(f"alert {name!r}: a name is one word that begins with a capital letter")
    seconds(wait)  # says what is wrong with it, here and not where the files are written
    tests = tuple(tests)
    # A constant cannot be made to stay quiet; that is what a watchdog is for.
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
        source=_caller(),
    )


def record(name: str, expr: str, **labels: str) -> RecordingRule:
    """A recorded series; name it ``level:metric:operation``."""
    return RecordingRule(name, " ".join(expr.split()), labels)


def rule_group(
    name: str, system: str, *rules: AlertRule | RecordingRule | Iterable[AlertRule | RecordingRule], interval: str = ""
) -> AlertGroup:
    """Rules that are evaluated together; lists among them are taken apart.

    Args:
        system: whose rules they are: lower-case letters, digits and dashes, for it is part of names of files and resources.

    Raises:
        ValueError: a name that no file could have, an interval that is no duration, or a label that would replace the one
            by which an alert's expression tells its series apart.
    """
    if not _SYSTEM.fullmatch(system) or not _GROUP.fullmatch(name):
        wanted = "names are letters, digits, dots and dashes; a system's are lower-case"
        raise ValueError(f"group {name!r} of system {system!r}: {wanted}")
    if interval:
        seconds(interval)
    flat: list[AlertRule | RecordingRule] = []
    for rule in rules:
        if isinstance(rule, str):
            raise ValueError(f"group {name}: {rule!r} is no rule")
        flat += [rule] if isinstance(rule, AlertRule | RecordingRule) else list(rule)
    for entry in flat:
        if not isinstance(entry, AlertRule | RecordingRule):
            raise ValueError(f"group {name}: {entry!r} is no rule")
        if isinstance(entry, AlertRule):
            _check_labels(entry, system)
    return AlertGroup(name, system, tuple(flat), interval, _caller())


def fires(series: Mapping[str, str], at: str = "") -> AlertTest:
    """The alert fires: ``fires({'up{job="api"}': "0x60"})``, one sample a minute, in promtool's notation.

    ``at`` a time such as ``30m``, or else a little after the alert's wait.
    """
    return AlertTest(series, True, at)


def quiet(series: Mapping[str, str], at: str = "") -> AlertTest:
    """The alert does not fire; see `fires`."""
    return AlertTest(series, False, at)


def in_rules(expr: str, variables: Mapping[str, str]) -> str:
    """A panel's expression as a rule can hold it.

    ``$__rate_interval`` becomes `RATE_WINDOW`; other variables are looked up.

    Raises:
        ValueError: a variable that ``variables`` does not name.
    """
    known = {"__rate_interval": RATE_WINDOW, **variables}

    def value(found: re.Match[str]) -> str:
        name = found[1] or found[2]
        if name not in known:
            raise ValueError(f"rules have no dashboard variables: ${name} needs a value in {' '.join(expr.split())!r}")
        return known[name]

    return re.sub(r"\$(?:\{(\w+)(?::\w+)?\}|(\w+))", value, " ".join(expr.split()))


def in_words(value: float, unit: str) -> str:
    """A limit for people: ``0.5 %``, ``200 ms``, ``1,000 req/s``."""
    if unit == "percentunit":
        return f"{value * 100:g} %"
    if unit == "s":
        return f"{value * 1000:g} ms" if 0 < value < 1 else duration(value)
    if unit == "reqps":
        return f"{value:,g} requests per second"
    if unit == "bytes":
        return f"{value / 2**30:g} GiB"
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
    """One alert for the warning and one for the critical value of a limit, under the same name.

    ``sample`` makes the series of the tests: for the warning a value within the limit and one beyond, for the critical
    one a value that only warns and one that is worse.
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
    """A static label over one that tells series apart would make them one, which Prometheus refuses to evaluate."""
    kept = re.match(r"\w+ by \(([^)]*)\)", rule.expr)
    names = {name.strip() for name in kept[1].split(",")} if kept else set()
    for label, value in {"system": system, **rule.labels}.items():
        if label in names and "{{" not in value:
            raise ValueError(
                f"alert {rule.name}: the label {label}={value!r} would replace the one that its expression keeps; "
                f"leave it to the series: labels={{{label!r}: '{{{{ $labels.{label} }}}}'}}"
            )


def _resolved(test: AlertTest, variables: Mapping[str, str]) -> AlertTest:
    return replace(test, series={in_rules(name, variables): values for name, values in test.series.items()})


def _labels(text: str) -> str:
    return re.sub(r"\[(\w+)\]", r"{{ $labels.\1 }}", text)


def _caller() -> Location:
    """The line of the alert module that asked for the rule; of a helper's caller, where a shared one made it."""
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
