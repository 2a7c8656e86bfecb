"""Alerts of the shop: objectives, the tables of its four services, and what pages."""

from collections.abc import Iterator

from dashkit.authoring import (
    CRITICAL,
    HIGH,
    MEDIUM,
    AlertRule,
    alert,
    fires,
    in_words,
    quantile,
    quantile_at,
    quiet,
    rule_group,
    selector,
    series,
    share,
    share_at,
)

from ..shared import runbooks
from ..shared.rules import PRODUCTION, camel, database_down, down, limits, objectives, pod_resources
from ..shared.systems import SHOP

OVERVIEW, GATEWAY = "shop-service-overview", "shop-api-gateway"
SERVICES = [(service.name, service.name) for service in SHOP.services]
SHARED = selector('system="shop"', PRODUCTION)

#: What each indicator of the tables tells of, its runbook and the panel that shows it.
_KINDS = {
    "availability": ("errors", runbooks.ERRORS, (OVERVIEW, "error-rate")),
    "errors": ("errors", runbooks.ERRORS, (OVERVIEW, "error-rate")),
    "p50": ("latency", runbooks.LATENCY, (GATEWAY, "latency")),
    "p95": ("latency", runbooks.LATENCY, (OVERVIEW, "latency")),
    "p99": ("latency", runbooks.LATENCY, (GATEWAY, "latency")),
    "token": ("latency", runbooks.LATENCY, (OVERVIEW, "token")),
    "query": ("queries", runbooks.QUERIES, (OVERVIEW, "queries")),
    "rate": ("traffic", runbooks.QUEUE, (OVERVIEW, "records")),
    "lag": ("queue", runbooks.QUEUE, (OVERVIEW, "lag")),
    "dead_letters": ("dead-letters", runbooks.QUEUE, (OVERVIEW, "dead-letters")),
}


def tables() -> Iterator[AlertRule]:
    """One alert for each warning and critical value of the tables: tickets; what pages stands below."""
    for service in SHOP.services:
        for key, indicator in service.indicators.items():
            symptom, runbook, panel = _KINDS[key]
            name = f"{camel(service.name)}{camel(key)}"
            yield from limits(
                SHOP, service.name, name, indicator, where=service.title, symptom=symptom, runbook=runbook, panel=panel
            )


def pages() -> Iterator[AlertRule]:
    """What the guide wants somebody called for."""
    total = SHARED.of("http_requests_total")
    bad = total(status="=~5..")
    total_one, bad_one = (counter(service="api-gateway") for counter in (total, bad))
    for name, limit, severity, wait in (
        ("HighErrorRate", 0.05, CRITICAL, "5m"),
        ("ElevatedErrorRate", 0.01, MEDIUM, "15m"),
    ):
        yield alert(
            f"Shop{name}",
            share(bad, total, by="service"),
            above=limit,
            severity=severity,
            wait=wait,
            unit="percentunit",
            symptom="errors",
            summary=f"Shop: [service] fails {'often' if severity is CRITICAL else 'more than usual'}",
            description="{value} of the requests of [service] are answered with 5xx, more than {limit}.",
            runbook=runbooks.ERRORS,
            panel=(OVERVIEW, "error-rate"),
            tests=[fires(share_at(bad_one, total_one)(limit * 2)), quiet(share_at(bad_one, total_one)(limit / 2))],
        )
    # The guide pages above 200 ms for every service; that is the target of the business logic. What people wait for
    # directly are these two.
    front = SHARED(service="=~api-gateway|auth-service")
    yield alert(
        "ShopHighLatency",
        quantile(0.95, "http_request_duration_seconds", front, by="service"),
        above=0.2,
        severity=CRITICAL,
        wait="10m",
        unit="s",
        symptom="latency",
        summary="Shop: [service] is slow",
        description="The slowest five of 100 requests of [service] take longer than {value}; {limit} is the most for people.",
        runbook=runbooks.LATENCY,
        panel=(OVERVIEW, "latency"),
        tests=[
            fires(quantile_at("http_request_duration_seconds", front)(0.3)),
            quiet(quantile_at("http_request_duration_seconds", front)(0.15)),
        ],
    )
    active, size = f"database_connections_active{SHARED}", f"database_connections_total{SHARED}"
    one = {"service": "business-logic", "instance": "a"}
    for severity, limit in ((CRITICAL, 0.9), (MEDIUM, 0.8)):
        yield alert(
            "ShopConnectionPoolExhausted",
            f"max by (service) ({active} / {size})",
            above=limit,
            severity=severity,
            unit="percentunit",
            symptom="connections",
            summary="Shop: [service] runs out of database connections",
            description="[service] uses {value} of its connection pool, more than {limit}.",
            runbook=runbooks.DATABASE,
            panel=(OVERVIEW, "pool"),
            tests=[
                fires({series(active, **one): f"{limit * 100 + 5:g}x60", series(size, **one): "100x60"}),
                quiet({series(active, **one): f"{limit * 100 - 5:g}x60", series(size, **one): "100x60"}),
            ],
        )
    memory = f"process_resident_memory_bytes{SHARED}"
    most = 1.5 * 2**30
    yield alert(
        "ShopHighMemoryUsage",
        f"max by (service) ({memory})",
        above=most,
        severity=MEDIUM,
        wait="10m",
        unit="bytes",
        symptom="saturation-memory",
        summary="Shop: [service] uses much memory",
        description=f"A process of [service] uses {{value}}B of memory, more than {in_words(most, 'bytes')}.",
        runbook=runbooks.SATURATION,
        panel=("shop-infrastructure", "process-memory"),
        tests=[
            fires({series(memory, service="auth-service"): f"{2 * 2**30}x60"}),
            quiet({series(memory, service="auth-service"): f"{2**30}x60"}),
        ],
    )
    queries = quantile(0.95, "database_query_duration_seconds", SHARED, by="service")
    sample = quantile_at("database_query_duration_seconds", SHARED(service="auth-service"))
    yield alert(
        "ShopSlowDatabaseQueries",
        queries,
        above=0.1,
        severity=HIGH,
        wait="10m",
        unit="s",
        symptom="queries",
        summary="Shop: queries of [service] are slow",
        description="The slowest five of 100 queries of [service] take longer than {value}, more than {limit}.",
        runbook=runbooks.QUERIES,
        panel=(OVERVIEW, "queries"),
        tests=[fires(sample(0.2)), quiet(sample(0.05))],
    )


groups = [
    rule_group("shop-objectives", "shop", objectives(SHOP, ("shop-slo", "budget")), interval="30s"),
    rule_group("shop-services", "shop", tables()),
    rule_group("shop-pages", "shop", pages(), down(SHOP, (OVERVIEW, "health"), SERVICES), database_down(SHOP)),
    rule_group("shop-pods", "shop", pod_resources(SHOP)),
]
