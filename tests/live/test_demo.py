"""The made-up past of the demo: what a person sees in the first minute has data, also what rules record."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from dashkit.document.walk import panels
from scripts.demo_exporter.stack import in_order, stack
from tests.demo.test_dashboards import variables
from tests.support.project import dashboards, is_prometheus
from tests.support.prometheus import missing
from tests.support.rules import rule_files
from tests.support.variables import substitute

pytestmark = pytest.mark.skipif(bool(missing()), reason=f"no real Prometheus: {missing()}")
HOUR = 3600


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Prometheus that has a past, and has only just begun to scrape and to evaluate."""
    folder = Path(tmp_path_factory.mktemp("demo"))
    rules = [path for path in rule_files(folder) if path.stem == "shop"]
    with stack(
        folder / "stack",
        rules,
        scraped_hours=1,
        fine_hours=2,
        recorded_hours=1,
        interval="15s",
        systems={"prometheus", "shop"},
    ) as url:
        deadline = time.monotonic() + 60
        while not _targets(url) and time.monotonic() < deadline:
            time.sleep(0.5)
        yield url


def _targets(url: str) -> bool:
    try:
        answer = requests.get(f"{url}/api/v1/query", params={"query": "up"}, timeout=5).json()
    except requests.RequestException:
        return False
    return bool(answer["data"]["result"])


def points(url: str, expr: str, seconds: int, step: int) -> list[int]:
    """How many points each series has within the last seconds."""
    now = time.time()
    asked = {"query": expr, "start": now - seconds, "end": now - 30, "step": step}
    answer = requests.get(f"{url}/api/v1/query_range", params=asked, timeout=60).json()
    assert answer["status"] == "success", (expr, answer)
    return [len(series["values"]) for series in answer["data"]["result"]]


def test_no_panel_of_the_objectives_is_empty(past: str) -> None:
    (board,) = [entry for entry in dashboards() if entry.uid == "shop-slo"]
    values = variables(past, board.spec)
    thin = {}
    for placed in panels(board.spec):
        for target in placed.panel.get("targets", []):
            if is_prometheus(placed.panel, target):
                # Half an hour that nobody scraped and no rule was evaluated in.
                found = points(past, substitute(target["expr"], values), HOUR // 2, 60)
                if not found or max(found) < 25:
                    thin[placed.panel["title"]] = found
    assert thin == {}


def test_a_view_of_an_hour_shows_lines_not_dots(past: str) -> None:
    """At an hour, Grafana asks for a point each 15 s, and ``$__rate_interval`` is a minute."""
    found = points(past, 'sum by (service) (rate(http_requests_total{system="shop"}[1m]))', HOUR // 2, 15)
    assert len(found) >= 3
    assert min(found) > 110


def test_rules_are_run_after_those_that_they_read(tmp_path: Path) -> None:
    rules = rule_files(tmp_path)
    seen: set[str] = set()
    steps = list(in_order(rules))
    recorded = {rule["record"] for step in steps for rule in step}
    for step in steps:
        for rule in step:
            assert set(re.findall(r"[\w:]+", rule["expr"])) & recorded <= seen, rule
        seen |= {rule["record"] for rule in step}
    assert len(steps) >= 2
