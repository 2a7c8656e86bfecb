"""Datasource references as ``{type, uid}`` objects, the only form that Grafana 9 to 13 all read alike."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_BUILT_IN = {
    "-- Grafana --": "grafana",
    "grafana": "grafana",
    "-- Mixed --": "datasource",
    "-- Dashboard --": "datasource",
    "__expr__": "__expr__",
}
#: Uids that do not name a real datasource. -1 and -100 are expressions of older versions.
NO_REAL = frozenset({*_BUILT_IN, "", "-1", "-100"})
MIXED = "-- Mixed --"
#: What follows a selector in a query of Loki, and never in one of Prometheus: a filter of lines, or a parser.
_LOGS = re.compile(r"\}\s*(?:\|\s*[=~>\w]|!=\s*[\"`]|!~\s*[\"`])")
_VARIABLE = re.compile(r"^(?:\$(\w+)|\$\{(\w+)(?::[^}]*)?\}|\[\[(\w+)\]\])$")

Reference = dict[str, Any]


class References:
    """Turns an author's datasource into a reference object, with the types known in one dashboard.

    ``types`` come from the project's configuration, by uid. The dashboard's own variables add theirs.
    """

    def __init__(self, variables: list[Any], types: Mapping[str, str]) -> None:
        self._types = types
        self._variables = {
            str(variable.get("name")): str(variable.get("query") or "")
            for variable in variables
            if isinstance(variable, dict) and variable.get("type") == "datasource"
        }
        #: The datasource of a panel that names none, in a dashboard that lets its users choose one.
        self.default: Reference | None = None
        name = "datasource" if "datasource" in self._variables else next(iter(self._variables), "")
        if name == "datasource" or len(self._variables) == 1:
            self.default = _reference(self._variables[name], f"${{{name}}}")

    def resolve(self, value: Any, *, hint: str = "") -> Reference | None:
        """Return the object for a name, a uid, a variable or an object, or None for the server's default datasource.

        ``hint`` is the type that the query's form suggests. It is used if nothing better is known.
        """
        if isinstance(value, dict):
            uid = str(value.get("uid") or "")
            return _reference(value.get("type") or self._type(uid, hint), uid) or None
        if not isinstance(value, str) or value in ("", "default"):
            return None
        name = _variable(value)
        uid = f"${{{name}}}" if name else "-- Grafana --" if value == "grafana" else value
        return _reference(self._type(uid, hint), uid)

    def _type(self, uid: str, hint: str) -> str:
        name = _variable(uid)
        if name:
            return self._variables.get(name) or hint
        return _BUILT_IN.get(uid) or self._types.get(uid) or hint


def set_datasource(value: dict[str, Any], reference: Reference | None) -> None:
    """Set or remove the datasource of a panel, query or variable."""
    if reference:
        value["datasource"] = dict(reference)
    else:
        value.pop("datasource", None)


def _variable(text: str) -> str:
    """Return the name of the variable that a text consists of, or nothing."""
    found = _VARIABLE.match(text)
    return found[found.lastindex or 0] if found else ""


def _reference(kind: str, uid: str) -> Reference:
    return {key: value for key, value in (("type", kind), ("uid", uid)) if value}


def query_type(target: dict[str, Any]) -> str:
    """Return the datasource type that a target's keys suggest, or nothing."""
    if target.get("bucketAggs") is not None:
        return "elasticsearch"
    if "rawSql" in target:
        return ""
    if target.get("namespace") is not None and "metricName" in target:
        return "cloudwatch"
    expr = target.get("expr")
    if isinstance(expr, str) and _LOGS.search(expr):
        return "loki"
    return "prometheus" if expr else ""
