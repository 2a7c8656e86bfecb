"""The demo exporter, real exporters of this machine, and a real Prometheus with the project's rules; all on loopback.

``python -m scripts.demo_exporter.stack FOLDER``; `scripts/demo --prometheus` calls it.
"""

from __future__ import annotations

import argparse
import contextlib
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from dashkit.metrics.catalogue import read_catalogues
from scripts.demo_exporter import real
from scripts.demo_exporter.__main__ import CATALOGUES
from scripts.demo_exporter.curves import Windows
from scripts.demo_exporter.history import moments, openmetrics
from scripts.demo_exporter.incidents import INCIDENTS, Incident
from scripts.demo_exporter.serve import epoch, server, targets

#: Labels that a scrape of this machine's own exporters adds: the dashboards show them beside the made-up ones.
_HERE = {"system": "this-machine", "environment": "production"}


@contextlib.contextmanager
def stack(
    folder: Path,
    rules: Sequence[Path],
    *,
    port: int = 0,
    scraped_hours: float = 0,
    fine_hours: float = 2,
    interval: str = "2s",
    incidents: Sequence[Incident] = (),
    real_exporters: bool = False,
    recorded_hours: float = 0,
    systems: Collection[str] = (),
) -> Iterator[str]:
    """The address of a Prometheus that holds the past of all systems or of some, scrapes on, and evaluates the rules.

    With ``recorded_hours``, what the recording rules would have made of the past is there too.
    """
    now, known = time.time(), [one for one in read_catalogues(CATALOGUES) if not systems or one.name in systems]
    start = epoch(now)
    on: list[tuple[Incident, Windows]] = [(entry, entry.windows(start, now + 30 * 86_400)) for entry in incidents]
    folder.mkdir(parents=True, exist_ok=True)
    text, data = folder / "metrics.txt", folder / "data"
    with text.open("w") as stream:
        times = moments(now, scraped_hours=scraped_hours, fine_hours=fine_hours)
        stream.writelines(openmetrics(known, start, times, on))
    subprocess.run(
        ["promtool", "tsdb", "create-blocks-from", "openmetrics", "--quiet", str(text), str(data)],
        check=True,
        capture_output=True,
        timeout=300,
    )
    text.unlink()
    if recorded_hours:
        record_past(folder, data, rules, now, recorded_hours)
    with contextlib.ExitStack() as running:
        exporter = server(targets(known, start, on), 0)
        threading.Thread(target=exporter.serve_forever, daemon=True).start()
        running.callback(exporter.server_close)
        running.callback(exporter.shutdown)
        jobs = _real_jobs(running, folder) if real_exporters else ""
        discovery = f"http://127.0.0.1:{exporter.server_address[1]}/sd"
        (folder / "prometheus.yml").write_text(_config(discovery, rules, interval) + jobs)
        yield running.enter_context(_prometheus(folder, data, port))


@contextlib.contextmanager
def _prometheus(folder: Path, data: Path, port: int = 0) -> Iterator[str]:
    address = f"127.0.0.1:{port or real.free_port()}"
    with (folder / "prometheus.log").open("a") as log:
        process = subprocess.Popen(
            [
                "prometheus",
                f"--config.file={folder / 'prometheus.yml'}",
                f"--storage.tsdb.path={data}",
                f"--web.listen-address={address}",
            ],
            stdout=log,
            stderr=log,
        )
        try:
            yield f"http://{address}"
        finally:
            process.terminate()
            process.wait(30)


def record_past(folder: Path, data: Path, rules: Sequence[Path], end: float, hours: float) -> None:
    """Write what the recording rules would have recorded.

    promtool does not see what it records in the same run, and some rules read what others record: those come in a later run.
    """
    (folder / "prometheus.yml").write_text("scrape_configs: []\n")
    recorded, file = folder / "recorded", folder / "recording.yml"
    for ready in in_order(rules):
        file.write_text(yaml.safe_dump({"groups": [{"name": "past", "rules": ready}]}))
        with _prometheus(folder, data) as url:
            _ready(url)
            subprocess.run(
                [
                    "promtool", "tsdb", "create-blocks-from", "rules", f"--url={url}", f"--output-dir={recorded}",
                    # Without an end, it would be three hours ago.
                    f"--start={int(end - hours * 3600)}", f"--end={int(end)}", "--eval-interval=60s", str(file),
                ],
                check=True,
                capture_output=True,
                timeout=600,
            )  # fmt: skip
        for block in [entry for entry in recorded.iterdir() if (entry / "meta.json").exists()]:
            shutil.move(block, data / block.name)


def in_order(files: Iterable[Path]) -> Iterator[list[dict[str, Any]]]:
    """Yield the recording rules of rule files, those first that read nothing which another one records."""
    groups = [group for file in files for group in yaml.safe_load(file.read_text())["groups"]]
    waiting = [rule for group in groups for rule in group["rules"] if "record" in rule]
    while waiting:
        names = {rule["record"] for rule in waiting}
        reads = {id(rule): names & set(re.findall(r"[\w:]+", rule["expr"])) for rule in waiting}
        ready = [rule for rule in waiting if not reads[id(rule)]] or waiting
        yield ready
        waiting = [rule for rule in waiting if rule not in ready]


def _ready(url: str) -> None:
    for _ in range(300):
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{url}/-/ready", timeout=2) as answer:
            if answer.status == 200:
                return
        time.sleep(0.1)
    raise RuntimeError(f"Prometheus at {url} does not get ready")


def _real_jobs(running: contextlib.ExitStack, folder: Path) -> str:
    """Scrape jobs of the exporters that this machine has."""
    labels = ", ".join(f"{key}: {value}" for key, value in _HERE.items())
    found = []
    if real.have_node():
        found.append(("node", running.enter_context(real.node_exporter()), ""))
    if real.have_postgres():
        found.append(("postgres", running.enter_context(real.postgres_exporter(folder / "postgres")), ""))
    if real.have_blackbox():
        address = running.enter_context(real.blackbox_exporter())
        params = f"    metrics_path: /probe\n    params: {{module: [http_2xx], target: ['http://{address}/metrics']}}\n"
        found.append(("blackbox-http", address, params))
    for job, address, _ in found:
        print(f"a real exporter: {job} at {address}", flush=True)
    return "".join(
        f"  - job_name: real-{job}\n{more}    static_configs: [{{targets: ['{address}'], labels: {{{labels}, job: {job}}}}}]\n"
        for job, address, more in found
    )


def _config(discovery: str, rules: Sequence[Path], interval: str) -> str:
    files = "".join(f"  - {path}\n" for path in rules)
    return f"""global: {{scrape_interval: {interval}, scrape_timeout: {interval}, evaluation_interval: {interval}}}
rule_files:
{files}
scrape_configs:
  - job_name: demo
    http_sd_configs: [{{url: "{discovery}", refresh_interval: 60s}}]
"""


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where Prometheus keeps its data; emptied first")
    parser.add_argument("--rules", type=Path, default=Path("build/rules"))
    parser.add_argument("--port", type=int, default=9090)
    options = parser.parse_args(argv)
    missing = [name for name in ("prometheus", "promtool") if shutil.which(name) is None]
    if missing:
        print(f"error: {missing[0]} is not installed; on Debian: apt install prometheus", file=sys.stderr)
        return 1
    shutil.rmtree(options.folder, ignore_errors=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    rules = sorted(options.rules.resolve().glob("*.yml"))
    running = stack(
        options.folder, rules, port=options.port, scraped_hours=2, fine_hours=8, interval="15s", incidents=INCIDENTS,
        real_exporters=True, recorded_hours=8,
    )  # fmt: skip
    with running as url, contextlib.suppress(KeyboardInterrupt):
        print(f"Prometheus: {url}", flush=True)
        signal.pause()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
