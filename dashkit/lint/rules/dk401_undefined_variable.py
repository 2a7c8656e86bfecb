"""A query or title uses a variable that the dashboard does not have.

Grafana leaves ``$service`` as it stands: the query asks for a service of that name, and finds none.

Bad::

    up{service="$service"}    and no variable service

Good::

    query_variable("service", "label_values(up, service)")
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import LOKI, PROMETHEUS, Board, strings
from dashkit.model.problem import Severity
from dashkit.promql.variables import ALWAYS_KNOWN, find

#: Names that only some datasources fill in (InfluxDB, SQL).
_OF_OTHERS = frozenset({"interval", "timeFilter", "measurement", "tag", "col", "m"})


@rule("DK401", Severity.ERROR, on=Board)
def undefined_variable(board: Board, facts: Facts) -> Iterator[Finding]:
    for panel in board.panels:
        told: set[str] = set()
        for query in panel.queries:
            for key, value in query.target.items():
                if key in ("datasource", "refId", "legendFormat"):
                    continue
                extra = _OF_OTHERS if query.language not in (PROMETHEUS, LOKI) else frozenset()
                for name in _undefined(board, value) - extra - told:
                    told.add(name)
                    message = f"the query uses ${name}, which the dashboard does not have"
                    number = query.pointer.rpartition("/")[2]
                    yield Finding(message, _near(name, board), panel=panel, pointer=f"/targets/{number}/{key}")
        for name in sorted(_undefined(board, panel.title) - told):
            message = f"the title uses ${name}, which the dashboard does not have"
            yield Finding(message, _near(name, board), panel=panel, pointer="/title", severity=Severity.WARNING)
    for query in board.queries:
        if query.role in ("variable", "annotation"):
            for name in sorted(_undefined(board, query.text)):
                what = (
                    f"variable ${query.variable.name}" if query.variable else f"annotation {query.target.get('name')!r}"
                )
                pointer = query.pointer.removeprefix(board.prefix)
                yield Finding(
                    f"{what} uses ${name}, which the dashboard does not have", _near(name, board), pointer=pointer
                )


def _undefined(board: Board, value: object) -> set[str]:
    names = {reference.name for _, entry in strings(value) for reference in find(entry)}
    return {
        name for name in names if name not in board.by_name and name not in ALWAYS_KNOWN and not name.startswith("__")
    }


def _near(name: str, board: Board) -> str:
    import difflib

    near = difflib.get_close_matches(name, board.by_name, n=1)
    return f"did you mean ${near[0]}?" if near else ""
