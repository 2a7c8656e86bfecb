"""Contact points, notification policies and mute timings as a call of `dashkit.authoring`: what
`dashkit.deploy.routing_plan` writes, read backwards. Pure.

Where the project has a route of its own in the tree, that and what it uses is its routing. Otherwise the whole tree is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from dashkit.authoring.call import Call
from dashkit.deploy.alert_documents import PROJECT_LABEL
from dashkit.deploy.routing import variable
from dashkit.deploy.routing_plan import own_route
from dashkit.importer.hours import hours_of
from dashkit.importer.secret_names import SecretNames, hidden
from dashkit.model.item import Item

Json = dict[str, Any]

#: What a route says if nothing is said, and the word for it.
_TIMES = {"group_wait": ("wait", "30s"), "group_interval": ("interval", ""), "repeat_interval": ("repeat", "4h")}
#: What `Routing` groups by if nothing is said.
_GROUP_BY = ("system", "alertname")
_ROUTE = frozenset(
    (
        *_TIMES,
        "receiver",
        "object_matchers",
        "group_by",
        "mute_time_intervals",
        "active_time_intervals",
        "continue",
        "routes",
    )
)
#: Every name that a push of a project writes begins with this.
_PROJECTS = "dashkit:"


@dataclass(frozen=True, slots=True)
class Live:
    """What a server has of a routing, under the names that the source has for it.

    Attributes:
        receivers: the contact points by their names, each in its order.
        timings: time intervals by the names of mute timings.
        tree: the route of the project, without its own matcher, or the whole tree.
        left: what no module can say, in words.
    """

    receivers: Mapping[str, list[Item]]
    timings: Mapping[str, list[Json]]
    tree: Json
    left: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Routed:
    """The call that makes a routing, and the variables that have to be set for it, in the order of their names."""

    call: Call
    variables: tuple[str, ...]


@dataclass(slots=True)
class _Names:
    """How names of the server are called in the source: without the project, if they are its own."""

    owner: str
    own: bool
    left: list[str] = field(default_factory=list)

    def receiver(self, name: str) -> str:
        return name.removeprefix(f"{self.owner} ") if self.own else name

    def timing(self, name: str) -> str:
        return name.removesuffix(f" of {self.owner}") if self.own else name

    def mine(self, item: Item) -> bool:
        """Return whether an object belongs to what is imported."""
        name = item.name
        if self.own:
            return name.startswith(f"{self.owner} ") or name.endswith(f" of {self.owner}")
        return not name.startswith(_PROJECTS) and f" of {_PROJECTS}" not in name


def live_routing(items: Iterable[Item], owner: str) -> Live:
    """Return what the items of a server say of a project's routing, or of that of the whole organisation."""
    every = list(items)
    tree = next(item.content for item in every if item.kind == "policies")
    route = own_route(tree, owner)
    names = _Names(owner, route is not None)
    mine = [item for item in every if names.mine(item)]
    receivers: dict[str, list[Item]] = {}
    for item in sorted((item for item in mine if item.kind == "contact-points"), key=_place):
        receivers.setdefault(names.receiver(item.name), []).append(hidden(item))
    timings = {
        names.timing(item.name): list(item.content["time_intervals"]) for item in mine if item.kind == "mute-timings"
    }
    names.left += [
        f"template {item.name!r}: contact points find it where it is" for item in mine if item.kind == "templates"
    ]
    found = _renamed(dict(route if route is not None else tree), names, top=True)
    if found.setdefault("receiver", "") not in receivers and not names.own:
        found["receiver"] = ""  # a new server's own, which has no contact point that could be read
    return Live(dict(sorted(receivers.items())), dict(sorted(timings.items())), found, tuple(names.left))


def _place(item: Item) -> tuple[str, int, str]:
    """Sort the contact points of a name in the order in which a push numbers them."""
    number = item.key.rpartition("-")[2]
    return item.name, int(number) if number.isdecimal() else 0, item.key


def _renamed(route: Json, names: _Names, *, top: bool = False) -> Json:
    result = {key: value for key, value in route.items() if value not in (None, [], "", False)}
    if "receiver" in result:
        result["receiver"] = names.receiver(str(result["receiver"]))
    for key in ("mute_time_intervals", "active_time_intervals"):
        if key in result:
            result[key] = [names.timing(name) for name in result[key]]
    if top:
        result.pop("object_matchers", None)
    routes = [_renamed(dict(below), names) for below in result.pop("routes", []) if not (top and _foreign(below))]
    return result | ({"routes": routes} if routes else {})


def _foreign(route: Mapping[str, Any]) -> bool:
    """Return whether a route at the top is another project's."""
    return any(matcher[0] == PROJECT_LABEL for matcher in route.get("object_matchers") or ())


def routing_call(live: Live) -> Routed:
    """Return the call that makes the routing.

    Raises:
        ValueError: a route has a key that no argument says, or sends to nobody who is known; the message names it.
    """
    names = SecretNames()
    hours = {name: found for name, intervals in live.timings.items() if (found := hours_of(name, intervals))}
    receivers = [
        Call("Receiver", (name, tuple(_way(item, name, names) for item in items)))
        for name, items in live.receivers.items()
    ]
    timings = [
        Call("MuteTiming", (name, tuple(intervals))) for name, intervals in live.timings.items() if name not in hours
    ]
    tree = live.tree
    # A push writes no times that the source does not say.
    times = {word: tree[key] for key, (word, _) in _TIMES.items() if key in tree}
    said = {
        "default": tree["receiver"],
        "receivers": tuple(receivers),
        "routes": tuple(_route(route, hours) for route in tree.get("routes", [])),
        "hours": tuple(call for _, call in hours.values()),
        "timings": tuple(timings),
        "group_by": tuple(tree.get("group_by", ())),
        **times,
    }
    _known(tree)
    _reachable([tree], live.receivers)
    optional = {"hours": (), "timings": (), "group_by": _GROUP_BY}
    call = Call("Routing", (), {key: value for key, value in said.items() if optional.get(key) != value})
    return Routed(call, tuple(sorted(map(variable, names.taken))))


def _way(item: Item, receiver: str, names: SecretNames) -> Call:
    kind, plain = str(item.content["type"]), dict(item.content["settings"])
    quiet = bool(item.content.get("disableResolveMessage"))
    shape = (kind, frozenset(plain), item.secrets, quiet)
    if not any("${" in str(value) for value in plain.values()):
        if shape == ("slack", frozenset(("recipient",)), ("url",), False):
            return Call("Slack", (plain["recipient"], names.name(kind, "url", receiver)))
        if shape == ("pagerduty", frozenset(), ("integrationKey",), False):
            return Call("PagerDuty", (names.name(kind, "key", receiver),))
        if shape == ("email", frozenset(("addresses",)), (), False):
            return Call("Email", (plain["addresses"],))
        if shape == ("webhook", frozenset(("url",)), (), False):
            return Call("Webhook", (plain["url"],))
    secrets = {path: names.name(kind, path, receiver) for path in item.secrets}
    keywords = {"secrets": secrets, "resolved": False}
    said = {"secrets": bool(secrets), "resolved": quiet}
    return Call("Contact", (kind, plain), {key: value for key, value in keywords.items() if said[key]})


def _route(route: Mapping[str, Any], hours: Mapping[str, tuple[str, Call]]) -> Call:
    _known(route)
    match, matchers = _matchers(route.get("object_matchers", []))
    muted = list(route.get("mute_time_intervals", []))
    during = next((name for name in muted[:1] if name in hours), "")
    said: Json = {
        "matchers": tuple(matchers),
        "hours": hours[during][0] if during else "",
        "muted": tuple(name for name in muted if name != during),
        "active": tuple(route.get("active_time_intervals", ())),
        "group_by": tuple(route.get("group_by", ())),
        "go_on": bool(route.get("continue")),
        "routes": tuple(_route(below, hours) for below in route.get("routes", [])),
    }
    times = {word: route.get(key, "") for key, (word, usual) in _TIMES.items() if route.get(key, "") != usual}
    keywords = {key: value for key, value in said.items() if value}
    routes = keywords.pop("routes", None)
    return Call(
        "Route", (match, route.get("receiver", "")), {**keywords, **times, **({"routes": routes} if routes else {})}
    )


def _matchers(every: Iterable[list[str]]) -> tuple[dict[str, str], list[tuple[str, str, str]]]:
    """Return the matchers that ``match`` can say, and the others."""
    match: dict[str, str] = {}
    others: list[tuple[str, str, str]] = []
    for label, operator, value in every:
        if label not in match and operator == ("=~" if "|" in value else "="):
            match[label] = value
        else:
            others.append((label, operator, value))
    return match, others


def _reachable(routes: Iterable[Mapping[str, Any]], receivers: Mapping[str, Any]) -> None:
    for route in routes:
        if (name := route.get("receiver")) and name not in receivers:
            raise ValueError(f"a notification policy sends to {name!r}, which has no contact point that can be read")
        _reachable(route.get("routes", []), receivers)


def _known(route: Mapping[str, Any]) -> None:
    if unknown := sorted(route.keys() - _ROUTE):
        raise ValueError(f"a notification policy has `{unknown[0]}`, which no module can say")


def compared_routing(live: Live) -> Json:
    """Return a routing in a form in which two are equal if Grafana does the same."""
    points = {name: list(map(_compared, items)) for name, items in live.receivers.items()}
    return {"receivers": points, "timings": dict(live.timings), "tree": live.tree}


def _compared(item: Item) -> Json:
    quiet = bool(item.content.get("disableResolveMessage"))
    settings = item.content["settings"]
    return {"type": item.content["type"], "settings": settings, "secrets": sorted(item.secrets), "quiet": quiet}


def made_items(items: Iterable[Mapping[str, Any]], route: Mapping[str, Any]) -> Iterator[Item]:
    """Yield what a process of its own made of a module, as a server would have it."""
    for item in items:
        content = item["content"]
        name = str(content.get("name", item["key"]))
        yield Item(item["kind"], item["key"], name, content, tuple(item["secrets"]))
    yield Item("policies", "tree", "", {"routes": [dict(route)]})
