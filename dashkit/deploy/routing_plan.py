"""Routing in Grafana: contact points and mute timings of the project's own, and one route of the policy tree. Pure.

A PUT of the policy tree replaces that of the whole organisation; so the tree is read, the project's route is put in or replaced,
and everything else is written back as it was. The route catches what carries the project's label, which every rule has that
dashkit pushes.

None of these has room for a mark of ours, as rules have in their annotations. What was pushed is noted beside them, in a
notification template that nothing uses: so every machine knows an edit in the UI from a change of the source.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from dashkit import _json
from dashkit.deploy import routing as documents
from dashkit.deploy.alert_groups import PROJECT_LABEL
from dashkit.deploy.plan_input import Policy
from dashkit.deploy.steps import Action, Step
from dashkit.errors import RefusedError, UsageError
from dashkit.model.addresses import without_secrets
from dashkit.model.durations import canonical
from dashkit.model.item import Item, Ref
from dashkit.model.routing import Routing
from dashkit.model.secret import Secret
from dashkit.spec.diff import Change, leaves

#: What a plan of it reads, and in which order it is written: the tree refers to those before it.
KINDS = ("contact-points", "mute-timings", "policies", "templates")
_ROUTE = "policies/route"
_TIMES = ("group_wait", "group_interval", "repeat_interval")
_NOTE = "What dashkit pushed of who is told, by which it notices edits in the UI. Nothing uses this text."
_LINE = re.compile(r"^([0-9a-f]{16}) (.+)$", re.MULTILINE)
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
    route = _canonical(
        {
            "receiver": named.default,
            "object_matchers": [[PROJECT_LABEL, "=", owner]],
            "group_by": list(named.group_by),
            "routes": documents.routes(named),
        }
    )
    return DesiredRouting(tuple(items), route, secrets)


def _canonical(route: dict[str, Any]) -> dict[str, Any]:
    """As Grafana gives it back: matchers in order, durations as Prometheus writes them, nothing that says nothing."""
    result = {key: value for key, value in route.items() if value not in (None, [], "")}
    result |= {key: canonical(result[key]) for key in _TIMES if key in result}
    if "object_matchers" in result:
        result["object_matchers"] = sorted(result["object_matchers"])
    if "routes" in result:
        result["routes"] = [_canonical(entry) for entry in result["routes"]]
    return result


def plan_routing(desired: DesiredRouting, live: Iterable[Item], owner: str, policy: Policy) -> list[Step]:
    """A step for each part that differs, in the order in which to write; last the note of what was pushed (see `noted`).

    A secret that the server hides cannot be compared: it is sent along whenever something else of its contact point differs.

    Raises:
        RefusedError: a route of another's catches the project's label, or file provisioning owns what would be written.
    """
    there = {item.ref: item for item in live}
    notes = _notes(there.get(_note_ref(owner)))
    steps = [step for item in desired.items if (step := _step(item, there.get(item.ref), desired, notes, policy))]
    if step := _tree_step(desired, _tree(there), owner, notes, policy):
        steps.append(step)
    if any(step.writes for step in steps) or (notes or {}) != noted(desired, there.values(), owner, notes):
        steps.append(_note_step(there.get(_note_ref(owner)), owner))
    return steps


def noted(
    desired: DesiredRouting, live: Iterable[Item], owner: str, before: Mapping[str, str] | None
) -> dict[str, str]:
    """Digests of what the server has where it is what is wanted; of the rest what was noted ``before``.

    Of what the server has, not of what was sent: it adds settings of its own.
    """
    there = {item.ref: item for item in live}
    found = dict(before or {})
    for item in desired.items:
        now = there.get(item.ref)
        if now is not None and _settled(item, now, desired, before):
            found[_name(item)] = _digest(now.content)
    route = own_route(_tree(there).content, owner)
    if route == desired.route:
        found[_ROUTE] = _digest(route)
    return found


def note_item(desired: DesiredRouting, live: Iterable[Item], owner: str) -> Item:
    """The note as it shall be stored: a template that nothing uses."""
    there = {item.ref: item for item in live}
    before = _notes(there.get(_note_ref(owner)))
    lines = [f"{digest} {name}" for name, digest in sorted(noted(desired, there.values(), owner, before).items())]
    text = "\n".join([f'{{{{ define "{owner}" }}}}{_NOTE}', *lines, "{{ end }}"])
    return Item("templates", owner, owner, {"template": text})


def own_route(tree: Mapping[str, Any], owner: str) -> Mapping[str, Any] | None:
    """The project's route in a tree: the one that catches its label."""
    matcher = [PROJECT_LABEL, "=", owner]
    return next((route for route in tree.get("routes") or () if matcher in (route.get("object_matchers") or ())), None)


def with_route(tree: Mapping[str, Any], route: Mapping[str, Any] | None, owner: str) -> dict[str, Any]:
    """The tree with the project's route in it, first of all or where it was, or without it; all else is as it was."""
    result = copy.deepcopy(dict(tree))
    routes, old = list(result.get("routes") or []), own_route(result, owner)
    wanted = [dict(route)] if route is not None else []
    place = routes.index(old) if old is not None else 0
    routes[place : place + (old is not None)] = wanted
    result["routes"] = routes
    if not routes:
        del result["routes"]
    return result


def is_note(step: Step) -> bool:
    """Whether a step is about the note, which nobody asked for."""
    return step.ref.kind == "templates"


def is_routing(step: Step) -> bool:
    """Whether a step is about who is told."""
    return step.ref.kind in KINDS


def _tree(there: Mapping[Ref, Item]) -> Item:
    return next(item for item in there.values() if item.kind == "policies")


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
        raise RefusedError(f"a notification policy for {PROJECT_LABEL}={owner} is there that dashkit did not make")
    wanted = replace(tree, content=with_route(tree.content, desired.route, owner))
    changes = tuple(leaves("route", dict(old or {}), dict(desired.route)))
    edited = old is not None and noted is not None and noted != _digest(old)
    step = Step(Action.UPDATE, tree.ref, "the project's route", tree, wanted, changes)
    return _treated(step, edited, policy)


def _step(
    item: Item, live: Item | None, desired: DesiredRouting, notes: Mapping[str, str] | None, policy: Policy
) -> Step | None:
    if live is None:
        return Step(Action.CREATE, item.ref, item.name, None, item)
    edited = _edited(item, live, notes)
    if _settled(item, live, desired, notes):
        return None
    shown = {key: value for key, value in live.content.items() if key in item.content}
    changes = list(leaves("setting", _shown(shown), _shown(item.content)))
    if secrets := desired.secrets.get(item.key):
        changes.append(Change("~", f"secret {', '.join(sorted(secrets))}", "sent along"))
    step = Step(Action.UPDATE, item.ref, item.name, live, item, tuple(changes))
    if notes is not None and _name(item) not in notes and not policy.adopt:
        return replace(step, action=Action.REFUSE, reason="dashkit did not make it", hint="--adopt takes it over")
    return _treated(step, edited, policy)


def _edited(item: Item, live: Item, notes: Mapping[str, str] | None) -> bool:
    return notes is not None and notes.get(_name(item)) not in (None, _digest(live.content))


def _settled(item: Item, live: Item, desired: DesiredRouting, notes: Mapping[str, str] | None) -> bool:
    """Whether nothing is to do: it is as the source wants it, and nobody added to it in the UI."""
    return _same(item, live, desired) and not (_edited(item, live, notes) and _has_more(item, live))


def _has_more(item: Item, live: Item) -> bool:
    """Whether the live one has settings that the source does not name: of one that nobody edited they are Grafana's own."""
    return bool((live.content.get("settings") or {}).keys() - (item.content.get("settings") or {}).keys())


def _shown(value: Any) -> Any:
    """For people: addresses without what may be secret in them."""
    if isinstance(value, dict):
        return {key: _shown(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_shown(entry) for entry in value]
    return without_secrets(value)[0] if isinstance(value, str) else value


def _treated(step: Step, edited: bool, policy: Policy) -> Step:
    """An edit in the UI is refused, left or overwritten, as the person says."""
    if not edited:
        return step
    why = "edited in the UI since the last push"
    if policy.on_drift == "overwrite":
        return replace(step, reason=f"overwrites: {why}")
    if policy.on_drift == "skip":
        return replace(step, action=Action.SKIP, reason=why)
    hint = "take the edit over into the source, or push with --on-drift overwrite (or skip)"
    return replace(step, action=Action.REFUSE, reason=why, hint=hint)


def _note_ref(owner: str) -> Ref:
    return Ref("templates", owner)


def _note_step(live: Item | None, owner: str) -> Step:
    action = Action.CREATE if live is None else Action.UPDATE
    return Step(action, _note_ref(owner), owner, live, reason="what was pushed, to notice edits in the UI by")


def _notes(note: Item | None) -> dict[str, str] | None:
    """Digests by ``kind/key``; None where nothing was noted, as by an older dashkit."""
    if note is None:
        return None
    return {name: digest for digest, name in _LINE.findall(str(note.content["template"]))}


def _digest(content: Any) -> str:
    return _json.plain_digest(content)[:16]


def _name(item: Item) -> str:
    """Under which it is noted: nothing that a template would take for more than text."""
    return re.sub(r"[{}\n]", "-", str(item.ref))


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
