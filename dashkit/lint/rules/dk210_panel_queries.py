"""One panel asks many queries.

Often a single query with ``by (...)`` gives the same lines at the price of one. The limit is
``check.budgets.panel_queries`` of dashkit.yaml.

Bad::

    twenty queries, each with another value of the label status

Good::

    sum by (status) (rate(http_requests_total[$__rate_interval]))
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Panel
from dashkit.model.problem import Severity


@rule("DK210", Severity.WARNING, on=Panel)
def many_panel_queries(panel: Panel, facts: Facts) -> Iterator[Finding]:
    asked = sum(1 for query in panel.queries if not query.hidden)
    if asked > facts.panel_queries:
        yield Finding(f"the panel asks {asked} queries; the budget is {facts.panel_queries}", pointer="/targets")
