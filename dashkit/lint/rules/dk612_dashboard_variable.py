"""A rule uses a variable of Grafana.

Prometheus knows none: the file does not load, or the rule looks for a job called ``$job``.

Bad::

    rate(errors_total[$__rate_interval]) > 1

Good::

    rate(errors_total[5m]) > 1
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Query
from dashkit.model.problem import Severity
from dashkit.promql.variables import find


@rule("DK612", Severity.ERROR, on=Query)
def variable_in_rule(query: Query, facts: Facts) -> Iterator[Finding]:
    if query.role in ("alert", "record"):
        for reference in find(query.text):
            if not reference.name.isdigit() and query.text[reference.start - 1 : reference.start] != "(":
                yield Finding(f"rules have no variables: ${reference.name}", span=(reference.start, reference.end))
                return
