"""Parts of rings. Angles are in radians, clockwise from the right."""

from __future__ import annotations

import math

from dashkit.preview.scene import Segment

Point = tuple[float, float]


def on_circle(centre: Point, radius: float, angle: float) -> Point:
    """Return the point of a circle at an angle."""
    return centre[0] + radius * math.cos(angle), centre[1] + radius * math.sin(angle)


def band(centre: Point, inner: float, outer: float, start: float, end: float) -> list[Segment]:
    """Return the part of a ring between two angles; without an inner radius, it is a slice of a disc."""
    outer, inner = max(outer, 0), max(min(inner, outer), 0)
    segments: list[Segment] = [("M", *on_circle(centre, outer, start)), *_arc(centre, outer, start, end)]
    if inner:
        segments += [("L", *on_circle(centre, inner, end)), *_arc(centre, inner, end, start)]
    else:
        segments.append(("L", *centre))
    return [*segments, ("Z",)]


def _arc(centre: Point, radius: float, start: float, end: float) -> list[Segment]:
    # Two halves, because a whole circle would begin and end at the same point.
    middle = (start + end) / 2
    sweep = 1 if end > start else 0
    return [("A", radius, radius, 0, 0, sweep, *on_circle(centre, radius, angle)) for angle in (middle, end)]
