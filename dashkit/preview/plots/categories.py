"""Categories: the rows of a frame, with the numbers that each of them has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from itertools import pairwise
from typing import Any, NamedTuple

from dashkit.lint.values import mapping, text
from dashkit.preview.data import Data
from dashkit.preview.display.colour import Colour
from dashkit.preview.display.processor import Shown, processor, series_colour
from dashkit.preview.display.states import shown_states
from dashkit.preview.fields.names import display_names
from dashkit.preview.fields.resolve import Range, field_range, numeric_range
from dashkit.preview.frames import Field, Frame
from dashkit.preview.plots.series import Series, numeric
from dashkit.preview.scene import Options
from dashkit.preview.transform.join import with_one_time

_MINUTE, _HOUR, _DAY = 60_000, 3_600_000, 86_400_000
_CUT = "..."


class Categories(NamedTuple):
    """What a bar chart shows: the name of each row, and series with a value for each row."""

    names: Sequence[str]
    series: Sequence[Series]
    #: Whether the rows are times.
    timed: bool = False
    #: The field that colours rows, what is shown for its values, and the colour of each row.
    by: Field | None = None
    by_show: Callable[[Any], Shown] | None = None
    colours: Sequence[Colour | None] = ()


def categories(data: Data, options: Options) -> Categories | None:
    """Return the rows of the first frame, or of all frames joined by time; None if there is nothing to draw."""
    frames = with_one_time([frame for frame in data.frames if frame.length])
    if not frames:
        return None
    frame, shared = frames[0], numeric_range(frames)
    names = display_names(frames)[0]
    x = _chosen(frame, names, text(options.get("xField"))) or _usual(frame)
    if x is None:
        return None
    series = _series(frame, names, x, shared)
    if not series:
        return None
    found = Categories(_texts(x, options, data.zone), series, timed=x.type == "time")
    by = _chosen(frame, names, text(options.get("colorByField")))
    if by is None:
        return found
    place = next(number for number, field in enumerate(frame.fields) if field is by)
    show = shown_states(by, place, names[place], shared)
    return found._replace(by=by, by_show=show, colours=[show(value).colour for value in by.values])


def _chosen(frame: Frame, names: Sequence[str], wanted: str) -> Field | None:
    if not wanted:
        return None
    pairs = zip(frame.fields, names, strict=True)
    return next((field for field, name in pairs if wanted in (name, field.name)), None)


def _usual(frame: Frame) -> Field | None:
    kinds = ("string", "time", "boolean")
    return next((field for kind in kinds for field in frame.fields if field.type == kind), None)


def _series(frame: Frame, names: Sequence[str], x: Field, shared: Range | None) -> list[Series]:
    found: list[Series] = []
    for field, name in zip(frame.fields, names, strict=True):
        if field is x or field.type != "number":
            continue
        number = len(found)
        low, high = field_range(field, shared) or (None, None)
        show = processor(field.config, field.type, number, low, high, name=name)
        colour = series_colour(field.config, number, name=name, values=field.values, minimum=low, maximum=high)
        values = [numeric(value) for value in field.values]
        places = list(map(float, range(len(values))))
        found.append(Series(number, name, field, places, values, colour, show, mapping(field.config.get("custom"))))
    return found


def _texts(x: Field, options: Options, zone: tzinfo) -> list[str]:
    if x.type == "time" and not text(x.config.get("unit")):
        return _times(x.values, zone)
    low, high = field_range(x, None) or (None, None)
    show = processor(x.config, x.type, 0, low, high, timezone=zone)
    longest = numeric(options.get("xTickLabelMaxLength"))
    return [_shortened(show(value).text.whole, longest) for value in x.values]


def _shortened(name: str, longest: float | None) -> str:
    return name[: int(longest)] + _CUT if longest and 0 < longest < len(name) else name


def _times(values: Sequence[Any], zone: tzinfo) -> list[str]:
    """Return times as far as they say something, which the distance of two of them tells."""
    known = sorted({at for at in map(numeric, values) if at is not None})
    step = min((later - earlier for earlier, later in pairwise(known)), default=_MINUTE)
    if step < _MINUTE:
        form = "%H:%M:%S"
    elif step < _HOUR:
        form = "%H:%M"
    elif step < _DAY:
        form = "%m/%d %H:%M"
    elif step < 28 * _DAY:
        form = "%m/%d"
    else:
        form = "%Y-%m" if step < 365 * _DAY else "%Y"
    return [_time(numeric(value), form, zone) for value in values]


def _time(at: float | None, form: str, zone: tzinfo) -> str:
    try:
        return "" if at is None else datetime.fromtimestamp(at / 1000, zone).strftime(form)
    except (OverflowError, ValueError, OSError):
        return ""
