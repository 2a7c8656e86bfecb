"""A real Prometheus on a free port, filled with a day of made-up metrics."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import requests

from tests.support.metrics import openmetrics

CONFIG = "global: {scrape_interval: 30s, evaluation_interval: 30s}\n"


def missing() -> str:
    """Why no Prometheus can be run; empty if it can."""
    absent = [name for name in ("prometheus", "promtool") if shutil.which(name) is None]
    return f"not installed: {', '.join(absent)}" if absent else ""


@contextlib.contextmanager
def prometheus(folder: Path, port: int = 0) -> Iterator[str]:
    """The address of a Prometheus that holds the metrics up to now."""
    text = folder / "metrics.txt"
    with text.open("w") as stream:
        stream.writelines(openmetrics(time.time()))
    data = folder / "data"
    subprocess.run(
        ["promtool", "tsdb", "create-blocks-from", "openmetrics", "--quiet", str(text), str(data)],
        check=True,
        capture_output=True,
        timeout=180,
    )
    text.unlink()
    (folder / "prometheus.yml").write_text(CONFIG)
    port = port or _free_port()
    url = f"http://127.0.0.1:{port}"
    log = (folder / "prometheus.log").open("w")
    process = subprocess.Popen(
        [
            "prometheus",
            f"--config.file={folder / 'prometheus.yml'}",
            f"--storage.tsdb.path={data}",
            f"--web.listen-address=127.0.0.1:{port}",
        ],
        stdout=log,
        stderr=log,
    )
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with contextlib.suppress(requests.RequestException):
                if requests.get(f"{url}/-/ready", timeout=2).status_code == 200:
                    break
            time.sleep(0.2)
        else:
            raise RuntimeError((folder / "prometheus.log").read_text())
        yield url
    finally:
        process.terminate()
        process.wait(10)
        log.close()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
