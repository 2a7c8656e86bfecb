"""Panels of pods and containers, from cAdvisor and kube-state-metrics."""

from __future__ import annotations

from typing import Any

from dashkit.authoring import Limit, Panel, Selector, override, prometheus, stat, thresholds, timeseries, top

WINDOW = "$__rate_interval"
OF_LIMIT = Limit(target=0.8, warning=0.8, critical=0.9)

PHASES = [
    override("Failed", color="red"),
    override("Pending", color="orange"),
    override("Running", color="green"),
    override("Succeeded", color="blue"),
    override("Unknown", color="purple"),
]


def containers(pods: Selector) -> Selector:
    """The selector of real containers: without a pod's own sum, which has no container, and its pause container."""
    return pods('container!=""', container="!=POD")


def cpu(pods: Selector, by: str = "pod") -> str:
    """Cores in use."""
    return f"sum by ({by}) (rate(container_cpu_usage_seconds_total{containers(pods)}[{WINDOW}]))"


def memory(pods: Selector, by: str = "pod") -> str:
    """Working set: what the out-of-memory killer looks at."""
    return f"sum by ({by}) (container_memory_working_set_bytes{containers(pods)})"


def busiest(pods: Selector, by: str = "pod") -> str:
    """The ten that used the most CPU over the time shown."""
    over = f"sum by ({by}) (rate(container_cpu_usage_seconds_total{containers(pods)}[$__range] @ end()))"
    return top(10, cpu(pods, by), over)


def largest(pods: Selector, by: str = "pod") -> str:
    """The ten that had the most memory over the time shown."""
    over = f"sum by ({by}) (avg_over_time(container_memory_working_set_bytes{containers(pods)}[$__range] @ end()))"
    return top(10, memory(pods, by), over)


def memory_of_limit(pods: Selector, by: str = "pod") -> str:
    """Memory as a share of the limit; containers without a limit, whose limit reads 0, are left out."""
    where = containers(pods)
    ratio = f"container_memory_working_set_bytes{where} / (container_spec_memory_limit_bytes{where} > 0)"
    return f"max by ({by}) ({ratio})"


def throttled(pods: Selector, by: str = "pod") -> str:
    """Share of scheduler periods in which the CPU limit stopped a container."""
    where = containers(pods)
    stopped, periods = (
        f"sum by ({by}) (rate(container_cpu_cfs_{kind}_total{where}[{WINDOW}]))"
        for kind in ("throttled_periods", "periods")
    )
    return f"{stopped} / {periods}"


def cpu_panel(pods: Selector, **panel: Any) -> Panel:
    text = "Cores by pod, the ten busiest. Good: even across the pods of a service."
    options = {
        "unit": "cores",
        "stack": True,
        "description": text,
        "legend": "table-right",
        "calcs": ["lastNotNull", "max"],
    }
    return timeseries("CPU by pod", prometheus(busiest(pods), "{{pod}}"), **{**options, **panel})


def memory_panel(pods: Selector, **panel: Any) -> Panel:
    text = "Working set by pod, the ten largest. Good: flat; a slow climb is a leak."
    options = {
        "unit": "bytes",
        "stack": True,
        "description": text,
        "legend": "table-right",
        "calcs": ["lastNotNull", "max"],
    }
    return timeseries("Memory by pod", prometheus(largest(pods), "{{pod}}"), **{**options, **panel})


def memory_limit_panel(pods: Selector, **panel: Any) -> Panel:
    text = "Working set as a share of the limit. Good: below 80 %; at 100 % the container is killed."
    options = {
        "unit": "percentunit",
        "thresholds": OF_LIMIT.thresholds(line=True),
        "description": text,
        "max": 1,
    }
    return timeseries("Memory of the limit", prometheus(memory_of_limit(pods), "{{pod}}"), **{**options, **panel})


def throttling_panel(pods: Selector, **panel: Any) -> Panel:
    text = "Share of periods in which the CPU limit stopped a pod. Good: below 5 %; above it requests wait for nothing."
    options = {
        "unit": "percentunit",
        "thresholds": thresholds("transparent", (0.05, "orange"), (0.25, "red")),
        "description": text,
    }
    return timeseries("CPU throttling", prometheus(throttled(pods), "{{pod}}"), **{**options, **panel})


def network_panel(pods: Selector, **panel: Any) -> Panel:
    """Network counters belong to the pod: they have no container, so the pods are selected as they are."""
    received, sent = (
        f"sum by (pod) (rate(container_network_{kind}_bytes_total{pods}[{WINDOW}]))" for kind in ("receive", "transmit")
    )
    text = "Received above the line, sent below."
    return timeseries(
        "Network by pod",
        prometheus(received, "{{pod}} in"),
        prometheus(f"-{sent}", "{{pod}} out"),
        unit="Bps",
        min=None,
        **{"description": text, **panel},
    )


def phases_panel(pods: Selector, **panel: Any) -> Panel:
    text = "Good: all green; blue are jobs that ended well."
    options = {"stack": True, "decimals": 0, "overrides": PHASES, "description": text}
    query = prometheus(f"sum by (phase) (kube_pod_status_phase{pods})", "{{phase}}")
    return timeseries("Pods by phase", query, **{**options, **panel})


def restarts_panel(pods: Selector, **panel: Any) -> Panel:
    expr = f"sum by (pod) (increase(kube_pod_container_status_restarts_total{pods}[1h]))"
    text = "Container restarts within the hour before each point. Good: none; one now and then is an eviction or a deployment."
    options = {"description": text, "thresholds": thresholds("transparent", (3, "red")), "decimals": 0}
    return timeseries("Restarts", prometheus(expr, "{{pod}}"), **{**options, **panel})


def phase_count(title: str, pods: Selector, phase: str, *steps: tuple[float, str], **panel: Any) -> Panel:
    """How many pods are in a phase; 0 where none is."""
    query = prometheus(f"sum(kube_pod_status_phase{pods(phase=phase)})", instant=True)
    colours = {"thresholds": thresholds("green", *steps)} if steps else {}
    return stat(title, query, decimals=0, **{**colours, **panel})
