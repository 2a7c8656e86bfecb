"""Lines through points: straight, in steps, or smooth."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from dashkit.preview.plots.thin import Point
from dashkit.preview.scene import Segment


def line_through(points: Sequence[Point], form: str) -> list[Segment]:
    """Return the segments of a line; ``form`` is Grafana's ``lineInterpolation``."""
    if form == "smooth" and len(points) > 2:
        return _smooth(points)
    segments: list[Segment] = [("M", *points[0])]
    for (x0, y0), (x1, y1) in itertools.pairwise(points):
        if form == "stepAfter":
            segments.append(("L", x1, y0))
        elif form == "stepBefore":
            segments.append(("L", x0, y1))
        segments.append(("L", x1, y1))
    return segments


def _smooth(points: Sequence[Point]) -> list[Segment]:
    """Return cubic curves that never swing beyond the points.

    Fritsch and Carlson, Monotone Piecewise Cubic Interpolation, 1980.
    """
    widths = [after[0] - before[0] for before, after in itertools.pairwise(points)]
    slopes = [
        (after[1] - before[1]) / width if width else 0.0
        for (before, after), width in zip(itertools.pairwise(points), widths, strict=True)
    ]
    tangents = [slopes[0]]
    for left, right, before, after in zip(slopes, slopes[1:], widths, widths[1:], strict=False):
        if left * right <= 0:
            tangents.append(0.0)
        else:
            total = before + after
            tangents.append(3 * total / ((total + after) / left + (total + before) / right))
    tangents.append(slopes[-1])
    segments: list[Segment] = [("M", *points[0])]
    for number, width in enumerate(widths):
        (x0, y0), (x1, y1) = points[number], points[number + 1]
        third = width / 3
        segments.append(
            ("C", x0 + third, y0 + tangents[number] * third, x1 - third, y1 - tangents[number + 1] * third, x1, y1)
        )
    return segments


def area_to(line: list[Segment], points: Sequence[Point], base: float) -> list[Segment]:
    """Return the area between a line and a height."""
    return [*line, ("L", points[-1][0], base), ("L", points[0][0], base), ("Z",)]


def area_between(upper: list[Segment], lower: Sequence[Point], form: str) -> list[Segment]:
    """Return the area between a line and other points, which are given from left to right."""
    mirrored = {"stepAfter": "stepBefore", "stepBefore": "stepAfter"}.get(form, form)
    back = line_through(list(reversed(lower)), mirrored)
    return [*upper, ("L", *back[0][1:]), *back[1:], ("Z",)]
