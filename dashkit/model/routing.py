"""Who is told of an alert, and how: values that Alertmanager's and Grafana's configuration are both written from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PagerDuty:
    """The routing key (Events API v2) is in a file; its name is that of the secret."""

    key: str


@dataclass(frozen=True, slots=True)
class Slack:
    """The address of the incoming webhook is in a file."""

    channel: str
    url: str


@dataclass(frozen=True, slots=True)
class Email:
    """Sent through the mail server of `Routing`."""

    to: str


@dataclass(frozen=True, slots=True)
class Webhook:
    """A plain address, without a secret in it."""

    address: str


@dataclass(frozen=True, slots=True)
class Receiver:
    """Everything that one kind of alert is sent to."""

    name: str
    ways: tuple[PagerDuty | Slack | Email | Webhook, ...]


@dataclass(frozen=True, slots=True)
class Hours:
    """When a route is on: ``days`` such as ``monday:friday``, and from when to when on each of them.

    ``location`` is a name of the time zone database.
    """

    name: str
    days: str
    start: str
    end: str
    location: str = "UTC"


@dataclass(frozen=True, slots=True)
class Route:
    """Alerts with these labels go to ``receiver``; outside ``hours`` they wait."""

    match: Mapping[str, str]
    receiver: str
    hours: str = ""
    repeat: str = "4h"
    wait: str = "30s"


@dataclass(frozen=True, slots=True)
class Inhibition:
    """While an alert with ``source`` fires, one with ``target`` and the same ``equal`` labels is not sent."""

    source: Mapping[str, str]
    target: Mapping[str, str]
    equal: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Routing:
    """The whole: the first route that matches decides; ``default`` takes what none does."""

    default: str
    receivers: tuple[Receiver, ...]
    routes: tuple[Route, ...]
    inhibitions: tuple[Inhibition, ...] = ()
    hours: tuple[Hours, ...] = ()
    group_by: tuple[str, ...] = ("system", "alertname")
    smtp_host: str = ""
    smtp_from: str = ""
    secrets: str = "/etc/alertmanager/secrets"
    """Folder of the files that hold secrets, on the machine of Alertmanager."""
