"""Addresses that authors write: made safe, and with the values of a row filled in.

https://grafana.com/docs/grafana/latest/panels-visualizations/configure-data-links/
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import tzinfo
from typing import Any, NamedTuple
from urllib.parse import quote

from dashkit.lint.values import objects, text
from dashkit.preview.data import TimeRange
from dashkit.preview.display.processor import Shown, processor
from dashkit.preview.fields.scalars import text_of
from dashkit.preview.fields.variables import filled
from dashkit.preview.frames import Field, Frame, first_of_type
from dashkit.promql.interpolate import Chosen, glob

_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_SAFE = frozenset(("http", "https", "mailto"))
#: Browsers skip these inside of an address, and would find a scheme that we do not see.
_SKIPPED = re.compile(r"[\x00-\x1f\x7f]")
_VARIABLE = re.compile(
    r"\$\{__(value|data\.fields|field|series|url_time_range|all_variables)((?:\.[^.\[\]{}:]+|\[[^\[\]{}]*\])*)(:\w+)?\}"
)
_PART = re.compile(r"\.([^.\[\]{}:]+)|\[[\"']?([^\[\]{}\"']*)[\"']?\]")
#: What stays as it is in an address as a whole, and in a part of one.
_OF_ADDRESS = "!#$&'()*+,/:;=?@~"
_OF_PART = "!'()*~"


class Link(NamedTuple):
    """A link of a cell; its address is safe."""

    title: str
    url: str
    new_tab: bool = False


class Linked(NamedTuple):
    """A field as links see it, whether it is shown or not."""

    name: str
    field: Field
    show: Callable[[Any], Shown]


class _Place(NamedTuple):
    """A cell: the row of one of several fields."""

    row: int
    own: Linked
    fields: Sequence[Linked]
    frame: Frame
    time: TimeRange


def safe_url(address: str) -> str:
    """Return an address that a page can link to; empty if it is neither relative, nor http, https or mailto."""
    address = _SKIPPED.sub("", address).strip()
    scheme = _SCHEME.match(address)
    return "" if scheme and scheme[1].lower() not in _SAFE else address


def address(chosen: Chosen) -> str:
    """Write the values of a variable into an address."""
    return quote(glob(chosen), safe=_OF_PART)


def linked_fields(frame: Frame, names: Sequence[str], zone: tzinfo) -> list[Linked]:
    """Return the fields of a frame with what links need to know of them."""
    return [
        Linked(name, field, processor(field.config, field.type, name=name, timezone=zone))
        for name, field in zip(names, frame.fields, strict=True)
    ]


def link_maker(
    own: Linked, fields: Sequence[Linked], frame: Frame, time: TimeRange
) -> Callable[[int], tuple[Link, ...]]:
    """Return the function from a row to the links of one field; those that are not safe are left out."""
    options = objects(own.field.config.get("links"))

    def links(row: int) -> tuple[Link, ...]:
        place = _Place(row, own, fields, frame, time)
        return tuple(link for link in (_link(one, place) for one in options) if link.url)

    return links if options else lambda _: ()


def _link(options: Mapping[str, Any], place: _Place) -> Link:
    url = safe_url(_filled(text(options.get("url")), place, address=True))
    return Link(_filled(text(options.get("title")), place) or url, url, options.get("targetBlank") is True)


def _filled(written: str, place: _Place, *, address: bool = False) -> str:
    """Return a text with its variables filled in; in an address, they are escaped."""

    def value(found: re.Match[str]) -> str:
        form = found[3]
        said = _said(found, place)
        if form == ":percentencode":
            return quote(said, safe=_OF_PART)
        return quote(said, safe=_OF_ADDRESS) if address and form != ":raw" else said

    return _VARIABLE.sub(value, written)


def _said(found: re.Match[str], place: _Place) -> str:
    kind = found[1]
    path = [dotted or bracketed for dotted, bracketed in _PART.findall(found[2])]
    if kind == "value":
        return _value(place.own, place, path[0] if path else "raw")
    if kind == "data.fields":
        other = _named(path[0], place.fields) if path else None
        return _value(other, place, path[1] if len(path) > 1 else "text") if other else ""
    if kind == "url_time_range":
        return f"from={place.time.start:.0f}&to={place.time.end:.0f}"
    if kind == "all_variables":
        return ""
    return filled(f"${{__{kind}{found[2]}}}", place.own.field, place.own.name, lambda: place.frame.name)


def _named(key: str, fields: Sequence[Linked]) -> Linked | None:
    """Return a field by its name, as it is shown or not, or by its number."""
    for one in fields:
        if key in (one.name, one.field.name):
            return one
    number = int(key) if key.isdecimal() and len(key) < 6 else len(fields)
    return fields[number] if number < len(fields) else None


def _value(of: Linked, place: _Place, part: str) -> str:
    if part == "time":
        time = first_of_type(place.frame, "time")
        return text_of(time.values[place.row]) if time else ""
    value = of.field.values[place.row]
    if part == "text":
        return of.show(value).text.whole
    if part == "numeric":
        number = of.show(value).number
        return "NaN" if number is None else text_of(number)
    return text_of(value)
