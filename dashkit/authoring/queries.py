"""Queries for panels."""

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
    """Create a PromQL query.

    Args:
        expr: the expression. Whitespace is collapsed, so you can write it on several lines.
        legend: the name of the series, such as ``{{service}}``.
        instant: return only the latest value, for stats, tables and pie charts of the current state.
        as_table: return one row per series, with its labels as columns.
        as_heatmap: return buckets by their ``le`` label.
        ref: the refId; by default A, B, C in order.
        datasource: a uid or ``${variable}``; by default that of the panel.
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
    """Create a LogQL query. ``instant`` returns a single value; the default datasource is the variable ``loki``."""
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
    """Create a Lucene query. The default datasource is the variable ``elasticsearch``.

    Args:
        query: for example ``level:ERROR AND duration_ms:>=1000``.
        kind: ``count`` for counts over time, or ``logs`` for the newest ``lines`` themselves.
        by: a field to group the counts by; the ``most`` frequent values are returned.
        time: the field with the timestamp.
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


def legend_of(labels: str) -> str:
    """Return a legend that shows these labels: ``{{service}} {{pod}}`` for ``service, pod``."""
    return " ".join(f"{{{{{label.strip()}}}}}" for label in labels.split(","))


@attr.s
class _Query(Target):  # type: ignore[misc]
    """A target for a datasource that grafanalib has no class for."""

    more: dict[str, Any] = attr.ib(factory=dict)

    def to_json_data(self) -> Any:
        common = {"refId": self.refId, "datasource": self.datasource, "hide": self.hide}
        text = {"expr": self.expr, "legendFormat": self.legendFormat} if self.expr else {}
        return {**common, **text, **self.more}
