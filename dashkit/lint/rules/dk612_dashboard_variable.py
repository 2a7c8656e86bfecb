"""A rule uses a variable of Grafana.

Prometheus knows none: the file does not load, or the rule looks for a job called ``$job``.

Bad::

    rate(errors_total[$__rate_interval]) > 1

Good::

    rate(errors_total[5m]) > 1
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Query
from dashkit.model.problem import Severity
from dashkit.promql.variables import find

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'|`[^`]*`|#[^\n]*')
#: A matcher whose value begins with the variable: `job="$job"`, `job=~"($job)"`.
_WHOLE = re.compile(r"""=~?\s*["'`]\(?$""")


@rule("DK612", Severity.ERROR, on=Query)
def variable_in_rule(query: Query, facts: Facts) -> Iterator[Finding]:
    if query.role not in ("alert", "record"):
        return
    strings = [found.span() for found in _STRING.finditer(query.text)]
    for reference in find(query.text):
        inside = any(start <= reference.start < end for start, end in strings)
        written = query.text[reference.start : reference.end]
        # In a label_replace $name is a group of its pattern; a comment is a comment.
        group = "label_replace" in query.text or "#" in query.text[: reference.start].rpartition("\n")[2]
        if inside and group:
            continue
        if not inside or reference.name.startswith("__") or _WHOLE.search(query.text[: reference.start]):
            yield Finding(f"rules have no variables: {written}", span=(reference.start, reference.end))
            return
