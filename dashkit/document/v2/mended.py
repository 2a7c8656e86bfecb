"""Mend what Grafana's conversion to the classic schema leaves out, and remove what it adds without saying anything."""

from __future__ import annotations

from typing import Any

from dashkit.document.edit import drop, drop_defaults
from dashkit.document.v2.loose import mapping, objects, text
from dashkit.document.v2.up_panels import KNOWN
from dashkit.document.v2.words import ANGULAR, REFRESH_INTERVALS
from dashkit.document.walk import entries

#: What a panel has in each conversion, and no dashboard that Grafana stores.
_EMPTY_PANEL: dict[str, Any] = {"options": {}, "pluginVersion": "", "targets": [], "title": ""}
#: What v2 says of each variable, and the classic schema only if it differs.
_EMPTY_VARIABLE: dict[str, Any] = {
    "allowCustomValue": True, "baseFilters": [], "current": {"text": "", "value": ""}, "defaultKeys": [], "filters": []
}  # fmt: skip


def mend(classic: dict[str, Any]) -> None:
    """Mend a document that was converted as Grafana does it, in place."""
    for panel in objects(classic.get("panels")):
        for one in (panel, *objects(panel.get("panels"))):
            _panel(one)
    for annotation in entries(classic, "annotations"):
        drop_defaults(annotation, {"iconColor": ""})
    for variable in entries(classic, "templating"):
        _variable(variable)
    if "timepicker" in classic:
        drop_defaults(classic["timepicker"], {"refresh_intervals": list(REFRESH_INTERVALS)})
        drop_defaults(classic, {"timepicker": {}})


def _panel(panel: dict[str, Any]) -> None:
    if panel.get("type") == "row":
        return
    if "libraryPanel" in panel:
        # The panel itself is in the library, with its type.
        drop(panel, "type")
    if "fieldConfig" in panel:
        panel["fieldConfig"] = {"defaults": {}, "overrides": [], **panel["fieldConfig"]}
    _older(panel)
    drop_defaults(panel, _EMPTY_PANEL)


def _older(panel: dict[str, Any]) -> None:
    """Put the keys of an older plugin back where that plugin, and what migrates it, looks for them."""
    options = mapping(panel.get("options"))
    if ANGULAR not in options:
        return
    waiting = mapping(options[ANGULAR])
    panel["options"] = {key: value for key, value in options.items() if key != ANGULAR}
    panel |= {key: value for key, value in mapping(waiting.get("originalOptions")).items() if key not in KNOWN}
    plugin = text(waiting.get("autoMigrateFrom"))
    if plugin and plugin != panel.get("type"):
        panel["autoMigrateFrom"] = plugin


def _variable(variable: dict[str, Any]) -> None:
    drop_defaults(variable, _EMPTY_VARIABLE)
    if variable.get("type") == "datasource":
        drop_defaults(variable, {"refresh": 0})
    if variable.get("type") == "interval":
        # No other word is allowed in v2.
        variable["refresh"] = 2
