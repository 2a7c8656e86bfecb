"""The course of a value as a line without axes."""

from __future__ import annotations

from collections.abc import Sequence

from dashkit.lint.values import text
from dashkit.preview.data import TimeRange
from dashkit.preview.display.colour import Colour
from dashkit.preview.fields.resolve import Range
from dashkit.preview.fields.single_values import Single
from dashkit.preview.plots.curves import area_to, line_through
from dashkit.preview.plots.scale import Scale
from dashkit.preview.plots.series import numeric
from dashkit.preview.plots.thin import drawn_points
from dashkit.preview.scene import Box, Group, Path, Shape

#: Units that imply what their values are between.
_IMPLIED: dict[str, Range] = {"percentunit": (0, 1), "percent": (0, 100)}


Course = tuple[Sequence[float], Sequence[float | None]]
"""Times and values."""


def course_of(value: Single) -> Course:
    """Return what a value was calculated from over time; nothing if it was from something else."""
    if value.field is None or value.time is None:
        return (), ()
    pairs = zip(value.time.values, value.field.values, strict=False)
    known = [(float(at), numeric(one)) for at, one in pairs if numeric(at) is not None]
    return [at for at, _ in known], [one for _, one in known]


def drawn_sparkline(
    value: Single, course: Course, time: TimeRange, box: Box, line: Colour, fill: Colour
) -> Sequence[Shape]:
    """Return the line of a value, over the time range of the panel, and the area below it."""
    low, high = _limits(value)
    x = Scale(time.start, time.end, box.x, box.right).forward()
    y = Scale(low, high, box.bottom, box.y).forward()
    shapes: list[Shape] = []
    for run in drawn_points(*course, x, y):
        if len(run) > 1:
            segments = line_through(run, "linear")
            shapes += [Path(area_to(segments, run, box.bottom), fill), Path(segments, stroke=line)]
    return [Group(shapes, clip=box)]


def _limits(value: Single) -> Range:
    implied = _IMPLIED.get(text(value.config.get("unit")))
    low, high = value.range or (0.0, 0.0)
    if implied:
        own = numeric(value.config.get("min")), numeric(value.config.get("max"))
        low, high = (given if given is not None else limit for given, limit in zip(own, implied, strict=True))
    if low == high:
        return (0, high * 2) if high > 0 else (low * 2, 0) if low < 0 else (0, 100)
    return low, high
