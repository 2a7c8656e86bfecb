"""Tabs, auto grids, rows without headers, conditions and switches: what they are in the v2 schema."""

from __future__ import annotations

from typing import Any

import pytest

from dashkit import authoring
from dashkit.authoring import auto_grid, grid, row, show_when, stat, tab, tabs, timeseries
from dashkit.document.diff import changes
from dashkit.document.v2.down import down
from dashkit.document.v2.parts import parts
from dashkit.document.v2.validate import faults
from dashkit.errors import SpecError
from dashkit.model.dashboard import CompiledDashboard
from tests.support.project import compiled


def made(*panels: Any, **more: Any) -> CompiledDashboard:
    return compiled(authoring.new_dashboard("T", uid="t", panels=panels, **more))


def shape(layout: dict[str, Any]) -> Any:
    """A layout in short: its kind, and what is in it."""
    spec = layout["spec"]
    if "tabs" in spec:
        return {one["spec"]["title"]: shape(one["spec"]["layout"]) for one in spec["tabs"]}
    if "rows" in spec:
        return [
            (None if one["spec"].get("hideHeader") else one["spec"]["title"], shape(one["spec"]["layout"]))
            for one in spec["rows"]
        ]
    return [item["spec"]["element"]["name"] for item in spec["items"]]


def line(key: str) -> Any:
    return timeseries(key.upper(), "up", key=key)


def test_a_dashboard_without_them_stays_classic() -> None:
    assert made(row("A", line("a")), line("b"), row("C", line("c"), collapsed=True)).schema == ""


@pytest.mark.parametrize(
    "panels",
    [
        [tabs(tab("A", line("a")))],
        [auto_grid(line("a"))],
        [row("", line("a"), header=False)],
        [row("A", line("a"), when=show_when(has_data=True))],
        [row("A", line("a"), variables=authoring.text_variable("x"))],
        [row("A", row("B", line("a")))],
    ],
)
def test_each_of_them_makes_a_valid_document_of_the_v2_schema(panels: list[Any]) -> None:
    found = made(*panels)
    assert (found.uid, found.schema) == ("t", "v2beta1")
    assert list(faults(found.spec)) == []


def test_a_switch_makes_it_dynamic() -> None:
    spec = made(line("a"), variables=authoring.switch_variable("debug", on="yes", off="no", default=True)).spec
    assert spec["variables"][0]["kind"] == "SwitchVariable"
    switch = spec["variables"][0]["spec"]
    assert (switch["current"], switch["enabledValue"], switch["disabledValue"]) == ("yes", "yes", "no")


def test_what_stands_beside_tabs_gets_rows_without_headers() -> None:
    layout = made(line("a"), line("b"), tabs(tab("T", line("c")), tab("U", line("d"))), row("R", line("e")), line("f"))
    assert shape(layout.spec["layout"]) == [
        (None, ["a", "b"]), (None, {"T": ["c"], "U": ["d"]}), ("R", ["e"]), (None, ["f"])
    ]  # fmt: skip


def test_groups_nest_as_they_are_written() -> None:
    inner = row("R", tabs(tab("V", row("S", line("a")), auto_grid(line("b")))))
    assert shape(made(tabs(tab("T", inner))).spec["layout"]) == {"T": [("R", {"V": [("S", ["a"]), (None, ["b"])]})]}


def test_a_grid_flows_in_each_tab_from_its_top() -> None:
    spec = made(tabs(tab("A", grid(2, line("a"), line("b"), line("c"), height=5)), tab("B", line("d")))).spec
    places = {part.panel["element"]: part.panel["gridPos"] for part in parts(spec) if "gridPos" in part.panel}
    assert places["c"] == {"h": 5, "w": 12, "x": 0, "y": 5}
    assert places["d"] == {"h": 8, "w": 12, "x": 0, "y": 0}


def test_a_position_is_one_in_its_tab() -> None:
    placed = timeseries("X", "up", key="x", position=(6, 3), width=6)
    spec = made(line("a"), tabs(tab("A", line("b")), tab("B", placed))).spec
    assert next(part.panel["gridPos"] for part in parts(spec) if part.panel.get("element") == "x") == {
        "h": 8, "w": 6, "x": 6, "y": 3
    }  # fmt: skip


def test_ids_and_names_of_panels_stay_when_rows_become_tabs() -> None:
    classic = made(row("API", line("a"), timeseries("Load", "up"))).spec
    spec = made(tabs(tab("API", line("a"), timeseries("Load", "up")))).spec
    ids = {panel["title"]: panel["id"] for panel in classic["panels"] if panel["type"] != "row"}
    assert {one["spec"]["title"]: one["spec"]["id"] for one in spec["elements"].values()} == ids
    assert set(spec["elements"]) == {"a", f"panel-{ids['Load']}"}


def test_an_auto_grid_has_grafanas_words_or_pixels() -> None:
    spec = made(auto_grid(line("a"), min_width=300, max_columns=4, height="tall", fill_screen=True)).spec
    options = {key: value for key, value in spec["layout"]["spec"].items() if key != "items"}
    assert options == {
        "maxColumnCount": 4, "columnWidthMode": "custom", "columnWidth": 300, "rowHeightMode": "tall", "fillScreen": True
    }  # fmt: skip


def test_a_panel_of_an_auto_grid_keeps_its_order_repeat_and_condition() -> None:
    shown = timeseries("B", "up", key="b", repeat="env", when=show_when(variable="env", matches="prod.*"))
    items = made(auto_grid(line("c"), shown, line("a"))).spec["layout"]["spec"]["items"]
    assert [item["spec"]["element"]["name"] for item in items] == ["c", "b", "a"]
    assert items[1]["spec"]["repeat"] == {"mode": "variable", "value": "env"}
    (condition,) = items[1]["spec"]["conditionalRendering"]["spec"]["items"]
    assert condition["spec"] == {"variable": "env", "operator": "matches", "value": "prod.*"}


def test_a_condition_on_a_panel_of_a_plain_grid_is_refused_with_its_place() -> None:
    with pytest.raises(SpecError, match="only in an auto grid") as caught:
        made(timeseries("B", "up", when=show_when(has_data=True)), auto_grid(line("a")))
    assert "auto_grid(...)" in caught.value.hint


def test_a_condition_alone_is_refused_too() -> None:
    with pytest.raises(SpecError, match="only in an auto grid"):
        made(timeseries("B", "up", when=show_when(has_data=True)))


def test_variables_of_a_tab_are_in_canonical_form() -> None:
    own = authoring.query_variable("pod", "label_values(up, pod)")
    spec = made(tabs(tab("A", line("a"), variables=own)), variables=authoring.datasource_variable()).spec
    (variable,) = spec["layout"]["spec"]["tabs"][0]["spec"]["variables"]
    assert variable["kind"] == "QueryVariable"
    assert variable["spec"]["query"]["datasource"] == {"name": "${datasource}"}


def test_on_an_older_grafana_the_panels_are_those_of_rows() -> None:
    """What can be said in both schemas is the same, whichever way it is taken."""
    spec = made(tabs(tab("A", grid(2, line("a"), line("b"))), tab("B", line("c")))).spec
    classic = made(row("A", grid(2, line("a"), line("b"))), row("B", line("c"))).spec
    lowered = {**down(spec).classic, "timepicker": classic["timepicker"]}
    rows = {panel["title"]: panel["id"] for panel in lowered["panels"] if panel["type"] == "row"}
    for panel in classic["panels"]:
        if panel["type"] == "row":
            panel["id"] = rows[panel["title"]]
    assert changes(lowered, classic) == []


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda: tabs(line("a")), "is not a tab"),
        (lambda: tabs(), "there are none"),
        (lambda: made(tab("A", line("a"))), "put the tab into tabs"),
        (lambda: tab(line("a")), "tab takes it first"),
        (lambda: grid(2, tabs(tab("A"))), "put tabs beside it"),
        (lambda: auto_grid(row("A")), "put the grid into the row"),
        (lambda: auto_grid(stat("A", "up", width=4)), "which the grid gives it"),
        (lambda: auto_grid(max_columns=0), "number from 1 to 24"),
        (lambda: auto_grid(min_width="slim"), "is not one of narrow, standard, wide"),
        (lambda: auto_grid(height=0), "no number of pixels"),
        (lambda: row("A", header=False, collapsed=True), "neither collapsed nor repeated"),
        (lambda: row("A", when=True), "make it with show_when"),
        (lambda: stat("A", "up", when=True), "made by show_when"),
        (lambda: show_when(), "it says nothing"),
        (lambda: show_when(variable="a"), "go together"),
        (lambda: show_when(equals="a"), "go together"),
        (lambda: show_when(variable="a", equals=1), "values of variables are texts"),
        (lambda: show_when(range_longer_than="a week"), "not a length of time"),
        (lambda: show_when(range_longer_than="1d", range_up_to="7d"), "cannot combine"),
        (lambda: show_when(True), "is not a condition"),
        (lambda: show_when(has_data=True, match="some"), "neither 'all' nor 'any'"),
        (lambda: authoring.switch_variable("a", on="x", off="x"), "two different texts"),
    ],
)
def test_what_is_wrong_is_said_with_what_would_be_right(wrong: Any, says: str) -> None:
    with pytest.raises((TypeError, ValueError), match=says):
        wrong()
