"""Panels of v2 as classic panels, without their places."""

from __future__ import annotations

from typing import Any

from dashkit.document.datasources import MIXED
from dashkit.document.v2.loose import FLAG, LIST, OBJECT, TEXT, WHOLE, items, kept, mapping, numbered, spec_of, text
from dashkit.document.v2.losses import Spot

_PANEL = ("id", "title", "description", "links", "transparent", "data", "vizConfig")
_LIBRARY = ("id", "title", "libraryPanel")
#: They stand in the panel itself.
_QUERY_OPTIONS = {
    "cacheTimeout": TEXT,
    "hideTimeOverride": FLAG,
    "interval": TEXT,
    "maxDataPoints": WHOLE,
    "queryCachingTTL": WHOLE,
    "timeCompare": TEXT,
    "timeFrom": TEXT,
    "timeShift": TEXT,
}
_TRANSFORMATION = {"disabled": FLAG, "filter": OBJECT, "topic": TEXT}


def panel_of(element: dict[str, Any], spot: Spot) -> dict[str, Any] | None:
    """Return the classic panel of an element, without id and place; None for a kind that is not known."""
    kind, spec = element.get("kind"), spec_of(element)
    if kind == "Panel":
        spot.at("spec").lose_rest(spec, _PANEL)
        return {**_frame(spec), **_queried(mapping(spec.get("data")), spot.at("spec", "data", "spec"))}
    if kind == "LibraryPanel":
        spot.at("spec").lose_rest(spec, _LIBRARY)
        reference = kept(mapping(spec.get("libraryPanel")), {"name": TEXT, "uid": TEXT})
        return {"libraryPanel": reference, "title": text(spec.get("title")), "type": "library-panel-ref"}
    spot.lose(f"an element of the unknown kind {kind!r} is dropped")
    return None


def _frame(spec: dict[str, Any]) -> dict[str, Any]:
    shown = mapping(spec.get("vizConfig"))
    look = spec_of(shown)
    config = mapping(look.get("fieldConfig"))
    fields = {key: value for key, value in kept(config, {"defaults": OBJECT, "overrides": LIST}).items() if value}
    optional = {
        "description": text(spec.get("description")),
        "fieldConfig": fields,
        "links": items(spec.get("links")),
        "transparent": spec.get("transparent") is True,
    }
    return {
        "options": mapping(look.get("options")),
        "pluginVersion": text(shown.get("version")),
        "title": text(spec.get("title")),
        "type": text(shown.get("group")) or "timeseries",
        **{key: value for key, value in optional.items() if value},
    }


def _queried(group: dict[str, Any], spot: Spot) -> dict[str, Any]:
    spec = spec_of(group)
    spot.lose_rest(spec, ("queries", "transformations", "queryOptions"))
    options = mapping(spec.get("queryOptions"))
    spot.at("queryOptions").lose_rest(options, _QUERY_OPTIONS)
    targets = [
        _target(spec_of(query), spot.at("queries", index, "spec")) for index, query in numbered(spec.get("queries"))
    ]
    steps = [
        _transformation(step, spot.at("transformations", index))
        for index, step in numbered(spec.get("transformations"))
    ]
    return {
        **kept(options, _QUERY_OPTIONS),
        **_shared_source(targets),
        **({"transformations": steps} if steps else {}),
        "targets": targets,
    }


def _target(query: dict[str, Any], spot: Spot) -> dict[str, Any]:
    data = mapping(query.get("query"))
    spot.lose_rest(query, ("hidden", "query", "refId"))
    spot.at("query").lose_rest(data, ("datasource", "group", "kind", "spec", "version"))
    source = source_of(data)
    return {
        **spec_of(data),
        **({"datasource": source} if source else {}),
        **({"hide": True} if query.get("hidden") is True else {}),
        "refId": text(query.get("refId"), "A"),
    }


def source_of(data: dict[str, Any]) -> dict[str, str]:
    """Return the classic datasource of what has ``group`` and ``datasource``; an empty one if it names none."""
    name, group = text(mapping(data.get("datasource")).get("name")), text(data.get("group"))
    if name:
        return {"type": group, "uid": name}
    return {"type": group} if group else {}


def _shared_source(targets: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the panel's datasource: that of its queries, or the mixed one."""
    sources = [target.get("datasource", {}) for target in targets]
    if not any(sources):
        return {}
    if any(source != sources[0] for source in sources):
        return {"datasource": {"type": "datasource", "uid": MIXED}}
    return {"datasource": {key: value for key, value in sources[0].items() if value}}


def _transformation(step: dict[str, Any], spot: Spot) -> dict[str, Any]:
    spec = spec_of(step)
    # v2beta1 has the id as kind, v2 as group.
    name = text(step.get("group")) or text(spec.get("id")) or text(step.get("kind"))
    spot.named("transformation", name).at("spec").lose_rest(spec, ("id", "options", *_TRANSFORMATION))
    return {"id": name, "options": mapping(spec.get("options")), **kept(spec, _TRANSFORMATION)}
