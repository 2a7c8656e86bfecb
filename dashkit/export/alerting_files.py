"""The files that ``dashkit rules build`` writes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from dashkit.deploy import routing as grafana_routing
from dashkit.export import yaml_text
from dashkit.export.alertmanager import alertmanager, only_grafana
from dashkit.export.rule_files import rule_file, rule_resource, test_file
from dashkit.export.runbooks import runbooks
from dashkit.model.alerts import AlertGroup
from dashkit.model.links import AlertLinks
from dashkit.model.routing import Routing

RULES, ROUTING, RUNBOOKS = KINDS = ("rules", "alertmanager", "runbooks")
_NOTE = "Written by `dashkit rules build`; change the alert modules instead."


def text(value: Any) -> bytes:
    """Return YAML, with the same bytes for the same value."""
    return yaml_text.text(value, _NOTE)


def alerting_files(
    groups: Iterable[AlertGroup], routing: Routing | None, links: AlertLinks
) -> Iterator[tuple[str, str, bytes]]:
    """Yield each file as its folder (`RULES`, `ROUTING` or `RUNBOOKS`), its name in that folder, and its content."""
    systems: dict[str, list[AlertGroup]] = {}
    for group in groups:
        systems.setdefault(group.system, []).append(group)
    for system, members in sorted(systems.items()):
        yield RULES, f"{system}.yml", text(rule_file(members, links))
        if any(group.full_alerts for group in members):
            yield RULES, f"tests/{system}.yml", text(test_file(f"../{system}.yml", members))
        yield RULES, f"kubernetes/{system}.yaml", text(rule_resource(system, members, links))
    alerting = [group for members in systems.values() for group in members if group.full_alerts]
    if alerting:
        for path, page in runbooks(alerting, links).items():
            yield RUNBOOKS, path, page.encode()
    if routing is not None:
        if not any(only_grafana(routing)):
            yield ROUTING, "alertmanager.yml", text(alertmanager(routing))
        yield ROUTING, "grafana/contact-points.yaml", text(grafana_routing.contact_points(routing))
        yield ROUTING, "grafana/mute-timings.yaml", text(grafana_routing.mute_timings(routing))
        if routing.default:
            yield ROUTING, "grafana/policies.yaml", text(grafana_routing.policies(routing))
