"""The sandbox shows what was pushed to it at the addresses of Grafana's pages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from dashkit.preview.sample.source import Sample
from dashkit.sandbox.app import RunningSandbox, Sandbox
from dashkit.sandbox.flavour import FLAVOURS
from dashkit.sandbox.store import Store
from dashkit.sandbox.stored import StoredDashboards
from dashkit.web.app import preview_app
from tests.conftest import Program, Project, environment


@pytest.fixture
def shown() -> Iterator[RunningSandbox]:
    """A sandbox with pages."""
    store, sample = Store(), Sample(())
    pages = preview_app(StoredDashboards(store), lambda: sample)
    with RunningSandbox(Sandbox(store, FLAVOURS["12.3"]), pages=pages) as running:
        yield running


def test_a_pushed_dashboard_is_shown_at_grafanas_address(
    shown: RunningSandbox, project: Project, dashkit: Program
) -> None:
    project.dashboard("checkout", title="Checkout", folder="ops/eu")
    assert dashkit("push", "--yes", cwd=project.folder, env=environment(shown)).code == 0
    index = requests.get(f"{shown.url}/dashboards", timeout=10).text
    assert "Ops / Eu" in index
    assert 'href="/d/checkout"' in index
    page = requests.get(f"{shown.url}/d/checkout/some-slug?orgId=1", timeout=10)
    assert page.status_code == 200
    assert '<h1 aria-current="page">Checkout</h1>' in page.text
    assert '"kind":"panel"' in requests.get(f"{shown.url}/view/checkout", timeout=10).text


def test_the_api_still_asks_who_it_is(shown: RunningSandbox) -> None:
    assert requests.get(f"{shown.url}/api/dashboards/uid/x", timeout=10).status_code == 401
    assert requests.get(f"{shown.url}/api/health", timeout=10).status_code == 200


def test_a_page_is_told_of_a_save(shown: RunningSandbox, project: Project, dashkit: Program) -> None:
    project.dashboard("checkout")
    with requests.get(f"{shown.url}/events", stream=True, timeout=10) as events:
        dashkit("push", "--yes", cwd=project.folder, env=environment(shown))
        assert next(events.iter_lines()) == b"event: changed"
