"""What was edited in a Grafana, and the offer to take it into the source."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from dashkit.app.edited import edits
from dashkit.app.offer import accept, offer
from dashkit.app.ports import Ports
from dashkit.app.preview import snapshot
from dashkit.cli.adapters import ports
from dashkit.config.project import load_project
from dashkit.errors import InputError, RefusedError, ServerError
from dashkit.preview.pages import frame
from dashkit.preview.sample.source import Sample
from dashkit.preview.sources.port import Edits
from dashkit.preview.view import Asked, opened
from dashkit.sandbox.app import RunningSandbox, Sandbox
from dashkit.sandbox.flavour import FLAVOURS
from dashkit.sandbox.store import Store
from tests.conftest import Program, Project
from tests.support.editing import LAB, edited_in_grafana, element_changed, pushed

MODULE = """from dashkit.authoring import new_dashboard, prometheus, row, stat, timeseries
dashboard = new_dashboard("Shop", uid="shop", panels=[
    timeseries("Requests", prometheus("sum(rate(requests_total[5m]))"), unit="reqps"),
    timeseries("Errors", prometheus("sum(rate(errors_total[5m]))"), unit="reqps"),
    row("More", stat("Up", prometheus("up")), collapsed=True),
])
"""


@pytest.fixture
def world(project: Project, sandbox: RunningSandbox, dashkit: Program) -> Ports:
    """A project that was pushed to the sandbox."""
    project.write("dashboards/shop.py", MODULE)
    project.dashboard("other")
    pushed(project, sandbox, dashkit)
    return ports(load_project(project.folder), lambda event: None)


def titled(spec: dict[str, Any], title: str) -> dict[str, Any]:
    everything = [panel for outer in spec["panels"] for panel in (outer, *outer.get("panels", ()))]
    return next(panel for panel in everything if panel.get("title") == title)


def found(
    world: Ports, sandbox: RunningSandbox, *changes: Callable[[dict[str, Any]], object]
) -> tuple[Edits, dict[str, Any]]:
    """Return the edits of the dashboard after changes in Grafana, and the document as it was before."""
    before = edited_in_grafana(sandbox, "shop", *changes)
    return edits(world, LAB, offered=True)["shop"], before


def test_nothing_is_edited_after_a_push(world: Ports) -> None:
    assert edits(world, LAB, offered=True) == {}


def test_an_edit_is_told_with_its_author_and_beside_each_panel(world: Ports, sandbox: RunningSandbox) -> None:
    def change(spec: dict[str, Any]) -> None:
        titled(spec, "Requests")["title"] = "All requests"
        titled(spec, "Up")["targets"][0]["expr"] = "up == 1"

    told, before = found(world, sandbox, change)
    assert told.said.startswith("edited in the UI by admin on ")
    assert told.command == "dashkit absorb shop -c lab"
    assert told.panels == {
        titled(before, "Requests")["id"]: (("~", "renamed to 'All requests'"),),
        titled(before, "Up")["id"]: (("~", "query A changed"), ("-", "up"), ("+", "up == 1")),
    }
    assert ("~", "panel 'Requests' renamed to 'All requests'") in told.lines


def test_panels_that_others_push_around_are_not_marked(world: Ports, sandbox: RunningSandbox) -> None:
    def change(spec: dict[str, Any]) -> None:
        spec["panels"].remove(titled(spec, "Requests"))
        new = {"id": 99, "type": "text", "title": "New", "gridPos": {"x": 0, "y": 0, "w": 24, "h": 2}}
        for panel in spec["panels"]:
            panel["gridPos"]["y"] += 2
        spec["panels"].insert(0, new)

    told, before = found(world, sandbox, change)
    assert told.panels == {titled(before, "Requests")["id"]: (("-", "removed"),)}
    assert ("+", "panel 'New' added") in told.lines


def test_edits_that_the_source_has_are_none_any_more(world: Ports, sandbox: RunningSandbox, project: Project) -> None:
    edited_in_grafana(
        sandbox, "shop", lambda spec: titled(spec, "Errors")["fieldConfig"]["defaults"].update(unit="ops")
    )
    made = offer("shop", LAB, world)
    assert [one.path for one in made.files] == ["dashboards/shop.py"]
    assert (project.folder / "dashboards/shop.py").read_text() == MODULE
    accept(made, world)
    assert (project.folder / "dashboards/shop.py").read_text() == MODULE.replace(
        'errors_total[5m]))"), unit="reqps"', 'errors_total[5m]))"), unit="ops"'
    )
    assert edits(world, LAB, offered=True) == {}


def test_an_offer_does_not_overwrite_what_was_saved_meanwhile(
    world: Ports, sandbox: RunningSandbox, project: Project
) -> None:
    edited_in_grafana(sandbox, "shop", lambda spec: spec.update(refresh="5m"))
    made = offer("shop", LAB, world)
    saved = f"{MODULE}# by hand\n"
    project.write("dashboards/shop.py", saved)
    with pytest.raises(InputError, match="has changed since it was read"):
        accept(made, world)
    assert (project.folder / "dashboards/shop.py").read_text() == saved


def test_a_file_with_changes_that_are_not_committed_is_refused(
    world: Ports, sandbox: RunningSandbox, project: Project
) -> None:
    for words in (["init", "-q"], ["add", "dashkit.yaml"]):
        subprocess.run(["git", "-C", str(project.folder), *words], check=True)
    edited_in_grafana(sandbox, "shop", lambda spec: spec.update(refresh="5m"))
    made = offer("shop", LAB, world)
    assert made.uncommitted == ("dashboards/shop.py",)
    with pytest.raises(RefusedError, match="not committed"):
        accept(made, world)
    assert (project.folder / "dashboards/shop.py").read_text() == MODULE


def test_a_server_that_does_not_answer_is_an_error_and_an_offer_that_says_so(
    project: Project, world: Ports, sandbox: RunningSandbox
) -> None:
    project.write(
        "dashkit.yaml",
        "project: test\ncontexts: {lab: {url: 'http://127.0.0.1:1', user: a, password_command: echo a}}\n",
    )
    gone = ports(load_project(project.folder), lambda event: None)
    with pytest.raises(ServerError):
        edits(gone, LAB, offered=True)
    made = offer("shop", LAB, gone)
    assert isinstance(made.error, ServerError)
    assert made.files == ()


def test_a_panel_of_the_v2_schema_is_marked_where_the_page_draws_it(project: Project, dashkit: Program) -> None:
    project.write(
        "dashboards/shop.py",
        MODULE.replace("panels=[", "panels=[tabs(tab('Only',")
        .replace("])\n", "))])\n")
        .replace("row, stat", "row, stat, tab, tabs"),
    )
    with RunningSandbox(Sandbox(Store(), FLAVOURS["12.4"])) as sandbox:
        pushed(project, sandbox, dashkit)
        before = element_changed(sandbox, "shop", "Errors", unit="ops")
        told = edits(ports(load_project(project.folder), lambda event: None), LAB, offered=True)["shop"]
    assert told.panels == {before["id"]: (("~", "fieldConfig.defaults.unit: 'reqps' -> 'ops'"),)}
    (board,) = snapshot(load_project(project.folder), ()).boards
    page = frame(opened(replace(board, edits=told), Asked(), Sample(()), 15_000, ()))
    (marked,) = [part for part in page.split("<article")[1:] if 'aria-label="Edited in Grafana"' in part]
    assert '<h3 title="Errors">' in marked
