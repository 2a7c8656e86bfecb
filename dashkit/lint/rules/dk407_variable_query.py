"""The query of a variable is empty, or of no function that Prometheus' variables have.

They have ``label_values(series, label)``, ``label_names()``, ``metrics(regex)`` and ``query_result(query)``. Any
other word is taken for a series, and the list is empty.

Bad::

    label_value(up, job)

Good::

    label_values(up, job)
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.making import VARIABLE_FUNCTIONS
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import PROMETHEUS, Variable, datasource_uid, mapping
from dashkit.model.problem import Severity

#: As Grafana does.
_LABEL_VALUES = re.compile(r"label_values\((?:(.+),\s*)?([a-zA-Z_$\[][\w${}:\[\]]*)\)\s*", re.DOTALL)


@rule("DK407", Severity.ERROR, on=Variable)
def variable_query(variable: Variable, facts: Facts) -> Iterator[Finding]:
    reference = mapping(variable.json.get("datasource"))
    kind = reference.get("type") or variable.board.datasource_variables.get(datasource_uid(reference).strip("${}"), "")
    if variable.kind != "query" or kind not in ("", PROMETHEUS):
        return
    query = variable.query.strip()
    if not query:
        if not isinstance(variable.json.get("query"), dict) or kind == PROMETHEUS:
            yield Finding("the query of the variable is empty", pointer="/query", severity=Severity.WARNING)
        return
    called = re.match(r"(\w+)\s*\(", query)
    if called and called[1] not in VARIABLE_FUNCTIONS:
        near = difflib.get_close_matches(called[1], VARIABLE_FUNCTIONS, n=1, cutoff=0.8)
        if near:
            yield Finding(f"there is no {called[1]}() for variables", f"did you mean {near[0]}()?", pointer="/query")
    elif called and called[1] == "label_values" and not _LABEL_VALUES.fullmatch(query):
        yield Finding(
            "label_values() without a label, or not as Grafana reads it", "label_values(up, job)", pointer="/query"
        )
