"""The last steps of Grafana's schema history, 37 to 42, for documents that stand at 36 or later.

They change the document alone. Step 36 and many before it look datasources up on the server, so an older document keeps
its number and is left to Grafana.
"""

from __future__ import annotations

from typing import Any

from dashkit.spec.legacy_panels import cell_options
from dashkit.spec.walk import panels

CURRENT = 42
OLDEST_CARRIED = 36


def carry_over(spec: dict[str, Any]) -> bool:
    """Bring ``spec`` to schema 42 in place; False (and nothing changed) where it is too old for that."""
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
    config = panel.get("fieldConfig") or {}
    custom = (config.get("defaults") or {}).get("custom")
    if isinstance(custom, dict) and "displayMode" in custom:
        custom["cellOptions"] = cell_options(custom.pop("displayMode"))
    for override in config.get("overrides") or ():
        for entry in override.get("properties") or ():
            if entry.get("id") == "custom.displayMode":
                entry["id"], entry["value"] = "custom.cellOptions", cell_options(entry.get("value") or "auto")


def _time_series_table(panel: dict[str, Any]) -> None:
    for transformation in panel.get("transformations") or ():
        options = transformation.get("options")
        if transformation.get("id") == "timeSeriesTable" and isinstance(options, dict):
            stats = options.get("refIdToStat")
            if isinstance(stats, dict):
                transformation["options"] = {ref: {"stat": stat} for ref, stat in stats.items()}


def _hidden_from_tooltip(panel: dict[str, Any]) -> None:
    config = panel.get("fieldConfig") or {}
    places = [((config.get("defaults") or {}).get("custom") or {}).get("hideFrom")]
    for override in config.get("overrides") or ():
        places += [e.get("value") for e in override.get("properties") or () if e.get("id") == "custom.hideFrom"]
    for hide in places:
        if isinstance(hide, dict) and hide.get("viz"):
            hide["tooltip"] = True
