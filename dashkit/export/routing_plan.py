"""Routing in Grafana: contact points and mute timings of the project's own, and one route of the policy tree. Pure.

A PUT of the policy tree replaces that of the whole organisation; so the tree is read, the project's route is put in or replaced,
and everything else is written back as it was. The route catches what carries the project's label, which every rule has that
dashkit pushes.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dashkit.deploy.rules import PROJECT_LABEL
from dashkit.errors import RefusedError, UsageError
from dashkit.export import grafana_routing
from dashkit.model.live_routing import Document, GrafanaRouting, RoutingPlan
from dashkit.model.routing import Routing

_REDACTED = "[REDACTED]"


def desired_routing(routing: Routing, owner: str, secrets: Mapping[str, str]) -> GrafanaRouting:
    """The routing under names of the project's own; ``secrets`` are environment variables, as in the provisioning files.

    Raises:
        UsageError: a secret is missing; all of them are named.
    """
    named = _named(routing, owner)
    points = [
        {
            "name": point["name"],
            **{key: way[key] for key in ("uid", "type", "settings")},
            "disableResolveMessage": False,
        }
        for point in grafana_routing.contact_points(named)["contactPoints"]
        for way in point["receivers"]
    ]
    timings = grafana_routing.mute_timings(named)["muteTimes"]
    route = {
        "receiver": named.default,
        "object_matchers": [[PROJECT_LABEL, "=", owner]],
        "group_by": list(named.group_by),
        "routes": grafana_routing.routes(named),
    }
    missing: set[str] = set()
    filled = tuple(_filled(point, secrets, missing) for point in points)
    if missing:
        names = ", ".join(sorted(missing))
        raise UsageError(
            f"the routing needs secrets that are not in the environment: {names}", hint=f"export {names}=..."
        )
    kept = tuple({key: value for key, value in timing.items() if key != "orgId"} for timing in timings)
    return GrafanaRouting(filled, kept, route)


def plan_routing(desired: GrafanaRouting, live: GrafanaRouting, owner: str) -> RoutingPlan:
    """What differs. A secret cannot be compared: it is sent along whenever something else of its contact point differs.

    Raises:
        RefusedError: a route of another's catches the project's label, or file provisioning owns what would be written.
    """
    changes: list[str] = []
    points = {point.get("uid"): point for point in live.contact_points}
    wanted = [point for point in desired.contact_points if not _same(point, points.get(point["uid"]))]
    changes += [
        f"{'~' if point['uid'] in points else '+'} contact point {point['name']} ({point['type']})" for point in wanted
    ]
    timings = {timing["name"]: timing for timing in live.mute_timings}
    late = [timing for timing in desired.mute_timings if not _same(timing, timings.get(timing["name"]))]
    changes += [f"{'~' if timing['name'] in timings else '+'} mute timing {timing['name']}" for timing in late]
    if live.tree.get("provenance") == "file":
        raise RefusedError("the policy tree belongs to file provisioning", hint="change it there")
    tree = with_route(live.tree, desired.tree, owner)
    if tree != live.tree:
        changes.append("~ notification policies: the project's route")
    return RoutingPlan(
        tuple(wanted), tuple(late), tree if tree != live.tree else None, tuple(changes), frozenset(map(str, points)),
        frozenset(timings),
    )  # fmt: skip


def with_route(tree: Document, route: Document, owner: str) -> dict[str, Any]:
    """The tree with the project's route in it, first of all or where it was; all else is as it was."""
    result = copy.deepcopy(dict(tree))
    routes = result.setdefault("routes", None) or []
    matcher = [PROJECT_LABEL, "=", owner]
    for index, entry in enumerate(routes):
        if entry.get("object_matchers") == [matcher]:
            if not str(entry.get("receiver", "")).startswith(f"{owner} "):
                raise RefusedError(
                    f"a notification policy for {PROJECT_LABEL}={owner} is there that dashkit did not make"
                )
            routes[index] = dict(route)
            break
    else:
        routes = [dict(route), *routes]
    result["routes"] = routes
    return result


def _named(routing: Routing, owner: str) -> Routing:
    """The same with names that no other project has."""
    return replace(
        routing,
        default=f"{owner} {routing.default}",
        receivers=tuple(replace(receiver, name=f"{owner} {receiver.name}") for receiver in routing.receivers),
        routes=tuple(
            replace(
                route, receiver=f"{owner} {route.receiver}", hours=f"{route.hours} of {owner}" if route.hours else ""
            )
            for route in routing.routes
        ),
        hours=tuple(replace(hours, name=f"{hours.name} of {owner}") for hours in routing.hours),
    )


def _filled(point: Document, secrets: Mapping[str, str], missing: set[str]) -> Document:
    def value(found: re.Match[str]) -> str:
        if found[1] not in secrets:
            missing.add(found[1])
        return secrets.get(found[1], "")

    settings = {key: re.sub(r"\$\{(\w+)\}", value, text) for key, text in point["settings"].items()}
    return {**point, "uid": re.sub(r"[^A-Za-z0-9_-]+", "-", point["uid"])[-40:], "settings": settings}


def _same(desired: Document, live: Document | None) -> bool:
    """Whether the live one has all that is wanted; what Grafana hides is taken to be right."""
    if live is None:
        return False
    for key, value in desired.items():
        other = live.get(key)
        if isinstance(value, Mapping) and isinstance(other, Mapping):
            if not _same(value, other):
                return False
        elif other not in (value, _REDACTED):
            return False
    return True
