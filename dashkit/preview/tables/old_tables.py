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


#: Since this schema, a panel "table" is the one of today. An older one with styles has the columns that these describe.
FIRST_SCHEMA = 24
_ALL = "/.*/"


def is_old(panel: Mapping[str, Any], schema: object) -> bool:
    """Return whether a panel is a table of before Grafana 7, whatever field options it has besides."""
    old = isinstance(schema, int) and schema < FIRST_SCHEMA
    return old and panel.get("type") == "table" and isinstance(panel.get("styles"), list)


def field_config_of(styles: Any) -> Mapping[str, Any]:
    """Return the field options for the ``styles`` of a table, as Grafana migrates them; that for all columns is the default."""
    listed = objects(styles)
    usual = next((style for style in listed if style.get("pattern") == _ALL), {})
    defaults = {
        name: value for name, value in _properties(usual).items() if name in ("unit", "decimals", "displayName")
    }
    return {
        "defaults": {name: value for name, value in defaults.items() if value not in (None, "")},
        "overrides": [_override(style) for style in listed if style.get("pattern") != _ALL],
    }


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
        "unit": text(style.get("unit")),
        "decimals": style.get("decimals"),
        "custom.align": text(style.get("align")),
        "links": _links(style),
        "mappings": _mappings(style),
    }
    if kind == "date":
        found["unit"] = f"time:{text(style.get('dateFormat')) or 'YYYY-MM-DD HH:mm:ss'}"
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
