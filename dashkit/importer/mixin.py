"""What a Jsonnet file makes: one dashboard, several, or a mixin with dashboards, alerts and recording rules."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from dashkit import _yaml
from dashkit._json import Json
from dashkit.document.read import read_v2, wrapping
from dashkit.errors import InputError

#: What a classic dashboard has, and a table of dashboards has not: its keys are names of files.
_SIGNS = {"panels", "rows", "templating", "schemaVersion"}
_RULES = ("prometheusAlerts", "prometheusRules")


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
    if isinstance(result, dict) and "grafanaDashboards" in result:
        found = result["grafanaDashboards"]
        if not isinstance(found, dict):
            raise InputError("its grafanaDashboards is no object of dashboards by the names of their files")
        return found
    if _is_dashboard(result):
        return {"": result}
    if isinstance(result, list):
        result = {str(number): one for number, one in enumerate(result, 1)}
    return result if isinstance(result, dict) and all(_is_dashboard(one) for one in result.values()) else {}


def with_uid(name: str, dashboard: Json) -> Json:
    """Return a dashboard; a classic one without a uid gets one from the name of its file, as is the custom among mixins."""
    if not name or not isinstance(dashboard, dict) or dashboard.get("uid") or not _SIGNS & dashboard.keys():
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
    rules = [rule for group in groups for rule in group.get("rules") or () if isinstance(rule, dict)]
    alerts = sum("alert" in rule for rule in rules)
    return alerts, len(rules) - alerts


def _groups(result: Json) -> Iterator[Json]:
    if not isinstance(result, dict):
        return
    for name in _RULES if any(name in result for name in _RULES) else ("",):
        value = parsed(result.get(name)) if name else result
        groups = value.get("groups", []) if isinstance(value, dict) else value
        if groups is None or (not name and "groups" not in result):
            continue
        if not isinstance(groups, list) or not all(isinstance(group, dict) for group in groups):
            raise InputError(f"its {name or 'groups'} {'have' if name else 'are'} no list of groups of rules")
        yield from groups


def _is_dashboard(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    if wrapping(value) == "spec":
        return value.get("kind") == "Dashboard"
    return bool(wrapping(value) or _SIGNS & value.keys() or isinstance(value.get("title"), str) or read_v2(value))
