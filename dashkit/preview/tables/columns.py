"""The columns of a table: which fields are shown, how wide they are, which kind of cells they have."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import tzinfo
from typing import Any, Literal, NamedTuple

from dashkit.lint.values import mapping, objects, text
from dashkit.preview.display.processor import Shown, processor
from dashkit.preview.fields.names import display_names
from dashkit.preview.fields.resolve import Range, field_range, numeric_range
from dashkit.preview.frames import Field, Frame
from dashkit.preview.plots.series import numeric
from dashkit.preview.scene import Options

Align = Literal["start", "middle", "end"]
Order = Literal["", "ascending", "descending"]

_WIDTH = 150.0
_LEAST = 20.0
#: What gauges range over if there are no numbers.
_LIMITS = (0.0, 100.0)
_ALIGNS: Mapping[str, Align] = {"left": "start", "center": "middle", "right": "end"}
#: What ``displayMode`` called kinds of cells before Grafana 9.5.
_OLD_KINDS: Mapping[str, Mapping[str, str]] = {
    "basic": {"type": "gauge", "mode": "basic"},
    "gradient-gauge": {"type": "gauge", "mode": "gradient"},
    "lcd-gauge": {"type": "gauge", "mode": "lcd"},
    "color-background": {"type": "color-background", "mode": "gradient"},
    "color-background-solid": {"type": "color-background", "mode": "basic"},
}


class Column(NamedTuple):
    """A field that is shown. ``kind`` and ``style`` are its type of cell and the options of that type."""

    name: str
    field: Field
    show: Callable[[Any], Shown]
    kind: str
    style: Mapping[str, Any]
    align: Align
    width: float
    wrap: bool
    wrap_name: bool
    #: What its gauges and colours range over.
    limits: Range
    #: Which way the rows are sorted by it, if they are.
    order: Order = ""


def columns(frame: Frame, frames: Sequence[Frame], options: Options, width: float, zone: tzinfo) -> list[Column]:
    """Return the columns of one of several frames, which together are ``width`` wide if their options allow that."""
    number = next(number for number, one in enumerate(frames) if one is frame)
    names = display_names(frames)[number]
    shared = numeric_range(frames)
    orders = {text(one.get("displayName")): one.get("desc") is True for one in objects(options.get("sortBy"))}
    found: list[Column] = []
    for place, (name, field) in enumerate(zip(names, frame.fields, strict=True)):
        custom = mapping(field.config.get("custom"))
        if is_hidden(custom):
            continue
        limits = field_range(field, shared)
        low, high = _span(field) if field.type == "time" else limits or (None, None)
        show = processor(field.config, field.type, _index(frame, place), low, high, name=name, timezone=zone)
        style = cell_options(custom)
        kind = text(style.get("type")) or "auto"
        wrap = custom.get("wrapText", style.get("wrapText")) is True
        wrap_name = custom.get("wrapHeaderText") is True
        order: Order = "" if name not in orders else "descending" if orders[name] else "ascending"
        found.append(
            Column(name, field, show, kind, style, _align(custom, field), 0, wrap, wrap_name, limits or _LIMITS, order)
        )
    return _placed(found, width)


def is_hidden(custom: Mapping[str, Any]) -> bool:
    """Return whether a column is hidden; Grafana 12 calls that otherwise than before."""
    return custom.get("hidden") is True or mapping(custom.get("hideFrom")).get("viz") is True


def cell_options(custom: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return type and options of the cells of a column."""
    given = custom.get("cellOptions")
    if isinstance(given, dict):
        return given
    old = text(custom.get("displayMode"))
    return _OLD_KINDS.get(old, {"type": old})


def _span(field: Field) -> tuple[float | None, float | None]:
    """Return the first and the last time of a column, by which its times show milliseconds or do not."""
    known = [value for value in map(numeric, field.values) if value is not None]
    return min(known, default=None), max(known, default=None)


def _index(frame: Frame, place: int) -> int:
    """Return the number of a field among those with numbers, which its colour may come from."""
    return sum(1 for field in frame.fields[:place] if field.type == "number")


def _align(custom: Mapping[str, Any], field: Field) -> Align:
    return _ALIGNS.get(text(custom.get("align"))) or ("end" if field.type == "number" else "start")


def _placed(found: Sequence[Column], width: float) -> list[Column]:
    """Return columns with their widths: those that say none share what the others leave, but none gets too narrow."""
    options = [mapping(column.field.config.get("custom")) for column in found]
    own = [_size(custom.get("width")) for custom in options]
    automatic = sum(size is None for size in own)
    share = (width - sum(size for size in own if size is not None)) / automatic if automatic else 0.0
    return [
        column._replace(width=max(share, _size(custom.get("minWidth")) or _WIDTH) if size is None else size)
        for column, custom, size in zip(found, options, own, strict=True)
    ]


def _size(option: Any) -> float | None:
    number = numeric(option)
    return max(number, _LEAST) if number else None
