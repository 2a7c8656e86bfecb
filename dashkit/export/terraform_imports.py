"""Import blocks: what of the desired state a server already has, for Terraform to take over instead of creating it again.

https://developer.hashicorp.com/terraform/language/import. The ids are those of the provider's documentation, with the number of
the organisation in front of each.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dashkit.deploy import routing as grafana_routing
from dashkit.export.desired_state import DesiredState
from dashkit.export.terraform_alerting import POLICY, group_label
from dashkit.export.terraform_text import label, literal


@dataclass(frozen=True, slots=True)
class Live:
    """What a server has. ``groups`` are folder uid and name; contact points and mute timings are known by name."""

    organisation: int = 1
    folders: frozenset[str] = frozenset()
    dashboards: frozenset[str] = frozenset()
    datasources: frozenset[str] = frozenset()
    groups: frozenset[tuple[str, str]] = frozenset()
    contacts: frozenset[str] = frozenset()
    timings: frozenset[str] = frozenset()


def imports(state: DesiredState, live: Live, made: Mapping[str, Mapping[str, Any]]) -> Iterator[dict[str, str]]:
    """Yield a block for each of the ``made`` resources that exists. Every organisation has a policy tree."""
    for kind, name, key in _objects(state, live):
        if name in made.get(kind, {}):
            yield {"to": f"{kind}.{name}", "id": literal(f"{live.organisation}:{key}")}


def _objects(state: DesiredState, live: Live) -> Iterator[tuple[str, str, str]]:
    """Yield kind, name and id of what exists."""
    for kind, uids, has in (
        ("grafana_folder", (folder.uid for folder in state.folders), live.folders),
        ("grafana_dashboard", (item.uid for item in state.dashboards), live.dashboards),
        ("grafana_data_source", (one.uid for one in state.datasources), live.datasources),
    ):
        yield from ((kind, label(uid), uid) for uid in uids if uid in has)
    for group in state.rules:
        if group.place in live.groups:
            yield "grafana_rule_group", group_label(group), f"{group.folder_uid}:{group.name}"
    if state.routing is not None:
        receivers = (receiver.name for receiver in state.routing.receivers)
        timings = (entry["name"] for entry in grafana_routing.mute_timings(state.routing)["muteTimes"])
        yield from (("grafana_contact_point", label(name), name) for name in receivers if name in live.contacts)
        yield from (("grafana_mute_timing", label(name), name) for name in timings if name in live.timings)
        yield "grafana_notification_policy", POLICY, "policy"
