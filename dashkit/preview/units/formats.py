"""Times in the formats of moment.js, which Grafana's units, axes and tables use.

https://momentjs.com/docs/#/displaying/format/
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, tzinfo
from functools import lru_cache

from dashkit.preview.units.moments import Moment, american_week, iso_week, moment
from dashkit.preview.units.numerals import ordinal

INVALID = "Invalid date"
"""What Grafana shows for a time that is too far away."""

_Part = str | Callable[[Moment], str]

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_WEEKDAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_ISO = "YYYY-MM-DDTHH:mm:ssZ"
_ISO_UTC = "YYYY-MM-DDTHH:mm:ss[Z]"
_SHORTHANDS = {
    "LTS": "h:mm:ss A",
    "LT": "h:mm A",
    "LLLL": "dddd, MMMM D, YYYY h:mm A",
    "LLL": "MMMM D, YYYY h:mm A",
    "LL": "MMMM D, YYYY",
    "L": "MM/DD/YYYY",
    "llll": "ddd, MMM D, YYYY h:mm A",
    "lll": "MMM D, YYYY h:mm A",
    "ll": "MMM D, YYYY",
    "l": "M/D/YYYY",
}
_SHORTHAND = re.compile(r"\[[^\]]*\]|\\.|LTS|LT|L{1,4}|l{1,4}")


def format_time(value: float, form: str, timezone: tzinfo = UTC) -> str:
    """Return milliseconds since the epoch in a format such as ``YYYY-MM-DD HH:mm``."""
    at = moment(value, timezone)
    if at is None:
        return INVALID
    form = form or (_ISO_UTC if timezone is UTC else _ISO)
    return "".join([part if isinstance(part, str) else part(at) for part in _parts(form)])


@lru_cache(maxsize=64)
def _parts(form: str) -> tuple[_Part, ...]:
    """Return what a format consists of: texts, and functions that make one."""
    form = _SHORTHAND.sub(lambda found: _SHORTHANDS.get(found[0], found[0]), form)
    return tuple(_part(found[0]) for found in _TOKEN.finditer(form))


def _part(token: str) -> _Part:
    if token in _TOKENS:
        return _TOKENS[token]
    if token.startswith("["):
        return token[1:-1] or token
    return token.removeprefix("\\")


def _number(read: Callable[[Moment], int], width: int = 0) -> Callable[[Moment], str]:
    return lambda at: f"{read(at):0{width}d}"


def _ordinal(read: Callable[[Moment], int]) -> Callable[[Moment], str]:
    return lambda at: ordinal(read(at))


def _zone(colon: str) -> Callable[[Moment], str]:
    def written(at: Moment) -> str:
        hours, minutes = divmod(abs(at.offset), 60)
        return f"{'-' if at.offset < 0 else '+'}{hours:02d}{colon}{minutes:02d}"

    return written


def _fraction(length: int) -> Callable[[Moment], str]:
    return lambda at: f"{at.millisecond:03d}000000"[:length]


def _half(at: Moment) -> str:
    return "am" if at.hour < 12 else "pm"


#: What stands in a format, how to read it from a moment, and the widths and ordinals it comes in.
_NUMBERS: tuple[tuple[str, Callable[[Moment], int], tuple[int, ...], bool], ...] = (
    ("M", lambda at: at.month, (1, 2), True),
    ("D", lambda at: at.day, (1, 2), True),
    ("d", lambda at: at.weekday, (1,), True),
    ("e", lambda at: at.weekday, (1,), False),
    ("E", lambda at: at.weekday or 7, (1,), False),
    ("w", lambda at: american_week(at)[1], (1, 2), True),
    ("W", lambda at: iso_week(at)[1], (1, 2), True),
    ("g", lambda at: american_week(at)[0], (4,), False),
    ("G", lambda at: iso_week(at)[0], (4,), False),
    ("Q", lambda at: (at.month + 2) // 3, (1,), True),
    ("Y", lambda at: at.year, (1, 4, 5), False),
    ("H", lambda at: at.hour, (1, 2), False),
    ("h", lambda at: at.hour % 12 or 12, (1, 2), False),
    ("k", lambda at: at.hour or 24, (1, 2), False),
    ("m", lambda at: at.minute, (1, 2), False),
    ("s", lambda at: at.second, (1, 2), False),
    ("X", lambda at: at.milliseconds // 1000, (1,), False),
    ("x", lambda at: at.milliseconds, (1,), False),
)
_TOKENS: dict[str, Callable[[Moment], str]] = {
    **{letter * width: _number(read, width) for letter, read, widths, _ in _NUMBERS for width in widths},
    **{f"{letter}o": _ordinal(read) for letter, read, _, ordinal in _NUMBERS if ordinal},
    "DDD": _number(lambda at: at.day_of_year),
    "DDDD": _number(lambda at: at.day_of_year, 3),
    "DDDo": _ordinal(lambda at: at.day_of_year),
    "MMM": lambda at: _MONTHS[at.month - 1][:3],
    "MMMM": lambda at: _MONTHS[at.month - 1],
    "dd": lambda at: _WEEKDAYS[at.weekday][:2],
    "ddd": lambda at: _WEEKDAYS[at.weekday][:3],
    "dddd": lambda at: _WEEKDAYS[at.weekday],
    "YY": lambda at: f"{at.year % 100:02d}",
    "gg": lambda at: f"{american_week(at)[0] % 100:02d}",
    "GG": lambda at: f"{iso_week(at)[0] % 100:02d}",
    "a": _half,
    "A": lambda at: _half(at).upper(),
    "Z": _zone(":"),
    "ZZ": _zone(""),
    "z": lambda at: at.zone,
    "zz": lambda at: at.zone,
    **{"S" * length: _fraction(length) for length in range(1, 10)},
}
#: Longer tokens first: ``MMM`` is no ``M`` thrice.
_TOKEN = re.compile("|".join([r"\[[^\]]*\]", r"\\.", *sorted(_TOKENS, key=len, reverse=True), "."]), re.DOTALL)
