"""How far back the dashboards and rules of a project read. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from dashkit.doctor.prometheus_server import Reach
from dashkit.lint.elements import PROMETHEUS, Board
from dashkit.lint.parse import board
from dashkit.lint.values import mapping, text
from dashkit.model.alerts import AlertGroup, RecordingRule
from dashkit.model.dashboard import CompiledDashboard
from dashkit.model.durations import seconds
from dashkit.promql.reach import longest_reach
from dashkit.promql.tree import parse

#: Retentions are days. Most queries read minutes, and needn't be parsed to see that.
_HOURS = re.compile(r"\d[hdwy]|\d{3,}[sm]")
_AGO = re.compile(r"now-(\d+[smhdwy])(?:/\w)?")


def longest(dashboards: Iterable[CompiledDashboard], groups: Iterable[AlertGroup]) -> Reach | None:
    """Return what of the project reads the furthest back; None if nothing reads an hour.

    Beside ranges and offsets of queries, these are the times with which dashboards open, and the windows of objectives.
    """
    found = [*_of_rules(groups)]
    for entry in dashboards:
        found += _of_board(board(entry.spec, entry.source, uid=entry.uid))
    return max(found, key=lambda reach: reach.seconds, default=None)


def _of_rules(groups: Iterable[AlertGroup]) -> Iterator[Reach]:
    for group in groups:
        for rule in group.rules:
            if isinstance(rule, RecordingRule):
                what, expr = f"recording rule {rule.record}", rule.expr
            else:
                what, expr = f"alert {rule.name}", rule.condition
            if _HOURS.search(expr) and (back := longest_reach(parse(expr))):
                yield Reach(back, what)


def _of_board(made: Board) -> Iterator[Reach]:
    start = _AGO.fullmatch(text(mapping(made.json.get("time")).get("from")))
    if start:
        yield Reach(seconds(start[1]), f"dashboard {made.name}")
    for query in made.queries:
        if query.language != PROMETHEUS or not _HOURS.search(query.text):
            continue
        if back := longest_reach(query.expression):
            yield Reach(back, f"panel {query.panel.name} of {made.name}" if query.panel else f"a query of {made.name}")
