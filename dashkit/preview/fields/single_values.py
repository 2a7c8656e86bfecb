"""The values of panels that show single values: one for each calculation over a field, or one for each row."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, NamedTuple

from dashkit.lint.values import mapping, text, texts
from dashkit.preview.data import Data
from dashkit.preview.display.colour import Colour
from dashkit.preview.display.processor import Shown, processor
from dashkit.preview.display.theme import FALLBACK
from dashkit.preview.fields.matchers import Candidate, candidates, matched_names
from dashkit.preview.fields.reduce import reduced
from dashkit.preview.fields.resolve import Range, field_range, numeric_range
from dashkit.preview.fields.row_names import row_name
from dashkit.preview.frames import Field, Frame, first_of_type
from dashkit.preview.links import Linked, link_maker
from dashkit.preview.plots.series import numeric
from dashkit.preview.scene import Options
from dashkit.preview.units import Text
from dashkit.preview.units.text import just

NO_DATA = "No data"
_CALCULATION = "lastNotNull"
#: How many rows are shown where the options name no limit, and with any limit.
_ROWS, _MOST_ROWS = 25, 10_000
#: How many values are said in words.
_SAID = 10
#: What colours a panel whose options say nothing.
_PLAIN = {"thresholds": {"mode": "absolute", "steps": [{"color": "green", "value": None}]}}


class Single(NamedTuple):
    """A named value, as it is shown."""

    name: str
    shown: Shown
    config: Mapping[str, Any]
    #: The lowest and the highest value that its field is shown for, if that is known.
    range: Range | None
    #: Returns what is shown for another value of its field.
    show: Callable[[Any], Shown]
    #: What the value was calculated from, and the times of that, if it was over time.
    field: Field | None = None
    time: Field | None = None
    #: Where a click leads.
    link: str = ""

    @property
    def text(self) -> Text:
        return self.shown.text

    @property
    def colour(self) -> Colour:
        return self.shown.colour or FALLBACK

    @property
    def number(self) -> float | None:
        return self.shown.number


class _Source(NamedTuple):
    """A field that values come from; ``number`` is its place among fields of numbers."""

    frame: Frame
    field: Field
    name: str
    names: Sequence[str]
    number: int
    range: Range | None


def single_values(panel: Options, data: Data) -> list[Single]:
    """Return the values of a panel as its ``reduceOptions`` choose them; none if there are none."""
    options = mapping(mapping(panel.get("options")).get("reduceOptions"))
    sources = _sources(data.frames, text(options.get("fields")))
    if options.get("values") is True:
        limit = numeric(options.get("limit"))
        count = int(min(limit, _MOST_ROWS)) if limit and limit > 0 else _ROWS
        return list(islice(_of_rows(sources, data), count))
    return list(_calculated(sources, _calculations(options), data))


def nothing(panel: Options) -> Single:
    """Return what is shown where there are no values."""
    config = {**_PLAIN, **mapping(mapping(panel.get("fieldConfig")).get("defaults"))}
    show = processor(config)
    shown = show(None)
    # A mapping of null, or the text for no value, says it better.
    return Single("", shown if shown.text.whole else shown._replace(text=just(NO_DATA)), config, None, show)


def said(panel: Options, values: Sequence[Single]) -> str:
    """Return the first values in words, for those who do not see them."""
    words = (f"{one.name} {one.text.whole}".strip() for one in values[:_SAID])
    return f"{text(panel.get('title'))}: {', '.join(words)}"


def without_needless_name(panel: Options, values: Sequence[Single]) -> Sequence[Single]:
    """Return values without the name of the only one, unless somebody chose it."""
    chosen = mapping(mapping(panel.get("fieldConfig")).get("defaults")).get("displayName")
    return [values[0]._replace(name="")] if len(values) == 1 and not chosen else values


def share_of(value: float | None, limits: Range) -> float:
    """Return how far a value is on the way from the lowest to the highest, from 0 to 1."""
    low, high = limits
    if value is None or not low < high:
        return 0
    if not math.isfinite(value):
        return float(value > 0)
    share = (value - low) / (high - low)
    return min(max(share, 0), 1) if share == share else 0


def longest(values: Sequence[Single]) -> tuple[str, Text]:
    """Return a name and a text as long as any, which all values have room for."""
    written = [value.text for value in values]
    parts = (max((one[place] for one in written), key=len, default="") for place in range(3))
    return max((value.name for value in values), key=len, default=""), Text(*parts)


def _calculations(options: Options) -> list[str]:
    return texts(options.get("calcs")) or [_CALCULATION]


def _sources(frames: Sequence[Frame], wanted: str) -> Iterator[_Source]:
    shared = numeric_range(frames)
    matches = matched_names([], wanted) if wanted else _is_number
    number = 0
    for frame, fields in zip(frames, candidates(frames), strict=True):
        names = [one.name for one in fields]
        for one in fields:
            hidden = mapping(mapping(one.field.config.get("custom")).get("hideFrom")).get("viz") is True
            if matches(one) and not hidden:
                limits = field_range(one.field, shared) if one.field.type == "number" else None
                yield _Source(frame, one.field, one.name, names, number, limits)
            number += one.field.type == "number"


def _is_number(one: Candidate) -> bool:
    return one.field.type == "number"


def _processor(source: _Source, number: int, name: str, data: Data) -> Callable[[Any], Shown]:
    low, high = source.range or (None, None)
    return processor(source.field.config, source.field.type, number, low, high, name=name, timezone=data.zone)


def _calculated(sources: Iterator[_Source], calcs: Sequence[str], data: Data) -> Iterator[Single]:
    for source in sources:
        field = source.field
        results = reduced(field.values, calcs)
        time = first_of_type(source.frame, "time") if field.type == "number" else None
        for calc in calcs:
            name = source.name.replace("${__calc}", calc).replace("$__calc", calc)
            show = _processor(source, source.number, name, data)
            value = results.get(calc)
            of_value = source._replace(field=replace(field, values=[value]), frame=Frame((), source.frame.name))
            link = _link(of_value, 0, name, show, data)
            yield Single(name, show(value), field.config, source.range, show, field, time, link)


def _of_rows(sources: Iterator[_Source], data: Data) -> Iterator[Single]:
    number = 0
    for source in sources:
        for row, value in enumerate(source.field.values):
            name = row_name(source.frame, source.names, source.field, row, source.name)
            show = _processor(source, number, name, data)
            link = _link(source, row, name, show, data)
            yield Single(name, show(value), source.field.config, source.range, show, link=link)
            number += 1


def _link(source: _Source, row: int, name: str, show: Callable[[Any], Shown], data: Data) -> str:
    """Return the first of a value's links; empty if it has none that is safe."""
    if not source.field.config.get("links"):
        return ""
    others = [
        Linked(shown, field, processor(field.config, field.type, timezone=data.zone))
        for shown, field in zip(source.names, source.frame.fields, strict=False)
    ]
    links = link_maker(Linked(name, source.field, show), others, source.frame, data.time)(row)
    return links[0].url if links else ""
