"""A LogQL metric over a fixed range, in a graph.

Zoomed out, lines between two points are not counted; ``$__auto`` fits the distance of the points.

Bad::

    sum(count_over_time({app="shop"}[5m]))

Good::

    sum(count_over_time({app="shop"}[$__auto]))
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import LOKI, Query
from dashkit.model.problem import Severity

_RANGE = re.compile(
    r"(?:rate|count_over_time|bytes_rate|bytes_over_time|\w+_over_time)\s*\(.*?\[\s*(\d+[smhd])\s*\]", re.DOTALL
)


@rule("DK351", Severity.INFO, on=Query)
def logql_range(query: Query, facts: Facts) -> Iterator[Finding]:
    graph = query.panel is not None and query.panel.kind in ("timeseries", "graph", "barchart")
    if query.language == LOKI and graph and query.target.get("queryType") != "instant":
        found = _RANGE.search(query.text)
        if found:
            yield Finding(f"a fixed range [{found[1]}]", "[$__auto]", span=found.span(1))
