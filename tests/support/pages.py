"""A preview that serves in this process, with dashboards that a test gives it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import uvicorn

from dashkit.preview.pages import Failed
from dashkit.preview.sample.source import Sample
from dashkit.preview.sources.port import Board, DataSource, Edits, Listed
from dashkit.sandbox.thread import serving
from dashkit.web.app import preview_app


class Boards:
    """A source of dashboards that a test changes."""

    def __init__(self, *specs: Mapping[str, Any]) -> None:
        self.specs = {spec["uid"]: spec for spec in specs}
        self.failed: list[Failed] = []
        self.edits: dict[str, Edits] = {}
        self._version = 0

    def listed(self) -> Sequence[Listed]:
        return [self._listed(spec) for spec in self.specs.values()]

    def board(self, uid: str) -> Board | None:
        spec = self.specs.get(uid)
        places = {1: "dashboards/made.py:7"}
        return Board(self._listed(spec), spec, places, edits=self.edits.get(uid)) if spec else None

    def _listed(self, spec: Mapping[str, Any]) -> Listed:
        edited = self.edits[spec["uid"]].said if spec["uid"] in self.edits else ""
        return Listed(spec["uid"], spec["title"], ("Made",), tuple(spec.get("tags", ())), edited)

    def failures(self) -> Sequence[Failed]:
        return self.failed

    def changed(self) -> None:
        """Tell the pages to fetch again."""
        self._version += 1

    @property
    def version(self) -> str:
        return str(self._version)

    async def events(self) -> AsyncIterator[str]:
        seen = self._version
        while True:
            await asyncio.sleep(0.02)
            if self._version != seen:
                seen = self._version
                yield "changed"


@contextmanager
def served(boards: Boards, data: Callable[[], DataSource] | None = None, **options: Any) -> Iterator[str]:
    """Serve the pages and yield their address."""
    sample = Sample(())
    app = preview_app(boards, data or (lambda: sample), **options)
    config = uvicorn.Config(
        app, host="127.0.0.1", port=0, log_level="critical", lifespan="off", ws="none", timeout_graceful_shutdown=1
    )
    with serving(config) as address:
        yield address


def dashboard(uid: str = "made", *panels: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """A dashboard with panels below each other."""
    placed = [
        {"id": number, "gridPos": {"x": 0, "y": 8 * number, "w": 12, "h": 8}, **panel}
        for number, panel in enumerate(panels, 1)
    ]
    return {"uid": uid, "title": more.pop("title", "A made one"), "panels": placed, **more}


def csv_panel(content: str, kind: str = "timeseries", title: str = "A panel", **more: Any) -> dict[str, Any]:
    """A panel whose data stands in its query."""
    target = {"refId": "A", "scenarioId": "csv_content", "csvContent": content}
    return {"type": kind, "title": title, "datasource": {"type": "testdata", "uid": "t"}, "targets": [target], **more}
