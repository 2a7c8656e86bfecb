"""The tool orchestrator: how its series are found, its objectives, the limits of its guide."""

from __future__ import annotations

from dashkit.authoring import (
    Indicator,
    Latency,
    Limit,
    Ratio,
    gauge_at,
    inverted,
    rate_at,
    selector,
    share_at,
    total_rate,
)

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

_ORCHESTRATOR = selector('system="orchestrator"', ENVIRONMENT)
_O_REQUESTS = _ORCHESTRATOR.of("http_requests_total")
_O_TOOLS = _ORCHESTRATOR.of("tool_executions_total")
_O_SPECULATION = _ORCHESTRATOR.of("speculation_attempts_total")

ORCHESTRATOR_INDICATORS: dict[str, Indicator] = {
    "availability": availability(_O_REQUESTS, Limit(target=0.999, warning=0.995, critical=0.95, floor=True)),
    "errors": errors(_O_REQUESTS, Limit(target=0.001, warning=0.001, critical=0.05)),
    "latency": latency(0.95, "http_request_duration_seconds", _ORCHESTRATOR, Limit(target=2, warning=2, critical=5)),
    "throughput": Indicator(
        "Throughput",
        total_rate(_O_REQUESTS),
        Limit(target=1000, warning=500, critical=250, floor=True),
        "reqps",
        "Requests per second; sized for 1,000.",
        sample=rate_at(_O_REQUESTS),
    ),
    "tools": Indicator(
        "Tool success",
        "1 - " + part_of(_O_TOOLS, 'status="error"'),
        Limit(target=0.99, warning=0.95, critical=0.95, floor=True),
        "percentunit",
        "Share of tool runs that succeed.",
        decimals=2,
        sample=inverted(share_at(_O_TOOLS(status="error"), _O_TOOLS)),
    ),
    "rate_limit": Indicator(
        "Rate limit in use",
        f"max by (service) (rate_limit_utilization{_ORCHESTRATOR})",
        Limit(target=0.8, warning=0.9, critical=0.9),
        "percentunit",
        "Share of a provider's rate limit.",
        by="service",
        max=1,
        sample=gauge_at(f"rate_limit_utilization{_ORCHESTRATOR(service='github')}"),
    ),
    "speculation": Indicator(
        "Speculation accuracy",
        part_of(_O_SPECULATION, 'outcome="correct"'),
        Limit(target=0.8, warning=0.6, critical=0.6, floor=True),
        "percentunit",
        "Share of speculative runs that were needed.",
        decimals=1,
        sample=share_at(_O_SPECULATION(outcome="correct"), _O_SPECULATION),
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
                    Ratio(_O_REQUESTS, _O_REQUESTS(status="=~5..")),
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
