"""Alert and recording rules as values: the source of the rule files, Grafana's rules, the routing and the runbooks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from dashkit.model.dashboard import NOWHERE, Location


class AlertSeverity(Enum):
    """How soon a person has to respond. ``label`` is the value of the label ``severity``."""

    CRITICAL = ("critical", "P1", "5 minutes")
    HIGH = ("high", "P2", "15 minutes")
    MEDIUM = ("medium", "P3", "1 hour")
    LOW = ("low", "P4", "the next business day")

    def __init__(self, label: str, priority: str, response: str) -> None:
        self.label = label
        self.priority = priority
        self.response = response


@dataclass(frozen=True, slots=True)
class Runbook:
    """What a responder does: where to look first, and how to mitigate."""

    look: tuple[str, ...]
    mitigate: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AlertTest:
    """Series in promtool's notation, with one sample a minute, and whether the alert fires ``at`` that time.

    Without a time it is evaluated shortly after the alert's wait is over.
    """

    series: Mapping[str, str]
    fires: bool
    at: str = ""


@dataclass(frozen=True, slots=True)
class AlertRule:
    """One alert.

    ``expr`` is the value that is compared: the alert fires once it is ``above`` (or ``below``) the limit for ``wait``.
    ``symptom`` groups alerts about the same thing, for inhibition. ``panel`` is the uid of a dashboard and the key of one
    of its panels. ``description`` is a Prometheus template.
    """

    name: str
    expr: str
    severity: AlertSeverity
    summary: str
    description: str
    symptom: str
    runbook: Runbook
    above: float | None = None
    below: float | None = None
    wait: str = "5m"
    labels: Mapping[str, str] = field(default_factory=dict)
    panel: tuple[str, str] | None = None
    tests: tuple[AlertTest, ...] = ()
    source: Location = NOWHERE

    @property
    def limit(self) -> float:
        limit = self.above if self.above is not None else self.below
        assert limit is not None
        return limit

    @property
    def condition(self) -> str:
        """The whole PromQL expression."""
        return condition(self.expr, self.above, self.below)

    @property
    def id(self) -> str:
        """An id that is unique within a system: two rules may share a name at different severities."""
        return f"{self.name}/{self.severity.label}"


@dataclass(frozen=True, slots=True)
class PlainAlert:
    """An alert of which no more is known than a rule file says: its labels and annotations are all that it has.

    ``expr`` is the whole condition, unless there is a limit as in `AlertRule`. An empty ``wait`` fires at once. ``grafana`` is
    what only a Grafana-managed rule says, by the keys of the provisioning API.
    """

    name: str
    expr: str
    above: float | None = None
    below: float | None = None
    wait: str = ""
    keep_firing_for: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    grafana: Mapping[str, Any] = field(default_factory=dict)
    source: Location = NOWHERE

    @property
    def condition(self) -> str:
        """The whole PromQL expression."""
        return condition(self.expr, self.above, self.below)

    @property
    def severity(self) -> str:
        """The label ``severity``, empty for none."""
        return self.labels.get("severity", "")


@dataclass(frozen=True, slots=True)
class RecordingRule:
    """One recorded series. Other than with `record`, the lines of its expression stay, and labels may have any name."""

    record: str
    expr: str
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AlertGroup:
    """Rules that are evaluated together, in order. An empty ``interval`` means Prometheus' default.

    Attributes:
        limit: how many alerts or series a rule may make before it fails; 0 for any number.
        query_offset: how long before now the rules look, to wait for late samples; empty for Prometheus' default.
        shared_labels: labels that each rule gets which does not set them itself.
        folder: where Grafana keeps the group; empty for the project's folder of alerts.
        datasource: what Grafana asks; empty for the project's datasource of alerts.
    """

    name: str
    system: str
    rules: tuple[AlertRule | PlainAlert | RecordingRule, ...]
    interval: str = ""
    source: Location = NOWHERE
    limit: int = 0
    query_offset: str = ""
    shared_labels: Mapping[str, str] = field(default_factory=dict)
    folder: str = ""
    datasource: str = ""

    @property
    def alerts(self) -> tuple[AlertRule | PlainAlert, ...]:
        return tuple(rule for rule in self.rules if not isinstance(rule, RecordingRule))

    @property
    def full_alerts(self) -> tuple[AlertRule, ...]:
        """The alerts with tests and a runbook."""
        return tuple(rule for rule in self.rules if isinstance(rule, AlertRule))

    @property
    def recordings(self) -> tuple[RecordingRule, ...]:
        return tuple(rule for rule in self.rules if isinstance(rule, RecordingRule))

    def labels(self, rule: AlertRule | PlainAlert) -> dict[str, str]:
        """Return the labels of one of its alerts: the rule's own, and those that routing and inhibition match on."""
        if isinstance(rule, PlainAlert):
            return dict(rule.labels)
        return {"system": self.system, **rule.labels, "severity": rule.severity.label, "symptom": rule.symptom}


def condition(expr: str, above: float | None, below: float | None) -> str:
    """Return the expression with its limit compared, or as it is without one."""
    if above is None and below is None:
        return expr
    limit = f"> {number(above)}" if above is not None else f"< {number(below or 0)}"
    return f"{_operand(expr)} {limit}"


def number(value: float) -> str:
    """Format a number for PromQL, without a needless fraction or exponent."""
    text = f"{value:.12f}".rstrip("0").rstrip(".") if abs(value) < 1e15 else repr(value)
    return text if text not in ("", "-0") else "0"


def _operand(expr: str) -> str:
    """Put the expression in parentheses if an operator of lower precedence would otherwise take the comparison."""
    depth = 0
    for word in expr.replace("(", " ( ").replace(")", " ) ").split():
        depth += (word == "(") - (word == ")")
        if depth == 0 and word in ("and", "or", "unless", "==", "!=", ">", "<", ">=", "<="):
            return f"({expr})"
    return expr
