"""What all tests share: a clean environment, no network beyond this machine, sandboxes, and the program itself."""

from __future__ import annotations

import logging
import os
import re
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

from dashkit.cli.main import run
from dashkit.sandbox.app import RunningSandbox, Sandbox
from dashkit.sandbox.flavour import FLAVOURS
from dashkit.sandbox.store import Store
from tests.support.browser import browser, open_page  # noqa: F401 - fixtures: one browser, whoever asks for it
from tests.workers import rank, scheduler

# Machines are busy at times: no test depends on how long an example takes.
settings.register_profile("dashkit", deadline=None)
settings.load_profile("dashkit")
# A shell that runs the tests in the background ignores Ctrl-C for them and for every program that they start.
signal.signal(signal.SIGINT, signal.default_int_handler)

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
_SECRET, _TOO_SHORT = re.compile("TOKEN|PASSWORD|SECRET"), 5
_TOKEN = re.compile(r"glsa_[\w-]{20,}")
_KEPT = ("PATH", "LANG", "LC_ALL", "TMPDIR", "TZ", "VIRTUAL_ENV", "SYSTEMROOT")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run first what takes longest."""
    items.sort(key=lambda item: rank(item.nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """Share the tests between workers by the file, unless another way is asked for."""
    return scheduler(config, log) if config.getoption("dist") == "load" else None


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No variable and no file of the person who runs the tests can change them."""
    home = tmp_path / "home"
    home.mkdir()
    for name in list(os.environ):
        if name not in _KEPT and not name.startswith(("DASHKIT_TEST_", "PYTEST", "COV", "HYPOTHESIS")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that reaches for the network fails, whatever the machine would allow."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else "local"
        if self.family != socket.AF_UNIX and host not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test connects to {host}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(params=["12.4", "12.3", "10.1"])
def each_sandbox(request: pytest.FixtureRequest) -> Iterator[RunningSandbox]:
    """A fresh sandbox of each version."""
    with RunningSandbox(Sandbox(Store(), FLAVOURS[request.param])) as running:
        yield running


@pytest.fixture
def sandbox() -> Iterator[RunningSandbox]:
    """A fresh sandbox of Grafana 12."""
    with RunningSandbox(Sandbox(Store(), FLAVOURS["12.3"])) as running:
        yield running


@dataclass
class Result:
    """What a run of the program gave."""

    code: int
    out: str
    err: str


Program = Callable[..., Result]


@pytest.fixture
def dashkit(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Program:
    """Run the program in this process: ``dashkit("build", cwd=folder, env={...})``."""

    def call(*arguments: str, cwd: Path | None = None, env: dict[str, str] | None = None) -> Result:
        with monkeypatch.context() as patch:
            for name, value in (env or {}).items():
                patch.setenv(name, value)
            if cwd is not None:
                patch.chdir(cwd)
            capfd.readouterr()
            code = run(arguments)
            sys.stdout.flush()
            # -vv logs to this run's stderr.
            logging.getLogger("dashkit").handlers = []
            out, err = capfd.readouterr()
        said = out + err
        hidden = [value for name, value in (env or {}).items() if _SECRET.search(name) and len(value) > _TOO_SHORT]
        # Whatever a test is about: no run of the program ever prints a token or password that it was given.
        assert [value for value in hidden if value in said] == []
        assert _TOKEN.findall(said) == []
        return Result(int(code), out, err)

    return call


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project in a folder of its own."""
    folder = tmp_path / "project"
    folder.mkdir()
    return Project(folder)


class Project:
    """A folder with dashkit.yaml and dashboard modules."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write("dashkit.yaml", "project: test\n")

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def dashboard(self, uid: str, *, title: str = "", folder: str = "ops", expr: str = "up", extra: str = "") -> Path:
        """A module with one dashboard of one panel."""
        return self.write(
            f"dashboards/{folder}/{uid.replace('-', '_')}.py" if folder else f"dashboards/{uid.replace('-', '_')}.py",
            "from dashkit.authoring import new_dashboard as new, prometheus, timeseries\n"
            f"dashboard = new({title or uid!r}, uid={uid!r}, panels=[timeseries('Panel', prometheus({expr!r}))]{extra})\n",
        )


#: The path of a save of a dashboard, with the methods POST and PUT: through the legacy API or ``/apis``.
SAVE = r"/api/dashboards/db|/apis/dashboard\..*/dashboards(/[^/]+)?"


def environment(running: RunningSandbox) -> dict[str, str]:
    """The variables that make the program talk to a sandbox as its admin."""
    return {"DASHKIT_URL": running.url, "DASHKIT_USER": "admin", "DASHKIT_PASSWORD": "admin"}
