"""The use cases on their own: no click, no terminal, values in and values out."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests

from dashkit._http import Connection, Settings
from dashkit.app import alerts, backup, push, restore, rollback
from dashkit.app.ports import Event, Ports
from dashkit.config.project import load_project
from dashkit.deploy.steps import Action
from dashkit.errors import RefusedError
from dashkit.grafana.client import Grafana
from dashkit.metrics.alertmanager import Alertmanager
from dashkit.metrics.prometheus import Prometheus
from dashkit.model.secret import Secret
from dashkit.sandbox.app import RunningSandbox
from tests.conftest import ROOT, Project
from tests.support.alerting import ALERTS, evaluated, write_shop

AUTH = ("admin", "admin")
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.fixture
def shop(project: Project) -> Project:
    """A project with an alert, a recording rule and routing."""
    return write_shop(project)


def ports(project: Project, sandbox: RunningSandbox, **environ: str) -> Ports:
    """The sandbox for each context, and a clock that stands still."""

    def connect(*_: Any) -> Grafana:
        return Grafana(Connection(Settings(url=sandbox.url, user="admin", password=Secret("admin"))))

    def prometheus(*_: Any) -> Prometheus:
        raise AssertionError("nobody asked for a Prometheus")

    def alertmanager(*_: Any) -> Alertmanager:
        raise AssertionError("nobody asked for an Alertmanager")

    return Ports(
        load_project(project.folder), environ, connect, prometheus, prometheus, alertmanager, clock=lambda: NOW
    )


def test_a_push_a_backup_a_restore_and_a_rollback_need_no_command_line(
    project: Project, each_sandbox: RunningSandbox
) -> None:
    project.dashboard("one")
    project.dashboard("two")
    events: list[Event] = []
    world = replace(ports(project, each_sandbox, DASHKIT_URL=each_sandbox.url), progress=events.append)
    with push.prepare(push.Request(), world) as prepared:
        assert [step.action for step in prepared.dashboards.steps] == [Action.CREATE, Action.CREATE]
        assert push.questions(prepared) == ()
        done = push.carry_out(prepared, False, world)
    assert done.result.done == 2
    assert re.fullmatch("20261124T120000Z-[0-9a-f]{4}", done.result.kept)
    # The folder, too.
    assert [(event.verb, event.done, event.total) for event in events] == [
        ("written", 1, 3),
        ("written", 2, 3),
        ("written", 3, 3),
    ]
    with push.prepare(push.Request(dry_run=True), world) as prepared:
        assert not prepared.differs

    archive = backup.carry_out(backup.prepare(backup.Request(), world), world)
    assert archive.failures == []
    assert Path(archive.where).is_file()
    requests.delete(f"{each_sandbox.url}/api/dashboards/uid/one", auth=AUTH, timeout=5).raise_for_status()
    with restore.prepare(restore.Request("latest"), world) as plan:
        assert [step.ref.key for step in plan.steps if step.writes] == ["one", "one"]  # with its permissions
        with pytest.raises(RefusedError, match="not confirmed"):
            restore.carry_out(plan, False, world)
        assert restore.carry_out(plan, True, world).errors == [None, None]

    with rollback.prepare(rollback.Request(), world) as undo:
        assert [question.loss for question in rollback.questions(undo)] == [
            "2 objects, of which one, two would be deleted would change"
        ]
        assert rollback.carry_out(undo, True, world).result.done == 2
    with push.prepare(push.Request(dry_run=True), world) as prepared:
        assert prepared.differs


def test_a_group_that_somebody_changes_while_the_question_waits_is_not_written_over(
    shop: Project, each_sandbox: RunningSandbox
) -> None:
    evaluated(shop, each_sandbox)
    world = ports(shop, each_sandbox)
    with alerts.prepare(alerts.Request(), world) as prepared:
        assert alerts.carry_out(prepared, True, world).result.errors == [None]
    shop.write("dashboards/alerts/shop.py", ALERTS.format(limit=7))
    with alerts.prepare(alerts.Request(on_drift="overwrite"), world) as prepared:
        server = prepared.connected.server
        (group,) = server.items("alert-rules")
        theirs = {**group.content["rules"][0], "for": "42m"}
        changed = {**group.content, "rules": [theirs, *group.content["rules"][1:]]}
        server.put(replace(group, content=changed), group)
        done = alerts.carry_out(prepared, True, world)
    assert [str(error) for error in done.result.errors] == [f"{group.key}: changed by someone since the plan was made"]
    assert done.result.kept == ""  # nothing was written, so nothing had to be kept
    (now,) = server.items("alert-rules")
    assert now.content["rules"][0]["for"] == "42m"


def test_the_use_cases_load_neither_click_nor_a_server_nor_a_web_framework() -> None:
    code = (
        "import sys, pkgutil, importlib, dashkit.app\n"
        "for found in pkgutil.iter_modules(dashkit.app.__path__): importlib.import_module(f'dashkit.app.{found.name}')\n"
        "bad = ('click', 'starlette', 'dashkit.cli', 'dashkit.grafana', 'dashkit.report', 'dashkit.sandbox')\n"
        "print([name for name in bad if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
