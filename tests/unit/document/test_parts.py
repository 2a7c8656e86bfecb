"""Thresholds, mappings, reading of foreign forms, schema steps, validation."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from dashkit.document.normalise import Origin, normalise
from dashkit.document.read import read_document
from dashkit.document.thresholds import modern_mappings, modern_thresholds, steps_from_text
from dashkit.document.validate import validate
from dashkit.document.walk import panels
from dashkit.errors import SpecError


def test_the_base_step_loses_its_null_in_each_spelling() -> None:
    for base in ("null", None, 0):
        steps = [{"color": "green", "value": base}, {"color": "red", "value": 80.0, "op": "gt", "yaxis": "left"}]
        assert modern_thresholds({"mode": "absolute", "steps": steps}) == {
            "mode": "absolute",
            "steps": [{"color": "green"}, {"color": "red", "value": 80}],
        }


def test_steps_are_ordered_by_value() -> None:
    steps = [{"color": "red", "value": 90}, {"color": "orange", "value": 80}, {"color": "green", "value": None}]
    found = modern_thresholds({"steps": steps})
    assert found is not None
    assert [step["color"] for step in found["steps"]] == ["green", "orange", "red"]


@pytest.mark.parametrize("empty", [None, "", [], {}, {"steps": []}, {"mode": "absolute", "steps": ""}])
def test_no_steps_are_no_thresholds(empty: Any) -> None:
    assert modern_thresholds(empty) is None


def test_the_text_form_of_singlestat() -> None:
    found = steps_from_text("50, 80", ["a", "b", "c"])
    assert found is not None
    assert found["steps"] == [{"color": "a"}, {"color": "b", "value": 50}, {"color": "c", "value": 80}]
    assert steps_from_text("", ["a"]) is None


def test_mappings_of_grafana_7_are_carried_over() -> None:
    old = [
        {"type": 1, "value": "0", "text": "down"},
        {"type": 2, "from": "1", "to": "9", "text": "some"},
        {"type": 1, "value": "null", "text": "N/A"},
        {"type": 2, "from": "null", "to": "null", "text": "N/A"},
    ]
    assert modern_mappings(old) == [
        {"type": "value", "options": {"0": {"text": "down"}}},
        {"type": "range", "options": {"from": 1, "to": 9, "result": {"text": "some"}}},
        {"type": "special", "options": {"match": "null", "result": {"text": "N/A"}}},
        {"type": "special", "options": {"match": "null", "result": {"text": "N/A"}}},
    ]


CLASSIC = {
    "title": "T",
    "panels": [{"type": "text", "datasource": "${DS_PROM}", "options": {"content": "${VAR_TEAM}"}}],
}


def test_the_forms_of_a_file_all_give_the_classic_document() -> None:
    resource = {
        "apiVersion": "dashboard.grafana.app/v1beta1",
        "kind": "Dashboard",
        "metadata": {"name": "u", "annotations": {"grafana.app/folder": "f"}},
        "spec": CLASSIC,
    }
    found = read_document(resource)
    assert found.spec["uid"] == "u"
    assert found.folder_uid == "f"
    assert read_document({"dashboard": CLASSIC, "meta": {"folderUid": "f"}}).folder_uid == "f"
    assert read_document(CLASSIC).spec["title"] == "T"


def test_inputs_of_an_export_become_variables_and_values() -> None:
    inputs = [
        {"name": "DS_PROM", "label": "Prometheus", "type": "datasource", "pluginId": "prometheus"},
        {"name": "VAR_TEAM", "type": "constant", "value": "core"},
    ]
    spec = read_document({**copy.deepcopy(CLASSIC), "uid": "u", "__inputs": inputs, "__requires": []}).spec
    assert spec["panels"][0]["options"]["content"] == "core"
    done = normalise(spec, Origin.FILE).spec
    assert done["templating"]["list"][0]["name"] == "DS_PROM"
    assert done["panels"][0]["datasource"] == {"type": "prometheus", "uid": "${DS_PROM}"}
    assert not {"__inputs", "__requires"} & done.keys()


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ([], "JSON object"),
        ({"a": 1}, "not a dashboard"),
        ({"apiVersion": "dashboard.grafana.app/v2beta1", "kind": "Dashboard", "spec": {}}, "v2"),
        ({"title": "x", "elements": {}, "layout": {}}, "v2"),
        ({"apiVersion": "v1", "kind": "ConfigMap", "spec": {}}, "kind Dashboard"),
        ({"title": "x", "__elements": {"a": {}}}, "library panels"),
    ],
)
def test_what_is_no_classic_dashboard_is_said_to_be_so(value: Any, words: str) -> None:
    with pytest.raises(SpecError, match=words):
        read_document(value)


def test_the_walk_finds_panels_in_collapsed_rows_and_legacy_rows() -> None:
    spec = {
        "panels": [{"type": "text", "title": "a"}, {"type": "row", "title": "R", "panels": [{"title": "b"}]}],
        "rows": [{"title": "L", "panels": [{"title": "c"}]}],
    }
    assert [(p.pointer, p.panel["title"], p.row) for p in panels(spec)] == [
        ("/panels/0", "a", ""),
        ("/panels/1", "R", ""),
        ("/panels/1/panels/0", "b", "R"),
        ("/rows/0/panels/0", "c", "L"),
    ]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"refresh": 30}, "/refresh"),
        ({"graphTooltip": 7}, "/graphTooltip"),
        ({"tags": ["a", "a"]}, "/tags"),
        ({"templating": {"list": [{"name": "a b", "type": "query"}]}}, "/templating/list/0/name"),
        (
            {"templating": {"list": [{"name": "a", "type": "query", "datasource": "prom"}]}},
            "/templating/list/0/datasource",
        ),
    ],
)
def test_validation_gives_the_pointer_of_the_fault(change: dict[str, Any], pointer: str) -> None:
    spec = normalise({"uid": "u", "title": "T"}, Origin.PYTHON).spec
    with pytest.raises(SpecError) as refused:
        validate({**spec, **change})
    assert refused.value.pointer == pointer


def test_validation_names_the_panel_of_a_fault() -> None:
    spec = normalise({"uid": "u", "title": "T", "panels": [{"type": "stat", "title": "Speed"}]}, Origin.PYTHON).spec
    spec["panels"][0]["fieldConfig"] = {"defaults": {"decimals": "two"}, "overrides": []}
    with pytest.raises(SpecError) as refused:
        validate(spec)
    assert refused.value.pointer == "/panels/0/fieldConfig/defaults/decimals"
    assert "'Speed'" in refused.value.hint
