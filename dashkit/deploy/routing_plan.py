"""Routing in Grafana: contact points and mute timings of the project's own, and one route of the policy tree. Pure.

A PUT of the policy tree replaces that of the whole organisation; so the tree is read, the project's route is put in or replaced,
and everything else is written back as it was. The route catches what carries the project's label, which every rule has that
dashkit pushes.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from dashkit.deploy import routing as documents
from dashkit.deploy.alert_groups import PROJECT_LABEL
from dashkit.deploy.steps import Action, Step
from dashkit.errors import RefusedError, UsageError
from dashkit.model.addresses import without_secrets
from dashkit.model.item import Item
from dashkit.model.routing import Routing
from dashkit.model.secret import Secret
from dashkit.spec.diff import Change

#: What a plan of it reads, and in which order it is written: the tree refers to the others.
KINDS = ("contact-points", "mute-timings", "policies")
_VARIABLE = re.compile(r"\$\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class DesiredRouting:
    """The project's mute timings and contact points, without secrets, and its one route of the tree.

    ``secrets`` are the settings that came from the environment: by contact point, then by name.
    """

    items: tuple[Item, ...]
    route: Mapping[str, Any]
    secrets: Mapping[str, Mapping[str, Secret]]


def desired_routing(routing: Routing, owner: str, environ: Mapping[str, str]) -> DesiredRouting:
    """The routing under names of the project's own; secrets are environment variables, as in the provisioning files.

    Raises:
        UsageError: a secret is missing; all of them are named.
    """
    named = _named(routing, owner)
    items: list[Item] = []
    secrets: dict[str, Mapping[str, Secret]] = {}
    missing: set[str] = set()
    for point in documents.contact_points(named)["contactPoints"]:
        for way in point["receivers"]:
            key = re.sub(r"[^A-Za-z0-9_-]+", "-", way["uid"])[-40:]
            plain, secrets[key] = _secrets(way["settings"], environ, missing)
            content = {"name": point["name"], "type": way["type"], "settings": plain, "disableResolveMessage": False}
            items.append(Item("contact-points", key, point["name"], content, tuple(sorted(secrets[key]))))
    items += [
        Item("mute-timings", timing["name"], timing["name"], {"time_intervals": timing["time_intervals"]})
        for timing in documents.mute_timings(named)["muteTimes"]
    ]
    if missing:
        names = ", ".join(sorted(missing))
        raise UsageError(
            f"the routing needs secrets that are not in the environment: {names}", hint=f"export {names}=..."
        )
    route = {
        "receiver": named.default,
        "object_matchers": [[PROJECT_LABEL, "=", owner]],
        "group_by": list(named.group_by),
        "routes": documents.routes(named),
    }
    return DesiredRouting(tuple(items), route, secrets)


def plan_routing(desired: DesiredRouting, live: Iterable[Item], owner: str) -> list[Step]:
    """A step for each part that differs, in the order in which to write.

    A secret that the server hides cannot be compared: it is sent along whenever something else of its contact point differs.

    Raises:
        RefusedError: a route of another's catches the project's label, or file provisioning owns what would be written.
    """
    there = {item.ref: item for item in live}
    steps = [
        _step(item, there.get(item.ref)) for item in desired.items if not _same(item, there.get(item.ref), desired)
    ]
    tree = next(item for item in there.values() if item.kind == "policies")
    if tree.server.get("provenance") == "file":
        raise RefusedError("the policy tree belongs to file provisioning", hint="change it there")
    wanted = replace(tree, content=with_route(tree.content, desired.route, owner))
    if wanted.content != tree.content:
        change = Change("~", "notification policies:", "the project's route")
        steps.append(Step(Action.UPDATE, tree.ref, tree.name, tree, wanted, (change,)))
    return steps


def with_route(tree: Mapping[str, Any], route: Mapping[str, Any], owner: str) -> dict[str, Any]:
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


def lines(steps: Iterable[Step]) -> Iterator[str]:
    """``+ contact point shop chat (slack)``: for people."""
    return (f"{change.sign} {change}" for step in steps for change in step.changes)


def _step(item: Item, live: Item | None) -> Step:
    sign = "+" if live is None else "~"
    what = (
        f"mute timing {item.name}"
        if item.kind == "mute-timings"
        else f"contact point {item.name} ({item.content['type']})"
    )
    action = Action.CREATE if live is None else Action.UPDATE
    return Step(action, item.ref, item.name, live, item, (Change(sign, what, ""),))


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


def _secrets(
    settings: Mapping[str, str], environ: Mapping[str, str], missing: set[str]
) -> tuple[dict[str, str], dict[str, Secret]]:
    """Settings without those that hold variables, and these with their values."""
    hidden: dict[str, Secret] = {}
    for name, text in settings.items():
        variables = _VARIABLE.findall(text)
        missing |= {variable for variable in variables if variable not in environ}
        if variables:
            hidden[name] = Secret(_VARIABLE.sub(lambda found: environ.get(found[1], ""), text))
    return {name: text for name, text in settings.items() if name not in hidden}, hidden


def _same(item: Item, live: Item | None, desired: DesiredRouting) -> bool:
    """Whether the live one has all that is wanted; what is hidden of it is taken to be right."""
    if live is None:
        return False
    shown = live.content.get("settings") or {}
    for name, secret in desired.secrets.get(item.key, {}).items():
        if name not in live.secrets and shown.get(name) != secret.reveal():
            return False
    return _covers(item.content, live.content, live.secrets)


def _covers(wanted: Mapping[str, Any], live: Mapping[str, Any], hidden: tuple[str, ...]) -> bool:
    for key, value in wanted.items():
        other = live.get(key)
        if isinstance(value, Mapping) and isinstance(other, Mapping):
            if not _covers(value, other, hidden):
                return False
        elif other != value and not (key in hidden and isinstance(value, str) and without_secrets(value)[0] == other):
            return False
    return True
