from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from dashkit.document.schema_steps import CURRENT
from dashkit.document.v2.dialects import in_dialect
from dashkit.document.v2.up import up
from dashkit.errors import SpecError
from tests.conftest import SHARED

CORPUS, CONVERTED = SHARED / "corpus", SHARED / "conversions" / "classic-to-v2beta1"
NAMES = sorted(path.name for path in CONVERTED.glob("*.json")) if CONVERTED.is_dir() else []
PROMETHEUS = {"type": "prometheus", "uid": "p1"}


@pytest.mark.skipif(not NAMES, reason="what a real Grafana converts is not beside the project")
def test_as_many_real_dashboards_are_converted_as_there_are() -> None:
    assert len(NAMES) == len(list(CORPUS.glob("*.json"))) == 108


@pytest.mark.parametrize("name", NAMES)
def test_a_real_dashboard_becomes_what_grafana_makes_of_it(name: str) -> None:
    classic = json.loads((CORPUS / name).read_bytes())
    before = copy.deepcopy(classic)
    assert up(classic) == json.loads((CONVERTED / name).read_bytes())
    assert classic == before


def board(*panels: dict[str, Any], version: int = CURRENT, **rest: Any) -> dict[str, Any]:
    return {"title": "T", "schemaVersion": version, "panels": list(panels), **rest}


def panel(number: int, y: int = 0, **rest: Any) -> dict[str, Any]:
    return {"id": number, "type": "stat", "gridPos": {"x": 0, "y": y, "w": 12, "h": 8}, **rest}


def row(number: int, y: int, *inner: dict[str, Any], **rest: Any) -> dict[str, Any]:
    place = {"x": 0, "y": y, "w": 24, "h": 1}
    return {"id": number, "type": "row", "gridPos": place, "title": f"R{number}", "panels": list(inner), **rest}


def element(one: dict[str, Any], version: int = CURRENT) -> dict[str, Any]:
    (only,) = up(board(one, version=version))["elements"].values()
    spec: dict[str, Any] = only["spec"]
    return spec


def variable(one: dict[str, Any], version: int = CURRENT) -> dict[str, Any]:
    (only,) = up(board(templating={"list": [one]}, version=version))["variables"]
    return dict(only)


def rows(*panels: dict[str, Any]) -> list[tuple[dict[str, Any], list[tuple[str, int]]]]:
    """Return what the rows say, and the names and lines of their panels."""
    layout = up(board(*panels))["layout"]
    assert layout["kind"] == "RowsLayout"
    found = []
    for entry in layout["spec"]["rows"]:
        spec = dict(entry["spec"])
        items = [item["spec"] for item in spec.pop("layout")["spec"]["items"]]
        found.append((spec, [(item["element"]["name"], item["y"]) for item in items]))
    return found


def queries(one: dict[str, Any], version: int = CURRENT) -> list[dict[str, Any]]:
    return [entry["spec"] for entry in element(one, version)["data"]["spec"]["queries"]]


# The dashboard itself


def test_an_empty_dashboard_gets_the_defaults() -> None:
    spec = up({})
    assert spec["title"] == ""
    assert spec["elements"] == {}
    assert spec["layout"] == {"kind": "GridLayout", "spec": {"items": []}}
    assert (spec["cursorSync"], spec["editable"], spec["preload"]) == ("Off", True, False)
    assert spec["timeSettings"]["from"] == "now-6h"
    assert [entry["spec"]["name"] for entry in spec["annotations"]] == ["Annotations & Alerts"]


def test_time_settings_come_from_the_time_the_picker_and_the_top_level() -> None:
    picker = {"hidden": True, "refresh_intervals": ["5s"], "nowDelay": "1m"}
    rest: dict[str, Any] = {"timezone": "utc", "refresh": "10s", "weekStart": "monday", "fiscalYearStartMonth": 3}
    settings = up(board(time={"from": "now-1h", "to": "now-1m"}, timepicker=picker, **rest))["timeSettings"]
    assert settings == {
        "from": "now-1h", "to": "now-1m", "timezone": "utc", "autoRefresh": "10s", "autoRefreshIntervals": ["5s"],
        "fiscalYearStartMonth": 3, "hideTimepicker": True, "weekStart": "monday", "nowDelay": "1m",
    }  # fmt: skip


def test_a_link_has_all_its_keys_and_its_address_if_any() -> None:
    (link,) = up(board(links=[{"title": "L", "tags": ["a", 1], "keepTime": True}]))["links"]
    assert link == {
        "title": "L", "type": "link", "icon": "", "tooltip": "", "tags": ["a"], "asDropdown": False, "includeVars": False,
        "keepTime": True, "targetBlank": False,
    }  # fmt: skip


@pytest.mark.parametrize(("number", "word"), [(0, "Off"), (1, "Crosshair"), (2, "Tooltip"), (7, "Off"), ("x", "Off")])
def test_the_shared_cursor_is_a_word(number: Any, word: str) -> None:
    assert up(board(graphTooltip=number))["cursorSync"] == word


def test_an_annotation_keeps_the_datasource_only_with_its_type() -> None:
    entries = [
        {"name": "typed", "datasource": PROMETHEUS, "target": {"expr": "up"}, "filter": {"ids": [1]}},
        {"name": "untyped", "datasource": {"uid": "p1"}, "expr": "up"},
    ]
    _, typed, untyped = (entry["spec"] for entry in up(board(annotations={"list": entries}))["annotations"])
    assert typed["query"]["datasource"] == {"name": "p1"}
    assert (typed["query"]["spec"], typed["filter"]) == ({"expr": "up"}, {"ids": [1]})
    assert "datasource" not in untyped["query"]
    assert untyped["legacyOptions"] == {"expr": "up"}


# Panels


def test_a_panel_without_type_and_place_is_a_small_time_series() -> None:
    spec = up(board({"id": 1}))
    assert spec["elements"]["panel-1"]["spec"]["vizConfig"]["group"] == "timeseries"
    place = spec["layout"]["spec"]["items"][0]["spec"]
    assert (place["width"], place["height"]) == (6, 3)


def test_panels_without_an_id_and_with_a_taken_one_are_numbered_after_the_highest() -> None:
    spec = up(board(panel(5), panel(5, title="second"), {"type": "text"}, panel(0)))
    assert set(spec["elements"]) == {"panel-5", "panel-6", "panel-7", "panel-8"}
    assert spec["elements"]["panel-6"]["spec"]["title"] == "second"


def test_a_library_panel_is_only_a_reference() -> None:
    library = {"uid": "lib", "name": "Shared", "version": 3}
    spec = up(board(panel(1, title="Mine", libraryPanel=library)))
    assert spec["elements"]["panel-1"] == {
        "kind": "LibraryPanel", "spec": {"id": 1, "title": "Mine", "libraryPanel": {"uid": "lib", "name": "Shared"}},
    }  # fmt: skip


def test_queries_inherit_the_datasource_of_the_panel() -> None:
    (query,) = queries(panel(1, datasource=PROMETHEUS, targets=[{"refId": "A", "expr": "up", "hide": True}]))
    assert query == {
        "refId": "A", "hidden": True,
        "query": {
            "kind": "DataQuery", "version": "v0", "group": "prometheus", "datasource": {"name": "p1"}, "spec": {"expr": "up"},
        },
    }  # fmt: skip


def test_queries_of_a_mixed_panel_keep_their_own_datasource_or_none() -> None:
    mixed = {"type": "datasource", "uid": "-- Mixed --"}
    own, none = queries(panel(1, datasource=mixed, targets=[{"datasource": PROMETHEUS}, {"expr": "up"}]))
    assert own["query"]["datasource"] == {"name": "p1"}
    assert "datasource" not in none["query"]
    assert [own["refId"], none["refId"]] == ["A", "B"]


def test_a_datasource_given_as_a_text_has_no_type() -> None:
    (query,) = queries(panel(1, datasource="$datasource", targets=[{"refId": "A"}]))
    assert (query["query"]["group"], query["query"]["datasource"]) == ("", {"name": "$datasource"})


def test_query_options_and_transformations_are_beside_the_queries() -> None:
    transformations = [{"id": "merge"}, {"id": "organize", "options": {"indexByName": {}}, "disabled": True}]
    data = element(panel(1, interval="", timeFrom="1h", maxDataPoints=10, transformations=transformations))["data"][
        "spec"
    ]
    assert data["queryOptions"] == {"timeFrom": "1h", "maxDataPoints": 10}
    assert data["transformations"] == [
        {"kind": "merge", "spec": {"id": "merge", "options": None}},
        {"kind": "organize", "spec": {"id": "organize", "disabled": True, "options": {"indexByName": {}}}},
    ]


def test_keys_of_an_older_plugin_wait_for_the_browser() -> None:
    options = element(panel(1, type="graph", lines=True, options={"a": 1}), version=26)["vizConfig"]["spec"]["options"]
    assert options == {"a": 1, "__angularMigration": {"autoMigrateFrom": "graph", "originalOptions": {"lines": True}}}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"type": "graph"}, "timeseries"),
        ({"type": "graph", "xaxis": {"mode": "series"}}, "barchart"),
        ({"type": "graph", "xaxis": {"mode": "series"}, "legend": {"values": True}}, "bargauge"),
        ({"type": "graph", "xaxis": {"mode": "histogram"}}, "histogram"),
        ({"type": "singlestat"}, "stat"),
        ({"type": "table", "styles": []}, "table"),
        ({"type": "grafana-piechart-panel"}, "piechart"),
        ({"type": "news"}, "news"),
    ],
)
def test_gone_plugins_have_a_successor(old: dict[str, Any], new: str) -> None:
    assert element({"id": 1, **old}, version=16)["vizConfig"]["group"] == new


def test_field_defaults_keep_what_v2_knows_with_the_right_type() -> None:
    defaults = {
        "unit": "s", "decimals": 2, "min": "0", "custom": {}, "unitScale": True, "links": [], "color": {"mode": "fixed", "x": 1},
        "thresholds": {"steps": [{"color": "green"}, {"color": "red", "value": 80, "index": 1}]},
    }  # fmt: skip
    config = element(panel(1, fieldConfig={"defaults": defaults}))["vizConfig"]["spec"]["fieldConfig"]
    steps = [{"color": "green", "value": None}, {"color": "red", "value": 80}]
    wanted = {"unit": "s", "decimals": 2, "color": {"mode": "fixed"}, "thresholds": {"mode": "", "steps": steps}}
    assert config == {"defaults": wanted, "overrides": []}


def test_value_mappings_of_each_type_are_kept_and_unknown_ones_are_not() -> None:
    result = {"text": "T", "color": "red", "index": 0}
    mappings = [
        {"type": "value", "options": {"1": result}},
        {"type": "range", "options": {"from": 1, "result": result}},
        {"type": "regex", "options": {"pattern": "a", "result": result}},
        {"type": "special", "options": {"match": "nan", "result": result}},
        {"type": 9},
    ]
    converted = element(panel(1, fieldConfig={"defaults": {"mappings": mappings}}))["vizConfig"]["spec"]["fieldConfig"]
    ranged = {"from": 1, "to": None, "result": result}
    assert converted["defaults"]["mappings"] == [
        mappings[0], {"type": "range", "options": ranged}, mappings[2], mappings[3],
    ]  # fmt: skip


def test_an_override_keeps_its_matcher_and_properties() -> None:
    override = {
        "matcher": {"id": "byName", "options": "a"},
        "properties": [{"id": "unit", "value": "s"}, {"id": "min"}],
    }
    assert element(panel(1, fieldConfig={"overrides": [override]}))["vizConfig"]["spec"]["fieldConfig"][
        "overrides"
    ] == [override]


# Layout


def test_panels_without_rows_are_one_grid_in_reading_order() -> None:
    layout = up(board(panel(1, y=8), panel(2, y=0)))["layout"]
    assert layout["kind"] == "GridLayout"
    assert [item["spec"]["element"]["name"] for item in layout["spec"]["items"]] == ["panel-2", "panel-1"]


def test_panels_before_the_first_row_get_a_row_without_header() -> None:
    assert rows(panel(1, y=0), row(2, 8), panel(3, y=9)) == [
        ({"collapse": False, "hideHeader": True, "title": ""}, [("panel-1", 0)]),
        ({"collapse": False, "title": "R2"}, [("panel-3", 0)]),
    ]


def test_a_collapsed_row_has_its_panels_below_it() -> None:
    assert rows(row(1, 4, panel(2, y=5), panel(3, y=13), collapsed=True)) == [
        ({"collapse": True, "title": "R1"}, [("panel-2", 0), ("panel-3", 8)]),
    ]


def test_rows_and_panels_repeat_by_a_variable() -> None:
    repeated = panel(2, y=1, repeat="node", repeatDirection="h", maxPerRow=3)
    layout = up(board(row(1, 0, repeat="site"), repeated, panel(3, y=9, repeatDirection="h")))["layout"]
    (only,) = layout["spec"]["rows"]
    first, second = only["spec"]["layout"]["spec"]["items"]
    assert only["spec"]["repeat"] == {"mode": "variable", "value": "site"}
    assert first["spec"]["repeat"] == {"mode": "variable", "value": "node", "direction": "h", "maxPerRow": 3}
    assert "repeat" not in second["spec"]


# Variables


def test_the_common_keys_of_a_variable_are_words() -> None:
    old = {
        "type": "textbox",
        "name": "a",
        "label": "",
        "description": "D",
        "hide": 2,
        "skipUrlSync": True,
        "query": "q",
    }
    assert variable({**old, "current": {"selected": True, "text": "x", "value": "x"}}) == {
        "kind": "TextVariable",
        "spec": {
            "name": "a", "description": "D", "hide": "hideVariable", "skipUrlSync": True, "query": "q",
            "current": {"text": "x", "value": "x"},
        },
    }  # fmt: skip


def test_a_query_variable_has_a_query_with_its_datasource() -> None:
    old = {
        "type": "query",
        "name": "a",
        "datasource": PROMETHEUS,
        "query": "label_values(up, job)",
        "refresh": 2,
        "sort": 3,
    }
    spec = variable({**old, "allValue": ".+", "includeAll": True, "multi": True, "definition": ""})["spec"]
    assert spec == {
        "name": "a", "hide": "dontHide", "skipUrlSync": False, "allValue": ".+", "allowCustomValue": True, "includeAll": True,
        "multi": True, "current": {"text": "", "value": ""}, "options": [], "definition": "", "regex": "",
        "refresh": "onTimeRangeChanged", "sort": "numericalAsc",
        "query": {
            "kind": "DataQuery", "version": "v0", "group": "prometheus", "datasource": {"name": "p1"},
            "spec": {"__legacyStringValue": "label_values(up, job)"},
        },
    }  # fmt: skip


def test_the_query_of_a_variable_may_be_an_object() -> None:
    query = variable({"type": "query", "name": "a", "query": {"qryType": 1, "refId": "A"}})["spec"]["query"]
    assert query == {"kind": "DataQuery", "version": "v0", "group": "", "spec": {"qryType": 1, "refId": "A"}}


@pytest.mark.parametrize(
    ("old", "kind", "keys"),
    [
        ({"type": "constant", "query": "c"}, "ConstantVariable", {"query": "c"}),
        ({"type": "custom", "query": "a,b", "valuesFormat": "csv"}, "CustomVariable", {"query": "a,b", "valuesFormat": "csv"}),
        ({"type": "datasource", "query": "loki", "refresh": 1}, "DatasourceVariable", {"pluginId": "loki", "refresh": "onDashboardLoad"}),
        ({"type": "interval", "auto_min": "1m"}, "IntervalVariable", {"auto": False, "auto_min": "1m", "refresh": "onTimeRangeChanged"}),
        ({"type": "switch"}, "SwitchVariable", {"current": "false", "enabledValue": "true", "disabledValue": "false"}),
    ],
)  # fmt: skip
def test_each_kind_of_variable_has_its_keys(old: dict[str, Any], kind: str, keys: dict[str, Any]) -> None:
    new = variable({"name": "a", **old})
    assert new["kind"] == kind
    assert new["spec"].items() >= keys.items()


def test_a_switch_takes_its_values_from_the_options() -> None:
    options = [{"text": "on", "value": "on"}, {"text": "off", "value": "off"}]
    old = {"type": "switch", "name": "a", "options": options, "current": {"text": "on", "value": "on"}}
    spec = variable(old)["spec"]
    assert (spec["current"], spec["enabledValue"], spec["disabledValue"]) == ("on", "on", "off")


@pytest.mark.parametrize(("kind", "new"), [("adhoc", "AdhocVariable"), ("groupby", "GroupByVariable")])
def test_some_variables_have_their_datasource_beside_the_spec(kind: str, new: str) -> None:
    found = variable({"type": kind, "name": "a", "datasource": PROMETHEUS})
    assert (found["kind"], found["group"], found["datasource"]) == (new, "prometheus", {"name": "p1"})


def test_an_ad_hoc_variable_has_its_filters() -> None:
    filters = [{"key": "job", "operator": "=", "value": "a", "condition": "", "id": 1}]
    spec = variable({"type": "adhoc", "name": "a", "filters": filters})["spec"]
    assert spec["filters"] == [{"key": "job", "operator": "=", "value": "a", "condition": ""}]
    assert (spec["baseFilters"], spec["defaultKeys"], spec["allowCustomValue"]) == ([], [], True)


def test_a_variable_of_unknown_type_has_no_place() -> None:
    assert up(board(templating={"list": [{"type": "system", "name": "a"}, {"name": "b"}, "c"]}))["variables"] == []


def test_a_selection_of_an_odd_type_is_empty() -> None:
    current = variable({"type": "custom", "name": "a", "current": {"text": {"x": 1}, "value": ["a", 1]}})["spec"][
        "current"
    ]
    assert current == {"text": "", "value": ["a"]}


# Older schemas


def test_rows_of_spans_become_row_panels_with_lines_of_panels() -> None:
    panels = [{"id": number, "span": 6, "type": "text"} for number in (1, 2, 3)]
    old = {"title": "R", "showTitle": True, "height": "250px", "panels": panels}
    (only,) = up({"schemaVersion": 14, "rows": [old]})["layout"]["spec"]["rows"]
    places = [item["spec"] for item in only["spec"]["layout"]["spec"]["items"]]
    assert [(place["x"], place["y"], place["width"], place["height"]) for place in places] == [
        (0, 0, 12, 7), (12, 0, 12, 7), (0, 7, 12, 7),
    ]  # fmt: skip


def test_rows_whose_titles_nobody_sees_become_a_grid() -> None:
    old = [{"height": 100, "panels": [{"id": 1}]}, {"panels": [{"id": 2, "height": "200px"}]}]
    layout = up({"schemaVersion": 14, "rows": old})["layout"]
    assert [(item["spec"]["y"], item["spec"]["height"]) for item in layout["spec"]["items"]] == [(0, 3), (3, 6)]


def test_a_panel_without_a_query_got_one_before_schema_36() -> None:
    assert [query["refId"] for query in queries(panel(1), version=35)] == ["A"]
    assert queries(panel(1), version=36) == []


def test_queries_without_a_name_get_a_free_one() -> None:
    assert [query["refId"] for query in queries(panel(1, targets=[{}, {"refId": "A"}, {"refId": 3}]))] == [
        "B",
        "A",
        "C",
    ]


def test_old_value_mappings_become_one_of_values_and_the_others() -> None:
    old = [
        {"type": 1, "value": "0", "text": "Down"}, {"type": 2, "from": "1", "to": "5", "text": "Some"},
        {"type": 1, "value": 1, "text": "Up"}, {"type": 1, "value": "null", "text": "N/A"},
    ]  # fmt: skip
    config = element(panel(1, fieldConfig={"defaults": {"mappings": old}}), version=25)["vizConfig"]["spec"][
        "fieldConfig"
    ]
    assert config["defaults"]["mappings"] == [
        {"type": "value", "options": {"0": {"text": "Down"}, "1": {"text": "Up"}}},
        {"type": "range", "options": {"from": 1, "to": 5, "result": {"text": "Some"}}},
        {"type": "special", "options": {"match": "null", "result": {"text": "N/A"}}},
    ]


def test_labels_as_fields_were_merged_before_schema_31() -> None:
    transformed = panel(1, transformations=[{"id": "labelsToFields"}])
    data = element(transformed, version=30)["data"]["spec"]["transformations"]
    assert [entry["kind"] for entry in data] == ["labelsToFields", "merge"]


def test_links_of_old_panels_become_addresses() -> None:
    links = [
        {"dashboard": "My / Board", "keepTime": True, "includeVars": True, "targetBlank": True, "title": "A"},
        {"dashUri": "db/x", "params": "a=1"}, {"url": "/d/x?y=1", "keepTime": True}, {},
    ]  # fmt: skip
    assert element(panel(1, links=links), version=18)["links"] == [
        {"title": "A", "url": "dashboard/db/my-board?$__url_time_range&$__all_variables", "targetBlank": True},
        {"title": "", "url": "dashboard/db/x?a=1"},
        {"title": "", "url": "/d/x?y=1&$__url_time_range"},
        {"title": "", "url": "/"},
    ]


def test_the_least_span_of_a_repeated_panel_is_how_many_fit_a_line() -> None:
    layout = up(board(panel(1, repeat="a", minSpan=4), version=16))["layout"]
    assert layout["spec"]["items"][0]["spec"]["repeat"]["maxPerRow"] == 6


def test_a_choice_of_several_is_a_list_since_schema_23() -> None:
    old = {"type": "custom", "name": "a", "multi": True, "current": {"text": "x", "value": "x"}}
    assert variable(old, version=22)["spec"]["current"] == {"text": ["x"], "value": ["x"]}
    assert variable(old, version=23)["spec"]["current"] == {"text": "x", "value": "x"}


def test_a_constant_that_shows_was_a_text_box_before_schema_27() -> None:
    shown, hidden = {"type": "constant", "name": "a", "query": "x"}, {"type": "constant", "name": "a", "hide": 2}
    assert variable(shown, version=26)["kind"] == "TextVariable"
    assert variable(shown, version=26)["spec"]["current"] == {"text": "x", "value": "x"}
    assert variable(hidden, version=26)["kind"] == "ConstantVariable"


def test_the_old_shared_crosshair_is_a_cursor() -> None:
    assert up(board(sharedCrosshair=True, version=13))["cursorSync"] == "Crosshair"


# Odd input

FULL: dict[str, Any] = {
    "title": "T", "schemaVersion": 13, "tags": ["a"], "links": [{"title": "L", "tags": ["t"]}], "time": {"from": "a", "to": "b"},
    "timepicker": {"refresh_intervals": ["5s"], "time_options": []}, "refresh": "1m", "graphTooltip": 1,
    "annotations": {"list": [{"name": "A", "datasource": PROMETHEUS, "target": {}}]},
    "templating": {
        "list": [
            {"type": "query", "name": "a", "query": "q", "multi": True, "current": {"text": "x"}, "options": [{"text": "x"}]},
            {"type": "constant", "name": "b", "query": "q"}, {"type": "switch", "name": "c", "options": []},
            {"type": "adhoc", "name": "d", "filters": [{"key": "k"}]},
        ]
    },
    "rows": [{"title": "R", "height": "1px", "collapse": True, "panels": [{"id": 9, "span": 3, "height": 20, "minSpan": 2}]}],
    "panels": [
        {
            "id": 1, "type": "table", "styles": [{}], "datasource": PROMETHEUS, "gridPos": {"x": 0, "y": 0, "w": 1, "h": 1},
            "links": [{"dashboard": "x", "params": "p"}], "options": {"legend": {"displayMode": "hidden"}}, "minSpan": 2,
            "targets": [{"refId": "A", "datasource": PROMETHEUS}],
            "transformations": [{"id": "timeSeriesTable", "options": {"refIdToStat": {"A": "sum"}}}],
            "fieldConfig": {
                "defaults": {
                    "custom": {"displayMode": "auto", "hideFrom": {"viz": True}}, "thresholds": {"mode": "a", "steps": [{}]},
                    "mappings": [{"type": 1, "value": 1, "text": "t"}, {"type": 2, "from": 1, "to": 2}], "color": {"mode": "f"},
                },
                "overrides": [
                    {
                        "matcher": {"id": "byName"},
                        "properties": [
                            {"id": "custom.displayMode", "value": "auto"}, {"id": "mappings", "value": [{"type": 1}]},
                            {"id": "custom.hideFrom", "value": {"viz": True}},
                        ],
                    }
                ],
            },
        },
        {"id": 2, "type": "row", "title": "R", "gridPos": {"y": 1}, "panels": [{"id": 3, "type": "graph", "xaxis": {}}]},
    ],
}  # fmt: skip
ODD: tuple[Any, ...] = (
    None,
    True,
    0,
    1.5,
    float("inf"),
    "",
    "null",
    "inf",
    [],
    [None, 1, [], {}],
    {},
    {"list": 1, "uid": 2},
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield (*path, key)
        yield from places(item, (*path, key))


@pytest.mark.parametrize("version", [13, CURRENT])
def test_a_value_of_any_type_anywhere_is_no_reason_to_fail(version: int) -> None:
    for path in places(FULL):
        for odd in ODD:
            spec = {**copy.deepcopy(FULL), "schemaVersion": version}
            holder: Any = spec
            for key in path[:-1]:
                holder = holder[key]
            holder[path[-1]] = odd
            up(spec)


def test_what_is_no_object_or_too_deep_is_refused() -> None:
    with pytest.raises(SpecError, match="JSON object"):
        up([])  # type: ignore[arg-type]
    deep: dict[str, Any] = {}
    for _ in range(5000):
        deep = {"a": deep}
    with pytest.raises(SpecError, match="too deeply"):
        up(deep)


# Versions of the schema


def test_a_spec_goes_to_v2_and_back_with_all_its_keys() -> None:
    beta = up(board(panel(1, transformations=[{"id": "merge", "options": {}}]), panel(2, libraryPanel={"uid": "x"})))
    beta["unknown"] = 1
    beta["elements"]["panel-1"]["spec"]["data"]["spec"]["transformations"][0]["unknown"] = 2
    before = copy.deepcopy(beta)
    stable = in_dialect(beta, to="v2")
    (entry,) = stable["elements"]["panel-1"]["spec"]["data"]["spec"]["transformations"]
    assert entry == {"kind": "Transformation", "group": "merge", "unknown": 2, "spec": {"options": {}}}
    assert in_dialect(stable, of="v2", to="v2beta1") == beta == before


def test_a_transformation_that_is_in_the_other_form_already_stays() -> None:
    beta = up(board(panel(1, transformations=[{"id": "merge", "options": {}}])))
    stable = in_dialect(beta, to="v2")
    assert in_dialect(stable, to="v2") == stable
    assert in_dialect(beta, of="v2", to="v2beta1") == beta
    assert in_dialect(beta, to="v2beta1") == beta


@pytest.mark.parametrize("spec", [{}, {"elements": None}, {"elements": {"a": 1, "b": {"spec": {"data": []}}}}])
def test_a_spec_without_panels_is_the_same_in_all_versions(spec: dict[str, Any]) -> None:
    assert in_dialect(spec, to="v2") == spec


@pytest.mark.parametrize(("of", "to"), [("v2beta1", "v2alpha1"), ("v2alpha1", "v2"), ("v2", "v3alpha0")])
def test_a_version_that_is_not_known_is_refused(of: str, to: str) -> None:
    with pytest.raises(SpecError, match="not written"):
        in_dialect({}, of=of, to=to)
