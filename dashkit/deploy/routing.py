"""Routing as provisioning files for Grafana: contact points, mute timings and the policy tree.

https://grafana.com/docs/grafana/latest/alerting/set-up/provision-alerting-resources/file-provisioning/. Secrets are environment
variables, which Grafana fills in when it reads the file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dashkit.model.paths import inside, keys_of
from dashkit.model.routing import (
    Contact,
    Email,
    Hours,
    PagerDuty,
    Receiver,
    Route,
    Routing,
    Slack,
    Way,
    object_matchers,
)

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class Point:
    """One way of a receiver as a contact point; ``variables`` are those of its secrets, by the path of the setting."""

    uid: str
    kind: str
    settings: Mapping[str, Any]
    variables: Mapping[str, str] = field(default_factory=dict)
    resolved: bool = True
    #: Whether ``${NAME}`` in a setting is a variable.
    fills_in: bool = True


def points(receiver: Receiver) -> list[Point]:
    """Return the ways of a receiver."""
    return [_point(_uid(f"{receiver.name}-{number}"), way) for number, way in enumerate(receiver.ways, start=1)]


def contact_points(routing: Routing, organisation: int = 1) -> dict[str, Any]:
    """Return the content of contact-points.yaml."""
    return {
        "apiVersion": 1,
        "contactPoints": [
            {
                "orgId": organisation,
                "name": doubled(entry.name),
                "receivers": [_provisioned(point) for point in points(entry)],
            }
            for entry in routing.receivers
        ],
    }


def mute_timings(routing: Routing, organisation: int = 1) -> dict[str, Any]:
    """Return the content of mute-timings.yaml. Grafana wants to know when not to send, so hours become the other hours."""
    return {
        "apiVersion": 1,
        "muteTimes": [
            {"orgId": organisation, **timing, "name": doubled(timing["name"])} for timing in named_timings(routing)
        ],
    }


def named_timings(routing: Routing) -> list[dict[str, Any]]:
    """Return the mute timings by name, as Grafana's API takes them."""
    named = [
        {"name": timing.name, "time_intervals": [dict(interval) for interval in timing.intervals]}
        for timing in routing.timings
    ]
    return [*map(outside, routing.hours), *named]


def outside(hours: Hours) -> dict[str, Any]:
    """Return the other hours: before and after on any day, and the other days."""
    edges = [("00:00", hours.start), (hours.end, "24:00")]
    times = [{"start_time": start, "end_time": end} for start, end in edges if start != end]
    first, _, last = hours.days.partition(":")
    others = [*DAYS[: DAYS.index(first)], *DAYS[DAYS.index(last or first) + 1 :]]
    location = {"location": hours.location} if hours.location != "UTC" else {}
    intervals = [{key: value, **location} for key, value in (("times", times), ("weekdays", others)) if value]
    return {"name": f"outside {hours.name}", "time_intervals": intervals}


def policies(routing: Routing, organisation: int = 1) -> dict[str, Any]:
    """Return the content of policies.yaml. It replaces the organisation's whole tree when Grafana reads it."""
    tree = {
        "orgId": organisation, "receiver": routing.default, "group_by": list(routing.group_by),
        "group_wait": routing.wait or "30s", "group_interval": routing.interval or "5m",
        "repeat_interval": routing.repeat or "4h", "routes": routes(routing),
    }  # fmt: skip
    return {"apiVersion": 1, "policies": [doubled(tree)]}


def routes(routing: Routing) -> list[dict[str, Any]]:
    """Return the routes in the form that Grafana's API accepts too."""
    return [_route(route) for route in routing.routes]


def _route(route: Route) -> dict[str, Any]:
    muted = [*([f"outside {route.hours}"] if route.hours else []), *route.muted]
    result = {
        "receiver": route.receiver,
        "object_matchers": [list(matcher) for matcher in object_matchers(route)],
        "group_by": list(route.group_by),
        "group_wait": route.wait,
        "group_interval": route.interval,
        "repeat_interval": route.repeat,
        "mute_time_intervals": muted,
        "active_time_intervals": list(route.active),
        "continue": route.go_on,
        "routes": [_route(below) for below in route.routes],
    }
    return {key: value for key, value in result.items() if value}


def _uid(text: str) -> str:
    """Return a text as a uid: Grafana refuses other characters, and more than 40."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", text)[-40:]


def _point(uid: str, way: Way) -> Point:
    match way:
        case PagerDuty():
            return Point(uid, "pagerduty", {}, {"integrationKey": variable(way.key)})
        case Slack():
            return Point(uid, "slack", {"recipient": way.channel}, {"url": variable(way.url)})
        case Email():
            return Point(uid, "email", {"addresses": way.to})
        case Contact():
            variables = {path: variable(secret) for path, secret in way.secrets.items()}
            return Point(uid, way.kind, way.settings, variables, way.resolved, fills_in=False)
        case _:
            return Point(uid, "webhook", {"url": way.address})


def _provisioned(point: Point) -> dict[str, Any]:
    """Return a contact point for a file. Grafana fills in variables there, so that a dollar of its own is doubled."""
    texts = {path: f"${{{name}}}" for path, name in point.variables.items()}
    plain = dict(point.settings) if point.fills_in else doubled(point.settings)
    settings: Any = {**{path: text for path, text in texts.items() if "." not in path}, **plain}
    for path, text in texts.items():
        *above, last = keys_of(path)
        place = settings
        for key in above:
            place = inside(place, key)
        if isinstance(place, dict):
            place[last] = text
    quiet = {} if point.resolved else {"disableResolveMessage": True}
    return {"uid": point.uid, "type": point.kind, "settings": settings, **quiet}


def doubled(value: Any) -> Any:
    """Return a value whose texts are the same after Grafana has read them from a file: it takes ``$$`` for a dollar."""
    if isinstance(value, Mapping):
        return {key: doubled(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [doubled(entry) for entry in value]
    return value.replace("$", "$$") if isinstance(value, str) else value


def variable(secret: str) -> str:
    """Return the name of the environment variable that holds a secret."""
    return re.sub(r"[^A-Z0-9]+", "_", secret.upper())
