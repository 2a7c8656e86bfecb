"""What people edit in Grafana goes into the source, and a push finds nothing left to change: on each server that dashkit knows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from dashkit.errors import ExitCode
from tests.conftest import Program, Project
from tests.contract.conftest import Rig

Json = dict[str, Any]
MODULE = '''\
"""A service."""

from dashkit.authoring import (
    custom_variable,
    datasource_variable,
    grid,
    new_dashboard,
    prometheus,
    row,
    stat,
    thresholds,
    timeseries,
)

JOB = 'job="shop"'

dashboard = new_dashboard(
    "TITLE",
    uid="UID",
    variables=[datasource_variable(), custom_variable("zone", ["a", "b"])],
    panels=[
        # Whether it works at all.
        grid(
            3,
            stat("Up", prometheus(f"sum(up{{{JOB}}})"), unit="short"),
            stat("Errors", prometheus(f"sum(rate(errors{{{JOB}}}[5m]))"), thresholds=thresholds("green", (1, "red"))),
            stat("Queue", "sum(queue)"),  # all of them
        ),
        row(
            "Course",
            timeseries("Latency", prometheus("latency", "{{pod}}"), unit="s", decimals=1),
            timeseries("Requests", prometheus("sum by (pod) (requests)", "{{pod}}")),
        ),
        row("Details", timeseries("Memory", "memory")),
    ],
)
'''


def panels(spec: Json) -> dict[str, Json]:
    """All panels by their titles."""
    inside = [inner for panel in spec["panels"] for inner in panel.get("panels") or ()]
    return {panel["title"]: panel for panel in [*spec["panels"], *inside]}


def _lower(spec: Json, lines: int, line: int) -> None:
    """Let everything from a line on make room."""
    for panel in panels(spec).values():
        if panel["gridPos"]["y"] >= line:
            panel["gridPos"]["y"] += lines


def title(spec: Json) -> None:
    panels(spec)["Queue"]["title"] = "Waiting"


def description(spec: Json) -> None:
    panels(spec)["Queue"]["description"] = "Orders that wait."
    spec["description"] = "What the shop does."


def unit(spec: Json) -> None:
    panels(spec)["Latency"]["fieldConfig"]["defaults"]["unit"] = "ms"


def decimals(spec: Json) -> None:
    panels(spec)["Latency"]["fieldConfig"]["defaults"]["decimals"] = 3


def threshold(spec: Json) -> None:
    panels(spec)["Errors"]["fieldConfig"]["defaults"]["thresholds"]["steps"][1]["value"] = 2.5


def legend(spec: Json) -> None:
    panels(spec)["Latency"]["targets"][0]["legendFormat"] = "{{instance}}"


def legend_hidden(spec: Json) -> None:
    panels(spec)["Latency"]["options"]["legend"]["showLegend"] = False


def query(spec: Json) -> None:
    panels(spec)["Errors"]["targets"][0]["expr"] = 'max(rate(errors{job="shop"}[5m]))'


def another_query(spec: Json) -> None:
    targets = panels(spec)["Requests"]["targets"]
    targets.append({**targets[0], "refId": "B", "expr": "sum(requests)", "legendFormat": "all"})


def new_panel(spec: Json) -> None:
    source = {"type": "prometheus", "uid": "${datasource}"}
    _lower(spec, 8, 0)
    spec["panels"].insert(0, {
        "id": 4242, "type": "gauge", "title": "Load", "gridPos": {"x": 0, "y": 0, "w": 24, "h": 8}, "datasource": source,
        "targets": [{"refId": "A", "expr": "avg(load)", "datasource": source, "legendFormat": "__auto"}],
        "fieldConfig": {"defaults": {"unit": "percentunit", "color": {"mode": "thresholds"}, "mappings": [],
                                     "thresholds": {"mode": "absolute", "steps": [{"color": "green", "value": None}, {"color": "red", "value": 80}]}},
                        "overrides": []},
        "options": {"orientation": "auto", "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
                    "showThresholdLabels": False, "showThresholdMarkers": True, "sizing": "auto", "minVizHeight": 75, "minVizWidth": 75},
    })  # fmt: skip


def removed_panel(spec: Json) -> None:
    spec["panels"] = [panel for panel in spec["panels"] if panel["title"] != "Queue"]


def moved(spec: Json) -> None:
    one, other = panels(spec)["Up"], panels(spec)["Queue"]
    one["gridPos"], other["gridPos"] = other["gridPos"], one["gridPos"]


def resized(spec: Json) -> None:
    panels(spec)["Memory"]["gridPos"].update(w=24, h=12)


def folded(spec: Json) -> None:
    row = panels(spec)["Details"]
    row["panels"] = [panels(spec)["Memory"]]
    row["collapsed"] = True
    spec["panels"].remove(row["panels"][0])


def variable(spec: Json) -> None:
    spec["templating"]["list"].append({
        "name": "pod", "label": "Pod", "type": "query", "query": "label_values(up, pod)", "definition": "label_values(up, pod)",
        "datasource": {"type": "prometheus", "uid": "${datasource}"}, "refresh": 2, "sort": 1, "regex": "", "multi": True,
        "includeAll": True, "hide": 0, "options": [], "current": {},
    })  # fmt: skip


def settings(spec: Json) -> None:
    spec["refresh"] = "5m"
    spec["time"] = {"from": "now-24h", "to": "now"}
    spec["tags"] = [*spec["tags"], "shop"]


@dataclass(frozen=True)
class Case:
    """An edit, and texts of the module that are others afterwards."""

    edit: Callable[[Json], None]
    changes: dict[str, str]


CASES = {
    "title": Case(title, {'stat("Queue", "sum(queue)")': 'stat("Waiting", "sum(queue)", key="/Queue")'}),
    "description": Case(description, {
        'stat("Queue", "sum(queue)")': 'stat("Queue", "sum(queue)", description="Orders that wait.")',
        "    ],\n)\n": '    ],\n    description="What the shop does.",\n)\n',
    }),
    "unit": Case(unit, {'unit="s"': 'unit="ms"'}),
    "decimals": Case(decimals, {"decimals=1": "decimals=3"}),
    "threshold": Case(threshold, {'(1, "red")': '(2.5, "red")'}),
    "legend": Case(legend, {'"latency", "{{pod}}"': '"latency", "{{instance}}"'}),
    "legend-hidden": Case(legend_hidden, {"decimals=1": 'decimals=1, legend="none"'}),
    "query": Case(query, {"sum(rate(errors": "max(rate(errors"}),
    "another-query": Case(another_query, {
        'timeseries("Requests", prometheus("sum by (pod) (requests)", "{{pod}}")),':
        'timeseries(\n                "Requests", prometheus("sum by (pod) (requests)", "{{pod}}"), prometheus("sum(requests)", "all")\n            ),',
    }),
    "new-panel": Case(new_panel, {
        "    panels=[\n": '    panels=[\n        gauge(\n            "Load",\n            prometheus("avg(load)", "__auto"),\n'
        "            width=24,\n            height=8,\n            min=None,\n            max=None,\n"
        '            thresholds=thresholds("green", (80, "red")),\n            key=4242,\n'
        '            options={"minVizHeight": 75, "minVizWidth": 75, "sizing": "auto"},\n        ),\n',
        "    grid,\n": "    gauge,\n    grid,\n",
    }),
    "removed-panel": Case(removed_panel, {
        '            stat("Queue", "sum(queue)"),  # all of them\n': "",
    }),
    "moved": Case(moved, {
        '            stat("Up", prometheus(f"sum(up{{{JOB}}})"), unit="short"),\n': '            stat("Queue", "sum(queue)"),  # all of them\n',
        '            stat("Queue", "sum(queue)"),  # all of them\n': '            stat("Up", prometheus(f"sum(up{{{JOB}}})"), unit="short"),\n',
    }),
    "resized": Case(resized, {'timeseries("Memory", "memory")': 'timeseries("Memory", "memory", width=24, height=12)'}),
    "folded": Case(folded, {'timeseries("Memory", "memory")': 'timeseries("Memory", "memory"), collapsed=True'}),
    "variable": Case(variable, {
        '[datasource_variable(), custom_variable("zone", ["a", "b"])]':
        '[\n        datasource_variable(),\n        custom_variable("zone", ["a", "b"]),\n'
        '        query_variable("pod", "label_values(up, pod)", multi=True, include_all=True),\n    ]',
        "    prometheus,\n": "    prometheus,\n    query_variable,\n",
    }),
    "settings": Case(settings, {"    ],\n)\n": '    ],\n    tags=["shop"],\n    time="24h",\n    refresh="5m",\n)\n'}),
}  # fmt: skip


@pytest.fixture
def run(rig: Rig, project: Project, dashkit: Program) -> Callable[..., str]:
    """Run the program in a project whose dashboards are edited on the server."""
    env = {"DASHKIT_URL": rig.url, "DASHKIT_USER": rig.user, "DASHKIT_PASSWORD": rig.password}

    def call(*words: str, code: int = 0) -> str:
        result = dashkit(*words, cwd=project.folder, env=env)
        assert result.code == code, result.out + result.err
        return result.out + result.err

    return call


def test_an_edit_goes_into_the_source_and_is_not_pushed_again(
    rig: Rig, run: Callable[..., str], project: Project
) -> None:
    paths = {}
    before = {}
    for name in CASES:
        before[name] = MODULE.replace("UID", rig.uid(name)).replace("TITLE", f"Absorb {rig.run} {name}")
        paths[name] = project.write(f"dashboards/Contract {rig.run}/{name.replace('-', '_')}.py", before[name])
    run("push", "-q", "--yes")
    for name, case in CASES.items():
        stored = rig.stored(name)
        case.edit(stored["dashboard"])
        rig.api(
            "POST", "/api/dashboards/db", {"dashboard": stored["dashboard"], "folderUid": stored["meta"]["folderUid"]}
        )
    run("push", code=ExitCode.REFUSED)
    said = run("absorb", "--yes")
    made = {name: path.read_text() for name, path in paths.items()}
    for name, case in CASES.items():
        expected = before[name]
        for number, old in enumerate(case.changes):
            assert before[name].count(old) == 1, (name, old)
            expected = expected.replace(old, f"<{number}>", 1)
        for number, new in enumerate(case.changes.values()):
            expected = expected.replace(f"<{number}>", new)
        assert made[name] == expected, said
    plan = run("push", "--yes")
    assert plan.count("the source now matches an edit in the UI; marks it as pushed") == len(CASES), plan
    assert f"{len(CASES)} unchanged" in run("push")
    for name, path in paths.items():
        path.write_text(made[name].replace("sum(queue)", "max(queue)"))
    run("push", "-q", "--yes")
    assert "max(queue)" in str(rig.stored("unit"))
