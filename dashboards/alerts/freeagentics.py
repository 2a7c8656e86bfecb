"""Alerts of FreeAgentics: objectives, its API, agent coordination, its hosts."""

from collections.abc import Iterator

from dashkit.authoring import CRITICAL, HIGH, MEDIUM, AlertRule, rule_group

from ..shared import runbooks
from ..shared.host_rules import host_alerts
from ..shared.rules import database_down, down, limits, objectives
from ..shared.systems import FREEAGENTICS, FREEAGENTICS_INDICATORS

OVERVIEW = "freeagentics-overview"
of = FREEAGENTICS_INDICATORS


def service() -> Iterator[AlertRule]:
    """The guide compares a rate with 0.1 and calls it 10 %; this is the share. It must be noticed within five minutes."""
    yield from limits(
        FREEAGENTICS,
        "api",
        "ApiErrorRate",
        of["errors"],
        where="the API of FreeAgentics",
        symptom="errors",
        runbook=runbooks.ERRORS,
        panel=(OVERVIEW, "error-rate"),
        warning=MEDIUM,
        critical=CRITICAL,
        wait="2m",
    )
    yield from limits(
        FREEAGENTICS,
        "api",
        "ApiLatency",
        of["latency"],
        where="the API of FreeAgentics",
        symptom="latency",
        runbook=runbooks.LATENCY,
        panel=(OVERVIEW, "latency"),
        warning=MEDIUM,
        critical=HIGH,
    )
    yield from limits(
        FREEAGENTICS,
        "workers",
        "Coordination",
        of["coordination"],
        where="agent coordination",
        symptom="coordination",
        runbook=runbooks.QUEUE,
        panel=("freeagentics-agents", "coordination"),
        warning=MEDIUM,
        critical=HIGH,
        wait="3m",
    )


groups = [
    rule_group(
        "freeagentics-objectives", "freeagentics", objectives(FREEAGENTICS, (OVERVIEW, "error-rate")), interval="30s"
    ),
    rule_group(
        "freeagentics-service",
        "freeagentics",
        service(),
        down(FREEAGENTICS, (OVERVIEW, "health"), [("freeagentics-api", "api"), ("freeagentics-workers", "workers")]),
        database_down(FREEAGENTICS),
    ),
    rule_group("freeagentics-hosts", "freeagentics", host_alerts("freeagentics", "FreeAgentics", OVERVIEW)),
]
