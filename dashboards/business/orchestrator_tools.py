"""What the orchestrator's tools are used for, how well they do, and what speculation saves."""

from __future__ import annotations

from dashkit.authoring import (
    bar_gauge,
    grid,
    latency_heatmap,
    mean,
    pie_chart,
    prometheus,
    quantile,
    row,
    share,
    stat,
    timeseries,
    total_rate,
)

from ..shared.page import page
from ..shared.systems import ORCHESTRATOR, ORCHESTRATOR_INDICATORS

ALL = ORCHESTRATOR.selector
RUNS = f"tool_executions_total{ALL}"
GOOD = f"tool_executions_total{ALL(status='success')}"
DURATION, SAVED = "tool_execution_duration_seconds", "speculation_time_saved_seconds"
tools, accuracy = ORCHESTRATOR_INDICATORS["tools"], ORCHESTRATOR_INDICATORS["speculation"]

now = row(
    "Now",
    grid(
        4,
        stat(
            "Tool runs",
            prometheus(total_rate(RUNS)),
            unit="ops",
            sparkline=True,
            description="Runs per second of all tools. Good: grows with use.",
        ),
        tools.stat(),
        accuracy.stat(),
        stat(
            "Time saved per hour",
            prometheus(f"{total_rate(f'{SAVED}_sum{ALL}')} * 3600"),
            unit="s",
            sparkline=True,
            description="Waiting that correct speculation spared within an hour.",
        ),
    ),
)

by_tool = row(
    "By tool",
    grid(
        2,
        timeseries(
            "Runs",
            prometheus(total_rate(RUNS, "tool_name"), "{{tool_name}}"),
            unit="ops",
            stack=True,
            description="Runs per second by tool.",
        ),
        timeseries(
            "Success",
            prometheus(share(GOOD, RUNS, "tool_name"), "{{tool_name}}"),
            unit="percentunit",
            min=None,
            max=1,
            thresholds=tools.thresholds(line=True),
            description=tools.says(),
            key="success",
        ),
        bar_gauge(
            "Duration p95",
            prometheus(quantile(0.95, DURATION, ALL, by="tool_name"), "{{tool_name}}", instant=True),
            unit="s",
            description="95 of 100 runs are faster. Good: steady for each tool.",
        ),
        pie_chart(
            "Use over the time shown",
            prometheus(f"sum by (tool_name) (increase({RUNS}[$__range]))", "{{tool_name}}", instant=True),
            decimals=0,
            width=12,
            description="Shares of the tools in all runs.",
        ),
    ),
)

speculation = row(
    "Speculation",
    grid(
        3,
        accuracy.timeseries(key="speculation"),
        timeseries(
            "Accuracy as the orchestrator sees it",
            prometheus(f"avg(speculation_accuracy_ratio{ALL})", "own figure"),
            unit="percentunit",
            min=None,
            max=1,
            legend="none",
            description="Its own running figure. Good: near the counted accuracy.",
        ),
        timeseries(
            "Seconds saved by a hit",
            prometheus(mean(SAVED, ALL), "mean"),
            prometheus(quantile(0.95, SAVED, ALL), "p95"),
            unit="s",
            description="Good: longer than a wrong speculation costs.",
        ),
        height=7,
    ),
    latency_heatmap("Duration of tool runs", DURATION, ALL),
    collapsed=True,
)

dashboard = page(
    "Orchestrator: tools",
    uid="orchestrator-tools",
    description="Use, success and duration of the tools, and the gain of speculation.",
    tags=["business", "orchestrator"],
    system=ORCHESTRATOR,
    time="24h",
    refresh="5m",
    drill=[("Operations", "orchestrator-operations")],
    panels=[now, by_tool, speculation],
)
