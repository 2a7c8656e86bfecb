"""Where each alert of a project goes, by the configuration of an Alertmanager. Pure; nothing is sent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dashkit.doctor.alert_subjects import Subject, by_severity
from dashkit.doctor.matchers import unreadable, written
from dashkit.doctor.routes import Branch, Configuration, possible_stops, stops


@dataclass(frozen=True, slots=True)
class Way:
    """Alerts of one severity, system and team that go the same way.

    Attributes:
        labels: severity, system and team, as far as the alerts have them.
        stops: the routes that take them, in their order.
        elsewhere: those that may take some of them instead or besides, depending on the labels ``deciding``.
    """

    labels: tuple[tuple[str, str], ...]
    stops: tuple[Branch, ...]
    alerts: tuple[str, ...]
    elsewhere: tuple[Branch, ...] = ()
    deciding: tuple[str, ...] = ()

    @property
    def receivers(self) -> tuple[str, ...]:
        """The receivers, each once."""
        return tuple(dict.fromkeys(stop.receiver for stop in self.stops))


@dataclass(frozen=True, slots=True)
class Routes:
    """Where the alerts of a project go.

    Attributes:
        unused: routes that no alert of the project can reach.
        fallen: alerts that no route matches, so that the receiver at the top gets them.
        mute: receivers that are sent to, but have no way to tell anybody.
        unread: patterns that only Go's regular expressions have; they count as not matching.
    """

    ways: tuple[Way, ...]
    unused: tuple[Branch, ...]
    fallen: tuple[str, ...]
    mute: tuple[str, ...]
    unread: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """Where the alerts go; ``source`` is where the configuration is from.

    ``differences`` are those between Alertmanager's routing and that of the source, None if they were not compared.
    """

    source: str
    routes: Routes
    differences: tuple[str, ...] | None = None


def routes_of(alerts: Iterable[Subject], config: Configuration) -> Routes:
    """Return where alerts go."""
    alerts = list(alerts)
    ways: dict[tuple[object, ...], list[str]] = {}
    kept: dict[tuple[object, ...], Way] = {}
    reached: set[str] = set()
    for alert in alerts:
        taken = tuple(stops(config.top, alert.labels))
        possible = possible_stops(config.top, alert.labels, alert.may_have)
        reached.update(stop.number for stop in (*taken, *possible.stops))
        elsewhere = tuple(stop for stop in possible.stops if stop not in taken)
        deciding = tuple(sorted(possible.deciding)) if elsewhere else ()
        way = Way(tuple(alert.about.items()), taken, (), elsewhere, deciding)
        key = (way.labels, *(stop.number for stop in (*taken, *elsewhere)), deciding)
        kept.setdefault(key, way)
        ways.setdefault(key, []).append(alert.name)
    found = [
        Way(way.labels, way.stops, tuple(dict.fromkeys(ways[key])), way.elsewhere, way.deciding)
        for key, way in kept.items()
    ]
    found.sort(key=lambda way: by_severity(dict(way.labels)))
    read = [branch for branch in config.top.walk() if branch.number and not any(unreadable(branch.matchers))]
    return Routes(
        tuple(found),
        tuple(branch for branch in read if not any(_below(branch, number) for number in reached)),
        tuple(dict.fromkeys(name for way in found if way.stops == (config.top,) for name in way.alerts)),
        tuple(sorted({name for way in found for name in way.receivers if not config.receivers.get(name)})),
        tuple(f"{branch.number}: {matcher}" for branch in config.top.walk() for matcher in unreadable(branch.matchers)),
    )


def _below(branch: Branch, number: str) -> bool:
    """Return whether a number is that of a route, or of one below it."""
    return number == branch.number or number.startswith(f"{branch.number}.")


def told(stop: Branch) -> str:
    """Return what a route does with an alert, in words: its receiver, and when it is told."""
    grouped = ", ".join(stop.group_by)
    parts = [
        "each alert alone" if grouped == "..." else f"grouped by {grouped}" if grouped else "all in one group",
        f"after {stop.wait}, again after {stop.repeat}",
        f"not in {', '.join(stop.muted)}" if stop.muted else "",
        f"only in {', '.join(stop.active)}" if stop.active else "",
    ]
    return f"{stop.receiver} ({'; '.join(part for part in parts if part)})"


def routed_by(stop: Branch) -> str:
    """Return which route it is: ``route 2 {severity="high"}``, or the top one."""
    return f"route {stop.number} {written(stop.matchers)}" if stop.number else "the top route, as no other matches"
