"""One dashboard for each panel class of grafanalib, made the way authors make them."""

from __future__ import annotations

import inspect
from typing import Any

from grafanalib import core

STEPS = [core.Threshold("green", 0, 0.0), core.Threshold("red", 1, 80.0)]
TARGETS = [core.Target(expr='sum(rate(http_requests_total{job="a"}[5m]))', legendFormat="{{job}}")]


def panel_classes() -> dict[str, type]:
    """All that grafanalib can put on a dashboard: the subclasses of Panel, and AlertList which is none."""
    found = {
        name: cls
        for name, cls in vars(core).items()
        if inspect.isclass(cls) and issubclass(cls, core.Panel) and cls is not core.Panel
    }
    return {**found, "AlertList": core.AlertList}


def _arguments() -> dict[str, dict[str, Any]]:
    """What makes a class show more than its defaults."""
    return {
        "AlertList": {"limit": 5, "onlyAlertsOnDashboard": False, "nameFilter": "High", "stateFilter": ["alerting"]},
        "BarGauge": {"thresholds": STEPS, "format": "percent", "decimals": 1, "label": "Disk"},
        "DashboardList": {"showStarred": False, "searchQuery": "shop", "searchTags": ["a"]},
        "Discrete": {
            "valueMaps": [core.ValueMap("up", "1"), core.ValueMap("down", "0")],
            "colorMaps": [core.DiscreteColorMappingItem("up", "green"), core.DiscreteColorMappingItem("down", "red")],
            "rangeMaps": [core.RangeMap(2, 9, "many")],
        },
        "GaugePanel": {"thresholds": STEPS, "format": "percent", "label": "CPU"},
        "Graph": {
            "aliasColors": {"errors": "red"},
            "yAxes": core.YAxes(core.YAxis(format="s", min=0, label="seconds"), core.YAxis(format="reqps")),
            "seriesOverrides": [core.SeriesOverride(alias="/rate.*/", yaxis=2, dashes=True, color="#ff0000")],
            "thresholds": [core.GraphThreshold(value=0.5, colorMode="warning"), core.GraphThreshold(value=1.0)],
            "legend": core.Legend(avg=True, max=True, values=True, alignAsTable=True, rightSide=True),
            "stack": True,
            "nullPointMode": "null",
            "points": True,
        },
        "Heatmap": {"dataFormat": "tsbuckets", "hideZeroBuckets": True, "yAxis": core.YAxis(format="s", decimals=1)},
        "PieChart": {"format": "bytes", "legendType": "Under graph", "aliasColors": {"a": "blue"}},
        "PieChartv2": {"unit": "bytes", "legendValues": ["percent"], "legendDisplayMode": "hidden"},
        "SingleStat": {
            "format": "none",
            "postfix": " req",
            "thresholds": "50,80",
            "colorValue": True,
            "sparkline": core.SparkLine(show=True),
            "valueName": "current",
            "valueMaps": [core.ValueMap("none", "0"), core.ValueMap("N/A", "null")],
            "rangeMaps": [core.RangeMap(1, 5, "few")],
        },
        "Stat": {
            "format": "percentunit",
            "thresholds": STEPS,
            "mappings": [
                core.StatValueMappings(
                    core.StatValueMappingItem("down", "0", "red"), core.StatValueMappingItem("up", "1")
                ),
                core.StatRangeMappings("some", 2, 5),
                core.StatMapping("old", "9"),
            ],
        },
        "StateTimeline": {"thresholds": STEPS, "legendDisplayMode": "hidden"},
        "Table": {
            "displayMode": "color-background",
            "colorMode": "thresholds",
            "thresholds": STEPS,
            "sortBy": [core.TableSortByField("Value", True)],
            "columns": [core.Column("Avg", "avg"), core.Column("Current", "current")],
            "mappings": [core.StatMapping("none", "0")],
        },
        "Text": {"content": "# Title", "mode": "html"},
        "TimeSeries": {
            "unit": "s",
            "thresholds": STEPS,
            "legendDisplayMode": "hidden",
            "stacking": {"mode": "normal"},
            "scaleDistributionType": "log",
            "overrides": [{"matcher": {"id": "byName", "options": "a"}, "properties": [{"id": "unit", "value": "ms"}]}],
            "links": [core.DataLink(title="More", linkUrl="/d/x")],
        },
        "Worldmap": {"locationData": "table", "thresholds": "10,20"},
    }


def dashboard(name: str) -> core.Dashboard:
    """A dashboard with one panel of the class (a row gets a panel inside)."""
    cls = panel_classes()[name]
    arguments: dict[str, Any] = {"title": name, **_arguments().get(name, {})}
    if name == "RowPanel":
        arguments |= {"collapsed": True, "panels": [core.Text(title="Inside", content="x")]}
    elif name not in ("AlertList", "Text"):
        arguments |= {"dataSource": "prom", "targets": TARGETS}
    return core.Dashboard(title=name, uid=f"golden-{name.lower()}", panels=[cls(**arguments)])
