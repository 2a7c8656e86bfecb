"""A project that is followed while its modules are edited."""

from __future__ import annotations

import asyncio
import functools
import os
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from dashkit._files import write_atomic
from dashkit.app.preview import Snapshot, snapshot
from dashkit.config.project import load_project
from dashkit.model.problem import Problem
from dashkit.web import live
from dashkit.web.live import LiveProject
from dashkit.web.process import in_new_process
from dashkit.web.saves import saves
from tests.conftest import Project
from tests.support.loop import run


def compiled(folder: Path) -> Snapshot:
    return snapshot(load_project(folder), ())


def ended() -> Snapshot:
    os._exit(3)


def endless() -> Snapshot:
    time.sleep(60)
    return Snapshot()


def working_in(folder: Path) -> Snapshot:
    with tempfile.TemporaryDirectory(dir=folder):
        time.sleep(60)
    return Snapshot()


def failing() -> Snapshot:
    raise ValueError("an odd document")


def nothing() -> dict[str, list[Problem]]:
    return {}


@pytest.fixture
def following(project: Project) -> LiveProject:
    project.dashboard("checkout")
    return LiveProject(functools.partial(compiled, project.folder), nothing, [project.folder / "dashboards"])


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


def test_a_job_that_fails_says_how(following: LiveProject) -> None:
    async def steps() -> None:
        following._compile = failing
        await read(following)
        assert following.failures()[0].message == "ValueError: an odd document"

    run(steps())


def test_a_save_ends_the_reading_of_a_module_that_hangs(following: LiveProject, project: Project) -> None:
    async def steps() -> None:
        module = project.write("dashboards/ops/hangs.py", "import time\ntime.sleep(50)\n")
        task = asyncio.create_task(following.follow())
        await asyncio.sleep(2)
        assert following.listed() == []
        module.unlink()
        await until(lambda: len(following.listed()) == 1)
        task.cancel()

    run(steps())


def test_saves_of_files_and_of_what_is_not_there_yet_are_noticed(tmp_path: Path) -> None:
    async def steps() -> None:
        config, later = tmp_path / "dashkit.yaml", tmp_path / "dashboards"
        config.write_text("a", encoding="utf-8")
        noticed = 0

        async def notice() -> None:
            nonlocal noticed
            async for _ in saves(lambda: [config, later]):
                noticed += 1

        task = asyncio.create_task(notice())
        await asyncio.sleep(1)
        for text in ("b", "c"):  # as editors do it: a new file takes the place of the old one
            before = noticed
            write_atomic(config, text.encode())
            await until(lambda before=before: noticed > before)  # type: ignore[misc]
            await asyncio.sleep(0.3)
        before = noticed
        (tmp_path / "unrelated.txt").write_text("x", encoding="utf-8")
        await asyncio.sleep(0.7)
        assert noticed == before
        for path in (later, later / "shop.py"):
            before = noticed
            path.mkdir() if path == later else path.write_text("x = 1", encoding="utf-8")
            await until(lambda before=before: noticed > before)  # type: ignore[misc]
            await asyncio.sleep(0.3)
        task.cancel()

    run(steps())


async def until(true: Callable[[], bool]) -> None:
    """Wait for something, at most ten seconds."""
    for _ in range(200):
        if true():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("waited in vain")


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


def test_a_job_that_is_not_wanted_any_more_leaves_nothing_behind(tmp_path: Path) -> None:
    stop = threading.Event()
    folder = tmp_path / "work"
    folder.mkdir()

    def end() -> None:
        while not any(folder.iterdir()):
            time.sleep(0.01)
        stop.set()

    threading.Thread(target=end).start()
    with pytest.raises(TimeoutError):
        in_new_process(functools.partial(working_in, folder), 60, stop)
    assert list(folder.iterdir()) == []
