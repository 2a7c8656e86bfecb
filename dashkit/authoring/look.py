"""Colours with a meaning: thresholds, value mappings, overrides of single series."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Number = int | float


@dataclass(frozen=True, slots=True)
class Thresholds:
    """A base colour and the colour from each value upwards."""

    base: str
    steps: tuple[tuple[Number, str], ...] = ()
    percentage: bool = False

    def to_json_data(self) -> dict[str, Any]:
        steps: list[dict[str, Any]] = [{"color": self.base}]
        steps += [{"color": color, "value": value} for value, color in self.steps]
        return {"mode": "percentage" if self.percentage else "absolute", "steps": steps}


def thresholds(base: str, *steps: tuple[Number, str], percentage: bool = False) -> Thresholds:
    """``thresholds("green", (0.5, "orange"), (1, "red"))``: green below 0.5, orange from 0.5, red from 1.

    Raises:
        ValueError: the values do not rise.
    """
    values = [value for value, _ in steps]
    if values != sorted(set(values)):
        raise ValueError(f"the values of thresholds must rise: {values}")
    return Thresholds(base, steps, percentage)


@dataclass(frozen=True, slots=True)
class Mapping:
    """What a value is called, and its colour."""

    value: Number | str
    text: str
    color: str = ""

    def to_json_data(self) -> dict[str, Any]:
        result = {"text": self.text, **({"color": self.color} if self.color else {})}
        if self.value == "null":
            return {"type": "special", "options": {"match": "null", "result": result}}
        return {"type": "value", "options": {str(self.value): result}}


def mapping(value: Number | str, text: str, color: str = "") -> Mapping:
    """``mapping(0, "down", "red")``; the value ``"null"`` stands for no data."""
    return Mapping(value, text, color)


@dataclass(frozen=True, slots=True)
class FieldOverride:
    """Settings for some series or columns only."""

    matcher: str
    options: str
    properties: tuple[tuple[str, Any], ...]

    def to_json_data(self) -> dict[str, Any]:
        return {
            "matcher": {"id": self.matcher, "options": self.options},
            "properties": [{"id": key, "value": value} for key, value in self.properties],
        }


def override(
    name: str = "",
    *,
    regex: str = "",
    query: str = "",
    color: str = "",
    unit: str = "",
    title: str = "",
    width: int | None = None,
    decimals: int | None = None,
    thresholds: Thresholds | None = None,
    mappings: list[Mapping] | None = None,
    dashed: bool = False,
    right_axis: bool = False,
    hidden: bool = False,
    cell: str = "",
    **custom: Any,
) -> FieldOverride:
    """Settings for the series or column ``name``, for those that match ``regex``, or for those of the query ``query``.

    ``cell`` is a table cell type such as ``color-background`` or ``color-text``; ``custom`` are further keys of the
    panel's own field settings, such as ``fillOpacity=0``.
    """
    chosen = [("byName", name), ("byRegexp", regex), ("byFrameRefID", query)]
    given = [(matcher, value) for matcher, value in chosen if value]
    if len(given) != 1:
        raise ValueError("override needs one of: a name, regex=, query=")
    properties: list[tuple[str, Any]] = []
    if color:
        properties.append(("color", {"fixedColor": color, "mode": "fixed"}))
    for key, value in (("unit", unit), ("displayName", title), ("decimals", decimals), ("custom.width", width)):
        if value not in ("", None):
            properties.append((key, value))
    if thresholds is not None:
        properties.append(("thresholds", thresholds.to_json_data()))
    if mappings:
        properties.append(("mappings", [entry.to_json_data() for entry in mappings]))
    if dashed:
        properties.append(("custom.lineStyle", {"dash": [8, 8], "fill": "dash"}))
    if right_axis:
        properties.append(("custom.axisPlacement", "right"))
    if hidden:
        properties.append(("custom.hideFrom", {"legend": True, "tooltip": True, "viz": True}))
    if cell:
        properties.append(("custom.cellOptions", {"type": cell}))
    properties += [(f"custom.{key}", value) for key, value in custom.items()]
    return FieldOverride(*given[0], tuple(properties))
