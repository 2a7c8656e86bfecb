"""Alert and recording rules as values: the source of the rule files, Grafana's rules, the routing and the runbooks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

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
        comparison = ">" if self.above is not None else "<"
        return f"{_operand(self.expr)} {comparison} {number(self.limit)}"

    @property
    def id(self) -> str:
        """An id that is unique within a system: two rules may share a name at different severities."""
        return f"{self.name}/{self.severity.label}"


@dataclass(frozen=True, slots=True)
class RecordingRule:
    """One recorded series."""

    record: str
    expr: str
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AlertGroup:
    """Rules that are evaluated together, in order. An empty ``interval`` means Prometheus' default."""

    name: str
    system: str
    rules: tuple[AlertRule | RecordingRule, ...]
    interval: str = ""
    source: Location = NOWHERE

    @property
    def alerts(self) -> tuple[AlertRule, ...]:
        return tuple(rule for rule in self.rules if isinstance(rule, AlertRule))

    @property
    def recordings(self) -> tuple[RecordingRule, ...]:
        return tuple(rule for rule in self.rules if isinstance(rule, RecordingRule))

    def labels(self, rule: AlertRule) -> dict[str, str]:
        """Return the labels of one of its alerts: the rule's own, and those that routing and inhibition match on."""
        return {"system": self.system, **rule.labels, "severity": rule.severity.label, "symptom": rule.symptom}


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
