"""Bring a classic document of any schema version to today's, as the server does before it converts.

The server migrates the JSON. What needs the plugins (the options of graph, singlestat and the old table) is left to the browser,
and what needs the server's list of datasources is left as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dashkit.document.edit import drop
from dashkit.document.schema_steps import OLDEST_CARRIED, carry_over
from dashkit.document.v2.loose import mapping, objects, text, whole, without_nulls
from dashkit.document.v2.migrated_panels import migrate_panel
from dashkit.document.v2.migrated_rows import rows_to_panels
from dashkit.document.walk import entries


def migrated(classic: dict[str, Any]) -> dict[str, Any]:
    """Return a copy of ``classic`` with today's schema, in which panels and lists have the right types."""
    spec: dict[str, Any] = without_nulls(classic)
    version = whole(spec.get("schemaVersion"))
    spec["panels"] = objects(spec.get("panels"))
    spec["timepicker"] = mapping(spec.get("timepicker"))
    if version < 14 and spec.get("sharedCrosshair") is True:
        spec["graphTooltip"] = 1
    if version < 16 and objects(spec.get("rows")):
        spec["panels"] += rows_to_panels(objects(spec["rows"]), _next_id(spec))
    drop(spec, "rows")
    _number(spec)
    for panel, nested in _panels(spec):
        migrate_panel(panel, version, nested=nested)
    spec["panels"].sort(key=_place)
    for variable in entries(spec, "templating"):
        _variable(variable, version)
    spec["schemaVersion"] = max(version, OLDEST_CARRIED)
    carry_over(spec)
    return spec


def _panels(spec: dict[str, Any]) -> Iterator[tuple[dict[str, Any], bool]]:
    """Yield all panels, and whether they are inside of a row."""
    for panel in spec["panels"]:
        yield panel, False
        if panel.get("type") == "row":
            panel["panels"] = objects(panel.get("panels"))
            yield from ((inner, True) for inner in panel["panels"])


def _next_id(spec: dict[str, Any]) -> int:
    legacy = [panel for row in objects(spec.get("rows")) for panel in objects(row.get("panels"))]
    return max((whole(panel.get("id")) for panel in [*legacy, *(panel for panel, _ in _panels(spec))]), default=0) + 1


def _number(spec: dict[str, Any]) -> None:
    """Give an id to each panel that has none, or one that is taken."""
    following, taken = _next_id(spec), set[int]()
    for panel, _ in _panels(spec):
        number = whole(panel.get("id"))
        if number < 1 or number in taken:
            number = following
            following += 1
        panel["id"] = number
        taken.add(number)


def _place(panel: dict[str, Any]) -> tuple[int, int]:
    place = mapping(panel.get("gridPos"))
    return whole(place.get("y")), whole(place.get("x"))


def _variable(variable: dict[str, Any], version: int) -> None:
    current = mapping(variable.get("current"))
    if version < 23 and variable.get("multi") is True and current:
        # A choice of several is a list, even if one is chosen.
        for key in ("text", "value"):
            if key in current and not isinstance(current[key], list):
                current[key] = [current[key]]
    kind = variable.get("type")
    if version < 27 and kind == "constant" and variable.get("hide") in (None, 0, 1):
        chosen = {"selected": True, "text": text(variable.get("query")), "value": text(variable.get("query"))}
        variable.update(type="textbox", current=chosen, options=[chosen])
    if version < 29 and kind == "query":
        variable["options"] = []
        if whole(variable.get("refresh")) not in (1, 2):
            variable["refresh"] = 1
