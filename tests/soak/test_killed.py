"""kill -9 at random moments: never a broken archive under its name, never a lost object, and a second run completes.

A small sample runs with all tests; the whole (over 200 kills, also of an old server) is marked `soak`.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from dashkit._http import Connection, Settings
from dashkit.archive.read import open_archive
from dashkit.archive.verify import verify
from dashkit.model.secret import Secret
from dashkit.sandbox.app import RunningSandbox, Sandbox
from dashkit.sandbox.flavour import FLAVOURS
from dashkit.sandbox.store import Store
from tests.conftest import environment
from tests.support.filled import dashboard, fill, send

AUTH = ("admin", "admin")
COUNT = 60
RUNS = [pytest.param(3, id="sample"), pytest.param(80, id="all", marks=pytest.mark.soak)]


@pytest.fixture(params=["12.3", pytest.param("10.1", marks=pytest.mark.soak)])
def server(request: pytest.FixtureRequest) -> Iterator[RunningSandbox]:
    """A server with something of each kind, and some dozens of dashboards."""
    with RunningSandbox(Sandbox(Store(), FLAVOURS[request.param])) as running:
        connection = Connection(Settings(url=running.url, user="admin", password=Secret("admin")))
        fill(connection, modern=running.sandbox.flavour.modern)
        for number in range(COUNT):
            send(connection, "POST", "/api/dashboards/db", {"dashboard": dashboard(f"many-{number}", f"Many {number}")})
        yield running


class Victim:
    """Runs the program, and kills it after a while."""

    def __init__(self, folder: Path, running: RunningSandbox) -> None:
        self.folder, self.env = folder, {**os.environ, **environment(running)}

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "dashkit", *arguments]
        return subprocess.Popen(
            command, cwd=self.folder, env=self.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def whole(self, *arguments: str) -> float:
        """Seconds of a run that nobody kills; it has to succeed."""
        began = time.monotonic()
        command = [sys.executable, "-m", "dashkit", *arguments]
        done = subprocess.run(command, cwd=self.folder, env=self.env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{arguments}: {done.stdout}{done.stderr}"
        return time.monotonic() - began

    def killed(self, after: float, *arguments: str) -> bool:
        """Whether it was still at work when it was killed."""
        process = self.start(*arguments)
        time.sleep(after)
        at_work = process.poll() is None
        process.kill()
        process.wait()
        return at_work


def faults(path: Path) -> list[str]:
    with open_archive(path) as archive:
        return [f"{fault.where}: {fault.text}" for fault in verify(archive) if not fault.note]


def state(running: RunningSandbox) -> dict[str, Any]:
    """Every dashboard, with its folder."""
    return {entry.uid: (entry.spec, entry.folder) for entry in running.sandbox.store.dashboards()}


@pytest.mark.parametrize("runs", RUNS)
def test_a_killed_backup(server: RunningSandbox, tmp_path: Path, runs: int) -> None:
    victim, chance = Victim(tmp_path, server), random.Random(runs)
    usual = victim.whole("backup", "-q")
    first = next((tmp_path / "backups").glob("*.zip"))
    hits = 0
    for _ in range(runs):
        hits += victim.killed(chance.uniform(usual * 0.3, usual), "backup", "-q")
        for path in (tmp_path / "backups").glob("dashkit-*.zip"):
            assert faults(path) == []
    assert hits
    # The lock of a killed run holds nobody.
    victim.whole("backup", "-q")
    newest = max((tmp_path / "backups").glob("*.zip"))
    assert faults(newest) == []
    with open_archive(first) as old, open_archive(newest) as new:
        assert {(e.kind, e.key): e.content for e in old.manifest.entries} == {
            (e.kind, e.key): e.content for e in new.manifest.entries
        }


@pytest.mark.parametrize("runs", RUNS)
def test_a_killed_restore(server: RunningSandbox, tmp_path: Path, runs: int) -> None:
    chance = random.Random(runs + 1)
    source = Victim(tmp_path, server)
    source.whole("backup", "-q")
    archive = str(next((tmp_path / "backups").glob("*.zip")))
    wanted, hits = state(server), 0
    flavour = server.sandbox.flavour
    with RunningSandbox(Sandbox(Store(), flavour)) as empty:
        usual = Victim(tmp_path, empty).whole("restore", archive, "--yes", "-q")
    while runs > 0:
        with RunningSandbox(Sandbox(Store(), flavour)) as empty:
            victim = Victim(tmp_path, empty)
            # Several kills on the way to one server, then a run to its end.
            for _ in range(min(runs, 4)):
                hits += victim.killed(chance.uniform(usual * 0.2, usual), "restore", archive, "--yes", "-q")
                runs -= 1
            victim.whole("restore", archive, "--yes", "-q")
            assert state(empty) == wanted
            assert victim.start("archive", "diff", archive, "--exit-code").wait() == 0
            for kind in ("team", "playlist", "correlation"):
                assert len(empty.sandbox.store.documents(kind)) == len(server.sandbox.store.documents(kind))
            assert len(empty.sandbox.store.annotations()) == len(server.sandbox.store.annotations())
    assert hits


@pytest.mark.parametrize("runs", RUNS)
def test_a_killed_push(server: RunningSandbox, tmp_path: Path, runs: int) -> None:
    chance = random.Random(runs + 2)
    (tmp_path / "dashkit.yaml").write_text("project: killed\n")
    module = tmp_path / "dashboards" / "many.py"
    module.parent.mkdir()
    victim = Victim(tmp_path, server)
    foreign = state(server)
    hits = 0

    def write(number: int) -> None:
        module.write_text(
            "from dashkit.authoring import new_dashboard as new, prometheus, stat\n"
            f"dashboards = [new(f'Pushed {{n}} round {number}', uid=f'pushed-{{n}}', "
            "panels=[stat('Up', prometheus('up'))]) for n in range(30)]\n"
        )

    write(-1)
    usual = victim.whole("push", "--no-check", "-q")
    for number in range(runs):
        write(number)
        hits += victim.killed(chance.uniform(usual * 0.2, usual), "push", "--no-check", "-q")
        there = state(server)
        # What is not ours is as it was; what is ours is whole, of this round or the one before.
        assert {uid: value for uid, value in there.items() if not uid.startswith("pushed-")} == foreign
        rounds = {value[0]["title"].rpartition(" ")[2] for uid, value in there.items() if uid.startswith("pushed-")}
        assert rounds <= {str(number), str(number - 1)}
        for path in (tmp_path / ".dashkit" / "pushes").glob("dashkit-*.zip"):
            assert faults(path) == []
        victim.whole("push", "--no-check", "-q")
        assert {
            value[0]["title"].rpartition(" ")[2] for uid, value in state(server).items() if uid.startswith("pushed-")
        } == {str(number)}
    assert hits


def test_two_pushes_and_an_edit_at_once(server: RunningSandbox, tmp_path: Path) -> None:
    """Whoever loses is told; nobody's work is overwritten unseen."""
    (tmp_path / "dashkit.yaml").write_text("project: raced\n")
    module = tmp_path / "dashboards" / "many.py"
    module.parent.mkdir()

    def write(text: str) -> None:
        module.write_text(
            "from dashkit.authoring import new_dashboard as new, prometheus, stat\n"
            f"dashboards = [new(f'Raced {{n}} {text}', uid=f'raced-{{n}}', panels=[stat('Up', prometheus('up'))]) for n in range(20)]\n"
        )

    victim = Victim(tmp_path, server)
    write("before")
    victim.whole("push", "--no-check", "-q")
    other = tmp_path / "other"
    (other / "dashboards").mkdir(parents=True)
    (other / "dashkit.yaml").write_text("project: raced\n")
    write("first")
    first = victim.start("push", "--no-check", "-q")
    (other / "dashboards" / "many.py").write_text(module.read_text().replace("first", "second"))
    second = Victim(other, server).start("push", "--no-check", "-q")
    edits: dict[int, int] = {}
    for number in range(20):
        url = f"{server.url}/api/dashboards/uid/raced-{number}"
        stored = requests.get(url, auth=AUTH, timeout=10).json()
        body = {
            "dashboard": {**stored["dashboard"], "title": f"Edited {number}"}, "folderUid": stored["meta"]["folderUid"],
            "message": "by hand",
        }  # fmt: skip
        saved = requests.post(f"{server.url}/api/dashboards/db", json=body, auth=AUTH, timeout=10)
        if saved.ok:
            edits[number] = requests.get(url, auth=AUTH, timeout=10).json()["meta"]["version"]
        time.sleep(0.05)
    codes = {first.wait(), second.wait()}
    assert codes <= {0, 5, 6, 4}
    assert edits
    for number in edits:
        versions = server.sandbox.store.versions(f"raced-{number}")
        edit = next(entry for entry in versions if entry["message"] == "by hand")
        later = [entry for entry in versions if entry["version"] > edit["version"]]
        # A push over an edit would have had to read it first, and to be told to overwrite it.
        assert later == [], [entry["message"] for entry in later]
