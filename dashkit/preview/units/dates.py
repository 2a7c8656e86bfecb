"""Units that show a number as the time so many milliseconds after the epoch."""

from __future__ import annotations

import math
import time
from datetime import tzinfo

from dashkit.preview.units.families import Formatter
from dashkit.preview.units.formats import INVALID, format_time
from dashkit.preview.units.moments import Moment, days_of_month, moment
from dashkit.preview.units.numerals import rounded
from dashkit.preview.units.text import Text, just

#: A browser puts a narrow space, which does not break, before AM and PM.
_LOCAL_TIME = "hh:mm:ss\u202fA"

#: The format, and that for today if the date is left out then.
_FORMATS: dict[str, tuple[str, str]] = {
    "dateTimeAsIso": ("YYYY-MM-DD HH:mm:ss", ""),
    "dateTimeAsIsoNoDateIfToday": ("YYYY-MM-DD HH:mm:ss", "HH:mm:ss"),
    "dateTimeAsUS": ("MM/DD/YYYY h:mm:ss a", ""),
    "dateTimeAsUSNoDateIfToday": ("MM/DD/YYYY h:mm:ss a", "h:mm:ss a"),
    "dateTimeAsLocal": (f"MM/DD/YYYY, {_LOCAL_TIME}", ""),
    "dateTimeAsLocalNoDateIfToday": (f"MM/DD/YYYY, {_LOCAL_TIME}", _LOCAL_TIME),
    "dateTimeAsSystem": ("YYYY-MM-DD HH:mm:ss", ""),
}
UNITS = frozenset((*_FORMATS, "dateTimeFromNow"))
SYSTEM = "dateTimeAsSystem"
SYSTEM_WITH_MILLISECONDS = "time:YYYY-MM-DD HH:mm:ss.SSS"
"""The unit of a column of times that spans less than a minute."""

_SECOND = 1000
_MINUTE = 60 * _SECOND
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR
_DAYS_PER_MONTH = 146097 / 4800

#: Up to so many of a unit, the time is called so. After "a" unit come many of them.
_ABOUT = (
    ("second", 44, "a few seconds"),
    ("minute", 1, "a minute"),
    ("minute", 44, "{} minutes"),
    ("hour", 1, "an hour"),
    ("hour", 21, "{} hours"),
    ("day", 1, "a day"),
    ("day", 25, "{} days"),
    ("month", 1, "a month"),
    ("month", 10, "{} months"),
    ("year", 1, "a year"),
    ("year", math.inf, "{} years"),
)


def formatted(unit: str, timezone: tzinfo, now: float | None) -> Formatter:
    """Show a date and a time of day, or how far that is from now."""
    if unit == "dateTimeFromNow":
        return _from_now(timezone, now)
    form, today = _FORMATS[unit]

    def shown(value: float, _: int | None) -> Text:
        return just(format_time(value, today if today and is_today(value) else form, timezone))

    def is_today(value: float) -> bool:
        at, current = moment(value, timezone), moment(_now(now), timezone)
        return at is not None and current is not None and at[1:4] == current[1:4]

    return shown


def custom(form: str, timezone: tzinfo) -> Formatter:
    """Show a time in a format of one's own."""
    return lambda value, _: just(format_time(value, form, timezone))


def _from_now(timezone: tzinfo, now: float | None) -> Formatter:
    def shown(value: float, _: int | None) -> Text:
        at, current = moment(value, timezone), moment(_now(now), timezone)
        if at is None or current is None:
            return just(INVALID)
        if at.milliseconds > current.milliseconds:
            return just(f"in {_about(current, at)}")
        return just(f"{_about(at, current)} ago")

    return shown


def _now(now: float | None) -> float:
    return time.time() * 1000 if now is None else now


def _about(first: Moment, last: Moment) -> str:
    months, rest = _between(first, last)
    days = rest / _DAY + rounded(months * _DAYS_PER_MONTH)
    all_months = months + rest / _DAY / _DAYS_PER_MONTH
    amounts = {
        "second": days * _DAY / _SECOND,
        "minute": days * _DAY / _MINUTE,
        "hour": days * _DAY / _HOUR,
        "day": days,
        "month": all_months,
        "year": all_months / 12,
    }
    numbers = {unit: rounded(amount) for unit, amount in amounts.items()}
    unit, words = next((unit, words) for unit, most, words in _ABOUT if numbers[unit] <= most)
    return words.format(numbers[unit])


def _between(first: Moment, last: Moment) -> tuple[int, int]:
    """Return the whole months of the calendar between two moments, and the milliseconds that are left over."""
    months = (last.year - first.year) * 12 + last.month - first.month
    rest = (last.day - min(first.day, days_of_month(last.year, last.month))) * _DAY
    rest += _time_of_day(last) - _time_of_day(first)
    if rest >= 0:
        return months, rest
    before = (last.year, last.month - 1) if last.month > 1 else (last.year - 1, 12)
    length = days_of_month(*before)
    rest = (last.day + length - min(first.day, length)) * _DAY + _time_of_day(last) - _time_of_day(first)
    return months - 1, rest


def _time_of_day(at: Moment) -> int:
    return at.hour * _HOUR + at.minute * _MINUTE + at.second * _SECOND + at.millisecond
