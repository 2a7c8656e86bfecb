"""Convert panels to the elements of a v2 dashboard."""

from __future__ import annotations

from typing import Any

from dashkit.document.v2.loose import flag, mapping, objects, text, whole
from dashkit.document.v2.up_fields import field_config
from dashkit.document.v2.up_queries import query_group
from dashkit.document.v2.words import ANGULAR

KNOWN = frozenset({
    "autoMigrateFrom", "cacheTimeout", "collapsed", "datasource", "description", "fieldConfig", "gridPos", "hideTimeOverride",
    "id", "interval", "libraryPanel", "links", "maxDataPoints", "maxPerRow", "options", "panels", "pluginVersion",
    "queryCachingTTL", "repeat", "repeatDirection", "targets", "timeCompare", "timeFrom", "timeShift", "title",
    "transformations", "transparent", "type",
})  # fmt: skip
"""The keys of a panel that have a place in v2. All others belong to an older plugin."""


def element_name(panel: dict[str, Any]) -> str:
    """Return the name under which the layout finds a panel."""
    return f"panel-{whole(panel.get('id'))}"


def element(panel: dict[str, Any]) -> dict[str, Any]:
    """Return a panel as ``Panel`` or ``LibraryPanel``."""
    head = {"id": whole(panel.get("id")), "title": text(panel.get("title"))}
    library = mapping(panel.get("libraryPanel"))
    if library:
        reference = {"uid": text(library.get("uid")), "name": text(library.get("name"))}
        return {"kind": "LibraryPanel", "spec": {**head, "libraryPanel": reference}}
    spec = {
        **head,
        "description": text(panel.get("description")),
        "links": [_link(link) for link in objects(panel.get("links"))],
        **({"transparent": True} if flag(panel.get("transparent")) else {}),
        "data": query_group(panel),
        "vizConfig": _viz_config(panel),
    }
    return {"kind": "Panel", "spec": spec}


def _link(link: dict[str, Any]) -> dict[str, Any]:
    blank = {"targetBlank": link["targetBlank"]} if isinstance(link.get("targetBlank"), bool) else {}
    return {"title": text(link.get("title")), "url": text(link.get("url")), **blank}


def _viz_config(panel: dict[str, Any]) -> dict[str, Any]:
    group = text(panel.get("type")) or "timeseries"
    options = dict(mapping(panel.get("options")))
    older = {key: value for key, value in panel.items() if key not in KNOWN}
    if older:
        came_from = text(panel.get("autoMigrateFrom")) or group
        options[ANGULAR] = {"autoMigrateFrom": came_from, "originalOptions": older}
    spec = {"options": options, "fieldConfig": field_config(panel.get("fieldConfig"))}
    return {"kind": "VizConfig", "group": group, "version": text(panel.get("pluginVersion")), "spec": spec}
