"""The building blocks of all panels: grafanalib's Panel in Grafana's current format, field defaults and legends."""

from __future__ import annotations

import difflib
from typing import Any, TypedDict, Unpack

import attr
from grafanalib import core

from dashkit.authoring.look import FieldOverride, Mapping, Number, Thresholds

Query = Any
"""A grafanalib Target."""

_COMMON = ("unit", "decimals", "thresholds", "minimum", "maximum", "mappings", "no_data", "legend", "calcs")


@attr.s
class Panel(core.Panel):  # type: ignore[misc]
    """A panel of any type in Grafana's current format. grafanalib's own classes write formats that are years old."""

    kind: str = attr.ib(default="timeseries")
    options: dict[str, Any] = attr.ib(factory=dict)
    field_config: dict[str, Any] = attr.ib(factory=dict)

    def to_json_data(self) -> Any:
        config = {"fieldConfig": self.field_config} if self.field_config else {}
        return self.panel_json({"type": self.kind, "options": self.options, **config})


class PanelOptions(TypedDict, total=False):
    """The options that every panel takes by name."""

    #: Say what good looks like. Grafana shows the text behind the (i) icon.
    description: str
    #: The width in grid columns; a dashboard has 24.
    width: int
    #: The height in grid rows of 30 pixels.
    height: int
    #: An id that stays the same if the title or the row changes. Required for panels that alert rules link to.
    key: str
    #: Settings for only some series or columns; see `override`.
    overrides: list[FieldOverride]
    #: Grafana's transformations, in the format that it stores.
    transformations: list[dict[str, Any]]
    #: Links in the panel's menu, each with title and url.
    links: list[dict[str, Any]]
    #: A variable; the panel is repeated for each of its selected values.
    repeat: str
    #: The minimum interval between points, such as ``1m``.
    interval: str
    #: A uid, ``${variable}`` or an object. The default is the variable ``datasource``.
    datasource: str | dict[str, str]
    #: Draw the panel without a frame.
    transparent: bool


def build_panel(
    kind: str,
    title: str,
    queries: tuple[Query, ...],
    options: dict[str, Any],
    defaults: dict[str, Any],
    *,
    size: tuple[int, int],
    **given: Unpack[PanelOptions],
) -> Panel:
    """Create a panel from its parts. ``size`` is its default width and height.

    Raises:
        TypeError: there is no such option. The message suggests the closest match.
    """
    unknown = sorted(given.keys() - PanelOptions.__annotations__.keys())
    if unknown:
        near = difflib.get_close_matches(unknown[0], [*PanelOptions.__annotations__, *_COMMON], n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise TypeError(f"panel {title!r} has no option {unknown[0]!r}{hint}")
    overrides = [entry.to_json_data() for entry in given.get("overrides", [])]
    repeat, key = given.get("repeat"), given.get("key")
    inherited: dict[str, Any] = {
        "title": title,
        "targets": list(queries),
        "dataSource": given.get("datasource"),
        "description": " ".join(given.get("description", "").split()) or None,
        "gridPos": {"w": given.get("width", size[0]), "h": given.get("height", size[1])},
        "transformations": given.get("transformations", []),
        "links": given.get("links", []),
        "repeat": core.Repeat(direction="h", variable=repeat) if repeat else core.Repeat(),
        "interval": given.get("interval") or None,
        "transparent": given.get("transparent", False),
        "extraJson": {"key": key} if key else None,
    }
    # A dict hides these from mypy, because grafanalib is untyped and its inherited parameters are unknown.
    config = {} if kind in ("text", "alertlist") else {"defaults": defaults, "overrides": overrides}
    panel: Panel = Panel(**inherited, kind=kind, options=options, field_config=config)
    return panel


def colour_by_value(defaults: dict[str, Any], thresholds: Thresholds | None, mappings: list[Mapping] | None) -> None:
    """Colour values by threshold or mapping. Without either, use plain blue: Grafana's default turns red above 80."""
    if thresholds is None and not mappings:
        defaults["color"] = {"fixedColor": "blue", "mode": "fixed"}
        return
    defaults["color"] = {"mode": "thresholds"}
    defaults.setdefault("thresholds", {"mode": "absolute", "steps": [{"color": "text"}]})


def field(
    *,
    unit: str = "",
    decimals: int | None = None,
    minimum: Number | None = None,
    maximum: Number | None = None,
    thresholds: Thresholds | None = None,
    mappings: list[Mapping] | None = None,
    color: str = "",
    no_data: str = "",
    **more: Any,
) -> dict[str, Any]:
    values: dict[str, Any] = {
        "unit": unit or None,
        "decimals": decimals,
        "min": minimum,
        "max": maximum,
        "noValue": no_data or None,
        "thresholds": thresholds.to_json_data() if thresholds else None,
        "mappings": [entry.to_json_data() for entry in mappings] if mappings else None,
        "color": {"mode": color} if color else None,
        **more,
    }
    return {key: value for key, value in values.items() if value is not None}


def reduce_to(calc: str) -> dict[str, Any]:
    return {"calcs": [calc], "fields": "", "values": False}


def legend_options(legend: str, calcs: list[str] | None) -> dict[str, Any]:
    mode, _, placement = legend.partition("-")
    return {
        "calcs": calcs or [],
        "displayMode": "table" if mode == "table" else "list",
        "placement": placement or "bottom",
        "showLegend": legend != "none",
    }
