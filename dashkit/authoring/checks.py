"""Checks of values whose type says too little: units, colours, durations, places on the grid."""

from __future__ import annotations

import re
from functools import cache
from zoneinfo import available_timezones

from dashkit.authoring.choices import COLOR_MODES, COLORS
from dashkit.authoring.conform import MismatchError, nearest
from dashkit.model.durations import is_duration
from dashkit.model.grafana_names import unit_meant

_HEX = re.compile(r"#([0-9A-Fa-f]{3,4}|[0-9A-Fa-f]{6}|[0-9A-Fa-f]{8})")
_CSS = re.compile(r"(rgb|rgba|hsl|hsla)\([\d\s.,%/]+\)")
_VARIABLE = re.compile(r"\$\w+|\$\{\w+(:\w+)?\}|\[\[\w+\]\]")
_NOW = re.compile(r"now([+-]\d+[smhdwMyQ])*(/f?[smhdwMyQ])?")


def unit(value: str) -> None:
    """Refuse what looks like one of Grafana's units, but is none: Grafana would print it behind each number."""
    meant = unit_meant(value)
    if meant:
        raise MismatchError(
            f"is not a unit of Grafana; did you mean {meant!r}? A unit of your own is written 'suffix:{value}'"
        )


def is_color(value: str) -> bool:
    """Return whether a text is a colour: a name of Grafana's, ``#rgb``, ``#rrggbb``, ``rgba(...)`` or a variable."""
    return value in COLORS or bool(_HEX.fullmatch(value) or _CSS.fullmatch(value) or _VARIABLE.fullmatch(value))


def color(value: str) -> None:
    """Refuse anything that Grafana would not draw."""
    if not is_color(value):
        raise MismatchError(f"is not a colour{nearest(value, COLORS) or '; write a name such as green, or #rrggbb'}")


def color_scheme(value: str) -> None:
    """Accept a colour, the shades of one (``shades:blue``), or one of Grafana's colour schemes."""
    if value in COLOR_MODES or is_color(value.removeprefix("shades:")):
        return
    known = (*COLOR_MODES, *COLORS)
    raise MismatchError(
        f"is neither a colour nor a colour scheme{nearest(value, known) or '; write a name such as green'}"
    )


def duration(value: str) -> None:
    """Accept a duration such as ``1m`` or ``>1m``, or a variable."""
    text = value.removeprefix(">")
    if not (is_duration(text) and text != "0") and not _VARIABLE.fullmatch(value):
        raise MismatchError("is not a duration such as 30s, 5m or 1h")


def refresh(value: str) -> None:
    """Accept how often a dashboard loads its panels again; ``auto`` leaves it to Grafana."""
    if value != "auto" and not (is_duration(value) and value != "0"):
        raise MismatchError("is not a duration such as 30s, 5m or 1h")


def moment(value: str) -> None:
    """Accept a time as Grafana writes it: ``now``, ``now-6h``, ``now-1d/d``, or a date."""
    if not _NOW.fullmatch(value) and not re.fullmatch(r"\d{4}-\d\d-\d\d([T ][\d:.]+Z?)?|\d{10,}", value):
        raise MismatchError("is not a time such as now-6h, now/d or 2026-01-31")


def time_range(value: str | tuple[str, str]) -> tuple[str, str]:
    """Return the beginning and the end: ``6h`` and ``now-6h`` end now.

    Raises:
        MismatchError: it is no time range.
    """
    if isinstance(value, tuple | list) and len(value) == 2 and all(isinstance(one, str) for one in value):
        start, end = value
    elif not isinstance(value, str):
        raise MismatchError('is not a time range; write "6h", or two times: ("now-2d/d", "now-1d/d")')
    else:
        start, end = value if value.startswith("now") or not is_duration(value) else f"now-{value}", "now"
    try:
        moment(start)
        moment(end)
    except MismatchError:
        raise MismatchError(
            'is not a time range; write "6h", "now-7d/d", or two times: ("now-2d/d", "now-1d/d")'
        ) from None
    return start, end


def timezone(value: str) -> None:
    """Accept ``browser``, ``utc``, or a name from the time zone database."""
    if value in ("", "browser", "utc", "UTC"):
        return
    known = _timezones()
    if value in known:
        return
    city = next((name for name in sorted(known) if name.rpartition("/")[2].lower() == str(value).lower()), "")
    raise MismatchError(f"is not a time zone{f'; did you mean {city!r}?' if city else nearest(value, known)}")


@cache
def _timezones() -> frozenset[str]:
    """Return the names of the time zone database, for which Python reads many files."""
    return frozenset(available_timezones())


def variable_name(value: str) -> None:
    """Accept a name that ``$name`` can refer to."""
    if not re.fullmatch(r"\w+", value) or value.startswith("__"):
        raise MismatchError("is not a name for a variable: use letters, digits and _, and do not begin with __")


def columns(value: int) -> None:
    """Accept a width on the grid."""
    if not 1 <= value <= 24:
        raise MismatchError("is not a width: a dashboard has 24 columns, so it must be from 1 to 24")


def lines(value: int) -> None:
    """Accept a height on the grid."""
    if not 1 <= value <= 1000:
        raise MismatchError("is not a height: it counts lines of 30 pixels, so it must be at least 1")


def opacity(value: int) -> None:
    """Accept a percentage."""
    if not 0 <= value <= 100:
        raise MismatchError("is not between 0 and 100")


def panel_key(value: str | int) -> None:
    """Accept a key, or the id that the panel has in Grafana."""
    if isinstance(value, int) and not 0 < value < 2**31:
        raise MismatchError("is not a panel id: ids are from 1 to 2147483647")


def relative_time(value: str) -> None:
    """Accept a duration, perhaps rounded: ``24h``, ``1d/d``, ``now/d``."""
    if not re.fullmatch(r"(now|\d+[smhdwMy])(/[smhdwMy])?", value) and not _VARIABLE.fullmatch(value):
        raise MismatchError("is not a time such as 24h, 7d or now/d")
