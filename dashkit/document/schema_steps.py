"""The last of Grafana's schema migrations, 37 to 42, for documents at 36 or later.

They need only the document. Migration 36 and many before it look up datasources on the server, so an older document keeps
its number and Grafana migrates it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dashkit.document.legacy_panels import cell_options
from dashkit.document.walk import panels

CURRENT = 42
OLDEST_CARRIED = 36


def carry_over(spec: dict[str, Any]) -> bool:
    """Bring ``spec`` to schema 42 in place. Return False and change nothing if it is too old."""
    version = spec.get("schemaVersion")
    if not isinstance(version, int) or version < OLDEST_CARRIED:
        return False
    for placed in panels(spec):
        panel = placed.panel
        if version < 37:
            _show_legend(panel)
        if version < 38:
            _cell_options(panel)
        if version < 39:
            _time_series_table(panel)
        if version < 42:
            _hidden_from_tooltip(panel)
    if version < 40 and not isinstance(spec.get("refresh"), str):
        spec["refresh"] = ""
    if version < 41:
        (spec.get("timepicker") or {}).pop("time_options", None)
    spec["schemaVersion"] = max(version, CURRENT)
    return True


def _show_legend(panel: dict[str, Any]) -> None:
    options = panel.get("options")
    legend = options.get("legend") if isinstance(options, dict) else None
    if isinstance(legend, dict):
        hidden = legend.get("displayMode") == "hidden" or legend.get("showLegend") is False
        if hidden:
            legend["displayMode"] = "list"
        legend["showLegend"] = not hidden


def _cell_options(panel: dict[str, Any]) -> None:
    if panel.get("type") != "table":
        return
    custom = _custom(panel)
    if isinstance(custom, dict) and "displayMode" in custom:
        custom["cellOptions"] = cell_options(custom.pop("displayMode"))
    for entry in _overrides(panel, "custom.displayMode"):
        entry["id"], entry["value"] = "custom.cellOptions", cell_options(entry.get("value") or "auto")


def _time_series_table(panel: dict[str, Any]) -> None:
    for transformation in panel.get("transformations") or ():
        options = transformation.get("options")
        if transformation.get("id") == "timeSeriesTable" and isinstance(options, dict):
            stats = options.get("refIdToStat")
            if isinstance(stats, dict):
                transformation["options"] = {ref: {"stat": stat} for ref, stat in stats.items()}


def _hidden_from_tooltip(panel: dict[str, Any]) -> None:
    overrides = [entry.get("value") for entry in _overrides(panel, "custom.hideFrom")]
    for hide in [(_custom(panel) or {}).get("hideFrom"), *overrides]:
        if isinstance(hide, dict) and hide.get("viz"):
            hide["tooltip"] = True


def _custom(panel: dict[str, Any]) -> Any:
    return ((panel.get("fieldConfig") or {}).get("defaults") or {}).get("custom")


def _overrides(panel: dict[str, Any], identifier: str) -> Iterator[dict[str, Any]]:
    """Yield the panel's overrides of one property."""
    for override in (panel.get("fieldConfig") or {}).get("overrides") or ():
        yield from (entry for entry in override.get("properties") or () if entry.get("id") == identifier)
