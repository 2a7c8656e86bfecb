"""Colours that carry meaning: thresholds, value mappings, and overrides for single series."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Number = int | float


@dataclass(frozen=True, slots=True)
class Thresholds:
    """A base colour, and the colour from each value upwards."""

    base: str
    steps: tuple[tuple[Number, str], ...] = ()
    percentage: bool = False

    def to_json_data(self) -> dict[str, Any]:
        steps: list[dict[str, Any]] = [{"color": self.base}]
        steps += [{"color": color, "value": value} for value, color in self.steps]
        return {"mode": "percentage" if self.percentage else "absolute", "steps": steps}


def thresholds(base: str, *steps: tuple[Number, str], percentage: bool = False) -> Thresholds:
    """Define thresholds: ``thresholds("green", (0.5, "orange"), (1, "red"))`` is green below 0.5, orange from 0.5, red from 1.

    Raises:
        ValueError: the values do not rise.
    """
    values = [value for value, _ in steps]
    if values != sorted(set(values)):
        raise ValueError(f"the values of thresholds must rise: {values}")
    return Thresholds(base, steps, percentage)


@dataclass(frozen=True, slots=True)
class Mapping:
    """A text and a colour for a value."""

    value: Number | str
    text: str
    color: str = ""

    def to_json_data(self) -> dict[str, Any]:
        result = {"text": self.text, **({"color": self.color} if self.color else {})}
        if self.value == "null":
            return {"type": "special", "options": {"match": "null", "result": result}}
        return {"type": "value", "options": {str(self.value): result}}


def mapping(value: Number | str, text: str, color: str = "") -> Mapping:
    """Show a value as text: ``mapping(0, "down", "red")``. The value ``"null"`` means no data."""
    return Mapping(value, text, color)


@dataclass(frozen=True, slots=True)
class FieldOverride:
    """Settings for only some series or columns."""

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
    """Change settings for the series or column ``name``, for those that match ``regex``, or for those of the query ``query``.

    ``cell`` is a table cell type, such as ``color-background`` or ``color-text``. ``custom`` takes more of the panel type's own
    field settings, such as ``fillOpacity=0``.
    """
    chosen = [("byName", name), ("byRegexp", regex), ("byFrameRefID", query)]
    given = [(matcher, value) for matcher, value in chosen if value]
    if len(given) != 1:
        raise ValueError("override needs exactly one of: a name, regex=, query=")
    settings = {
        "color": {"fixedColor": color, "mode": "fixed"} if color else None,
        "unit": unit or None,
        "displayName": title or None,
        "decimals": decimals,
        "custom.width": width,
        "thresholds": thresholds.to_json_data() if thresholds is not None else None,
        "mappings": [entry.to_json_data() for entry in mappings] if mappings else None,
        "custom.lineStyle": {"dash": [8, 8], "fill": "dash"} if dashed else None,
        "custom.axisPlacement": "right" if right_axis else None,
        "custom.hideFrom": {"legend": True, "tooltip": True, "viz": True} if hidden else None,
        "custom.cellOptions": {"type": cell} if cell else None,
    }
    properties = [(key, value) for key, value in settings.items() if value is not None]
    return FieldOverride(*given[0], (*properties, *((f"custom.{key}", value) for key, value in custom.items())))
