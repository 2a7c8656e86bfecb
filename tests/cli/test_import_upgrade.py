"""dashkit import --upgrade: dashboards of any age become modules as one writes them today."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import SHARED, Program, Project

CORPUS = SHARED / "corpus"

OLD: dict[str, Any] = {
    "uid": "old", "title": "Old days", "schemaVersion": 14,
    "templating": {"list": [
        {"type": "datasource", "name": "ds", "query": "prometheus"}, {"type": "custom", "name": "job", "query": "api,web"},
    ]},
    "rows": [{"title": "Load", "showTitle": True, "height": "250px", "panels": [
        {"id": 1, "type": "graph", "title": "Requests of [[job]]", "span": 8, "datasource": "$ds", "stack": True, "fill": 5,
         "yaxes": [{"format": "reqps", "min": "0"}, {"format": "short"}], "aliasColors": {"errors": "red"},
         "targets": [{"refId": "A", "expr": 'sum(rate(http_total{job="[[job]]"}[1m]))', "legendFormat": "all"}]},
        {"id": 2, "type": "singlestat", "title": "Up", "span": 4, "datasource": "$ds", "thresholds": "1,2", "colorValue": True,
         "colors": ["red", "orange", "green"], "valueName": "current", "valueFontSize": "120%",
         "targets": [{"refId": "A", "expr": "sum(up)"}]},
    ]}],
}  # fmt: skip


def test_an_old_dashboard_becomes_a_module_as_one_writes_it_today(project: Project, dashkit: Program) -> None:
    project.write("old.json", json.dumps(OLD))
    result = dashkit("import", "old.json", "--upgrade", "--report", cwd=project.folder)
    assert result.code == 0, result.err
    module = " ".join((project.folder / "dashboards/old_days.py").read_text().split())
    for part in (
        'row( "Load", timeseries( "Requests of ${job}"',
        """prometheus('sum(rate(http_total{job="${job}"}[$__rate_interval]))', "all")""",
        'unit="reqps"',
        "stack=True",
        'override("errors", color="red")',
        'stat( "Up"',
        'thresholds=thresholds("red", (1, "orange"), (2, "green"))',
    ):
        assert part in module
    for line in (
        "1 graph panel became timeseries",
        "[[var]] is ${var} in 2 texts",
        "lost: singlestat: the sizes of texts",
    ):
        assert line in result.out
    assert "equal to the upgraded source" in result.err
    assert dashkit("build", cwd=project.folder).code == 0
    built = json.loads((project.folder / "build/dashboards/old.json").read_text())
    assert [panel["type"] for panel in built["panels"]] == ["row", "timeseries", "stat"]
    assert built["panels"][1]["gridPos"] == {"x": 0, "y": 1, "w": 16, "h": 7}


def test_the_report_for_programs_has_what_was_modernised_and_what_was_lost(project: Project, dashkit: Program) -> None:
    project.write("old.json", json.dumps(OLD))
    result = dashkit("import", "old.json", "--upgrade", "--report", "--format", "json", cwd=project.folder)
    (one,) = json.loads(result.out)["dashboards"]
    assert one["panels"] == {"helper": 2, "panel": 0, "dict": 0}
    assert "schema 14 became schema 42" in one["modernised"]
    assert one["lost"] == ["singlestat: the sizes of texts (valueFontSize and others) (1 panel)"]


def test_without_a_report_what_is_lost_is_counted(project: Project, dashkit: Program) -> None:
    project.write("old.json", json.dumps(OLD))
    assert (
        "lost: 1 kind of settings; --report names them"
        in dashkit("import", "old.json", "--upgrade", cwd=project.folder).err
    )


def test_as_json_it_is_upgraded_too(project: Project, dashkit: Program) -> None:
    project.write("old.json", json.dumps(OLD))
    assert dashkit("import", "old.json", "--upgrade", "--as", "json", cwd=project.folder).code == 0
    made = json.loads((project.folder / "dashboards/old_days.json").read_text())
    assert (made["schemaVersion"], made["panels"][1]["type"]) == (42, "timeseries")


def test_without_the_option_an_old_dashboard_stays_what_it_is(project: Project, dashkit: Program) -> None:
    project.write("old.json", json.dumps(OLD))
    result = dashkit("import", "old.json", "--format", "json", cwd=project.folder)
    (one,) = json.loads(result.out)["dashboards"]
    assert (one["panels"]["dict"], one["lost"]) == (2, [])


def test_a_dashboard_of_today_is_the_same_with_and_without(project: Project, dashkit: Program) -> None:
    panel = {"id": 1, "type": "timeseries", "title": "P", "gridPos": {"x": 0, "y": 0, "w": 12, "h": 8}}
    project.write("new.json", json.dumps({"uid": "n", "title": "New", "schemaVersion": 42, "panels": [panel]}))
    assert dashkit("import", "new.json", cwd=project.folder).code == 0
    again = dashkit("import", "new.json", "--upgrade", cwd=project.folder)
    assert "same  new.py" in again.err


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of other people's dashboards is not beside the project")
def test_each_dashboard_of_the_corpus_becomes_a_module_without_old_panels(tmp_path: Path, dashkit: Program) -> None:
    result = dashkit("import", str(CORPUS), "--to", "out", "--upgrade", "--report", "--format", "json", cwd=tmp_path)
    assert result.code == 0, result.err
    said = json.loads(result.out)
    assert [one["source"] for one in said["dashboards"] if not one["equal"]] == []
    assert said["summary"]["dashboards"] == 108
    panels = said["summary"]["panels"]
    assert (panels["dict"], panels["panel"]) == (0, 0)
    assert panels["helper"] > 1300
    modules = [path.read_text() for path in (tmp_path / "out").glob("*.py")]
    raw = sum(text.count("field_config=") + text.count("options={") for text in modules)
    assert raw < 0.05 * panels["helper"]
