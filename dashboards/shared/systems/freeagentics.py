"""FreeAgentics: how its series are found, its objectives, the limits of its guide."""

from __future__ import annotations

from dashkit.authoring import Indicator, Latency, Limit, Ratio
from dashkit.authoring.series import good_at
from dashkit.authoring.shapes import total_rate

from .model import (
    ENVIRONMENT,
    Service,
    System,
    errors,
    latency,
    objective,
)

_FREEAGENTICS = f'system="freeagentics", {ENVIRONMENT}'
_F_REQUESTS = f"freeagentics_requests_total{{{_FREEAGENTICS}"
_F_FAILED = f"freeagentics_agent_coordination_failures_total{{{_FREEAGENTICS}}}"
_F_GOOD = f"freeagentics_agent_coordination_success_total{{{_FREEAGENTICS}}}"

FREEAGENTICS_INDICATORS: dict[str, Indicator] = {
    "errors": errors(_F_REQUESTS, Limit(0.001, 0.01, 0.1)),
    "latency": latency(0.95, "freeagentics_request_duration_seconds", _FREEAGENTICS, Limit(0.5, 0.5, 2)),
    "coordination": Indicator(
        "Coordination failures",
        f"{total_rate(_F_FAILED)} / ({total_rate(_F_FAILED)} + {total_rate(_F_GOOD)})",
        Limit(0.05, 0.05, 0.2),
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
            f'{_FREEAGENTICS}, job="freeagentics-api"',
            (
                objective(
                    "freeagentics",
                    "api",
                    "availability",
                    Ratio(f"{_F_REQUESTS}}}", f'{_F_REQUESTS}, status=~"5.."}}'),
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
        Service("workers", "Workers", f'{_FREEAGENTICS}, job="freeagentics-workers"', (), {}),
    ),
)
