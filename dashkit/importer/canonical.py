"""The form in which a document and the module that was made of it are compared."""

from __future__ import annotations

from typing import Any

from dashkit.document.compare import content
from dashkit.document.v2.words import REFRESH_INTERVALS
from dashkit.document.walk import entries
from dashkit.importer.defaults import reduced
from dashkit.importer.drawn import drawn

Json = dict[str, Any]


def canonical(spec: Json) -> Json:
    """Return what a classic document in canonical form says, without what says nothing.

    Panels are where Grafana draws them. Ids of rows are left out, since nothing refers to them, and so are the refresh intervals
    that Grafana offers anyway.
    """
    result: Json = content(spec)
    result["templating"] = {"list": [variable_content(one) for one in entries(result, "templating")]}
    picker = result.get("timepicker")
    if isinstance(picker, dict):
        rest = {key: value for key, value in picker.items() if value != list(REFRESH_INTERVALS)}
        result["timepicker"] = rest
    if not result.get("timepicker"):
        result.pop("timepicker", None)
    if result.get("panels"):
        result["panels"] = [_panel(panel) for panel in drawn(result["panels"])]
    return result


def variable_content(variable: Json) -> Json:
    """Return what a variable says. One of a datasource is always filled when the dashboard opens, whatever its refresh."""
    (result,) = content({"templating": {"list": [variable]}})["templating"]["list"]
    return {key: value for key, value in result.items() if (result.get("type"), key) != ("datasource", "refresh")}


def _panel(panel: Json) -> Json:
    if panel.get("type") != "row":
        return reduced(panel)
    inside = {"panels": [reduced(one) for one in panel["panels"]]} if panel.get("panels") else {}
    return {key: value for key, value in panel.items() if key != "id"} | inside
