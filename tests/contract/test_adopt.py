"""Dashboards that people made, taken over without a change."""

from __future__ import annotations

from typing import Any

import pytest

from dashkit.deploy.adopt_plan import Surroundings, adoption
from dashkit.deploy.apply import apply
from dashkit.deploy.desired import desired
from dashkit.deploy.folders import FolderTree
from dashkit.deploy.steps import Action, DashboardStep
from dashkit.model.dashboard import CompiledDashboard
from tests.contract.conftest import Rig

#: What Grafana's editor writes into a panel without being asked.
LOUD = {
    "description": "", "transparent": False, "pluginVersion": "11.0.0",
    "fieldConfig": {"defaults": {"unit": "", "mappings": [], "links": []}, "overrides": []},
}  # fmt: skip


def made_by_hand(rig: Rig, dashboard: CompiledDashboard) -> dict[str, Any]:
    """Save the dashboard as a person would, with much that says nothing; return what is stored."""
    panels = [{**LOUD, **panel} for panel in dashboard.spec["panels"]]
    body = {"dashboard": {**dashboard.spec, "panels": panels, "tags": ["team"]}, "folderUid": "", "message": "by hand"}
    rig.api("POST", "/api/dashboards/db", body)
    return rig.stored("a")["dashboard"]


def step_for(rig: Rig, dashboard: CompiledDashboard) -> DashboardStep:
    (live,) = rig.grafana.read(frozenset({dashboard.uid}))
    (item,) = desired([dashboard], rig.adjustments, frozenset())
    tree = FolderTree(rig.grafana.folders(), nested=rig.grafana.nested_folders)
    return adoption(live, item, Surroundings(tree, rig.adjustments, {}))


@pytest.fixture
def in_general(rig: Rig) -> Rig:
    rig.adjustments = type(rig.adjustments)(owner_tag=rig.adjustments.owner_tag)
    return rig


def test_adoption_adds_a_tag_and_the_next_push_has_nothing_to_do(in_general: Rig) -> None:
    rig = in_general
    dashboard = rig.compiled("a")
    dashboard.spec["tags"] = ["team"]
    before = made_by_hand(rig, dashboard)
    step = step_for(rig, dashboard)
    assert step.action is Action.UPDATE
    (outcome,) = apply((), [step], rig.grafana, message="Adopted").outcomes
    assert outcome.error is None
    after = rig.stored("a")["dashboard"]
    assert after["tags"] == sorted(["team", rig.adjustments.tag])
    ignored = ("tags", "version", "id")
    assert {key: after[key] for key in after if key not in ignored} == {
        key: before[key] for key in before if key not in ignored
    }
    (kept,) = rig.plan(dashboard).steps
    assert kept.action is Action.KEEP
    changed = rig.compiled("a", expr="up * 2")
    changed.spec["tags"] = ["team"]
    (update,) = rig.plan(changed).steps
    assert update.action is Action.UPDATE


def test_an_edit_after_the_adoption_is_drift(in_general: Rig) -> None:
    rig = in_general
    dashboard = rig.compiled("a")
    dashboard.spec["tags"] = ["team"]
    made_by_hand(rig, dashboard)
    (outcome,) = apply((), [step_for(rig, dashboard)], rig.grafana, message="Adopted").outcomes
    assert outcome.error is None
    rig.edit("a", title="Edited")
    (refused,) = rig.plan(dashboard).steps
    assert refused.action is Action.REFUSE
    assert any("title" in str(change) for change in refused.edits)
