"""Times that something takes, in the unit that suits how long they are, and as clocks show them."""

from __future__ import annotations

import math
from typing import NamedTuple

from dashkit.preview.units import numerals
from dashkit.preview.units.families import Formatter
from dashkit.preview.units.text import Text, just

#: The furthest date that JavaScript knows, in milliseconds. A clock cannot show what lies beyond.
_LAST_DATE = 8.64e15


class _Step(NamedTuple):
    """Numbers below a bound are shown as so many times ``many``, or ``one``."""

    bound: float
    times: float
    per: float
    one: str
    many: str


_END = math.inf
#: How long a year is, and whether there are weeks, is different in each of these in Grafana too.
_STEPS = {
    "ns": (
        _Step(1e3, 1, 1, " ns", " ns"),
        _Step(1e6, 1, 1e3, " µs", " µs"),
        _Step(1e9, 1, 1e6, " ms", " ms"),
        _Step(6e10, 1, 1e9, " s", " s"),
        _Step(3.6e12, 1, 6e10, " min", " mins"),
        _Step(8.64e13, 1, 3.6e12, " hour", " hours"),
        _Step(_END, 1, 8.64e13, " day", " days"),
    ),
    "µs": (
        _Step(1e3, 1, 1, " µs", " µs"),
        _Step(1e6, 1, 1e3, " ms", " ms"),
        _Step(_END, 1, 1e6, " s", " s"),
    ),
    "ms": (
        _Step(1e3, 1, 1, " ms", " ms"),
        _Step(60000, 1, 1000, " s", " s"),
        _Step(3600000, 1, 60000, " min", " mins"),
        _Step(86400000, 1, 3600000, " hour", " hours"),
        _Step(31536000000, 1, 86400000, " day", " days"),
        _Step(_END, 1, 31536000000, " year", " years"),
    ),
    "s": (
        _Step(1e-6, 1e9, 1, " ns", " ns"),
        _Step(1e-3, 1e6, 1, " µs", " µs"),
        _Step(1, 1e3, 1, " ms", " ms"),
        _Step(60, 1, 1, " s", " s"),
        _Step(3600, 1, 60, " min", " mins"),
        _Step(86400, 1, 3600, " hour", " hours"),
        _Step(604800, 1, 86400, " day", " days"),
        _Step(31536000, 1, 604800, " week", " weeks"),
        _Step(_END, 1, 3.15569e7, " year", " years"),
    ),
    "m": (
        _Step(60, 1, 1, " min", " min"),
        _Step(1440, 1, 60, " hour", " hours"),
        _Step(10080, 1, 1440, " day", " days"),
        _Step(604800, 1, 10080, " week", " weeks"),
        _Step(_END, 1, 525948, " year", " years"),
    ),
    "h": (
        _Step(24, 1, 1, " hour", " hour"),
        _Step(168, 1, 24, " day", " days"),
        _Step(8760, 1, 168, " week", " weeks"),
        _Step(_END, 1, 8760, " year", " years"),
    ),
    "d": (
        _Step(7, 1, 1, " day", " days"),
        _Step(365, 1, 7, " week", " weeks"),
        _Step(_END, 1, 365, " year", " years"),
    ),
}

_WORDS = (
    (31536000000, "year"),
    (2592000000, "month"),
    (604800000, "week"),
    (86400000, "day"),
    (3600000, "hour"),
    (60000, "minute"),
    (1000, "second"),
    (1, "millisecond"),
)


def in_steps(unit: str) -> Formatter:
    """Show so many of the unit, or of a larger one."""
    steps = _STEPS[unit]

    def shown(value: float, decimals: int | None) -> Text:
        size = abs(value)
        step = next((step for step in steps if size < step.bound), steps[-1])
        result = value * step.times / step.per
        return Text("", numerals.fixed(result, decimals), step.one if abs(result) <= 1 else step.many)

    return shown


def seconds(value: float, decimals: int | None) -> Text:
    """Show seconds in the unit that suits them. Nothing is zero seconds, whatever the decimals."""
    return _in_seconds(value, decimals) if value else Text("", "0", " s")


def ticks(value: float, decimals: int | None) -> Text:
    """Show hundredths of a second in the unit that suits them."""
    return seconds(value / 100, decimals)


def _finite(formatter: Formatter) -> Formatter:
    """Leave what has no end to be shown as that."""

    def shown(value: float, decimals: int | None) -> Text:
        return formatter(value, decimals) if math.isfinite(value) else just(numerals.fixed(value, None))

    return shown


def in_words(milliseconds: int) -> Formatter:
    """Show so many times some milliseconds as ``1 hour, 20 minutes``: the largest unit, and one more for each decimal."""
    nothing = Text("", "0", " seconds" if milliseconds > 1 else " milliseconds")

    def shown(value: float, decimals: int | None) -> Text:
        if not value:
            return nothing
        left = abs(value) * milliseconds
        parts: list[str] = []
        for size, word in _WORDS:
            if not parts and left < size:
                continue
            number = math.floor(left / size)
            parts.append(f"{numerals.written(number)} {word}{'' if number == 1 else 's'}")
            if len(parts) > (decimals or 0):
                break
            left %= size
        return Text("", ", ".join(parts), " ago" if value < 0 else "")

    return _finite(shown)


@_finite
def colons(value: float, _: int | None) -> Text:
    """Show seconds as ``27:46:39``."""
    total = math.floor(abs(value))
    hours, minutes, rest = total // 3600, total // 60 % 60, total % 60
    return Text("", f"{hours:02d}:{minutes:02d}:{rest:02d}", " ago" if value < 0 else "")


@_finite
def days_and_colons(value: float, _: int | None) -> Text:
    """Show seconds as ``1 d 03:46:39``."""
    days, rest = divmod(abs(value), 86400)
    text = colons(rest, None).text
    return Text("", f"{days:.0f} d {text}" if days else text, " ago" if value < 0 else "")


def clock(milliseconds: int) -> Formatter:
    """Show so many times some milliseconds as ``02m:03s:456ms``: one part, and one more for each decimal."""

    def shown(value: float, decimals: int | None) -> Text:
        total = value * milliseconds
        parts = []
        if total >= 3600000:
            parts.append(f"{numerals.written(math.floor(total / 3600000))}h")
        if abs(total) > _LAST_DATE:
            parts.append("Invalid date")
        else:
            whole = int(total)
            minutes, rest, thousandths = whole // 60000 % 60, whole // 1000 % 60, whole % 1000
            if total >= 60000:
                parts.append(f"{minutes:02d}m")
            if total >= 1000:
                parts.append(f"{rest:02d}s")
            parts.append(f"{thousandths:03d}ms")
        return just(":".join(parts if decimals is None else parts[: decimals + 1]))

    return _finite(shown)


_in_seconds = in_steps("s")
