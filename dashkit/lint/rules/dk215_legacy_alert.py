"""A panel carries an alert of the old kind, inside the panel.

Grafana 11 removed those alerts: it is never evaluated, and nobody is called.

Bad::

    {"type": "graph", "alert": {"conditions": [...]}}

Good::

    an alert rule, in a rule file or in Grafana
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Panel
from dashkit.model.problem import Severity


@rule("DK215", Severity.WARNING, on=Panel)
def legacy_alert(panel: Panel, facts: Facts) -> Iterator[Finding]:
    if isinstance(panel.json.get("alert"), dict):
        severity = Severity.ERROR if facts.grafana >= 11 else Severity.WARNING
        yield Finding("the panel's own alert is not evaluated since Grafana 11", pointer="/alert", severity=severity)
