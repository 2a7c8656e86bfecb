"""Ticks of time axes, as Grafana's plots choose them."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo

_SECOND, _MINUTE, _HOUR, _DAY = 1000, 60_000, 3_600_000, 86_400_000
_YEAR = 365 * _DAY
_TIME_STEPS: tuple[float, ...] = (
    *(1, 2, 5, 10, 20, 50, 100, 200, 500),
    *(_SECOND * number for number in (1, 5, 10, 15, 30)),
    *(_MINUTE * number for number in (1, 5, 10, 15, 30)),
    *(_HOUR * number for number in (1, 2, 3, 4, 6, 8, 12)),
    *(_DAY * number for number in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15)),
)
_MONTHS = (1, 2, 3, 4, 6, 12, 24, 60, 120, 300, 600, 1200)


def time_ticks(
    start: float, end: float, pixels: float, space: Callable[[str], float], zone: tzinfo = UTC
) -> list[tuple[float, str]]:
    """Return the ticks of a time axis, in milliseconds, with their texts.

    Args:
        space: the least distance in pixels between two ticks with texts like this one.
        zone: where days begin at midnight.
    """
    if end <= start or pixels <= 0:
        return []
    sample = time_text(start, (end - start) / max(pixels / 40, 1), end - start, zone)
    least = (end - start) * space(sample) / pixels
    step = next((step for step in _TIME_STEPS if step >= least), None)
    if step is None:
        return _months(start, end, least, zone)
    if step < _DAY:
        # Ticks lie on round local times, so that zones half an hour off have them at full hours too.
        shift = _offset(start, zone)
        first = math.ceil((start + shift) / step) * step - shift
        places = [first + number * step for number in range(int((end - first) // step) + 1)]
    else:
        places = _days(start, end, round(step / _DAY), zone)
    return [(place, time_text(place, step, end - start, zone)) for place in places]


def _offset(at: float, zone: tzinfo) -> float:
    delta = datetime.fromtimestamp(at / 1000, zone).utcoffset()
    return delta.total_seconds() * 1000 if delta else 0


def _days(start: float, end: float, step: int, zone: tzinfo) -> list[float]:
    day = datetime.fromtimestamp(start / 1000, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    found = []
    while (place := day.timestamp() * 1000) <= end:
        if place >= start:
            found.append(place)
        day += timedelta(days=step)
    return found


def _months(start: float, end: float, least: float, zone: tzinfo) -> list[tuple[float, str]]:
    step = next((months for months in _MONTHS if months * 28 * _DAY >= least), _MONTHS[-1])
    first = datetime.fromtimestamp(start / 1000, zone)
    month = (first.year * 12 + first.month - 1) // step * step
    found = []
    while (place := datetime(month // 12, month % 12 + 1, 1, tzinfo=zone).timestamp() * 1000) <= end:
        if place >= start:
            found.append(
                (place, time_text(place, step * 30 * _DAY if step < 12 else step / 12 * _YEAR, end - start, zone))
            )
        month += step
    return found


def time_text(at: float, step: float, span: float, zone: tzinfo = UTC) -> str:
    """Return a time as an axis with that step and range writes it."""
    moment = datetime.fromtimestamp(at / 1000, zone)
    if step < _SECOND:
        return moment.strftime("%H:%M:%S.") + f"{moment.microsecond // 1000:03d}"
    if step < _MINUTE:
        return moment.strftime("%H:%M:%S")
    if span <= _DAY:
        return moment.strftime("%H:%M")
    if step < _DAY:
        return moment.strftime("%m/%d %H:%M")
    if span < _YEAR:
        return moment.strftime("%m/%d")
    return moment.strftime("%Y-%m") if step < _YEAR else moment.strftime("%Y")
