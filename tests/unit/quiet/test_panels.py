"""The quiet form: what each rule leaves out, and what looks like it but means something."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dashkit.authoring as authoring
from dashkit.authoring.panels import KINDS
from dashkit.authoring.paths import merge
from dashkit.compiler.compile import compile_document
from dashkit.compiler.plain import plain
from dashkit.document.compare import content
from dashkit.document.normalise import Origin, normalise
from dashkit.document.walk import panels
from dashkit.quiet.filled import FILLED
from dashkit.quiet.panels import RULES, in_words, quiet
from dashkit.quiet.traces import at
from dashkit.quiet.unsaid import _ANYTHING, ROWS, Row
from tests.conftest import SHARED
from tests.support.arguments import build, options

CORPUS = sorted((SHARED / "corpus").glob("*.json"))
GREEN_RED = {"mode": "absolute", "steps": [{"color": "green"}, {"color": "red", "value": 80}]}
RED_FROM_5 = {"mode": "absolute", "steps": [{"color": "green"}, {"color": "red", "value": 5}]}
NO_STEPS: dict[str, Any] = {"mode": "absolute", "steps": []}


def panel(kind: str, fields: dict[str, Any] | None = None, **rest: Any) -> dict[str, Any]:
    return {"id": 1, "type": kind, "fieldConfig": {"defaults": fields or {}, "overrides": []}, **rest}


def override(*properties: tuple[str, Any], name: str = "a") -> dict[str, Any]:
    told = [{"id": key, **({} if value is None else {"value": value})} for key, value in properties]
    return {"matcher": {"id": "byName", "options": name}, "properties": told}


def overridden(kind: str, *overrides: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"id": 1, "type": kind, "fieldConfig": {"defaults": fields, "overrides": list(overrides)}}


def quietly(one: dict[str, Any]) -> dict[str, Any]:
    spec, _ = quiet({"title": "T", "panels": [one]})
    return dict(spec["panels"][0])


def value_at(path: str, value: Any) -> dict[str, Any]:
    first, _, rest = path.partition(".")
    return {first: value_at(rest, value) if rest else value}


# Rows of the table: each says nothing where it stands, and something elsewhere.


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.path}-{','.join(sorted(row.kinds))[:40]}")
def test_a_row_of_the_table_leaves_its_place_out(row: Row) -> None:
    value = {"some": "thing"} if row.value is _ANYTHING else row.value
    for kind in sorted(row.kinds) or ["timeseries", "someones-own-panel"]:
        one = panel(kind)
        merge(one, value_at(row.path, copy.deepcopy(value)))
        assert at(quietly(one), row.path) is None, kind


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.path}-{','.join(sorted(row.kinds))[:40]}")
def test_a_row_of_the_table_touches_no_other_kind_and_no_other_value(row: Row) -> None:
    if row.kinds:
        one = panel("someones-own-panel")
        merge(one, value_at(row.path, {"some": "thing"} if row.value is _ANYTHING else copy.deepcopy(row.value)))
        assert quietly(one) == one
    if row.value is not _ANYTHING:
        for kind in sorted(row.kinds) or ["timeseries"]:
            one = panel(kind)
            merge(one, value_at(row.path, ["something", "else"]))
            assert at(quietly(one), row.path) == ["something", "else"]


def test_false_is_not_zero() -> None:
    one = panel("timeseries", {"custom": {"barAlignment": False, "insertNulls": 0}})
    assert at(quietly(one), "fieldConfig.defaults.custom.barAlignment") is False
    assert at(quietly(one), "fieldConfig.defaults.custom.insertNulls") == 0


def test_what_a_heatmap_hides_is_said_by_its_helper() -> None:
    hidden = {"legend": False, "tooltip": False, "viz": False}
    one = panel("heatmap", {"custom": {"hideFrom": hidden}}, options={"calculate": True})
    assert at(quietly(one), "fieldConfig.defaults.custom.hideFrom") == hidden


def test_a_text_for_no_value_that_is_empty_turns_missing_values_into_zero() -> None:
    assert at(quietly(panel("timeseries", {"noValue": ""})), "fieldConfig.defaults.noValue") == ""


def test_spaces_at_the_end_of_a_description_are_left_out() -> None:
    assert quietly(panel("stat", description="One.  \n\nTwo.  \n"))["description"] == "One.  \n\nTwo."
    # Grafana shows its icon for any text.
    assert quietly(panel("stat", description="\n"))["description"] == "\n"


# What Grafana fills in.


@pytest.mark.parametrize(("kinds", "values"), FILLED)
def test_what_is_missing_is_filled_in_but_nothing_is_overwritten(kinds: frozenset[str], values: dict[str, Any]) -> None:
    for kind in kinds:
        empty = quietly(panel(kind, options={"future": 1}))
        assert {path: at(empty, path) for path in values} == dict(values)
        told = panel(kind, options={"future": 1})
        for path in values:
            merge(told, value_at(path, "something else"))
        assert {path: at(quietly(told), path) for path in values} == dict.fromkeys(values, "something else")


def test_where_something_odd_stands_in_the_way_nothing_is_filled_in() -> None:
    one = panel("timeseries", {"color": "red", "custom": [1]}, options={"legend": True, "tooltip": "none"})
    assert quietly(one) == one


@pytest.mark.parametrize("given", [{"fieldOptions": {"calcs": ["mean"]}}, {"valueOptions": {"stat": "avg"}}])
def test_a_tile_whose_form_grafana_rewrites_is_left_alone(given: dict[str, Any]) -> None:
    assert quietly(panel("stat", options=given))["options"] == given


def test_gauges_are_not_filled_because_what_is_said_there_is_rewritten() -> None:
    assert quietly(panel("gauge", options={"orientation": "auto"}))["options"].keys() == {
        "orientation",
        "reduceOptions",
    }


def test_fields_have_both_parts() -> None:
    one = {"id": 1, "type": "stat", "fieldConfig": {}}
    assert quietly(one)["fieldConfig"] == {"defaults": {}, "overrides": []}


# What nobody sees.


@pytest.mark.parametrize(
    ("kind", "color", "kept"),
    [
        ("timeseries", {"mode": "palette-classic", "fixedColor": "red"}, {"mode": "palette-classic"}),
        ("stat", {"mode": "thresholds", "fixedColor": "red"}, {"mode": "thresholds"}),
        ("stat", {"mode": "continuous-BlYlRd", "fixedColor": "red", "seriesBy": "max"},
         {"mode": "continuous-BlYlRd", "seriesBy": "max"}),
        ("stat", {"mode": "fixed", "fixedColor": "red"}, None),
        ("stat", {"mode": "shades", "fixedColor": "red"}, None),
        ("stat", {"fixedColor": "red"}, None),
        ("nodeGraph", {"mode": "thresholds", "fixedColor": "red"}, None),
    ],
)  # fmt: skip
def test_a_fixed_colour_in_another_mode_is_left_out(kind: str, color: Any, kept: Any) -> None:
    assert at(quietly(panel(kind, {"color": color})), "fieldConfig.defaults.color") == (kept or color)


@pytest.mark.parametrize("mode", ["fixed", "shades"])
def test_what_has_no_colour_is_grey(mode: str) -> None:
    grey, none = {"mode": mode, "fixedColor": "#808080"}, {"mode": mode}
    one = overridden("table", override(("color", dict(none))), color=dict(none))
    assert at(quietly(one), "fieldConfig.defaults.color") == grey
    assert quietly(one)["fieldConfig"]["overrides"] == [override(("color", grey))]
    assert at(quietly(panel("timeseries", {"color": {"mode": mode, "fixedColor": "red"}})), "fieldConfig.defaults.color") == {
        "mode": mode, "fixedColor": "red",
    }  # fmt: skip
    assert at(quietly(panel("xychart", {"color": none})), "fieldConfig.defaults.color") == none
    # A tile of a row takes the colour of an override for its name, whatever the mode.
    assert quietly(overridden("stat", override(("color", none))))["fieldConfig"]["overrides"] == [
        override(("color", none))
    ]


@pytest.mark.parametrize("kind", ["stat", "bargauge", "table", "timeseries", "state-timeline", "barchart"])
def test_thresholds_that_grafana_fills_in_are_left_out_whatever_follows_them(kind: str) -> None:
    told = quietly(panel(kind, {"thresholds": GREEN_RED, "color": {"mode": "thresholds"}}))
    assert told == quietly(panel(kind, {"color": {"mode": "thresholds"}}))


def test_percentages_of_a_tile_without_a_version_have_the_scale_that_grafana_gives_them() -> None:
    for unit, most in (("percent", 100), ("percentunit", 1)):
        scaled, bare = (quietly(panel("stat", {"unit": unit, **ends})) for ends in ({"min": 0, "max": most}, {}))
        assert scaled == bare
        assert quietly(panel("stat", {"unit": unit, "min": 0, "max": most}, pluginVersion="10.1.2")) == bare
        assert quietly(panel("stat", {"unit": unit}, pluginVersion="10.1.2")) != bare
        assert quietly(panel("stat", {"unit": unit, "min": 0, "max": 2 * most})) != bare
        assert quietly(panel("timeseries", {"unit": unit, "min": 0})) != quietly(panel("timeseries", {"unit": unit}))
    assert quietly(panel("stat", {"unit": "s", "min": 0})) != quietly(panel("stat", {"unit": "s"}))


def test_pills_take_the_fixed_colour_in_every_mode() -> None:
    color = {"mode": "thresholds", "fixedColor": "red"}
    pills = overridden("table", override(("custom.cellOptions", {"type": "pill"})), color=color)
    assert at(quietly(pills), "fieldConfig.defaults.color") == color
    assert at(quietly(overridden("table", color=color)), "fieldConfig.defaults.color") == {"mode": "thresholds"}


@pytest.mark.parametrize("thresholds", [NO_STEPS, GREEN_RED])
def test_thresholds_of_a_graph_that_nothing_follows_are_left_out(thresholds: dict[str, Any]) -> None:
    for fields in ({}, {"color": {"mode": "fixed", "fixedColor": "red"}}):
        assert (
            "thresholds"
            not in quietly(panel("timeseries", {"thresholds": thresholds, **fields}))["fieldConfig"]["defaults"]
        )
    coloured = overridden(
        "timeseries", override(("color", {"mode": "fixed", "fixedColor": "red"})), thresholds=thresholds
    )
    assert "thresholds" not in quietly(coloured)["fieldConfig"]["defaults"]


@pytest.mark.parametrize(
    "one",
    [
        panel("stat", {"thresholds": RED_FROM_5}),
        panel("piechart", {"thresholds": GREEN_RED}),
        panel("timeseries", {"thresholds": RED_FROM_5}),
        panel("timeseries", {"thresholds": NO_STEPS, "color": {"mode": "thresholds"}}),
        panel("timeseries", {"thresholds": NO_STEPS, "color": {"mode": "continuous-GrYlRd"}}),
        panel("timeseries", {"thresholds": NO_STEPS, "custom": {"thresholdsStyle": {"mode": "line"}}}),
        panel("timeseries", {"thresholds": NO_STEPS, "custom": {"gradientMode": "scheme"}}),
        panel("timeseries", {"thresholds": NO_STEPS}, transformations=[{"id": "configFromData", "options": {}}]),
        overridden("timeseries", override(("color", {"mode": "thresholds"})), thresholds=NO_STEPS),
        overridden("timeseries", override(("custom.thresholdsStyle", {"mode": "area"})), thresholds=NO_STEPS),
        overridden("timeseries", override(("thresholds", RED_FROM_5)), thresholds=NO_STEPS),
    ],
)
def test_thresholds_that_something_may_follow_stay(one: dict[str, Any]) -> None:
    assert "thresholds" in quietly(one)["fieldConfig"]["defaults"]


def test_the_first_step_of_thresholds_needs_no_value() -> None:
    steps = [{"color": "red", "value": 0}, {"color": "green", "value": 1}]
    wanted = {"mode": "absolute", "steps": [{"color": "red"}, {"color": "green", "value": 1}]}
    one = overridden("stat", override(("thresholds", {"steps": steps})), thresholds={"steps": copy.deepcopy(steps)})
    result = quietly(one)["fieldConfig"]
    assert result["defaults"]["thresholds"] == wanted
    assert result["overrides"][0]["properties"][0]["value"] == wanted
    assert quietly(panel("someones-own-panel", {"thresholds": {"steps": steps}})) == panel(
        "someones-own-panel", {"thresholds": {"steps": steps}}
    )


def test_a_footer_that_is_off_is_left_out_but_pages_are_not() -> None:
    footer = {"show": False, "reducer": ["sum"], "countRows": False, "fields": ""}
    assert "footer" not in quietly(panel("table", options={"footer": footer}))["options"]
    assert "footer" not in quietly(panel("table", options={"footer": {**footer, "enablePagination": False}}))["options"]
    pages = quietly(panel("table", options={"footer": {**footer, "enablePagination": True}}))
    assert pages["options"]["footer"] == {"enablePagination": True}
    shown = {**footer, "show": True}
    assert quietly(panel("table", options={"footer": shown}))["options"]["footer"] == shown


def test_the_old_word_for_the_usual_cell_is_left_out() -> None:
    def custom(**given: Any) -> dict[str, Any]:
        return dict(quietly(panel("table", {"custom": given}))["fieldConfig"]["defaults"]["custom"])

    assert "displayMode" not in custom(displayMode="auto")
    assert custom(displayMode="json-view")["displayMode"] == "json-view"
    assert custom(displayMode="auto", cellOptions={"type": "gauge"})["displayMode"] == "auto"


def test_a_reset_of_the_alignment_is_left_out_if_nothing_sets_one() -> None:
    reset = override(("custom.align", None), ("unit", "s"))
    assert quietly(overridden("table", reset))["fieldConfig"]["overrides"] == [override(("unit", "s"))]
    assert quietly(overridden("table", override(("custom.align", None))))["fieldConfig"]["overrides"] == []
    for one in (
        overridden("table", reset, custom={"align": "right"}),
        overridden("table", override(("custom.align", "left"), name="b"), reset),
    ):
        assert {"id": "custom.align"} in quietly(one)["fieldConfig"]["overrides"][-1]["properties"]


def test_dashes_have_lengths() -> None:
    one = overridden(
        "timeseries", override(("custom.lineStyle", {"fill": "dash"})), custom={"lineStyle": {"fill": "dash"}}
    )
    result, dashes = quietly(one)["fieldConfig"], {"fill": "dash", "dash": [10, 10]}
    assert result["defaults"]["custom"]["lineStyle"] == dashes == result["overrides"][0]["properties"][0]["value"]
    for style in ({"fill": "solid"}, {"fill": "dot"}, {"fill": "dash", "dash": [1, 2]}):
        kept = quietly(panel("timeseries", {"custom": {"lineStyle": style}}))
        assert kept["fieldConfig"]["defaults"]["custom"]["lineStyle"] == style


def test_properties_of_an_override_stand_in_one_order() -> None:
    one = override(("custom.lineWidth", 2), ("unit", "s"), ("color", {"mode": "fixed", "fixedColor": "red"}))
    told = quietly(overridden("timeseries", one))["fieldConfig"]["overrides"]
    assert told == [authoring.override("a", color="red", unit="s", line_width=2).to_json_data()]
    # The second value of a property wins, so its place matters.
    twice = override(("unit", "s"), ("color", {"mode": "thresholds"}), ("unit", "ms"))
    assert quietly(overridden("timeseries", twice))["fieldConfig"]["overrides"] == [twice]


def test_overrides_keep_their_order() -> None:
    first, second = override(("unit", "s")), override(("unit", "ms"))
    assert quietly(overridden("stat", second, first))["fieldConfig"]["overrides"] == [second, first]


def test_an_override_that_sets_nothing_is_left_out() -> None:
    assert quietly(overridden("stat", override()))["fieldConfig"]["overrides"] == []


def value(of: str, **result: Any) -> dict[str, Any]:
    return {"type": "value", "options": {of: result}}


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"id": 0, "type": "value", "options": {"0": {"text": "a", "index": 1}, "1": {"text": "b", "index": 0}}},
         [value("0", text="a"), value("1", text="b")]),
        ({"type": "range", "options": {"from": 1, "to": 2, "result": {"text": "a", "index": 3}}},
         [{"type": "range", "options": {"from": 1, "to": 2, "result": {"text": "a"}}}]),
        ({"id": 1, "type": "special", "options": {"match": "null", "result": {"text": "-"}}},
         [{"type": "special", "options": {"match": "null", "result": {"text": "-"}}}]),
        ({"type": "special", "options": {"result": {"text": "-"}}}, []),
        ({"type": "range", "options": {"from": 1}}, [{"type": "range", "options": {"from": 1}}]),
        # Those of Grafana 7 are numbered for good.
        ({"id": 1, "type": 1, "text": "up", "value": "1"}, [{"id": 1, "type": 1, "text": "up", "value": "1"}]),
        ({"type": "future", "options": {"index": 1}}, [{"type": "future", "options": {"index": 1}}]),
        ({"type": "value", "options": {}}, [{"type": "value", "options": {}}]),
        ("odd", ["odd"]),
    ],
)  # fmt: skip
def test_mappings_have_one_value_each_and_no_numbers(given: Any, wanted: list[Any]) -> None:
    assert quietly(panel("stat", {"mappings": [given]}))["fieldConfig"]["defaults"].get("mappings", []) == wanted
    told = quietly(overridden("stat", override(("mappings", [given]))))["fieldConfig"]["overrides"][0]["properties"]
    assert told == [{"id": "mappings", "value": wanted}]


def test_whole_numbers_come_first_as_in_the_legend_of_states() -> None:
    results = {"b": {}, "10": {}, "a": {}, "2": {}, "-1": {}}
    told = at(
        quietly(panel("state-timeline", {"mappings": [{"type": "value", "options": results}]})),
        "fieldConfig.defaults.mappings",
    )
    assert [[*one["options"]] for one in told] == [["2"], ["10"], ["b"], ["a"], ["-1"]]


def test_tables_and_states_count_mappings_that_match_nothing() -> None:
    never = {"type": "special", "options": {"result": {"text": "-"}}}
    for kind in ("table", "state-timeline"):
        assert at(quietly(panel(kind, {"mappings": [never]})), "fieldConfig.defaults.mappings") == [never]


# The version that saved a panel.


@pytest.mark.parametrize(
    "one",
    [
        panel("timeseries"),
        panel("text", options={"content": "x"}),
        panel("stat", {"unit": "s"}, options={}),
        panel("stat", {"unit": "percent", "min": 0, "max": 100}, options={}),
        panel("gauge", {"unit": "s"}, options={}),
    ],
    ids=lambda one: str(one["type"]),
)
def test_a_version_that_decides_nothing_is_left_out(one: dict[str, Any]) -> None:
    assert "pluginVersion" not in quietly({**one, "pluginVersion": "12.1.0"})


@pytest.mark.parametrize(
    ("one", "version"),
    [
        # Without a version, percentages would have a scale from 0 to 100, as before 8.0.
        (panel("stat", {"unit": "percent"}, options={}), "12.1.0"),
        (panel("bargauge", {"unit": "percentunit", "min": 0}, options={}), "v11.4.0"),
        (panel("stat", options={"fieldOptions": {}}), "6.5.0"),
        (panel("stat", {"title": "Name"}, options={}), "12.1.0"),
        # The new gauges keep what they say; old ones are rewritten.
        (panel("gauge", options={}), "13.0.0"),
        (panel("gauge", options={}), "v11.4.0"),
        (panel("text", content="x", mode="html"), "7.0.0"),
        (panel("xychart", options={}), "11.4.0"),
        (panel("geomap", options={}), "8.2.0"),
        (panel("canvas", options={}), "11.4.0"),
        (panel("someones-own-panel"), "1.0.0"),
    ],
)
def test_a_version_that_decides_something_stays(one: dict[str, Any], version: str) -> None:
    assert quietly({**one, "pluginVersion": version})["pluginVersion"] == version


def test_before_8_percentages_had_a_scale_with_and_without_a_version() -> None:
    one = panel("stat", {"unit": "percent"}, options={}, pluginVersion="7.4.0")
    assert "pluginVersion" not in quietly(one)


# The whole.


def test_rows_and_panels_of_the_library_are_left_alone() -> None:
    row = {"id": 1, "type": "row", "title": "R", "links": [], "panels": [panel("timeseries", links=[])]}
    shared = {"id": 2, "libraryPanel": {"uid": "u", "name": "N"}, "links": []}
    spec, remarks = quiet({"title": "T", "panels": [row, shared]})
    assert spec["panels"][0]["links"] == [] == spec["panels"][1]["links"]
    assert "links" not in spec["panels"][0]["panels"][0]
    assert any(remark.place == "links" for remark in remarks)


def test_a_table_of_the_retired_kind_is_left_alone() -> None:
    one = panel("table", {"mappings": []}, styles=[], links=[])
    assert quietly(one) == one


def test_the_document_itself_is_not_changed() -> None:
    spec = {"title": "T", "panels": [panel("timeseries", {"mappings": []}, links=[], pluginVersion="12.0.0")]}
    before = copy.deepcopy(spec)
    assert quiet(spec)[0] != before == spec


def test_what_is_done_is_said_in_words() -> None:
    one, other = panel("canvas", title="A", links=[]), panel("canvas", title="B", links=[], description="")
    _, remarks = quiet({"title": "T", "panels": [one, other]})
    assert in_words(remarks) == [
        "left out: links (2 panels): there are none",
        "left out: description (1 panel): there is none",
    ]


def test_each_rule_has_a_reason() -> None:
    assert all(rule.reason and not rule.reason.endswith(".") for rule in RULES)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 100) | st.sampled_from(["", "auto", "fixed", "off", "list", "text"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["id", "value", "type", "options", "defaults", "overrides", "custom", "color", "mode", "fixedColor", "legend",
             "thresholds", "steps", "mappings", "properties", "matcher", "result", "index", "footer", "show", "lineStyle",
             "fill", "stacking", "reduceOptions", "displayMode", "cellOptions", "hideFrom", "unit"]
        ),
        inner, max_size=4,
    ),
    max_leaves=12,
)  # fmt: skip
ODD_PANELS = st.fixed_dictionaries(
    {"type": st.sampled_from([*(kind.plugin for kind in KINDS.values()), "graph", 3])},
    optional=dict.fromkeys(("fieldConfig", "options", "links", "pluginVersion", "transformations", "thresholds"), JSON),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(ODD_PANELS, max_size=2))
def test_whatever_a_panel_holds_the_quiet_form_of_it_is_quiet(odd: list[dict[str, Any]]) -> None:
    spec, _ = quiet({"title": "T", "panels": odd})
    assert quiet(spec) == (spec, [])


@pytest.mark.parametrize("helper", KINDS)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_arguments_of_helpers_are_still_told_apart(helper: str, data: st.DataObject) -> None:
    """What helpers write with and without an argument is the same only if Grafana fills that in or does not read it."""
    table = KINDS[helper].table
    told = data.draw(
        options(table, "title", "content", "feed", "raw", "options", "field_config", "overrides", "custom")
    )
    made = authoring.new_dashboard(
        "T", uid="t", panels=build(helper, told, ["up"]), variables=authoring.datasource_variable()
    )
    spec = normalise(plain(made), Origin.GRAFANALIB).spec
    once, _ = quiet(spec)
    assert quiet(once) == (once, [])
    before, after = spec["panels"][0], once["panels"][0]
    for path in (
        "title",
        "gridPos",
        "description",
        "options.content",
        "fieldConfig.defaults.unit",
        "fieldConfig.defaults.min",
    ):
        assert at(after, path) == at(before, path)


@pytest.mark.skipif(not CORPUS, reason="the corpus of real dashboards is not beside the project")
def test_the_quiet_form_of_real_dashboards_is_quiet_and_keeps_their_frame() -> None:
    for path in CORPUS:
        spec = compile_document(json.loads(path.read_bytes()), Origin.FILE, {}).spec
        once, _ = quiet(spec)
        assert quiet(once) == (once, []), path.name
        frame, quiet_frame = content(spec), content(once)
        assert {**frame, "panels": [], "rows": []} == {**quiet_frame, "panels": [], "rows": []}, path.name
        for before, after in zip(panels(spec), panels(once), strict=True):
            for key in ("id", "type", "title", "gridPos", "repeat", "collapsed"):
                assert after.panel.get(key) == (before.panel.get(key) or after.panel.get(key)), path.name
