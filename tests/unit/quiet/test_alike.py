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
