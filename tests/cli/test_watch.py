"""``dashkit watch`` as it is run: a process that notices saves."""

from __future__ import annotations

import json
import re
import signal
import time
from typing import Any

import pytest
import requests

from dashkit.sandbox.app import RunningSandbox, Sandbox
from dashkit.sandbox.faults import Fault
from dashkit.sandbox.flavour import FLAVOURS
from dashkit.sandbox.store import Store
from tests.conftest import SAVE, Program, Project, environment
from tests.support.watching import watching

ADMIN = ("admin", "admin")


def stored(running: RunningSandbox, uid: str) -> dict[str, Any]:
    value: dict[str, Any] = requests.get(f"{running.url}/api/dashboards/uid/{uid}", auth=ADMIN, timeout=5).json()
    return value


def test_each_save_is_pushed_until_ctrl_c(project: Project, sandbox: RunningSandbox) -> None:
    project.dashboard("a")
    with watching(project.folder, env=environment(sandbox)) as watch:
        watch.until(f"created a {sandbox.url}/d/a")
        project.dashboard("a", expr="sum(up)")
        watch.until(f"updated a {sandbox.url}/d/a")
        assert "sum(up)" in str(stored(sandbox, "a"))
        project.dashboard("b")
        watch.until("created b")
        assert watch.stop() == 0
    assert "Traceback" not in "\n".join(watch.printed)


def test_a_broken_module_is_named_with_its_line_and_pushed_once_it_is_mended(
    project: Project, sandbox: RunningSandbox
) -> None:
    project.dashboard("a")
    broken = project.write("dashboards/ops/b.py", "from dashkit.authoring import timeserie\n")
    with watching(project.folder, env=environment(sandbox)) as watch:
        watch.until("created a")
        watch.until("dashboards/ops/b.py:1: error: ImportError")
        watch.until("did you mean")
        broken.write_text("import os\nos._exit(3)\n")
        watch.until("error: it calls os._exit()")
        project.dashboard("b")
        watch.until("created b")
        project.write("dashkit.yaml", "project: [\n")
        watch.until("dashkit.yaml")
        project.write("dashkit.yaml", "project: test\n")
        watch.until("nothing to push: 2 dashboards unchanged")
        assert watch.stop(signal.SIGTERM) == 0


def test_a_module_that_hangs_is_given_up_when_it_is_saved_again(project: Project, sandbox: RunningSandbox) -> None:
    project.dashboard("a")
    with watching(project.folder, env=environment(sandbox)) as watch:
        watch.until("created a")
        marker = project.folder / "began"
        project.write(
            "dashboards/ops/b.py",
            f"import pathlib, sys, time\nprint('hangs', file=sys.stderr, flush=True)\npathlib.Path({str(marker)!r}).touch()\ntime.sleep(600)\n",
        )
        watch.until("hangs")
        project.dashboard("b")
        watch.until("created b")
        project.write(
            "dashboards/ops/c.py", "import sys, time\nprint('hangs', file=sys.stderr, flush=True)\ntime.sleep(600)\n"
        )
        watch.until("hangs")
        assert watch.stop() == 0
    assert "Traceback" not in "\n".join(watch.printed)


def test_an_edit_in_grafana_is_left_alone_with_the_command_that_takes_it_over(
    project: Project, sandbox: RunningSandbox
) -> None:
    project.dashboard("a")
    with watching(project.folder, env=environment(sandbox)) as watch:
        watch.until("created a")
        found = stored(sandbox, "a")
        body = {"dashboard": {**found["dashboard"], "title": "By hand"}, "folderUid": found["meta"]["folderUid"]}
        requests.post(f"{sandbox.url}/api/dashboards/db", json=body, auth=ADMIN, timeout=5).raise_for_status()
        project.dashboard("a", expr="sum(up)")
        assert "edited in the UI by admin" in watch.until("left alone a: ")
        watch.until("-> dashkit absorb a --context environment")
        project.dashboard("a", title="By hand")
        watch.until("updated a")
        assert watch.stop() == 0


def test_a_server_that_is_away_is_said_once_and_gets_everything_when_it_is_back(project: Project) -> None:
    with RunningSandbox(Sandbox(Store(), FLAVOURS["12.3"])) as running:
        port, env = int(running.url.rpartition(":")[2]), environment(running)
    project.dashboard("a")
    with watching(project.folder, env=env) as watch:
        watch.until("Grafana does not answer")
        project.dashboard("b")
        with RunningSandbox(Sandbox(Store(), FLAVOURS["12.3"]), port=port):
            watch.until("created a")
            assert watch.stop() == 0
    assert sum("does not answer" in line for line in watch.printed) == 1


def test_ctrl_c_finishes_what_is_being_written(project: Project, sandbox: RunningSandbox) -> None:
    project.dashboard("a")
    sandbox.sandbox.faults.add(Fault(method="POST", path=SAVE, latency=1.5))
    with watching(project.folder, env=environment(sandbox)) as watch:
        watch.until("Pushing each save")
        while not any(re.fullmatch(SAVE, path) for method, path in list(sandbox.sandbox.requests) if method == "POST"):
            assert watch.process.poll() is None
            time.sleep(0.01)
        assert watch.stop() == 0
        watch.until("created a")
    assert stored(sandbox, "a")["dashboard"]["title"] == "a"


def test_json_is_a_line_for_each_pass(project: Project, sandbox: RunningSandbox) -> None:
    project.dashboard("a")
    with watching(project.folder, "--format", "json", "--quiet", env=environment(sandbox)) as watch:
        first = json.loads(watch.until("{"))
        project.dashboard("a", expr="sum(")
        second = json.loads(watch.until("{"))
        assert watch.stop() == 0
    assert first["pushed"] == [
        {"kind": "dashboard", "uid": "a", "title": "a", "created": True, "url": f"{sandbox.url}/d/a"}
    ]
    (problem,) = second["problems"]
    assert (problem["rule"], problem["location"]["path"]) == ("DK301", "dashboards/ops/a.py")
    assert second["pushed"] == []


def test_a_protected_context_is_refused_before_anything_is_sent(
    project: Project, sandbox: RunningSandbox, dashkit: Program
) -> None:
    project.dashboard("a")
    config = f"project: test\ncontexts:\n  prod: {{url: '{sandbox.url}', user: admin, password_command: echo admin, protected: true}}\n"
    project.write("dashkit.yaml", config)
    for options in ((), ("--context", "prod")):
        result = dashkit("watch", *options, cwd=project.folder)
        assert result.code == 6
        assert "context 'prod' is protected" in result.err
        assert "uid_prefix: dev-" in result.err
    assert not sandbox.sandbox.requests


@pytest.mark.parametrize(("password", "code"), [("wrong", 4), ("admin", 2)])
def test_what_no_later_pass_can_mend_ends_it(
    project: Project, sandbox: RunningSandbox, dashkit: Program, password: str, code: int
) -> None:
    project.dashboard("a")
    env = {**environment(sandbox), "DASHKIT_PASSWORD": password}
    only = ["--only", "nothing"] if password == "admin" else []
    assert dashkit("watch", *only, cwd=project.folder, env=env).code == code
