"""The inquiry pipeline: how its series are found, its objectives, the limits of its guide."""

from __future__ import annotations

from dashkit.authoring import (
    Indicator,
    Latency,
    Limit,
    bucket,
    gauge_at,
    mean,
    mean_at,
    part_at,
    quantile,
    quantile_at,
    rate_at,
    selector,
    share_at,
    total_rate,
)

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

_INQUIRY = selector('system="inquiry"', ENVIRONMENT)
_I_REQUESTS = _INQUIRY.of("http_requests_total")
_I_PROCESSED = _INQUIRY.of("inquiries_processed_total")
_I_ROUTED = _INQUIRY.of("routing_decisions_total")
_I_RESOLVED = _INQUIRY.of("inquiry_processing_efficiency_bucket")

IN_TIME = 3600
"""Seconds within which an inquiry shall be resolved; the guide speaks of an SLA and states none."""

INQUIRY_INDICATORS: dict[str, Indicator] = {
    "errors": errors(_I_REQUESTS, Limit(target=0.01, warning=0.01, critical=0.05)),
    "latency": latency(0.95, DURATION, _INQUIRY, Limit(target=2, warning=2, critical=5)),
    "throughput": Indicator(
        "Inquiries processed",
        total_rate(_I_PROCESSED) + " * 60",
        Limit(target=100, warning=60, critical=30, floor=True),
        "short",
        "Inquiries per minute; built for more than 100.",
        decimals=0,
        sample=rate_at(_I_PROCESSED, per=60),
    ),
    "inference": Indicator(
        "Inference p95",
        quantile(0.95, "model_inference_duration_seconds", _INQUIRY, by="model_name"),
        Limit(target=0.5, warning=0.5, critical=1),
        "s",
        "95 of 100 predictions are faster.",
        by="model_name",
        sample=quantile_at("model_inference_duration_seconds", _INQUIRY(model_name="m")),
    ),
    "accuracy": Indicator(
        "Accuracy",
        f"avg by (model_name) (model_accuracy_score{_INQUIRY})",
        Limit(target=0.85, warning=0.85, critical=0.75, floor=True),
        "percentunit",
        "Share of predictions that feedback confirmed.",
        by="model_name",
        decimals=1,
        max=1,
        sample=gauge_at(f"model_accuracy_score{_INQUIRY(model_name='m')}"),
    ),
    "confidence": Indicator(
        "Mean confidence",
        mean("model_prediction_confidence", _INQUIRY, by="model_name"),
        Limit(target=0.7, warning=0.6, critical=0.5, floor=True),
        "percentunit",
        "How sure a model is of its predictions, on average.",
        by="model_name",
        decimals=1,
        max=1,
        sample=mean_at("model_prediction_confidence", _INQUIRY(model_name="m")),
    ),
    "escalation": Indicator(
        "Escalation rate",
        part_of(_I_ROUTED, 'escalated="True"'),
        Limit(target=0.1, warning=0.2, critical=0.4),
        "percentunit",
        "Share of inquiries for which a person had to step in.",
        decimals=1,
        sample=share_at(_I_ROUTED(escalated="True"), _I_ROUTED),
    ),
    "satisfaction": Indicator(
        "Satisfaction",
        f"avg by (department) (customer_satisfaction_score{_INQUIRY})",
        Limit(target=4, warning=4, critical=3.5, floor=True),
        "short",
        "From 1 to 5, estimated from sentiment.",
        by="department",
        decimals=2,
        max=5,
        sample=gauge_at(f"customer_satisfaction_score{_INQUIRY(department='d')}"),
    ),
    "in_time": Indicator(
        "Resolved in time",
        total_rate(_I_RESOLVED(bucket(IN_TIME))) + " / " + total_rate(f"inquiry_processing_efficiency_count{_INQUIRY}"),
        Limit(target=0.95, warning=0.95, critical=0.9, floor=True),
        "percentunit",
        "Share of inquiries resolved within an hour.",
        decimals=1,
        sample=part_at(_I_RESOLVED(le=str(IN_TIME)), f"inquiry_processing_efficiency_count{_INQUIRY}"),
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
            _INQUIRY(job="inquiry-api"),
            (
                http_objective("inquiry", "api", _INQUIRY, 0.999, floor=0.1),
                objective("inquiry", "api", "latency", Latency(DURATION, _INQUIRY, 2), 0.95, floor=0.1),
            ),
            INQUIRY_INDICATORS,
        ),
        Service("worker", "Worker", _INQUIRY(job="inquiry-worker"), (), {}),
    ),
)
