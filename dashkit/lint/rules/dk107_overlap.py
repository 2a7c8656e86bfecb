"""Two panels stand on the same place.

Grafana pushes one of them down when it draws the dashboard; what the author sees is not what the file says, and the
next save from the UI moves half of the dashboard in the diff.

Bad::

    two panels with "gridPos": {"x": 0, "y": 0, "w": 12, "h": 8}

Good::

    one at x 0, the other at x 12
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Board, mapping, objects
from dashkit.model.problem import Severity
from dashkit.spec.layout import overlaps


@rule("DK107", Severity.WARNING, on=Board)
def overlap(board: Board, facts: Facts) -> Iterator[Finding]:
    rows = [board.json, *(panel.json for panel in board.panels if panel.kind == "row")]
    by_object = {id(panel.json): panel for panel in board.panels}
    for row in rows:
        standing = [dict(entry) for entry in objects(row.get("panels")) if _numbers(entry.get("gridPos"))]
        originals = {id(copy): entry for copy, entry in zip(standing, _standing(row), strict=True)}
        for first, second in overlaps(standing):
            panel, other = by_object[id(originals[id(second)])], by_object[id(originals[id(first)])]
            yield Finding(f"it stands on panel {other.name!r}", panel=panel, pointer="/gridPos")


def _standing(row: object) -> list[object]:
    return [entry for entry in objects(mapping(row).get("panels")) if _numbers(entry.get("gridPos"))]


def _numbers(place: object) -> bool:
    at = mapping(place)
    return bool(at) and all(isinstance(at.get(key, 0), int | float) for key in "xywh")
