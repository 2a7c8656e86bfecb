"""Template variables and annotations in today's form."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from dashkit.document.datasources import References, set_datasource
from dashkit.document.edit import drop

#: Grafana adds this to each dashboard. With it, the stored document equals the one that was sent.
BUILT_IN_ANNOTATION: dict[str, Any] = {
    "builtIn": 1,
    "datasource": {"type": "grafana", "uid": "-- Grafana --"},
    "enable": True,
    "hide": True,
    "iconColor": "rgba(0, 211, 255, 1)",
    "name": "Annotations & Alerts",
    "type": "dashboard",
}
_TITLED = re.compile(r"(.+)\s:\s(.+)", re.DOTALL)
_LEGACY = ("useTags", "tagsQuery", "tagValuesQuery", "tags", "index")
_ONLY_INTERVAL = ("auto", "auto_min", "auto_count")
#: Title and value of the choice of all values.
ALL = ("All", "$__all")


def modern_variables(variables: list[Any], references: References) -> list[dict[str, Any]]:
    """Return the variables, each with the keys that its type has in Grafana 12."""
    return [_modern(variable, references) for variable in variables if isinstance(variable, dict)]


def _modern(variable: dict[str, Any], references: References) -> dict[str, Any]:
    kind = variable.setdefault("type", "query")
    drop(variable, *_LEGACY)
    if kind != "interval":
        drop(variable, *_ONLY_INTERVAL)
    variable.setdefault("hide", 0)
    variable["current"] = _current(variable.get("current"))
    if kind == "query":
        _modern_query(variable, references)
    elif kind == "datasource":
        variable["options"] = []
        variable.setdefault("regex", "")
    elif kind == "constant":
        variable.pop("options", None)
    elif kind in ("custom", "interval"):
        _modern_options(variable)
    if kind != "query":
        variable.pop("sort", None)
        if kind != "adhoc":
            variable.pop("datasource", None)
        elif (reference := references.resolve(variable.get("datasource")) or references.default) is not None:
            variable["datasource"] = reference
    if kind in ("query", "custom", "datasource"):
        variable.setdefault("includeAll", False)
        variable.setdefault("multi", False)
    return variable


def _modern_query(variable: dict[str, Any], references: References) -> None:
    query = variable.get("query")
    text = query if isinstance(query, str) else ""
    hint = "prometheus" if text.startswith(("label_values(", "query_result(", "metrics(", "label_names(")) else ""
    set_datasource(variable, references.resolve(variable.get("datasource"), hint=hint) or references.default)
    if text:
        variable.setdefault("definition", text)
    variable.setdefault("regex", "")
    variable.setdefault("refresh", 1)
    if variable["refresh"] != 0:
        variable["options"] = []


def offered(query: str) -> list[tuple[str, str]]:
    """Return the titles and values of a custom variable, as Grafana reads them: ``1h,Last day : 1d``, ``\\,`` for a comma."""
    parts = [part.replace("\\,", ",").strip() for part in re.split(r"(?<!\\),", query)]
    titled = [(part, _TITLED.fullmatch(part)) for part in parts if part]
    return [(pair[1].strip(), pair[2].strip()) if pair else (part, part) for part, pair in titled]


def is_plainly_offered(query: str) -> bool:
    """Return whether every Grafana reads the values of a custom variable alike, however the blanks in it are written."""
    parts = query.split(",")
    odd = any(not part.strip() or part.strip().startswith(":") or part.strip().endswith(":") for part in parts if part)
    return not odd and not any(one in query for one in "\\\n\r")


def offering(pairs: Iterable[tuple[str, str]]) -> str:
    """Return what a custom variable is asked to offer these titles and values: the inverse of `offered`."""
    escaped = ((title.replace(",", "\\,"), value.replace(",", "\\,")) for title, value in pairs)
    return ",".join(value if title == value else f"{title} : {value}" for title, value in escaped)


def _modern_options(variable: dict[str, Any]) -> None:
    options = [option for option in variable.get("options") or () if isinstance(option, dict)]
    if not options and isinstance(variable.get("query"), str):
        pairs = [*([ALL] if variable.get("includeAll") else []), *offered(variable["query"])]
        options = [{"selected": False, "text": text, "value": value} for text, value in pairs]
    if not variable["current"] and options and not variable.get("includeAll"):
        first = next((option for option in options if option.get("selected")), options[0])
        variable["current"] = {"selected": True, "text": first.get("text"), "value": first.get("value")}
    chosen = variable["current"].get("value")
    for option in options:
        option["selected"] = option.get("value") == chosen
    variable["options"] = options


def _current(current: Any) -> dict[str, Any]:
    """Return the selection, without the empty one that grafanalib writes if there is no default."""
    if not isinstance(current, dict) or current.get("value") is None:
        return {}
    return {key: value for key, value in current.items() if key != "tags" and value is not None}


def modern_annotations(annotations: list[Any], references: References) -> list[dict[str, Any]]:
    """Return the annotations with datasource objects, the built-in one first."""
    result = [entry for entry in annotations if isinstance(entry, dict)]
    for entry in result:
        hint = "prometheus" if entry.get("expr") else ""
        reference = references.resolve(entry.get("datasource"), hint=hint) or references.default
        if reference:
            entry["datasource"] = reference
        entry.setdefault("enable", True)
        entry.setdefault("iconColor", "rgba(0, 211, 255, 1)")
    if not any(entry.get("builtIn") == 1 for entry in result):
        result.insert(0, {**BUILT_IN_ANNOTATION, "datasource": dict(BUILT_IN_ANNOTATION["datasource"])})
    return result
