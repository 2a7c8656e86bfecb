"""A query has no text.

It is asked for nothing, and answers nothing. Where it is the only one, the panel is empty.

Bad::

    {"refId": "B", "expr": ""}

Good::

    no query B
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.grafana_names import PANEL_TYPES
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import LOKI, PROMETHEUS, Query
from dashkit.model.problem import Severity


@rule("DK303", Severity.WARNING, on=Query)
def empty_query(query: Query, facts: Facts) -> Iterator[Finding]:
    if query.role != "panel" or query.language not in (PROMETHEUS, LOKI) or query.text.strip() or query.hidden:
        return
    if "panelId" in query.target or query.target.get("type") in ("math", "reduce", "resample"):
        return
    if (
        query.panel is not None
        and query.panel.kind in PANEL_TYPES
        and query.panel.shows_queries
        and "rawSql" not in query.target
    ):
        only = len(query.panel.queries) == 1
        message = "the only query of the panel is empty" if only else f"query {query.ref} is empty"
        yield Finding(message, severity=Severity.ERROR if only else None)
