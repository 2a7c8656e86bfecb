"""Inputs of an export become what they stand for."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from dashkit.compiler.compile import compile_document
from dashkit.document.normalise import Origin
from dashkit.errors import InputError
from dashkit.importer.inputs import Input, resolved


def datasource(name: str = "DS_PROM", plugin: str = "prometheus") -> dict[str, Any]:
    return {"name": name, "label": "Prometheus", "type": "datasource", "pluginId": plugin}


def constant(name: str = "VAR_JOB", **more: Any) -> dict[str, Any]:
    return {"name": name, "label": "Job", "type": "constant", **more}


def export(*inputs: Any, variables: Any = (), text: str = "${DS_PROM}") -> dict[str, Any]:
    panel = {"type": "stat", "title": "T", "datasource": {"type": "prometheus", "uid": text}}
    return {
        "title": "T",
        "uid": "t",
        "panels": [panel],
        "templating": {"list": list(variables)},
        "__inputs": list(inputs),
    }


def uid(document: Any) -> Any:
    return document["panels"][0]["datasource"]["uid"]


def names(document: Any) -> list[str]:
    spec = compile_document(document, Origin.FILE, {}).spec
    return [one["name"] for one in spec["templating"]["list"]]


def test_a_datasource_becomes_the_variable_for_it() -> None:
    done, notes = resolved(export(datasource()), {}, None)
    assert uid(done) == "${datasource}"
    assert names(done) == ["datasource"]
    assert notes == ["input DS_PROM: the variable datasource"]


def test_a_datasource_becomes_the_variable_that_the_dashboard_has() -> None:
    there = {"type": "datasource", "name": "source", "query": "prometheus"}
    done, _ = resolved(export(datasource(), variables=[there]), {}, None)
    assert uid(done) == "${source}"
    assert names(done) == ["source"]


def test_a_datasource_that_is_answered_for_is_that_one() -> None:
    done, notes = resolved(export(datasource()), {"DS_PROM": "main"}, None)
    assert uid(done) == "main"
    assert names(done) == []
    assert notes == ["input DS_PROM: the datasource main"]


@pytest.mark.parametrize(
    ("inputs", "variables"),
    [
        ([datasource("DS_A"), datasource("DS_B")], []),
        ([datasource("DS_A", "loki")], [{"type": "custom", "name": "datasource", "query": "a"}]),
    ],
    ids=["two", "taken"],
)
def test_where_the_name_says_nothing_an_input_keeps_its_own(inputs: list[Any], variables: list[Any]) -> None:
    done, notes = resolved(export(*inputs, variables=variables, text="${DS_A}"), {}, None)
    assert uid(done) == "${DS_A}"
    assert {one["name"] for one in inputs} <= set(names(done))
    assert notes == []


def test_a_second_type_of_datasource_keeps_its_name() -> None:
    done, _ = resolved(export(datasource(), datasource("DS_LOKI", "loki")), {}, None)
    assert names(done) == ["datasource", "DS_LOKI"]


def test_a_constant_is_its_value() -> None:
    assert uid(resolved(export(constant(value="api"), text="${VAR_JOB}"), {}, None)[0]) == "api"
    assert uid(resolved(export(constant(value="api"), text="${VAR_JOB}"), {"VAR_JOB": "web"}, None)[0]) == "web"
    assert uid(resolved(export(constant(), text="${VAR_JOB}"), {"VAR_JOB": ""}, None)[0]) == ""


def test_a_constant_without_a_value_is_asked_for_or_an_error() -> None:
    asked: list[Input] = []

    def ask(one: Input) -> str:
        asked.append(one)
        return "api"

    assert uid(resolved(export(constant(), text="${VAR_JOB}"), {}, ask)[0]) == "api"
    assert asked == [Input("VAR_JOB", "Job")]
    with pytest.raises(InputError, match=r"VAR_JOB \(Job\) has no value") as error:
        resolved(export(constant()), {}, None)
    assert error.value.hint == "--input VAR_JOB=VALUE"


def test_what_is_wrapped_is_resolved_and_what_was_given_stays_as_it_is() -> None:
    inner = export(datasource())
    document = {
        "apiVersion": "dashboard.grafana.app/v1beta1",
        "kind": "Dashboard",
        "spec": inner,
        "metadata": {"name": "t"},
    }
    before = copy.deepcopy(document)
    assert uid(resolved(document, {}, None)[0]["spec"]) == "${datasource}"
    assert document == before


@pytest.mark.parametrize("odd", [None, [], "x", {"__inputs": "x"}, {"__inputs": [1, {"name": 2}], "title": "T"}])
def test_what_is_no_export_is_left_to_those_who_read_it(odd: Any) -> None:
    assert resolved(copy.deepcopy(odd), {}, None) == (odd, [])
