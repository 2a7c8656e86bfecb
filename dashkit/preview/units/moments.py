"""Points in time as calendars and clocks at some place call them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import NamedTuple

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_DAY = 86400000
#: After 400 years the calendar repeats itself, weekdays included.
_CYCLE_YEARS = 400
_CYCLE_DAYS = 146097
#: Python has no dates far beyond these, and no timezone changes there.
_FIRST, _LAST = -62_000_000_000_000, 253_000_000_000_000
#: The furthest date that JavaScript knows.
_LAST_DATE = 8.64e15


class Moment(NamedTuple):
    """A point in time at some place."""

    #: Since the epoch.
    milliseconds: int

    year: int
    month: int
    day: int

    #: Sunday is 0.
    weekday: int
    day_of_year: int

    hour: int
    minute: int
    second: int
    millisecond: int

    #: Minutes that clocks there are ahead of UTC.
    offset: int

    #: What people there call their time: ``CET``.
    zone: str


def moment(value: float, timezone: tzinfo = UTC) -> Moment | None:
    """Return the moment so many milliseconds after the epoch, or None if it is too far away to be a date."""
    if not abs(value) <= _LAST_DATE:
        return None
    whole = int(value)
    offset, zone = (0, "UTC") if timezone is UTC else _offset(whole, timezone)
    days, rest = divmod(whole + offset * 60000, _DAY)
    cycle, day = divmod(days + _EPOCH_DAY - 1, _CYCLE_DAYS)
    on = date.fromordinal(day + 1)
    seconds, millisecond = divmod(rest, 1000)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return Moment(
        whole,
        on.year + cycle * _CYCLE_YEARS,
        on.month,
        on.day,
        on.isoweekday() % 7,
        on.timetuple().tm_yday,
        hour,
        minute,
        second,
        millisecond,
        offset,
        zone,
    )


def _offset(milliseconds: int, timezone: tzinfo) -> tuple[int, str]:
    known = min(max(milliseconds, _FIRST), _LAST)
    local = (_EPOCH + timedelta(milliseconds=known)).astimezone(timezone)
    return int((local.utcoffset() or timedelta()).total_seconds() // 60), local.tzname() or ""


def iso_week(at: Moment) -> tuple[int, int]:
    """Return the year and the week that a day belongs to where weeks begin on Monday and the first has four days."""
    cycle, year = divmod(at.year - 1, _CYCLE_YEARS)
    own_year, week, _ = date(year + 1, at.month, at.day).isocalendar()
    return own_year + cycle * _CYCLE_YEARS, week


def american_week(at: Moment) -> tuple[int, int]:
    """Return the year and the week that a day belongs to where weeks begin on Sunday and the first has New Year in it."""
    saturday = at.day_of_year + 6 - at.weekday
    if saturday > days_of_year(at.year):
        return at.year + 1, 1
    return at.year, (saturday + 6) // 7


def days_of_year(year: int) -> int:
    return 366 if _is_leap(year) else 365


def days_of_month(year: int, month: int) -> int:
    return 29 if month == 2 and _is_leap(year) else _DAYS[month - 1]


_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
