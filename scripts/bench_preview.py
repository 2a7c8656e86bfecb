"""Measure the preview: thirty panels of five series with 300 points, from data at hand to HTML, and in a browser.

Called by `scripts/bench`, in a process of its own. Prints JSON: seconds, and bytes.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from dashkit.preview.data import Annotation
from dashkit.preview.frames import Field, Frame
from dashkit.preview.pages import Failed
from dashkit.preview.picture import dashboard_picture
from dashkit.preview.png import png
from dashkit.preview.sources.port import Answer, Board, Listed, View
from dashkit.preview.svg import dark, svg
from dashkit.preview.view import Asked, opened, panels

PANELS, SERIES, POINTS, WIDTH = 30, 5, 300, 1408.0
KINDS = ("timeseries", "timeseries", "timeseries", "stat", "table", "bargauge")


class Ready:
    """Data that is at hand already."""

    title, remote = "a benchmark", False

    def __init__(self) -> None:
        times = [1_700_000_000_000 + number * 15_000 for number in range(POINTS)]
        self.frames = [
            Frame(
                (
                    Field("Time", "time", times),
                    Field(
                        "Value",
                        "number",
                        [(number * 7 + one * 13) % 97 + 0.5 for number in range(POINTS)],
                        {"job": f"job-{one}"},
                    ),
                ),
                ref_id="A",
            )
            for one in range(SERIES)
        ]

    def ask(self, panel: Mapping[str, Any], targets: Sequence[Mapping[str, Any]], view: View) -> list[Answer]:
        return [Answer(self.frames)]

    def values(self, variable: Mapping[str, Any], query: str, view: View) -> list[str]:
        return []

    def annotations(self, annotation: Mapping[str, Any], view: View) -> list[Annotation]:
        return []


def board() -> Board:
    """Return a dashboard of the usual mixture of panels."""
    target = {"refId": "A", "expr": "x", "datasource": {"type": "prometheus"}}
    found = [
        {
            "id": number + 1, "type": KINDS[number % len(KINDS)], "title": f"Panel {number}", "targets": [target],
            "gridPos": {"x": number % 3 * 8, "y": number // 3 * 8, "w": 8, "h": 8},
            "fieldConfig": {"defaults": {"unit": "reqps"}, "overrides": []},
            "options": {"legend": {"showLegend": True, "displayMode": "list", "placement": "bottom", "calcs": ["mean"]}},
        }
        for number in range(PANELS)
    ]  # fmt: skip
    time_ = {"from": "2023-11-14T22:13:20Z", "to": "2023-11-14T23:28:20Z"}
    return Board(Listed("bench", "Bench", ()), {"uid": "bench", "title": "Bench", "time": time_, "panels": found})


class Boards:
    """One dashboard."""

    def listed(self) -> Sequence[Listed]:
        return [board().listed]

    def board(self, uid: str) -> Board:
        return board()

    def failures(self) -> Sequence[Failed]:
        return ()

    version = ""

    async def events(self) -> AsyncIterator[str]:
        yield ""


def drawn(data: Ready) -> list[Mapping[str, Any]]:
    """Return all panels as HTML."""
    return list(panels(opened(board(), Asked(width=WIDTH), data, 15_000, ()), data, WIDTH))


def main() -> None:
    """Measure the second round: the first one loads modules and the font."""
    data, result = Ready(), dict[str, float]()
    drawn(data)
    start = time.process_time()
    found = drawn(data)
    result["panels_cpu"] = time.process_time() - start
    start = time.process_time()
    for _ in range(PANELS):
        json.dumps([[list(field.values) for field in frame.fields] for frame in data.frames])
    result["dumps_cpu"] = time.process_time() - start
    result["panels_bytes"] = sum(len(part["html"]) for part in found)
    start = time.process_time()
    scene = dashboard_picture(opened(board(), Asked(width=WIDTH), data, 15_000, ()), data, 1440)
    result["picture_cpu"] = time.process_time() - start
    start = time.process_time()
    png(svg(scene, dark))
    result["png_cpu"] = time.process_time() - start
    if shutil.which("chromium"):
        result["browser"] = in_browser(data)
    print(json.dumps(result))


def in_browser(data: Ready) -> float:
    """Return the seconds from opening a page until all of its panels are painted."""
    import uvicorn
    from playwright.sync_api import sync_playwright

    from dashkit.sandbox.thread import serving
    from dashkit.web.app import preview_app

    config = uvicorn.Config(
        preview_app(Boards(), lambda: data), host="127.0.0.1", port=0, log_level="critical", lifespan="off"
    )
    with serving(config) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        took = []
        for _ in range(3):
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            start = time.perf_counter()
            page.goto(f"{address}/d/bench")
            page.wait_for_selector("#board[aria-busy=false]")
            page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
            took.append(time.perf_counter() - start)
            page.close()
        browser.close()
    return min(took)


if __name__ == "__main__":
    main()
