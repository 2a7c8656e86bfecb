"""A query is not LogQL.

Brackets and quotes without a partner, a query without a stream selector, one that Loki refuses because every
matcher of it could be empty. Stages behind the selector are not parsed.

Bad::

    {app=~".*"} |= "error"

Good::

    {app=~".+"} |= "error"
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.logql import fault
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import LOKI, Query
from dashkit.model.problem import Severity


@rule("DK350", Severity.ERROR, on=Query)
def logql_syntax(query: Query, facts: Facts) -> Iterator[Finding]:
    if query.language == LOKI and query.text.strip() and not query.hidden:
        message = fault(query.text)
        if message:
            yield Finding(f"not LogQL: {message}")
