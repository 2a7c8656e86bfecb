"""From v2 to the classic schema: what a server of 12.4 gives, and what is said to be lost."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashkit import _json
from dashkit.document.layout import overlaps
from dashkit.document.v2.down import Loss, down
from dashkit.errors import SpecError
from tests.conftest import SHARED
from tests.support.dynamic import CONDITION, LEAVES, auto, board, data, grid, misshapen, panel, query, rows, tabs, thing

OBSERVED = sorted((SHARED / "conversions" / "v2beta1-to-classic").glob("*.json"))
#: What differs from the server on purpose: (pattern of the path, reason). Each must be needed by a file.
ACCEPTED: list[tuple[str, str]] = []

observed = pytest.mark.skipif(not OBSERVED, reason="the conversions of a real server are not beside the project")


@cache
def pair(number: int) -> Any:
    return json.loads(OBSERVED[number].read_bytes())


def differences(ours: Any, theirs: Any, path: str = "") -> Iterator[str]:
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in ours.keys() | theirs.keys():
            if key in ours and key in theirs:
                yield from differences(ours[key], theirs[key], f"{path}/{key}")
            else:
                yield f"{path}/{key}"
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for index, (one, other) in enumerate(zip(ours, theirs, strict=True)):
            yield from differences(one, other, f"{path}/{index}")
    elif type(ours) is not type(theirs) or ours != theirs:
        yield path


@observed
@pytest.mark.parametrize("number", range(len(OBSERVED)), ids=[path.stem for path in OBSERVED])
def test_the_classic_form_is_that_of_the_server(number: int) -> None:
    found = differences(down(pair(number)["v2beta1"], as_grafana=True).classic, pair(number)["classic"])
    assert [path for path in found if not any(re.fullmatch(pattern, path) for pattern, _ in ACCEPTED)] == []


@observed
def test_each_accepted_difference_is_there() -> None:
    assert len(OBSERVED) == 25
    paths = {
        path
        for n in range(25)
        for path in differences(down(pair(n)["v2beta1"], as_grafana=True).classic, pair(n)["classic"])
    }
    assert [pattern for pattern, _ in ACCEPTED if not any(re.fullmatch(pattern, path) for path in paths)] == []


@observed
@pytest.mark.parametrize("number", range(len(OBSERVED)), ids=[path.stem for path in OBSERVED])
def test_no_panels_overlap_unless_the_server_is_followed(number: int) -> None:
    top = down(pair(number)["v2beta1"]).classic["panels"]
    assert [
        overlaps(together) for together in (top, *(one.get("panels", []) for one in top)) if overlaps(together)
    ] == []


@observed
def test_a_dashboard_that_was_classic_once_loses_nothing() -> None:
    folder = SHARED / "conversions" / "classic-to-v2beta1"
    files = sorted(folder.glob("*.json"))
    assert len(files) == 108
    for path in files:
        found = down(json.loads(path.read_bytes()))
        assert found.losses == (), path.name


def said(spec: dict[str, Any]) -> list[tuple[str, str]]:
    """What is lost, without the pointers."""
    return [(loss.what, loss.message) for loss in down(spec).losses]


def places(spec: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [(one["title"], *(one["gridPos"][key] for key in "xywh")) for one in down(spec).classic["panels"]]


def test_a_plain_grid_loses_nothing() -> None:
    assert said(board(grid(1, 2), panels=2)) == []


def test_a_tab_becomes_a_row_and_is_named() -> None:
    spec = board(tabs({"title": "Latency", "layout": grid(1)}))
    assert down(spec).losses == (Loss("/layout/spec/tabs/0/spec", "tab 'Latency'", "a tab becomes a row"),)
    assert places(spec) == [("Latency", 0, 0, 24, 1), ("P1", 0, 1, 12, 8)]


def test_an_auto_grid_becomes_columns() -> None:
    spec = board(auto(1, 2, maxColumnCount=2, rowHeightMode="short", fillScreen=True), panels=2)
    assert said(spec) == [
        ("dashboard", "an auto grid becomes a grid of 2 columns, each 12 wide and 5 high"),
        ("dashboard", "the grid no longer fills the screen"),
    ]
    assert places(spec) == [("P1", 0, 0, 12, 5), ("P2", 12, 0, 12, 5)]


@pytest.mark.parametrize(
    ("given", "width", "height"),
    [
        ({}, 8, 9),
        ({"rowHeightMode": "tall", "maxColumnCount": 4}, 6, 14),
        ({"rowHeightMode": "custom", "rowHeight": 168}, 8, 5),
        ({"rowHeightMode": "custom"}, 8, 9),
        ({"maxColumnCount": 99}, 1, 9),
        ({"maxColumnCount": 0}, 24, 9),
    ],
)
def test_the_size_of_a_panel_follows_the_modes_of_the_auto_grid(given: dict[str, Any], width: int, height: int) -> None:
    assert places(board(auto(1, **given))) == [("P1", 0, 0, width, height)]


def test_conditions_of_rows_tabs_and_items_are_dropped() -> None:
    inner = auto(1, item={"conditionalRendering": CONDITION})
    row = rows({"title": "R", "conditionalRendering": CONDITION, "layout": inner})
    spec = board(tabs({"title": "T", "conditionalRendering": CONDITION, "layout": row}))
    dropped = [loss for loss in down(spec).losses if "condition" in loss.message]
    assert [loss.what for loss in dropped] == ["tab 'T'", "tab 'T' / row 'R'", "tab 'T' / row 'R' / panel 'P1'"]
    assert all(loss.pointer.endswith("/spec/conditionalRendering") for loss in dropped)


def test_variables_of_rows_and_tabs_are_dropped_by_name() -> None:
    variable = thing("TextVariable", name="env")
    row = {"title": "R", "variables": [variable], "layout": grid(1)}
    message = "dropped: only the dashboard itself has variables in the classic schema, and queries that use it fail"
    assert said(board(rows(row))) == [("row 'R' / variable 'env'", message)]
    assert ("tab 'R' / variable 'env'", message) in said(board(tabs(row)))
    assert "templating" not in down(board(rows(row))).classic


def test_a_switch_stays_a_switch() -> None:
    switch = thing("SwitchVariable", name="debug", current="on", enabledValue="on", disabledValue="off")
    found = down(board(grid(1), variables=[switch]))
    assert found.classic["templating"]["list"][0] == {
        "name": "debug", "type": "switch", "hide": 0, "query": "", "skipUrlSync": False,
        "current": {"text": "on", "value": "on"},
        "options": [
            {"selected": True, "text": "on", "value": "on"}, {"selected": False, "text": "off", "value": "off"},
        ],
    }  # fmt: skip
    assert [(loss.pointer, loss.what) for loss in found.losses] == [("/variables/0", "variable 'debug'")]


def test_a_repeat_keeps_its_variable_direction_and_number() -> None:
    repeat = {"mode": "variable", "value": "job", "direction": "h", "maxPerRow": 3}
    spec = board(grid(1, repeat=repeat))
    found = down(spec).classic["panels"][0]
    assert (found["repeat"], found["repeatDirection"], found["maxPerRow"], said(spec)) == ("job", "h", 3, [])


def test_a_row_and_a_tab_repeat_as_a_row() -> None:
    group = {"title": "R", "repeat": {"mode": "variable", "value": "job"}, "layout": grid(1)}
    assert down(board(rows(group))).classic["panels"][0]["repeat"] == "job"
    assert down(board(tabs(group))).classic["panels"][0]["repeat"] == "job"


def test_a_repeat_that_cannot_be_said_is_named() -> None:
    assert said(board(grid(1, repeat={"mode": "label", "value": "job"}))) == [
        ("panel 'P1'", "the repeat is dropped: the classic schema repeats only for a variable")
    ]
    assert said(board(grid(1, repeat={"value": "job", "gap": 2}))) == [
        ("panel 'P1'", "`gap` is dropped: the classic schema has no place for it")
    ]


def test_a_repeated_row_of_rows_repeats_its_header_alone() -> None:
    outer = {
        "title": "O",
        "repeat": {"mode": "variable", "value": "job"},
        "collapse": True,
        "layout": rows({"title": "I", "layout": grid(1)}),
    }
    assert said(board(rows(outer))) == [
        ("row 'O'", "its rows are flattened: they follow it as rows, for a row holds none"),
        ("row 'O'", "`repeat` now means the header alone, not what follows it"),
        ("row 'O'", "`collapsed` now means the header alone, not what follows it"),
    ]


def test_a_hidden_header_joins_the_row_above() -> None:
    hidden = {"title": "H", "hideHeader": True, "collapse": True, "layout": grid(2)}
    spec = board(rows({"title": "R", "layout": grid(1)}, hidden), panels=2)
    assert said(spec) == [
        ("row 'H'", "its header is hidden: its panels join the row above"),
        ("row 'H'", "the title of a hidden header is dropped"),
        ("row 'H'", "`collapse` is dropped, for the row has no header"),
    ]
    assert places(spec) == [("R", 0, 0, 24, 1), ("P1", 0, 1, 12, 8), ("P2", 0, 9, 12, 8)]


def test_panels_before_the_first_row_lose_nothing() -> None:
    spec = board(
        rows({"title": "", "hideHeader": True, "layout": grid(1)}, {"title": "R", "layout": grid(2)}), panels=2
    )
    assert said(spec) == []
    assert places(spec) == [("P1", 0, 0, 12, 8), ("R", 0, 8, 24, 1), ("P2", 0, 9, 12, 8)]


def test_the_header_of_an_open_row_takes_its_line_unless_the_server_is_followed() -> None:
    spec = board(rows({"title": "A", "layout": grid(1)}, {"title": "B", "layout": auto(2)}), panels=2)
    assert places(spec) == [("A", 0, 0, 24, 1), ("P1", 0, 1, 12, 8), ("B", 0, 9, 24, 1), ("P2", 0, 10, 8, 9)]
    there = down(spec, as_grafana=True).classic["panels"]
    assert [(one["title"], one["gridPos"]["y"]) for one in there] == [("A", 0), ("P1", 0), ("B", 8), ("P2", 8)]


def test_panels_that_begin_above_their_row_move_below_its_header() -> None:
    layout = grid(1, 2)
    for item in layout["spec"]["items"]:
        item["spec"]["y"] -= 1
    spec = board(rows({"title": "A", "layout": layout}), panels=2)
    assert places(spec) == [("A", 0, 0, 24, 1), ("P1", 0, 1, 12, 8), ("P2", 0, 9, 12, 8)]
    assert [one["gridPos"]["y"] for one in down(spec, as_grafana=True).classic["panels"]] == [0, -1, 7]


def test_a_row_that_fills_the_screen_no_longer_does() -> None:
    assert said(board(rows({"title": "R", "fillScreen": True, "layout": grid(1)}))) == [
        ("row 'R'", "the row no longer fills the screen")
    ]


def test_an_element_without_a_place_vanishes_by_name() -> None:
    spec = board(grid(1), panels=2)
    assert down(spec).losses == (Loss("/elements/panel-2", "panel 'P2'", "it is placed nowhere, and vanishes"),)


def test_a_place_without_an_element_is_dropped() -> None:
    assert said(board(grid(1, 7))) == [("dashboard", "there is no element 'panel-7': the place is dropped")]


def test_an_element_of_an_unknown_kind_is_dropped_by_name() -> None:
    spec = board(grid(1))
    spec["elements"]["panel-1"]["kind"] = "Hologram"
    assert down(spec).losses == (
        Loss("/elements/panel-1", "panel 'P1'", "an element of the unknown kind 'Hologram' is dropped"),
    )
    assert "panels" not in down(spec).classic


def test_a_layout_of_an_unknown_kind_is_dropped_with_its_panels() -> None:
    assert said(board({"kind": "SpiralLayout"})) == [
        ("dashboard", "a layout of the unknown kind 'SpiralLayout' is dropped, with the places in it"),
        ("panel 'P1'", "it is placed nowhere, and vanishes"),
    ]


def test_a_row_without_a_layout_is_empty() -> None:
    spec = board(rows({"title": "R"}), panels=0)
    assert said(spec) == [("row 'R'", "there is no layout: it is empty")]
    assert places(spec) == [("R", 0, 0, 24, 1)]


def test_an_item_of_an_unknown_kind_is_dropped() -> None:
    spec = board(thing("GridLayout", items=[thing("GridLayoutRow", title="R")]), panels=0)
    assert said(spec) == [("dashboard", "'GridLayoutRow' is no GridLayoutItem: it is dropped")]


def test_a_variable_of_an_unknown_kind_is_dropped_by_name() -> None:
    spec = board(grid(1), variables=[thing("OracleVariable", name="fate")])
    assert said(spec) == [("variable 'fate'", "a variable of the unknown kind 'OracleVariable' is dropped")]


def test_what_the_classic_schema_has_no_place_for_is_named() -> None:
    spec = board(grid(1), mood="good")
    spec["elements"]["panel-1"]["spec"]["subtitle"] = "small print"
    assert [(loss.pointer, loss.what) for loss in down(spec).losses] == [
        ("/elements/panel-1/spec/subtitle", "panel 'P1'"),
        ("/mood", "dashboard"),
    ]


def test_what_a_query_cannot_say_is_named_with_its_panel() -> None:
    first = query("a", mood="good")
    first["spec"]["query"]["labels"] = {"a": "b"}
    assert [(loss.pointer, loss.what) for loss in down(data(queries=[first])).losses] == [
        ("/elements/panel-1/spec/data/spec/queries/0/spec/mood", "panel 'P1'"),
        ("/elements/panel-1/spec/data/spec/queries/0/spec/query/labels", "panel 'P1'"),
    ]


def test_panels_with_one_id_get_ids_of_their_own() -> None:
    spec = board(grid(1, 1, 2), panels=2)
    spec["elements"]["panel-2"]["spec"]["id"] = 1
    assert [one["id"] for one in down(spec).classic["panels"]] == [1, 2, 3]
    assert said(spec)[0] == ("panel 'P1'", "another panel has its id 1: it becomes 2")


def test_a_library_panel_keeps_its_reference() -> None:
    spec = board(grid(1))
    spec["elements"]["panel-1"] = thing("LibraryPanel", id=1, title="L", libraryPanel={"uid": "u", "name": "n"})
    found = {
        "id": 1, "title": "L", "libraryPanel": {"uid": "u", "name": "n"}, "gridPos": {"x": 0, "y": 0, "w": 12, "h": 8}
    }  # fmt: skip
    assert down(spec).classic["panels"][0] == found
    assert down(spec, as_grafana=True).classic["panels"][0] == {**found, "type": "library-panel-ref"}


def test_queries_of_several_datasources_make_the_panel_mixed() -> None:
    found = down(data(queries=[query("a", refId="A"), query("b", refId="B", hidden=True)])).classic["panels"][0]
    assert found["datasource"] == {"type": "datasource", "uid": "-- Mixed --"}
    assert found["targets"] == [
        {"datasource": {"type": "prometheus", "uid": "a"}, "expr": "up", "refId": "A"},
        {"datasource": {"type": "prometheus", "uid": "b"}, "expr": "up", "refId": "B", "hide": True},
    ]


@pytest.mark.parametrize(
    "step",
    [
        {"kind": "Transformation", "group": "sortBy", "spec": {"options": {"a": 1}, "disabled": True}},
        {"kind": "sortBy", "spec": {"id": "sortBy", "options": {"a": 1}, "disabled": True}},
    ],
    ids=["v2", "v2beta1"],
)
def test_a_transformation_of_either_version_has_its_id(step: dict[str, Any]) -> None:
    found = down(data(transformations=[step])).classic["panels"][0]["transformations"]
    assert found == [{"id": "sortBy", "options": {"a": 1}, "disabled": True}]


def test_the_other_variables_have_their_classic_types() -> None:
    source = {"group": "prometheus", "datasource": {"name": "p"}}
    found = down(board(grid(1), variables=[
        thing("ConstantVariable", name="c", query="x", hide="hideVariable"),
        thing("AdhocVariable", name="a", filters=[{"key": "k"}]) | source,
        thing("GroupByVariable", name="g", multi=True) | source,
    ]))  # fmt: skip
    constant, adhoc, group = found.classic["templating"]["list"]
    assert (constant["type"], constant["query"], constant["hide"]) == ("constant", "x", 2)
    assert (adhoc["type"], adhoc["filters"]) == ("adhoc", [{"key": "k"}])
    assert (group["type"], group["multi"]) == ("groupby", True)
    assert adhoc["datasource"] == group["datasource"] == {"type": "prometheus", "uid": "p"}
    assert found.losses == ()


def test_the_time_picker_keeps_what_it_can() -> None:
    found = down(board(grid(1), timeSettings={"hideTimepicker": True, "nowDelay": "1m", "weekStart": "monday"})).classic
    assert found["timepicker"] == {"hidden": True, "nowDelay": "1m"}
    assert (found["weekStart"], found["time"]) == ("monday", {"from": "now-6h", "to": "now"})


def test_a_panel_has_both_parts_of_its_field_configuration_or_none() -> None:
    spec = board(grid(1, 2), panels=2)
    config = {"defaults": {"unit": "s"}, "overrides": []}
    spec["elements"]["panel-1"]["spec"]["vizConfig"]["spec"] = {"fieldConfig": config}
    spec["elements"]["panel-2"]["spec"]["vizConfig"]["spec"] = {"fieldConfig": {"defaults": {}, "overrides": []}}
    first, second = down(spec).classic["panels"]
    assert first["fieldConfig"] == config
    assert "fieldConfig" not in second
    assert down(spec, as_grafana=True).classic["panels"][0]["fieldConfig"] == {"defaults": {"unit": "s"}}


def test_the_keys_of_an_older_plugin_are_in_the_panel_again() -> None:
    waiting = {"autoMigrateFrom": "graph", "originalOptions": {"lines": True, "title": "old", "panels": [1]}}
    spec = board(grid(1))
    spec["elements"]["panel-1"] = panel(
        1, vizConfig={"group": "timeseries", "spec": {"options": {"__angularMigration": waiting}}}
    )
    (found,) = down(spec).classic["panels"]
    assert {key: found[key] for key in found if key not in ("gridPos", "id")} == {
        "autoMigrateFrom": "graph", "lines": True, "title": "P1", "type": "timeseries",
    }  # fmt: skip
    (there,) = down(spec, as_grafana=True).classic["panels"]
    assert there["options"] == {"__angularMigration": waiting}


def test_what_v2_says_of_each_dashboard_is_left_out() -> None:
    variable = thing("DatasourceVariable", name="d", pluginId="prometheus", refresh="never", allowCustomValue=True)
    annotation = thing("AnnotationQuery", name="A", iconColor="", enable=True)
    interval = thing("IntervalVariable", name="i", query="1m", refresh="onTimeRangeChanged")
    spec = board(
        grid(1), variables=[variable, interval], annotations=[annotation],
        timeSettings={"autoRefreshIntervals": ["5s", "10s", "30s", "1m", "5m", "15m", "30m", "1h", "2h", "1d"]},
    )  # fmt: skip
    found = down(spec).classic
    first, second = found["templating"]["list"]
    assert first.keys().isdisjoint({"allowCustomValue", "current", "refresh"})
    assert second["refresh"] == 2
    assert found["annotations"]["list"] == [{"name": "A", "enable": True}]
    assert "timepicker" not in found
    there = down(spec, as_grafana=True).classic
    assert (there["templating"]["list"][0]["refresh"], len(there["timepicker"]["refresh_intervals"])) == (0, 10)


@pytest.mark.parametrize("value", [None, [], "x", 3, {}, {"title": "B"}, {"elements": [], "layout": None}])
def test_what_is_no_v2_dashboard_is_refused(value: Any) -> None:
    with pytest.raises(SpecError, match="no v2 dashboard"):
        down(value)


def test_what_is_nested_too_deeply_is_refused() -> None:
    layout = grid(1)
    for _ in range(3000):
        layout = rows({"title": "R", "layout": layout})
    with pytest.raises(SpecError, match="too deeply"):
        down(board(layout))


def test_odd_types_count_as_missing() -> None:
    spec = board(grid(1), title=7, tags="x", links=[3], timeSettings=[], cursorSync=["Off"], variables=[None, 5])
    spec["elements"]["panel-1"]["spec"] |= {"title": 5, "links": {}, "data": [], "vizConfig": "x"}
    assert down(spec).classic["panels"] == [
        {"gridPos": {"h": 8, "w": 12, "x": 0, "y": 0}, "id": 1, "type": "timeseries"}
    ]
    found = down(spec, as_grafana=True).classic
    assert found["title"] == ""
    assert found["panels"] == [
        {"gridPos": {"h": 8, "w": 12, "x": 0, "y": 0}, "id": 1, "options": {}, "pluginVersion": "", "targets": [],
         "title": "", "type": "timeseries"}
    ]  # fmt: skip


def everything() -> dict[str, Any]:
    """A dashboard with something of each kind."""
    repeat = {"mode": "variable", "value": "job", "direction": "v", "maxPerRow": 2}
    inner = rows(
        {"title": "I", "layout": grid(1, repeat=repeat), "variables": [thing("TextVariable", name="t")]},
        {"title": "C", "collapse": True, "layout": auto(2, item={"conditionalRendering": CONDITION})},
        {"title": "H", "hideHeader": True, "layout": grid(3), "repeat": repeat},
    )
    spec = board(
        tabs({"title": "T", "layout": inner, "conditionalRendering": CONDITION}, {"layout": auto(4)}), 5,
        variables=[
            thing("SwitchVariable", name="s"), thing("DatasourceVariable", name="d", pluginId="prometheus"),
            thing("QueryVariable", name="q", query={"group": "p", "spec": {"__legacyStringValue": "x"}}, sort="disabled"),
        ],
        annotations=[thing("AnnotationQuery", name="A", builtIn=True, legacyOptions={"type": "x"}, query={"group": "g"})],
        timeSettings={"from": "now-1h", "autoRefreshIntervals": ["5s"]}, links=[{"title": "L"}], tags=["x"],
    )  # fmt: skip
    step = {"kind": "Transformation", "group": "merge", "spec": {"options": {}}}
    options = {"interval": "1m", "maxDataPoints": 5}
    group = thing("QueryGroup", queries=[query("a"), query("b")], transformations=[step], queryOptions=options)
    spec["elements"]["panel-1"] = panel(1, data=group, links=[{"title": "x"}])
    spec["elements"]["panel-3"] = thing("LibraryPanel", id=3, title="L", libraryPanel={"uid": "u", "name": "n"})
    return spec


@settings(max_examples=400, deadline=None)
@given(seed=st.integers(0, 2**32), leaves=st.lists(LEAVES, min_size=1, max_size=5))
def test_no_misshapen_document_is_a_crash_or_is_changed(seed: int, leaves: list[Any]) -> None:
    value = misshapen(everything(), seed, leaves)
    before = repr(value)
    try:
        found = down(value)
    except SpecError:
        return
    finally:
        assert repr(value) == before
    for loss in found.losses:
        assert loss.what
        assert loss.message
    shown = [one for top in found.classic.get("panels", []) for one in (top, *top.get("panels", []))]
    assert len({one["id"] for one in shown}) == len(shown)


def test_each_pointer_leads_to_a_place() -> None:
    text = _json.pretty(everything())
    found = down(everything()).losses
    assert len(found) > 10
    for loss in found:
        value = json.loads(text)
        for part in loss.pointer.split("/")[1:]:
            value = value[int(part) if isinstance(value, list) else part.replace("~1", "/").replace("~0", "~")]
