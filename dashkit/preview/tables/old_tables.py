"""What the tables of before Grafana 7 said of their columns, as overrides of today."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from dashkit.lint.values import objects, text
from dashkit.preview.fields.scalars import number_of

_CELL = re.compile(r"\$(?:\{__cell(_\d+)?(?::raw)?\}|__cell(_\d+)?(?::raw)?)")
_COLOURED: Mapping[str, Mapping[str, Any]] = {
    "cell": {"type": "color-background", "mode": "basic"},
    "row": {"type": "color-background", "mode": "basic", "applyToRow": True},
    "value": {"type": "color-text"},
}


def overrides_of(styles: Any) -> list[Mapping[str, Any]]:
    """Return the overrides for the ``styles`` of a table. Of styles, the first that fits won; of overrides it is the last."""
    return [_override(style) for style in reversed(objects(styles))]


def _override(style: Mapping[str, Any]) -> Mapping[str, Any]:
    pattern = text(style.get("pattern"))
    kind = "byRegexp" if pattern.startswith("/") else "byName"
    properties = [
        {"id": name, "value": value} for name, value in _properties(style).items() if value not in (None, "", [])
    ]
    return {"matcher": {"id": kind, "options": pattern}, "properties": properties}


def _properties(style: Mapping[str, Any]) -> dict[str, Any]:
    kind = style.get("type")
    if kind == "hidden":
        return {"custom.hidden": True}
    found: dict[str, Any] = {
        "displayName": text(style.get("alias")),
        "custom.align": text(style.get("align")),
        "links": _links(style),
        "mappings": _mappings(style),
    }
    if kind == "date":
        found["unit"] = f"time:{text(style.get('dateFormat')) or 'YYYY-MM-DD HH:mm:ss'}"
    if kind == "number":
        found |= {"unit": text(style.get("unit")), "decimals": style.get("decimals")}
    if coloured := _COLOURED.get(text(style.get("colorMode"))):
        found |= {"custom.cellOptions": coloured, "thresholds": {"mode": "absolute", "steps": _steps(style)}}
    return found


def _steps(style: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    colours, starts = style.get("colors"), style.get("thresholds")
    if not isinstance(colours, list) or not isinstance(starts, list):
        return []
    values = [None, *map(number_of, starts)]
    return [{"color": colour, "value": value} for colour, value in zip(colours, values, strict=False)]


def _links(style: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    url = text(style.get("linkUrl"))
    if style.get("link") is not True or not url:
        return []
    title, blank = text(style.get("linkTooltip")), style.get("linkTargetBlank")
    return [{"title": _CELL.sub(_reference, title), "url": _CELL.sub(_reference, url), "targetBlank": blank}]


def _reference(found: re.Match[str]) -> str:
    """Return today's name of the value of a cell, or of another one in its row."""
    place = found[1] or found[2]
    return f"${{__data.fields[{place[1:]}]}}" if place else "${__value.raw}"


def _mappings(style: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    texts = {text(one.get("value")): {"text": one.get("text")} for one in objects(style.get("valueMaps"))}
    ranges = [
        {
            "type": "range",
            "options": {"from": one.get("from"), "to": one.get("to"), "result": {"text": one.get("text")}},
        }
        for one in objects(style.get("rangeMaps"))
    ]
    return [*([{"type": "value", "options": texts}] if texts else []), *ranges]
