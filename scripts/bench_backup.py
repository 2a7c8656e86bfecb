"""The backup half of the benchmark: ``python - fill FILE COUNT``, ``loop URL``, ``backup|verify|restore ...``.

``fill`` makes a sandbox's file with dashboards of 20 KB; ``loop`` reads them as a simple script would, one GET after another;
the others run the program and print what it took.
"""

from __future__ import annotations

import json
import random
import resource
import sys
import time
from pathlib import Path
from typing import Any

SIZE = 20_000
WORDS = [
    "request",
    "error",
    "queue",
    "worker",
    "tool",
    "cache",
    "latency",
    "budget",
    "commit",
    "order",
    "payment",
    "agent",
    "token",
    "batch",
    "stream",
    "index",
]


def main() -> None:
    what, *arguments = sys.argv[1:]
    if what == "fill":
        _fill(Path(arguments[0]), int(arguments[1]))
        return
    started, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF)
    if what == "loop":
        figures: dict[str, Any] = {"objects": _loop(arguments[0])}
    else:
        from dashkit.cli.main import run

        code = run(arguments)
        if code:
            raise SystemExit(f"dashkit {' '.join(arguments)}: {code}")
        figures = {}
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(json.dumps({**figures, "own_cpu": cpu, "own_wall": time.monotonic() - started, "own_rss": after.ru_maxrss}))


def _fill(path: Path, count: int) -> None:
    from dashkit.sandbox.records import Dashboard, Folder
    from dashkit.sandbox.store import Store, now

    store, moment = Store(path), now()
    store.put_folder(Folder("bench", store.next_id("folder-or-dashboard"), "Bench", "", 1, moment, moment, "admin"))
    with store.transaction():
        for number in range(count):
            spec = {"title": f"Bench {number}", "schemaVersion": 42, "tags": [f"t{number}"], "panels": _panels(number)}
            dashboard = Dashboard(
                f"bench-{number}", store.next_id("folder-or-dashboard"), f"Bench {number}", "bench", 1, "v0alpha1",
                [], spec, "", moment, moment, "admin", "admin",
            )  # fmt: skip
            store.put_dashboard(dashboard, message="", author="admin")
            store.put_document("dashboard-permissions", dashboard.uid, {"items": [{"role": "Viewer", "permission": 1}]})
    store.close()


def _panels(number: int) -> list[dict[str, Any]]:
    """Panels of 20 KB in all, with queries of their own, so that they pack as real ones do."""
    chance, panels = random.Random(number), []
    while len(json.dumps(panels)) < SIZE - 600:
        name = f"{chance.choice(WORDS)}_{chance.choice(WORDS)}_{chance.getrandbits(32):x}"
        query = f'sum by (service) (rate({name}_total{{job="{chance.getrandbits(24):x}"}}[5m])) > {chance.random():.4f}'
        panels.append(
            {
                "id": len(panels) + 1, "type": "timeseries", "title": name, "gridPos": {"h": 8, "w": 12, "x": 0, "y": 0},
                "datasource": {"type": "prometheus", "uid": "prom"}, "targets": [{"refId": "A", "expr": query}],
                "description": " ".join(chance.choices(WORDS, k=30)), "options": {"legend": {"showLegend": True}},
                "fieldConfig": {"defaults": {"unit": "s", "custom": {"fillOpacity": 10}}, "overrides": []},
            }
        )  # fmt: skip
    return panels


def _loop(url: str) -> int:
    """Dashboards and their permissions, one request after another, each written to a file of its own in a ZIP."""
    import io
    import zipfile

    import requests

    session = requests.Session()
    session.auth = ("admin", "admin")
    hits = session.get(f"{url}/api/search", params={"type": "dash-db", "limit": 5000, "page": 1}).json()
    page = 2
    while len(hits) % 5000 == 0 and hits:
        more = session.get(f"{url}/api/search", params={"type": "dash-db", "limit": 5000, "page": page}).json()
        if not more:
            break
        hits, page = hits + more, page + 1
    with zipfile.ZipFile(io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as archive:
        for hit in hits:
            for kind, path in (("dashboards", ""), ("permissions", "/permissions")):
                value = session.get(f"{url}/api/dashboards/uid/{hit['uid']}{path}").json()
                archive.writestr(f"{kind}/{hit['uid']}.json", json.dumps(value, indent=2))
    return 2 * len(hits)


main()
