"""Compile imported alert modules in a process of their own, which has nothing of what wrote them, and say what they make.

That process gets a JSON object, and compiles ``dashboards/alerts`` in its ``folder``. It answers with the groups of each module
as a rule file has them, and with what went wrong. The object says what else to make: ``grafana`` has the arguments of
`desired_rules`, ``routing`` those of `desired_routing`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dashkit import _json
from dashkit._process import WorkError, in_new_process
from dashkit.compiler.alerts import FOLDER, compile_alerts
from dashkit.compiler.compile import Failure, Sources
from dashkit.deploy.alert_groups import desired_rules
from dashkit.deploy.routing_plan import desired_routing
from dashkit.export.rule_files import rule_file
from dashkit.importer.fresh import ROOT
from dashkit.model.alerts import AlertGroup
from dashkit.model.links import AlertLinks
from dashkit.model.routing import Routing


@dataclass(frozen=True, slots=True)
class Made:
    """What modules make.

    Attributes:
        groups: the groups of a rule file, by the names of modules.
        grafana: the groups of Grafana-managed rules, each with its folder, name, interval and rules.
        routing: the items and the route of the routing; empty without one.
        failures: messages by the names of modules.
    """

    groups: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)
    grafana: list[dict[str, Any]] = field(default_factory=list)
    routing: Mapping[str, Any] = field(default_factory=dict)
    failures: Mapping[str, str] = field(default_factory=dict)


def made_by(folder: Path, asked: Mapping[str, Any] | None = None) -> Made:
    """Compile the alert modules below ``folder`` in a fresh process."""
    try:
        answer = in_new_process(__name__, _json.compact({**(asked or {}), "folder": str(folder)}))
    except (WorkError, EOFError) as error:
        return Made(failures={"": str(error) or "the process that compiled them ended"})
    return Made(**_json.parse(answer, where="the modules that were written"))


def work(data: bytes) -> bytes:
    """Compile the modules in this process, and return what they make."""
    asked = _json.parse(data, where="what to compile")
    folder = Path(asked["folder"])
    groups: list[AlertGroup] = []
    found: dict[str, Any] = {"groups": {}, "grafana": [], "routing": {}, "failures": {}}
    for result in compile_alerts(Sources(folder, (folder / ROOT,))):
        if isinstance(result, Failure):
            found["failures"][Path(result.path).name] = result.message
        elif isinstance(result, Routing):
            found["routing"] = _routing(result, asked["routing"]) if "routing" in asked else {}
        else:
            groups.append(result)
            made = rule_file([result], AlertLinks())["groups"]
            found["groups"].setdefault(Path(result.source.path).name, []).extend(made)
    if "grafana" in asked:
        found["grafana"] = [
            {"folder": group.folder_uid, "name": group.name, "interval": group.interval, "rules": list(group.rules)}
            for group in desired_rules(groups, **asked["grafana"])
        ]
    return _json.compact(found)


def _routing(routing: Routing, arguments: Mapping[str, Any]) -> dict[str, Any]:
    made = desired_routing(routing, **arguments)
    items = [
        {"kind": item.kind, "key": item.key, "content": item.content, "secrets": list(item.secrets)}
        for item in made.items
    ]
    return {"items": items, "route": dict(made.route)}


def module_folder(folder: Path) -> Path:
    """Return where the modules have to be in the folder of a proof."""
    return folder / ROOT / FOLDER
