"""A dashboard that no rule finds fault with, and what a case makes of it."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from dashkit import _json
from dashkit.app.check import unread_problem
from dashkit.compiler.compile import failure_of
from dashkit.document.read import as_resource
from dashkit.document.v2.up import up
from dashkit.errors import InputError
from dashkit.lint.check import check, with_severities
from dashkit.lint.context import CheckContext
from dashkit.lint.elements import Alert, Board, Project
from dashkit.lint.files import read_dashboard
from dashkit.lint.live import run
from dashkit.lint.parse import alerts
from dashkit.lint.queries import Budget, LiveQuery
from dashkit.lint.ruleset import ruleset
from dashkit.lint.suppress import from_config, suppress
from dashkit.metrics.catalogue import read_catalogues
from dashkit.metrics.index import MetricIndex
from dashkit.model.dashboard import Location
from dashkit.model.problem import Problem

TODAY = date(2026, 11, 21)

PANEL: dict[str, Any] = {
    "id": 1,
    "type": "timeseries",
    "title": "Panel",
    "description": "What good looks like.",
    "gridPos": {"x": 0, "y": 0, "w": 12, "h": 8},
    "datasource": {"type": "prometheus", "uid": "${datasource}"},
    "fieldConfig": {"defaults": {"unit": "short"}, "overrides": []},
    "targets": [{"refId": "A", "expr": "sum(up)"}],
}
BASE: dict[str, Any] = {
    "uid": "base",
    "title": "Base",
    "description": "For tests.",
    "schemaVersion": 42,
    "refresh": "30s",
    "time": {"from": "now-6h", "to": "now"},
    "templating": {"list": [{"name": "datasource", "type": "datasource", "query": "prometheus"}]},
    "panels": [PANEL],
}


@cache
def metrics() -> MetricIndex:
    return MetricIndex(read_catalogues(Path(__file__).parent / "catalogue"))


def applied(case: Mapping[str, Any], base: Mapping[str, Any] = BASE, at: int = 0) -> dict[str, Any]:
    """The dashboard ``base`` with what the case says of it; what it says of a panel goes to the one at ``at``."""
    result: dict[str, Any] = copy.deepcopy(dict(base))
    if base is not BASE:  # the cases call it by its name
        case = json.loads(json.dumps(dict(case), default=str).replace("/d/base", f"/d/{result['uid']}"))
    if "panels" in case:
        made = [{**copy.deepcopy(PANEL), **panel} if panel.get("type") != "row" else panel for panel in case["panels"]]
        result["panels"] = made if base is BASE else made + result["panels"]
        at = 0
    if result["panels"]:
        panel = result["panels"][at]
        if "expr" in case:
            panel["targets"] = [{**panel["targets"][0], "expr": case["expr"]}]
        panel.update(copy.deepcopy(case.get("panel", {})))
        if "target" in case:
            panel["targets"][0].update(case["target"])
        language = case.get("target", {}).get("datasource")
        if isinstance(language, dict) and language.get("type"):
            panel["datasource"] = language
    result["templating"]["list"] += copy.deepcopy(case.get("variables", []))
    result.update(copy.deepcopy(case.get("dashboard", {})))
    if "long_title" in case:
        result["title"] = "x" * case["long_title"]
    if "v2" in case:
        return as_resource(result["uid"], "v2beta1", up(result) | copy.deepcopy(case["v2"]))
    return result


class Scripted:
    """A server that answers what a case says; it is no Loki."""

    name = "a server"

    def __init__(self, script: Mapping[str, Any]) -> None:
        self._script = script
        self.asked: list[str] = []

    def answers(self, language: str) -> bool:
        return language == "prometheus"

    def datasource(self, kind: str, wanted: str) -> str:
        return wanted

    def ask(self, asked: LiveQuery) -> tuple[int, str]:
        self.asked.append(asked.expr)
        return self._script.get("data", {}).get(asked.expr, 0), self._script.get("errors", {}).get(asked.expr, "")

    def exists(self, datasource: str, expr: str, at: float) -> bool:
        return any(part in expr for part in self._script.get("exists", ()))

    def values(self, datasource: str, label: str, match: str) -> list[str]:
        self.asked.append(match)
        return list(self._script.get("values", {}).get(label, ()))

    def names(self, datasource: str) -> list[str]:
        return list(self._script.get("names", ()))

    def results(self, datasource: str, expr: str, at: float) -> list[str]:
        return list(self._script.get("results", ()))


def board_of(document: Any, *, owned: bool = True, path: str = "base.json") -> Board | Problem:
    contents = read_dashboard(document, path, owned=owned)
    found = contents.board or contents.problem
    assert found is not None
    return found


def context_of(case: Mapping[str, Any], index: MetricIndex | None) -> CheckContext:
    given = dict(case.get("context", {}))
    given["variables"] = tuple(given.get("variables", ()))
    given["severities"] = tuple(given.get("severities", ()))
    return replace(CheckContext(metrics=index, whole_project=True), **given)


def problems_of(
    case: Mapping[str, Any],
    base: Mapping[str, Any] = BASE,
    index: MetricIndex | None = None,
    at: int = 0,
    only: str = "",
) -> list[Problem]:
    """What a check of the case finds, after its suppressions; by all rules, or by one."""
    known = context_of(case, index or metrics())
    owned = case.get("owned", True)
    first = applied(case, base, at)
    documents = [first, *({**copy.deepcopy(dict(base)), **more} for more in case.get("dashboards", []))]
    made = [board_of(entry, owned=owned, path=f"{number}.json") for number, entry in enumerate(documents)]
    found = [entry for entry in made if isinstance(entry, Problem)]
    boards = [entry for entry in made if isinstance(entry, Board)]
    entries = case.get("alerts", [case["alert"]] if "alert" in case else [])
    rules: list[Alert] = alerts([{"name": "group", "rules": entries}], Location("rules.yaml")) if entries else []
    if "alert_panel" in case:
        uid, number = case["alert_panel"]
        rules[0].panel = (first["uid"] if uid == "base" else uid, number)
    chosen = ruleset((), case.get("rules", {}))
    if only and "suppress" not in case:
        chosen = replace(chosen, rules=tuple(rule for rule in chosen.rules if rule.id == only))
    found += check(Project(boards, rules), chosen, known, CheckContext())
    if "live" in case:
        found += run(boards, Scripted(case["live"]), Budget(**case.get("budget", {})), now=0).problems
    if "unreadable" in case:
        try:
            _json.parse(case["unreadable"], where="x.json")
        except InputError as error:
            found.append(unread_problem(failure_of(error, "x.json")))
    ids = frozenset(rule.id for rule in chosen.rules)
    suppressions = from_config(case.get("suppress", []), "dashkit.yaml")
    return with_severities(
        suppress(with_severities(found, chosen), suppressions, TODAY, ids, whole=True).problems, chosen
    )
