"""The shop's four services, their objectives and the tables of their guide."""

from __future__ import annotations

from dashkit.authoring import (
    Indicator,
    Limit,
    Ratio,
    Selector,
    gauge_at,
    quantile,
    quantile_at,
    rate_at,
    selector,
    total_rate,
)

from .model import (
    DURATION,
    ENVIRONMENT,
    Service,
    System,
    availability,
    errors,
    http_objective,
    latency,
    objective,
    requests_of,
)


def _shop(name: str) -> Selector:
    return selector('system="shop"', ENVIRONMENT, service=name)


_GATEWAY, _AUTH, _LOGIC, _DATA = map(_shop, ("api-gateway", "auth-service", "business-logic", "data-processor"))

SHOP = System(
    "shop",
    "Shop",
    "production",
    "shop-service-overview",
    (
        Service(
            "api-gateway",
            "API gateway",
            _GATEWAY,
            (http_objective("shop", "api-gateway", _GATEWAY, 0.9999, floor=10),),
            {
                "availability": availability(
                    requests_of(_GATEWAY), Limit(target=0.9999, warning=0.9995, critical=0.999, floor=True)
                ),
                "p50": latency(0.5, DURATION, _GATEWAY, Limit(target=0.02, warning=0.03, critical=0.05)),
                "p95": latency(0.95, DURATION, _GATEWAY, Limit(target=0.05, warning=0.075, critical=0.1)),
                "p99": latency(0.99, DURATION, _GATEWAY, Limit(target=0.1, warning=0.15, critical=0.2)),
                "errors": errors(requests_of(_GATEWAY), Limit(target=0.001, warning=0.005, critical=0.01)),
            },
        ),
        Service(
            "auth-service",
            "Auth service",
            _AUTH,
            (http_objective("shop", "auth-service", _AUTH, 0.9995, floor=5),),
            {
                "availability": availability(
                    requests_of(_AUTH), Limit(target=0.9995, warning=0.999, critical=0.995, floor=True)
                ),
                "p95": latency(0.95, DURATION, _AUTH, Limit(target=0.1, warning=0.15, critical=0.2)),
                "errors": errors(requests_of(_AUTH), Limit(target=0.005, warning=0.01, critical=0.02)),
                "token": Indicator(
                    "Token validation p95",
                    quantile(0.95, "token_validation_duration_seconds", _AUTH),
                    Limit(target=0.01, warning=0.02, critical=0.03),
                    "s",
                    "95 of 100 tokens are validated faster.",
                    sample=quantile_at("token_validation_duration_seconds", _AUTH),
                ),
            },
            template=True,
        ),
        Service(
            "business-logic",
            "Business logic",
            _LOGIC,
            (http_objective("shop", "business-logic", _LOGIC, 0.999, floor=5),),
            {
                "availability": availability(
                    requests_of(_LOGIC), Limit(target=0.999, warning=0.995, critical=0.99, floor=True)
                ),
                "p95": latency(0.95, DURATION, _LOGIC, Limit(target=0.2, warning=0.3, critical=0.5)),
                "errors": errors(requests_of(_LOGIC), Limit(target=0.01, warning=0.02, critical=0.05)),
                "query": Indicator(
                    "Database query p95",
                    quantile(0.95, "database_query_duration_seconds", _LOGIC),
                    Limit(target=0.02, warning=0.05, critical=0.1),
                    "s",
                    "95 of 100 queries are faster.",
                    sample=quantile_at("database_query_duration_seconds", _LOGIC),
                ),
            },
            template=True,
        ),
        Service(
            "data-processor",
            "Data processor",
            _DATA,
            (
                objective(
                    "shop",
                    "data-processor",
                    "availability",
                    Ratio(f"records_processed_total{_DATA}", f"records_processed_total{_DATA(result='error')}"),
                    0.999,
                    floor=100,
                ),
            ),
            {
                "rate": Indicator(
                    "Processing rate",
                    total_rate(f"records_processed_total{_DATA}"),
                    Limit(target=50_000, warning=40_000, critical=30_000, floor=True),
                    "ops",
                    "Records per second.",
                    sample=rate_at(f"records_processed_total{_DATA}"),
                ),
                "lag": Indicator(
                    "Processing lag",
                    f"max(processing_lag_seconds{_DATA})",
                    Limit(target=60, warning=300, critical=600),
                    "s",
                    "Age of the oldest record that waits.",
                    sample=gauge_at(f"processing_lag_seconds{_DATA}"),
                ),
                "errors": errors(
                    _DATA.of("records_processed_total"),
                    Limit(target=0.005, warning=0.01, critical=0.02),
                    bad='result="error"',
                    what="records that could not be processed",
                ),
                "dead_letters": Indicator(
                    "Dead letters",
                    f"sum(dead_letter_queue_size{_DATA})",
                    Limit(target=0, warning=100, critical=1000),
                    "short",
                    "Records set aside because they could not be processed.",
                    decimals=0,
                    sample=gauge_at(f"dead_letter_queue_size{_DATA}"),
                ),
            },
            template=True,
        ),
    ),
)
