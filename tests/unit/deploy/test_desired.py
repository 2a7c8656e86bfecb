"""A context's adjustments, and the way back."""

from __future__ import annotations

from typing import Any

from dashkit.authoring import datasource_variable, new_dashboard, timeseries
from dashkit.compiler.plain import plain
from dashkit.deploy.desired import Adjustments, desired, source_form, unused
from dashkit.document.normalise import Origin, normalise
from dashkit.model.dashboard import CompiledDashboard, Location


def compiled(**more: Any) -> CompiledDashboard:
    made = new_dashboard("A", uid="a", panels=timeseries("T", "up"), variables=datasource_variable(**more))
    return CompiledDashboard("a", "A", (), normalise(plain(made), Origin.GRAFANALIB).spec, Location("a.py"))


STAGING = Adjustments("dashkit:x", datasources={"prometheus": "prometheus-stg", "loki": "loki-stg"})


def test_a_datasource_variable_opens_with_the_mapped_datasource_of_its_type() -> None:
    (wanted,) = desired([compiled()], STAGING, frozenset())
    current = {"selected": True, "text": "prometheus-stg", "value": "prometheus-stg"}
    assert wanted.spec["templating"]["list"][0]["current"] == current
    back = source_form(wanted.spec, STAGING)
    assert back["templating"] == compiled().spec["templating"]


def test_a_choice_of_the_author_is_mapped_not_replaced() -> None:
    (wanted,) = desired([compiled(default="loki")], STAGING, frozenset())
    assert wanted.spec["templating"]["list"][0]["current"]["value"] == "loki-stg"
    (kept,) = desired([compiled(default="another")], STAGING, frozenset())
    assert kept.spec["templating"]["list"][0]["current"]["value"] == "another"


def test_mappings_that_nothing_refers_to_are_named() -> None:
    assert unused([compiled()], STAGING.datasources) == ["loki"]
    assert unused([compiled(default="loki")], STAGING.datasources) == []
