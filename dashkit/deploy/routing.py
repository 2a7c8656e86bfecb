"""Routing as provisioning files of Grafana: contact points, mute timings and the policy tree.

https://grafana.com/docs/grafana/latest/alerting/set-up/provision-alerting-resources/file-provisioning/. Secrets are environment
variables, which Grafana fills in as it reads the file.
"""

from __future__ import annotations

import re
from typing import Any

from dashkit.model.routing import Email, Hours, PagerDuty, Receiver, Routing, Slack, Webhook

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def contact_points(routing: Routing) -> dict[str, Any]:
    """The content of contact-points.yaml."""
    return {
        "apiVersion": 1,
        "contactPoints": [{"orgId": 1, "name": entry.name, "receivers": _ways(entry)} for entry in routing.receivers],
    }


def mute_timings(routing: Routing) -> dict[str, Any]:
    """The content of mute-timings.yaml: Grafana knows when not to send, so these are the other hours."""
    return {"apiVersion": 1, "muteTimes": [_outside(hours) for hours in routing.hours]}


def _outside(hours: Hours) -> dict[str, Any]:
    """The other hours: before and after on any day, and the days that are not among them."""
    edges = [("00:00", hours.start), (hours.end, "24:00")]
    times = [{"start_time": start, "end_time": end} for start, end in edges if start != end]
    first, _, last = hours.days.partition(":")
    inside = range(_DAYS.index(first), _DAYS.index(last or first) + 1)
    others = [day for index, day in enumerate(_DAYS) if index not in inside]
    intervals: list[dict[str, Any]] = []
    intervals += [{"times": times}] if times else []
    intervals += [{"weekdays": others}] if others else []
    if hours.location != "UTC":
        intervals = [{**interval, "location": hours.location} for interval in intervals]
    return {"orgId": 1, "name": f"outside {hours.name}", "time_intervals": intervals}


def policies(routing: Routing) -> dict[str, Any]:
    """The content of policies.yaml. It replaces the whole tree of the organisation when Grafana reads it."""
    return {
        "apiVersion": 1,
        "policies": [
            {
                "orgId": 1, "receiver": routing.default, "group_by": list(routing.group_by),
                "group_wait": "30s", "group_interval": "5m", "repeat_interval": "4h", "routes": routes(routing),
            }
        ],
    }  # fmt: skip


def routes(routing: Routing) -> list[dict[str, Any]]:
    """The routes as Grafana's API takes them too."""
    return [
        {
            "receiver": route.receiver,
            "object_matchers": [[key, "=~" if "|" in value else "=", value] for key, value in route.match.items()],
            "group_wait": route.wait,
            "repeat_interval": route.repeat,
            **({"mute_time_intervals": [f"outside {route.hours}"]} if route.hours else {}),
        }
        for route in routing.routes
    ]


def _ways(receiver: Receiver) -> list[dict[str, Any]]:
    found = []
    for number, way in enumerate(receiver.ways, start=1):
        kind, settings = _way(way)
        found.append({"uid": f"{receiver.name}-{number}", "type": kind, "settings": settings})
    return found


def _way(way: PagerDuty | Slack | Email | Webhook) -> tuple[str, dict[str, Any]]:
    match way:
        case PagerDuty():
            return "pagerduty", {"integrationKey": _variable(way.key)}
        case Slack():
            return "slack", {"url": _variable(way.url), "recipient": way.channel}
        case Email():
            return "email", {"addresses": way.to}
        case Webhook():
            return "webhook", {"url": way.address}


def _variable(secret: str) -> str:
    return f"${{{re.sub(r'[^A-Z0-9]+', '_', secret.upper())}}}"
