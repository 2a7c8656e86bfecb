"""Routing as an Alertmanager configuration.

https://prometheus.io/docs/alerting/latest/configuration/. It never contains secrets: keys that end in ``_file`` name the
files that hold them. Alertmanager supports this for everything used here since version 0.25.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dashkit.model.routing import (
    Contact,
    Email,
    Inhibition,
    PagerDuty,
    Receiver,
    Route,
    Routing,
    Slack,
    Way,
    Webhook,
    object_matchers,
)

_TITLE = (
    '[{{ .Status | toUpper }}{{ if eq .Status "firing" }}:{{ .Alerts.Firing | len }}{{ end }}] '
    "{{ or .CommonAnnotations.summary .GroupLabels.alertname }}"
)
_TEXT = (
    "{{ range .Alerts }}{{ .Annotations.description }}\n"
    "{{ with .Annotations.runbook_url }}Runbook: {{ . }}\n{{ end }}"
    "{{ with .Annotations.dashboard_url }}Dashboard: {{ . }}\n{{ end }}{{ end }}"
)


def only_grafana(routing: Routing) -> Iterator[str]:
    """Yield what of the routing Alertmanager cannot do, in words."""
    if not routing.default:
        yield "it names no default receiver, which Grafana's provisioning needs for the policies, too"
    for receiver in routing.receivers:
        for way in receiver.ways:
            if isinstance(way, Contact):
                yield f"receiver {receiver.name} has a contact point of Grafana's kind {way.kind!r}"


def alertmanager(routing: Routing) -> dict[str, Any]:
    """Return the content of alertmanager.yml, for a routing of which `only_grafana` yields nothing."""
    mail = {"smtp_smarthost": routing.smtp_host, "smtp_from": routing.smtp_from} if routing.smtp_host else {}
    intervals = [
        {
            "name": hours.name,
            "time_intervals": [
                {
                    "weekdays": [hours.days],
                    "times": [{"start_time": hours.start, "end_time": hours.end}],
                    "location": hours.location,
                }
            ],
        }
        for hours in routing.hours
    ]
    intervals += [
        {"name": timing.name, "time_intervals": [dict(entry) for entry in timing.intervals]}
        for timing in routing.timings
    ]
    return {
        **({"global": mail} if mail else {}),
        "route": {
            "receiver": routing.default,
            "group_by": list(routing.group_by),
            "group_wait": routing.wait or "30s",
            "group_interval": routing.interval or "5m",
            "repeat_interval": routing.repeat or "4h",
            "routes": [_route(route) for route in routing.routes],
        },
        "inhibit_rules": [_inhibition(rule) for rule in routing.inhibitions],
        "receivers": [_receiver(receiver, routing.secrets) for receiver in routing.receivers],
        **({"time_intervals": intervals} if intervals else {}),
    }


def _matchers(labels: Mapping[str, str]) -> list[str]:
    """Return matchers such as ``severity="critical"``."""
    return [_matcher(*matcher) for matcher in object_matchers(Route(labels, ""))]


def _matcher(label: str, operator: str, value: str) -> str:
    text = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'{label}{operator}"{text}"'


def _route(route: Route) -> dict[str, Any]:
    active = [*([route.hours] if route.hours else []), *route.active]
    result = {
        "matchers": [_matcher(*matcher) for matcher in object_matchers(route)],
        "receiver": route.receiver,
        "group_by": list(route.group_by),
        "group_wait": route.wait,
        "group_interval": route.interval,
        "repeat_interval": route.repeat,
        "active_time_intervals": active,
        "mute_time_intervals": list(route.muted),
        "continue": route.go_on,
        "routes": [_route(below) for below in route.routes],
    }
    return {key: value for key, value in result.items() if value or key == "matchers"}


def _inhibition(rule: Inhibition) -> dict[str, Any]:
    return {
        "source_matchers": _matchers(rule.source),
        "target_matchers": _matchers(rule.target),
        "equal": list(rule.equal),
    }


def _receiver(receiver: Receiver, secrets: str) -> dict[str, Any]:
    result: dict[str, Any] = {"name": receiver.name}
    for way in receiver.ways:
        kind, value = _way(way, secrets)
        result.setdefault(kind, []).append(value)
    return result


def _way(way: Way, secrets: str) -> tuple[str, dict[str, Any]]:
    match way:
        case PagerDuty():
            severity = "{{ .CommonLabels.severity }}"
            value = {"routing_key_file": f"{secrets}/{way.key}", "description": _TITLE, "severity": severity}
            return "pagerduty_configs", value
        case Slack():
            value = {"api_url_file": f"{secrets}/{way.url}", "channel": way.channel, "title": _TITLE, "text": _TEXT}
            return "slack_configs", {**value, "send_resolved": True}
        case Email():
            return "email_configs", {"to": way.to, "headers": {"Subject": _TITLE}}
        case Webhook():
            return "webhook_configs", {"url": way.address, "send_resolved": True}
        case Contact():
            raise ValueError(f"Alertmanager has no {way.kind}")
