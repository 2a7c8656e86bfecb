"""Queries of panels."""

from __future__ import annotations

from typing import Any

import attr
from grafanalib.core import Target

LOKI = "${loki}"
ELASTICSEARCH = "${elasticsearch}"


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


def loki(expr: str, legend: str = "", *, instant: bool = False, ref: str = "", datasource: str = LOKI) -> Any:
    """A LogQL query, by default of the datasource variable ``loki``; ``instant`` for one value over the whole range."""
    reference = {"type": "loki", "uid": datasource}
    expr = " ".join(expr.split())
    more = {"queryType": "instant" if instant else "range"}
    inherited: dict[str, Any] = {"expr": expr, "legendFormat": legend, "refId": ref, "datasource": reference}
    return _Query(**inherited, more=more)


def elasticsearch(
    query: str,
    legend: str = "",
    *,
    kind: str = "count",
    by: str = "",
    most: int = 10,
    lines: int = 200,
    time: str = "@timestamp",
    ref: str = "",
    datasource: str = ELASTICSEARCH,
) -> Any:
    """A Lucene query, by default of the datasource variable ``elasticsearch``.

    Args:
        query: such as ``level:ERROR AND duration_ms:>=1000``.
        kind: ``count`` over time, or ``logs``: the newest ``lines`` themselves.
        by: a field to tell the counts apart by; the ``most`` frequent values of it.
        time: field that holds the time.
    """
    metric: dict[str, Any] = {"id": "1", "type": kind}
    buckets: list[dict[str, Any]] = []
    if kind == "logs":
        metric["settings"] = {"limit": str(lines)}
    else:
        if by:
            terms = {"min_doc_count": "1", "order": "desc", "orderBy": "_count", "size": str(most)}
            buckets.append({"field": by, "id": "3", "settings": terms, "type": "terms"})
        buckets.append({"field": time, "id": "2", "settings": {"interval": "auto"}, "type": "date_histogram"})
    more = {"query": query, "alias": legend, "metrics": [metric], "bucketAggs": buckets, "timeField": time}
    inherited: dict[str, Any] = {"refId": ref, "datasource": {"type": "elasticsearch", "uid": datasource}}
    return _Query(**inherited, more=more)


@attr.s
class _Query(Target):  # type: ignore[misc]
    """A grafanalib target of a datasource that it has no class for."""

    more: dict[str, Any] = attr.ib(factory=dict)

    def to_json_data(self) -> Any:
        common = {"refId": self.refId, "datasource": self.datasource, "hide": self.hide}
        text = {"expr": self.expr, "legendFormat": self.legendFormat} if self.expr else {}
        return {**common, **text, **self.more}
