"""The inquiry pipeline: how its series are found, its objectives, the limits of its guide."""

from __future__ import annotations

from dashkit.authoring import Indicator, Latency, Limit
from dashkit.authoring.series import gauge_at, mean_at, part_at, quantile_at, rate_at, share_at
from dashkit.authoring.shapes import mean, quantile, total_rate
from dashkit.authoring.slo import bucket

from .model import (
    DURATION,
    ENVIRONMENT,
    Service,
    System,
    errors,
    http_objective,
    latency,
    objective,
    part_of,
)

_INQUIRY = f'system="inquiry", {ENVIRONMENT}'
_I_REQUESTS = f"http_requests_total{{{_INQUIRY}"
_I_PROCESSED = f"inquiries_processed_total{{{_INQUIRY}"
_I_ROUTED = f"routing_decisions_total{{{_INQUIRY}"
_I_RESOLVED = f"inquiry_processing_efficiency_bucket{{{_INQUIRY}"

IN_TIME = 3600
"""Seconds within which an inquiry shall be resolved; the guide speaks of an SLA and states none."""

INQUIRY_INDICATORS: dict[str, Indicator] = {
    "errors": errors(_I_REQUESTS, Limit(0.01, 0.01, 0.05)),
    "latency": latency(0.95, DURATION, _INQUIRY, Limit(2, 2, 5)),
    "throughput": Indicator(
        "Inquiries processed",
        total_rate(f"{_I_PROCESSED}}}") + " * 60",
        Limit(100, 60, 30, floor=True),
        "short",
        "Inquiries per minute; built for more than 100.",
        decimals=0,
        sample=rate_at(f"{_I_PROCESSED}}}", per=60),
    ),
    "inference": Indicator(
        "Inference p95",
        quantile(0.95, "model_inference_duration_seconds", _INQUIRY, by="model_name"),
        Limit(0.5, 0.5, 1),
        "s",
        "95 of 100 predictions are faster.",
        by="model_name",
        sample=quantile_at("model_inference_duration_seconds", f'{_INQUIRY}, model_name="m"'),
    ),
    "accuracy": Indicator(
        "Accuracy",
        f"avg by (model_name) (model_accuracy_score{{{_INQUIRY}}})",
        Limit(0.85, 0.85, 0.75, floor=True),
        "percentunit",
        "Share of predictions that feedback confirmed.",
        by="model_name",
        decimals=1,
        maximum=1,
        sample=gauge_at(f'model_accuracy_score{{{_INQUIRY}, model_name="m"}}'),
    ),
    "confidence": Indicator(
        "Mean confidence",
        mean("model_prediction_confidence", _INQUIRY, by="model_name"),
        Limit(0.7, 0.6, 0.5, floor=True),
        "percentunit",
        "How sure a model is of its predictions, on average.",
        by="model_name",
        decimals=1,
        maximum=1,
        sample=mean_at("model_prediction_confidence", f'{_INQUIRY}, model_name="m"'),
    ),
    "escalation": Indicator(
        "Escalation rate",
        part_of(_I_ROUTED, 'escalated="True"'),
        Limit(0.1, 0.2, 0.4),
        "percentunit",
        "Share of inquiries for which a person had to step in.",
        decimals=1,
        sample=share_at(f'{_I_ROUTED}, escalated="True"}}', f"{_I_ROUTED}}}"),
    ),
    "satisfaction": Indicator(
        "Satisfaction",
        f"avg by (department) (customer_satisfaction_score{{{_INQUIRY}}})",
        Limit(4, 4, 3.5, floor=True),
        "short",
        "From 1 to 5, estimated from sentiment.",
        by="department",
        decimals=2,
        maximum=5,
        sample=gauge_at(f'customer_satisfaction_score{{{_INQUIRY}, department="d"}}'),
    ),
    "in_time": Indicator(
        "Resolved in time",
        total_rate(f"{_I_RESOLVED}, {bucket(IN_TIME)}}}")
        + " / "
        + total_rate(f"inquiry_processing_efficiency_count{{{_INQUIRY}}}"),
        Limit(0.95, 0.95, 0.9, floor=True),
        "percentunit",
        "Share of inquiries resolved within an hour.",
        decimals=1,
        sample=part_at(f'{_I_RESOLVED}, le="{IN_TIME}"}}', f"inquiry_processing_efficiency_count{{{_INQUIRY}}}"),
    ),
}

INQUIRY = System(
    "inquiry",
    "Inquiry Automation",
    "inquiries-system",
    "inquiry-pipeline",
    (
        Service(
            "api",
            "API",
            f'{_INQUIRY}, job="inquiry-api"',
            (
                http_objective("inquiry", "api", _INQUIRY, 0.999, floor=0.1),
                objective("inquiry", "api", "latency", Latency(DURATION, _INQUIRY, 2), 0.95, floor=0.1),
            ),
            INQUIRY_INDICATORS,
        ),
        Service("worker", "Worker", f'{_INQUIRY}, job="inquiry-worker"', (), {}),
    ),
)
