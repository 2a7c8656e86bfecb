"""Grafana's table of before version 7, whose columns had styles, as a table of today."""

from __future__ import annotations

import re
from typing import Any

from dashkit.document.edit import set_given, take
from dashkit.document.legacy_axis import bound
from dashkit.document.legacy_retired import CALCS, override
from dashkit.document.thresholds import colored_steps, range_mapping, value_mapping
from dashkit.document.v2.loose import mapping, number, objects, text

TABLE_KEYS = (
    "columns", "fontSize", "hideTimeOverride", "pageSize", "scroll", "showHeader", "sort", "styles", "transform",
)  # fmt: skip
Properties = list[tuple[str, Any]]

_PATTERN = re.compile(r"/.*/[gimy]*", re.DOTALL)
_EVERYTHING = "/.*/"
_USUAL_DATE = "YYYY-MM-DD HH:mm:ss"
_CELLS: dict[str, dict[str, Any]] = {
    "cell": {"type": "color-background", "mode": "basic"},
    "row": {"type": "color-background", "mode": "basic", "applyToRow": True},
    "value": {"type": "color-text"},
}
#: What the columns of aggregations were called, and are called today.
_TITLES = {"Avg": "Mean", "Current": "Last *", "Metric": "Field"}


def modern_table(panel: dict[str, Any]) -> None:
    """Rewrite a panel of type ``table-old`` in place."""
    old = take(panel, *TABLE_KEYS)
    panel.pop("pluginVersion", None)
    styles = objects(old.get("styles"))
    titles = _TITLES if old.get("transform") == "timeseries_aggregations" else {}
    usual = next((one for one in styles if one.get("pattern") == _EVERYTHING), None)
    others = [one for one in styles if one is not usual and text(one.get("pattern"))]
    panel["type"] = "table"
    panel["options"] = {"cellHeight": "sm", "showHeader": old.get("showHeader") is not False}
    if column := sorted_by(old):
        style: dict[str, Any] = next((one for one in others if one["pattern"] == column), {})
        if style.get("type") != "hidden":
            title = text(style.get("alias")) or titles.get(column, column)
            panel["options"]["sortBy"] = [{"desc": bool(mapping(old.get("sort")).get("desc")), "displayName": title}]
    # The first style that fits a column was the only one; of today's overrides, the last one wins.
    overrides = [made for one in reversed(others) if (made := _override(one, titles))]
    panel["fieldConfig"] = {"defaults": _defaults(usual), "overrides": overrides}
    transformations = [*objects(panel.get("transformations")), *_transformed(old, len(objects(panel.get("targets"))))]
    if transformations:
        panel["transformations"] = transformations


def sorted_by(old: dict[str, Any]) -> str:
    """Return the name of the column that rows were sorted by, which was said as a number; nothing if it cannot be known."""
    index = mapping(old.get("sort")).get("col")
    columns = {
        "timeseries_aggregations": ["Metric", *(text(one.get("text")) for one in objects(old.get("columns")))],
        "timeseries_to_rows": ["Time", "Metric", "Value"],
    }.get(text(old.get("transform")), ["Time"])
    return columns[index] if isinstance(index, int) and 0 <= index < len(columns) else ""


def _transformed(old: dict[str, Any], queries: int) -> list[dict[str, Any]]:
    kind = old.get("transform")
    if kind == "timeseries_aggregations":
        reducers = [CALCS.get(value, value) for one in objects(old.get("columns")) if (value := text(one.get("value")))]
        return [{"id": "reduce", "options": {"reducers": reducers or ["mean"]}}]
    if kind == "timeseries_to_columns":
        return [{"id": "joinByField", "options": {"byField": "Time", "mode": "outer"}}] if queries else []
    if kind == "timeseries_to_rows":
        return [{"id": "seriesToRows", "options": {}}]
    return [{"id": "merge", "options": {}}] if kind == "table" else []


def _defaults(style: dict[str, Any] | None) -> dict[str, Any]:
    defaults: dict[str, Any] = {}
    for key, value in _properties(style) if style else ():
        holder = defaults.setdefault("custom", {}) if key.startswith("custom.") else defaults
        holder[key.removeprefix("custom.")] = value
    return defaults


def _override(style: dict[str, Any], titles: dict[str, str]) -> dict[str, Any] | None:
    pattern = text(style["pattern"])
    properties = _properties(style)
    if not properties:
        return None
    return override(titles.get(pattern, pattern), properties, "byRegexp" if _PATTERN.fullmatch(pattern) else "byName")


def _properties(style: dict[str, Any]) -> Properties:
    kind = style.get("type") or "number"
    settings: dict[str, Any] = {}
    if kind == "hidden":
        return [("custom.hidden", True)]
    if kind == "number":
        set_given(settings, unit=style.get("unit"), decimals=bound(style.get("decimals")))
    elif kind == "date" and (form := text(style.get("dateFormat"))) != _USUAL_DATE and form:
        settings["unit"] = f"time:{form}"
    alias, pattern = text(style.get("alias")), text(style.get("pattern"))
    if alias and alias != pattern and pattern != _EVERYTHING and "$" not in alias:
        settings["displayName"] = alias
    if kind == "string":
        set_given(settings, mappings=_mappings(style))
    if kind in ("number", "string") and (cell := _CELLS.get(text(style.get("colorMode")))):
        settings["custom.cellOptions"] = dict(cell)
        colors = [one for one in style.get("colors") or () if isinstance(one, str)]
        set_given(settings, thresholds=colored_steps(style.get("thresholds") or [], colors))
    if style.get("align") in ("left", "center", "right"):
        settings["custom.align"] = style["align"]
    if style.get("link") and text(style.get("linkUrl")):
        link = {"title": _cells(text(style.get("linkTooltip"))), "url": _cells(style["linkUrl"])}
        settings["links"] = [{**link, **({"targetBlank": True} if style.get("linkTargetBlank") else {})}]
    return list(settings.items())


def _mappings(style: dict[str, Any]) -> list[dict[str, Any]]:
    if number(style.get("mappingType")) == 2:
        ranges = objects(style.get("rangeMaps"))
        return [range_mapping(one.get("from"), one.get("to"), one.get("text", "")) for one in ranges]
    return [value_mapping(one.get("value"), one.get("text", "")) for one in objects(style.get("valueMaps"))]


def _cells(address: str) -> str:
    """Return a text in which the values of cells are called as they are today."""
    address = re.sub(r"\$(?:__cell_(\d+)|\{__cell_(\d+)(?::\w+)?\})", _field, address)
    return re.sub(r"\$(?:__cell\b(?!_)|\{__cell(:\w+)?\})", lambda found: f"${{__value.{_form(found[1])}}}", address)


def _field(found: re.Match[str]) -> str:
    return f"${{__data.fields[{found[1] or found[2]}]}}"


def _form(given: str | None) -> str:
    return "raw" if given == ":raw" else "text"


def saved_by_todays(panel: dict[str, Any]) -> bool:
    """Return whether the table of today saved a panel, as a plugin's version says. Styles in it are leftovers then."""
    settings = mapping(panel.get("fieldConfig")).get("overrides") or mapping(panel.get("options"))
    return bool(settings) and bool(text(panel.get("pluginVersion")))
