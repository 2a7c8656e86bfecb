"""What a system, a service and its indicators are; and the indicators that several systems have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dashkit.authoring import (
    Indicator,
    Latency,
    Limit,
    Objective,
    Ratio,
    Selector,
    inverted,
    quantile,
    quantile_at,
    selector,
    share,
    share_at,
)

ENVIRONMENT = selector(environment="$environment")
RULE_VARIABLES: Mapping[str, str] = {"environment": "production"}
"""What the variables of dashboards are in rules: only production calls anybody."""


@dataclass(frozen=True, slots=True)
class Service:
    """One service: its ``selector`` finds its series, ``objectives`` are agreed over 30 days."""

    name: str
    title: str
    selector: Selector
    objectives: tuple[Objective, ...] = ()
    indicators: Mapping[str, Indicator] = field(default_factory=dict)
    #: Whether it gets the dashboard that `operations/services.py` makes for services without one of their own.
    template: bool = False


@dataclass(frozen=True, slots=True)
class System:
    """A system of services; ``namespace`` is where its pods run, empty for hosts without Kubernetes."""

    name: str
    title: str
    namespace: str
    overview: str
    services: tuple[Service, ...]

    @property
    def selector(self) -> Selector:
        return selector(f'system="{self.name}"', ENVIRONMENT)

    @property
    def pods(self) -> Selector:
        """Containers of its pods; a pod's own sum and its pause container are left out."""
        return selector(f'namespace="{self.namespace}"', 'container!=""', ENVIRONMENT)

    @property
    def objectives(self) -> tuple[Objective, ...]:
        return tuple(objective for service in self.services for objective in service.objectives)


def part_of(total: Selector, matcher: str) -> str:
    """Share of the events of a counter that one matcher more selects."""
    return share(total(matcher), total)


def errors(
    total: Selector, limit: Limit, *, bad: str = 'status=~"5.."', what: str = "requests answered with 5xx"
) -> Indicator:
    """Share of bad events: ``total`` selects the counter of all, ``bad`` is the matcher of the bad ones."""
    about = f"Share of {what}."
    sample = share_at(total(bad), total)
    return Indicator("Error rate", part_of(total, bad), limit, "percentunit", about, decimals=2, sample=sample)


def latency(q: float, histogram: str, selector: str, limit: Limit, *, what: str = "requests") -> Indicator:
    """A quantile of a histogram."""
    about = f"{q * 100:g} of 100 {what} are faster."
    sample = quantile_at(histogram, selector)
    return Indicator(f"Latency p{q * 100:g}", quantile(q, histogram, selector), limit, "s", about, sample=sample)


def availability(total: Selector, limit: Limit) -> Indicator:
    """Share of requests that did not fail."""
    expr = "1 - " + part_of(total, 'status=~"5.."')
    sample = inverted(share_at(total(status="=~5.."), total))
    about = "Share of requests that did not fail."
    return Indicator("Availability", expr, limit, "percentunit", about, decimals=3, sample=sample)


def objective(
    system: str, service: str, name: str, sli: Ratio | Latency, target: float, floor: float = 0.01
) -> Objective:
    """An objective over 30 days, recorded for each environment apart."""
    return Objective(system, service, name, sli, target, floor=floor, labels={"environment": "$environment"})


DURATION = "http_request_duration_seconds"


def requests_of(selector: Selector) -> Selector:
    return selector.of("http_requests_total")


def http_objective(system: str, service: str, selector: Selector, target: float, floor: float = 1) -> Objective:
    total = requests_of(selector)
    return objective(system, service, "availability", Ratio(total, total(status="=~5..")), target, floor=floor)
