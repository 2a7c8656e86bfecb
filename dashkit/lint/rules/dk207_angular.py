"""A panel of a type written for Angular.

Grafana 11 turned Angular off, 12 removed it. The old graph, singlestat and a few others become their successors
each time the dashboard is opened, mostly as they were; others show an error.

Bad::

    {"type": "graph"}

Good::

    {"type": "timeseries"}
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.grafana_names import GONE_PANELS, MIGRATED_PANELS
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Panel
from dashkit.model.problem import Severity


@rule("DK207", Severity.INFO, on=Panel)
def angular_panel(panel: Panel, facts: Facts) -> Iterator[Finding]:
    if panel.kind in GONE_PANELS:
        severity = Severity.ERROR if facts.grafana >= 12 else Severity.WARNING
        message = f"panel type {panel.kind!r} was written for Angular, which Grafana 12 does not have"
        yield Finding(message, "use a panel of Grafana's own", pointer="/type", severity=severity)
    elif panel.kind in MIGRATED_PANELS and facts.grafana >= 11:
        successor = MIGRATED_PANELS[panel.kind]
        message = f"panel type {panel.kind!r} is turned into {successor!r} each time the dashboard is opened"
        yield Finding(message, pointer="/type")
