"""What is read of a v2 document: its parts with their places, and its content."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashkit import _json
from dashkit.document.compare import content, content_digest, same
from dashkit.document.diff import changes
from dashkit.document.v2.pointers import native
from dashkit.document.v2.settings import scoped_variables
from dashkit.document.v2.up import up
from dashkit.document.walk import entries, panels, settings

CLASSIC: dict[str, Any] = {
    "title": "Shop", "schemaVersion": 42, "refresh": "30s", "time": {"from": "now-6h", "to": "now"}, "tags": ["b", "a"],
    "templating": {"list": [{"name": "job", "type": "query", "query": "label_values(up, job)", "refresh": 2, "datasource": {"uid": "p"}}]},
    "panels": [
        {"id": 1, "type": "row", "title": "API", "collapsed": False, "gridPos": {"x": 0, "y": 0, "w": 24, "h": 1}, "panels": []},
        {
            "id": 2, "type": "timeseries", "title": "p95", "gridPos": {"x": 0, "y": 1, "w": 12, "h": 8}, "interval": "1m",
            "datasource": {"type": "prometheus", "uid": "p"}, "fieldConfig": {"defaults": {"unit": "s"}, "overrides": []},
            "targets": [{"refId": "A", "expr": "up", "datasource": {"type": "prometheus", "uid": "p"}}],
        },
        {"id": 3, "type": "stat", "title": "Errors", "gridPos": {"x": 12, "y": 1, "w": 12, "h": 8}, "targets": []},
    ],
}  # fmt: skip


def in_tab(spec: dict[str, Any]) -> dict[str, Any]:
    tab = {"kind": "TabsLayoutTab", "spec": {"title": "Latency", "layout": spec["layout"]}}
    return {**spec, "layout": {"kind": "TabsLayout", "spec": {"tabs": [tab]}}}


SPEC = in_tab(up(CLASSIC))


def test_panels_are_read_with_the_tabs_and_rows_around_them() -> None:
    found = [(placed.pointer, placed.panel.get("title"), placed.where) for placed in panels(SPEC)]
    assert found == [
        ("/layout/spec/tabs/0", "Latency", ""),
        ("/layout/spec/tabs/0/spec/layout/spec/rows/0", "API", "tab 'Latency'"),
        ("/elements/panel-2", "p95", "tab 'Latency' / row 'API'"),
        ("/elements/panel-3", "Errors", "tab 'Latency' / row 'API'"),
    ]


def test_a_panel_reads_like_a_classic_one() -> None:
    panel = next(placed.panel for placed in panels(SPEC) if placed.panel.get("title") == "p95")
    assert (panel["type"], panel["interval"], panel["fieldConfig"]["defaults"]) == ("timeseries", "1m", {"unit": "s"})
    assert panel["targets"] == [{"refId": "A", "expr": "up", "datasource": {"type": "prometheus", "uid": "p"}}]
    assert panel["gridPos"] == {"x": 0, "y": 0, "w": 12, "h": 8}


def test_an_element_that_is_placed_nowhere_is_read_too() -> None:
    lost = {**SPEC, "layout": {"kind": "GridLayout", "spec": {"items": []}}}
    assert [placed.panel["title"] for placed in panels(lost)] == ["p95", "Errors"]


def test_variables_and_settings_read_like_classic_ones() -> None:
    (variable,) = entries(SPEC, "templating")
    assert (variable["name"], variable["type"], variable["query"], variable["refresh"]) == (
        "job", "query", "label_values(up, job)", 2,
    )  # fmt: skip
    found = settings(SPEC)
    assert (found["refresh"], found["time"], found["graphTooltip"]) == ("30s", {"from": "now-6h", "to": "now"}, 0)


def test_a_row_may_have_variables_of_its_own() -> None:
    spec = copy.deepcopy(SPEC)
    row = spec["layout"]["spec"]["tabs"][0]["spec"]["layout"]["spec"]["rows"][0]["spec"]
    row["variables"] = [{"kind": "TextVariable", "spec": {"name": "filter", "query": ""}}]
    ((pointer, variable),) = scoped_variables(spec)
    assert pointer == "/layout/spec/tabs/0/spec/layout/spec/rows/0/spec/variables/0"
    assert (variable["name"], variable["type"]) == ("filter", "textbox")


@pytest.mark.parametrize(
    ("classic", "pointer"),
    [
        ("/elements/a/targets/0/expr", "/elements/a/spec/data/spec/queries/0/spec/query/spec/expr"),
        ("/elements/a/targets/1/refId", "/elements/a/spec/data/spec/queries/1/spec/refId"),
        ("/elements/a/targets/0/datasource", "/elements/a/spec/data/spec/queries/0/spec/query/datasource"),
        ("/elements/a/fieldConfig/defaults/unit", "/elements/a/spec/vizConfig/spec/fieldConfig/defaults/unit"),
        ("/elements/a/title", "/elements/a/spec/title"),
        ("/elements/a/type", "/elements/a/spec/vizConfig/group"),
        ("/elements/a/gridPos", "/elements/a"),
        ("/elements/a", "/elements/a"),
        ("/layout/spec/tabs/0/title", "/layout/spec/tabs/0/spec/title"),
        ("/layout/spec/rows/2/spec/layout/spec/rows/0/title", "/layout/spec/rows/2/spec/layout/spec/rows/0/spec/title"),
        ("/variables/3/query", "/variables/3/spec/query"),
        ("/annotations/0/name", "/annotations/0/spec/name"),
        ("/refresh", "/timeSettings/autoRefresh"),
        ("/time/from", "/timeSettings/from"),
        ("/tags", "/tags"),
    ],
)
def test_a_pointer_of_the_classic_schema_leads_to_its_place_in_v2(classic: str, pointer: str) -> None:
    assert native(classic) == pointer
    assert native(pointer) == pointer


def test_what_a_server_fills_in_is_no_content() -> None:
    filled = copy.deepcopy(SPEC)
    filled["annotations"] = None
    filled["timeSettings"]["hideTimepicker"] = False
    panel = filled["elements"]["panel-2"]["spec"]
    panel |= {"links": None, "transparent": False}
    panel["vizConfig"]["version"] = "12.4.3"
    assert same(SPEC, filled)
    assert content_digest(SPEC) == content_digest(filled)


def test_false_says_something_where_true_is_what_is_meant_otherwise() -> None:
    assert not same(SPEC, {**SPEC, "editable": False})


def test_the_same_dashboard_in_both_schemas_has_the_same_content_and_another_digest() -> None:
    assert same(CLASSIC, up(CLASSIC))
    assert changes(CLASSIC, up(CLASSIC)) == []
    assert content_digest(CLASSIC) != content_digest(up(CLASSIC))


def test_what_moves_with_its_row_is_told_once() -> None:
    said = [str(change) for change in changes(CLASSIC, SPEC)]
    assert said == ["tab 'Latency' added", "row 'API' moved to tab 'Latency'"]


VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(0, 9), st.text(max_size=4)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=4), inner, max_size=3)),
    max_leaves=8,
)
KEYS = ("title", "tags", "annotations", "variables", "layout", "elements", "timeSettings", "links", "cursorSync")


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(KEYS, VALUES)))
def test_content_is_its_own_content(change: dict[str, Any]) -> None:
    spec = {**SPEC, **change, "elements": SPEC["elements"]}
    once = content(spec)
    assert content({"elements": {}, **once}) == once
    assert changes(spec, spec) == []
    _json.compact(once)
