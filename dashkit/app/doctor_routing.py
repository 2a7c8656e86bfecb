"""Where the alerts of a project go, and one test alert that shows it."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from dashkit.app.consent import Question, require
from dashkit.app.doctor_servers import alertmanager_at, live_configuration, wanted_configuration
from dashkit.app.ports import Ports
from dashkit.app.source import Alerting, all_alerting
from dashkit.app.times import duration_of
from dashkit.doctor.alert_explained import Delivery
from dashkit.doctor.alert_routes import Found, routes_of
from dashkit.doctor.alert_state import delivery
from dashkit.doctor.alert_subjects import Subject, subjects
from dashkit.doctor.matchers import satisfied
from dashkit.doctor.routes import Branch, Configuration, stops
from dashkit.doctor.routes_compared import differences
from dashkit.errors import ConfigError, UsageError
from dashkit.metrics.alertmanager import Alertmanager
from dashkit.model.durations import duration, is_duration, seconds

#: The label that marks a test alert, so that a silence or a route can tell it from a real one.
MARK = "dashkit_test"
#: How long after the wait Alertmanager ends a test alert by itself, should dashkit be killed meanwhile.
_SPARE = timedelta(seconds=60)
#: How long notifications take beyond the ``group_wait`` of a route.
_LATER = 5.0


@dataclass(frozen=True, slots=True)
class Request:
    """The options of `dashkit doctor routing`; without a URL, the routing of the source is looked at."""

    alertmanager: str | None = None


def routing(request: Request, ports: Ports) -> Found:
    """Compute where each alert of the project goes. Nothing is sent.

    Raises:
        ServerError: Alertmanager does not answer, or its configuration cannot be read.
        ConfigError: there is no URL, and the project has no routing that Alertmanager can do.
    """
    alerting = all_alerting(ports)
    source, config, compared = configuration_of(request.alertmanager, ports, alerting)
    return Found(source, routes_of(subjects(alerting.groups), config), compared)


def configuration_of(
    url: str | None, ports: Ports, alerting: Alerting
) -> tuple[str, Configuration, tuple[str, ...] | None]:
    """Return where a configuration is from, the configuration, and how it differs from the source's. Errors as for `routing`."""
    wanted = wanted_configuration(alerting.routing)
    if url:
        live = live_configuration(alertmanager_at(ports, url))
        return url, live, tuple(differences(wanted, live)) if wanted else None
    if wanted is None:
        why = "no `routing`" if alerting.routing is None else "a routing that only Grafana can do"
        raise ConfigError(f"the alert modules have {why}", hint="--alertmanager http://localhost:9093 reads one")
    return "the source", wanted, None


@dataclass(frozen=True, slots=True)
class TestRequest:
    """An alert of the project to send as a test, and how long it fires; an empty ``wait`` is until its receivers were told."""

    __test__ = False  # no test case of pytest

    alert: str
    alertmanager: str | None = None
    severity: str = ""
    wait: str = ""


@dataclass(frozen=True, slots=True)
class PreparedTest:
    """A test alert that has not been sent: its labels, the routes that will take it, and the seconds that it will fire."""

    server: Alertmanager
    subject: Subject
    labels: dict[str, str]
    stops: tuple[Branch, ...]
    wait: float
    #: Whether real alerts may be inhibited while it fires.
    inhibits: bool

    @property
    def untold(self) -> tuple[str, ...]:
        """The routes whose ``group_wait`` is longer than the alert fires, in words: they tell nobody."""
        late = [stop for stop in self.stops if is_duration(stop.wait) and seconds(stop.wait) > self.wait]
        return tuple(f"{stop.receiver} is told after {stop.wait}" for stop in late)

    @property
    def questions(self) -> list[Question]:
        """What has to be confirmed."""
        receivers = ", ".join(dict.fromkeys(stop.receiver for stop in self.stops))
        inhibits = "; while it fires, it may inhibit real alerts" if self.inhibits else ""
        loss = f"a test alert {self.subject.name} goes to {receivers} at {self.server.url}{inhibits}"
        return [Question(loss, f"Send a test alert {self.subject.name} to {receivers}{inhibits}?")]


def prepare_test(request: TestRequest, ports: Ports) -> PreparedTest:
    """Find the alert, and where it will go. Nothing is sent.

    Raises:
        UsageError: there is no such alert, or no URL of an Alertmanager.
        ServerError: Alertmanager does not answer.
    """
    if not request.alertmanager:
        raise UsageError("--send needs an Alertmanager", hint="--alertmanager http://localhost:9093")
    given = duration_of(request.wait, "--wait") if request.wait else None
    subject = _only(named(all_alerting(ports), request.alert, request.severity))
    server = alertmanager_at(ports, request.alertmanager)
    config = live_configuration(server)
    labels = {**subject.labels, MARK: "true"}
    taken = tuple(stops(config.top, labels))
    told = max(seconds(stop.wait) if is_duration(stop.wait) else 0 for stop in taken) + _LATER
    inhibits = any(satisfied(rule.source, labels) for rule in config.inhibitors)
    return PreparedTest(server, subject, labels, taken, told if given is None else given, inhibits)


@contextmanager
def firing(prepared: PreparedTest, consent: bool, ports: Ports) -> Iterator[Delivery]:
    """Send the test alert, and give what Alertmanager says it does with it. It is resolved when the block ends.

    Should even that fail, Alertmanager resolves it by itself a minute after the wait.

    Raises:
        RefusedError: it was not confirmed.
        ServerError: Alertmanager does not take it, or does not answer.
    """
    require(prepared.questions, consent)
    now = ports.clock()
    alert = {
        "labels": prepared.labels,
        "annotations": {
            "summary": f"TEST of {prepared.subject.name}: nothing is wrong, and nobody has to act",
            "description": f"Sent by `dashkit doctor routing --send`, to see whether it arrives. It ends by itself within "
            f"{duration(round(prepared.wait + _SPARE.total_seconds()))}.",
        },
        "startsAt": _written(now),
    }
    try:
        ends = now + timedelta(seconds=prepared.wait) + _SPARE
        prepared.server.send([{**alert, "endsAt": _written(ends)}])
        yield delivery(prepared.labels, prepared.server.alerts(), prepared.server.silences())
    finally:
        # Also if the answer to the first request was lost: it may have arrived.
        prepared.server.send([{**alert, "endsAt": _written(max(ports.clock(), now))}])


def _written(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")


def named(alerting: Alerting, name: str, severity: str) -> list[Subject]:
    """Return the alerts of the project with a name, and with a severity if that is given. Raises `UsageError` for none."""
    every = list(subjects(alerting.groups))
    same = [subject for subject in every if subject.name == name]
    if not every:
        raise UsageError("the project has no alerts", hint="dashkit new alerts NAME writes the first")
    if not same:
        known = sorted({subject.name for subject in every})
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]}?" if near else "dashkit doctor routing -v lists them"
        raise UsageError(f"the project has no alert {name!r}", hint=hint)
    found = [subject for subject in same if not severity or subject.labels.get("severity") == severity]
    if not found:
        raise UsageError(
            f"the project has no alert {name!r} of severity {severity}", hint=f"it has: {_severities(same)}"
        )
    return found


def _only(found: list[Subject]) -> Subject:
    """Return the one alert. Raises `UsageError` for several that go different ways."""
    if len({tuple(sorted(subject.labels.items())) for subject in found}) > 1:
        raise UsageError(
            f"the project has {len(found)} alerts {found[0].name!r}", hint=f"--severity, one of: {_severities(found)}"
        )
    return found[0]


def _severities(found: list[Subject]) -> str:
    return ", ".join(dict.fromkeys(subject.labels.get("severity", "none") for subject in found))
