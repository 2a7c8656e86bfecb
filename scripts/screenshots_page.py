"""The pictures of README.md and docs/. Called by `scripts/screenshots`."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn

from dashkit.app.preview import Snapshot, sample_of, snapshot
from dashkit.config.project import load_project
from dashkit.preview.pages import Failed
from dashkit.preview.picture import MARGIN, dashboard_picture
from dashkit.preview.png import png
from dashkit.preview.sources.port import Board, Edits, Listed
from dashkit.preview.svg import dark, svg
from dashkit.preview.view import Asked, opened
from dashkit.sandbox.thread import serving
from dashkit.web.absorber import Absorber
from dashkit.web.app import preview_app
from dashkit.web.editing import Editing
from dashkit.web.edits import LiveEdits, Looked
from scripts.screenshots_edits import edited

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs/pictures"
#: Pictures of whole dashboards, and the one whose page is shown in a browser.
DASHBOARDS = ("shop-service-overview", "orchestrator-executive", "inquiry-business")
PAGE, TIMES = "shop-service-overview", "from=1767261600000&to=1767272400000"
WIDTH = 1280
#: Sample data is the same at the same time.
NOW = datetime(2026, 1, 1, 13, 0, tzinfo=UTC)


class Boards:
    """The dashboards of this project."""

    def __init__(self, found: Snapshot) -> None:
        self._boards = {board.listed.uid: board for board in found.boards}

    def edited(self, uid: str, edits: Edits) -> None:
        """Show edits of a dashboard in a Grafana."""
        self._boards[uid] = replace(self._boards[uid], edits=edits)

    def listed(self) -> Sequence[Listed]:
        return [board.listed for board in self._boards.values()]

    def board(self, uid: str) -> Board | None:
        return self._boards.get(uid)

    def failures(self) -> Sequence[Failed]:
        return ()

    version = ""

    async def events(self) -> AsyncIterator[str]:
        yield ""


def main() -> None:
    """Write all pictures."""
    found = snapshot(load_project(ROOT), ())
    assert not found.failures
    sample, boards = sample_of(found), Boards(found)
    for uid in DASHBOARDS:
        board = boards.board(uid)
        assert board is not None
        shown = opened(board, Asked(width=WIDTH - 2 * MARGIN), sample, found.scrape, (), NOW)
        scene = dashboard_picture(shown, sample, WIDTH)
        _write(f"{uid}.png", png(svg(scene, dark)))
    chromium = shutil.which("chromium")
    if chromium is None:
        print("chromium is not installed: preview.png and edits.png stay as they are")
        return
    app = preview_app(boards, lambda: sample, scrape=found.scrape)
    _write("preview.png", _page(app, chromium, _read_a_plot))
    edits, offer = edited(ROOT, PAGE)
    boards.edited(PAGE, edits)
    editing = Editing(LiveEdits(Looked), Absorber(offer, lambda made: None, lambda: None))
    app = preview_app(boards, lambda: sample, scrape=found.scrape, editing=editing)
    _write("edits.png", _page(app, chromium, _ask_for_the_patch))


def _page(app: object, chromium: str, act: Callable[[Page], None]) -> bytes:
    """Return a picture of the page after somebody did something there."""
    from playwright.sync_api import sync_playwright

    with _served(app) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": 800})
        page.goto(f"{address}/d/{PAGE}?{TIMES}")
        page.wait_for_selector("#board[aria-busy=false]")
        act(page)
        picture = page.screenshot()
        browser.close()
        return picture


def _read_a_plot(page: Page) -> None:
    plot = page.locator(".panel:has-text('Request rate') svg").bounding_box()
    assert plot is not None
    page.mouse.move(plot["x"] + plot["width"] * 0.6, plot["y"] + plot["height"] * 0.3)


def _ask_for_the_patch(page: Page) -> None:
    page.click("section.edited .absorb")
    page.wait_for_selector("#absorb .take")


def _served(app: object) -> AbstractContextManager[str]:
    return serving(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="critical", lifespan="off"))  # type: ignore[arg-type]


def _write(name: str, data: bytes) -> None:
    (PICTURES / name).write_bytes(data)
    print(f"{name}: {len(data) // 1024} KB")


if __name__ == "__main__":
    main()
