"""Time ranges as Grafana writes them: ``now-6h``, ``now/d``, a date, or milliseconds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import MAXYEAR, MINYEAR, UTC, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dashkit.lint.values import mapping, text
from dashkit.preview.data import TimeRange

_STEP = re.compile(r"([+-])(\d+)([smhdwMyQ])|/f?([smhdwMyQ])")
#: Years whose every day exists in all time zones, with room for an axis to go on.
_YEARS = range(1000, 9000)
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}


def time_range(written: Mapping[str, Any], now: datetime, zone: tzinfo) -> TimeRange:
    """Return the range of ``{"from": ..., "to": ...}``; the last six hours if it cannot be read."""
    start = instant(text(written.get("from")) or "now-6h", now, zone)
    end = instant(text(written.get("to")) or "now", now, zone, end=True)
    if start is None or end is None or start >= end:
        start, end = now - timedelta(hours=6), now
    return TimeRange(start.timestamp() * 1000, end.timestamp() * 1000)


def instant(written: str, now: datetime, zone: tzinfo, *, end: bool = False) -> datetime | None:
    """Return a point in time, or None if the text is none.

    With ``end``, rounding such as ``now/d`` goes to the end of the unit.
    """
    try:
        if written.startswith("now"):
            moment = _relative(written[3:], now.astimezone(zone), end=end)
        elif written.isdecimal():
            moment = datetime.fromtimestamp(int(written) / 1000, UTC)
        else:
            moment = datetime.fromisoformat(written)
    except (ValueError, OverflowError, OSError):
        return None
    if moment is None or moment.year not in _YEARS:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _relative(steps: str, moment: datetime, *, end: bool) -> datetime | None:
    place = 0
    while place < len(steps):
        found = _STEP.match(steps, place)
        if found is None:
            return None
        sign, count, unit, rounded = found.groups()
        if rounded:
            moment = _rounded(moment, rounded, end=end)
        else:
            moment = _moved(moment, int(count) * (1 if sign == "+" else -1), unit)
        place = found.end()
    return moment


def _moved(moment: datetime, count: int, unit: str) -> datetime:
    if unit in _SECONDS:
        return moment + timedelta(seconds=count * _SECONDS[unit])
    months = count * {"M": 1, "Q": 3, "y": 12}[unit]
    total = moment.year * 12 + moment.month - 1 + months
    year, month = divmod(total, 12)
    if not MINYEAR <= year <= MAXYEAR:
        raise OverflowError
    for day in (moment.day, 30, 29, 28):  # the last day of a shorter month
        try:
            return moment.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    return moment


def _rounded(moment: datetime, unit: str, *, end: bool) -> datetime:
    zeros: dict[str, Any] = {"microsecond": 0}
    for name, key in (("s", "second"), ("m", "minute"), ("h", "hour")):
        if name == unit:
            break
        zeros[key] = 0
    start = moment.replace(**zeros)
    if unit == "w":
        start -= timedelta(days=(start.weekday() + 1) % 7)
    if unit in ("M", "Q", "y"):
        month = {"M": start.month, "Q": (start.month - 1) // 3 * 3 + 1, "y": 1}[unit]
        start = start.replace(day=1, month=month)
    return _moved(start, 1, unit) - timedelta(milliseconds=1) if end else start


def zone_of(spec: Mapping[str, Any]) -> tzinfo:
    """Return the time zone of a dashboard; the browser's is taken to be UTC."""
    name = text(spec.get("timezone"))
    if name in ("", "browser", "utc", "UTC"):
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def range_of(spec: Mapping[str, Any], now: datetime) -> TimeRange:
    """Return the range that a dashboard opens with."""
    return time_range(mapping(spec.get("time")), now, zone_of(spec))
