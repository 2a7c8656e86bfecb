"""A query or title uses a variable that the dashboard does not have.

Grafana leaves ``$service`` as it stands: the query asks for a service of that name, and finds none.

Bad::

    up{service="$service"}    and no variable service

Good::

    query_variable("service", "label_values(up, service)")
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import LOKI, PROMETHEUS, Board, strings
from dashkit.model.problem import Severity
from dashkit.promql.variables import ALWAYS_KNOWN, find

#: Names that only some datasources fill in (InfluxDB, SQL).
_OF_OTHERS = frozenset({"interval", "timeFilter", "measurement", "tag", "col", "m"})


#: Names that begin so are Grafana's own; one that it does not have stays as it is.
_OWN = "__"
_GROUP = re.compile(r"\(\?P?<(\w+)>")


@rule("DK401", Severity.ERROR, on=Board)
def undefined_variable(board: Board, facts: Facts) -> Iterator[Finding]:
    for panel in board.panels:
        told: set[str] = set()
        for query in panel.queries:
            known = query.language in (PROMETHEUS, LOKI)
            for key, value in query.target.items():
                if key in ("datasource", "refId", "legendFormat", "expression"):
                    continue
                for name in sorted(_undefined(board, value, own=known and key == "expr") - told):
                    near = _near(name, board)
                    # Other languages have a $ of their own: only a slip of the pen is worth a word.
                    if not known and (not near or name in _OF_OTHERS):
                        continue
                    told.add(name)
                    number = query.pointer.rpartition("/")[2]
                    severity = None if known and not query.hidden else Severity.WARNING
                    message = f"the query uses ${name}, which the dashboard does not have"
                    yield Finding(message, near, panel=panel, pointer=f"/targets/{number}/{key}", severity=severity)
        for name in sorted(_undefined(board, panel.title) - told):
            message = f"the title uses ${name}, which the dashboard does not have"
            yield Finding(message, _near(name, board), panel=panel, pointer="/title", severity=Severity.WARNING)
    for variable in board.variables:
        if variable.kind == "query":
            for name in sorted(_undefined(board, variable.query)):
                pointer = f"{variable.pointer.removeprefix(board.prefix)}/query"
                message = f"variable ${variable.name} uses ${name}, which the dashboard does not have"
                # A variable that nothing uses empties nothing.
                severity = None if variable.name in board.used else Severity.WARNING
                yield Finding(message, _near(name, board), pointer=pointer, severity=severity)
    for query in board.queries:
        if query.role == "annotation":
            for name in sorted(_undefined(board, query.text)):
                pointer = query.pointer.removeprefix(board.prefix)
                message = f"annotation {query.target.get('name')!r} uses ${name}, which the dashboard does not have"
                yield Finding(message, _near(name, board), pointer=pointer)


def _undefined(board: Board, value: object, *, own: bool = False) -> set[str]:
    """Names that nothing defines; with ``own`` also those that look like Grafana's own."""
    names: set[str] = set()
    for _, written in strings(value):
        if "$" not in written and "[[" not in written:
            continue
        # Comments, and what is between the braces of a template, are not Grafana's.
        plain = re.sub(r"\{\{.*?\}\}", "", re.sub(r"#[^\n]*", "", written) if own else written, flags=re.DOTALL)
        groups = set(_GROUP.findall(written))  # $name of a label_replace
        names |= {reference.name for reference in find(plain)} - groups
    known = ALWAYS_KNOWN | board.by_name.keys()
    return {name for name in names if name not in known and (own or not name.startswith(_OWN))}


def _near(name: str, board: Board) -> str:
    near = difflib.get_close_matches(name, [*board.by_name, *ALWAYS_KNOWN], n=1, cutoff=0.75)
    return f"did you mean ${near[0]}?" if near else ""
