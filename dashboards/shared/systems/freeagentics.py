"""FreeAgentics: how its series are found, its objectives, the limits of its guide."""

from __future__ import annotations

from dashkit.authoring import Indicator, Latency, Limit, Ratio, good_at, selector, total_rate

from .model import (
    ENVIRONMENT,
    Service,
    System,
    errors,
    latency,
    objective,
)

_FREEAGENTICS = selector('system="freeagentics"', ENVIRONMENT)
_F_REQUESTS = _FREEAGENTICS.of("freeagentics_requests_total")
_F_FAILED = _FREEAGENTICS.of("freeagentics_agent_coordination_failures_total")
_F_GOOD = _FREEAGENTICS.of("freeagentics_agent_coordination_success_total")

FREEAGENTICS_INDICATORS: dict[str, Indicator] = {
    "errors": errors(_F_REQUESTS, Limit(target=0.001, warning=0.01, critical=0.1)),
    "latency": latency(
        0.95, "freeagentics_request_duration_seconds", _FREEAGENTICS, Limit(target=0.5, warning=0.5, critical=2)
    ),
    "coordination": Indicator(
        "Coordination failures",
        f"{total_rate(_F_FAILED)} / ({total_rate(_F_FAILED)} + {total_rate(_F_GOOD)})",
        Limit(target=0.05, warning=0.05, critical=0.2),
        "percentunit",
        "Share of agent coordinations that fail.",
        decimals=1,
        sample=good_at(_F_FAILED, _F_GOOD),
    ),
}

FREEAGENTICS = System(
    "freeagentics",
    "FreeAgentics",
    "",
    "freeagentics-overview",
    (
        Service(
            "api",
            "API",
            _FREEAGENTICS(job="freeagentics-api"),
            (
                objective(
                    "freeagentics",
                    "api",
                    "availability",
                    Ratio(_F_REQUESTS, _F_REQUESTS(status="=~5..")),
                    0.999,
                    floor=1,
                ),
                objective(
                    "freeagentics",
                    "api",
                    "latency",
                    Latency("freeagentics_request_duration_seconds", _FREEAGENTICS, 0.5),
                    0.95,
                    floor=1,
                ),
            ),
            FREEAGENTICS_INDICATORS,
        ),
        Service("workers", "Workers", _FREEAGENTICS(job="freeagentics-workers"), (), {}),
    ),
)
