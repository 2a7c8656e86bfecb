"""Leave out points that would be drawn on top of each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence

Point = tuple[float, float]
"""A place in pixels."""


def drawn_points(
    times: Sequence[float], values: Sequence[float | None], x: Callable[[float], float], y: Callable[[float], float]
) -> list[list[Point]]:
    """Return the points of a line in pixels, in runs between gaps, thinned.

    Of the points in a column of pixels, only the first, the lowest, the highest and the last are kept: the picture is the
    same.
    """
    runs: list[list[Point]] = []
    run: list[Point] = []
    for at, value in zip(times, values, strict=True):
        if value is None:
            if run:
                runs.append(run)
                run = []
            continue
        run.append((x(at), y(value)))
    if run:
        runs.append(run)
    return [_thinned(run) for run in runs]


def _thinned(points: list[Point]) -> list[Point]:
    width = points[-1][0] - points[0][0]
    if len(points) <= 2 * width:
        return points
    kept: list[Point] = []
    column: list[Point] = []
    for point in points:
        if column and int(point[0]) != int(column[0][0]):
            kept += _extremes(column)
            column = []
        column.append(point)
    return kept + _extremes(column)


def _extremes(column: list[Point]) -> list[Point]:
    if len(column) <= 4:
        return column
    heights = [point[1] for point in column]
    numbers = {0, heights.index(min(heights)), heights.index(max(heights)), len(column) - 1}
    return [column[number] for number in sorted(numbers)]
