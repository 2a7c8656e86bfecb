"""What of a project reads the furthest back."""

from __future__ import annotations

from typing import Any

from dashkit.doctor.reach import longest
from dashkit.model.alerts import AlertGroup, PlainAlert, RecordingRule
from dashkit.model.dashboard import CompiledDashboard, Location


def board(expr: str, start: str = "now-1h") -> CompiledDashboard:
    target = {"refId": "A", "expr": expr, "datasource": {"type": "prometheus", "uid": "p"}}
    panel = {"id": 1, "type": "timeseries", "title": "P", "targets": [target], "datasource": target["datasource"]}
    spec: dict[str, Any] = {"uid": "u", "title": "T", "time": {"from": start, "to": "now"}, "panels": [panel]}
    return CompiledDashboard("u", "T", (), spec, Location("x.py", 1))


def read(dashboards: list[CompiledDashboard], *rules: PlainAlert | RecordingRule) -> tuple[float, str] | None:
    found = longest(dashboards, [AlertGroup("g", "s", rules)])
    return (found.seconds, found.what) if found else None


def test_the_longest_of_queries_rules_and_opening_times_is_named() -> None:
    week, month = board("increase(x[1w])"), board("rate(x[5m])", start="now-30d/d")
    assert read([week]) == (604_800, "panel P of u")
    assert read([week, month]) == (2_592_000, "dashboard u")
    rule = RecordingRule("x:30d", "avg_over_time(x[60d] offset 1d)")
    assert read([week, month], rule, PlainAlert("A", "rate(x[1h]) > 1")) == (61 * 86_400, "recording rule x:30d")
    assert read([], PlainAlert("A", "avg_over_time(x[90000s]) > 1")) == (90_000, "alert A")


def test_minutes_are_no_reach() -> None:
    assert read([board("rate(x[5m])", start="now/d")], PlainAlert("A", "rate(x[10m]) > 1")) is None
