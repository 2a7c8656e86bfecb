"""One measured half of the push benchmark: ``python - create|post|keep|part|list URL COUNT``. Prints its figures as JSON.

Only the work between plan and outcome is measured: dashboards are made before the clock starts.
"""

from __future__ import annotations

import json
import logging
import resource
import sys
import time


def main() -> None:
    what, url, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    wanted = desired_dashboards(count)
    size = len(json.dumps(wanted[0].spec)) if wanted else 0
    work = {"create": _push, "keep": _push, "part": _push_part, "post": _post, "list": _list}[what]
    from dashkit.cli.main import collect_seldom

    collect_seldom()
    started, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF)
    requests = work(url, wanted)
    after = resource.getrusage(resource.RUSAGE_SELF)
    if what == "post":
        _remove(url, wanted)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(json.dumps({"cpu": cpu, "wall": time.monotonic() - started, "requests": requests, "bytes": size}))


def desired_dashboards(count: int) -> list:
    """Return dashboards of 20 KB to push."""
    from dashkit.deploy.desired import Adjustments, desired
    from dashkit.document.normalise import Origin, normalise
    from dashkit.model.dashboard import CompiledDashboard, Location

    compiled = []
    for number in range(count):
        panels = [
            {
                "type": "timeseries", "title": f"Panel {i}", "datasource": {"type": "prometheus", "uid": "prom"},
                "description": "What good looks like. " * 12,
                "fieldConfig": {"defaults": {"unit": "s", "custom": {"fillOpacity": 10, "lineWidth": 2}}, "overrides": []},
                "options": {"legend": {"showLegend": True, "displayMode": "list", "placement": "bottom", "calcs": []}},
                "targets": [
                    {"expr": f'sum(rate(a_total{{job="{number}"}}[5m])) ' + "+ vector(0) " * 20, "refId": r} for r in "AB"
                ],
            }
            for i in range(14)
        ]  # fmt: skip
        spec = normalise({"uid": f"push-{number}", "title": f"Push {number}", "panels": panels}, Origin.PYTHON).spec
        compiled.append(CompiledDashboard(spec["uid"], spec["title"], (), spec, Location("bench", 1)))
    return desired(compiled, Adjustments("dashkit:bench"), frozenset())


def json_files(count: int) -> None:
    """Write dashboards to JSON files of a project in this directory, as `dashkit pull` would."""
    from pathlib import Path

    from dashkit import _json

    Path("dashkit.yaml").write_text("project: bench\n", encoding="utf-8")
    Path("dashboards").mkdir(exist_ok=True)
    for item in desired_dashboards(count):
        Path(f"dashboards/{item.uid}.json").write_bytes(_json.pretty({**item.spec, "uid": item.uid}))


def _push(url: str, wanted: list, *, orphans: bool = True) -> int:
    from dashkit._http import Connection, Settings
    from dashkit.deploy.apply import apply
    from dashkit.deploy.plan_input import Policy
    from dashkit.deploy.read import make_plan
    from dashkit.grafana.client import Grafana
    from dashkit.model.secret import Secret

    seen: list[logging.LogRecord] = []
    handler = logging.Handler()
    handler.emit = seen.append
    logging.getLogger("dashkit.http").addHandler(handler)
    logging.getLogger("dashkit.http").setLevel(logging.DEBUG)
    grafana = Grafana(Connection(Settings(url=url, user="admin", password=Secret("admin"))))
    plan = make_plan(wanted, grafana, Policy(), owner_tag="dashkit:bench", orphans=orphans)
    assert not any(apply(plan.folders, plan.steps, grafana).errors)
    return len(seen)


def _push_part(url: str, wanted: list) -> int:
    return _push(url, wanted[:35], orphans=False)


def _post(url: str, wanted: list) -> int:
    import requests

    session = requests.Session()
    session.auth = ("admin", "admin")
    bodies = [
        json.dumps({"dashboard": {**item.spec, "uid": f"{item.uid}-bare"}, "overwrite": False}) for item in wanted
    ]
    for body in bodies:
        session.post(f"{url}/api/dashboards/db", data=body, headers={"Content-Type": "application/json"}, timeout=60)
    return len(bodies)


def _remove(url: str, wanted: list) -> None:
    """So that the lists that follow hold what was pushed, and no more."""
    import requests

    session = requests.Session()
    session.auth = ("admin", "admin")
    for item in wanted:
        session.delete(f"{url}/api/dashboards/uid/{item.uid}-bare", timeout=60)


def _list(url: str, _wanted: list) -> int:
    import requests

    session = requests.Session()
    session.auth = ("admin", "admin")
    token, count = "", 0
    while True:
        path = "/apis/dashboard.grafana.app/v0alpha1/namespaces/default/dashboards"
        params = {"limit": 1000, **({"continue": token} if token else {})}
        page = session.get(url + path, params=params, timeout=60).json()
        count += 1
        token = page["metadata"].get("continue")
        if not token:
            return count


if __name__ == "__main__":
    main()
