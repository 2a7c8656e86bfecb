"""Archives in an object store: a real S3 server (versitygw), reached as any other through fsspec."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from dashkit._http import Connection, Settings
from dashkit.model.secret import Secret
from dashkit.sandbox.app import RunningSandbox
from tests.conftest import ROOT, environment
from tests.support.filled import fill

_SERVER = shutil.which("versitygw") or shutil.which("versitygw", path=str(ROOT / ".venv" / "bin"))
pytestmark = pytest.mark.skipif(
    _SERVER is None, reason="versitygw is not installed (scripts/test builds it where Go is)"
)
KEY, SECRET = "dashkit-key", "dashkit-hidden-secret"


@dataclass
class ObjectStore:
    """A running S3 server with one bucket, and what its files are on disk."""

    folder: Path
    env: dict[str, str]

    @property
    def objects(self) -> list[str]:
        return sorted(path.name for path in self.folder.rglob("*.zip"))


@pytest.fixture
def s3(tmp_path: Path) -> Iterator[ObjectStore]:
    assert _SERVER is not None
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data, meta = tmp_path / "s3" / "data", tmp_path / "s3" / "meta"
    (data / "bucket").mkdir(parents=True)
    meta.mkdir()
    command = [_SERVER, "--access", KEY, "--secret", SECRET, "--port", f"127.0.0.1:{port}", "--quiet"]
    server = subprocess.Popen(
        [*command, "posix", "--sidecar", str(meta), str(data)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        deadline = time.monotonic() + 20
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert time.monotonic() < deadline
            assert server.poll() is None
            time.sleep(0.05)
        env = {
            "AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
            "AWS_DEFAULT_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true",
        }  # fmt: skip
        yield ObjectStore(data / "bucket", env)
    finally:
        server.kill()
        server.wait()


Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(s3: ObjectStore, sandbox: RunningSandbox, tmp_path: Path) -> Run:
    """The program in a process of its own."""
    connection = Connection(Settings(url=sandbox.url, user="admin", password=Secret("admin")))
    fill(connection, modern=True)

    def call(*arguments: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        variables = {**os.environ, **environment(sandbox), **s3.env, **(env or {})}
        done = subprocess.run(
            [sys.executable, "-m", "dashkit", *arguments],
            cwd=tmp_path,
            env=variables,
            capture_output=True,
            text=True,
            check=False,
        )
        assert SECRET not in done.stdout + done.stderr
        return done

    return call


PLACE = "s3://bucket/grafana/archives"


def test_an_archive_goes_to_an_object_store_and_comes_back(s3: ObjectStore, run: Run) -> None:
    made = run("backup", "--output", PLACE)
    assert made.returncode == 0, made.stderr
    (name,) = s3.objects
    assert made.stdout.strip() == f"{PLACE}/{name}"
    assert name in run("archive", "list", "--archives", PLACE).stdout
    for archive in (f"{PLACE}/{name}",):
        verified = run("archive", "verify", archive)
        assert verified.returncode == 0, verified.stdout + verified.stderr
        same = run("restore", archive)
        assert same.returncode == 0, same.stdout + same.stderr
        assert "already there." in same.stdout


def test_a_context_keeps_its_archives_and_its_journal_there(
    s3: ObjectStore, run: Run, sandbox: RunningSandbox, tmp_path: Path
) -> None:
    (tmp_path / "dashkit.yaml").write_text(
        f"project: test\ncontexts:\n  prod: {{url: '{sandbox.url}', user: admin, password_command: echo admin,"
        f" backups: '{PLACE}', journal: 's3://bucket/journal'}}\n"
    )
    assert run("backup", "-q", "-c", "prod").returncode == 0
    assert run("archive", "verify", "latest", "-c", "prod").returncode == 0
    (tmp_path / "dashboards").mkdir()
    module = "from dashkit.authoring import new_dashboard as new, text\ndashboard = new('One', uid='one', panels=[text('x', 'y')])\n"
    (tmp_path / "dashboards" / "one.py").write_text(module)
    pushed = run("push", "-c", "prod", "--no-check")
    assert pushed.returncode == 0, pushed.stdout + pushed.stderr
    assert len(s3.objects) == 2
    back = run("rollback", "-c", "prod", "--yes")
    assert back.returncode == 0, back.stdout + back.stderr
    assert "Rolled back" in back.stdout


def test_forget_removes_there_too(s3: ObjectStore, run: Run) -> None:
    assert run("backup", "-q", "-o", PLACE).returncode == 0
    (new,) = s3.objects
    path = next(s3.folder.rglob(new))
    shutil.copy(path, path.with_name("dashkit-environment-20250101T000000Z.zip"))
    done = run("forget", "--archives", PLACE, "--keep-last", "1")
    assert done.returncode == 0, done.stderr
    assert s3.objects == [new]


@pytest.mark.parametrize(
    ("place", "env"),
    [
        ("s3://nobucket/x", {}),
        (PLACE, {"AWS_SECRET_ACCESS_KEY": "wrong"}),
        (PLACE, {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}),
    ],
    ids=["no-bucket", "wrong-key", "nobody-there"],
)
def test_a_store_that_refuses_is_said_and_leaves_nothing(
    s3: ObjectStore, run: Run, place: str, env: dict[str, str]
) -> None:
    done = run("backup", "--output", place, env=env)
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr
    assert s3.objects == []


def test_a_killed_run_leaves_no_object(s3: ObjectStore, sandbox: RunningSandbox, run: Run, tmp_path: Path) -> None:
    from dashkit.sandbox.faults import Fault

    sandbox.sandbox.faults.add(Fault("/api/datasources", latency=30))
    env = {**os.environ, **environment(sandbox), **s3.env}
    victim = subprocess.Popen([sys.executable, "-m", "dashkit", "backup", "-q", "-o", PLACE], cwd=tmp_path, env=env)
    deadline = time.monotonic() + 20
    while ("GET", "/api/datasources") not in sandbox.sandbox.requests and time.monotonic() < deadline:
        time.sleep(0.05)
    victim.kill()
    victim.wait()
    sandbox.sandbox.faults.clear()
    assert s3.objects == []
    again = run("backup", "-o", PLACE)
    assert again.returncode == 0, again.stderr
