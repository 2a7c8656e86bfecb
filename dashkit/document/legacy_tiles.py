"""Tiles (stat, gauge, bar gauge) as Grafana 6 and 7.0 stored them: their fields were among the options."""

from __future__ import annotations

import re
from typing import Any

from dashkit.document.edit import drop, set_given
from dashkit.document.legacy_retired import CALCS, field_defaults, reduce_to
from dashkit.document.thresholds import modern_mappings, modern_thresholds
from dashkit.document.v2.loose import mapping, objects, text

_TILES = ("stat", "gauge", "bargauge")
_STANDARD = ("unit", "decimals", "min", "max", "links", "noValue", "displayName")


def is_old_tile(panel: dict[str, Any]) -> bool:
    """Return whether a tile has its fields among its options, as far as its version lets Grafana read them there."""
    saved = re.match(r"\s*\d+", text(panel.get("pluginVersion")))
    return panel.get("type") in _TILES and not (saved and int(saved[0]) >= 7) and bool(_old_keys(panel))


def drop_old_settings(panel: dict[str, Any]) -> None:
    """Remove from a tile of today what only older ones read."""
    if panel.get("type") in _TILES:
        drop(mapping(panel.get("options")), *_old_keys(panel))


def _old_keys(panel: dict[str, Any]) -> set[str]:
    return mapping(panel.get("options")).keys() & {"fieldOptions", "valueOptions"}


def modern_tile(panel: dict[str, Any]) -> None:
    """Move the settings of fields of an old tile to where they are today, in place."""
    options = panel["options"]
    old, value = mapping(options.pop("fieldOptions", None)), mapping(options.pop("valueOptions", None))
    defaults, settings = field_defaults(panel), mapping(old.get("defaults"))
    set_given(defaults, **{key: settings[key] for key in _STANDARD if key in settings})
    set_given(defaults, displayName=settings.get("title"))
    set_given(defaults, unit=value.get("unit"), decimals=value.get("decimals"))
    set_given(defaults, min=options.pop("minValue", None), max=options.pop("maxValue", None))
    mappings = settings.get("mappings") or old.get("mappings") or options.pop("valueMappings", None)
    set_given(defaults, mappings=modern_mappings(mappings))
    limits = settings.get("thresholds") or old.get("thresholds") or options.pop("thresholds", None)
    set_given(defaults, thresholds=modern_thresholds({"steps": limits} if isinstance(limits, list) else limits))
    color = settings.get("color")
    set_given(defaults, color={"fixedColor": color, "mode": "fixed"} if isinstance(color, str) else color)
    panel["fieldConfig"]["overrides"] += objects(old.get("overrides"))
    calcs = old.get("calcs") or [text(value.get("stat")) or "mean"]
    reduction = {**reduce_to(*(CALCS.get(calc, calc) for calc in calcs)), "values": bool(old.get("values"))}
    options["reduceOptions"] = {**reduction, **({"limit": old["limit"]} if old.get("limit") else {})}
    panel.pop("pluginVersion", None)
    drop(options, "thresholds", "valueMappings", "minValue", "maxValue")
    _scale_of_percentages(defaults)


def _scale_of_percentages(defaults: dict[str, Any]) -> None:
    """Write down the scale that percentages had before Grafana 8."""
    if (most := {"percent": 100, "percentunit": 1}.get(text(defaults.get("unit")))) is not None:
        defaults.setdefault("min", 0)
        defaults.setdefault("max", most)
