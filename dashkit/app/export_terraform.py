"""The target ``terraform`` of an export: with import blocks for what the context's server has, if that is asked for."""

from __future__ import annotations

from collections.abc import Iterable

from dashkit.app.connect import connected, require_organisation
from dashkit.app.export import Target
from dashkit.app.ports import Ports
from dashkit.export import terraform
from dashkit.export.desired_state import DesiredState
from dashkit.export.terraform_imports import Live


def target(ports: Ports, context_name: str | None, *, live: bool) -> Target:
    """Return the target. Only with ``live`` it sends requests."""

    def files(state: DesiredState) -> Iterable[tuple[str, bytes]]:
        return terraform.files(state, _live(state, ports, context_name) if live else None)

    return files


def _live(state: DesiredState, ports: Ports, context_name: str | None) -> Live:
    """Return what of the state, and perhaps more, the server has."""
    found = connected(ports, context_name)
    server = found.server
    require_organisation(found.context, server)
    wanted = frozenset(item.uid for item in state.dashboards)
    rules, routing = bool(state.rules), bool(state.rules and state.routing)
    return Live(
        server.organisation[0],
        frozenset(folder.uid for folder in server.folders()),
        frozenset(live.uid for live in server.read(wanted)) if wanted else frozenset(),
        frozenset(one.uid for one in server.datasources()) if state.datasources else frozenset(),
        frozenset(group.place for group in server.alert_groups()) if rules else frozenset(),
        frozenset(item.name for item in server.items("contact-points")) if routing else frozenset(),
        frozenset(item.name for item in server.items("mute-timings")) if routing else frozenset(),
    )
