"""Routing as an Alertmanager configuration.

https://prometheus.io/docs/alerting/latest/configuration/. It never contains secrets: keys that end in ``_file`` name the
files that hold them. Alertmanager supports this for everything used here since version 0.25.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashkit.model.routing import Email, Inhibition, PagerDuty, Receiver, Route, Routing, Slack, Webhook

_TITLE = (
    '[{{ .Status | toUpper }}{{ if eq .Status "firing" }}:{{ .Alerts.Firing | len }}{{ end }}] '
    "{{ or .CommonAnnotations.summary .GroupLabels.alertname }}"
)
_TEXT = (
    "{{ range .Alerts }}{{ .Annotations.description }}\n"
    "{{ with .Annotations.runbook_url }}Runbook: {{ . }}\n{{ end }}"
    "{{ with .Annotations.dashboard_url }}Dashboard: {{ . }}\n{{ end }}{{ end }}"
)


def alertmanager(routing: Routing) -> dict[str, Any]:
    """Return the content of alertmanager.yml."""
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
    return {
        **({"global": mail} if mail else {}),
        "route": {
            "receiver": routing.default,
            "group_by": list(routing.group_by),
            "group_wait": "30s",
            "group_interval": "5m",
            "repeat_interval": "4h",
            "routes": [_route(route) for route in routing.routes],
        },
        "inhibit_rules": [_inhibition(rule) for rule in routing.inhibitions],
        "receivers": [_receiver(receiver, routing.secrets) for receiver in routing.receivers],
        **({"time_intervals": intervals} if intervals else {}),
    }


def _matchers(labels: Mapping[str, str]) -> list[str]:
    """Return matchers such as ``severity="critical"``. A value that contains ``|`` is a regular expression."""
    return [f'{key}{"=~" if "|" in value else "="}"{value}"' for key, value in labels.items()]


def _route(route: Route) -> dict[str, Any]:
    return {
        "matchers": _matchers(route.match),
        "receiver": route.receiver,
        "group_wait": route.wait,
        "repeat_interval": route.repeat,
        **({"active_time_intervals": [route.hours]} if route.hours else {}),
    }


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


def _way(way: PagerDuty | Slack | Email | Webhook, secrets: str) -> tuple[str, dict[str, Any]]:
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
