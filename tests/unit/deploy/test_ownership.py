"""Cases in which something of a person's, or of another project's, could be lost."""

from __future__ import annotations

from typing import Any

import pytest

from dashkit.deploy.dashboard_plan import decide, digest_of
from dashkit.deploy.desired import Adjustments, Desired, desired
from dashkit.deploy.folders import FolderTree
from dashkit.deploy.plan_input import Found, History, Policy
from dashkit.deploy.steps import Action, DashboardStep, Plan
from dashkit.model.dashboard import CompiledDashboard, Location
from dashkit.model.item import Item, dashboard_item
from dashkit.model.live import LiveDashboard, LiveFolder, Version
from dashkit.model.marker import Marker
from tests.support.plan_target import TAG, Target, apply

PANEL = {"id": 1, "type": "stat", "title": "P", "targets": [{"refId": "A", "expr": "a"}, {"refId": "B", "expr": "b"}]}
BASE: dict[str, Any] = {"title": "T", "tags": [TAG], "panels": [PANEL], "links": [{"title": "x", "url": "/d/x"}]}


def item(spec: dict[str, Any] | None = None, folder: tuple[str, ...] = ()) -> Desired:
    return Desired("a", "T", folder, spec or BASE, Location("a.py", 1))


def version(number: int, message: str, spec: dict[str, Any]) -> Version:
    return Version(number, message, "2026-01-02T03:04:05Z", "jo", spec)


def pushed_then(edited: dict[str, Any], folder_uid: str = "") -> tuple[LiveDashboard, History]:
    """A dashboard that was pushed as BASE and then saved in the UI."""
    marker = Marker("a", digest_of(item(), "")).message()
    history = History((version(2, "", edited), version(1, marker, BASE)))
    return LiveDashboard("a", "T", folder_uid, edited, 2, (TAG,)), history


def action(
    wanted: Desired, live: LiveDashboard, history: History, policy: Policy | None = None, **found: Any
) -> DashboardStep:
    tree = found.pop("tree", FolderTree([], nested=True))
    return decide([wanted], Found({live.uid: live}, tree, {live.uid: history}, TAG), policy or Policy()).steps[0]


def _with_panel(**values: Any) -> dict[str, Any]:
    return {**BASE, "panels": [{**PANEL, **values}]}


@pytest.mark.parametrize(
    "edited",
    [
        _with_panel(targets=list(reversed(PANEL["targets"]))),
        _with_panel(id=2),
        {**BASE, "panels": [PANEL, PANEL]},
        {**BASE, "links": BASE["links"] * 2},
        {**BASE, "templating": {"list": [{"name": "v", "type": "custom", "query": "a"}] * 2}},
        _with_panel(targets=[*PANEL["targets"], PANEL["targets"][0]]),
        _with_panel(options={"wide": 1}),
    ],
    ids=["query-order", "panel-id", "panel-twice", "link-twice", "variable-twice", "query-twice", "option"],
)
def test_each_edit_is_refused_even_one_that_no_words_describe(edited: dict[str, Any]) -> None:
    live, history = pushed_then(edited)
    found = action(item(), live, history)
    assert found.action is Action.REFUSE
    assert found.edits


def test_one_is_not_true() -> None:
    live, history = pushed_then(_with_panel(options={"wide": 1}))
    found = action(item(_with_panel(options={"wide": True})), live, history, Policy("overwrite"))
    assert found.action is Action.UPDATE


def test_another_project_is_not_overwritten_though_the_uid_is_the_same() -> None:
    theirs = {**BASE, "tags": ["dashkit:other"]}
    history = History((version(1, Marker("a", "0" * 16).message(), theirs),))
    live = LiveDashboard("a", "T", "", theirs, 1, ("dashkit:other",))
    found = action(item(), live, history)
    assert found.action is Action.REFUSE
    assert "dashkit:other" in found.reason


def test_a_tag_that_someone_removed_is_an_edit_and_no_loss_of_ownership() -> None:
    live, history = pushed_then({**BASE, "tags": []})
    live = LiveDashboard("a", "T", "", live.spec, 2, ())
    found = action(item(), live, history)
    assert found.action is Action.REFUSE
    assert [str(change) for change in found.edits] == [f"tags -{TAG}"]


def test_unreadable_versions_do_not_make_a_foreign_tag_ours() -> None:
    live = LiveDashboard("a", "T", "", {**BASE, "title": "X"}, 1, ("dashkit:other",))
    assert action(item(), live, History(readable=False)).action is Action.REFUSE


@pytest.mark.parametrize("history", [History(), History(readable=False)])
def test_a_v2_dashboard_of_someone_else_needs_adopt_and_overwrite(history: History) -> None:
    live = LiveDashboard("a", "T", "", {}, 1, (), schema="v2beta1")
    assert action(item(), live, history).action is Action.REFUSE
    assert action(item(), live, history, Policy(adopt=True)).action is Action.REFUSE
    assert action(item(), live, history, Policy("skip", adopt=True)).action is Action.SKIP
    assert action(item(), live, history, Policy("overwrite", adopt=True)).action is Action.UPDATE


def test_a_save_without_a_change_does_not_block_a_move_in_the_source() -> None:
    live, history = pushed_then(BASE)
    tree = FolderTree([LiveFolder("new", "New")], nested=True)
    assert action(item(folder=("New",)), live, history, tree=tree).action is Action.UPDATE


def test_links_to_other_hosts_are_not_rewritten() -> None:
    urls = ["/d/a", "d/a", "https://elsewhere.example.org/d/a", "see /d/a?x=1 and /d/foreign"]
    spec = {"uid": "a", "title": "T", "links": [{"url": url} for url in urls]}
    source = CompiledDashboard("a", "T", (), spec, Location("a.py"))
    (found,) = desired([source], Adjustments("t", uid_prefix="stg-"), frozenset({"a"}))
    assert [link["url"] for link in found.spec["links"]] == [
        "/d/stg-a",
        "d/a",
        "https://elsewhere.example.org/d/a",
        "see /d/stg-a?x=1 and /d/foreign",
    ]


def test_where_titles_are_unique_the_delete_that_frees_a_title_comes_first() -> None:
    order: list[str] = []

    class Old(Target):
        unique_titles, writers = True, 1

        def put(self, item: Item, live: Item | None, secrets: Any = None) -> None:
            order.append(f"save {item.key}")

        def remove(self, item: Item) -> None:
            order.append(f"delete {item.key}")

    create = decide([item()], Found({}, FolderTree([], nested=True)), Policy()).steps
    gone = [dashboard_item(LiveDashboard(uid, title, "", {}, 1)) for uid, title in (("old", "T"), ("other", "O"))]
    deletes = [DashboardStep(Action.DELETE, found.ref, found.name, found) for found in gone]
    apply(Plan((), (*create, *deletes)), Old())
    assert order == ["delete old", "save a", "delete other"]


def test_a_move_in_the_ui_is_no_less_drift_when_the_source_changed_too() -> None:
    marker = Marker("a", digest_of(item(), "")).message()
    live = LiveDashboard("a", "T", "elsewhere", BASE, 1, (TAG,))
    history = History((version(1, marker, BASE),))
    tree = FolderTree([LiveFolder("elsewhere", "Elsewhere")], nested=True)
    found = action(item({**BASE, "description": "new"}), live, history, tree=tree)
    assert found.action is Action.REFUSE
    assert [str(change) for change in found.edits] == ["folder moved in the UI to 'Elsewhere'"]
    only_moved = action(item(), live, history, tree=tree)
    assert only_moved.reverts


def test_content_in_a_form_of_the_servers_own_is_no_move() -> None:
    stored = {**BASE, "refresh": "30s"}  # sent as 5s, which the server raised
    marker = Marker("a", digest_of(item({**BASE, "refresh": "5s"}), "")).message()
    history = History((version(1, marker, stored),))
    tree = FolderTree([LiveFolder("new", "New")], nested=True)
    moved_in_source = item({**BASE, "refresh": "5s", "description": "x"}, ("New",))
    found = action(moved_in_source, LiveDashboard("a", "T", "", stored, 1, (TAG,)), history, tree=tree)
    assert found.action is Action.UPDATE
    live = LiveDashboard("a", "T", "", stored, 1, (TAG,))
    plan = decide([], Found({"a": live}, tree, {"a": history}, TAG), Policy(prune=True))
    assert [step.action for step in plan.steps] == [Action.DELETE]
