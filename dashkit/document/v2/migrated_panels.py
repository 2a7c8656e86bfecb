"""Migrate one panel of a classic document of any schema version."""

from __future__ import annotations

import re
from itertools import chain, product
from string import ascii_uppercase
from typing import Any

from dashkit.document.edit import drop
from dashkit.document.layout import COLUMNS
from dashkit.document.thresholds import range_mapping, value_mapping
from dashkit.document.v2.loose import mapping, number, objects, text

#: What stands in for plugins that are gone.
_SUCCESSORS = {
    "grafana-piechart-panel": "piechart",
    "grafana-worldmap-panel": "geomap",
    "natel-discrete-panel": "state-timeline",
    "singlestat": "stat",
    "table-old": "table",
}
#: What the pages of a dashboard kept with its panels, and Grafana never reads back.
_TRANSIENT = ("repeatIteration", "repeatPanelId", "repeatRowId", "repeatedByRow", "scopedVars")


def migrate_panel(panel: dict[str, Any], version: int, *, nested: bool) -> None:
    """Migrate a panel in place, and give its parts the right types. ``nested`` panels are in a collapsed row."""
    _shape(panel)
    drop(panel, *_TRANSIENT)
    if version < 17 and (number(panel.get("minSpan")) or 0) > 0:
        most = COLUMNS / panel.pop("minSpan")
        panel["maxPerRow"] = max(columns for columns in (1, 2, 3, 4, 6, 8, 12, 24) if columns <= max(1, most))
    if version < 19 and not nested:
        panel["links"] = [_link(link) for link in panel["links"]]
    if version < 22 and panel.get("type") == "table":
        for style in objects(panel.get("styles")):
            style["align"] = "auto"
    if version < 24 and panel.get("type") == "table" and "styles" in panel:
        panel["type"] = "table-old"
    if version < 30:
        _value_mappings(panel)
    if version < 31:
        panel["transformations"] = _merged(panel["transformations"])
    if version < 36 and not panel["targets"]:
        panel["targets"] = [{"refId": "A"}]
    _successor(panel)
    _ref_ids(panel["targets"])


def _shape(panel: dict[str, Any]) -> None:
    for key in ("links", "targets", "transformations"):
        panel[key] = objects(panel.get(key))
    panel["options"] = mapping(panel.get("options"))
    config = panel["fieldConfig"] = mapping(panel.get("fieldConfig"))
    defaults = config["defaults"] = mapping(config.get("defaults"))
    custom = defaults["custom"] = mapping(defaults.get("custom"))
    if not isinstance(custom.get("displayMode", ""), str):
        del custom["displayMode"]
    config["overrides"] = objects(config.get("overrides"))
    for override in config["overrides"]:
        override["properties"] = [entry for entry in objects(override.get("properties")) if _readable(entry)]


def _readable(entry: dict[str, Any]) -> bool:
    return entry.get("id") != "custom.displayMode" or isinstance(entry.get("value"), str)


def _successor(panel: dict[str, Any]) -> None:
    old = text(panel.get("type"))
    new = _graph(panel) if old == "graph" else _SUCCESSORS.get(old)
    if new:
        panel["type"], panel["autoMigrateFrom"] = new, old


def _graph(panel: dict[str, Any]) -> str:
    """Return what a graph becomes, by the mode of its x axis."""
    mode = mapping(panel.get("xaxis")).get("mode")
    if mode == "series":
        return "bargauge" if mapping(panel.get("legend")).get("values") else "barchart"
    return "histogram" if mode == "histogram" else "timeseries"


def _ref_ids(targets: list[dict[str, Any]]) -> None:
    """Name the queries without a name A, B, C... as far as that is free."""
    used = {text(target.get("refId")) for target in targets}
    letters = chain(ascii_uppercase, map("".join, product(ascii_uppercase, repeat=2)))
    free = (letter for letter in letters if letter not in used)
    for target in targets:
        if not text(target.get("refId")):
            target["refId"] = next(free)


def _link(link: dict[str, Any]) -> dict[str, Any]:
    """Return a link of a panel as an address; before, it was of a type and had its options."""
    address = text(link.get("url"))
    if text(link.get("dashUri")):
        address = f"dashboard/{link['dashUri']}"
    elif text(link.get("dashboard")):
        address = f"dashboard/db/{_slug(link['dashboard'])}"
    parameters = [
        ("keepTime", "$__url_time_range"),
        ("includeVars", "$__all_variables"),
        ("params", text(link.get("params"))),
    ]
    for key, parameter in parameters:
        if link.get(key) and parameter:
            address += ("&" if "?" in address else "?") + parameter
    blank = {"targetBlank": True} if link.get("targetBlank") is True else {}
    return {"title": text(link.get("title")), "url": address or "/", **blank}


def _slug(title: str) -> str:
    return re.sub(r" +", "-", re.sub(r"[^\w -]", "", title.lower()))


def _value_mappings(panel: dict[str, Any]) -> None:
    config = panel["fieldConfig"]
    if "mappings" in config["defaults"]:
        config["defaults"]["mappings"] = _modern(config["defaults"]["mappings"])
    for override in config["overrides"]:
        for entry in override["properties"]:
            if entry.get("id") == "mappings":
                entry["value"] = _modern(entry.get("value"))


def _modern(mappings: Any) -> list[dict[str, Any]]:
    """Return value mappings with words as types. All values become one mapping, which comes first."""
    values: dict[str, Any] = {}
    others = []
    for old in objects(mappings):
        if isinstance(old.get("type"), str):
            others.append(old)
        elif old.get("type") == 2:
            others.append(range_mapping(old.get("from"), old.get("to"), old.get("text", "")))
        elif "value" in old:
            new = value_mapping(old["value"], old.get("text", ""))
            if new["type"] == "value":
                values |= new["options"]
            else:
                others.append(new)
    return [{"type": "value", "options": values}, *others] if values else others


def _merged(transformations: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Add a merge after each ``labelsToFields``, which merged by itself before."""
    result = []
    for entry in transformations:
        result.append(entry)
        if entry.get("id") == "labelsToFields":
            result.append({"id": "merge", "options": {}})
    return result
