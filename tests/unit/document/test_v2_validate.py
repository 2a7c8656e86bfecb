"""The JSON Schema of v2: real documents match it, and faults are found where they are."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashkit.document.v2 import words
from dashkit.document.v2.validate import faults, schema
from tests.conftest import SHARED
from tests.support.dynamic import CONDITION, LEAVES, auto, grid, misshapen, query, rows, tabs, thing

CONVERTED = sorted((SHARED / "conversions" / "classic-to-v2beta1").glob("*.json"))
LOWERED = sorted((SHARED / "conversions" / "v2beta1-to-classic").glob("*.json"))


@pytest.mark.skipif(not CONVERTED, reason="the conversions of a real server are not beside the project")
def test_every_document_of_a_server_is_valid() -> None:
    found = [json.loads(path.read_bytes()) for path in CONVERTED]
    found += [json.loads(path.read_bytes())["v2beta1"] for path in LOWERED]
    assert len(found) == 133
    assert [faults(spec) for spec in found if faults(spec)] == []


def valid() -> dict[str, Any]:
    """A small dashboard with something of each kind."""
    repeat = {"mode": "variable", "value": "job", "direction": "v", "maxPerRow": 2}
    step = {"kind": "Transformation", "group": "merge", "spec": {"options": {}}}
    older = {"kind": "merge", "spec": {"id": "merge", "options": None}}
    group = thing("QueryGroup", queries=[query("a", refId="A")], transformations=[step, older], queryOptions={})
    condition = thing(
        "ConditionalRenderingGroup", visibility="show", condition="or",
        items=[thing("ConditionalRenderingData", value=True), thing("ConditionalRenderingTimeRangeSize", value="7d")],
    )  # fmt: skip
    layout = tabs(
        {
            "title": "T",
            "layout": rows({"title": "R", "layout": grid(1, repeat=repeat)}),
            "conditionalRendering": condition,
        },
        {"title": "U", "layout": auto(2, item={"conditionalRendering": CONDITION})},
    )
    shown = {"kind": "VizConfig", "group": "stat", "version": "", "spec": {"options": {}, "fieldConfig": {}}}
    source = {"group": "prometheus", "datasource": {"name": "p"}}
    return {
        "title": "B", "cursorSync": "Off", "layout": layout, "futureKey": 1,
        "elements": {
            "panel-1": thing("Panel", id=1, title="P", data=group, vizConfig=shown),
            "panel-2": thing("LibraryPanel", id=2, title="L", libraryPanel={"uid": "u", "name": "n"}),
        },
        "variables": [
            thing("QueryVariable", name="q", query={"kind": "DataQuery", "group": "p", "spec": {}}, sort="naturalAsc"),
            thing("SwitchVariable", name="s", current="a", enabledValue="a", disabledValue="b"),
            thing("AdhocVariable", name="a") | source,
        ],
        "annotations": [], "links": [{"title": "x", "type": "link"}], "timeSettings": {"from": "now-1h", "to": "now"},
    }  # fmt: skip


def test_unknown_keys_are_fine() -> None:
    assert faults(valid()) == []


PANEL = "/elements/panel-1/spec"
QUERY = f"{PANEL}/data/spec/queries/0/spec"
FIRST_ROW = "/layout/spec/tabs/0/spec/layout/spec/rows/0/spec"
ITEM = f"{FIRST_ROW}/layout/spec/items/0/spec"
GONE = object()


@pytest.mark.parametrize(
    ("place", "value", "pointer", "message"),
    [
        ("/elements", GONE, "/", "'elements' is a required property"),
        ("/layout", GONE, "/", "'layout' is a required property"),
        ("/title", 5, "/title", "5 is not of type 'string'"),
        ("/cursorSync", 1, "/cursorSync", "1 is not one of"),
        ("/elements/panel-1/kind", "Hologram", "/elements/panel-1/kind", "'Hologram' is not one of"),
        (f"{PANEL}/id", "1", f"{PANEL}/id", "'1' is not of type 'integer'"),
        (f"{PANEL}/vizConfig/group", GONE, f"{PANEL}/vizConfig", "'group' is a required property"),
        ("/elements/panel-2/spec/libraryPanel/uid", GONE, "/elements/panel-2/spec/libraryPanel", "'uid' is a required"),
        (f"{QUERY}/query/datasource", "prom", f"{QUERY}/query/datasource", "'prom' is not of type 'object'"),
        (f"{QUERY}/refId", GONE, QUERY, "'refId' is a required property"),
        (f"{PANEL}/data/spec/transformations/0/group", GONE, f"{PANEL}/data/spec/transformations/0", "'group' is a"),
        (f"{PANEL}/data/spec/transformations/1/spec/id", GONE, f"{PANEL}/data/spec/transformations/1/spec", "'id' is a"),
        ("/layout/kind", "SpiralLayout", "/layout/kind", "'SpiralLayout' is not one of"),
        (f"{FIRST_ROW}/collapse", "no", f"{FIRST_ROW}/collapse", "'no' is not of type 'boolean'"),
        (f"{ITEM}/element/name", GONE, f"{ITEM}/element", "'name' is a required property"),
        (f"{ITEM}/width", 1.5, f"{ITEM}/width", "1.5 is not of type 'integer'"),
        (f"{ITEM}/repeat/direction", "up", f"{ITEM}/repeat/direction", "'up' is not one of"),
        (
            "/layout/spec/tabs/0/spec/conditionalRendering/spec/items/0/spec/value", "yes",
            "/layout/spec/tabs/0/spec/conditionalRendering/spec/items/0/spec/value", "'yes' is not of type 'boolean'",
        ),
        ("/variables/0/kind", "query", "/variables/0/kind", "'query' is not one of"),
        ("/variables/0/spec/name", GONE, "/variables/0/spec", "'name' is a required property"),
        ("/variables/0/spec/query", "up", "/variables/0/spec/query", "'up' is not of type 'object'"),
        ("/variables/0/spec/sort", 1, "/variables/0/spec/sort", "1 is not one of"),
        ("/variables/1/spec/enabledValue", GONE, "/variables/1/spec", "'enabledValue' is a required property"),
        ("/variables/2/group", GONE, "/variables/2", "'group' is a required property"),
        ("/links/0/type", "door", "/links/0/type", "'door' is not one of"),
        ("/timeSettings/from", 0, "/timeSettings/from", "0 is not of type 'string'"),
    ],
)  # fmt: skip
def test_a_fault_is_found_where_it_is(place: str, value: Any, pointer: str, message: str) -> None:
    spec = valid()
    *way, last = [int(part) if part.isdigit() else part for part in place.split("/")[1:]]
    holder: Any = spec
    for part in way:
        holder = holder[part]
    if value is GONE:
        del holder[last]
    else:
        holder[last] = value
    ((found, said),) = faults(spec)
    assert found == pointer
    assert said.startswith(message)


def test_all_faults_are_told_and_long_ones_cut() -> None:
    found = faults(valid() | {"title": 5, "tags": [1], "cursorSync": "x" * 500})
    assert [pointer for pointer, _ in found] == ["/cursorSync", "/tags/0", "/title"]
    assert found[0][1].endswith("…")


@pytest.mark.parametrize("value", [None, [], "x"])
def test_what_is_no_object_is_a_fault(value: Any) -> None:
    assert [pointer for pointer, _ in faults(value)] == ["/"]


def test_what_is_nested_too_deeply_is_a_fault() -> None:
    spec = valid()
    for _ in range(3000):
        spec["layout"] = rows({"layout": spec["layout"]})
    assert faults(spec) == [("/", "the document is nested too deeply")]


def test_the_schema_has_the_words_that_the_conversion_has() -> None:
    found = {name: definition.get("enum") for name, definition in schema()["definitions"].items()}
    assert found["hide"] == list(words.HIDE.values())
    assert found["refresh"] == list(words.REFRESH.values())
    assert found["sort"] == list(words.SORT.values())
    assert found["cursorSync"] == list(words.CURSOR.values())
    assert set(schema()["definitions"]["variable"]["properties"]["kind"]["enum"]) == set(words.VARIABLES.values())


@settings(max_examples=200, deadline=None)
@given(seed=st.integers(0, 2**32), leaves=st.lists(LEAVES, min_size=1, max_size=5))
def test_each_fault_of_a_misshapen_document_has_a_place_and_a_message(seed: int, leaves: list[Any]) -> None:
    for pointer, message in faults(misshapen(valid(), seed, leaves)):
        assert pointer.startswith("/")
        assert message
