"""Inferloop Synthdata: how its series are found, its objectives, the limits of its guide."""

from __future__ import annotations

from dashkit.authoring import (
    Indicator,
    Latency,
    Limit,
    gauge_at,
    part_at,
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
)

_SYNTHDATA = selector('system="synthdata"', ENVIRONMENT)
_S_REQUESTS = _SYNTHDATA.of("http_requests_total")
_S_FINISHED = _SYNTHDATA.of("synthdata_generation_success_total")
_S_BEGUN = _SYNTHDATA.of("synthdata_generation_total")

SYNTHDATA_INDICATORS: dict[str, Indicator] = {
    "availability": availability(_S_REQUESTS, Limit(target=0.999, warning=0.999, critical=0.99, floor=True)),
    "errors": errors(_S_REQUESTS, Limit(target=0.001, warning=0.001, critical=0.01)),
    "latency": latency(0.95, DURATION, _SYNTHDATA, Limit(target=0.5, warning=1, critical=2.5)),
    "throughput": Indicator(
        "Throughput",
        total_rate(_S_REQUESTS),
        Limit(target=1000, warning=100, critical=10, floor=True),
        "reqps",
        "Requests per second; built for more than 1,000.",
        sample=rate_at(_S_REQUESTS),
    ),
    "generation": Indicator(
        "Generation success",
        f"{total_rate(_S_FINISHED)} / {total_rate(_S_BEGUN)}",
        Limit(target=0.99, warning=0.98, critical=0.95, floor=True),
        "percentunit",
        "Share of generations that end well.",
        decimals=2,
        sample=part_at(_S_FINISHED, _S_BEGUN),
    ),
    "queue": Indicator(
        "Queue",
        f"sum(synthdata_generation_queue_length{_SYNTHDATA})",
        Limit(target=20, warning=50, critical=200),
        "short",
        "Generations that wait for a worker.",
        decimals=0,
        sample=gauge_at(f"synthdata_generation_queue_length{_SYNTHDATA}"),
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


def generation_time(size: str, *, in_minutes: bool = False) -> Indicator:
    """The duration of generations of one size, in seconds, or in minutes for an axis with round ticks."""
    meaning, limit = GENERATION_TIMES[size]
    expr, unit = quantile(0.95, "synthdata_generation_duration_seconds", _SYNTHDATA(size=size)), "s"
    if in_minutes:
        expr, limit, unit = f"{expr} / 60", limit / 60, "suffix:min"
    about = f"95 of 100 generations of {size} data sets ({meaning}) are faster."
    sample = quantile_at("synthdata_generation_duration_seconds", _SYNTHDATA(size=size))
    return Indicator(
        f"{size.capitalize()}: p95",
        expr,
        Limit(target=limit, warning=limit, critical=2 * limit),
        unit,
        about,
        sample=sample,
    )


SYNTHDATA = System(
    "synthdata",
    "Inferloop Synthdata",
    "synthdata",
    "synthdata-overview",
    (
        Service(
            "api",
            "API",
            _SYNTHDATA(job="synthdata-api"),
            (
                http_objective("synthdata", "api", _SYNTHDATA, 0.999),
                objective("synthdata", "api", "latency", Latency(DURATION, _SYNTHDATA, 0.5), 0.95, floor=1),
            ),
            SYNTHDATA_INDICATORS,
        ),
        Service(
            "generation",
            "Generation",
            _SYNTHDATA(job="synthdata-worker"),
            tuple(
                objective(
                    "synthdata",
                    "generation",
                    size,
                    Latency("synthdata_generation_duration_seconds", _SYNTHDATA(size=size), limit),
                    0.95,
                    floor=_SELDOM[size],
                )
                for size, (_, limit) in GENERATION_TIMES.items()
            ),
            {},
        ),
    ),
)
