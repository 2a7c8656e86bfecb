"""Variables and annotations of v2 as classic ones."""

from __future__ import annotations

from typing import Any

from dashkit.document.v2.down_panels import source_of
from dashkit.document.v2.loose import FLAG, LIST, OBJECT, TEXT, WHOLE, inverse, kept, mapping, numbered, spec_of, text
from dashkit.document.v2.losses import Spot
from dashkit.document.v2.words import HIDE, REFRESH, SORT, VARIABLES

SWITCH_STAYS = "a switch stays a switch, which Grafana knows only since 12.3"
"""The loss that `dashkit.document.v2.older` can repair."""
_TYPES = inverse(VARIABLES)
_HIDE, _REFRESH, _SORT = inverse(HIDE), inverse(REFRESH), inverse(SORT)

_EVERY = {"name": TEXT, "label": TEXT, "description": TEXT, "skipUrlSync": FLAG}
_CHOICE = {
    "current": OBJECT,
    "options": LIST,
    "multi": FLAG,
    "includeAll": FLAG,
    "allValue": TEXT,
    "allowCustomValue": FLAG,
}
#: What each type has besides, under the same name in both schemas.
_OWN = {
    "query": {
        **_CHOICE, "definition": TEXT, "placeholder": TEXT, "regex": TEXT, "regexApplyTo": TEXT, "staticOptions": LIST,
        "staticOptionsOrder": TEXT,
    },
    "textbox": {"current": OBJECT, "query": TEXT},
    "constant": {"current": OBJECT, "query": TEXT},
    "datasource": {**_CHOICE, "regex": TEXT},
    "interval": {
        "auto": FLAG, "auto_count": WHOLE, "auto_min": TEXT, "current": OBJECT, "options": LIST, "query": TEXT
    },
    "custom": {**_CHOICE, "query": TEXT, "valuesFormat": TEXT},
    "groupby": {"current": OBJECT, "defaultValue": OBJECT, "multi": FLAG, "options": LIST},
    "adhoc": {"allowCustomValue": FLAG, "baseFilters": LIST, "defaultKeys": LIST, "filters": LIST},
    "switch": {},
}  # fmt: skip
#: What else is read, because it has another form in the classic schema.
_OTHER = {
    "query": ("query", "refresh", "sort"),
    "datasource": ("pluginId", "refresh"),
    "interval": ("refresh",),
    "switch": ("current", "enabledValue", "disabledValue"),
}


def lower_variables(spec: dict[str, Any], spot: Spot) -> list[dict[str, Any]]:
    """Return the classic variables of the dashboard."""
    found = (_variable(entry, spot.at("variables", at)) for at, entry in numbered(spec.get("variables")))
    return [variable for variable in found if variable is not None]


def lose_variables(spec: dict[str, Any], spot: Spot) -> None:
    """Note the variables of a row or a tab: Grafana's conversion drops them."""
    for index, entry in numbered(spec.get("variables")):
        name = text(spec_of(entry).get("name"))
        spot.at("variables", index).named("variable", name).lose(
            "dropped: only the dashboard itself has variables in the classic schema, and queries that use it fail"
        )


def _variable(entry: dict[str, Any], spot: Spot) -> dict[str, Any] | None:
    kind, spec = text(entry.get("kind")), spec_of(entry)
    spot = spot.named("variable", text(spec.get("name")))
    variable_type = _TYPES.get(kind)
    if variable_type is None:
        spot.lose(f"a variable of the unknown kind {entry.get('kind')!r} is dropped")
        return None
    own = _OWN[variable_type]
    spot.at("spec").lose_rest(spec, (*_EVERY, *own, *_OTHER.get(variable_type, ()), "hide"))
    if variable_type == "switch":
        spot.lose(SWITCH_STAYS)
    return {
        **_missing(own),
        **kept(spec, {**_EVERY, **own}),
        **_special(variable_type, spec, entry),
        "hide": _HIDE.get(text(spec.get("hide")), 0),
        "type": variable_type,
    }


def _missing(own: dict[str, Any]) -> dict[str, Any]:
    """Return what a variable of the type always has."""
    common: dict[str, Any] = {
        "current": {"text": "", "value": ""}, "includeAll": False, "multi": False, "options": [], "query": "", "regex": ""
    }  # fmt: skip
    return {"name": "", "skipUrlSync": False, **{key: value for key, value in common.items() if key in own}}


def _special(variable_type: str, spec: dict[str, Any], entry: dict[str, Any]) -> dict[str, Any]:
    """Return what has another form than in v2."""
    refresh = {"refresh": _REFRESH.get(text(spec.get("refresh")), 0)}
    if variable_type == "query":
        data = mapping(spec.get("query"))
        query, source = spec_of(data), source_of(data)
        legacy = query.get("__legacyStringValue")
        return {
            **refresh,
            **({"datasource": source} if source else {}),
            "query": legacy if isinstance(legacy, str) else query,
            "sort": _SORT.get(text(spec.get("sort")), 0),
        }
    if variable_type == "datasource":
        return {**refresh, "query": text(spec.get("pluginId"))}
    if variable_type in ("adhoc", "groupby"):
        source = source_of(entry)
        return {"datasource": source} if source else {}
    return _switch(spec) if variable_type == "switch" else {}


def _switch(spec: dict[str, Any]) -> dict[str, Any]:
    enabled, disabled = text(spec.get("enabledValue"), "true"), text(spec.get("disabledValue"), "false")
    current = text(spec.get("current"), disabled)
    options = [{"selected": value == current, "text": value, "value": value} for value in (enabled, disabled)]
    return {"current": {"text": current, "value": current}, "options": options, "query": ""}


_ANNOTATION = {
    "enable": FLAG, "filter": OBJECT, "hide": FLAG, "iconColor": TEXT, "mappings": OBJECT, "name": TEXT, "placement": TEXT
}  # fmt: skip


def lower_annotations(spec: dict[str, Any], spot: Spot) -> list[dict[str, Any]]:
    """Return the classic annotation queries of the dashboard."""
    return [_annotation(entry, spot.at("annotations", index)) for index, entry in numbered(spec.get("annotations"))]


def _annotation(entry: dict[str, Any], spot: Spot) -> dict[str, Any]:
    spec = spec_of(entry)
    spot = spot.named("annotation", text(spec.get("name")))
    spot.at("spec").lose_rest(spec, (*_ANNOTATION, "builtIn", "legacyOptions", "query"))
    data = mapping(spec.get("query"))
    optional = {
        "builtIn": int(spec.get("builtIn") is True),
        "datasource": source_of(data),
        "target": spec_of(data),
    }
    return {
        **mapping(spec.get("legacyOptions")),
        **kept(spec, _ANNOTATION),
        **{key: value for key, value in optional.items() if value},
    }
