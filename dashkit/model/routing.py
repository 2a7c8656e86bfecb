"""Who gets notified of an alert, and how: values from which both Alertmanager's and Grafana's configuration are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PagerDuty:
    """The routing key (Events API v2) is a secret; ``key`` is the name of its file."""

    key: str


@dataclass(frozen=True, slots=True)
class Slack:
    """The URL of the incoming webhook is a secret; ``url`` is the name of its file."""

    channel: str
    url: str


@dataclass(frozen=True, slots=True)
class Email:
    """Sent through the mail server of `Routing`."""

    to: str


@dataclass(frozen=True, slots=True)
class Webhook:
    """A plain URL, without a secret in it."""

    address: str


@dataclass(frozen=True, slots=True)
class Receiver:
    """All the places that one kind of alert is sent to."""

    name: str
    ways: tuple[PagerDuty | Slack | Email | Webhook, ...]


@dataclass(frozen=True, slots=True)
class Hours:
    """When a route is active: ``days`` such as ``monday:friday``, and from ``start`` to ``end`` on each of them.

    ``location`` is a name from the time zone database.
    """

    name: str
    days: str
    start: str
    end: str
    location: str = "UTC"


@dataclass(frozen=True, slots=True)
class Route:
    """Alerts with these labels go to ``receiver``. Outside ``hours`` they wait."""

    match: Mapping[str, str]
    receiver: str
    hours: str = ""
    repeat: str = "4h"
    wait: str = "30s"


@dataclass(frozen=True, slots=True)
class Inhibition:
    """While an alert that matches ``source`` fires, one that matches ``target`` with the same ``equal`` labels is not sent."""

    source: Mapping[str, str]
    target: Mapping[str, str]
    equal: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Routing:
    """All of the routing. The first route that matches decides; ``default`` receives what no route matches."""

    default: str
    receivers: tuple[Receiver, ...]
    routes: tuple[Route, ...]
    inhibitions: tuple[Inhibition, ...] = ()
    hours: tuple[Hours, ...] = ()
    group_by: tuple[str, ...] = ("system", "alertname")
    smtp_host: str = ""
    smtp_from: str = ""
    secrets: str = "/etc/alertmanager/secrets"
    """The folder with the files of the secrets, on Alertmanager's machine."""
