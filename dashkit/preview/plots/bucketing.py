"""Cells of a heatmap that are counted from series: the options below ``calculation``."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from dashkit.lint.values import mapping, text
from dashkit.model.durations import is_duration, seconds
from dashkit.preview.frames import Frame, first_of_type
from dashkit.preview.plots.buckets import Ends, Heat
from dashkit.preview.plots.series import numeric
from dashkit.preview.scene import Options

#: How many columns and rows there are about, where nobody says.
_COLUMNS, _ROWS = 20, 10
_SECOND, _MINUTE, _HOUR, _DAY = 1000, 60_000, 3_600_000, 86_400_000
_TIMES = (
    *(1, 2, 4, 5, 10, 20, 25, 40, 50, 100, 200, 250, 400, 500),
    *(_SECOND * number for number in (1, 2, 4, 5, 10, 15, 20, 30)),
    *(_MINUTE * number for number in (1, 2, 4, 5, 10, 15, 20, 30)),
    *(_HOUR * number for number in (1, 2, 4, 6, 8, 12, 18)),
    *(_DAY * number for number in (1, 2, 3, 4, 5, 6, 7, 10, 15, 30, 60, 90, 180, 365)),
)
#: More columns and rows than that are no picture.
_MOST_COLUMNS, _MOST_ROWS = 1000, 200
#: Beyond this, the end of a bucket may be no number.
_LARGEST = 1e300


def heat_of_values(frames: Sequence[Frame], options: Options) -> Heat | None:
    """Return how many values of all series lie in each cell; None without values."""
    points, config = _points(frames)
    if not points:
        return None
    calculation = mapping(options.get("calculation"))
    across, up = mapping(calculation.get("xBuckets")), mapping(calculation.get("yBuckets"))
    scale = mapping(up.get("scale"))
    log = (2.0 if numeric(scale.get("log")) == 2 else 10.0) if scale.get("type") == "log" else 0.0
    if log:
        points = [(at, value) for at, value in points if value > 0]
        if not points:
            return None
    times, values = [at for at, _ in points], [value for _, value in points]
    width = _width(across, min(times), max(times))
    if log:
        heights = [math.log(value) / math.log(log) for value in values]
        height = 1 / (_number(up.get("value")) or 1.0)
    else:
        heights = values
        height = _height(up, min(values), max(values))
    width, height = _enough(times, width, _MOST_COLUMNS), _enough(heights, height, _MOST_ROWS)
    counts = Counter(
        (math.floor(at / width), math.floor(place / height)) for at, place in zip(times, heights, strict=True)
    )
    columns, rows = _between(at for at, _ in counts), _between(row for _, row in counts)
    return Heat(
        columns=[(at * width, (at + 1) * width) for at in columns],
        rows=[_ends(row, height, log) for row in rows],
        counts=[[float(counts[at, row]) if (at, row) in counts else None for row in rows] for at in columns],
        config={key: value for key, value in config.items() if key not in ("unit", "decimals")},
        base=log,
    )


def _points(frames: Sequence[Frame]) -> tuple[list[tuple[float, float]], Mapping[str, object]]:
    points: list[tuple[float, float]] = []
    config: Mapping[str, object] = {}
    for frame in frames:
        time = first_of_type(frame, "time")
        for field in frame.fields if time else ():
            if time and field.type == "number":
                config = config or field.config
                pairs = zip(map(numeric, time.values), map(numeric, field.values), strict=True)
                points += [
                    (at, value) for at, value in pairs if at is not None and value is not None and abs(value) < _LARGEST
                ]
    return points, config


def _width(written: Options, low: float, high: float) -> float:
    """Return how long a column is: so long, or so long that there are so many."""
    value = written.get("value")
    if written.get("mode") == "size":
        if isinstance(value, str) and len(value) < 20 and is_duration(value):
            return max(1.0, seconds(value) * 1000)
        number = _number(value)
        if number:
            return number
    count = _number(value) if written.get("mode") == "count" else 0.0
    wanted = (high - low) / max((count or _COLUMNS) - 1, 1)
    return float(max((step for step in _TIMES if step <= wanted), default=1))


def _height(written: Options, low: float, high: float) -> float:
    number = _number(written.get("value"))
    if number and written.get("mode") == "size":
        return number
    count = number if number and written.get("mode") == "count" else _ROWS
    wanted = (high - low) / max(count - 1, 1)
    if not 0 < wanted < math.inf:
        return 1.0
    power = 10.0 ** math.floor(math.log10(wanted))
    # Halves of a power of ten, but only whole numbers from one on.
    part = 1.0 if power == 1 else 0.5
    return max(1.0, math.floor(wanted / power / part * (1 + 1e-9)) * part) * power


def _number(value: object) -> float:
    """Return a positive number that may be written as text, or 0."""
    if isinstance(value, str):
        try:
            value = float(text(value))
        except ValueError:
            return 0.0
    number = numeric(value)
    return number if number and number > 0 else 0.0


def _enough(places: Sequence[float], size: float, most: int) -> float:
    """Return a size of buckets that does not give too many."""
    return max(size, (max(places) - min(places)) / most)


def _between(numbers: Iterable[int]) -> range:
    """Return all numbers from the least to the largest."""
    found = sorted(set(numbers))
    return range(found[0], found[-1] + 1)


def _ends(row: int, height: float, log: float) -> Ends:
    low, high = row * height, (row + 1) * height
    if not log:
        return float(f"{low:.12g}"), float(f"{high:.12g}")
    return log**low, log**high
