"""Two rules with the same name and labels in one group, or two groups of one name in a file.

Prometheus keeps the state of an alert by name and labels; of two recording rules that write the same series each
overwrites the other's samples.

Bad::

    HighErrorRate {severity: critical} twice

Good::

    HighErrorRate {severity: warning} and HighErrorRate {severity: critical}
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Alert, Project, text
from dashkit.model.problem import Severity


@rule("DK611", Severity.ERROR, on=Project)
def duplicate_alert(project: Project, facts: Facts) -> Iterator[tuple[Alert, Finding]]:
    seen: dict[object, Alert] = {}
    for alert in project.alerts:
        labels = tuple(sorted((str(key), str(value)) for key, value in alert.labels.items()))
        key = (alert.source.path, alert.group, alert.recorded, alert.name, labels)
        first = seen.setdefault(key, alert)
        if first is not alert and alert.name:
            same = text(first.json.get("expr")) == text(alert.json.get("expr"))
            severity = None if same or alert.recorded else Severity.WARNING
            message = f"{alert.name} is there twice with the same labels"
            yield alert, Finding(message, "remove one, or give it a label of its own", severity=severity)
