"""The demo exporter, real exporters of this machine, and a real Prometheus with the project's rules; all on loopback.

``python -m scripts.demo_exporter.stack FOLDER``; `scripts/demo --prometheus` calls it.
"""

from __future__ import annotations

import argparse
import contextlib
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

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
    fine_hours: float = 2,
    interval: str = "2s",
    incidents: Sequence[Incident] = (),
    real_exporters: bool = False,
) -> Iterator[str]:
    """The address of a Prometheus that holds the past, scrapes on, and evaluates the rules."""
    now, known = time.time(), read_catalogues(CATALOGUES)
    start = epoch(now)
    on: list[tuple[Incident, Windows]] = [(entry, entry.windows(start, now + 30 * 86_400)) for entry in incidents]
    folder.mkdir(parents=True, exist_ok=True)
    text, data = folder / "metrics.txt", folder / "data"
    with text.open("w") as stream:
        stream.writelines(openmetrics(known, start, moments(now, fine_hours=fine_hours), on))
    subprocess.run(
        ["promtool", "tsdb", "create-blocks-from", "openmetrics", "--quiet", str(text), str(data)],
        check=True,
        capture_output=True,
        timeout=300,
    )
    text.unlink()
    with contextlib.ExitStack() as running:
        exporter = server(targets(known, start, on), 0)
        threading.Thread(target=exporter.serve_forever, daemon=True).start()
        running.callback(exporter.server_close)
        running.callback(exporter.shutdown)
        jobs = _real_jobs(running, folder) if real_exporters else ""
        discovery = f"http://127.0.0.1:{exporter.server_address[1]}/sd"
        (folder / "prometheus.yml").write_text(_config(discovery, rules, interval) + jobs)
        address = f"127.0.0.1:{port or real.free_port()}"
        log = running.enter_context((folder / "prometheus.log").open("w"))
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
        running.callback(process.wait, 10)
        running.callback(process.terminate)
        yield f"http://{address}"


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
        options.folder, rules, port=options.port, fine_hours=6, interval="15s", incidents=INCIDENTS, real_exporters=True
    )
    with running as url, contextlib.suppress(KeyboardInterrupt):
        print(f"Prometheus: {url}", flush=True)
        signal.pause()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
