"""Common dashboard patterns such as RED, USE, latency and error budgets, and the PromQL behind them.

RED (rate, errors, duration) is Tom Wilkie's method for services that handle requests. USE (utilisation, saturation, errors) is
Brendan Gregg's method for resources: https://www.brendangregg.com/usemethod.html.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashkit.authoring.indicators import Indicator
from dashkit.authoring.layouts import grid
from dashkit.authoring.limits import Limit
from dashkit.authoring.look import Mapping, Thresholds, mapping, thresholds
from dashkit.authoring.panel import Panel
from dashkit.authoring.panels.distributions import heatmap
from dashkit.authoring.panels.states import state_timeline
from dashkit.authoring.panels.tiles import stat
from dashkit.authoring.panels.timeseries import timeseries
from dashkit.authoring.queries.prometheus import legend_of, prometheus
from dashkit.authoring.selectors import matchers_of
from dashkit.authoring.slo import FAST, SLOW, Objective, Ratio, event_rate
from dashkit.model.durations import duration, seconds

UP: list[Mapping] = [mapping(0, "down", "red"), mapping(1, "up", "green")]
BUDGET: Thresholds = thresholds("red", (0, "orange"), (0.25, "green"))
"""Colours for the remaining error budget: red once it is spent, orange below a quarter."""


def total_rate(selector: str, by: str = "", window: str = "$__rate_interval") -> str:
    """Return the events per second of a counter, summed over its series: ``sum by (service) (rate(x{...}[...]))``."""
    return event_rate(selector, window, by)


def share(part: str, total: str, by: str = "", window: str = "$__rate_interval") -> str:
    """Return the share of events that the selector ``part`` counts. It is 0, not empty, if there are none.

    Both sides are summed, because a ratio of unaggregated rates would divide each series by itself.
    """
    ratio = Ratio(total=total, bad=part)
    return f"{ratio.bad_rate(window, by)} / {ratio.total_rate(window, by)}"


def quantile(q: float, histogram: str, selector: str, by: str = "", window: str = "$__rate_interval") -> str:
    """Return a quantile of a histogram over all instances. The rates of the buckets are summed by ``le``."""
    labels = f"le, {by}" if by else "le"
    return (
        f"histogram_quantile({q:g}, sum by ({labels}) (rate({histogram}_bucket{{{matchers_of(selector)}}}[{window}])))"
    )


def mean(histogram: str, selector: str, by: str = "", window: str = "$__rate_interval") -> str:
    """Return the mean observation of a histogram."""
    return " / ".join(
        total_rate(f"{histogram}_{part}{{{matchers_of(selector)}}}", by, window) for part in ("sum", "count")
    )


def top(number: int, expr: str, over_range: str) -> str:
    """Return the series of ``expr`` that are largest over the displayed time range.

    ``over_range`` is their value over ``$__range @ end()``. A plain ``topk`` selects series again at every point of a graph, so
    lines would come and go.
    """
    return f"({expr}) and topk({number}, {over_range})"


def latency_lines(
    title: str,
    histogram: str,
    selector: str,
    *,
    limit: Limit | None = None,
    quantiles: Sequence[float] = (0.5, 0.95, 0.99),
    unit: str = "s",
    **panel: Any,
) -> Panel:
    """Show quantiles of a histogram over time. ``limit`` applies to the second quantile."""
    queries = [prometheus(quantile(q, histogram, selector), f"p{q * 100:g}") for q in quantiles]
    lines = {"thresholds": limit.thresholds(line=True)} if limit else {}
    return timeseries(title, *queries, unit=unit, **{**lines, **panel})


def latency_heatmap(title: str, histogram: str, selector: str, *, unit: str = "s", **panel: Any) -> Panel:
    """Show how many events took how long, over time."""
    expr = f"sum by (le) (increase({histogram}_bucket{{{matchers_of(selector)}}}[$__rate_interval]))"
    query = prometheus(expr, "{{le}}", format="heatmap")
    text = "How many took how long. Two bands are two kinds of work, or a cache that misses now and then."
    return heatmap(title, query, unit=unit, **{"description": text, "width": 24, **panel})


def red(
    total: str,
    bad: str,
    histogram: str,
    selector: str,
    *,
    by: str,
    errors: Indicator,
    latency: Indicator,
    links: Sequence[dict[str, Any]] = (),
    height: int = 8,
) -> list[Panel]:
    """Show rate, errors and duration of requests in one line, by a label.

    The last two panels have the keys ``error-rate`` and ``latency``.

    Args:
        total: selector of the counter of all requests. ``bad`` is that of the failed ones.
        histogram: base name of their durations. ``selector`` holds its matchers.
        errors: sets the limits and the description of the error rate. ``latency`` sets those of the quantiles.
        links: links of the latency panel, such as to traces.
    """
    return grid(
        3,
        timeseries(
            "Request rate",
            prometheus(total_rate(total, by), legend_of(by)),
            unit="reqps",
            stack=True,
            description=f"Requests per second by {by}. Good: the usual curve of the day.",
        ),
        timeseries(
            "Error rate",
            prometheus(share(bad, total, by), legend_of(by)),
            unit="percentunit",
            thresholds=errors.thresholds(line=True),
            description=errors.says(),
            key="error-rate",
        ),
        latency_lines(
            "Latency",
            histogram,
            selector,
            limit=latency.limit,
            description=latency.says(),
            key="latency",
            links=[*links],
        ),
        height=height,
    )


def error_budget(objective: Objective, title: str = "", *, key: str = "") -> list[Panel]:
    """Show four tiles for an objective: what was reached, the budget left, the budget used, and the burn rate."""
    name = title or objective.service
    window = f"last {duration(seconds(objective.window))}"
    ratio = objective.recorded(objective.window)
    fast = [rate.factor(objective.window) for rate in (*FAST, *SLOW)]
    return grid(
        4,
        stat(
            f"{name}: reached",
            prometheus(f"1 - {ratio}", instant=True),
            unit="percentunit",
            decimals=3,
            thresholds=thresholds("red", (objective.target, "green")),
            description=f"Share of good events over the {window}. Good: {objective.percent()} or more.",
            no_value="not recorded yet",
        ),
        stat(
            f"{name}: budget left",
            prometheus(objective.budget_left(ratio), instant=True),
            unit="percentunit",
            decimals=1,
            thresholds=BUDGET,
            description=f"""What is left of the failures that the target allows over the {window}: 100 % is untouched, below
            0 the target is missed.""",
            no_value="not recorded yet",
            key=key,
        ),
        stat(
            f"{name}: budget used",
            prometheus(objective.budget_used(ratio), instant=True),
            unit="percentunit",
            decimals=1,
            thresholds=thresholds("green", (0.75, "orange"), (1, "red")),
            description=f"The other side of the budget: the failures of the {window} as a share of those allowed.",
            no_value="not recorded yet",
        ),
        stat(
            f"{name}: burn rate",
            prometheus(objective.budget_used(objective.recorded("1h")), instant=True),
            decimals=1,
            thresholds=thresholds("green", (min(fast), "orange"), (max(fast), "red")),
            description=f"""How many times faster than evenly the last hour used up the budget. Good: below 1; at
            {max(fast):g} someone is called.""",
            no_value="not recorded yet",
        ),
    )


def burn_lines(objectives: Sequence[Objective], title: str = "Burn rate", window: str = "1h", **panel: Any) -> Panel:
    """Show how fast each objective uses up its budget, with the paging threshold as a line."""
    queries = [
        prometheus(objective.budget_used(objective.recorded(window)), f"{objective.service} {objective.name}")
        for objective in objectives
    ]
    pages = max(rate.factor(objectives[0].window) for rate in FAST)
    text = f"""Budget used over {window}, as a multiple of an even pace. Good: below 1. At {pages:g} a 30-day budget is gone in
    two days, and someone is called."""
    return timeseries(title, *queries, thresholds=thresholds("transparent", (1, "orange"), (pages, "red")),
                      **{"description": text, **panel})  # fmt: skip


def up_timeline(title: str, selector: str, by: str = "instance", **panel: Any) -> Panel:
    """Show whether Prometheus' scrapes of each target succeed."""
    text = "Whether each answers Prometheus. Red stretches are scrapes that failed."
    return state_timeline(title, prometheus(f"min by ({by}) (up{{{matchers_of(selector)}}})", legend_of(by)), mappings=UP,
                          **{"description": text, **panel})  # fmt: skip


def down_count(title: str, selector: str, **panel: Any) -> Panel:
    """Show how many targets are down; 0 if none is."""
    expr = f"count(up{{{matchers_of(selector)}}} == 0) or 0 * count(up{{{matchers_of(selector)}}})"
    text = "Targets that did not answer Prometheus' last scrape. Good: none."
    return stat(title, prometheus(expr, instant=True), decimals=0, thresholds=thresholds("green", (1, "red")),
                **{"description": text, **panel})  # fmt: skip


def pool(title: str, used: str, size: str, *, limit: Limit, **panel: Any) -> Panel:
    """Show how much of something limited is in use, such as connections or slots."""
    text = f"In use against what there is. Good: below {limit.target * 100:g} %."
    return timeseries(title, prometheus(used, "in use"), prometheus(size, "size"),
                      prometheus(f"{limit.warning:g} * {size}", f"warns at {limit.warning * 100:g} %"),
                      **{"description": text, **panel})  # fmt: skip
