"""Routing in Grafana: the project's own contact points and mute timings, and one route in the policy tree. Pure.

A PUT of the policy tree replaces the tree of the whole organisation. So the tree is read, the project's route is inserted or
replaced, and everything else is written back unchanged. The route matches the project's label, which every pushed rule has.

Rules have annotations for our marks; these objects have no room for one. What was pushed is noted beside them, in a notification
template that nothing uses. That lets every machine distinguish an edit in the UI from a change of the source.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from dashkit import _json
from dashkit.deploy import routing as documents
from dashkit.deploy.alert_documents import PROJECT_LABEL
from dashkit.deploy.plan_input import Policy
from dashkit.deploy.steps import Action, Step
from dashkit.document.diff import Change, leaves
from dashkit.errors import RefusedError, UsageError
from dashkit.model.addresses import without_secrets
from dashkit.model.durations import canonical
from dashkit.model.item import Item, Ref
from dashkit.model.paths import at
from dashkit.model.routing import Route, Routing
from dashkit.model.secret import Secret

#: What a plan reads, in the order in which it is written: the tree refers to those before it.
KINDS = ("contact-points", "mute-timings", "policies", "templates")
_ROUTE = "policies/route"
_TIMES = ("group_wait", "group_interval", "repeat_interval")
_NOTE = "What dashkit pushed of who is told, by which it notices edits in the UI. Nothing uses this text."
_LINE = re.compile(r"^([0-9a-f]{16}) (.+)$", re.MULTILINE)
_VARIABLE = re.compile(r"\$\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class DesiredRouting:
    """The project's mute timings and contact points, without secrets, and its one route in the tree.

    ``secrets`` has the settings that came from the environment, by contact point, then by name.
    """

    items: tuple[Item, ...]
    route: Mapping[str, Any]
    secrets: Mapping[str, Mapping[str, Secret]]


def desired_routing(routing: Routing, owner: str, environ: Mapping[str, str]) -> DesiredRouting:
    """Return the routing under names that only this project uses. Secrets are environment variables, as in provisioning files.

    Raises:
        UsageError: secrets are missing. The message lists all of them.
    """
    named = _named(routing, owner)
    items: list[Item] = []
    secrets: dict[str, Mapping[str, Secret]] = {}
    missing: set[str] = set()
    for receiver in named.receivers:
        for point in documents.points(receiver):
            key = point.uid
            plain, secrets[key] = _secrets(point, environ, missing)
            content = {
                "name": receiver.name, "type": point.kind, "settings": plain, "disableResolveMessage": not point.resolved,
            }  # fmt: skip
            items.append(Item("contact-points", key, receiver.name, content, tuple(sorted(secrets[key]))))
    items += [
        Item("mute-timings", timing["name"], timing["name"], {"time_intervals": timing["time_intervals"]})
        for timing in documents.named_timings(named)
    ]
    if missing:
        names = ", ".join(sorted(missing))
        text = f"the routing needs secrets that are not in the environment: {names}"
        raise UsageError(text, hint=f"export {' '.join(f'{name}=...' for name in sorted(missing))}")
    route = _canonical(
        {
            "receiver": named.default,
            "object_matchers": [[PROJECT_LABEL, "=", owner]],
            "group_by": list(named.group_by),
            "group_wait": named.wait,
            "group_interval": named.interval,
            "repeat_interval": named.repeat,
            "routes": documents.routes(named),
        }
    )
    return DesiredRouting(tuple(items), route, secrets)


def _canonical(route: dict[str, Any]) -> dict[str, Any]:
    """Return a route as Grafana returns it: sorted matchers, Prometheus' durations, no empty settings."""
    result = {key: value for key, value in route.items() if value not in (None, [], "")}
    result |= {key: canonical(result[key]) for key in _TIMES if key in result}
    if "object_matchers" in result:
        result["object_matchers"] = sorted(result["object_matchers"])
    if "routes" in result:
        result["routes"] = [_canonical(entry) for entry in result["routes"]]
    return result


def plan_routing(desired: DesiredRouting, live: Iterable[Item], owner: str, policy: Policy) -> list[Step]:
    """Return a step for each part that differs, in the order in which to write. The last one notes what was pushed.

    A secret that the server hides cannot be compared. It is sent along whenever something else in its contact point differs.

    Raises:
        RefusedError: someone else's route matches the project's label, or file provisioning owns what would be written.
    """
    by_ref = {item.ref: item for item in live}
    note = by_ref.get(_note_ref(owner))
    notes = _notes(note)
    steps = [step for item in desired.items if (step := _step(item, by_ref.get(item.ref), desired, notes, policy))]
    if step := _tree_step(desired, _tree(by_ref), owner, notes, policy):
        steps.append(step)
    if any(step.writes for step in steps) or (notes or {}) != _noted(desired, by_ref, owner, notes):
        action = Action.CREATE if note is None else Action.UPDATE
        steps.append(
            Step(action, _note_ref(owner), owner, note, reason="records what was pushed, to notice edits in the UI")
        )
    return steps


def _noted(
    desired: DesiredRouting, live: Mapping[Ref, Item], owner: str, notes: Mapping[str, str] | None
) -> dict[str, str]:
    """Return the new notes: the digest of each object on the server that is as wanted, and the old note for all others.

    They are digests of what the server has, not of what was sent, because the server adds settings of its own.
    """
    result = dict(notes or {})
    for item in desired.items:
        now = live.get(item.ref)
        if now is not None and _settled(item, now, desired, notes):
            result[_name(item)] = _digest(now.content)
    if own_route(_tree(live).content, owner) == desired.route:
        result[_ROUTE] = _digest(desired.route)
    return result


def note_item(desired: DesiredRouting, live: Iterable[Item], owner: str) -> Item:
    """Return the note to store: a template that nothing uses."""
    by_ref = {item.ref: item for item in live}
    notes = _noted(desired, by_ref, owner, _notes(by_ref.get(_note_ref(owner))))
    lines = [f"{digest} {name}" for name, digest in sorted(notes.items())]
    text = "\n".join([f'{{{{ define "{owner}" }}}}{_NOTE}', *lines, "{{ end }}"])
    return Item("templates", owner, owner, {"template": text})


def own_route(tree: Mapping[str, Any], owner: str) -> Mapping[str, Any] | None:
    """Return the project's route in a tree: the one that matches its label."""
    matcher = [PROJECT_LABEL, "=", owner]
    return next((route for route in tree.get("routes") or () if matcher in (route.get("object_matchers") or ())), None)


def with_route(tree: Mapping[str, Any], route: Mapping[str, Any], owner: str) -> dict[str, Any]:
    """Return the tree with the project's route, in place of its old one, or else first. All else is unchanged."""
    routes, old = list(tree.get("routes") or ()), own_route(tree, owner)
    place = routes.index(old) if old is not None else 0
    routes[place : place + (old is not None)] = [dict(route)]
    return with_routes(tree, routes)


def with_routes(tree: Mapping[str, Any], routes: list[Any]) -> dict[str, Any]:
    """Return the tree with exactly these routes."""
    rest = {key: value for key, value in tree.items() if key != "routes"}
    return {**rest, "routes": routes} if routes else rest


def is_note(step: Step) -> bool:
    """Return whether a step is about the note, which is not part of what the user wants."""
    return step.ref.kind == "templates"


def is_routing(step: Step) -> bool:
    """Return whether a step is about routing."""
    return step.ref.kind in KINDS


def _tree(live: Mapping[Ref, Item]) -> Item:
    return next(item for item in live.values() if item.kind == "policies")


def _tree_step(
    desired: DesiredRouting, tree: Item, owner: str, notes: Mapping[str, str] | None, policy: Policy
) -> Step | None:
    if tree.server.get("provenance") == "file":
        raise RefusedError("the policy tree belongs to file provisioning", hint="change it there")
    old = own_route(tree.content, owner)
    if old == desired.route:
        return None
    noted = (notes or {}).get(_ROUTE)
    if old is not None and noted is None and not str(old.get("receiver", "")).startswith(f"{owner} "):
        raise RefusedError(f"there is a notification policy for {PROJECT_LABEL}={owner} that dashkit did not make")
    wanted = replace(tree, content=with_route(tree.content, desired.route, owner))
    changes = tuple(leaves("route", dict(old or {}), dict(desired.route)))
    step = Step(Action.UPDATE, tree.ref, "the project's route", tree, wanted, changes)
    return _edited_step(step, policy) if old is not None and noted not in (None, _digest(old)) else step


def _step(
    item: Item, live: Item | None, desired: DesiredRouting, notes: Mapping[str, str] | None, policy: Policy
) -> Step | None:
    if live is None:
        return Step(Action.CREATE, item.ref, item.name, None, item)
    if _settled(item, live, desired, notes):
        return None
    shown = {key: value for key, value in live.content.items() if key in item.content}
    changes = list(leaves("setting", _shown(shown), _shown(item.content)))
    if secrets := desired.secrets.get(item.key):
        changes.append(Change("~", f"secret {', '.join(sorted(secrets))}", "sent along"))
    step = Step(Action.UPDATE, item.ref, item.name, live, item, tuple(changes))
    if notes is not None and _name(item) not in notes and not policy.adopt:
        return replace(step, action=Action.REFUSE, reason="dashkit did not make it", hint="--adopt takes it over")
    return _edited_step(step, policy) if _edited(item, live, notes) else step


def _edited_step(step: Step, policy: Policy) -> Step:
    action, reason, hint = policy.on_edit("edited in the UI since the last push")
    return replace(step, action=action, reason=reason, hint=hint)


def _edited(item: Item, live: Item, notes: Mapping[str, str] | None) -> bool:
    return notes is not None and notes.get(_name(item)) not in (None, _digest(live.content))


def _settled(item: Item, live: Item, desired: DesiredRouting, notes: Mapping[str, str] | None) -> bool:
    """Return whether there is nothing to do: it is as the source wants it, and no one added to it in the UI."""
    return _same(item, live, desired) and not (_edited(item, live, notes) and _has_more(item, live))


def _has_more(item: Item, live: Item) -> bool:
    """Return whether the server has settings that the source does not name. Unless it was edited, Grafana added them."""
    return bool((live.content.get("settings") or {}).keys() - (item.content.get("settings") or {}).keys())


def _shown(value: Any) -> Any:
    """Return a copy for display, without what may be secret in addresses."""
    if isinstance(value, dict):
        return {key: _shown(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_shown(entry) for entry in value]
    return without_secrets(value)[0] if isinstance(value, str) else value


def _note_ref(owner: str) -> Ref:
    return Ref("templates", owner)


def _notes(note: Item | None) -> dict[str, str] | None:
    """Return digests by ``kind/key``; None without a note, as an older dashkit wrote none."""
    if note is None:
        return None
    return {name: digest for digest, name in _LINE.findall(str(note.content["template"]))}


def _digest(content: Any) -> str:
    return _json.plain_digest(content)[:16]


def _name(item: Item) -> str:
    """Return the name for the note, without anything that a template would interpret."""
    return re.sub(r"[{}\n]", "-", str(item.ref))


def _named(routing: Routing, owner: str) -> Routing:
    """Return the routing with names that no other project has."""
    return replace(
        routing,
        default=_receiver(routing.default, owner),
        receivers=tuple(replace(receiver, name=f"{owner} {receiver.name}") for receiver in routing.receivers),
        routes=tuple(_named_route(route, owner) for route in routing.routes),
        hours=tuple(replace(hours, name=_timing(hours.name, owner)) for hours in routing.hours),
        timings=tuple(replace(timing, name=_timing(timing.name, owner)) for timing in routing.timings),
    )


def _named_route(route: Route, owner: str) -> Route:
    return replace(
        route,
        receiver=_receiver(route.receiver, owner),
        hours=_timing(route.hours, owner) if route.hours else "",
        muted=tuple(_timing(name, owner) for name in route.muted),
        active=tuple(_timing(name, owner) for name in route.active),
        routes=tuple(_named_route(below, owner) for below in route.routes),
    )


def _receiver(name: str, owner: str) -> str:
    return f"{owner} {name}" if name else ""


def _timing(name: str, owner: str) -> str:
    return f"{name} of {owner}"


def _secrets(
    point: documents.Point, environ: Mapping[str, str], missing: set[str]
) -> tuple[dict[str, Any], dict[str, Secret]]:
    """Split settings into those without variables, and those with variables, filled in. Adds unset variables to ``missing``."""
    hidden: dict[str, Secret] = {}
    texts = {path: f"${{{name}}}" for path, name in point.variables.items()}
    for name, text in ({**point.settings, **texts} if point.fills_in else texts).items():
        variables = _VARIABLE.findall(text)
        missing |= {variable for variable in variables if variable not in environ}
        if variables:
            hidden[name] = Secret(_VARIABLE.sub(lambda found: environ.get(found[1], ""), text))
    return {name: value for name, value in point.settings.items() if name not in hidden}, hidden


def _same(item: Item, live: Item, desired: DesiredRouting) -> bool:
    """Return whether the server has all that is wanted. What it hides is assumed to be right."""
    shown = live.content.get("settings") or {}
    return all(
        name in live.secrets or at(shown, name) == secret.reveal()
        for name, secret in desired.secrets.get(item.key, {}).items()
    ) and _covers(item.content, live.content, live.secrets)


def _covers(wanted: Mapping[str, Any], live: Mapping[str, Any], hidden: tuple[str, ...]) -> bool:
    for key, value in wanted.items():
        other = live.get(key)
        if isinstance(value, Mapping) and isinstance(other, Mapping):
            if not _covers(value, other, hidden):
                return False
        elif other != value and not (key in hidden and isinstance(value, str) and without_secrets(value)[0] == other):
            return False
    return True
