"""Many contexts at once, without the command line."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashkit._http import Connection, Settings
from dashkit.app import fleet, push
from dashkit.app.canary import Canary
from dashkit.app.over_servers import over_servers
from dashkit.app.ports import Event, Ports
from dashkit.config.context import Context
from dashkit.config.project import load_project
from dashkit.config.selection import shard_of
from dashkit.errors import RefusedError, ServerError
from dashkit.grafana.client import Grafana
from dashkit.model.secret import Secret
from dashkit.sandbox.app import RunningSandbox
from tests.conftest import Project
from tests.support.fleet import ENV, add_prometheus, answers, emptied, running, titles, write_contexts


def ports(folder: Path, **more: Any) -> Ports:
    def connect(context: Context, _: Any) -> Grafana:
        return Grafana(Connection(Settings(url=context.url, user="admin", password=Secret("admin"))))

    def prometheus(*_: Any) -> Any:
        raise AssertionError("nobody asked for a Prometheus")

    return Ports(load_project(folder), ENV, connect, prometheus, prometheus, prometheus, **more)


@pytest.fixture(scope="module")
def started() -> Iterator[list[RunningSandbox]]:
    with running("12.3", "12.3", "12.3") as servers:
        yield servers


@pytest.fixture
def servers(started: list[RunningSandbox]) -> list[RunningSandbox]:
    return emptied(started)


def contexts(*urls: str) -> list[Context]:
    return [Context(f"c{number}", url) for number, url in enumerate(urls)]


@given(st.lists(st.sampled_from(["http://a", "http://b", "HTTP://B", "http://c", "http://d"])), st.integers(1, 6))
def test_shards_cover_all_contexts_and_share_neither_one_nor_a_server(urls: Sequence[str], count: int) -> None:
    everything = contexts(*urls)
    shares = [shard_of(everything, number, count) for number in range(count)]
    assert sorted(one.name for share in shares for one in share) == sorted(one.name for one in everything)
    servers = [{one.url.lower() for one in share} for share in shares]
    assert sum(map(len, servers)) == len(set().union(*servers))


def test_the_organisations_of_a_server_come_one_after_another_and_a_failure_concerns_one(tmp_path: Path) -> None:
    under_way: dict[str, int] = {}
    events: list[Event] = []

    def work(context: Context, _: Ports) -> str:
        under_way[context.url] = under_way.get(context.url, 0) + 1
        assert under_way[context.url] == 1
        time.sleep(0.01)
        under_way[context.url] -= 1
        if context.name == "c1":
            raise ServerError("gone")
        return context.name.upper()

    done = over_servers(contexts("x", "x", "y", "x", "y"), work, ports(tmp_path, progress=events.append), "planned")
    assert {name: str(result) for name, result in done.found.items()} == {
        "c0": "C0", "c1": "gone", "c2": "C2", "c3": "C3", "c4": "C4"
    }  # fmt: skip
    assert [(event.verb, event.done, event.total) for event in events][-1] == ("contexts planned", 5, 5)


def test_an_interrupt_finishes_what_is_under_way_and_begins_nothing_more(tmp_path: Path) -> None:
    def work(_: Context, inside: Ports) -> str:
        os.kill(os.getpid(), signal.SIGINT)
        while not inside.stopped():
            time.sleep(0.01)
        return "done"

    done = over_servers(contexts("x", "x", "x"), work, ports(tmp_path), "planned")
    assert (dict(done.found), done.interrupted) == ({"c0": "done"}, True)


def test_what_an_interrupt_leaves_undone_is_said_for_each_context(
    project: Project, servers: list[RunningSandbox]
) -> None:
    server, *_ = servers
    write_contexts(project, {"one": server.url, "two": server.url}, {"two": "uid_prefix: two-"})
    project.dashboard("a")
    project.dashboard("b")

    class Interrupted(Grafana):
        def put(self, item: Any, live: Any, secrets: Any = None) -> None:
            if item.kind == "dashboards":
                if once.acquire(blocking=False):
                    os.kill(os.getpid(), signal.SIGINT)
                while not stopped[0]():
                    time.sleep(0.01)
            super().put(item, live, secrets)

    def connect(context: Context, _: Any) -> Grafana:
        return Interrupted(Connection(Settings(url=context.url, user="admin", password=Secret("admin"))))

    stopped: list[Any] = []
    once = threading.Lock()

    def journal(place: str, label: str) -> Any:
        from dashkit.backup.journal_store import open_journal

        return open_journal(place, label)

    world = replace(ports(project.folder, journal=journal), connect=connect)
    original = push.carry_out

    def noted(prepared: Any, consent: bool, inside: Ports, commit: str | None = None) -> Any:
        stopped.append(inside.stopped)
        return original(prepared, consent, inside, commit)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(push, "carry_out", noted)
        with fleet.prepare(fleet.Request(push.Request(), groups=("prod",)), world) as prepared:
            done = fleet.carry_out(prepared, True, world)
    first, second = done.rows
    assert done.interrupted
    assert first.done.result.interrupted
    # What was under way is there, and whole.
    assert {titles(server, "a"), titles(server, "b")} & {"a", "b"}
    assert (second.tried, str(second.error)) == (False, "not tried: interrupted")
    assert titles(server, "two-a") is None


def prepared_rows(world: Ports, **options: Any) -> list[tuple[str, bool]]:
    with fleet.prepare(fleet.Request(push.Request(dry_run=True), groups=("prod",), **options), world) as prepared:
        return [(row.context.name, bool(row.prepared and row.prepared.differs)) for row in prepared.rows]


def test_the_canary_is_looked_at_until_the_time_is_up(project: Project, servers: list[RunningSandbox]) -> None:
    first, second, _ = servers
    write_contexts(project, {"one": first.url, "two": second.url})
    project.dashboard("a")
    add_prometheus(first)
    answers(first, "")
    slept: list[float] = []
    world = ports(project.folder, sleep=slept.append)
    request = fleet.Request(push.Request(), groups=("prod",), canary=Canary("one", 150.0))
    with fleet.prepare(request, world) as prepared:
        done = fleet.carry_out(prepared, False, world)
    assert slept == [60.0, 60.0, 30.0]
    assert done.verdict
    assert done.verdict.ok
    assert titles(second, "a") == "a"
    assert prepared_rows(world) == [("one", False), ("two", False)]


def test_a_failure_that_comes_later_ends_the_wait(project: Project, servers: list[RunningSandbox]) -> None:
    first, second, _ = servers
    write_contexts(project, {"one": first.url, "two": second.url})
    project.dashboard("a")
    add_prometheus(first)
    answers(first, "", "boom")
    slept: list[float] = []
    world = ports(project.folder, sleep=slept.append)
    request = fleet.Request(push.Request(), groups=("prod",), canary=Canary("one", 600.0, roll_back=True))
    with fleet.prepare(request, world) as prepared:
        done = fleet.carry_out(prepared, False, world)
    assert slept == [60.0]
    assert done.verdict
    assert [problem.message for problem in done.verdict.problems] == ["boom"]
    assert [row.tried for row in done.rows] == [True, False]
    assert (titles(first, "a"), titles(second, "a")) == (None, None)


def test_an_interrupt_of_the_wait_pushes_to_nobody_else(project: Project, servers: list[RunningSandbox]) -> None:
    first, second, _ = servers
    write_contexts(project, {"one": first.url, "two": second.url})
    project.dashboard("a")
    add_prometheus(first)
    answers(first, "")

    def interrupted(_: float) -> None:
        raise KeyboardInterrupt

    world = ports(project.folder, sleep=interrupted)
    request = fleet.Request(push.Request(), groups=("prod",), canary=Canary("one", 600.0, roll_back=True))
    with fleet.prepare(request, world) as prepared:
        done = fleet.carry_out(prepared, False, world)
    assert done.interrupted
    assert (titles(first, "a"), titles(second, "a")) == ("a", None)  # the person decides what becomes of it


def test_a_context_that_another_run_writes_to_is_left_out(project: Project, servers: list[RunningSandbox]) -> None:
    first, second, _ = servers
    write_contexts(project, {"one": first.url, "two": second.url})
    project.dashboard("a")
    world = ports(project.folder)
    everywhere = fleet.Request(push.Request(), groups=("prod",))
    with push.prepare(push.Request(context_name="one"), world), fleet.prepare(everywhere, world) as prepared:
        done = fleet.carry_out(prepared, False, world)
    assert isinstance(done.rows[0].error, RefusedError)
    assert (titles(first, "a"), titles(second, "a")) == (None, "a")


def test_each_document_is_compiled_and_checked_once_for_all(project: Project, servers: list[RunningSandbox]) -> None:
    write_contexts(project, {f"c{number}": server.url for number, server in enumerate(servers)})
    project.dashboard("a")
    compiled: list[int] = []

    def compile_(of: Any) -> Any:
        from dashkit.app.source import compiled as real

        compiled.append(1)
        return real(of)

    world = ports(project.folder, compile=compile_)
    checks: list[frozenset[str]] = []
    from dashkit.app import fleet_plan

    def counted(*arguments: Any) -> Any:
        checks.append(arguments[2])
        return real_check(*arguments)

    real_check = fleet_plan.check_push
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fleet_plan, "check_push", counted)
        with fleet.prepare(fleet.Request(push.Request(), groups=("prod",)), world) as prepared:
            assert all(row.writes for row in prepared.rows)
    assert (compiled, checks) == ([1], [frozenset({"a"})])
