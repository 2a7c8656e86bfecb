"""What all panels are made of: grafanalib's Panel in today's shape, field defaults, legend."""

from __future__ import annotations

from typing import Any

import attr
from grafanalib import core

from dashkit.authoring.look import FieldOverride, Mapping, Number, Thresholds

Query = Any
"""A grafanalib Target."""


@attr.s
class Panel(core.Panel):  # type: ignore[misc]
    """A panel of any type in the shape of today's Grafana; grafanalib's own classes write that of years ago."""

    kind: str = attr.ib(default="timeseries")
    options: dict[str, Any] = attr.ib(factory=dict)
    field_config: dict[str, Any] = attr.ib(factory=dict)

    def to_json_data(self) -> Any:
        config = {"fieldConfig": self.field_config} if self.field_config else {}
        return self.panel_json({"type": self.kind, "options": self.options, **config})


def build_panel(
    kind: str,
    title: str,
    queries: tuple[Query, ...],
    options: dict[str, Any],
    defaults: dict[str, Any],
    *,
    size: tuple[int, int],
    description: str = "",
    width: int | None = None,
    height: int | None = None,
    key: str = "",
    overrides: list[FieldOverride] | None = None,
    transformations: list[dict[str, Any]] | None = None,
    links: list[dict[str, Any]] | None = None,
    repeat: str = "",
    interval: str = "",
    datasource: str | dict[str, str] | None = None,
    transparent: bool = False,
) -> Panel:
    config = {"defaults": defaults, "overrides": [entry.to_json_data() for entry in overrides or ()]}
    inherited: dict[str, Any] = {
        "title": title,
        "targets": list(queries),
        "dataSource": datasource,
        "description": " ".join(description.split()) or None,
        "gridPos": {"w": width or size[0], "h": height or size[1]},
        "transformations": transformations or [],
        "links": links or [],
        "repeat": core.Repeat(direction="h", variable=repeat) if repeat else core.Repeat(),
        "interval": interval or None,
        "transparent": transparent,
        "extraJson": {"key": key} if key else None,
    }
    # By keyword and through a dict: grafanalib has no types to check the inherited ones against.
    panel: Panel = Panel(
        **inherited, kind=kind, options=options, field_config={} if kind in ("text", "alertlist") else config
    )
    return panel


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
