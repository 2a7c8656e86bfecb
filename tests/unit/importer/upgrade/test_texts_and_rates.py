"""References to variables and rates in the form that one writes today."""

from __future__ import annotations

from typing import Any

import pytest

from dashkit.importer.upgrade import upgrade
from dashkit.importer.upgrade.rates import adaptive

PROMETHEUS = {"type": "prometheus", "uid": "p1"}


def board(target: dict[str, Any], **panel: Any) -> dict[str, Any]:
    place = {"x": 0, "y": 0, "w": 12, "h": 8}
    variables = [{"type": "custom", "name": name, "query": "a"} for name in ("job", "host")]
    made = {"id": 1, "type": "timeseries", "title": "P", "gridPos": place, "datasource": PROMETHEUS, **panel}
    targets = [{"refId": "A", **target}]
    return {
        "uid": "u", "title": "T", "schemaVersion": 42, "templating": {"list": variables}, "panels": [{**made, "targets": targets}],
    }  # fmt: skip


def expr(target: dict[str, Any], **panel: Any) -> str:
    return str(upgrade(board(target, **panel)).spec["panels"][0]["targets"][0]["expr"])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('up{job="[[job]]"}', 'up{job="${job}"}'),
        ('up{job=~"[[job:regex]]", host="[[host]]"}', 'up{job=~"${job:regex}", host="${host}"}'),
        ('up{job=~"[[:alpha:]]+"}', 'up{job=~"[[:alpha:]]+"}'),
        ('up{job="[[unknown]]"}', 'up{job="[[unknown]]"}'),
        ('up{job="$job"}', 'up{job="$job"}'),
    ],
)
def test_only_references_that_grafana_fills_in_change_their_form(before: str, after: str) -> None:
    assert expr({"expr": before}) == after


def test_references_are_found_everywhere_and_counted() -> None:
    found = upgrade(
        board(
            {"expr": "up", "legendFormat": "[[job]]"}, title="of [[job]]", links=[{"url": "/d/x?[[__url_time_range]]"}]
        )
    )
    panel = found.spec["panels"][0]
    assert (panel["title"], panel["targets"][0]["legendFormat"]) == ("of ${job}", "${job}")
    assert panel["links"][0]["url"] == "/d/x?${__url_time_range}"
    assert found.modernised == ("[[var]] is ${var} in 3 texts",)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("sum(rate(a_total[5m]))", "sum(rate(a_total[$__rate_interval]))"),
        ('irate(a_total{b="[1m]"}[30s])', 'irate(a_total{b="[1m]"}[$__rate_interval])'),
        ("rate(a_total[5m]) / rate(b_total[5m])", "rate(a_total[$__rate_interval]) / rate(b_total[$__rate_interval])"),
        ("sum(\n  rate( a_total [ 2m ] )\n) # [5m]", "sum(\n  rate( a_total [$__rate_interval] )\n) # [5m]"),
    ],
)
def test_a_rate_over_a_short_fixed_range_adapts_to_the_graph(before: str, after: str) -> None:
    assert expr({"expr": before}) == after


@pytest.mark.parametrize(
    "text",
    [
        "rate(a_total[10m])",  # smooths on purpose
        "rate(a_total[1h])",
        "increase(a_total[5m])",  # its value is per range
        "avg_over_time(a[5m])",
        "rate(a_total[5m] offset 1d)",
        "rate(a_total[5m] @ start())",
        "max_over_time(rate(a_total[5m])[1h:])",
        "rate(a_total[1m]) / rate(a_total[5m])",  # one is compared with the other
        "rate(a_total[5m]) / increase(b_total[1h])",
        "rate(a_total[$__interval])",
        "rate(a_total[$window])",
        'rate({app="x"}[5m])',  # a query of logs looks like this
        "job:a_total:rate5m",
        "rate(a_total[5m",
        "",
    ],
)
def test_a_range_that_is_meant_stays(text: str) -> None:
    assert adaptive(text, "") == ""


@pytest.mark.parametrize("said", ["Requests (5m)", "rate over 5 min", "per 5-minute window"])
def test_a_range_that_people_read_about_stays(said: str) -> None:
    assert adaptive("rate(a_total[5m])", said) == ""
    assert adaptive("rate(a_total[5m])", "p95 of 15m and 50ms") != ""


def test_only_graphs_of_prometheus_are_looked_at() -> None:
    fixed = "rate(a_total[5m])"
    assert expr({"expr": fixed, "instant": True}) == fixed
    assert expr({"expr": fixed, "datasource": {"type": "loki", "uid": "l"}}) == fixed
    assert expr({"expr": fixed}, title="Rate, 5m") == fixed


def test_rates_are_counted() -> None:
    assert upgrade(board({"expr": "rate(a_total[5m])"})).modernised == (
        "rates over a fixed range adapt to the graph ([$__rate_interval]) in 1 query",
    )
