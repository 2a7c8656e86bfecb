"""Who gets notified of an alert, and how: values from which both Alertmanager's and Grafana's configuration are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


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
class Contact:
    """Any kind of contact point that Grafana has, with its own settings. Alertmanager knows none of them.

    ``secrets`` are names of secrets by setting: ``{"bottoken": "telegram-token"}`` is read from ``TELEGRAM_TOKEN``. The name of a
    setting inside others is a path, such as ``headers.0.value``.
    """

    kind: str
    settings: Mapping[str, Any]
    secrets: Mapping[str, str] = field(default_factory=dict)
    #: Whether it is also told when an alert ends.
    resolved: bool = True


Way = PagerDuty | Slack | Email | Webhook | Contact


@dataclass(frozen=True, slots=True)
class Receiver:
    """All the places that one kind of alert is sent to."""

    name: str
    ways: tuple[PagerDuty | Slack | Email | Webhook | Contact, ...]


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
class MuteTiming:
    """Times by name, for routes that send nothing then, or only then. ``intervals`` are ``time_intervals`` of Alertmanager."""

    name: str
    intervals: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Route:
    """Alerts with these labels go to ``receiver``. Outside ``hours`` they wait.

    Of ``routes`` below it, the first one that matches decides. What is empty is as in the route above.

    Attributes:
        matchers: what labels have to be besides ``match``, as label, operator and value: ``("team", "!=", "a")``.
        muted: names of mute timings in which nothing is sent. ``active`` are those outside of which nothing is sent.
        go_on: later routes that match are tried, too (``continue``).
    """

    match: Mapping[str, str]
    receiver: str
    hours: str = ""
    repeat: str = "4h"
    wait: str = "30s"
    interval: str = ""
    group_by: tuple[str, ...] = ()
    matchers: tuple[tuple[str, str, str], ...] = ()
    routes: tuple[Route, ...] = ()
    muted: tuple[str, ...] = ()
    active: tuple[str, ...] = ()
    go_on: bool = False


@dataclass(frozen=True, slots=True)
class Inhibition:
    """While an alert that matches ``source`` fires, one that matches ``target`` with the same ``equal`` labels is not sent."""

    source: Mapping[str, str]
    target: Mapping[str, str]
    equal: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Routing:
    """All of the routing. The first route that matches decides; ``default`` receives what no route matches.

    Attributes:
        default: in Grafana, an empty one is what the organisation's default policy says.
        wait: how long to wait for other alerts of a group. ``interval`` is the time between messages about a group, ``repeat``
            that until the same is said again. Empty ones are 30s, 5m and 4h.
    """

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
    timings: tuple[MuteTiming, ...] = ()
    wait: str = ""
    interval: str = ""
    repeat: str = ""


def object_matchers(route: Route) -> list[tuple[str, str, str]]:
    """Return what labels have to be: label, operator and value. In ``match``, a value with ``|`` is a regular expression."""
    return [*((key, "=~" if "|" in value else "=", value) for key, value in route.match.items()), *route.matchers]
