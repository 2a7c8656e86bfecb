"""A panel leaves the grid of 24 columns, or has no size.

Grafana squeezes it back in, somewhere else than the file says.

Bad::

    {"gridPos": {"x": 18, "y": 0, "w": 12, "h": 8}}

Good::

    {"gridPos": {"x": 12, "y": 0, "w": 12, "h": 8}}
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Panel, mapping
from dashkit.model.problem import Severity


@rule("DK108", Severity.WARNING, on=Panel)
def off_the_grid(panel: Panel, facts: Facts) -> Iterator[Finding]:
    if panel.kind == "row":
        return  # a row is as wide as the page, whatever it says
    at = mapping(panel.json.get("gridPos"))
    x, y, w, h = (at.get(key) for key in "xywh")
    numbers = all(isinstance(value, int | float) for value in (x, y, w, h))
    if at and numbers and (x < 0 or y < 0 or w < 1 or h < 1 or x + w > 24):  # type: ignore[operator]
        yield Finding(f"x={x}, y={y}, {w}x{h} does not fit a grid of 24 columns", pointer="/gridPos")
