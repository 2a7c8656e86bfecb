"""A real Prometheus on a free port: a past of made-up metrics, live scrapes of the demo exporter, all rule files."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import requests

from scripts.demo_exporter.stack import stack
from tests.support.project import catalogues


def missing() -> str:
    """Why no Prometheus can be run; empty if it can."""
    absent = [name for name in ("prometheus", "promtool") if shutil.which(name) is None]
    return f"not installed: {', '.join(absent)}" if absent else ""


@contextlib.contextmanager
def prometheus(folder: Path, rules: Sequence[Path] = ()) -> Iterator[str]:
    """The address of a Prometheus whose targets have all been scraped, and whose rules have been evaluated on that."""
    with stack(folder, rules, interval="5s") as url:
        _wait(url, folder / "prometheus.log", sum(len(entry.targets) for entry in catalogues()), rules)
        yield url


@contextlib.contextmanager
def serving(config: str, folder: Path, *options: str) -> Iterator[str]:
    """The address of a Prometheus with this configuration, in which ``%s`` is its own host and port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{free.getsockname()[1]}"
    (folder / "prometheus.yml").write_text(config % place)
    command = [
        "prometheus", f"--config.file={folder / 'prometheus.yml'}", f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address={place}", *options,
    ]  # fmt: skip
    with (folder / "prometheus.log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            with contextlib.suppress(requests.RequestException):
                if requests.get(f"http://{place}/-/ready", timeout=2).ok:
                    break
            time.sleep(0.2)
        yield f"http://{place}"
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait(url: str, log: Path, scraped: int, rules: Sequence[Path]) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        with contextlib.suppress(requests.RequestException, KeyError, IndexError, ValueError):
            if int(_scalar(url, "count(count_over_time(up[20s]) >= 2)")) >= scraped and (
                not rules or int(_scalar(url, "count(slo:error_ratio:rate30d >= 0)")) >= _objectives(rules)
            ):
                return
        time.sleep(0.5)
    raise RuntimeError(f"Prometheus is not ready: {log.read_text()[-2000:]}")


def _objectives(rules: Sequence[Path]) -> int:
    return sum(path.read_text().count("record: slo:error_ratio:rate30d\n") for path in rules)


def _scalar(url: str, expr: str) -> str:
    answer: Any = requests.get(f"{url}/api/v1/query", params={"query": expr}, timeout=5).json()
    return str(answer["data"]["result"][0]["value"][1])
