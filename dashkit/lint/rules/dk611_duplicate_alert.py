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
    groups: dict[tuple[str, str], int] = {}
    for alert in project.alerts:
        number = groups.setdefault((alert.source.path, alert.group), alert.group_number)
        if alert.first and number != alert.group_number:
            yield alert, Finding(f"another group of the file is called {alert.group!r} too", "one name, one group")
        labels = tuple(sorted((str(key), str(value)) for key, value in alert.labels.items()))
        expr = " ".join(text(alert.json.get("expr")).split())
        key = (alert.source.path, alert.group, alert.group_number, alert.recorded, alert.name, labels)
        first = seen.setdefault((*key, expr), alert)
        other = seen.setdefault(key, alert)
        if alert.name and first is not alert:
            yield alert, Finding(f"{alert.name} is there twice, the same", "remove one")
        elif alert.name and other is not alert:
            # Two conditions for one alert, or parts of one recorded series: right where their series never coincide.
            message = f"{alert.name} is there twice with the same labels"
            severity = Severity.INFO if alert.recorded else Severity.WARNING
            yield alert, Finding(message, "give each a label of its own", severity=severity)
