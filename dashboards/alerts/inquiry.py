"""Alerts of the inquiry pipeline: objectives, its API, its database, models and routing."""

from collections.abc import Iterator
from functools import partial

from dashkit.authoring import CRITICAL, HIGH, LOW, MEDIUM, AlertRule, alert, fires, quiet, rule_group, selector, series

from ..shared import runbooks
from ..shared.rules import PRODUCTION, database_down, down, limits, objectives, pod_resources
from ..shared.systems import INQUIRY, INQUIRY_INDICATORS

PIPELINE, MODELS, BUSINESS = "inquiry-pipeline", "inquiry-model-performance", "inquiry-business"
ALL = selector('system="inquiry"', PRODUCTION)
of = INQUIRY_INDICATORS


def service() -> Iterator[AlertRule]:
    level = partial(limits, INQUIRY, where="the inquiry pipeline")
    yield from level(
        "api",
        "ErrorRate",
        of["errors"],
        symptom="errors",
        runbook=runbooks.ERRORS,
        panel=(PIPELINE, "error-rate"),
        warning=MEDIUM,
        critical=CRITICAL,
    )
    yield from level(
        "api",
        "Latency",
        of["latency"],
        symptom="latency",
        runbook=runbooks.LATENCY,
        panel=(PIPELINE, "latency"),
        warning=LOW,
        critical=MEDIUM,
    )
    yield from level(
        "worker",
        "Throughput",
        of["throughput"],
        symptom="traffic",
        runbook=runbooks.TRAFFIC,
        panel=(PIPELINE, "throughput"),
        warning=LOW,
        critical=HIGH,
        wait="15m",
    )
    active = f"db_connections_active{ALL}"
    yield alert(
        "InquiryDatabaseConnectionsNone",
        f"sum({active})",
        below=1,
        severity=CRITICAL,
        wait="1m",
        symptom="database",
        summary="The inquiry pipeline has no database connection",
        description="No process of the pipeline holds a connection to its database.",
        runbook=runbooks.DATABASE,
        panel=("inquiry-system-health", "connections"),
        labels={"service": "database"},
        tests=[fires({series(active): "0x60"}), quiet({series(active): "3x60"})],
    )
    health = f"system_health_status{ALL}"
    yield alert(
        "InquiryComponentIll",
        f"min by (component) ({health})",
        below=1,
        severity=HIGH,
        wait="5m",
        symptom="health",
        summary="Inquiry pipeline: [component] is ill",
        description="[component] has failed its own health check for five minutes.",
        runbook=runbooks.DOWN,
        panel=(PIPELINE, "components"),
        labels={"service": "pipeline"},
        tests=[
            fires({series(health, component="router"): "0x60"}),
            quiet({series(health, component="router"): "1x60"}),
        ],
    )


def quality() -> Iterator[AlertRule]:
    """Figures of models and business; nobody is woken for them."""
    model = partial(limits, INQUIRY, "worker", where="the models of the inquiry pipeline", runbook=runbooks.MODEL)
    business = partial(limits, INQUIRY, "worker", where="the inquiry pipeline")
    yield from model(
        "InferenceSlow",
        of["inference"],
        symptom="inference",
        panel=(MODELS, "inference-latency"),
        wait="10m",
    )
    yield from model(
        "Accuracy",
        of["accuracy"],
        symptom="accuracy",
        panel=(MODELS, "accuracy-category_classifier"),
        warning=LOW,
        critical=MEDIUM,
        wait="30m",
    )
    yield from model(
        "Confidence",
        of["confidence"],
        symptom="confidence",
        panel=(MODELS, "inference-latency"),
        warning=MEDIUM,
        critical=HIGH,
        wait="10m",
    )
    yield from business(
        "Escalation",
        of["escalation"].over("1h"),
        symptom="escalation",
        runbook=runbooks.BUSINESS,
        panel=(BUSINESS, "escalation"),
        warning=MEDIUM,
        critical=HIGH,
        wait="30m",
    )
    yield from business(
        "Satisfaction",
        of["satisfaction"],
        symptom="satisfaction",
        runbook=runbooks.BUSINESS,
        panel=(BUSINESS, "satisfaction"),
        warning=LOW,
        critical=MEDIUM,
        wait="1h",
    )
    yield from business(
        "ResolvedInTime",
        of["in_time"].over("1h"),
        symptom="in-time",
        runbook=runbooks.QUEUE,
        panel=(BUSINESS, "in-time"),
        warning=LOW,
        critical=MEDIUM,
        wait="30m",
    )


groups = [
    rule_group("inquiry-objectives", "inquiry", objectives(INQUIRY, (PIPELINE, "budget")), interval="30s"),
    rule_group(
        "inquiry-service",
        "inquiry",
        service(),
        database_down(INQUIRY),
        down(INQUIRY, (PIPELINE, "health"), [("inquiry-api", "api"), ("inquiry-worker", "worker")]),
    ),
    rule_group("inquiry-quality", "inquiry", quality()),
    rule_group("inquiry-pods", "inquiry", pod_resources(INQUIRY)),
]
