"""Laws that hold for any dashboard."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashkit import _json
from dashkit._http import Connection, Settings
from dashkit.deploy.apply import apply
from dashkit.deploy.desired import Adjustments, desired
from dashkit.deploy.plan_input import Policy
from dashkit.deploy.read import make_plan
from dashkit.document.compare import content, content_digest, same
from dashkit.document.diff import changes
from dashkit.document.layout import overlaps
from dashkit.document.normalise import Origin, normalise
from dashkit.document.validate import validate
from dashkit.document.walk import panels
from dashkit.grafana.client import Grafana
from dashkit.model.dashboard import CompiledDashboard, Location
from dashkit.model.panel_id import panel_ids
from dashkit.model.secret import Secret
from dashkit.sandbox.app import RunningSandbox
from tests.support.classic import WORDS, compiled, documents


@given(documents)
def test_compiling_is_idempotent_and_valid(document: dict[str, Any]) -> None:
    once = compiled(document)
    validate(once)
    text = _json.pretty(once)
    assert _json.pretty(normalise(_json.parse(text), Origin.FILE).spec) == text


@given(documents)
def test_panels_never_overlap_and_ids_are_unique(document: dict[str, Any]) -> None:
    spec = compiled(document)
    ids = [placed.panel["id"] for placed in panels(spec)]
    assert len(ids) == len(set(ids))
    assert all(0 < number < 2**31 for number in ids)
    assert overlaps(spec["panels"]) == []


@given(documents)
def test_a_dashboard_does_not_differ_from_itself(document: dict[str, Any]) -> None:
    spec = compiled(document)
    again = _json.parse(_json.compact(spec))
    assert changes(spec, again) == []
    assert same(spec, again)
    assert content_digest(spec) == content_digest(again)


@given(documents, documents)
def test_changes_are_told_exactly_where_content_differs(first: dict[str, Any], second: dict[str, Any]) -> None:
    one, two = compiled(first), compiled(second)
    assert (changes(one, two) == []) == same(one, two) == (_json.compact(content(one)) == _json.compact(content(two)))


@given(st.lists(WORDS, max_size=20, unique=True), st.lists(WORDS, max_size=5, unique=True))
def test_more_panels_renumber_none(keys: list[str], more: list[str]) -> None:
    before = dict(zip(keys, panel_ids(keys), strict=True))
    everything = [*keys, *(key for key in more if key not in keys)]
    after = dict(zip(everything, panel_ids(everything), strict=True))
    assert {key: after[key] for key in keys} == before


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(documents, min_size=1, max_size=3))
def test_the_plan_after_applying_a_plan_is_empty(each_sandbox: RunningSandbox, batch: list[dict[str, Any]]) -> None:
    grafana = Grafana(Connection(Settings(url=each_sandbox.url, user="admin", password=Secret("admin"))))
    dashboards = []
    for number, document in enumerate(batch):
        spec = compiled({**document, "uid": f"law{number}", "title": f"{number} {document['title']}"})
        dashboards.append(CompiledDashboard(spec["uid"], spec["title"], ("F", str(number)), spec, Location("x", 1)))
    wanted = desired(dashboards, Adjustments("dashkit:law"), frozenset())

    def plan() -> Any:
        return make_plan(wanted, grafana, Policy("overwrite", adopt=True), owner_tag="dashkit:law")

    first = plan()
    assert not any(apply(first.folders, first.steps, grafana).errors)
    assert plan().empty
