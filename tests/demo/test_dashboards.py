"""Every query of every panel and variable has data in a real Prometheus that scrapes the catalogued metrics."""

from __future__ import annotations

import re
from typing import Any

import pytest
import requests

from dashkit.document.walk import entries, panels
from dashkit.model.dashboard import CompiledDashboard
from tests.support.project import dashboards, is_prometheus
from tests.support.prometheus import missing
from tests.support.variables import substitute

#: Panels that are rightly empty on a good day, with the reason; each says so with a text of its own.
MAY_BE_EMPTY = {("prometheus", "Firing and pending"): "on a calm day nothing fires"}

pytestmark = pytest.mark.skipif(bool(missing()), reason=f"no real Prometheus: {missing()}")


def query(url: str, expr: str) -> list[Any]:
    answer = requests.get(f"{url}/api/v1/query", params={"query": expr}, timeout=30).json()
    assert answer["status"] == "success", (expr, answer.get("error"))
    result: list[Any] = answer["data"]["result"]
    return result


def variables(url: str, spec: dict[str, Any]) -> dict[str, str]:
    """The first value of each variable, or all of one with several, joined as Grafana joins them for *All*."""
    values: dict[str, str] = {}
    for variable in entries(spec, "templating"):
        if variable["type"] == "query":
            text = variable["query"] if isinstance(variable["query"], str) else variable["query"]["query"]
            found = re.fullmatch(r"label_values\((.+), *(\w+)\)", text)
            assert found, text
            series = query(url, substitute(found[1], values))
            names = sorted({entry["metric"][found[2]] for entry in series if found[2] in entry["metric"]})
            assert names, f"variable {variable['name']} finds nothing: {substitute(found[1], values)}"
            values[variable["name"]] = "|".join(names) if variable.get("multi") else names[0]
        elif variable["type"] == "textbox":
            values[variable["name"]] = variable["query"]
        elif variable["type"] == "custom":
            values[variable["name"]] = variable["query"].replace(",", "|")
    return values


@pytest.mark.parametrize("dashboard", dashboards(), ids=lambda dashboard: dashboard.uid)
def test_every_query_finds_data(server: str, dashboard: CompiledDashboard) -> None:
    values = variables(server, dashboard.spec)
    empty, asked = [], 0
    for placed in panels(dashboard.spec):
        for target in placed.panel.get("targets", []):
            if not is_prometheus(placed.panel, target):
                continue
            asked += 1
            expr = substitute(target["expr"], values)
            assert "$" not in expr, expr
            found = query(server, expr)
            has_data = bool(found) and any(entry["value"][1] != "NaN" for entry in found)
            if not has_data and (dashboard.uid, placed.panel["title"]) in MAY_BE_EMPTY:
                assert placed.panel["fieldConfig"]["defaults"]["noValue"]
            elif not has_data:
                empty.append(f"{placed.panel['title']}: {expr}")
    assert empty == []
    assert asked >= 10 or dashboard.uid == "shop-logs"
    for annotation in entries(dashboard.spec, "annotations"):
        if "expr" in annotation:  # it parses; whether anything happened is another matter
            query(server, substitute(annotation["expr"], values))
