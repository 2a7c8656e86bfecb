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
    assert look_alike(link(**tags, icon="bolt", url="", tooltip="x", targetBlank=False), link(**tags))
    assert not look_alike(link(**tags), link(**{**tags, "asDropdown": False}))
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
