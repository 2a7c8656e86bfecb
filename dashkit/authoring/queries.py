"""Queries of panels."""

from __future__ import annotations

from typing import Any

from grafanalib.core import Target

LOKI = "${loki}"


def prometheus(
    expr: str,
    legend: str = "",
    *,
    instant: bool = False,
    as_table: bool = False,
    as_heatmap: bool = False,
    ref: str = "",
    hide: bool = False,
    datasource: str | None = None,
) -> Any:
    """A PromQL query.

    Args:
        expr: the expression; white space is folded, so that it may be written over several lines.
        legend: name of the series, such as ``{{service}}``.
        instant: only the newest value; right for stats, tables and pies of now.
        as_table: one row a series with its labels as columns.
        as_heatmap: buckets by their ``le`` label.
        ref: refId; else A, B, C in order.
        datasource: uid or ``${variable}``; else that of the panel.
    """
    kind = "table" if as_table else "heatmap" if as_heatmap else "time_series"
    return Target(
        expr=" ".join(expr.split()),
        legendFormat=legend,
        instant=instant,
        format=kind,
        refId=ref,
        hide=hide,
        datasource=datasource,
    )


def loki(expr: str, legend: str = "", *, ref: str = "", datasource: str = LOKI) -> Any:
    """A LogQL query, by default of the datasource variable ``loki``."""
    reference = {"type": "loki", "uid": datasource}
    return Target(expr=" ".join(expr.split()), legendFormat=legend, refId=ref, datasource=reference)
