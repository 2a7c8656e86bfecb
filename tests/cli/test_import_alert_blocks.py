"""dashkit import --upgrade: alert blocks of before Grafana 9 become rules in a module beside."""

from __future__ import annotations

import json
from typing import Any

from dashkit.sandbox.app import RunningSandbox
from tests.conftest import Program, Project
from tests.support.alerting import evaluated, ruler


def block(**more: Any) -> dict[str, Any]:
    condition = {
        "type": "query", "query": {"params": ["A", "5m", "now"]}, "reducer": {"type": "avg", "params": []},
        "evaluator": {"type": "gt", "params": [80]}, "operator": {"type": "and"},
    }  # fmt: skip
    return {
        "name": "High load", "for": "10m", "frequency": "1m", "noDataState": "keep_state", "executionErrorState": "alerting",
        "message": "Look at {{host}}.", "alertRuleTags": {"team": "ops", "severity": "high"}, "conditions": [condition],
        "notifications": [{"uid": "mail"}], **more,
    }  # fmt: skip


BOARD: dict[str, Any] = {
    "uid": "load", "title": "Load", "schemaVersion": 16,
    "templating": {"list": [{"type": "datasource", "name": "ds", "query": "prometheus"},
                            {"type": "textbox", "name": "job", "query": "api"}]},
    "panels": [
        {"id": 4, "type": "graph", "title": "CPU", "gridPos": {"x": 0, "y": 0, "w": 12, "h": 8}, "datasource": "$ds",
         "targets": [{"refId": "A", "expr": "sum by (instance) (rate(cpu_total[$__rate_interval]))"}], "alert": block()},
        {"id": 5, "type": "graph", "title": "By job", "gridPos": {"x": 12, "y": 0, "w": 12, "h": 8}, "datasource": "$ds",
         "targets": [{"refId": "A", "expr": 'up{job="$job"}'}], "alert": block(name="Of a job", notifications=[])},
    ],
}  # fmt: skip


def test_alert_blocks_become_a_module_of_rules(project: Project, dashkit: Program) -> None:
    project.write("load.json", json.dumps(BOARD))
    result = dashkit("import", "load.json", "--upgrade", "--report", cwd=project.folder)
    assert result.code == 0, result.err
    for line in (
        "1 alert block became 1 rule in alerts/load_alerts.py",
        "lost: alert 'High load': 1 notification channel, which a route of the routing replaces",
        "lost: alert 'Of a job' of panel 'By job': its query has variables of the dashboard",
    ):
        assert line in result.out
    module = " ".join((project.folder / "dashboards/alerts/load_alerts.py").read_text().split())
    assert (
        'rule_group( "Load", "load", plain_alert( "High load", "avg_over_time(sum by (instance) (rate(cpu_total[5m]))[5m:])", above=80,'
        in module
    )
    assert "above=80" in module
    built = dashkit("rules", "build", cwd=project.folder)
    assert built.code == 0, built.err


def test_what_a_block_said_is_what_grafana_evaluates(
    project: Project, dashkit: Program, sandbox: RunningSandbox
) -> None:
    project.write("load.json", json.dumps(BOARD))
    evaluated(project, sandbox)
    assert dashkit("import", "load.json", "--upgrade", cwd=project.folder).code == 0
    pushed = dashkit("push", "--no-check", "--context", "here", cwd=project.folder)
    assert pushed.code == 0, pushed.err
    (rule,) = [rule for groups in ruler(sandbox).values() for group in groups for rule in group["rules"]]
    assert rule["grafana_alert"]["no_data_state"] == "KeepLast"
    assert rule["annotations"]["__panelId__"] == "4"
    assert rule["for"] == "10m"
    again = dashkit("push", "--no-check", "--context", "here", cwd=project.folder)
    assert "Nothing to do" in again.out or "unchanged" in again.out


def test_rules_that_were_edited_are_not_overwritten_and_the_report_says_so(project: Project, dashkit: Program) -> None:
    project.write("load.json", json.dumps(BOARD))
    project.write("dashboards/alerts/load_alerts.py", "groups = []\n")
    result = dashkit("import", "load.json", "--upgrade", "--report", cwd=project.folder)
    assert "lost: 1 alert block, of which no rule is written: " in result.out
    assert "load_alerts.py exists and differs" in result.out
    assert (project.folder / "dashboards/alerts/load_alerts.py").read_text() == "groups = []\n"


def test_dashboards_of_the_same_title_have_their_rules_in_two_modules(project: Project, dashkit: Program) -> None:
    project.write("old/one/a.json", json.dumps({**BOARD, "uid": "a"}))
    project.write("old/two/b.json", json.dumps({**BOARD, "uid": "b"}))
    result = dashkit("import", "old", "--upgrade", "--report", cwd=project.folder)
    assert result.code == 0, result.err
    assert len(list((project.folder / "dashboards/alerts").glob("*.py"))) == 2, result.out
    assert dashkit("rules", "build", cwd=project.folder).code == 0


def test_json_files_hold_no_rules_and_the_report_says_so(project: Project, dashkit: Program) -> None:
    project.write("load.json", json.dumps(BOARD))
    result = dashkit(
        "import", "load.json", "--upgrade", "--as", "json", "--report", "--format", "json", cwd=project.folder
    )
    (one,) = json.loads(result.out)["dashboards"]
    assert "1 alert block, of which no rule is written" in one["lost"]
    assert not (project.folder / "dashboards/alerts").exists()
