"""The shaded regions of time that graphs had, as annotations, which is what Grafana has had for them since version 10."""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.authoring.paths import Json
from dashkit.document.legacy_axis import bound
from dashkit.document.v2.loose import mapping, objects, text
from dashkit.document.walk import entries, panels
from dashkit.model.words import counted

_GRAFANA = {"type": "grafana", "uid": "-- Grafana --"}
_GRAY = "rgb(128, 128, 128)"
_NAMED = ("red", "green", "blue", "yellow")


def regions_as_annotations(spec: Json) -> list[str]:
    """Move the regions of all graphs of a document to its annotations, in place, and return that in words."""
    made = [
        _annotation(panel, region, number, names)
        for names in [{str(one.get("name")) for one in entries(spec, "annotations")}]
        for panel in _graphs(spec)
        for number, region in enumerate(objects(panel.pop("timeRegions", None)), 1)
        if region.get("fill") or region.get("line")
    ]
    if not made:
        return []
    spec["annotations"] = {**mapping(spec.get("annotations")), "list": [*entries(spec, "annotations"), *made]}
    be = "is an annotation" if len(made) == 1 else "are annotations"
    return [f"{counted(len(made), 'shaded region')} of time {be}"]


def _graphs(spec: Json) -> Iterator[Json]:
    kinds = (
        (placed.panel, text(placed.panel.get("autoMigrateFrom")) or placed.panel.get("type")) for placed in panels(spec)
    )
    return (panel for panel, kind in kinds if kind == "graph")


def _annotation(panel: Json, region: Json, number: int, taken: set[str]) -> Json:
    name = f"{text(panel.get('title')) or 'Graph'}: region {number}"
    while name in taken:
        name += "'"
    taken.add(name)
    days = {key: day for key in ("fromDayOfWeek", "toDayOfWeek") if (day := bound(region.get(key)))}
    hours = {key: text(region[key]) for key in ("from", "to") if text(region.get(key))}
    return {
        "datasource": dict(_GRAFANA),
        "enable": True,
        "hide": True,
        "filter": {"exclude": False, "ids": [panel.get("id")]},
        "iconColor": _color(region),
        "name": name,
        # The old panel had no other timezone.
        "target": {"queryType": "timeRegions", "refId": "Anno", "timeRegion": {**days, **hours, "timezone": "utc"}},
    }


def _color(region: Json) -> str:
    mode = text(region.get("colorMode"))
    if mode == "custom":
        return text(region.get("fillColor" if region.get("fill") else "lineColor")) or _GRAY
    return mode if mode in _NAMED else _GRAY
