"""A panel asks the same query twice.

Two lines lie on one another, and one of them bears the wrong name: mostly a copy that was never changed.

Bad::

    A: sum(rate(reads_total[5m])) "Reads"; B: sum(rate(reads_total[5m])) "Writes"

Good::

    A: sum(rate(reads_total[5m])) "Reads"; B: sum(rate(writes_total[5m])) "Writes"
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Panel, Query
from dashkit.model.problem import Severity


@rule("DK344", Severity.WARNING, on=Panel)
def same_query_twice(panel: Panel, facts: Facts) -> Iterator[Finding]:
    seen: dict[tuple[object, ...], Query] = {}
    for query in panel.queries:
        if not query.text.strip() or query.hidden:
            continue
        target = query.target
        options = [
            target.get(key) for key in ("format", "instant", "range", "interval", "step", "queryType", "timeShift")
        ]
        where = str(target.get("datasource"))
        first = seen.setdefault((" ".join(query.text.split()), where, str(options)), query)
        if first is not query:
            number = query.pointer.rpartition("/")[2]
            message = f"query {query.ref or number} is the same as {first.ref or 'an earlier one'}"
            yield Finding(message, pointer=f"/targets/{number}/expr")
