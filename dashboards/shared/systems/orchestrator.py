"""The tool orchestrator: how its series are found, its objectives, the limits of its guide."""

from __future__ import annotations

from dashkit.authoring import Indicator, Latency, Limit, Ratio
from dashkit.authoring.series import gauge_at, inverted, rate_at, share_at
from dashkit.authoring.shapes import total_rate

from .model import (
    ENVIRONMENT,
    Service,
    System,
    availability,
    errors,
    latency,
    objective,
    part_of,
)

_ORCHESTRATOR = f'system="orchestrator", {ENVIRONMENT}'
_O_REQUESTS = f"http_requests_total{{{_ORCHESTRATOR}"
_O_TOOLS = f"tool_executions_total{{{_ORCHESTRATOR}"
_O_SPECULATION = f"speculation_attempts_total{{{_ORCHESTRATOR}"

ORCHESTRATOR_INDICATORS: dict[str, Indicator] = {
    "availability": availability(_O_REQUESTS, Limit(0.999, 0.995, 0.95, floor=True)),
    "errors": errors(_O_REQUESTS, Limit(0.001, 0.001, 0.05)),
    "latency": latency(0.95, "http_request_duration_seconds", _ORCHESTRATOR, Limit(2, 2, 5)),
    "throughput": Indicator(
        "Throughput",
        total_rate(f"{_O_REQUESTS}}}"),
        Limit(1000, 500, 250, floor=True),
        "reqps",
        "Requests per second; sized for 1,000.",
        sample=rate_at(f"{_O_REQUESTS}}}"),
    ),
    "tools": Indicator(
        "Tool success",
        "1 - " + part_of(_O_TOOLS, 'status="error"'),
        Limit(0.99, 0.95, 0.95, floor=True),
        "percentunit",
        "Share of tool runs that succeed.",
        decimals=2,
        sample=inverted(share_at(f'{_O_TOOLS}, status="error"}}', f"{_O_TOOLS}}}")),
    ),
    "rate_limit": Indicator(
        "Rate limit in use",
        f"max by (service) (rate_limit_utilization{{{_ORCHESTRATOR}}})",
        Limit(0.8, 0.9, 0.9),
        "percentunit",
        "Share of a provider's rate limit.",
        by="service",
        maximum=1,
        sample=gauge_at(f'rate_limit_utilization{{{_ORCHESTRATOR}, service="github"}}'),
    ),
    "speculation": Indicator(
        "Speculation accuracy",
        part_of(_O_SPECULATION, 'outcome="correct"'),
        Limit(0.8, 0.6, 0.6, floor=True),
        "percentunit",
        "Share of speculative runs that were needed.",
        decimals=1,
        sample=share_at(f'{_O_SPECULATION}, outcome="correct"}}', f"{_O_SPECULATION}}}"),
    ),
}

ORCHESTRATOR = System(
    "orchestrator",
    "Tool orchestrator",
    "orchestrator",
    "orchestrator-operations",
    (
        Service(
            "orchestrator",
            "Orchestrator",
            _ORCHESTRATOR,
            (
                objective(
                    "orchestrator",
                    "orchestrator",
                    "availability",
                    Ratio(f"{_O_REQUESTS}}}", f'{_O_REQUESTS}, status=~"5.."}}'),
                    0.999,
                    floor=1,
                ),
                objective(
                    "orchestrator",
                    "orchestrator",
                    "latency",
                    Latency("http_request_duration_seconds", _ORCHESTRATOR, 2),
                    0.95,
                    floor=1,
                ),
            ),
            ORCHESTRATOR_INDICATORS,
        ),
    ),
)
