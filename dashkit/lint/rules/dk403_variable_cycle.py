"""Variables that need each other to know their values.

Grafana never loads either, and the dashboard stays empty.

Bad::

    $a: label_values(up{job="$b"}, instance); $b: label_values(up{instance="$a"}, job)

Good::

    $b: label_values(up, job); $a: label_values(up{job="$b"}, instance)
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Board, used_variables
from dashkit.model.problem import Severity


@rule("DK403", Severity.ERROR, on=Board)
def variable_cycle(board: Board, facts: Facts) -> Iterator[Finding]:
    needs = {
        variable.name: used_variables([variable.json.get(key) for key in ("query", "regex", "datasource")])
        & (set(board.by_name) - {variable.name})
        for variable in board.variables
    }
    told: set[str] = set()
    for variable in board.variables:
        circle = _circle(variable.name, needs)
        if circle and not told & set(circle):
            told |= set(circle)
            path = " -> ".join(f"${name}" for name in [*circle, circle[0]])
            yield Finding(f"variables need each other: {path}", pointer=variable.pointer.removeprefix(board.prefix))


def _circle(start: str, needs: dict[str, set[str]]) -> list[str]:
    """The way from a variable back to itself; empty for none."""
    ways = [[start]]
    seen: set[str] = set()
    while ways:
        way = ways.pop()
        for name in sorted(needs.get(way[-1], ())):
            if name == start:
                return way
            if name not in seen:
                seen.add(name)
                ways.append([*way, name])
    return []
