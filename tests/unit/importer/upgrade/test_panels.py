"""Panels of kinds that are gone become panels of today that say the same."""

from __future__ import annotations

from typing import Any

import pytest

from dashkit.importer.upgrade import Upgraded, upgrade

PROMETHEUS = {"type": "prometheus", "uid": "p1"}
GRAPH: dict[str, Any] = {"type": "graph", "title": "G", "lines": True, "yaxes": [{"format": "s"}, {"format": "bytes"}]}
SINGLE: dict[str, Any] = {"type": "singlestat", "title": "S", "valueName": "current", "format": "percent"}
TABLE: dict[str, Any] = {"type": "table", "title": "T", "styles": [], "transform": "table"}


def board(*panels: dict[str, Any], version: int = 14, **rest: Any) -> dict[str, Any]:
    place = {"x": 0, "y": 0, "w": 12, "h": 8}
    made = [
        {"id": number, "gridPos": place, "datasource": PROMETHEUS, "targets": [{"refId": "A", "expr": "up"}], **one}
        for number, one in enumerate(panels, 1)
    ]
    return {"uid": "u", "title": "T", "schemaVersion": version, "panels": made, **rest}


def done(*panels: dict[str, Any], **rest: Any) -> Upgraded:
    return upgrade(board(*panels, **rest))


def only(panel: dict[str, Any], **rest: Any) -> dict[str, Any]:
    (made,) = done(panel, **rest).spec["panels"]
    return dict(made)


def defaults(panel: dict[str, Any]) -> dict[str, Any]:
    return dict(only(panel)["fieldConfig"]["defaults"])


def overrides(panel: dict[str, Any], **rest: Any) -> list[tuple[str, Any, dict[str, Any]]]:
    """Return the matchers, what they match, and the properties of the overrides."""
    return [
        (one["matcher"]["id"], one["matcher"]["options"], {entry["id"]: entry["value"] for entry in one["properties"]})
        for one in only(panel, **rest)["fieldConfig"]["overrides"]
    ]


# Graphs


def test_a_graph_that_says_nothing_is_drawn_as_the_old_panel_drew_it() -> None:
    made = only({"type": "graph", "title": "G"})
    custom = made["fieldConfig"]["defaults"]["custom"]
    assert made["type"] == "timeseries"
    assert (custom["drawStyle"], custom["fillOpacity"], custom["lineWidth"]) == ("line", 10, 1)
    assert made["options"]["legend"]["showLegend"] is True
    assert made["options"]["tooltip"] == {"mode": "multi", "sort": "none"}


def test_nothing_of_the_old_kind_is_left() -> None:
    more = {"renderer": "flot", "aliasColors": {}, "timeRegions": [], "hiddenSeries": False, "pluginVersion": "7.3.7"}
    assert only({**GRAPH, **more}).keys() == {
        "id", "type", "title", "gridPos", "datasource", "targets", "options", "fieldConfig",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("old", "key", "value"),
    [
        ({"bars": True, "lines": False}, "drawStyle", "bars"),
        ({"lines": False, "points": True}, "drawStyle", "points"),
        ({"points": True, "pointradius": 5}, "pointSize", 12),
        ({"fill": 4}, "fillOpacity", 40),
        ({"fill": 0, "fillGradient": 6}, "gradientMode", "opacity"),
        ({"steppedLine": True}, "lineInterpolation", "stepAfter"),
        ({"nullPointMode": "connected"}, "spanNulls", True),
        ({"stack": True}, "stacking", {"group": "A", "mode": "normal"}),
        ({"stack": True, "percentage": True}, "stacking", {"group": "A", "mode": "percent"}),
        ({"dashes": True, "dashLength": 4}, "lineStyle", {"dash": [4, 10], "fill": "dash"}),
        ({"yaxes": [{"label": "requests"}]}, "axisLabel", "requests"),
        ({"yaxes": [{"show": False}]}, "axisPlacement", "hidden"),
        ({"yaxes": [{"logBase": 10}]}, "scaleDistribution", {"log": 10, "type": "log"}),
        ({"yaxes": [{"logBase": 32}]}, "scaleDistribution", {"log": 2, "type": "log"}),
    ],
)
def test_how_a_graph_is_drawn_is_kept(old: dict[str, Any], key: str, value: Any) -> None:
    assert defaults({**GRAPH, **old})["custom"][key] == value


def test_missing_values_that_counted_as_zero_are_drawn_as_zero() -> None:
    assert defaults({**GRAPH, "nullPointMode": "null as zero"})["noValue"] == "0"


def test_an_axis_gives_the_unit_the_ends_and_the_decimals() -> None:
    axis = {"format": "ms", "min": "0", "max": "1.5", "decimals": 2}
    found = defaults({**GRAPH, "yaxes": [axis]})
    assert (found["unit"], found["min"], found["max"], found["decimals"]) == ("ms", 0, 1.5, 2)


def test_shares_of_a_sum_lose_the_ends_of_the_axis_which_were_percentages() -> None:
    found = defaults({**GRAPH, "stack": True, "percentage": True, "yaxes": [{"min": 0, "max": 100}]})
    assert not {"min", "max"} & found.keys()


def test_series_keep_their_colours_axes_and_shapes() -> None:
    series = [
        {"alias": "/err.*/", "color": "red", "yaxis": 2, "bars": True},
        {"alias": "limit", "fill": 0, "dashes": True, "linewidth": 2, "legend": False},
    ]
    assert overrides({**GRAPH, "aliasColors": {"/api": "blue"}, "seriesOverrides": series}) == [
        ("byName", "/api", {"color": {"fixedColor": "blue", "mode": "fixed"}}),
        ("byRegexp", "/err.*/", {
            "color": {"fixedColor": "red", "mode": "fixed"}, "custom.axisPlacement": "right", "unit": "bytes",
            "custom.drawStyle": "bars", "custom.fillOpacity": 100,
        }),
        ("byName", "limit", {
            "custom.fillOpacity": 0, "custom.lineWidth": 2, "custom.lineStyle": {"dash": [10, 10], "fill": "dash"},
            "custom.hideFrom": {"legend": True, "tooltip": False, "viz": False},
        }),
    ]  # fmt: skip


def test_the_label_of_the_left_axis_does_not_stand_at_the_right_one() -> None:
    axes = [{"format": "s", "label": "seconds"}, {"format": "bytes"}]
    ((_, _, found),) = overrides({**GRAPH, "yaxes": axes, "seriesOverrides": [{"alias": "a", "yaxis": 2}]})
    assert found["custom.axisLabel"] == ""


@pytest.mark.parametrize(
    ("limits", "steps"),
    [
        ([("gt", 80, "critical")], [("transparent", None), ("red", 80)]),
        ([("lt", 10, "warning")], [("orange", None), ("transparent", 10)]),
        ([("gt", 90, "critical"), ("lt", 10, "critical")], [("red", None), ("transparent", 10), ("red", 90)]),
    ],
)
def test_thresholds_colour_the_same_areas(
    limits: list[tuple[str, int, str]], steps: list[tuple[str, int | None]]
) -> None:
    old = [{"op": op, "value": value, "colorMode": mode, "fill": True} for op, value, mode in limits]
    found = defaults({**GRAPH, "thresholds": old})
    assert [(one["color"], one.get("value")) for one in found["thresholds"]["steps"]] == steps
    assert found["custom"]["thresholdsStyle"] == {"mode": "area"}


def test_the_legend_keeps_its_place_its_numbers_and_how_it_was_sorted() -> None:
    old = {"show": True, "alignAsTable": True, "rightSide": True, "values": True, "current": True, "max": True,
           "sort": "current", "sortDesc": True, "sideWidth": 250}  # fmt: skip
    assert only({**GRAPH, "legend": old})["options"]["legend"] == {
        "calcs": ["max", "lastNotNull"], "displayMode": "table", "placement": "right", "showLegend": True, "width": 250,
        "sortBy": "Last *", "sortDesc": True,
    }  # fmt: skip


def test_a_legend_that_hid_series_of_zeros_goes_on_to() -> None:
    ((matcher, options, found),) = overrides({**GRAPH, "legend": {"show": True, "hideZero": True}})
    assert (matcher, options) == ("byValue", {"op": "gte", "reducer": "allIsZero", "value": 0})
    assert found == {"custom.hideFrom": {"legend": True, "tooltip": True, "viz": False}}


def test_what_grafana_7_let_fields_of_a_graph_say_is_kept() -> None:
    name = {"matcher": {"id": "byName", "options": "a"}, "properties": [{"id": "displayName", "value": "A"}]}
    config = {"defaults": {"unit": "bytes", "custom": {}, "links": []}, "overrides": [name]}
    made = only({**GRAPH, "fieldConfig": config})
    assert made["fieldConfig"]["defaults"]["unit"] == "bytes"
    assert made["fieldConfig"]["overrides"] == [name]


@pytest.mark.parametrize(
    ("old", "kind"),
    [
        ({"xaxis": {"mode": "series", "values": ["total"]}}, "barchart"),
        ({"xaxis": {"mode": "series", "values": ["current"]}, "legend": {"values": True}}, "bargauge"),
        ({"xaxis": {"mode": "histogram", "buckets": 10}}, "histogram"),
    ],
)
def test_a_graph_over_something_other_than_time_becomes_the_kind_for_it(old: dict[str, Any], kind: str) -> None:
    assert only({**GRAPH, **old})["type"] == kind


def test_shaded_regions_of_a_graph_become_annotations_of_its_panel() -> None:
    regions = [
        {"op": "time", "fill": True, "colorMode": "red", "from": "08:00", "to": "17:00"},
        {
            "op": "time",
            "line": True,
            "colorMode": "custom",
            "lineColor": "#123456",
            "fromDayOfWeek": 6,
            "toDayOfWeek": 7,
        },
        {"op": "time", "colorMode": "red"},
    ]
    found = done({**GRAPH, "timeRegions": regions})
    _, first, second = found.spec["annotations"]["list"]
    assert (first["filter"], first["iconColor"]) == ({"exclude": False, "ids": [1]}, "red")
    assert first["target"]["timeRegion"] == {"from": "08:00", "to": "17:00", "timezone": "utc"}
    assert (second["iconColor"], second["name"]) == ("#123456", "G: region 2")
    assert second["target"]["timeRegion"] == {"fromDayOfWeek": 6, "toDayOfWeek": 7, "timezone": "utc"}
    assert "2 shaded regions of time are annotations" in found.modernised
    assert found.lost == ()


# Single values


def test_a_singlestat_becomes_a_stat_with_its_thresholds_and_mappings() -> None:
    maps = [{"op": "=", "value": "1", "text": "up"}, {"op": "=", "value": "null", "text": "N/A"}]
    old = {
        "thresholds": "20,80",
        "colors": ["green", "orange", "red"],
        "colorBackground": True,
        "valueMaps": maps,
        "mappingType": 1,
    }
    made = only({**SINGLE, **old, "rangeMaps": [{"from": "0", "to": "1", "text": "unused"}]})
    found = made["fieldConfig"]["defaults"]
    assert (made["type"], made["options"]["colorMode"]) == ("stat", "background")
    assert made["options"]["reduceOptions"]["calcs"] == ["lastNotNull"]
    assert [(one["color"], one.get("value")) for one in found["thresholds"]["steps"]] == [
        ("green", None), ("orange", 20), ("red", 80),
    ]  # fmt: skip
    assert found["mappings"] == [
        {"type": "value", "options": {"1": {"text": "up"}}},
        {"type": "special", "options": {"match": "null", "result": {"text": "N/A"}}},
    ]


def test_of_thresholds_that_do_not_rise_the_last_one_reached_decides() -> None:
    old = {"colorValue": True, "colors": ["green", "orange", "red"]}
    for limits, steps in (("0.5,0.5", [None, 0.5]), ("90,80", [None, 80])):
        found = defaults({**SINGLE, **old, "thresholds": limits})["thresholds"]["steps"]
        assert [one.get("value") for one in found] == steps
        assert found[-1]["color"] == "red"


def test_a_singlestat_with_a_dial_becomes_a_gauge() -> None:
    made = only({**SINGLE, "gauge": {"show": True, "minValue": 0, "maxValue": 30, "thresholdMarkers": False}})
    assert made["type"] == "gauge"
    assert (made["fieldConfig"]["defaults"]["max"], made["options"]["showThresholdMarkers"]) == (30, False)


def test_a_tile_of_grafana_6_has_its_fields_where_they_are_today() -> None:
    fields = {"calcs": ["max"], "defaults": {"unit": "ms", "max": 9}, "thresholds": [{"value": None, "color": "green"}]}
    made = only({"type": "gauge", "title": "G", "pluginVersion": "6.4.0", "options": {"fieldOptions": fields}})
    assert made["fieldConfig"]["defaults"] == {
        "unit": "ms", "max": 9, "thresholds": {"mode": "absolute", "steps": [{"color": "green"}]},
    }  # fmt: skip
    assert made["options"] == {"reduceOptions": {"calcs": ["max"], "fields": "", "values": False}}


# Tables


def test_the_styles_of_a_table_become_overrides() -> None:
    styles = [
        {"pattern": "Time", "type": "hidden"},
        {"pattern": "cpu", "alias": "CPU", "type": "number", "unit": "percent", "decimals": 1, "colorMode": "cell",
         "colors": ["green", "orange", "red"], "thresholds": ["50", "90"], "align": "right"},
        {"pattern": "host", "type": "string", "link": True, "linkUrl": "/d/x?var-host=$__cell", "linkTooltip": "open"},
        {"pattern": "/.*/", "type": "number", "unit": "short", "decimals": 2},
    ]  # fmt: skip
    made = only({**TABLE, "styles": styles})
    assert made["type"] == "table"
    assert made["transformations"] == [{"id": "merge", "options": {}}]
    assert made["fieldConfig"]["defaults"] == {"unit": "short", "decimals": 2}
    steps = [{"color": "green"}, {"color": "orange", "value": 50}, {"color": "red", "value": 90}]
    assert overrides({**TABLE, "styles": styles}, version=23) == [
        ("byName", "host", {"links": [{"title": "open", "url": "/d/x?var-host=${__value.text}"}]}),
        ("byName", "cpu", {
            "unit": "percent", "decimals": 1, "displayName": "CPU",
            "custom.cellOptions": {"type": "color-background", "mode": "basic"},
            "thresholds": {"mode": "absolute", "steps": steps}, "custom.align": "right",
        }),
        ("byName", "Time", {"custom.hidden": True}),
    ]  # fmt: skip


def test_a_table_of_aggregations_reduces_its_series_and_keeps_its_order() -> None:
    columns = [{"text": "Current", "value": "current"}, {"text": "Avg", "value": "avg"}]
    old = {"transform": "timeseries_aggregations", "columns": columns, "sort": {"col": 1, "desc": True}}
    made = only({**TABLE, **old, "styles": [{"pattern": "Current", "type": "number", "unit": "s"}]})
    assert made["transformations"] == [{"id": "reduce", "options": {"reducers": ["lastNotNull", "mean"]}}]
    assert made["options"]["sortBy"] == [{"desc": True, "displayName": "Last *"}]
    assert made["fieldConfig"]["overrides"][0]["matcher"]["options"] == "Last *"


def test_a_table_that_todays_grafana_saved_keeps_its_look() -> None:
    config = {"defaults": {"unit": "s"}, "overrides": [{"matcher": {"id": "byName", "options": "a"}, "properties": []}]}
    made = only({**TABLE, "pluginVersion": "10.4.0", "fieldConfig": config, "options": {"showHeader": False}})
    assert made["fieldConfig"]["defaults"] == {"unit": "s"}
    assert made["options"] == {"showHeader": False}
    assert "styles" not in made


# Others


def test_a_pie_chart_of_the_plugin_becomes_grafanas_own() -> None:
    old = {"type": "grafana-piechart-panel", "title": "P", "pieType": "donut", "legendType": "Right side", "format": "bytes",
           "legend": {"show": True, "values": True}, "valueName": "total", "aliasColors": {"a": "red"}}  # fmt: skip
    made = only(old)
    assert (made["type"], made["options"]["pieType"], made["options"]["legend"]["values"]) == (
        "piechart",
        "donut",
        ["value"],
    )
    assert made["options"]["reduceOptions"]["calcs"] == ["sum"]
    assert made["fieldConfig"]["defaults"]["unit"] == "bytes"


def test_a_world_map_becomes_a_geomap() -> None:
    old = {
        "type": "grafana-worldmap-panel",
        "title": "W",
        "locationData": "countries",
        "thresholds": "1,2",
        "initialZoom": 3,
    }
    made = only(old)
    assert made["type"] == "geomap"
    assert made["options"]["view"]["zoom"] == 3


def test_a_text_has_its_content_among_its_options() -> None:
    made = only({"type": "text", "title": "T", "mode": "html", "content": "<b>x</b>"})
    assert made["options"] == {"mode": "html", "content": "<b>x</b>"}


def test_a_heatmap_that_counts_values_keeps_its_buckets() -> None:
    old = {"type": "heatmap", "title": "H", "dataFormat": "timeseries", "xBucketNumber": 10,
           "yAxis": {"format": "s", "logBase": 2, "splitFactor": 4}}  # fmt: skip
    assert only(old)["options"]["calculation"] == {
        "xBuckets": {"mode": "count", "value": "10"},
        "yBuckets": {"mode": "count", "value": "4", "scale": {"type": "log", "log": 2}},
    }


def test_a_kind_of_a_plugin_that_nobody_knows_stays_as_it_is() -> None:
    old = {"type": "my-panel", "title": "M", "styles": [1], "legend": {"a": 1}}
    query = {"refId": "A", "expr": "up", "datasource": PROMETHEUS}
    assert only(old) == {**board(old)["panels"][0], "targets": [query]}


# What is said about it


def test_what_was_done_is_said_in_words() -> None:
    rows = [{"title": "R", "showTitle": True, "panels": [{"id": 9, **GRAPH}, {"id": 10, **SINGLE}]}]
    found = upgrade({"uid": "u", "title": "T", "schemaVersion": 14, "rows": rows})
    assert found.modernised == (
        "schema 14 became schema 42",
        "1 row of the old layout is 1 row panel now",
        "1 graph panel became timeseries",
        "1 singlestat panel became stat",
    )
    assert found.lost == ()


@pytest.mark.parametrize(
    ("old", "words"),
    [
        ({**GRAPH, "yaxes": [{"max": "~5"}]}, "graph: an end of an axis that is no number"),
        ({**SINGLE, "prefix": "about "}, "singlestat: a text before or after a number that has a unit"),
        ({**TABLE, "transform": "json"}, "table: rows made of JSON documents or annotations (transform)"),
        ({**GRAPH, "yaxes": [7], "thresholds": 3, "linewidth": [], "seriesOverrides": [{"alias": "a", "dashLength": 1}]}, ""),
    ],
)  # fmt: skip
def test_what_cannot_be_carried_over_is_said(old: dict[str, Any], words: str) -> None:
    assert done(old).lost == ((f"{words} (1 panel)",) if words else ())


def test_a_panel_that_nobody_can_read_stays_what_it_is() -> None:
    old = {**SINGLE, "gauge": "yes"}
    found = done(old)
    assert found.spec["panels"][0]["gauge"] == "yes"
    assert found.lost == ("singlestat: it has values where others belong, and stays what it is (1 panel)",)


def test_a_document_of_today_without_old_panels_is_not_touched() -> None:
    spec = upgrade(
        board({"type": "timeseries", "title": "T", "options": {"legend": {"showLegend": False}}}, version=42)
    ).spec
    found = upgrade(spec)
    assert found == Upgraded(spec)


def test_the_document_itself_stays_as_it_is() -> None:
    spec = board(GRAPH)
    upgrade(spec)
    assert spec == board(GRAPH)
