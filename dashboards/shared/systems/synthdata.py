"""Inferloop Synthdata: how its series are found, its objectives, the limits of its guide."""

from __future__ import annotations

from dashkit.authoring import Indicator, Latency, Limit
from dashkit.authoring.series import gauge_at, part_at, quantile_at, rate_at
from dashkit.authoring.shapes import quantile, total_rate

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
)

_SYNTHDATA = f'system="synthdata", {ENVIRONMENT}'
_S_REQUESTS = f"http_requests_total{{{_SYNTHDATA}"
_S_FINISHED = f"synthdata_generation_success_total{{{_SYNTHDATA}}}"
_S_BEGUN = f"synthdata_generation_total{{{_SYNTHDATA}}}"

SYNTHDATA_INDICATORS: dict[str, Indicator] = {
    "availability": availability(_S_REQUESTS, Limit(0.999, 0.999, 0.99, floor=True)),
    "errors": errors(_S_REQUESTS, Limit(0.001, 0.001, 0.01)),
    "latency": latency(0.95, DURATION, _SYNTHDATA, Limit(0.5, 1, 2.5)),
    "throughput": Indicator(
        "Throughput",
        total_rate(f"{_S_REQUESTS}}}"),
        Limit(1000, 100, 10, floor=True),
        "reqps",
        "Requests per second; built for more than 1,000.",
        sample=rate_at(f"{_S_REQUESTS}}}"),
    ),
    "generation": Indicator(
        "Generation success",
        f"{total_rate(_S_FINISHED)} / {total_rate(_S_BEGUN)}",
        Limit(0.99, 0.98, 0.95, floor=True),
        "percentunit",
        "Share of generations that end well.",
        decimals=2,
        sample=part_at(_S_FINISHED, _S_BEGUN),
    ),
    "queue": Indicator(
        "Queue",
        f"sum(synthdata_generation_queue_length{{{_SYNTHDATA}}})",
        Limit(20, 50, 200),
        "short",
        "Generations that wait for a worker.",
        decimals=0,
        sample=gauge_at(f"synthdata_generation_queue_length{{{_SYNTHDATA}}}"),
    ),
}

GENERATION_TIMES: dict[str, tuple[str, float]] = {
    "small": ("below 1 MB", 30),
    "medium": ("1 to 100 MB", 300),
    "large": ("above 100 MB", 1800),
}
"""By size of the data set: what the size means, and the seconds that a generation may take."""


#: Generations per second below which a burn of their budget tells nobody: large ones are few.
_SELDOM = {"small": 0.01, "medium": 0.002, "large": 0.0005}


def generation_time(size: str) -> Indicator:
    """The duration of generations of one size."""
    meaning, limit = GENERATION_TIMES[size]
    expr = quantile(0.95, "synthdata_generation_duration_seconds", f'{_SYNTHDATA}, size="{size}"')
    about = f"95 of 100 generations of {size} data sets ({meaning}) are faster."
    sample = quantile_at("synthdata_generation_duration_seconds", f'{_SYNTHDATA}, size="{size}"')
    return Indicator(f"{size.capitalize()}: p95", expr, Limit(limit, limit, 2 * limit), "s", about, sample=sample)


SYNTHDATA = System(
    "synthdata",
    "Inferloop Synthdata",
    "synthdata",
    "synthdata-overview",
    (
        Service(
            "api",
            "API",
            f'{_SYNTHDATA}, job="synthdata-api"',
            (
                http_objective("synthdata", "api", _SYNTHDATA, 0.999),
                objective("synthdata", "api", "latency", Latency(DURATION, _SYNTHDATA, 0.5), 0.95, floor=1),
            ),
            SYNTHDATA_INDICATORS,
        ),
        Service(
            "generation",
            "Generation",
            f'{_SYNTHDATA}, job="synthdata-worker"',
            tuple(
                objective(
                    "synthdata",
                    "generation",
                    size,
                    Latency("synthdata_generation_duration_seconds", f'{_SYNTHDATA}, size="{size}"', limit),
                    0.95,
                    floor=_SELDOM[size],
                )
                for size, (_, limit) in GENERATION_TIMES.items()
            ),
            {},
        ),
    ),
)
