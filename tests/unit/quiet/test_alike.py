"""Which differences people see, and which they do not."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from dashkit.compiler.compile import compile_document
from dashkit.document.normalise import Origin
from dashkit.document.schema_steps import CURRENT
from dashkit.document.v2.up import up
from dashkit.quiet.alike import look_alike
from dashkit.quiet.panels import quiet
from tests.conftest import SHARED

CORPUS = sorted((SHARED / "corpus").glob("*.json"))
AT = {"h": 8, "w": 12, "x": 0, "y": 0}
TARGET = {"refId": "A", "expr": "up", "datasource": {"type": "prometheus", "uid": "p"}}


def dashboard(panel: dict[str, Any] | None = None, **rest: Any) -> dict[str, Any]:
    made = {"id": 1, "type": "timeseries", "title": "P", "gridPos": AT, "targets": [TARGET], **(panel or {})}
    return {"title": "T", "schemaVersion": 42, "panels": [made], **rest}


def fields(**defaults: Any) -> dict[str, Any]:
    return {"fieldConfig": {"defaults": defaults, "overrides": []}}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (dashboard(), dashboard(version=7)),
        (dashboard(), dashboard(fields(unit="", mappings=[]))),
        (dashboard({"description": ""}), dashboard()),
        (dashboard({"gridPos": {**AT, "y": 3}}), dashboard()),
        (dashboard({"targets": [{**TARGET, "editorMode": "code", "legendFormat": ""}]}), dashboard()),
        (dashboard({"options": {"legend": {"showLegend": True, "displayMode": "list"}}}), dashboard()),
    ],
    ids=["version", "defaults", "description", "gap", "editor", "legend"],
)
def test_what_says_nothing_is_no_difference(first: dict[str, Any], second: dict[str, Any]) -> None:
    before = copy.deepcopy((first, second))
    assert look_alike(first, second)
    assert look_alike(second, first)
    assert look_alike(up(first), second)
    assert (first, second) == before


@pytest.mark.parametrize(
    "other",
    [
        dashboard(title="U"),
        dashboard(fields(unit="s")),
        dashboard({"gridPos": {**AT, "x": 12}}),
        dashboard({"targets": [{**TARGET, "expr": "down"}]}),
        dashboard({"options": {"legend": {"showLegend": False}}}),
        dashboard(time={"from": "now-1h", "to": "now"}),
        dashboard({"id": 2}),
        {"title": "T", "panels": "not a list"},
    ],
    ids=["title", "unit", "place", "query", "legend", "time", "id", "odd"],
)
def test_what_people_see_is_a_difference(other: dict[str, Any]) -> None:
    assert not look_alike(dashboard(), other)
    assert not look_alike(other, dashboard())


def test_documents_of_an_old_schema_are_alike_only_if_they_are_equal() -> None:
    old = dashboard(schemaVersion=20)
    assert look_alike(old, copy.deepcopy(old))
    assert not look_alike(old, dashboard({"description": "", **fields(unit="", mappings=[])}, schemaVersion=20))


@pytest.mark.skipif(not CORPUS, reason="the corpus of real dashboards is not beside the project")
def test_each_real_dashboard_looks_like_its_quiet_form_and_like_no_other() -> None:
    specs = [compile_document(json.loads(path.read_bytes()), Origin.FILE, {}).spec for path in CORPUS[::6]]
    specs = [spec for spec in specs if spec["schemaVersion"] == CURRENT]
    assert len(specs) > 5
    for spec in specs:
        assert [one["uid"] for one in specs if look_alike(quiet(spec)[0], one)] == [spec["uid"]]


SOURCE = {"type": "prometheus", "uid": "p"}


def variable(query: Any, **rest: Any) -> dict[str, Any]:
    one = {"type": "query", "name": "v", "query": query, "datasource": SOURCE, "refresh": 2, "sort": 1, **rest}
    return dashboard(templating={"list": [one]})


def test_a_query_of_a_variable_may_be_a_text_or_have_a_name() -> None:
    named = {"query": "label_values(up, job)", "refId": "StandardVariableQuery"}
    assert look_alike(variable(named, definition="old"), variable("label_values(up, job)"))
    assert not look_alike(variable({**named, "qryType": 1}), variable("label_values(up, job)"))
    assert not look_alike(variable(named, regex="a"), variable("label_values(up, job)"))


def link(**said: Any) -> dict[str, Any]:
    return dashboard(links=[{"title": "L", **said}])


def test_a_link_says_what_its_kind_reads() -> None:
    tags = {"type": "dashboards", "tags": ["a"], "asDropdown": True}
    assert look_alike(link(**tags, icon="bolt", url="", tooltip="", targetBlank=False), link(**tags))
    assert not look_alike(link(**tags), link(**{**tags, "asDropdown": False}))
    assert not look_alike(link(**tags), link(**tags, tooltip="Grafana 10 shows it"))
    web = {"type": "link", "url": "https://example.org", "icon": "doc"}
    assert look_alike(link(**web, tags=["a"], asDropdown=True, keepTime=False), link(**web))
    assert not look_alike(link(**web), link(**{**web, "icon": "bolt"}))
    assert not look_alike(link(**web), link(**web, placement="inControlsMenu"))


def test_spaces_around_a_query_say_nothing_and_those_in_it_are_left() -> None:
    spaced = {"targets": [{**TARGET, "expr": " up\n", "step": 20, "alias": "a"}]}
    assert look_alike(dashboard(spaced), dashboard())
    assert not look_alike(
        dashboard({**spaced, "type": "vonage-status-panel"}), dashboard({"type": "vonage-status-panel"})
    )
    assert not look_alike(
        dashboard({"targets": [{**TARGET, "expr": "a  b"}]}), dashboard({"targets": [{**TARGET, "expr": "a b"}]})
    )


def of_kind(kind: str, **said: Any) -> dict[str, Any]:
    return dashboard(templating={"list": [{"name": "v", "type": kind, **said}]})


A_B = [{"text": "a", "value": "a"}, {"text": "b", "value": "b"}]
ALL = {"text": "All", "value": "$__all"}
CHOSEN = {"selected": True, "text": "a", "value": "a"}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (of_kind("custom", query="a,b", options=A_B, current=CHOSEN), of_kind("custom", query="a : a, b", refresh=1, current=CHOSEN)),
        (of_kind("custom", query="a,b", options=[ALL, *A_B], includeAll=True, current=ALL),
         of_kind("custom", query="a,b", refresh=1, includeAll=True, current=ALL)),
        (of_kind("textbox", query="x", current={"text": "x", "value": "x"}, options=A_B),
         of_kind("textbox", query="x", current={"text": "x", "value": "x"}, refresh=1)),
        (of_kind("interval", query="1m,5m", refresh=2, options=[{"text": "1m", "value": "1m"}]), of_kind("interval", query="1m,5m", refresh=2)),
        (of_kind("datasource", query="prometheus", refresh=1, queryValue=""), of_kind("datasource", query="prometheus")),
    ],
    ids=["custom", "all", "textbox", "interval", "datasource"],
)  # fmt: skip
def test_what_follows_from_the_query_of_a_variable_need_not_be_said(
    first: dict[str, Any], second: dict[str, Any]
) -> None:
    assert look_alike(first, second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (of_kind("custom", query="a,b", valuesFormat="json"), of_kind("custom", query="a, b", valuesFormat="json")),
        (of_kind("custom", query="a, ,b", refresh=1), of_kind("custom", query="a,b", refresh=1)),
        (of_kind("custom", query="a : 1,\nb : 2", refresh=1), of_kind("custom", query="a : 1,b : 2", refresh=1)),
        (of_kind("custom", query="a\\ ,b", refresh=1), of_kind("custom", query="a\\,b", refresh=1)),
        (of_kind("custom", query="a,b", options=A_B), of_kind("custom", query="a,b", options=A_B[:1])),
        (of_kind("custom", query="a,b", options=[ALL, *A_B], includeAll=True), of_kind("custom", query="a,b", options=A_B, includeAll=True)),
        (of_kind("custom", query="a,b", options=A_B, current={"value": "c"}), of_kind("custom", query="a,b", refresh=1, current={"value": "c"})),
        (of_kind("textbox", query="a", current={"value": "z"}), of_kind("textbox", query="a", current={"value": "z"}, refresh=1)),
        (of_kind("textbox", query="a", multi=True), of_kind("textbox", query="a")),
        (of_kind("textbox", query="a", includeAll=True), of_kind("textbox", query="a")),
        (of_kind("datasource", query="prometheus", refresh=0), of_kind("datasource", query="prometheus")),
        (variable({"query": "f($__searchFilter)", "refId": "V"}), variable("f($__searchFilter)")),
    ],
    ids=["json", "blank", "lines", "escape", "options", "all", "stale", "textbox", "multi", "includeAll", "refresh", "search"],
)  # fmt: skip
def test_what_some_grafana_reads_of_a_variable_is_a_difference(first: dict[str, Any], second: dict[str, Any]) -> None:
    assert not look_alike(first, second)


def test_blanks_around_a_query_are_in_the_name_of_its_series() -> None:
    override = {"matcher": {"id": "byName", "options": "up"}, "properties": [{"id": "unit", "value": "s"}]}
    looked_for = {"fieldConfig": {"defaults": {}, "overrides": [override]}}
    spaced = {"targets": [{**TARGET, "expr": "up "}]}
    assert not look_alike(dashboard(looked_for | spaced), dashboard(looked_for))
    named = {"targets": [{**TARGET, "expr": "up ", "legendFormat": "{{job}}"}]}
    assert look_alike(
        dashboard(looked_for | named), dashboard(looked_for | {"targets": [{**TARGET, "legendFormat": "{{job}}"}]})
    )
    assert not look_alike(dashboard({"targets": [{**TARGET, "expr": "\u00a0up"}]}), dashboard())
    assert not look_alike(
        dashboard({"targets": [{**TARGET, "expr": " "}]}), dashboard({"targets": [{**TARGET, "expr": ""}]})
    )


def test_equal_panels_are_counted() -> None:
    one = {"id": 1, "type": "timeseries", "title": "P", "gridPos": AT, "targets": [TARGET]}
    other = {**one, "title": "Q"}
    first, second = (
        {"title": "T", "schemaVersion": 42, "panels": panels} for panels in ([one, other, one], [one, other, other])
    )
    assert not look_alike(first, {**second, "version": 1})
