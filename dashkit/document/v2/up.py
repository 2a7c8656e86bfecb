"""Convert a classic dashboard to the v2beta1 schema, as Grafana 12.4 does it."""

from __future__ import annotations

from typing import Any

from dashkit.document.v2.loose import flag, given, items, mapping, number, objects, text, texts, whole, word
from dashkit.document.v2.migrated import migrated
from dashkit.document.v2.up_layout import layout
from dashkit.document.v2.up_panels import element, element_name
from dashkit.document.v2.up_queries import data_query
from dashkit.document.v2.up_variables import variables
from dashkit.document.v2.words import CURSOR, REFRESH_INTERVALS
from dashkit.document.variables import BUILT_IN_ANNOTATION
from dashkit.document.walk import entries
from dashkit.errors import SpecError

_ANNOTATION_KEYS = (
    "builtIn", "datasource", "enable", "filter", "hide", "iconColor", "mappings", "name", "placement", "target",
)  # fmt: skip
_LINK_TEXTS = {"icon": "", "title": "", "tooltip": "", "type": "link"}


def up(classic: dict[str, Any]) -> dict[str, Any]:
    """Return the v2beta1 spec of a classic one of any schema version. The classic one stays as it is.

    Raises:
        SpecError: It is not an object, or nested too deeply.
    """
    if not isinstance(classic, dict):
        raise SpecError("a dashboard must be a JSON object", hint="expected an object with `title` and `panels`")
    try:
        return _converted(migrated(classic))
    except RecursionError:
        raise SpecError("the dashboard is nested too deeply to be read") from None


def _converted(spec: dict[str, Any]) -> dict[str, Any]:
    return {
        "title": text(spec.get("title")),
        **given(description=text(spec.get("description")), revision=number(spec.get("revision"))),
        "editable": flag(spec.get("editable"), default=True),
        "preload": flag(spec.get("preload")),
        "liveNow": flag(spec.get("liveNow")),
        "cursorSync": word(spec.get("graphTooltip"), CURSOR, "Off"),
        "tags": [tag for tag in items(spec.get("tags")) if isinstance(tag, str)],
        "links": [_link(link) for link in objects(spec.get("links"))],
        "timeSettings": _time_settings(spec),
        "variables": variables(entries(spec, "templating")),
        "annotations": _annotations(entries(spec, "annotations")),
        "elements": {element_name(panel): element(panel) for panel in _drawn(spec["panels"])},
        "layout": layout(spec["panels"]),
    }


def _drawn(panels: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the panels that are elements: all but the rows, and those inside of rows."""
    found: list[dict[str, Any]] = []
    for panel in panels:
        found += panel.get("panels", []) if panel.get("type") == "row" else [panel]
    return found


def _link(link: dict[str, Any]) -> dict[str, Any]:
    words = {**_LINK_TEXTS, **texts(link, *_LINK_TEXTS, "placement", "url")}
    flags = {key: flag(link.get(key)) for key in ("asDropdown", "includeVars", "keepTime", "targetBlank")}
    tags = [tag for tag in items(link.get("tags")) if isinstance(tag, str)]
    return {**words, **flags, "tags": tags}


def _time_settings(spec: dict[str, Any]) -> dict[str, Any]:
    time, picker = mapping(spec.get("time")), mapping(spec.get("timepicker"))
    intervals = [entry for entry in items(picker.get("refresh_intervals")) if isinstance(entry, str)]
    ranges = objects(picker.get("quick_ranges") or picker.get("quickRanges"))
    return {
        "from": text(time.get("from"), "now-6h"),
        "to": text(time.get("to"), "now"),
        "timezone": text(spec.get("timezone")),
        "autoRefresh": text(spec.get("refresh")),
        "autoRefreshIntervals": intervals or list(REFRESH_INTERVALS),
        "fiscalYearStartMonth": whole(spec.get("fiscalYearStartMonth")),
        "hideTimepicker": flag(picker.get("hidden")),
        **given(weekStart=text(spec.get("weekStart")), nowDelay=text(picker.get("nowDelay"))),
        **({"quickRanges": ranges} if ranges else {}),
    }


def _annotations(classic: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the annotations, with the built-in one first if the dashboard lacks it."""
    built_in = [] if any(entry.get("builtIn") for entry in classic) else [BUILT_IN_ANNOTATION]
    return [_annotation(entry) for entry in [*built_in, *classic]]


def _annotation(old: dict[str, Any]) -> dict[str, Any]:
    source = mapping(old.get("datasource"))
    # Without its type, the datasource of an annotation is lost; that of a query is not.
    query = data_query(source if source.get("type") else None, mapping(old.get("target")))
    older = {key: value for key, value in old.items() if key not in _ANNOTATION_KEYS}
    spec = {
        "name": text(old.get("name")),
        "enable": flag(old.get("enable"), default=True),
        "hide": flag(old.get("hide")),
        "iconColor": text(old.get("iconColor")),
        **({"builtIn": True} if old.get("builtIn") else {}),
        **{key: old[key] for key in ("filter", "mappings") if isinstance(old.get(key), dict)},
        **given(placement=text(old.get("placement"))),
        "query": query,
        **({"legacyOptions": older} if older else {}),
    }
    return {"kind": "AnnotationQuery", "spec": spec}
