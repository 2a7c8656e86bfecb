"""Convert what asks a datasource: a panel's queries, and the queries of variables and annotations."""

from __future__ import annotations

from typing import Any

from dashkit.document.datasources import MIXED
from dashkit.document.v2.loose import flag, given, mapping, number, objects, only, text, texts, whole

_OWN = ("datasource", "refId", "hide")
_TRANSFORMATION = ("disabled", "filter", "topic")


def data_query(datasource: Any, spec: dict[str, Any]) -> dict[str, Any]:
    """Return a ``DataQuery``. A datasource given as a text has no type; ``name`` carries its uid."""
    uid = text(datasource) or text(mapping(datasource).get("uid"))
    kind = text(mapping(datasource).get("type"))
    place = {"datasource": {"name": uid}} if uid else {}
    return {"kind": "DataQuery", "version": "v0", "group": kind, **place, "spec": spec}


def query_group(panel: dict[str, Any]) -> dict[str, Any]:
    """Return a panel's queries, transformations and query options."""
    spec = {
        "queries": [_panel_query(target, panel.get("datasource")) for target in objects(panel.get("targets"))],
        "transformations": [_transformation(entry) for entry in objects(panel.get("transformations"))],
        "queryOptions": _query_options(panel),
    }
    return {"kind": "QueryGroup", "spec": spec}


def _panel_query(target: dict[str, Any], inherited: Any) -> dict[str, Any]:
    mixed = MIXED in (inherited, mapping(inherited).get("uid"))
    datasource = target.get("datasource") or (None if mixed else inherited)
    query = {key: value for key, value in target.items() if key not in _OWN}
    spec = {
        "refId": text(target.get("refId")),
        "hidden": flag(target.get("hide")),
        "query": data_query(datasource, query),
    }
    return {"kind": "PanelQuery", "spec": spec}


def _transformation(entry: dict[str, Any]) -> dict[str, Any]:
    name = text(entry.get("id"))
    # A transformation without options has them as null, unlike everything else.
    return {"kind": name, "spec": {**only(entry, _TRANSFORMATION), "id": name, "options": entry.get("options")}}


def _query_options(panel: dict[str, Any]) -> dict[str, Any]:
    words = texts(panel, "interval", "timeFrom", "timeShift", "timeCompare", "cacheTimeout")
    numbers = {
        key: whole(panel[key]) for key in ("maxDataPoints", "queryCachingTTL") if number(panel.get(key)) is not None
    }
    hidden = {"hideTimeOverride": True} if flag(panel.get("hideTimeOverride")) else {}
    return {**given(**words), **numbers, **hidden}
