"""An alert explained: what its expression is and was, what Prometheus and Alertmanager make of it, where it goes. Values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from dashkit.doctor.alert_series import Part
from dashkit.doctor.alert_why import Cause, Reason
from dashkit.doctor.routes import Branch
from dashkit.errors import DashkitError


class Verdict(Enum):
    """What becomes of the alert now."""

    FIRING = "fires"
    HELD_BACK = "fires, but nobody is told"
    NOT_SENT = "fires, but Alertmanager does not have it"
    PENDING = "waits: its condition holds, but not for long enough"
    NOT_LOADED = "does not fire: Prometheus has not loaded it"
    BROKEN = "does not fire: its evaluation fails"
    NO_DATA = "does not fire: no data"
    NO_MATCH = "does not fire: its parts have no labels in common"
    CALM = "does not fire: its condition does not hold"
    #: Its rule in Prometheus is another one, or was not evaluated since.
    DUE = "does not fire, though its condition holds"
    ELSEWHERE = "is for Grafana to evaluate; its condition holds now"


VERDICTS = {Cause.NO_DATA: Verdict.NO_DATA, Cause.NO_MATCH: Verdict.NO_MATCH, Cause.CALM: Verdict.CALM}


@dataclass(frozen=True, slots=True)
class History:
    """The value over the last hours.

    Attributes:
        hours: how many.
        points: at equal distances, the series nearest to the limit; None without data.
        held: for how many seconds the condition held, of the series with the most.
    """

    hours: float
    points: tuple[float | None, ...]
    held: float

    @property
    def values(self) -> list[float]:
        return [point for point in self.points if point is not None]


@dataclass(frozen=True, slots=True)
class Delivery:
    """What Alertmanager does with an alert that fires.

    ``silenced`` and ``inhibited`` say by what, in words. ``receivers`` are those that it has for it.
    """

    receivers: tuple[str, ...] = ()
    silenced: tuple[str, ...] = ()
    inhibited: tuple[str, ...] = ()
    known: bool = True

    @property
    def told(self) -> bool:
        """Whether somebody is told."""
        return self.known and not self.silenced and not self.inhibited


@dataclass(frozen=True, slots=True)
class Active:
    """An alert of the rule that is pending or fires: ``since`` when its condition holds, in seconds since 1970.

    ``left`` is how many seconds are left of its ``for``, 0 if it fires. ``delivery`` is None if no Alertmanager was asked.
    """

    labels: Mapping[str, str]
    state: str
    since: float
    value: float
    left: float = 0.0
    delivery: Delivery | None = None


@dataclass(frozen=True, slots=True)
class Goes:
    """Where it would go: ``source`` is where the routing is from, and ``elsewhere`` depends on the labels ``deciding``."""

    source: str
    stops: tuple[Branch, ...]
    elsewhere: tuple[Branch, ...] = ()
    deciding: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Explained:
    """All about one alert of the project.

    Attributes:
        wait: its ``for``, in seconds.
        value: what is compared with the limit, now; the whole condition if it has no single limit.
        limit: such as ``> 5``; empty without one.
        differs: how the rule in Prometheus differs from the source, in words.
        goes: None if there is no routing to compute it from.
    """

    name: str
    severity: str
    group: str
    condition: str
    wait: float
    verdict: Verdict
    reasons: tuple[Reason, ...]
    value: Part
    limit: str
    history: History
    parts: tuple[Part, ...]
    active: tuple[Active, ...] = ()
    differs: tuple[str, ...] = ()
    goes: Goes | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """One explanation for each alert of the name; ``failures`` are of servers that could not be asked."""

    alerts: tuple[Explained, ...]
    failures: tuple[DashkitError, ...] = ()
