"""Routing as provisioning files for Grafana: contact points, mute timings and the policy tree.

https://grafana.com/docs/grafana/latest/alerting/set-up/provision-alerting-resources/file-provisioning/. Secrets are environment
variables, which Grafana fills in when it reads the file.
"""

from __future__ import annotations

import re
from typing import Any

from dashkit.model.routing import Email, Hours, PagerDuty, Receiver, Routing, Slack, Webhook

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def contact_points(routing: Routing) -> dict[str, Any]:
    """Return the content of contact-points.yaml."""
    return {
        "apiVersion": 1,
        "contactPoints": [{"orgId": 1, "name": entry.name, "receivers": _ways(entry)} for entry in routing.receivers],
    }


def mute_timings(routing: Routing) -> dict[str, Any]:
    """Return the content of mute-timings.yaml. Grafana wants to know when not to send, so these are the other hours."""
    return {"apiVersion": 1, "muteTimes": [_outside(hours) for hours in routing.hours]}


def _outside(hours: Hours) -> dict[str, Any]:
    """Return the other hours: before and after on any day, and the other days."""
    edges = [("00:00", hours.start), (hours.end, "24:00")]
    times = [{"start_time": start, "end_time": end} for start, end in edges if start != end]
    first, _, last = hours.days.partition(":")
    others = [*_DAYS[: _DAYS.index(first)], *_DAYS[_DAYS.index(last or first) + 1 :]]
    location = {"location": hours.location} if hours.location != "UTC" else {}
    intervals = [{key: value, **location} for key, value in (("times", times), ("weekdays", others)) if value]
    return {"orgId": 1, "name": f"outside {hours.name}", "time_intervals": intervals}


def policies(routing: Routing) -> dict[str, Any]:
    """Return the content of policies.yaml. It replaces the organisation's whole tree when Grafana reads it."""
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
    """Return the routes in the form that Grafana's API accepts too."""
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
    return [{"uid": f"{receiver.name}-{number}", **_way(way)} for number, way in enumerate(receiver.ways, start=1)]


def _way(way: PagerDuty | Slack | Email | Webhook) -> dict[str, Any]:
    match way:
        case PagerDuty():
            return {"type": "pagerduty", "settings": {"integrationKey": _variable(way.key)}}
        case Slack():
            return {"type": "slack", "settings": {"url": _variable(way.url), "recipient": way.channel}}
        case Email():
            return {"type": "email", "settings": {"addresses": way.to}}
        case Webhook():
            return {"type": "webhook", "settings": {"url": way.address}}


def _variable(secret: str) -> str:
    return f"${{{re.sub(r'[^A-Z0-9]+', '_', secret.upper())}}}"
