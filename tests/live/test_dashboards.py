"""Every panel of the project's dashboards has data in a real Prometheus that holds a day of made-up metrics."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from dashkit.compiler.compile import Sources, compile_all
from dashkit.model.dashboard import CompiledDashboard
from dashkit.spec.walk import panels
from tests.conftest import ROOT
from tests.support.prometheus import missing, prometheus

#: Nothing is the good news here, and the panel says so with a text of its own.
MAY_BE_EMPTY: set[tuple[str, str]] = set()

pytestmark = pytest.mark.skipif(bool(missing()), reason=f"no real Prometheus: {missing()}")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with prometheus(Path(tmp_path_factory.mktemp("prometheus"))) as url:
        yield url


def dashboards() -> list[CompiledDashboard]:
    found = list(compile_all(Sources(ROOT, (ROOT / "dashboards",))))
    return [entry for entry in found if isinstance(entry, CompiledDashboard)]


def substituted(expr: str, values: dict[str, str]) -> str:
    """The expression with Grafana's variables filled in, as the browser does it."""
    known = {"__rate_interval": "2m", "__range": "3h", "__interval": "30s", **values}
    return re.sub(r"\$\{?(\w+)(?::\w+)?\}?", lambda found: known.get(found[1], found[0]), expr)


def query(url: str, expr: str) -> list[Any]:
    answer = requests.get(
        f"{url}/api/v1/query", params={"query": expr, "time": str(time.time() - 60)}, timeout=30
    ).json()
    assert answer["status"] == "success", (expr, answer.get("error"))
    result: list[Any] = answer["data"]["result"]
    return result


def variables(url: str, spec: dict[str, Any]) -> dict[str, str]:
    """All values of each query variable, joined as Grafana joins them for *All*."""
    values = {}
    for variable in spec["templating"]["list"]:
        if variable["type"] == "query":
            found = re.fullmatch(r"label_values\((.+), *(\w+)\)", variable["query"])
            assert found, variable["query"]
            series = query(url, found[1])
            names = sorted({entry["metric"][found[2]] for entry in series if found[2] in entry["metric"]})
            assert names, f"variable {variable['name']} finds nothing"
            values[variable["name"]] = "|".join(names)
        elif variable["type"] == "textbox":
            values[variable["name"]] = variable["query"]
    return values


@pytest.mark.parametrize("dashboard", dashboards(), ids=lambda dashboard: dashboard.uid)
def test_every_query_finds_data(server: str, dashboard: CompiledDashboard) -> None:
    values = variables(server, dashboard.spec)
    empty, asked = [], 0
    for placed in panels(dashboard.spec):
        for target in placed.panel.get("targets", []):
            asked += 1
            expr = substituted(target["expr"], values)
            assert "$" not in expr, expr
            if not query(server, expr) and (dashboard.uid, placed.panel["title"]) not in MAY_BE_EMPTY:
                empty.append(f"{placed.panel['title']}: {expr}")
    assert empty == []
    assert asked >= 10
    for annotation in dashboard.spec["annotations"]["list"][1:]:
        query(server, substituted(annotation["expr"], values))  # it parses; whether anything happened is another matter
