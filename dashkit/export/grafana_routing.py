"""Routing as provisioning files of Grafana: contact points, mute timings and the policy tree.

https://grafana.com/docs/grafana/latest/alerting/set-up/provision-alerting-resources/file-provisioning/. Secrets are environment
variables, which Grafana fills in as it reads the file.
"""

from __future__ import annotations

import re
from typing import Any

from dashkit.model.routing import Email, PagerDuty, Receiver, Routing, Slack, Webhook


def contact_points(routing: Routing) -> dict[str, Any]:
    """The content of contact-points.yaml."""
    return {
        "apiVersion": 1,
        "contactPoints": [{"orgId": 1, "name": entry.name, "receivers": _ways(entry)} for entry in routing.receivers],
    }


def mute_timings(routing: Routing) -> dict[str, Any]:
    """The content of mute-timings.yaml: Grafana knows when not to send, so these are the other hours.

    Written without a location: Grafana 10 takes none in files; the hours are those of UTC.
    """
    timings = []
    for hours in routing.hours:
        outside = [
            {
                "times": [
                    {"start_time": "00:00", "end_time": hours.start},
                    {"start_time": hours.end, "end_time": "24:00"},
                ]
            }
        ]
        timings.append(
            {
                "orgId": 1,
                "name": f"outside {hours.name}",
                "time_intervals": [*outside, {"weekdays": ["saturday", "sunday"]}],
            }
        )
    return {"apiVersion": 1, "muteTimes": timings}


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
