"""A project that is followed while its modules are edited."""

from __future__ import annotations

import asyncio
import functools
import os
import time
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from dashkit.app.preview import Snapshot, snapshot
from dashkit.config.project import load_project
from dashkit.model.problem import Problem
from dashkit.web import live
from dashkit.web.live import LiveProject
from tests.conftest import Project


def compiled(folder: Path) -> Snapshot:
    return snapshot(load_project(folder), ())


def ended() -> Snapshot:
    os._exit(3)


def endless() -> Snapshot:
    time.sleep(60)
    return Snapshot()


def nothing() -> dict[str, list[Problem]]:
    return {}


@pytest.fixture
def following(project: Project) -> LiveProject:
    project.dashboard("checkout")
    return LiveProject(functools.partial(compiled, project.folder), nothing, [project.folder / "dashboards"])


def run(steps: Coroutine[Any, Any, None]) -> None:
    """Run in a thread of its own: that of the tests may have the loop of a browser."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, steps).result()


async def read(project: LiveProject) -> None:
    await project.read()
    assert project._checking is not None
    await project._checking


def test_a_broken_module_keeps_its_dashboards_until_it_is_mended(following: LiveProject, project: Project) -> None:
    async def steps() -> None:
        await read(following)
        assert [one.uid for one in following.listed()] == ["checkout"]
        project.write("dashboards/ops/checkout.py", "dashboard = gone\n")
        await read(following)
        assert [one.uid for one in following.listed()] == ["checkout"]
        (failure,) = following.failures()
        assert failure.where.endswith("dashboards/ops/checkout.py:1")
        project.dashboard("payments")
        (project.folder / "dashboards/ops/checkout.py").unlink()
        await read(following)
        assert [one.uid for one in following.listed()] == ["payments"]
        assert following.failures() == []

    run(steps())


@pytest.mark.parametrize(("job", "said"), [(ended, "ended the process"), (endless, "did not load within")])
def test_what_stops_a_process_stops_nothing_else(
    following: LiveProject, monkeypatch: pytest.MonkeyPatch, job: object, said: str
) -> None:
    monkeypatch.setattr(live, "_PATIENCE", 3)

    async def steps() -> None:
        await read(following)
        good = following._compile
        following._compile = job  # type: ignore[assignment]
        await read(following)
        assert said in following.failures()[0].message
        assert [one.uid for one in following.listed()] == ["checkout"]
        following._compile = good
        await read(following)
        assert following.failures() == []

    run(steps())


def test_each_page_hears_of_a_save_and_those_that_left_are_forgotten(following: LiveProject) -> None:
    async def steps() -> None:
        events = following.events()
        heard = asyncio.ensure_future(anext(events))
        await asyncio.sleep(0)
        await read(following)
        assert await heard == "changed"
        await events.aclose()  # type: ignore[attr-defined]
        assert not following._listeners

    run(steps())
