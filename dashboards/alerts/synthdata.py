"""Alerts of Inferloop Synthdata: objectives, its API, generation, security."""

from collections.abc import Iterator
from functools import partial

from dashkit.authoring import (
    CRITICAL,
    HIGH,
    LOW,
    MEDIUM,
    AlertRule,
    alert,
    fires,
    quiet,
    rule_group,
    selector,
    series,
    total_rate,
)

from ..shared import runbooks
from ..shared.rules import PRODUCTION, database_down, down, limits, objectives, pod_resources
from ..shared.systems import GENERATION_TIMES, SYNTHDATA, SYNTHDATA_INDICATORS, generation_time

OVERVIEW, GENERATION, SECURITY = "synthdata-overview", "synthdata-generation", "synthdata-security"
ALL = selector('system="synthdata"', PRODUCTION)
of = SYNTHDATA_INDICATORS


def service() -> Iterator[AlertRule]:
    api = partial(limits, SYNTHDATA, "api", where="the API of Synthdata")
    yield from api(
        "Availability",
        of["availability"],
        symptom="errors",
        runbook=runbooks.ERRORS,
        panel=(OVERVIEW, "error-rate"),
        warning=HIGH,
        critical=CRITICAL,
        wait="2m",
    )
    # Above 1 % and below 99 % available are the same fact: the guide pages for both, here the second one is a ticket.
    yield from api(
        "ErrorRate",
        of["errors"],
        symptom="errors",
        runbook=runbooks.ERRORS,
        panel=(OVERVIEW, "error-rate"),
        warning=MEDIUM,
        critical=HIGH,
    )
    yield from api(
        "ResponseTime",
        of["latency"],
        symptom="latency",
        runbook=runbooks.LATENCY,
        panel=(OVERVIEW, "latency"),
        warning=MEDIUM,
        critical=HIGH,
        wait="10m",
    )
    yield from api(
        "ThroughputLow",
        of["throughput"],
        symptom="traffic",
        runbook=runbooks.TRAFFIC,
        panel=(OVERVIEW, "error-rate"),
        warning=LOW,
        critical=HIGH,
        wait="15m",
    )


def generation() -> Iterator[AlertRule]:
    generated = partial(limits, SYNTHDATA, "generation", where="Synthdata's generations", wait="10m")
    yield from generated(
        "GenerationSuccess",
        of["generation"].over("1h"),
        symptom="generation",
        runbook=runbooks.QUEUE,
        panel=(GENERATION, "success"),
    )
    yield from generated(
        "GenerationQueue",
        of["queue"],
        symptom="queue",
        runbook=runbooks.QUEUE,
        panel=(GENERATION, "queue"),
    )
    for size in GENERATION_TIMES:
        yield from generated(
            f"{size.capitalize()}GenerationSlow",
            generation_time(size).over("6h" if size == "large" else "1h"),
            symptom=f"generation-{size}",
            runbook=runbooks.LATENCY,
            panel=(GENERATION, f"duration-{size}"),
        )


def security() -> Iterator[AlertRule]:
    failures = f"auth_failures_total{ALL}"
    sources = f"http_requests_total{ALL}"
    privileged = f"privileged_operations_total{ALL}"
    days = f"cert_expiry_days{ALL}"
    one = {"source_ip": "203.0.113.40"}
    yield alert(
        "SynthdataBruteForce",
        total_rate(failures, window="5m"),
        above=10,
        severity=HIGH,
        wait="2m",
        unit="ops",
        symptom="log-ins",
        summary="Synthdata: somebody tries passwords",
        description="{value} log-ins are refused each second, more than {limit}.",
        runbook=runbooks.SECURITY,
        panel=(SECURITY, "log-ins"),
        labels={"service": "api"},
        tests=[fires({series(failures, **one): "0+1200x60"}), quiet({series(failures, **one): "0+60x60"})],
    )
    # By address, inside the aggregation: the guide has it behind the comparison, where it is no PromQL.
    yield alert(
        "SynthdataFlood",
        total_rate(sources, "source_ip", "1m"),
        above=1000,
        severity=CRITICAL,
        wait="1m",
        unit="reqps",
        symptom="flood",
        summary="Synthdata: one address sends a flood of requests",
        description="[source_ip] sends {value} requests each second, more than {limit}.",
        runbook=runbooks.SECURITY,
        panel=(SECURITY, "sources"),
        labels={"service": "api"},
        tests=[fires({series(sources, **one): "0+90000x60"}), quiet({series(sources, **one): "0+6000x60"})],
    )
    yield alert(
        "SynthdataPrivilegedOperations",
        f"sum by (operation) (increase({privileged}[5m]))",
        above=5,
        severity=MEDIUM,
        wait="0m",
        symptom="privileged",
        summary="Synthdata: unusually many privileged operations",
        description="[operation] was done {value} times within five minutes, more than {limit}.",
        runbook=runbooks.SECURITY,
        panel=(SECURITY, "privileged"),
        labels={"service": "api"},
        tests=[
            fires({series(privileged, operation="grant_role"): "0+2x60"}),
            quiet({series(privileged, operation="grant_role"): "0+0.5x60"}),
        ],
    )
    for severity, limit in ((MEDIUM, 30), (HIGH, 7)):
        yield alert(
            "SynthdataCertificateExpires",
            f"min by (domain) ({days})",
            below=limit,
            severity=severity,
            wait="1h",
            symptom="certificate",
            summary="Synthdata: the certificate of [domain] expires soon",
            description="It is valid for {value} days more, fewer than {limit}.",
            runbook=runbooks.CERTIFICATE,
            panel=(SECURITY, "certificates"),
            labels={"service": "api"},
            tests=[
                fires({series(days, domain="d"): f"{limit - 1}x100"}),
                quiet({series(days, domain="d"): f"{limit + 1}x100"}),
            ],
        )


groups = [
    rule_group("synthdata-objectives", "synthdata", objectives(SYNTHDATA, (OVERVIEW, "budget")), interval="30s"),
    rule_group(
        "synthdata-service",
        "synthdata",
        service(),
        database_down(SYNTHDATA),
        down(SYNTHDATA, (OVERVIEW, "health"), [("synthdata-api", "api"), ("synthdata-worker", "generation")]),
    ),
    rule_group("synthdata-generation", "synthdata", generation()),
    rule_group("synthdata-security", "synthdata", security()),
    rule_group("synthdata-pods", "synthdata", pod_resources(SYNTHDATA)),
]
