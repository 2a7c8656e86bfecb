"""The demo exporter as a program; see ``scripts/demo-exporter --help``."""

from __future__ import annotations

import argparse
import signal
import sys
import time
from pathlib import Path

from dashkit.metrics.catalogue import Catalogue, read_catalogues
from scripts.demo_exporter.curves import Windows
from scripts.demo_exporter.history import moments, openmetrics
from scripts.demo_exporter.incidents import INCIDENTS, Incident
from scripts.demo_exporter.serve import epoch, server, targets

CATALOGUES = Path(__file__).resolve().parents[2] / "dashboards" / "shared" / "metrics"


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="scripts/demo-exporter",
        description="Serves every metric of dashboards/shared/metrics with made-up values that move as real ones do: "
        "a daily wave, noise, an incident now and then. The same moment always has the same values.",
        epilog="A Prometheus finds the targets by http_sd_configs at /sd; scripts/demo --prometheus sets one up.",
    )
    parser.add_argument("--port", type=int, default=0, help="port on loopback (default: any free one, printed)")
    parser.add_argument("--calm", action="store_true", help="without incidents")
    parser.add_argument("--incidents", action="store_true", help="list the incidents and stop")
    parser.add_argument("--history", type=float, metavar="HOURS", help="print OpenMetrics text of the past and stop")
    options = parser.parse_args(argv)
    if options.incidents:
        for incident in INCIDENTS:
            print(f"{incident.name:28} {incident.about} Every {incident.every:g} h for {incident.minutes:g} min.")
        return 0
    now = time.time()
    start = epoch(now)
    catalogues: list[Catalogue] = read_catalogues(CATALOGUES)
    incidents: list[tuple[Incident, Windows]] = (
        [] if options.calm else [(incident, incident.windows(start, now + 30 * 86_400)) for incident in INCIDENTS]
    )
    if options.history:
        times = moments(now, fine_hours=options.history, hours=max(26, options.history))
        sys.stdout.writelines(openmetrics(catalogues, start, times, incidents))
        return 0
    running = server(targets(catalogues, start, incidents), options.port)
    print(f"http://127.0.0.1:{running.server_address[1]}/sd", flush=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        running.serve_forever()
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
