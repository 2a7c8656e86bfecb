"""Links in alerts: to the panel that shows the trouble, and to the runbook."""

from __future__ import annotations

from dataclasses import dataclass

from dashkit.model.alerts import AlertRule
from dashkit.model.panel_id import panel_id


@dataclass(frozen=True, slots=True)
class AlertLinks:
    """``grafana`` is Grafana's URL, ``runbooks`` that of the folder of runbooks. An empty one makes no link."""

    grafana: str = ""
    runbooks: str = ""

    def dashboard(self, rule: AlertRule) -> str:
        if not rule.panel or not self.grafana:
            return ""
        uid, key = rule.panel
        return f"{self.grafana.rstrip('/')}/d/{uid}?viewPanel={panel_id(key)}"

    def runbook(self, rule: AlertRule, system: str) -> str:
        return f"{self.runbooks.rstrip('/')}/{runbook_path(rule, system)}" if self.runbooks else ""


def runbook_path(rule: AlertRule, system: str) -> str:
    """Return the path of an alert's page below the folder of runbooks."""
    return f"{system}/{rule.name}.md"
