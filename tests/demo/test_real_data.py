"""Every dashboard of the project in a real browser, with the data of a real Prometheus."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
import requests

from dashkit.cli.adapters import prometheus as connected
from dashkit.model.dashboard import CompiledDashboard
from dashkit.preview.dynamic.document import readable
from dashkit.preview.sources.prometheus import PrometheusData
from tests.support.browser import Open
from tests.support.pages import Boards, dashboard, served
from tests.support.project import dashboards
from tests.support.prometheus import missing

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.skipif(bool(missing()), reason=f"no real Prometheus: {missing()}")
SOURCE = {"type": "prometheus", "uid": "prometheus"}


@pytest.fixture(scope="module")
def boards() -> Boards:
    return Boards(*({**readable(one.spec), "uid": one.uid} for one in dashboards()))


@pytest.fixture(scope="module")
def address(server: str, boards: Boards) -> Iterator[str]:
    data = PrometheusData(connected(server))
    with served(boards, lambda: data) as found:
        yield found


def boxes(page: Page) -> list[tuple[float, float, float, float]]:
    """The visible panels: left, top, right, bottom."""
    found: list[tuple[float, float, float, float]] = page.evaluate(
        """() => [...document.querySelectorAll('.panel')].filter((panel) => panel.offsetParent)
           .map((panel) => panel.getBoundingClientRect()).map((box) => [box.left, box.top, box.right, box.bottom])"""
    )
    return found


@pytest.mark.parametrize("one", dashboards(), ids=lambda one: one.uid)
def test_each_dashboard_opens_with_its_panels_side_by_side(
    address: str, open_page: Open, one: CompiledDashboard
) -> None:
    page = open_page(f"{address}/d/{one.uid}", height=2000)
    places = boxes(page)
    assert places
    for number, (left, top, right, bottom) in enumerate(places):
        for other in places[:number]:
            assert left >= other[2] or right <= other[0] or top >= other[3] or bottom <= other[1]
    assert page.locator(".failed").all_inner_texts() == []
    assert page.locator("text=cannot be drawn").count() == 0


def test_the_page_has_the_values_that_prometheus_has(
    server: str, boards: Boards, address: str, open_page: Open
) -> None:
    def target(expr: str, **more: Any) -> dict[str, Any]:
        return {"refId": "A", "expr": expr, "instant": True, "datasource": SOURCE, **more}

    reduce_ = {"reduceOptions": {"calcs": ["lastNotNull"], "values": False, "fields": ""}}
    expr = 'count by (job) (up{job=~"$job"})'
    boards.specs["made"] = dashboard(
        "made",
        {"type": "stat", "title": "All", "targets": [target("count(up)")], "options": reduce_},
        {"type": "table", "title": "By job", "targets": [target(expr, format="table")], "options": {"sortBy": [{"displayName": "job"}]}},
        templating={"list": [{"type": "query", "name": "job", "query": "label_values(up, job)", "multi": True, "includeAll": True,
                              "current": {"value": ["$__all"]}, "sort": 1, "datasource": SOURCE}]},
        time={"from": "now-5m", "to": "now"},
    )  # fmt: skip

    def asked(query: str) -> list[Any]:
        answer = requests.get(f"{server}/api/v1/query", params={"query": query}, timeout=10).json()
        found: list[Any] = answer["data"]["result"]
        return found

    def rows(page: Page) -> dict[str, str]:
        cells = [
            row.locator("td").all_inner_texts() for row in page.locator(".panel:has-text('By job') tbody tr").all()
        ]
        return {row[1]: row[2] for row in cells}

    page = open_page(f"{address}/d/made")
    assert asked("count(up)")[0]["value"][1] in page.locator(".panel:has-text('All')").inner_text()
    jobs = {entry["metric"]["job"]: entry["value"][1] for entry in asked("count by (job) (up)")}
    assert rows(page) == jobs
    chosen = sorted(jobs)[0]
    page.click("details.variable summary")
    page.check(f'input[name="job"][value="{chosen}"]')
    page.wait_for_selector(f"details.variable b:has-text('{chosen}')")
    page.wait_for_selector("#board[aria-busy=false]")
    assert rows(page) == {chosen: jobs[chosen]}
