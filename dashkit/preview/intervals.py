"""How far apart the values of a query are: ``$__interval`` and ``$__rate_interval``.

https://grafana.com/docs/grafana/latest/dashboards/variables/add-template-variables/#__interval
"""

from __future__ import annotations

from bisect import bisect_right

_SECOND = 1000
_MINUTE = 60 * _SECOND
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR
_YEAR = 365 * _DAY

#: From a number of milliseconds on, an interval is so long.
_ROUND = (
    (0, 1),
    (10, 10),
    (15, 20),
    (35, 50),
    (75, 100),
    (150, 200),
    (350, 500),
    (750, _SECOND),
    (1500, 2 * _SECOND),
    (3500, 5 * _SECOND),
    (7500, 10 * _SECOND),
    (12500, 15 * _SECOND),
    (17500, 20 * _SECOND),
    (25000, 30 * _SECOND),
    (45000, _MINUTE),
    (90000, 2 * _MINUTE),
    (210000, 5 * _MINUTE),
    (450000, 10 * _MINUTE),
    (750000, 15 * _MINUTE),
    (1050000, 20 * _MINUTE),
    (1500000, 30 * _MINUTE),
    (2700000, _HOUR),
    (5400000, 2 * _HOUR),
    (9000000, 3 * _HOUR),
    (16200000, 6 * _HOUR),
    (32400000, 12 * _HOUR),
    (_DAY, _DAY),
    (7 * _DAY, 7 * _DAY),
    (21 * _DAY, 30 * _DAY),
    (42 * _DAY, _YEAR),
)
_STARTS = [start for start, _ in _ROUND]
_UNITS = ((_YEAR, "y"), (_DAY, "d"), (_HOUR, "h"), (_MINUTE, "m"), (_SECOND, "s"), (1, "ms"))


def interval_of(width: float, points: float, least: float = 0) -> float:
    """Return ``$__interval`` in milliseconds: a round part of a time range, so that there are about so many points.

    Args:
        width: how long the range is, in milliseconds.
        points: how many points a panel can show at most.
        least: the lower limit of the interval, in milliseconds; zero for none.
    """
    round_ = _ROUND[bisect_right(_STARTS, max(width, 0) / max(points, 1)) - 1][1]
    return max(round_, least)


def rate_interval(interval: float, scrape: float) -> float:
    """Return ``$__rate_interval`` in milliseconds, which always has several samples in it."""
    return max(interval + scrape, 4 * scrape)


def duration_text(milliseconds: float) -> str:
    """Return a duration in the largest unit that fits into it, as Grafana writes intervals: ``15s``, ``1m``, ``500ms``."""
    size, unit = next(((size, unit) for size, unit in _UNITS if milliseconds >= size), _UNITS[-1])
    return f"{int(milliseconds // size)}{unit}"
