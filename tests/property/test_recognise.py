"""The tables of arguments, forwards and backwards: what is read from a built panel builds the same panel."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import dashkit.authoring as authoring
from dashkit.authoring.panel import PanelOptions
from dashkit.authoring.panels import KINDS
from dashkit.authoring.queries import QUERY_KINDS
from dashkit.authoring.recognise import recognise
from dashkit.compiler.plain import plain
from dashkit.document.normalise import Origin, normalise
from dashkit.document.validate import validate
from tests.support.arguments import build, options
from tests.support.real_grafana import needs_real_grafana, stored

DEFAULT = {"type": "prometheus", "uid": "${datasource}"}


def board(*panels: Any) -> dict[str, Any]:
    made = authoring.new_dashboard("T", uid="t", panels=panels, variables=authoring.datasource_variable())
    spec = normalise(plain(made), Origin.GRAFANALIB).spec
    validate(spec)
    return spec


def compiled(panel: Any) -> dict[str, Any]:
    (one,) = board(panel)["panels"]
    return dict(one)


@pytest.mark.parametrize("helper", [*KINDS, "panel"])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_what_is_read_from_a_panel_makes_the_same_panel(helper: str, data: st.DataObject) -> None:
    table = KINDS[helper].table if helper in KINDS else PanelOptions
    told = data.draw(options(table, "title", "content", "feed"))
    panel = compiled(build(helper, told, ["up", authoring.prometheus("sum(up)", "{{job}}")]))
    call = recognise(deepcopy(panel), DEFAULT)
    assert call.helper == helper
    assert compiled(call.make()) == panel
    raw = {name for name in ("options", "field_config", "raw") if name in call.keywords}
    assert raw <= told.keys(), "an argument of the helper says it"


@pytest.mark.parametrize("kind", QUERY_KINDS, ids=lambda kind: kind.helper)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_what_is_read_from_a_query_makes_the_same_query(kind: Any, data: st.DataObject) -> None:
    first = {"expr": "sum(up)", "legend": "{{job}}", "of": "A", "calc": "max", "step": "1m", "resources": ["/sub/x"]}
    arguments = [first.get(name, f"{name} of it") for name in kind.positional]
    # The order of queries, and a datasource for what has none of its own.
    source = {} if kind.type or "datasource" in kind.fixed else {"datasource": {"type": kind.types[0], "uid": "own"}}
    told = {**source, **data.draw(options(kind.table, *kind.positional, "datasource", "raw", "mode"))}
    query = getattr(authoring, kind.helper)(*arguments, **told)
    panel = compiled(authoring.timeseries("Title", query))
    call = recognise(deepcopy(panel), DEFAULT)
    assert [one.helper for one in call.arguments[1:]] == [kind.helper]
    assert compiled(call.make()) == panel


def test_defaults_are_left_out() -> None:
    panel = compiled(authoring.timeseries("Title", authoring.prometheus("up"), width=12, height=8, key=7))
    call = recognise(panel, DEFAULT)
    assert (call.helper, call.arguments[0]) == ("timeseries", "Title")
    assert call.keywords == {"width": 12, "height": 8, "position": (0, 0), "key": 7}
    (query,) = call.arguments[1:]
    assert (query.helper, query.arguments, dict(query.keywords)) == ("prometheus", ("up",), {})


def test_what_no_argument_says_is_kept_raw() -> None:
    panel = compiled(authoring.stat("Title", "up"))
    panel["options"]["reduceOptions"]["calcs"] = ["mean", 3]
    panel["options"]["future"] = {"a": 1}
    panel["fieldConfig"]["defaults"]["custom"] = {"drawStyle": "clouds"}
    panel["someday"] = True
    call = recognise(deepcopy(panel), DEFAULT)
    assert call.keywords["options"] == {"reduceOptions": {"calcs": ["mean", 3]}, "future": {"a": 1}}
    assert compiled(call.make()) == panel


@pytest.mark.parametrize("low", [0, 5])
def test_what_a_helper_refuses_but_grafana_holds_is_kept(low: int) -> None:
    panel = compiled(authoring.gauge("Title", "up"))
    panel["fieldConfig"]["defaults"] |= {"min": low, "max": 0}
    call = recognise(deepcopy(panel), DEFAULT)
    assert compiled(call.make()) == panel


@needs_real_grafana
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_real_grafana_12_stores_what_the_helpers_make(data: st.DataObject) -> None:
    without = ("title", "content", "feed", "position", "raw", "key")
    panels = [build(helper, data.draw(options(KINDS[helper].table, *without)), ["up"]) for helper in KINDS]
    spec = {key: value for key, value in board(panels).items() if key != "uid"}
    assert stored(spec, "authoring-arguments") == spec


ODD = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 9) | st.sampled_from(["", "Prometheus", "fixed", "byName", "value"]),
    lambda inner: st.lists(inner, max_size=2)
    | st.dictionaries(
        st.sampled_from(["id", "value", "type", "mode", "options", "defaults", "overrides", "custom", "color", "steps",
                         "thresholds", "mappings", "properties", "matcher", "result", "legend", "calcs", "footer", "expr",
                         "refId", "datasource", "reduceOptions", "x", "y", "w", "h"]),
        inner, max_size=4,
    ),
    max_leaves=10,
)  # fmt: skip
KEYS = ("id", "title", "type", "datasource", "targets", "fieldConfig", "options", "gridPos", "transformations", "links")


@settings(max_examples=400, deadline=None)
@given(
    kind=st.sampled_from([*(kind.plugin for kind in KINDS.values()), "graph"]),
    odd=st.dictionaries(st.sampled_from(KEYS), ODD, max_size=6),
)
def test_whatever_a_panel_holds_there_is_a_call_for_it(kind: str, odd: dict[str, Any]) -> None:
    given_panel = {"type": kind, **odd}
    call = recognise(given_panel, DEFAULT)
    assert call.helper
    assert given_panel == {"type": kind, **odd}


def test_the_name_of_a_datasource_is_kept() -> None:
    panel = {"id": 1, "type": "timeseries", "title": "T", "datasource": "Prometheus",
             "targets": [{"refId": "A", "expr": "up"}]}  # fmt: skip
    call = recognise(panel, DEFAULT)
    assert call.keywords["datasource"] == "Prometheus"
    assert call.arguments == ("T", {"expr": "up"})


def test_what_is_no_query_keeps_all_queries_raw() -> None:
    targets = [{"refId": "A", "expr": "up"}, "up"]
    call = recognise({"id": 1, "type": "timeseries", "title": "T", "targets": targets}, DEFAULT)
    assert call.arguments == ("T",)
    assert call.keywords["raw"] == {"targets": targets}


def test_a_panel_that_shows_no_queries_may_hold_some() -> None:
    call = recognise({"id": 1, "type": "dashlist", "title": "T", "targets": [{"refId": "A"}]}, DEFAULT)
    assert (call.helper, call.arguments) == ("dashboard_list", ("T",))
    assert call.make().to_json_data()["targets"] == [{"refId": "A"}]


def test_a_text_of_old_has_no_content_to_say() -> None:
    call = recognise({"id": 1, "type": "text", "title": "T", "content": "# Hello", "mode": "markdown"}, DEFAULT)
    assert (call.helper, call.arguments) == ("panel", ("text", "T"))
    assert call.keywords["raw"] == {"content": "# Hello", "mode": "markdown"}
    assert recognise({"type": "text", "options": {"content": " x"}}).make().to_json_data()["options"]["content"] == " x"


def test_an_override_that_no_call_makes_is_kept_beside_the_others() -> None:
    raw = {"matcher": {"id": "byName", "options": "b"}, "properties": [{"id": "unit", "value": ""}]}
    panel = compiled(authoring.stat("Title", "up", overrides=[authoring.override("a", unit="s"), raw]))
    one, other = recognise(deepcopy(panel), DEFAULT).keywords["overrides"]
    assert (one.helper, one.arguments, other) == ("override", ("a",), raw)
    assert compiled(recognise(panel, DEFAULT).make()) == panel
