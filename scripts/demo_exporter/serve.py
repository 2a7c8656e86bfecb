"""Serve every target of the catalogue from one port, with service discovery for a Prometheus.

``/sd`` lists the targets for ``http_sd_configs``; each has a path of its own, since one process plays them all.
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from prometheus_client.core import Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from dashkit.metrics.catalogue import Catalogue, Scraped
from scripts.demo_exporter.curves import Windows
from scripts.demo_exporter.incidents import Incident
from scripts.demo_exporter.model import Series, all_series

LOOK_BACK = 30 * 86_400.0
"""Counters began this long ago, at a midnight: two processes started on the same day agree on them."""


def epoch(now: float) -> float:
    """When the counters stood at zero."""
    return (now - LOOK_BACK) // 86_400 * 86_400


class Target:
    """What one scrape of one target answers; the collector protocol of prometheus_client."""

    def __init__(self, series: Sequence[Series], down: Iterable[Windows] = ()) -> None:
        self._series = series
        self._down = tuple(down)

    def is_down(self, t: float) -> bool:
        return any(windows.on(t) for windows in self._down)

    def collect(self) -> Iterable[Metric]:
        now = time.time()
        families: dict[str, Metric] = {}
        for series in self._series:
            metric = series.metric
            # prometheus_client gives every counter the suffix _total; some exporters have counters without it.
            counts = metric.kind == "counter" and metric.name.endswith("_total")
            kind = metric.kind if counts or metric.kind in ("gauge", "histogram") else "unknown"
            name = metric.name.removesuffix("_total") if counts else metric.name
            family = families.setdefault(metric.name, Metric(name, metric.help, kind))
            for sample, labels, value in series.samples(now):
                family.add_sample(sample, labels, value)
        return families.values()


def targets(
    catalogues: Sequence[Catalogue], start: float, incidents: Iterable[tuple[Incident, Windows]]
) -> list[tuple[Scraped, Target]]:
    """All targets with what they export."""
    known = list(incidents)
    series: dict[tuple[str, str], list[Series]] = defaultdict(list)
    recorded = {name for catalogue in catalogues for name in catalogue.recorded}
    places: dict[tuple[str, str], Scraped] = {}
    for entry in all_series(catalogues, start, known):
        key = (entry.target.job, entry.target.instance)
        places.setdefault(key, entry.target)
        if entry.metric.name not in recorded:
            series[key].append(entry)
    return [(places[key], Target(series[key], down(places[key], known))) for key in places]


def down(target: Scraped, incidents: Iterable[tuple[Incident, Windows]]) -> list[Windows]:
    """When incidents let the target not answer."""
    return [
        windows
        for incident, windows in incidents
        for effect in incident.effects
        if effect.metric == "up" and effect.where.items() <= target.added.items()
    ]


def server(found: Sequence[tuple[Scraped, Target]], port: int) -> ThreadingHTTPServer:
    """An HTTP server on loopback; not started yet."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/sd":
                self._answer(200, "application/json", json.dumps(self._discovery()).encode())
                return
            _, _, number = self.path.partition("/targets/")
            if not number.isdigit() or int(number) >= len(found):
                self._answer(404, "text/plain", b"see /sd and /targets/0\n")
                return
            target = found[int(number)][1]
            if target.is_down(time.time()):
                self._answer(503, "text/plain", b"down, as an incident has it\n")
                return
            self._answer(200, CONTENT_TYPE_LATEST, generate_latest(target))

        def _discovery(self) -> list[dict[str, object]]:
            address = f"127.0.0.1:{listening.server_port}"
            return [
                {"targets": [address], "labels": {**scraped.added, "__metrics_path__": f"/targets/{number}"}}
                for number, (scraped, _) in enumerate(found)
            ]

        def _answer(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    return listening
