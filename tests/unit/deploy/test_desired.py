"""A context's adjustments, and the way back."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dashkit.authoring import datasource_variable, new_dashboard, timeseries
from dashkit.compiler.plain import plain
from dashkit.deploy.desired import Adjustments, ambiguous, desired, source_form, unused
from dashkit.document.compare import same
from dashkit.document.normalise import Origin, normalise
from dashkit.document.v2.up import up
from dashkit.model.dashboard import CompiledDashboard, Location
from tests.support import classic


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


CONTEXTS = st.builds(
    Adjustments,
    st.just("dashkit:x"),
    uid_prefix=st.sampled_from(["", "eu-"]),
    tags=st.sampled_from([(), ("eu", "prod")]),
    datasources=st.sampled_from(
        [{}, {"prom": "prom-eu"}, {"prom": "prom-eu", "loki": "loki-eu", "prometheus": "p-eu"}]
    ),
)


@given(classic.documents, CONTEXTS, st.booleans())
def test_the_way_back_undoes_what_a_context_adds(document: dict[str, Any], context: Adjustments, dynamic: bool) -> None:
    made = {**document, "tags": [tag for tag in document.get("tags", []) if tag not in ("eu", "prod")]}
    spec = {key: value for key, value in classic.compiled(made).items() if key != "uid"}
    spec["links"] = [
        {"title": "Own", "type": "link", "url": "/d/law?x=1"},
        {"title": "Other", "type": "link", "url": "/d/b"},
    ]
    spec = up(spec) if dynamic else spec
    source = CompiledDashboard("law", "Law", (), spec, Location("law.py"), schema="v2beta1" if dynamic else "")
    (wanted,) = desired([source], context, frozenset({"law"}))
    assert wanted.uid == f"{context.uid_prefix}law"
    assert same(source_form(wanted.spec, context), spec)


def test_a_datasource_that_stands_for_two_stays_as_it_is() -> None:
    both = Adjustments("dashkit:x", datasources={"a": "both", "b": "both", "c": "one"})
    assert ambiguous(both.datasources) == {"both": ["a", "b"]}
    panels = [{"datasource": {"uid": "both"}}, {"datasource": {"uid": "one"}}]
    back = source_form({"panels": panels}, both)["panels"]
    assert [panel["datasource"]["uid"] for panel in back] == ["both", "c"]
