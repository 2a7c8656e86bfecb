"""The alerts of a project as routing sees them: their labels, and those that only their series know. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from dashkit.model.alerts import AlertGroup, AlertRule, AlertSeverity, PlainAlert
from dashkit.promql.labels import UNKNOWN, Labels, labels_of
from dashkit.promql.tree import parse

#: Labels that say whom an alert is for.
ABOUT = ("severity", "system", "team")
_SEVERITIES = {severity.label: place for place, severity in enumerate(AlertSeverity)}


@dataclass(frozen=True, slots=True)
class Subject:
    """An alert of the project.

    Attributes:
        labels: those that each of its alerts has, with ``alertname``.
        series: the labels that its expression can bring besides.
    """

    group: str
    rule: AlertRule | PlainAlert
    labels: Mapping[str, str]
    series: Labels

    @property
    def name(self) -> str:
        return self.rule.name

    def may_have(self, label: str) -> bool:
        """Return whether an alert of it can have a label that is not among ``labels``."""
        return self.series.may_have(label)

    @property
    def about(self) -> dict[str, str]:
        """Its severity, system and team, as far as its rule says them."""
        return {label: self.labels[label] for label in ABOUT if self.labels.get(label)}


def subjects(groups: Iterable[AlertGroup]) -> Iterator[Subject]:
    """Yield each alert of groups."""
    for group in groups:
        for rule in group.alerts:
            tree = parse(rule.condition).tree
            series = labels_of(tree, lambda _: None) if tree is not None else UNKNOWN
            # A template as a value is known only when the alert fires.
            labels = {**group.shared_labels, **group.labels(rule)}
            templates = frozenset(label for label, value in labels.items() if "{{" in value)
            fixed = {label: value for label, value in labels.items() if label not in templates}
            yield Subject(
                group.name, rule, {"alertname": rule.name, **fixed}, series.plus(templates) if templates else series
            )


def by_severity(labels: Mapping[str, str]) -> tuple[int, str, str, str]:
    """Sort by severity, the most urgent first, then by system and team."""
    severity = labels.get("severity", "")
    place = _SEVERITIES.get(severity, len(_SEVERITIES))
    return place, severity, labels.get("system", ""), labels.get("team", "")
