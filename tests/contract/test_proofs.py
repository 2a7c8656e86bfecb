"""Answers that come from somewhere else than Grafana, with status 200: on each sandbox and each kind of write."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests

from dashkit.sandbox.app import RunningSandbox
from dashkit.sandbox.faults import Fault
from tests.conftest import SAVE, Program, Project, environment
from tests.support.alerting import ALERTS, evaluated, write_shop


@pytest.fixture
def shop(project: Project) -> Project:
    """A project with an alert, a recording rule and routing."""
    return write_shop(project)


FOREIGN: list[Any] = ["<html><body>Log in</body></html>", {"ok": True}, {"message": "please log in"}, [], None]


@pytest.mark.parametrize("body", FOREIGN)
@pytest.mark.parametrize("path", ["/api/folders", "/api/dashboards/db"])
def test_a_foreign_answer_is_no_save(
    project: Project, each_sandbox: RunningSandbox, dashkit: Program, path: str, body: Any
) -> None:
    project.dashboard("a")
    env = environment(each_sandbox)
    each_sandbox.sandbox.faults.add(Fault(path, method="POST", status=200, body=body, times=99))
    result = dashkit("push", cwd=project.folder, env=env)
    assert result.code == 4, result.out
    assert "Done" not in result.out
    each_sandbox.sandbox.faults.clear()
    assert dashkit("push", cwd=project.folder, env=env).code == 0


@pytest.mark.parametrize("body", FOREIGN)
def test_a_foreign_answer_to_what_was_saved_is_looked_up(
    project: Project, each_sandbox: RunningSandbox, dashkit: Program, body: Any
) -> None:
    project.dashboard("a")
    fault = Fault("/api/dashboards/db", method="POST", status=200, body=body, times=1, after=True)
    each_sandbox.sandbox.faults.add(fault)
    result = dashkit("push", cwd=project.folder, env=environment(each_sandbox))
    assert result.code == 0, result.out
    assert len(each_sandbox.sandbox.store.versions("a")) == 1


@pytest.mark.parametrize("body", FOREIGN)
def test_a_foreign_answer_is_no_rule(shop: Project, each_sandbox: RunningSandbox, dashkit: Program, body: Any) -> None:
    evaluated(shop, each_sandbox)
    assert dashkit("rules", "push", cwd=shop.folder).code == 0
    shop.write("dashboards/alerts/shop.py", ALERTS.format(limit=2))
    each_sandbox.sandbox.faults.add(Fault("/api/v1/provisioning/.*", method="PUT", status=200, body=body, times=99))
    assert dashkit("rules", "push", cwd=shop.folder).code == 4
    each_sandbox.sandbox.faults.clear()
    assert (
        json.loads(dashkit("rules", "diff", "--format", "json", cwd=shop.folder).out)["rules"][0]["action"] == "update"
    )


@pytest.mark.parametrize("body", FOREIGN)
def test_a_foreign_answer_is_no_restore_and_no_delete(
    project: Project, each_sandbox: RunningSandbox, dashkit: Program, body: Any
) -> None:
    path = project.dashboard("a")
    env = environment(each_sandbox)
    assert dashkit("push", cwd=project.folder, env=env).code == 0
    assert dashkit("backup", "-q", cwd=project.folder, env=env).code == 0
    path.unlink()
    project.dashboard("b")
    each_sandbox.sandbox.faults.add(Fault(".*/dashboards/(uid/)?a", method="DELETE", status=200, body=body, times=99))
    assert dashkit("push", "--prune", "--yes", cwd=project.folder, env=env).code == 5
    assert each_sandbox.sandbox.store.dashboard("a") is not None
    url = f"{each_sandbox.url}/api/dashboards/uid/a"
    each_sandbox.sandbox.faults.clear()
    requests.delete(url, auth=("admin", "admin"), timeout=5).raise_for_status()
    each_sandbox.sandbox.faults.add(Fault(SAVE, method="POST|PUT", status=200, body=body, times=99))
    restored = dashkit("restore", "latest", "--kinds", "dashboards", "--yes", cwd=project.folder, env=env)
    assert restored.code == 4, restored.out
    assert each_sandbox.sandbox.store.dashboard("a") is None
