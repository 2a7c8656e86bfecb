"""A template names a label that the expression does not keep.

``{{ $labels.pod }}`` of ``sum by (namespace) (...)`` is empty: "Pod  restarts". Labels that the rule itself adds
are not in ``$labels`` either.

Bad::

    expr: sum by (namespace) (rate(restarts_total[5m])) > 1; summary: "{{ $labels.pod }} restarts"

Good::

    expr: sum by (namespace, pod) (rate(restarts_total[5m])) > 1; summary: "{{ $labels.pod }} restarts"
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.series import known_labels
from dashkit.lint.subjects import Alert, text
from dashkit.lint.templates import used_labels
from dashkit.model.problem import Severity
from dashkit.promql.labels import labels_of


@rule("DK607", Severity.ERROR, on=Alert)
def template_label(alert: Alert, facts: Facts) -> Iterator[Finding]:
    if alert.recorded or alert.query is None or alert.query.expression.tree is None:
        return
    labels = labels_of(alert.query.expression.tree, known_labels(facts))
    for kind, texts in (("labels", alert.labels), ("annotations", alert.annotations)):
        for name, value in texts.items():
            used = used_labels(text(value)) - {"__name__"}
            lost = sorted(label for label in used if label == "alertname" or not labels.may_have(label))
            if lost:
                message = f"{name} names the label {lost[0]}, which the expression does not keep"
                added = lost[0] == "alertname" or lost[0] in alert.labels
                hint = "labels that the rule adds are not in $labels" if added else f"by (..., {lost[0]})"
                yield Finding(message, hint, pointer=f"/{kind}/{name}")
