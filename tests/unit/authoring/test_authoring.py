"""The helpers: each makes a valid panel in the shape that Grafana stores, and mistakes are told at once."""

from __future__ import annotations

import inspect
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from grafanalib import core

import dashkit.authoring as authoring
from dashkit import _json
from dashkit.compiler.plain import plain
from dashkit.document.normalise import Origin, normalise
from dashkit.document.validate import validate
from tests.support.real_grafana import needs_real_grafana, stored

UP = authoring.prometheus("up", "{{job}}")
LIMITS = authoring.thresholds("green", (1, "orange"), (2.5, "red"))
STATES = [authoring.mapping(0, "down", "red"), authoring.mapping("null", "unknown"), authoring.mapping((1, None), "up")]


def everything() -> Any:
    """One dashboard with every helper of dashboards."""
    panels = [
        authoring.timeseries("Lines", UP, thresholds=LIMITS, legend="table-right", calcs=["max"], stack=True, key="lines"),
        authoring.timeseries("Bars", UP, style="bars", scale="log10", max=5, no_value="none", overrides=[
            authoring.override("a", color="red", unit="s", display_name="A", column_width=80, decimals=1, thresholds=LIMITS),
            authoring.override(regex="b.*", line_style="dash", axis_placement="right", hidden=True, cell="color-text", fill=0),
            authoring.override(query="A", unit="ms", mappings=STATES),
        ]),
        authoring.stat("Stat", UP, mappings=STATES, color_mode="background", text_mode="value_and_name", sparkline=True),
        authoring.stat("Plain stat", UP),
        authoring.gauge("Gauge", UP, thresholds=LIMITS),
        authoring.bar_gauge("Bars", UP, thresholds=LIMITS, orientation="vertical"),
        authoring.pie_chart("Pie", UP, donut=False),
        authoring.table("Table", authoring.prometheus("up", format="table", instant=True), sort_by="Value", rename={"job": "Job"}),
        authoring.heatmap("Heat", authoring.prometheus("x", "{{le}}", format="heatmap")),
        authoring.histogram("Histogram", UP),
        authoring.state_timeline("States", UP, mappings=STATES),
        authoring.status_history("Runs", UP, mappings=STATES),
        authoring.bar_chart("Bar chart", UP), authoring.xy_chart("XY", UP, x="a", y=["b"]),
        authoring.trend("Trend", UP, x_field="speed"), authoring.candlestick("Candles", UP),
        authoring.geomap("Map", UP, latitude="lat", longitude="lon", value="Value"),
        authoring.node_graph("Calls", UP, arcs={"ok": "green", "failed": "red"}),
        authoring.logs("Logs", authoring.loki('{app="x"} |= "error"')),
        authoring.timeseries("Errors", authoring.elasticsearch("level:ERROR", by="logger"),
                             datasource={"type": "elasticsearch", "uid": "${elasticsearch}"}),
        authoring.text("Note", "# Note"),
        authoring.alert_list("Alerts", labels='{system="x"}', folder_uid="f"),
        authoring.dashboard_list("Dashboards", tags="shop"), authoring.annotations_list("Events"),
        authoring.news("News", "https://example.org/feed.xml"),
        authoring.panel("traces", "Trace", authoring.tempo("{ duration > 1s }"), options={"spanFilters": {}}),
        authoring.timeseries("Calculated", authoring.prometheus("up", ref="A", hide=True), authoring.reduce("A", "max", ref="B"),
                             authoring.resample("A", "1m", ref="C"), authoring.math("$B / $C"), datasource="-- Mixed --"),
        authoring.table("Orders", authoring.sql("SELECT now()"), datasource={"type": "mysql", "uid": "m"}),
        authoring.timeseries("Cloud", authoring.cloudwatch("AWS/EC2", "CPUUtilization", dimensions={"InstanceId": "*"}),
                             authoring.azure_logs("Heartbeat | take 1", "/subscriptions/x"), datasource="-- Mixed --"),
        authoring.timeseries("Flux", authoring.influxdb("from(bucket: 1)"), datasource={"type": "influxdb", "uid": "i"}),
        authoring.timeseries("Graphite", authoring.graphite("a.*.b"), datasource={"type": "graphite", "uid": "g"}),
        authoring.timeseries("Any", authoring.query("grafana-athena-datasource", {"rawSQL": "SELECT 1"}, datasource="athena")),
        authoring.timeseries("Linked", UP, links=[authoring.link("More", "/d/x", new_tab=True)],
                             data_links=[authoring.link("One", "/d/x?var-job=${__field.labels.job}")]),
    ]  # fmt: skip
    return authoring.new_dashboard(
        "Everything",
        uid="authoring-everything",
        tags=["a"],
        panels=[
            authoring.row("Open", authoring.grid(3, *panels[:6], height=6), key="open"),
            authoring.row("Closed", *panels[6:], collapsed=True, repeat="env"),
        ],
        variables=[
            authoring.datasource_variable(),
            authoring.datasource_variable("loki", "loki", label="Logs"),
            authoring.query_variable(
                "job", "label_values(up, job)", multi=True, include_all=True, all_value=".+", default="All"
            ),
            authoring.custom_variable("env", ["dev", "prod"], default="prod"),
            authoring.custom_variable("span", {"Last, hour": "1h", "Day": "1d"}),
            authoring.interval_variable(auto=True),
            authoring.constant_variable("team", "core"),
            authoring.text_variable("price", "0.04"),
            authoring.adhoc_variable(filters={"environment": "prod"}),
        ],
        links=[
            authoring.dashboard_link("B", "b"),
            authoring.tag_links("T", "t"),
            authoring.web_link("W", "https://example.org"),
        ],
        annotations=[
            authoring.event_annotation("Deployments", "changes(x[2m]) > 0", title="{{v}}", text="{{t}}"),
            authoring.deploy_annotation("dashkit"),
        ],
    )


def compiled(made: Any = None) -> dict[str, Any]:
    return normalise(plain(made or everything()), Origin.GRAFANALIB).spec


def one(panel: Any, **more: Any) -> dict[str, Any]:
    """The only panel of a dashboard."""
    made = authoring.new_dashboard("T", uid="t", panels=panel, variables=authoring.datasource_variable(), **more)
    return dict(compiled(made)["panels"][0])


def test_every_helper_makes_a_valid_dashboard_that_compiles_to_itself() -> None:
    spec = compiled()
    validate(spec)
    text = _json.compact(spec)
    assert _json.compact(normalise(_json.parse(text), Origin.FILE).spec) == text


def test_every_helper_of_dashboards_is_tried_here() -> None:
    source = inspect.getsource(inspect.getmodule(everything))  # type: ignore[arg-type]
    parts = ("panel", "panels", "queries", "variables", "links", "look", "overrides", "dashboards")
    functions = [
        name
        for name in authoring.__all__
        if inspect.isfunction(value := getattr(authoring, name))
        and value.__module__.removeprefix("dashkit.authoring.").split(".")[0] in parts
    ]
    assert len(functions) > 50
    elsewhere = {"dashboard", "switch_variable"}  # an old name; and one of dynamic dashboards, which test_layouts tries
    assert [name for name in functions if f"authoring.{name}(" not in source and name not in elsewhere] == []


@needs_real_grafana
def test_real_grafana_12_stores_it_unchanged() -> None:
    spec = {key: value for key, value in compiled().items() if key != "uid"}
    assert stored(spec, "authoring-everything") == spec


def test_a_stat_without_limits_is_not_coloured_by_grafanas_own() -> None:
    panel = one(authoring.stat("Plain", UP))
    assert panel["fieldConfig"]["defaults"]["color"] == {"fixedColor": "blue", "mode": "fixed"}
    assert panel["options"]["colorMode"] == "none"


def test_queries_use_the_variable_of_their_kind() -> None:
    spec = compiled()
    closed = next(panel for panel in spec["panels"] if panel["title"] == "Closed")["panels"]
    logs = next(panel for panel in closed if panel["type"] == "logs")
    assert logs["targets"][0]["datasource"] == {"type": "loki", "uid": "${loki}"}
    assert spec["panels"][1]["targets"][0]["datasource"] == {"type": "prometheus", "uid": "${datasource}"}


def test_long_queries_are_folded_into_one_line() -> None:
    assert authoring.prometheus("sum(\n    up\n)").json["expr"] == "sum( up )"


def test_none_leaves_a_default_to_grafana() -> None:
    panel = one(authoring.timeseries("T", UP, min=None, points=None, tooltip_sort=None))
    assert "min" not in panel["fieldConfig"]["defaults"]
    assert "showPoints" not in panel["fieldConfig"]["defaults"]["custom"]
    assert panel["options"]["tooltip"] == {"mode": "multi"}


def test_a_chosen_number_of_points_is_kept_even_if_it_is_grafanalibs_default() -> None:
    assert one(authoring.timeseries("T", UP, max_data_points=100))["maxDataPoints"] == 100
    assert "maxDataPoints" not in one(core.TimeSeries(title="T", targets=[core.Target(expr="up")]))


def test_an_integer_key_is_the_id_in_grafana() -> None:
    assert one(authoring.stat("T", UP, key=17))["id"] == 17


def test_raw_json_is_written_over_everything_and_none_removes() -> None:
    panel = one(
        authoring.panel(
            "acme-panel", "T", UP, options={"a": {"b": 1}}, field_config={"defaults": {"unit": "s"}}, raw={"x": 1}
        )
    )
    assert (panel["type"], panel["options"], panel["x"]) == ("acme-panel", {"a": {"b": 1}}, 1)
    assert panel["fieldConfig"] == {"defaults": {"unit": "s"}, "overrides": []}
    panel = one(authoring.stat("T", UP, options={"wideLayout": None, "reduceOptions": {"calcs": ["mean"]}}))
    assert "wideLayout" not in panel["options"]
    assert panel["options"]["reduceOptions"] == {"calcs": ["mean"], "fields": "", "values": False}


def test_where_one_meaning_is_plain_a_single_value_is_enough() -> None:
    made = authoring.new_dashboard(
        "T",
        uid="t",
        tags="ops",
        time="now-6h",
        variables=authoring.datasource_variable(),
        links=authoring.dashboard_link("B", "b"),
        annotations=authoring.deploy_annotation("x"),
        panels=authoring.timeseries("T", "rate(x[5m])", calcs="max", overrides=authoring.override("a", unit="s")),
    )
    spec = compiled(made)
    assert (spec["tags"], spec["time"]) == (["ops"], {"from": "now-6h", "to": "now"})
    assert spec["panels"][0]["targets"][0]["expr"] == "rate(x[5m])"
    assert spec["panels"][0]["options"]["legend"]["calcs"] == ["max"]
    assert [len(spec["templating"]["list"]), len(spec["links"]), len(spec["annotations"]["list"])] == [1, 1, 2]


def test_grafanalibs_targets_lose_what_grafanalib_adds() -> None:
    (target,) = one(authoring.timeseries("T", core.Target(expr="up", legendFormat="x")))["targets"]
    assert target == {
        "refId": "A", "expr": "up", "legendFormat": "x", "datasource": {"type": "prometheus", "uid": "${datasource}"}
    }  # fmt: skip


def test_mappings_of_all_kinds() -> None:
    made = [
        authoring.mapping(0, "down", "red"), authoring.mapping((0, 10), "low"), authoring.mapping((None, 3), "few"),
        authoring.mapping("/5../", "error"), authoring.mapping("null", "none"), authoring.mapping("up", color="green"),
    ]  # fmt: skip
    assert [entry.to_json_data() for entry in made] == [
        {"type": "value", "options": {"0": {"text": "down", "color": "red"}}},
        {"type": "range", "options": {"from": 0, "to": 10, "result": {"text": "low"}}},
        {"type": "range", "options": {"to": 3, "result": {"text": "few"}}},
        {"type": "regex", "options": {"pattern": "/5../", "result": {"text": "error"}}},
        {"type": "special", "options": {"match": "null", "result": {"text": "none"}}},
        {"type": "value", "options": {"up": {"color": "green"}}},
    ]


MISTAKES = [
    # What is written, and what the message must say.
    ("timeseries('T', q, unitt='s')", "timeseries 'T' has no option 'unitt'; did you mean 'unit'?"),
    ("timeseries('T', q, unit='reqsec')", "unit='reqsec' is not a unit of Grafana; did you mean 'reqps'?"),
    ("timeseries('T', q, unit='msec')", "did you mean 'ms'?"),
    ("timeseries('T', q, unit='milliseconds')", "did you mean 'ms'?"),
    ("timeseries('T', q, unit=5)", "unit=5 is not a text"),
    ("timeseries('T', q, legend='tabel')", "legend='tabel' is not one of none, list, list-bottom, list-right, table"),
    ("timeseries('T', q, legend='tabel')", "did you mean 'table'?"),
    ("timeseries('T', q, calcs=['lastNotNul'])", "did you mean 'lastNotNull'?"),
    ("timeseries('T', q, color='gren')", "color='gren' is neither a colour nor a colour scheme; did you mean 'green'?"),
    ("timeseries('T', q, stack='yes')", "stack='yes' is not one of False, True, percent"),
    ("timeseries('T', q, fill=300)", "fill=300 is not between 0 and 100"),
    ("timeseries('T', q, width=30)", "width=30 is not a width: a dashboard has 24 columns, so it must be from 1 to 24"),
    ("timeseries('T', q, height=0)", "height=0 is not a height"),
    ("timeseries('T', q, interval='often')", "interval='often' is not a duration such as 30s, 5m or 1h"),
    ("timeseries('T', q, thresholds=[('green', 5)])", "is not made by thresholds(...), such as thresholds(\"green\", (5, \"red\"))"),
    ("timeseries('T', q, mappings=['down'])", "is not made by mapping(...)"),
    ("timeseries('T', [q])", "is not a query; pass queries one by one, or with a star: *queries"),
    ("timeseries('T', stat('S', q))", "is not a query"),
    ("timeseries(q)", "timeseries: the title Query('up') is not a text"),
    ("stat('T', q, calc='last_not_null')", "did you mean 'lastNotNull'?"),
    ("stat('T', q, sparkline='yes')", "sparkline='yes' is not True or False"),
    ("thresholds('gren')", "thresholds: 'gren' is not a colour; did you mean 'green'?"),
    ("thresholds('green', ('red', 5))", "('red', 5) is the wrong way round; write the value first: (5, 'red')"),
    ("thresholds('green', ('red', 'blue'))", "thresholds: 'red' is not a number"),
    ("thresholds('green', (5, 'red'), (1, 'orange'))", "must rise"),
    ("mapping((10, 0), 'low')", "(10, 0) is not a range; write its ends, the lower one first"),
    ("mapping(0, 'down', 'rde')", "did you mean 'red'?"),
    ("override('a', regex='b')", "exactly one of"),
    ("override(color='red')", "exactly one of"),
    ("override('a', linkz=[])", "has no option 'linkz'; did you mean 'data_links'?"),
    ("override('a', axisWobble=3)", "has no option 'axisWobble'"),
    ("grid(5, stat('a', q))", "do not divide evenly by 5; take one of [1, 2, 3, 4, 6, 8, 12, 24]"),
    ("grid(2, stat('a', q), height=0)", "height=0 is not a height"),
    ("row(stat('a', q))", "is not a text; row takes it first, then the panels"),
    ("row('R', None)", "None is not a panel; number 1 of its panels is None: does a function forget to return it?"),
    ("row('R', q)", "put the query into one, such as timeseries(title, query)"),
    ("board(time='six hours')", "time='six hours' is not a time range; write \"6h\""),
    ("board(time=6)", "time=6 is not a time range"),
    ("board(refresh='often')", "refresh='often' is not a duration"),
    ("board(tags=[1])", "tags= has 1, which is not a text"),
    ("board(variables=[stat('a', q)])", "is not a variable; make one with query_variable(...)"),
    ("board(panels=[None])", "None is not a panel"),
    ("board(links=['x'])", "links= has 'x'"),
    ("query_variable('my job', 'x')", "name='my job' is not a name for a variable"),
    ("query_variable('job', 'x', sort='alphabetic')", "did you mean 'alphabetical'?"),
    ("custom_variable('env', ['dev', 'prod'], default='prd')", "default='prd' is not among its values; did you mean 'prod'?"),
    ("custom_variable('env', {'a': 1})", "1 is not a text; write '1'"),
    ("grid(2, row('R'))", "a row is as wide as the dashboard"),
    ("gauge('A', q, min=5)", "min=5 is not below max=1; give max= too"),
    ("timeseries('A', q, max=-5)", "min=0 is not below max=-5; give min= too"),
    ("board(time=('a', 'b', 'c'))", "is not a time range"),
    ("xy_chart('A', q, x='speed')", "x='speed' needs y=, the columns to draw against it"),
    ("table('A', q, rename={'a': 'b'}, transformations=[{'id': 'limit'}])", "transformations= stands in the place of rename="),
    ("prometheus(5)", "expr=5 is not a text"),
    ("prometheus('up', format='tabel')", "did you mean 'table'?"),
    ("elasticsearch('x', kind='avg')", "needs field=, the field that it is calculated from"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "says"), MISTAKES)
def test_a_mistake_is_told_with_the_nearest_right_value(source: str, says: str) -> None:
    def board(**options: Any) -> Any:
        return authoring.new_dashboard("D", **{"uid": "d", "panels": [], **options})

    names = {name: getattr(authoring, name) for name in authoring.__all__}
    with pytest.raises((ValueError, TypeError)) as told:
        eval(source, {**names, "q": UP, "board": board})
    assert says in str(told.value)


OLD_NAMES = [
    ("timeseries('T', q, minimum=1, maximum=2, no_data='x')", "timeseries('T', q, min=1, max=2, no_value='x')"),
    ("timeseries('T', q, bars=True, log=False)", "timeseries('T', q, style='bars')"),
    ("timeseries('T', q, log=True)", "timeseries('T', q, scale='log10')"),
    ("stat('T', q, background=True, names=True)", "stat('T', q, color_mode='background', text_mode='value_and_name')"),
    ("bar_gauge('T', q, vertical=True)", "bar_gauge('T', q, orientation='vertical')"),
    ("table('T', prometheus('up', as_table=True))", "table('T', prometheus('up', format='table'))"),
    ("heatmap('T', prometheus('up', as_heatmap=True))", "heatmap('T', prometheus('up', format='heatmap'))"),
    (
        "table('T', q, overrides=override('a', title='A', width=80, dashed=True, right_axis=True, fillOpacity=3))",
        "table('T', q, overrides=override('a', display_name='A', column_width=80, line_style='dash', "
        "axis_placement='right', fill=3))",
    ),
]


@pytest.mark.parametrize(("old", "new"), OLD_NAMES)
def test_old_names_work_and_a_warning_names_the_new_one(old: str, new: str) -> None:
    names = {**{name: getattr(authoring, name) for name in authoring.__all__}, "q": UP}
    with pytest.warns(FutureWarning) as told:
        made = eval(old, names)
    assert one(made) == one(eval(new, names))
    assert {entry.filename for entry in told} == {"<string>"}, "the author's line, not dashkit's"
    wanted = {match for match in re.findall(r"(\w+)=", new) if match not in ("overrides", "q")}
    assert wanted == {match for entry in told for match in re.findall(r"(?:is now) (\w+)=", str(entry.message))}


def test_dashboard_modules_of_this_project_import_from_authoring_alone() -> None:
    root = Path(__file__).parents[3] / "dashboards"
    found = {
        line
        for path in root.rglob("*.py")
        for line in re.findall(r"^\s*(?:from|import) (dashkit\S*)", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert found == {"dashkit.authoring"}


TYPING_MISTAKES = """\
from dashkit.authoring import *

q = prometheus("up")
timeseries("T", q, legend="tabel")
timeseries("T", q, calcs=["lst"])
timeseries("T", q, unit=5)
timeseries("T", q, stack="yes")
timeseries("T", q, unitt="s")
timeseries("T", stat("S", q))
timeseries("T", q, thresholds=[("green", 5)])
timeseries("T", q, overrides=[mapping(0, "down")])
new_dashboard("D", uid="d", panels=[None])
new_dashboard("D", uid="d", panels=[], variables=[stat("S", q)])
query_variable("job", "x", sort="alphabetic")
Limit(1, 2, 3)
"""


@pytest.mark.tools
@pytest.mark.parametrize("checker", ["mypy", "basedpyright"])
def test_type_checkers_find_each_planted_mistake(checker: str, tmp_path: Path) -> None:
    module = tmp_path / "planted.py"
    module.write_text(TYPING_MISTAKES, encoding="utf-8")
    root = Path(__file__).parents[3]
    if checker == "mypy":
        command = [sys.executable, "-m", "mypy", "--config-file=", f"--cache-dir={tmp_path}/cache", str(module)]
    else:
        settings = '{"typeCheckingMode": "basic", "reportAttributeAccessIssue": false}'
        (tmp_path / "pyrightconfig.json").write_text(settings, encoding="utf-8")
        command = [
            str(Path(sys.executable).with_name("basedpyright")),
            "--pythonpath",
            sys.executable,
            "-p",
            str(tmp_path),
        ]
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "MYPYPATH": str(root), "PYTHONPATH": str(root)}
    ran = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    found = {int(line) for line in re.findall(r"planted\.py:(\d+)(?::\d+)?(?: -)?:? error", ran.stdout)}
    lines = TYPING_MISTAKES.splitlines()
    assert found == set(range(4, len(lines) + 1)), ran.stdout + ran.stderr


def places(*panels: Any) -> list[tuple[int, int, int, int]]:
    """x, y, width and height of the panels of a dashboard, without rows."""
    made = authoring.new_dashboard("T", uid="t", panels=panels, variables=authoring.datasource_variable())
    flat = [entry for panel in compiled(made)["panels"] for entry in (panel, *panel.get("panels", []))]
    default = {"x": 0, "y": 0, "w": 6, "h": 3}
    found = [entry.get("gridPos", default) for entry in flat if entry["type"] != "row"]
    return [(at["x"], at["y"], at["w"], at["h"]) for at in found]


@pytest.mark.parametrize("collapsed", [False, True])
def test_the_panels_of_a_line_are_equally_high_unless_the_author_says_otherwise(collapsed: bool) -> None:
    stat, gauge, pie = authoring.stat("S", UP), authoring.gauge("G", UP), authoring.pie_chart("P", UP, width=12)
    note = authoring.text("N", "x", height=2)
    row = authoring.row("R", stat, gauge, pie, note, collapsed=collapsed)
    assert places(row) == [(0, 1, 6, 8), (6, 1, 6, 8), (12, 1, 12, 8), (0, 9, 24, 2)]
    assert places(authoring.stat("S", UP, height=3), authoring.gauge("G", UP)) == [(0, 0, 6, 3), (6, 0, 6, 6)]


def test_a_grid_begins_on_a_new_line() -> None:
    grid = authoring.grid(4, *(authoring.stat(name, UP) for name in "abcd"))
    assert places(authoring.stat("S", UP), grid) == [(0, 0, 6, 4), *((x, 4, 6, 4) for x in (0, 6, 12, 18))]
    mixed = authoring.grid(2, {"type": "stat", "title": "a"}, core.Stat(title="b", targets=[]))
    assert places(authoring.stat("S", UP), mixed) == [(0, 0, 6, 4), (0, 4, 12, 4), (12, 4, 12, 4)]


def test_a_panel_with_a_position_stays_there() -> None:
    assert places(authoring.stat("S", UP, position=(9, 5)), authoring.stat("T", UP)) == [(9, 5, 6, 4), (0, 9, 6, 4)]


def test_raw_json_of_one_panel_does_not_reach_another() -> None:
    raw = {"custom": {"stacking": {"group": "B"}}}
    first = one(authoring.timeseries("A", UP, field_config={"defaults": raw}))
    second = one(authoring.timeseries("B", UP))
    assert first["fieldConfig"]["defaults"]["custom"]["stacking"] == {"group": "B", "mode": "none"}
    assert second["fieldConfig"]["defaults"]["custom"]["stacking"] == {"group": "A", "mode": "none"}
    authoring.geomap("C", UP, options={"basemap": {"name": "mine"}})
    assert one(authoring.geomap("D", UP))["options"]["basemap"]["name"] == "Layer 0"


def test_a_whole_float_is_mapped_as_grafana_writes_it() -> None:
    assert list(authoring.mapping(1.0, "up").to_json_data()["options"]) == ["1"]
    assert list(authoring.mapping(1.5, "half").to_json_data()["options"]) == ["1.5"]


def test_what_an_author_passes_in_is_never_changed() -> None:
    nested = {"show": {"a": 1}}
    authoring.panel("canvas", "A", options=nested, raw={"options": {"show": {"b": 2}, "new": 1}})
    authoring.query("foo", nested, raw={"show": {"c": 3}})
    assert nested == {"show": {"a": 1}}
    plain_panel = {"type": "stat", "title": "A"}
    authoring.grid(2, plain_panel)
    assert plain_panel == {"type": "stat", "title": "A"}
    authoring.math("$A", raw={"datasource": {"uid": "-100"}})
    assert authoring.math("$A").json["datasource"]["uid"] == "__expr__"


def test_the_default_of_a_custom_variable_is_a_title_or_a_value() -> None:
    spans = {"Last hour": "1h", "Last, day": "1d"}
    for default in ("Last, day", "1d"):
        current = authoring.custom_variable("span", spans, default=default).json["current"]
        assert (current["text"], current["value"]) == ("Last, day", "1d")
    several = authoring.custom_variable("span", spans, default=["1d", "Last hour"], multi=True).json["current"]
    assert (several["text"], several["value"]) == (["Last, day", "Last hour"], ["1d", "1h"])


def test_lengths_of_dashes_and_gaps() -> None:
    style = authoring.timeseries("T", "up", line_style=[10, 5]).field_config["defaults"]["custom"]["lineStyle"]
    assert style == {"dash": [10, 5], "fill": "dash"}
    with pytest.raises(ValueError, match="line_style='dashed' is not one of solid, dash, dot"):
        authoring.timeseries("T", "up", line_style="dashed")  # type: ignore[arg-type]


def test_pages_of_a_table_with_and_without_a_last_line() -> None:
    assert authoring.table("T", "up", pagination=True).options["footer"] == {"enablePagination": True}
    both = authoring.table("T", "up", pagination=True, footer="sum", frame=1).options
    assert both["footer"] == {
        "countRows": False, "enablePagination": True, "fields": "", "reducer": ["sum"], "show": True,
    }  # fmt: skip
    assert both["frameIndex"] == 1


def test_an_override_may_be_what_grafana_stores() -> None:
    raw = {"matcher": {"id": "byNames", "options": {"names": ["a"]}}, "properties": [{"id": "unit", "value": ""}]}
    made = authoring.stat("T", "up", overrides=[raw, authoring.override("b", unit="s")])
    assert made.field_config["overrides"][0] == raw
    assert made.field_config["overrides"][1]["matcher"] == {"id": "byName", "options": "b"}
    raw["properties"] = []
    assert made.field_config["overrides"][0]["properties"], "the panel has a copy"
    with pytest.raises(ValueError, match=r"is not made by override"):
        authoring.stat("T", "up", overrides=["b"])  # type: ignore[list-item]


def test_each_column_may_have_ends_of_its_own() -> None:
    properties = authoring.override("a", field_min_max=True).to_json_data()["properties"]
    assert properties == [{"id": "fieldMinMax", "value": True}]
