"""All queries of a panel are hidden.

A hidden query is not shown: the panel is empty. Usually it was switched off in the editor to look at another one.

Bad::

    {"targets": [{"refId": "A", "expr": "up", "hide": true}]}

Good::

    {"targets": [{"refId": "A", "expr": "up"}]}
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Panel
from dashkit.model.problem import Severity


@rule("DK209", Severity.WARNING, on=Panel)
def all_queries_hidden(panel: Panel, facts: Facts) -> Iterator[Finding]:
    if panel.shows_queries and panel.queries and all(query.hidden for query in panel.queries):
        yield Finding("all queries of the panel are hidden, so it is empty", pointer="/targets/0/hide")
