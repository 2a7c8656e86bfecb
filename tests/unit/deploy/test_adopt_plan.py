"""Which dashboards can be taken over without a change, from values alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dashkit.deploy.adopt_plan import Surroundings, adoption
from dashkit.deploy.desired import Adjustments, Desired
from dashkit.deploy.folders import FolderTree
from dashkit.deploy.plan_input import History
from dashkit.deploy.steps import Action, DashboardStep
from dashkit.document.compare import content_digest
from dashkit.model.dashboard import Location
from dashkit.model.live import LiveDashboard, LiveFolder, Version
from dashkit.model.marker import Marker

TAG = "dashkit:shop"
SPEC: dict[str, Any] = {"title": "T", "tags": ["old"], "schemaVersion": 42, "panels": []}
LIVE = LiveDashboard("a", "T", "f", SPEC, 3, ("old",))
ITEM = Desired("a", "T", ("Team",), {**SPEC, "tags": [TAG, "old"]}, Location("a.py", 1), "a")


def adopted(live: LiveDashboard = LIVE, item: Desired | None = ITEM, *past: Version, prefix: str = "") -> DashboardStep:
    tree = FolderTree([LiveFolder("f", "Team"), LiveFolder("g", "Other")], nested=True)
    around = Surroundings(tree, Adjustments(TAG, uid_prefix=prefix), {"a": History(past)})
    return adoption(live, item, around)


def test_the_save_adds_the_tag_to_what_is_there() -> None:
    step = adopted()
    assert step.action is Action.UPDATE
    assert step.item is not None
    assert step.item.content == {"folder": "f", "schema": "classic", "spec": {**SPEC, "tags": [TAG, "old"]}}
    assert step.digest == content_digest({**SPEC, "tags": [TAG, "old"]}, "f")


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        (lambda: adopted(replace(LIVE, manager="terraform shop")), "it belongs to terraform shop"),
        (lambda: adopted(replace(LIVE, folder_uid="g")), "it is in 'Other', and a push moves it to 'Team'"),
        (lambda: adopted(item=replace(ITEM, spec={**ITEM.spec, "title": "U"})), "the source says something else"),
        (lambda: adopted(item=None), "the source does not have it"),
        (lambda: adopted(prefix="eu-"), "its uid does not begin with the context's 'eu-'"),
    ],
    ids=["managed", "moved", "changed", "missing", "prefix"],
)
def test_what_a_push_would_change_is_refused(step: Any, reason: str) -> None:
    refused = step()
    assert (refused.action, refused.item, refused.digest) == (Action.REFUSE, None, "")
    assert refused.reason.startswith(reason)
    assert refused.hint


def test_a_tag_without_a_version_message_of_ours_makes_nobody_the_owner() -> None:
    tagged = replace(LIVE, tags=("old", TAG), spec={**SPEC, "tags": ["old", TAG]})
    by_hand = Version(3, "by hand", "2026-01-02T03:04:05Z", "jo", tagged.spec)
    assert adopted(tagged, ITEM, by_hand).action is Action.UPDATE
    ours = replace(by_hand, message=Marker("a", content_digest(tagged.spec, "f")).message("text"))
    assert adopted(tagged, ITEM, ours).action is Action.KEEP
