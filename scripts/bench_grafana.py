"""Measure pushes and backups against a real Grafana: ``scripts/bench --grafana http://127.0.0.1:3000``.

It fills an organisation with dashboards of 21 KB and removes them afterwards. Each figure is a ratio to what the server itself
takes to list all of them, page by page, measured in turn in the same run. ``DASHKIT_USER`` and ``DASHKIT_PASSWORD`` name an
administrator, else ``admin`` and ``admin``. The server must be on this machine: it is there to be filled.
"""

from __future__ import annotations

import json
import logging
import os
import re
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests

from dashkit._http import Connection, Settings
from dashkit.archive.manifest import ArchiveOrigin
from dashkit.archive.write import ZipWriter
from dashkit.backup.collect import collect
from dashkit.cli.main import collect_seldom
from dashkit.deploy.apply import apply
from dashkit.deploy.desired import Desired
from dashkit.deploy.plan_input import Policy
from dashkit.deploy.read import make_plan
from dashkit.grafana.client import Grafana
from dashkit.model.item import Limits
from dashkit.model.kinds import chosen
from dashkit.model.secret import Secret

FULL, QUICK, PART = 985, 200, 35
_ROUNDS = 3
#: Permissions that Grafana answers in a second, each a request of its own; it has no list of them.
_PERMISSIONS = 77
_TAG = "dashkit:bench"


def figures(url: str, *, quick: bool, gdg: str = "") -> list[dict[str, object]]:
    """Return the figures of one server; ``gdg`` is the path of that program, to measure beside ours."""
    if urlsplit(url).hostname not in ("127.0.0.1", "localhost", "::1"):
        raise SystemExit("the server must be on this machine: the benchmark fills it with dashboards")
    collect_seldom()
    wanted = documents(QUICK if quick else FULL)
    part = wanted[:PART]
    user, password = os.environ.get("DASHKIT_USER", "admin"), os.environ.get("DASHKIT_PASSWORD", "admin")

    def grafana() -> Grafana:
        return Grafana(Connection(Settings(url=url, user=user, password=Secret(password))))

    print(f"Grafana {grafana().version}; reads: {grafana().reads}")
    try:
        create = _timed(lambda: _push(grafana(), wanted, expected=len(wanted)))
        work: dict[str, Callable[[], object]] = {
            "list": lambda: _list(url, (user, password)),
            "all": lambda: _push(grafana(), wanted),
            "part": lambda: _push(grafana(), part),
            "backup": lambda: _back_up(grafana()),
        }
        walls: dict[str, list[float]] = {name: [] for name in work}
        for _ in range(_ROUNDS):
            for name, run in work.items():
                walls[name].append(_timed(run))
        took = {name: statistics.median(found) for name, found in walls.items()}
        requests_of = {name: _counted(lambda name=name: work[name]()) for name in ("all", "part", "backup")}
        took["permissions"] = _timed(lambda: _back_up(grafana(), "dashboards,folders,dashboard-permissions"))
        peer = _gdg(gdg, url, (user, password), len(wanted)) if gdg else {}
    finally:
        _remove(grafana(), wanted)
    count = len(wanted)
    floor = took["list"] + count / _PERMISSIONS
    return [
        _figure(f"list of all {count}, page by page", took["list"], "s"),
        _figure("push new, for each dashboard", create / count * 1000, "ms"),
        _figure(f"push of {count} unchanged / list", took["all"] / took["list"], "x"),
        _figure(f"push of {count} unchanged: requests", requests_of["all"], ""),
        _figure(f"push of {PART} unchanged beside them / list", took["part"] / took["list"], "x"),
        _figure(f"push of {PART} unchanged beside them: requests", requests_of["part"], ""),
        _figure("backup of dashboards and folders / list", took["backup"] / took["list"], "x"),
        _figure("backup of dashboards and folders: requests", requests_of["backup"], ""),
        _figure(f"backup with permissions / (list + {_PERMISSIONS} a second)", took["permissions"] / floor, "x"),
        *(_figure(name, wall, "s") for name, wall in peer.items()),
    ]


def documents(count: int) -> list[Desired]:
    """Return dashboards to push."""
    from scripts.bench_push import desired_dashboards

    return desired_dashboards(count)


def _push(grafana: Grafana, wanted: list[Desired], expected: int = 0) -> None:
    plan = make_plan(wanted, grafana, Policy(), owner_tag=_TAG, orphans=len(wanted) > PART)
    assert sum(step.writes for step in plan.steps) == expected, [step.reason for step in plan.steps if step.writes][:3]
    assert not any(apply(plan.folders, plan.steps, grafana).errors)


def _timed(run: Callable[[], object]) -> float:
    started = time.monotonic()
    run()
    return time.monotonic() - started


def _gdg(program: str, url: str, auth: tuple[str, str], count: int) -> dict[str, float]:
    """Let gdg download all dashboards and upload them again, in a folder of its own."""
    user, password = auth
    context = {
        "output_path": "out", "url": url, "user_name": user, "watched": ["General"],
        "dashboard_settings": {"ignore_filters": True},
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "gdg.yml").write_text(json.dumps({"context_name": "bench", "contexts": {"bench": context}}))
        (folder / "out/secure").mkdir(parents=True)
        (folder / "out/secure/auth_bench.yaml").write_text(json.dumps({"password": password}))

        def ran(*arguments: str) -> None:
            command = [program, "--config", "gdg.yml", "backup", "dashboards", *arguments]
            subprocess.run(command, cwd=folder, check=True, capture_output=True)

        found = {"gdg: download of all": _timed(lambda: ran("download"))}
        files = list(folder.rglob("dashboards/**/*.json"))
        assert len(files) == count, f"gdg downloaded {len(files)} dashboards"
        found["gdg: upload of all"] = _timed(lambda: ran("upload", "--skip-confirmation"))
        return found


def _back_up(grafana: Grafana, kinds: str = "dashboards,folders") -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        (Path(folder) / "a.zip").open("wb") as sink,
        ZipWriter(sink) as writer,
    ):
        reports = collect(grafana, chosen([kinds]), writer, limits=Limits())
        origin = ArchiveOrigin("0", "2026-01-01T00:00:00Z", "bench", grafana.url, grafana.version, {})
        writer.finish(origin, reports)


def _list(url: str, auth: tuple[str, str]) -> None:
    """List everything, and look at nothing but the token of the next page."""
    path = f"{url}/apis/dashboard.grafana.app/v0alpha1/namespaces/default/dashboards"
    with requests.Session() as session:
        token = ""
        while True:
            params = {"limit": 1000, **({"continue": token} if token else {})}
            content = session.get(path, params=params, auth=auth, timeout=60).content
            found = re.search(rb'"continue": ?"([^"]+)"', content)
            if found is None:
                return
            token = found[1].decode()


def _counted(run: Callable[[], object]) -> int:
    with _seen() as seen:
        run()
    return len(seen)


@contextmanager
def _seen() -> Iterator[list[logging.LogRecord]]:
    seen: list[logging.LogRecord] = []
    handler, log = logging.Handler(), logging.getLogger("dashkit.http")
    handler.emit = seen.append  # type: ignore[method-assign]
    level = log.level
    log.addHandler(handler)
    log.setLevel(logging.DEBUG)
    try:
        yield seen
    finally:
        log.removeHandler(handler)
        log.setLevel(level)


def _remove(grafana: Grafana, wanted: list[Desired]) -> None:
    uids = {item.uid for item in wanted}
    for item in grafana.items("dashboards"):
        if item.key in uids:
            grafana.remove(item)


def _figure(name: str, value: float, unit: str) -> dict[str, Any]:
    return {"name": name, "value": round(value, 3), "unit": unit}
