"""A panel of data has no query.

It says "No data" for ever, and looks like a service that is quiet.

Bad::

    {"type": "timeseries", "title": "Latency", "targets": []}

Good::

    {"type": "timeseries", "title": "Latency", "targets": [{"refId": "A", "expr": "..."}]}
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Panel
from dashkit.model.problem import Severity


@rule("DK208", Severity.ERROR, on=Panel)
def no_queries(panel: Panel, facts: Facts) -> Iterator[Finding]:
    own = panel.kind in ("timeseries", "stat", "gauge", "bargauge", "graph", "singlestat", "table", "heatmap", "piechart",
                         "histogram", "state-timeline", "status-history", "barchart", "logs")  # fmt: skip
    if own and panel.shows_queries and not panel.targets and not panel.json.get("snapshotData"):
        yield Finding("the panel has no query, so it never shows data", pointer="/targets")
