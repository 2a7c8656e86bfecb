"""Alerts of the tool orchestrator: objectives, the limits of its guide, its dependencies, its scaling triggers."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from dashkit.authoring import (
    CRITICAL,
    HIGH,
    LOW,
    MEDIUM,
    AlertRule,
    Indicator,
    Limit,
    alert,
    fires,
    quiet,
    rule_group,
    selector,
    series,
    with_labels,
)

from ..shared import runbooks
from ..shared.rules import PRODUCTION, database_down, down, limits, objectives, pod_resources
from ..shared.systems import ORCHESTRATOR, ORCHESTRATOR_INDICATORS

OPERATIONS, EXECUTIVE, TOOLS = "orchestrator-operations", "orchestrator-executive", "orchestrator-tools"
NAMESPACE = selector('namespace="orchestrator"', 'container!=""', PRODUCTION)
of = ORCHESTRATOR_INDICATORS


def service_levels() -> Iterator[AlertRule]:
    """The table of service levels and business figures, and the matrix of P1 to P4."""
    level = partial(limits, ORCHESTRATOR, "orchestrator", where="the orchestrator")
    errors, latency = of["errors"], of["latency"]

    def errors_between(warning: float, critical: float) -> Indicator:
        return replace(errors, limit=Limit(target=0.001, warning=warning, critical=critical))

    yield from level(
        "Availability",
        of["availability"],
        symptom="errors",
        runbook=runbooks.ERRORS,
        panel=(EXECUTIVE, "error-rate"),
        warning=HIGH,
        critical=CRITICAL,
    )
    # Above 5 % is P1, 1 to 5 % P2, 0.1 to 1 % P3.
    yield from level(
        "ErrorRate",
        errors_between(0.01, 0.05),
        symptom="errors",
        runbook=runbooks.ERRORS,
        panel=(OPERATIONS, "error-rate"),
        warning=HIGH,
        critical=CRITICAL,
    )
    yield from level(
        "ErrorRateElevated",
        errors_between(0.001, 0.001),
        symptom="errors",
        runbook=runbooks.ERRORS,
        panel=(OPERATIONS, "error-rate"),
        critical=MEDIUM,
        wait="15m",
    )
    yield from level(
        "Latency",
        latency,
        symptom="latency",
        runbook=runbooks.LATENCY,
        panel=(OPERATIONS, "latency"),
        warning=MEDIUM,
        critical=HIGH,
        wait="10m",
    )
    yield from level(
        "ToolSuccess",
        of["tools"],
        symptom="tools",
        runbook=runbooks.DEPENDENCY,
        panel=(TOOLS, "success"),
        critical=HIGH,
    )
    yield from level(
        "RateLimit",
        of["rate_limit"],
        symptom="rate-limit",
        runbook=runbooks.DEPENDENCY,
        panel=(OPERATIONS, "rate-limits"),
        critical=HIGH,
    )
    yield from level(
        "SpeculationAccuracy",
        of["speculation"],
        symptom="speculation",
        runbook=runbooks.BUSINESS,
        panel=(TOOLS, "speculation"),
        critical=MEDIUM,
        wait="30m",
    )


def peak_hours() -> Iterator[AlertRule]:
    """Too few requests while many are expected: Monday to Friday, 8 to 20 UTC."""
    throughput = of["throughput"]
    expr = f"({throughput.expr}) and on () (hour() >= 8 < 20) and on () (day_of_week() > 0 < 6)"
    # A test begins at the epoch, a Thursday at midnight: nine o'clock is 540 samples later.
    requests = series("http_requests_total{" + ORCHESTRATOR.selector + "}")
    yield alert(
        "OrchestratorThroughputLow",
        expr,
        below=500,
        severity=MEDIUM,
        wait="15m",
        unit="reqps",
        symptom="traffic",
        summary="The orchestrator gets few requests for the hour",
        description="{value} requests per second arrive, below {limit}, though it is a working day between 8 and 20 o'clock UTC.",
        runbook=runbooks.TRAFFIC,
        panel=(EXECUTIVE, "error-rate"),
        variables={"environment": "production"},
        tests=[
            fires({requests: f"0+{100 * 60}x700"}, at="9h30m"),
            quiet({requests: f"0+{600 * 60}x700"}, at="9h30m"),
            quiet({requests: f"0+{100 * 60}x700"}, at="2h"),
        ],
    )


def dependencies() -> Iterator[AlertRule]:
    """Probes of what the orchestrator needs. Database and Redis are critical, providers can be replaced."""
    for name, match, severity, wait in (
        ("CriticalDependencyDown", "database|redis", CRITICAL, "1m"),
        ("DependencyDown", "llm-provider|search-api", MEDIUM, "5m"),
    ):
        probe = f"""probe_success{selector('system="orchestrator"', PRODUCTION, dependency=f"=~{match}")}"""
        yield alert(
            f"Orchestrator{name}",
            f"min by (dependency) ({probe})",
            below=1,
            severity=severity,
            wait=wait,
            symptom="dependency",
            summary="Orchestrator: [dependency] cannot be reached",
            description=f"Probes of [dependency] have failed for {wait}.",
            runbook=runbooks.DATABASE if severity is CRITICAL else runbooks.DEPENDENCY,
            panel=(OPERATIONS, "dependencies"),
            tests=[fires({series(probe): "0x60"}), quiet({series(probe): "1x60"})],
        )


def scaling() -> Iterator[AlertRule]:
    """When to grow: the guide's triggers for replicas, larger pods and disks. Nobody is woken for them."""
    cpu, limit = (
        f"sum({text})"
        for text in (
            f"rate(container_cpu_usage_seconds_total{NAMESPACE}[5m])",
            f"kube_pod_container_resource_limits{NAMESPACE(resource='cpu')}",
        )
    )
    memory = f"sum(container_memory_working_set_bytes{NAMESPACE})"
    memory_limit = f"sum(kube_pod_container_resource_limits{NAMESPACE(resource='memory')})"
    one = {"namespace": "orchestrator", "container": "c", "pod": "p", "environment": "production"}

    def at(counter: bool, share: float) -> dict[str, str]:
        used, kind = (
            ("container_cpu_usage_seconds_total", "cpu")
            if counter
            else ("container_memory_working_set_bytes", "memory")
        )
        values = f"0+{share * 6000:g}x60" if counter else f"{share * 100:g}x60"
        return {
            with_labels(used, one): values,
            with_labels("kube_pod_container_resource_limits", {**one, "resource": kind}): "100x60",
        }

    yield alert(
        "OrchestratorScaleOut",
        f"{cpu} / {limit}",
        above=0.7,
        severity=LOW,
        wait="10m",
        unit="percentunit",
        symptom="capacity",
        summary="The orchestrator needs more replicas",
        description="Its pods use {value} of their CPU, more than {limit}.",
        runbook=runbooks.SATURATION,
        panel=(EXECUTIVE, "scaling"),
        tests=[fires(at(True, 0.8)), quiet(at(True, 0.6))],
    )
    yield alert(
        "OrchestratorScaleUp",
        f"{memory} / {memory_limit}",
        above=0.8,
        severity=LOW,
        wait="5m",
        unit="percentunit",
        symptom="capacity",
        summary="The orchestrator needs more memory",
        description="Its pods use {value} of their memory, more than {limit}.",
        runbook=runbooks.SATURATION,
        panel=(EXECUTIVE, "scaling"),
        tests=[fires(at(False, 0.9)), quiet(at(False, 0.7))],
    )
    volume = selector('namespace="orchestrator"', PRODUCTION)
    used = f"kubelet_volume_stats_used_bytes{volume}"
    size = f"kubelet_volume_stats_capacity_bytes{volume}"
    yield alert(
        "OrchestratorStorageGrow",
        f"max by (persistentvolumeclaim) ({used} / {size})",
        above=0.85,
        severity=LOW,
        wait="15m",
        unit="percentunit",
        symptom="capacity",
        summary="A volume of the orchestrator fills up",
        description="[persistentvolumeclaim] is {value} full, more than {limit}.",
        runbook=runbooks.DISK,
        panel=("kubernetes-cluster", "volumes"),
        tests=[
            fires(
                {series(used, persistentvolumeclaim="v"): "90x60", series(size, persistentvolumeclaim="v"): "100x60"}
            ),
            quiet(
                {series(used, persistentvolumeclaim="v"): "80x60", series(size, persistentvolumeclaim="v"): "100x60"}
            ),
        ],
    )


groups = [
    rule_group(
        "orchestrator-objectives", "orchestrator", objectives(ORCHESTRATOR, (EXECUTIVE, "budget")), interval="30s"
    ),
    rule_group(
        "orchestrator-service",
        "orchestrator",
        service_levels(),
        peak_hours(),
        down(ORCHESTRATOR, (OPERATIONS, "health"), [("orchestrator", "orchestrator")], wait="1m"),
    ),
    rule_group("orchestrator-dependencies", "orchestrator", dependencies(), database_down(ORCHESTRATOR)),
    rule_group("orchestrator-capacity", "orchestrator", scaling(), pod_resources(ORCHESTRATOR)),
]
