"""What a Jsonnet file makes: one dashboard, several, or a mixin with dashboards, alerts and recording rules."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from dashkit import _yaml
from dashkit._json import Json
from dashkit.document.read import read_v2, wrapping
from dashkit.errors import InputError
from dashkit.importer.jsonnet_process import FIELDS

#: What a classic dashboard has, and a table of dashboards has not: its keys are names of files.
_SIGNS = {"panels", "rows", "templating", "schemaVersion"}
_RULES = ("prometheusAlerts", "prometheusRules")
_RULE_KIND = "PrometheusRule"


def parsed(result: Json) -> Json:
    """Return what a file makes; of a text that is JSON or YAML (``std.manifestYamlDoc``) the value that it says."""
    if not isinstance(result, str):
        return result
    try:
        return _yaml.load(result)
    except _yaml.ERRORS:
        return result


def dashboards(result: Json) -> dict[str, Json]:
    """Return the dashboards by the names of their files; one that is all there is has the name ``""``.

    Raises:
        InputError: it is a mixin whose dashboards are no such object.
    """
    if _is_mixin(result):
        found = result.get("grafanaDashboards") or {}
        if not isinstance(found, dict):
            raise InputError("its grafanaDashboards is no object of dashboards by the names of their files")
        return found
    if _is_dashboard(result):
        return {"": result}
    if isinstance(result, list):
        result = {str(number): one for number, one in enumerate(result, 1)}
    if isinstance(result, dict) and all(_is_dashboard(one) for one in result.values()):
        return result
    return {f"{number}: {_name(one)}": one for number, one in enumerate(filter(_is_dashboard, _resources(result)), 1)}


def others(result: Json) -> list[str]:
    """Return the kinds of the resources that are neither dashboards nor rules, each once."""
    if not isinstance(result, dict | list) or _is_mixin(result) or _is_dashboard(result):
        return []
    kinds = {one["kind"] for one in _resources(result) if not _is_dashboard(one) and one["kind"] != _RULE_KIND}
    return sorted(kinds)


def with_uid(name: str, dashboard: Json) -> Json:
    """Return a dashboard; a classic one without a uid gets one from the name of its file, as is the custom among mixins."""
    if (
        not name.endswith(".json")
        or not isinstance(dashboard, dict)
        or dashboard.get("uid")
        or not _SIGNS & dashboard.keys()
    ):
        return dashboard
    return {**dashboard, "uid": hashlib.md5(name.encode(), usedforsecurity=False).hexdigest()}


def folder(result: Json) -> str:
    """Return the title of the folder that a mixin wants its dashboards in; none for most of them."""
    found = result.get("grafanaDashboardFolder") if isinstance(result, dict) else None
    return found.strip() if isinstance(found, str) else ""


def rule_groups(result: Json) -> dict[str, list[Json]]:
    """Return the content of a rule file with all groups of a mixin, or those that a file makes by themselves.

    Raises:
        InputError: it is not of that form.
    """
    return {"groups": list(_groups(result))}


def numbers(groups: list[Json]) -> tuple[int, int]:
    """Return how many alerts and how many recording rules are in groups."""
    listed = [group["rules"] for group in groups if isinstance(group.get("rules"), list)]
    rules = [rule for rules in listed for rule in rules if isinstance(rule, dict)]
    alerts = sum("alert" in rule for rule in rules)
    return alerts, len(rules) - alerts


def _groups(result: Json) -> Iterator[Json]:
    """Yield the groups of a mixin, of a rule file, or of the resources in a result."""
    if _is_mixin(result):
        for name in _RULES:
            yield from _listed(parsed(result.get(name, {})), name)
    elif isinstance(result, dict) and "groups" in result:
        yield from _listed(result, "groups")
    elif not _is_dashboard(result):
        for one in _resources(result):
            if one["kind"] == _RULE_KIND:
                yield from _listed(one.get("spec"), _RULE_KIND)


def _listed(value: Json, name: str) -> list[Json]:
    groups = value.get("groups") or [] if isinstance(value, dict) else value
    if not isinstance(groups, list) or not all(isinstance(group, dict) for group in groups):
        raise InputError(f"{name} is no object with a list of groups of rules")
    return groups


def _resources(value: Json) -> Iterator[Json]:
    """Yield what has a kind and an apiVersion, at whatever depth, as in the files of Tanka and Grizzly."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if _is_resource(one):
            yield one
        elif isinstance(one, dict | list):
            waiting += reversed(list(one.values()) if isinstance(one, dict) else one)


def _is_resource(value: Json) -> bool:
    named = isinstance(value, dict) and all(isinstance(value.get(key), str) for key in ("apiVersion", "kind"))
    return named and "items" not in value  # a list of them


def _name(resource: Json) -> str:
    metadata = resource.get("metadata")
    return str(metadata.get("name", "")) if isinstance(metadata, dict) else ""


def _is_mixin(value: Json) -> bool:
    return isinstance(value, dict) and any(name in value for name in FIELDS)


def _is_dashboard(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    if wrapping(value) == "spec":
        return value.get("kind") == "Dashboard"
    return bool(wrapping(value) or _SIGNS & value.keys() or isinstance(value.get("title"), str) or read_v2(value))
