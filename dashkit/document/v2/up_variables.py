"""Convert template variables: each kind has its keys, and their values are typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dashkit.document.v2.loose import flag, given, items, mapping, objects, only, text, texts, whole, word
from dashkit.document.v2.up_queries import data_query
from dashkit.document.v2.words import HIDE, LEGACY_QUERY, REFRESH, SORT, VARIABLES

Variable = dict[str, Any]
_FILTER = ("condition", "forceEdit", "keyLabel", "origin", "valueLabels", "values")


def variables(classic: list[Variable]) -> list[dict[str, Any]]:
    """Return the variables. v2 has no place for one of an unknown type."""
    return [_variable(entry, entry["type"]) for entry in classic if word(entry.get("type"), VARIABLES, "")]


def _variable(old: Variable, kind: str) -> dict[str, Any]:
    spec = {**_common(old), **_SPECIFIC[kind](old)}
    beside: dict[str, Any] = {}
    if kind in ("adhoc", "groupby"):
        query = data_query(old.get("datasource"), {})
        beside = {key: query[key] for key in ("group", "datasource") if key in query}
    return {"kind": VARIABLES[kind], **beside, "spec": spec}


def _common(old: Variable) -> dict[str, Any]:
    return {
        "name": text(old.get("name")),
        **given(label=text(old.get("label")), description=text(old.get("description"))),
        "hide": word(old.get("hide"), HIDE, "dontHide"),
        "skipUrlSync": flag(old.get("skipUrlSync")),
    }


def _current(value: Any) -> dict[str, Any]:
    current = mapping(value)
    return {key: _texts(current.get(key)) for key in ("text", "value")}


def _texts(value: Any) -> str | list[str]:
    if isinstance(value, list):
        return [entry for entry in value if isinstance(entry, str)]
    return text(value)


def _option(old: dict[str, Any]) -> dict[str, Any]:
    chosen = flag(old.get("selected"))
    return {"selected": chosen, "text": _texts(old.get("text")), "value": _texts(old.get("value"))}


def _options(old: Variable) -> list[dict[str, Any]]:
    return [_option(option) for option in objects(old.get("options"))]


def _choice(old: Variable) -> dict[str, Any]:
    """Return what the kinds have in common that let one choose of a list."""
    return {
        **given(allValue=text(old.get("allValue"))),
        "allowCustomValue": flag(old.get("allowCustomValue"), default=True),
        "current": _current(old.get("current")),
        "includeAll": flag(old.get("includeAll")),
        "multi": flag(old.get("multi")),
        "options": _options(old),
    }


def _query(old: Variable) -> dict[str, Any]:
    query = old.get("query")
    spec = {LEGACY_QUERY: query} if isinstance(query, str) else mapping(query)
    static = [_option(entry) for entry in objects(old.get("staticOptions"))]
    return {
        **_choice(old),
        **texts(old, "definition", "placeholder", "regexApplyTo", "staticOptionsOrder"),
        **({"staticOptions": static} if static else {}),
        "query": data_query(old.get("datasource"), spec),
        "refresh": word(old.get("refresh"), REFRESH, "never"),
        "regex": text(old.get("regex")),
        "sort": word(old.get("sort"), SORT, "disabled"),
    }


def _custom(old: Variable) -> dict[str, Any]:
    return {**_choice(old), "query": text(old.get("query")), **given(valuesFormat=text(old.get("valuesFormat")))}


def _datasource(old: Variable) -> dict[str, Any]:
    return {
        **_choice(old),
        "pluginId": text(old.get("query")),
        "refresh": word(old.get("refresh"), REFRESH, "never"),
        "regex": text(old.get("regex")),
    }


def _interval(old: Variable) -> dict[str, Any]:
    return {
        "auto": flag(old.get("auto")),
        "auto_count": whole(old.get("auto_count")),
        "auto_min": text(old.get("auto_min")),
        "current": _current(old.get("current")),
        "options": _options(old),
        "query": text(old.get("query")),
        "refresh": "onTimeRangeChanged",  # the only one that the schema allows
    }


def _plain(old: Variable) -> dict[str, Any]:
    return {"current": _current(old.get("current")), "query": text(old.get("query"))}


def _adhoc(old: Variable) -> dict[str, Any]:
    return {
        "allowCustomValue": flag(old.get("allowCustomValue"), default=True),
        "baseFilters": _filters(old.get("baseFilters")),
        "defaultKeys": items(old.get("defaultKeys")),
        "filters": _filters(old.get("filters")),
    }


def _filters(value: Any) -> list[dict[str, Any]]:
    """Return the filters of an ad hoc variable, with what v2 knows of them."""
    known = {"key": "", "operator": "", "value": ""}
    return [{**known, **texts(entry, *known), **only(entry, _FILTER)} for entry in objects(value)]


def _group_by(old: Variable) -> dict[str, Any]:
    default = {"defaultValue": _option(old["defaultValue"])} if isinstance(old.get("defaultValue"), dict) else {}
    return {
        "current": _current(old.get("current")),
        "multi": flag(old.get("multi")),
        "options": _options(old),
        **default,
    }


def _switch(old: Variable) -> dict[str, Any]:
    on, off = switch_values(old)
    return {"current": text(mapping(old.get("current")).get("value"), off), "enabledValue": on, "disabledValue": off}


def switch_values(old: Variable) -> tuple[str, str]:
    """Return the values of a classic switch for on and off, which are its options."""
    values = [text(option.get("value")) for option in objects(old.get("options"))]
    return (values[0], values[1]) if len(values) == 2 else ("true", "false")


_SPECIFIC: dict[str, Callable[[Variable], dict[str, Any]]] = {
    "adhoc": _adhoc,
    "constant": _plain,
    "custom": _custom,
    "datasource": _datasource,
    "groupby": _group_by,
    "interval": _interval,
    "query": _query,
    "switch": _switch,
    "textbox": _plain,
}
