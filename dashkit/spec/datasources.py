"""Datasource references as objects: ``{type, uid}``, the only form that all of Grafana 9 to 13 read alike."""

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
#: Uids that name no datasource which somebody has made; -1 and -100 are expressions of older versions.
NO_REAL = frozenset({*_BUILT_IN, "", "-1", "-100"})
MIXED = "-- Mixed --"
_VARIABLE = re.compile(r"^(?:\$(\w+)|\$\{(\w+)(?::[^}]*)?\}|\[\[(\w+)\]\])$")

Reference = dict[str, Any]


class References:
    """Turns what an author wrote as datasource into an object, with the types known in one dashboard.

    ``types`` are those of datasources by uid, from the project's configuration; the variables of the dashboard add theirs.
    """

    def __init__(self, variables: list[Any], types: Mapping[str, str]) -> None:
        self._types = types
        self._variables = {
            str(variable.get("name")): str(variable.get("query") or "")
            for variable in variables
            if isinstance(variable, dict) and variable.get("type") == "datasource"
        }
        #: What a panel without a datasource means in a dashboard that lets people choose one.
        self.default: Reference | None = None
        name = "datasource" if "datasource" in self._variables else next(iter(self._variables), "")
        if name == "datasource" or len(self._variables) == 1:
            self.default = _reference(self._variables[name], f"${{{name}}}")

    def resolve(self, value: Any, *, hint: str = "") -> Reference | None:
        """The object for a name, a uid, a variable or an object; None for the server's default datasource.

        ``hint`` is the type that the query's own form suggests, where nothing better is known.
        """
        if isinstance(value, dict):
            uid = value.get("uid")
            kind = value.get("type") or self._type(str(uid or ""), hint)
            return _reference(kind, str(uid)) if uid else (_reference(kind, "") if kind else None)
        if not isinstance(value, str) or value in ("", "default"):
            return None
        variable = _VARIABLE.match(value)
        if variable:
            name = next(group for group in variable.groups() if group)
            return _reference(self._variables.get(name) or hint, f"${{{name}}}")
        uid = "-- Grafana --" if value == "grafana" else value
        return _reference(self._type(uid, hint), uid)

    def _type(self, uid: str, hint: str) -> str:
        variable = _VARIABLE.match(uid)
        if variable:
            return self._variables.get(next(group for group in variable.groups() if group), "") or hint
        return _BUILT_IN.get(uid) or self._types.get(uid) or hint


def _reference(kind: str, uid: str) -> Reference:
    reference = {"type": kind, "uid": uid}
    return {key: value for key, value in reference.items() if value}


def query_type(target: dict[str, Any]) -> str:
    """The datasource type that a grafanalib target's own keys speak of; empty where they say nothing."""
    if target.get("bucketAggs") is not None:
        return "elasticsearch"
    if "rawSql" in target:
        return ""
    if target.get("namespace") is not None and "metricName" in target:
        return "cloudwatch"
    return "prometheus" if target.get("expr") else ""
