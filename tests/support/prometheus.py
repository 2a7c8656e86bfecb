"""A real Prometheus on a free port: a past of made-up metrics, live scrapes of the demo exporter, all rule files."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import requests

from scripts.demo_exporter.history import moments, openmetrics
from scripts.demo_exporter.serve import epoch, server, targets
from tests.support.project import catalogues


def missing() -> str:
    """Why no Prometheus can be run; empty if it can."""
    absent = [name for name in ("prometheus", "promtool") if shutil.which(name) is None]
    return f"not installed: {', '.join(absent)}" if absent else ""


@contextlib.contextmanager
def prometheus(folder: Path, rules: Sequence[Path] = (), port: int = 0) -> Iterator[str]:
    """The address of a Prometheus that holds the metrics up to now, goes on scraping them, and evaluates the rules."""
    now, known = time.time(), catalogues()
    data = folder / "data"
    text = folder / "metrics.txt"
    with text.open("w") as stream:
        stream.writelines(openmetrics(known, epoch(now), moments(now, fine_hours=2)))
    subprocess.run(
        ["promtool", "tsdb", "create-blocks-from", "openmetrics", "--quiet", str(text), str(data)],
        check=True,
        capture_output=True,
        timeout=300,
    )
    text.unlink()
    exporter = server(targets(known, epoch(now), []), 0)
    threading.Thread(target=exporter.serve_forever, daemon=True).start()
    discovery = f"http://127.0.0.1:{exporter.server_address[1]}/sd"
    (folder / "prometheus.yml").write_text(_config(discovery, rules))
    port = port or free_port()
    url = f"http://127.0.0.1:{port}"
    with (folder / "prometheus.log").open("w") as log:
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
            _wait(url, folder / "prometheus.log", sum(len(entry.targets) for entry in known), rules)
            yield url
        finally:
            process.terminate()
            process.wait(10)
            exporter.shutdown()
            exporter.server_close()


def _config(discovery: str, rules: Sequence[Path]) -> str:
    files = "".join(f"  - {path}\n" for path in rules)
    return f"""global: {{scrape_interval: 2s, evaluation_interval: 2s}}
rule_files:
{files}
scrape_configs:
  - job_name: demo
    honor_labels: true
    http_sd_configs: [{{url: "{discovery}", refresh_interval: 60s}}]
"""


def _wait(url: str, log: Path, scraped: int, rules: Sequence[Path]) -> None:
    """Until every target has been scraped twice, and the rules have been evaluated on that."""
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


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
