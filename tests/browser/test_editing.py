"""Edits in a Grafana, taken into the source from the page: the program, a sandbox and a real browser."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from dashkit.preview.sources.port import Edits
from dashkit.sandbox.app import RunningSandbox
from dashkit.web.editing import Editing
from dashkit.web.edits import LiveEdits, Looked
from tests.conftest import Program, Project
from tests.support.browser import Open, settled
from tests.support.editing import LAB, edited_in_grafana, pushed
from tests.support.pages import Boards, csv_panel, dashboard, served

if TYPE_CHECKING:
    from playwright.sync_api import Page

MODULE = """from dashkit.authoring import new_dashboard, prometheus, timeseries

PANELS = [timeseries(title, prometheus("up"), unit="s") for title in ("First", "Second")]
dashboard = new_dashboard(
    "Shop", uid="shop", panels=[timeseries("Requests", prometheus("up"), unit="reqps", description="All."), *PANELS]
)
"""
PATIENCE = 60_000


@pytest.fixture
def shop(project: Project, sandbox: RunningSandbox, dashkit: Program) -> Project:
    """A project that was pushed to the sandbox."""
    project.write("dashboards/shop.py", MODULE)
    pushed(project, sandbox, dashkit)
    return project


@contextmanager
def previewed(project: Project) -> Iterator[str]:
    """Run the program itself, with the context of the project, and yield its address."""
    command = [sys.executable, "-m", "dashkit", "preview", "--port", "0", "-c", LAB]
    with subprocess.Popen(
        command, cwd=project.folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0


@pytest.fixture
def preview(shop: Project) -> Iterator[Callable[[], str]]:
    """Starts a preview of the pushed project. It looks for edits at once, and then only now and then: edit first."""
    with ExitStack() as running:
        yield lambda: running.enter_context(previewed(shop))


def with_unit(title: str, unit: str) -> Any:
    def change(spec: dict[str, Any]) -> None:
        next(panel for panel in spec["panels"] if panel["title"] == title)["fieldConfig"]["defaults"]["unit"] = unit

    return change


def opened(open_page: Open, address: str) -> Page:
    """Open the dashboard, and wait until the page knows that it was edited."""
    page = open_page(address)
    page.wait_for_selector("text=edited in Grafana", timeout=PATIENCE)
    page.click("text=Shop")
    page.wait_for_selector("section.edited")
    settled(page)
    return page


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent"))


def test_an_edit_is_taken_into_the_source_with_the_keyboard_alone(
    shop: Project, sandbox: RunningSandbox, preview: Callable[[], str], open_page: Open
) -> None:
    edited_in_grafana(sandbox, "shop", with_unit("Requests", "ops"))
    page = opened(open_page, preview())
    assert "by admin" in page.locator("section.edited summary").inner_text()
    mark = page.locator(".panel:has(h3:has-text('Requests')) .note.edited")
    assert page.locator(".note.edited").count() == 1
    mark.locator("summary").focus()
    page.keyboard.press("Enter")
    assert "fieldConfig.defaults.unit: 'reqps' -> 'ops'" in mark.inner_text()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("#absorb .take", timeout=PATIENCE)
    assert page.locator("#absorb-said").inner_text() == "This would change 1 file of the source."
    assert '+    "Shop", uid="shop"' in page.locator(".patch").inner_text()
    assert (shop.folder / "dashboards/shop.py").read_text() == MODULE
    assert focused(page).startswith("--- a/dashboards/shop.py")
    page.keyboard.press("Tab")
    assert focused(page) == "Change 1 file"
    page.keyboard.press("Enter")
    page.wait_for_selector("#absorb-said:has-text('Wrote dashboards/shop.py')")
    assert (shop.folder / "dashboards/shop.py").read_text() == MODULE.replace("reqps", "ops")
    page.keyboard.press("Escape")
    page.wait_for_selector("section.edited", state="detached", timeout=PATIENCE)
    assert page.locator("#absorb").is_hidden()
    assert page.locator(".note.edited").count() == 0


def test_closing_the_dialog_writes_nothing_and_gives_the_focus_back(
    shop: Project, sandbox: RunningSandbox, preview: Callable[[], str], open_page: Open
) -> None:
    edited_in_grafana(sandbox, "shop", with_unit("Requests", "ops"))
    page = opened(open_page, preview())
    page.locator("section.edited .absorb").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#absorb .take", timeout=PATIENCE)
    page.keyboard.press("Escape")
    assert page.locator("#absorb").is_hidden()
    assert focused(page) == "Absorb…"
    assert (shop.folder / "dashboards/shop.py").read_text() == MODULE


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_what_cannot_be_taken_says_what_to_change_and_all_of_it_can_be_read(
    shop: Project, sandbox: RunningSandbox, preview: Callable[[], str], open_page: Open, theme: str
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    def serious(page: Page) -> list[tuple[str, list[str]]]:
        found = Axe().run(page).response["violations"]
        return [
            (one["id"], [node["html"] for node in one["nodes"]][:3])
            for one in found
            if one["impact"] in ("serious", "critical")
        ]

    edited_in_grafana(sandbox, "shop", with_unit("First", "ms"))
    address = preview()
    page = open_page(address)
    page.evaluate(f"localStorage.setItem('dashkit-theme', {json.dumps(theme)})")
    page = opened(lambda where: page, address)
    page.reload()
    page.wait_for_selector("section.edited", timeout=PATIENCE)
    settled(page)
    page.click("section.edited summary")
    assert serious(page) == []
    page.click("section.edited .absorb")
    page.wait_for_selector("#absorb .points", timeout=PATIENCE)
    assert "These edits cannot be taken" in page.locator("#absorb-said").inner_text()
    assert "dashboards/shop.py:3" in page.locator(".points").inner_text()
    assert page.locator("#absorb .take").count() == 0
    assert serious(page) == []
    page.click("#absorb .close")
    edited_in_grafana(sandbox, "shop", with_unit("First", "s"), with_unit("Requests", "ops"))
    page.click("section.edited .absorb")
    page.wait_for_selector("#absorb .take", timeout=PATIENCE)
    assert serious(page) == []


def test_a_save_leaves_what_is_open_and_a_page_that_comes_back_looks_again(open_page: Open) -> None:
    def panel(title: str) -> dict[str, Any]:
        return dashboard("made", csv_panel("time,a\n1700000000000,1", title=title))

    lines = (("~", "unit"),)
    boards = Boards(panel("Before"))
    boards.edits["made"] = Edits("edited in the UI", lines, {1: lines}, "dashkit absorb made", offered=True)
    with served(boards, editing=Editing(LiveEdits(Looked))) as address:
        page = open_page(f"{address}/d/made")
        for number in (0, 1):
            page.locator(".edited summary").nth(number).focus()
            page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        boards.specs["made"] = panel("After")
        boards.changed()
        page.wait_for_selector("h3:has-text('After')")
        assert page.locator(".edited .changes:visible").count() == 2
        assert page.evaluate("document.activeElement.closest('.panel').dataset.key") == "p1"
        assert focused(page) == "Absorb…"
        with page.expect_response("**/edits") as answer:
            page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        assert answer.value.status == 204
        page.goto("about:blank")  # the server ends before the page does


def test_a_server_that_is_gone_is_a_line_on_the_page(project: Project, open_page: Open) -> None:
    context = "{url: 'http://127.0.0.1:1', user: admin, password_command: echo admin}"
    project.write("dashkit.yaml", f"project: test\ncontexts: {{{LAB}: {context}}}\n")
    project.write("dashboards/shop.py", MODULE)
    with previewed(project) as address:
        page = open_page(address)
        page.click("text=Shop", timeout=PATIENCE)
        page.wait_for_selector("#banner .failure:has-text('127.0.0.1:1')", timeout=PATIENCE)
        settled(page)
        assert page.locator(".panel").count() == 3
        assert page.locator(".edited").count() == 0
        page.goto("about:blank")  # the server ends before the page does
