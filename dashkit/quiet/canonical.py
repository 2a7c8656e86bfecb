"""The form in which a document and the module that was made of it are compared."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from dashkit.document.compare import content
from dashkit.document.edit import drop_defaults
from dashkit.document.v2.words import REFRESH_INTERVALS
from dashkit.document.walk import entries, panels
from dashkit.quiet.drawn import drawn
from dashkit.quiet.panels import quiet
from dashkit.quiet.targets import quiet_target
from dashkit.quiet.variables import variable_content

Json = dict[str, Any]

_BARE = re.compile(r"^\$(\w+)$")
#: Types of variables, and keys that nothing reads in them.
_UNREAD_OF_LINKS = {"dashboards": frozenset(("icon", "url")), "link": frozenset(("asDropdown", "tags"))}
#: Keys of links that are as good as missing if they are empty or false.
_OF_LINKS = frozenset(
    ("asDropdown", "icon", "includeVars", "keepTime", "tags", "targetBlank", "title", "tooltip", "url")
)
_OF_ROW = ("collapsed", "gridPos", "panels", "repeat", "title", "type")


def canonical(spec: Json) -> Json:
    """Return what a classic document in canonical form says, without what says nothing.

    Panels are where Grafana draws them. Ids of rows are left out, since nothing refers to them, and so are the refresh intervals
    that Grafana offers anyway.
    """
    return said(quiet(spec)[0])


def said(quieter: Json) -> Json:
    """Return the same of a document in the form of `dashkit.quiet.panels`."""
    versions = {
        placed.panel.get("id"): placed.panel["pluginVersion"]
        for placed in panels(quieter)
        if "pluginVersion" in placed.panel and isinstance(placed.panel.get("id"), int)
    }
    result: Json = _with_braces(content(quieter))
    result["templating"] = {"list": [variable_content(one) for one in entries(result, "templating")]}
    if result.get("links"):
        result["links"] = [link_content(one) for one in result["links"]]
    picker = result.get("timepicker")
    if isinstance(picker, dict):
        rest = {key: value for key, value in picker.items() if value != list(REFRESH_INTERVALS)}
        drop_defaults(rest, {"hidden": False, "nowDelay": ""})
        result["timepicker"] = rest
    if not result.get("timepicker"):
        result.pop("timepicker", None)
    if result.get("panels"):
        result["panels"] = [_panel(panel, versions) for panel in drawn(result["panels"])]
    return result


def _with_braces(value: Any) -> Any:
    """Return a copy in which datasources are written ``${name}`` where they say ``$name``, which means the same."""
    if isinstance(value, list):
        return [_with_braces(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    result = {key: _with_braces(entry) for key, entry in value.items()}
    source = result.get("datasource")
    if isinstance(source, dict) and isinstance(source.get("uid"), str):
        result["datasource"] = {**source, "uid": _BARE.sub(r"${\1}", source["uid"])}
    return result


def link_content(link: Any) -> Any:
    """Return what a link of the dashboard says: one by tags has no address of its own, and one with an address no tags."""
    unread = _UNREAD_OF_LINKS.get(str(link.get("type"))) if isinstance(link, dict) else None
    if unread is None:
        return link
    return {key: value for key, value in link.items() if key not in unread and (key not in _OF_LINKS or value)}


def _panel(panel: Json, versions: Mapping[Any, Any]) -> Json:
    """Return what a panel says. Of a row, Grafana reads no more than this.

    Args:
        versions: those of plugins, by the id of the panel, where they decide how Grafana reads it.
    """
    if panel.get("type") == "row":
        row = {key: value for key, value in panel.items() if key in _OF_ROW}
        inside = [_panel(one, versions) for one in panel.get("panels", [])]
        return row | ({"panels": inside} if inside else {})
    result = dict(panel)
    if panel.get("id") in versions:
        result["pluginVersion"] = versions[panel["id"]]
    if isinstance(panel.get("targets"), list):
        result["targets"] = [quiet_target(target, panel) for target in panel["targets"]]
    return result
