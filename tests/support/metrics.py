"""A day of made-up metrics of the watched systems, as OpenMetrics text for `promtool tsdb create-blocks-from`."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

Curve = Callable[[float], float]
"""Seconds since the epoch to a rate per second (of a counter) or a value (of a gauge)."""

STEP = 30
DAY = 86_400


@dataclass(frozen=True)
class Series:
    """One metric with its labels; a histogram is written as its buckets, sum and count."""

    name: str
    kind: str
    labels: dict[str, str]
    curve: Curve
    #: Of a histogram: the median of its observations.
    median: float = 0.0
    buckets: tuple[float, ...] = ()


def wave(base: float, swing: float = 0.3, hour: float = 14.0, noise: float = 0.05) -> Curve:
    """The usual day: highest around ``hour``, with a repeatable noise."""

    def value(t: float) -> float:
        daily = math.cos((t / 3600 - hour) / 24 * 2 * math.pi)
        jitter = math.sin(t / 97) + math.sin(t / 31.7) + math.sin(t / 211)
        return max(0.0, base * (1 + swing * daily + noise * jitter / 3))

    return value


def steady(value: float) -> Curve:
    return lambda _t: value


_HTTP = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0)
_INFERENCE = (0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 2.0)
_CONFIDENCE = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


def _http(job: str, service: str, instance: str, rate: float, errors: float, median: float) -> Iterator[Series]:
    common = {"job": job, "service": service, "instance": instance}
    for status, share in (("200", 1 - errors), ("500", errors)):
        labels = {**common, "method": "GET", "endpoint": "/api", "status": status}
        yield Series("http_requests", "counter", labels, wave(rate * share))
    labels = {**common, "method": "GET", "endpoint": "/api"}
    yield Series("http_request_duration_seconds", "histogram", labels, wave(rate), median, _HTTP)
    yield Series("up", "gauge", common, steady(1))


def _orchestrator() -> Iterator[Series]:
    job = {"job": "orchestrator", "instance": "orchestrator-0:9000"}
    yield from _http("orchestrator", "orchestrator", "orchestrator-0:9000", 720, 0.0006, 0.22)
    for tool, rate, bad in (
        ("web_search", 40, 0.004),
        ("code_run", 22, 0.006),
        ("file_read", 30, 0.001),
        ("sql", 9, 0.01),
    ):
        for status, share in (("success", 1 - bad), ("error", bad)):
            yield Series("tool_executions", "counter", {**job, "tool_name": tool, "status": status}, wave(rate * share))
    for outcome, rate in (("correct", 17), ("wrong", 3.2)):
        yield Series("speculation_attempts", "counter", {**job, "outcome": outcome}, wave(rate))
    for service, used in (("openai", 0.71), ("search", 0.43), ("github", 0.86)):
        yield Series("rate_limit_utilization", "gauge", {**job, "service": service}, wave(used, 0.1))
    yield Series("active_connections", "gauge", job, wave(58))
    yield Series("connection_pool_size", "gauge", job, steady(100))
    for number in range(2):
        pod = {
            "namespace": "orchestrator",
            "pod": f"orchestrator-{number}",
            "container": "app",
            "instance": f"node-{number}",
        }
        yield Series("container_cpu_usage_seconds", "counter", pod, wave(1.4 + number / 3))
        yield Series("container_memory_working_set_bytes", "gauge", pod, wave(1.6e9, 0.1))


def _shop() -> Iterator[Series]:
    services = (
        ("api-gateway", 2, 420, 0.0006, 0.018),
        ("auth-service", 2, 160, 0.003, 0.035),
        ("business-logic", 2, 210, 0.006, 0.07),
        ("data-processor", 1, 95, 0.002, 0.05),
    )
    for service, instances, rate, errors, median in services:
        for number in range(instances):
            yield from _http(service, service, f"{service}-{number}:8080", rate / instances, errors, median)


def _nodes() -> Iterator[Series]:
    for number in range(2):
        node = {"job": "node", "instance": f"node-{number}:9100"}
        yield Series("node_uname_info", "gauge", {**node, "nodename": f"node-{number}", "release": "6.1"}, steady(1))
        for mode, share in (("idle", 0.55 - number * 0.1), ("user", 0.33 + number * 0.1), ("system", 0.12)):
            for cpu in range(2):
                yield Series("node_cpu_seconds", "counter", {**node, "cpu": str(cpu), "mode": mode}, wave(share, 0.1))
        yield Series("node_memory_MemTotal_bytes", "gauge", node, steady(34e9))
        yield Series("node_memory_MemAvailable_bytes", "gauge", node, wave(15e9, 0.2))
        for mount, size, free in (("/", 210e9, 92e9), ("/var/lib", 800e9, 96e9)):
            labels = {**node, "device": "/dev/vda", "fstype": "ext4", "mountpoint": mount}
            yield Series("node_filesystem_size_bytes", "gauge", labels, steady(size))
            yield Series("node_filesystem_avail_bytes", "gauge", labels, wave(free, 0.02))
        network = {**node, "device": "eth0"}
        yield Series("node_network_receive_bytes", "counter", network, wave(42e6))
        yield Series("node_network_transmit_bytes", "counter", network, wave(31e6))
        disk = {**node, "device": "vda"}
        yield Series("node_disk_read_bytes", "counter", disk, wave(4e6, noise=0.3))
        yield Series("node_disk_written_bytes", "counter", disk, wave(11e6, noise=0.3))
        yield Series("node_disk_io_time_seconds", "counter", disk, wave(0.24))


def _pods() -> Iterator[Series]:
    for number, name in enumerate(("api-gateway-0", "api-gateway-1", "auth-0", "logic-0", "processor-0", "postgres-0")):
        pod = {"namespace": "production", "pod": name}
        yield Series("kube_pod_info", "gauge", {**pod, "node": f"node-{number % 2}"}, steady(1))
        phases = {"Running": 1.0, "Pending": 0.0, "Failed": 0.0, "Succeeded": 0.0, "Unknown": 0.0}
        for phase, value in phases.items():
            yield Series("kube_pod_status_phase", "gauge", {**pod, "phase": phase}, steady(value))
        container = {**pod, "container": "app"}
        # One pod restarts a few times a day.
        yield Series(
            "kube_pod_container_status_restarts", "counter", container, steady(4 / DAY * 6 if number == 3 else 0.0)
        )
        usage = {**container, "instance": f"node-{number % 2}"}
        yield Series("container_cpu_usage_seconds", "counter", usage, wave(0.2 + number * 0.13))
        yield Series("container_memory_working_set_bytes", "gauge", usage, wave(3e8 + number * 2.4e8, 0.1))
    for namespace, name in (("production", "api-gateway"), ("orchestrator", "orchestrator")):
        labels = {"namespace": namespace, "deployment": name}
        yield Series("kube_deployment_status_observed_generation", "gauge", labels, lambda t: float(int(t // 9000)))


def _inquiry() -> Iterator[Series]:
    job = {"job": "inquiry-pipeline", "instance": "inquiry-0:8000"}
    models = {
        "category_classifier": {"billing": 0.93, "technical": 0.89, "sales": 0.87, "other": 0.83},
        "sentiment_analyzer": {"positive": 0.92, "neutral": 0.86, "negative": 0.9},
        "urgency_detector": {"low": 0.94, "normal": 0.9, "high": 0.81},
    }
    for number, (model, categories) in enumerate(models.items()):
        labels = {**job, "model_name": model}
        yield Series("model_predictions", "counter", labels, wave(2.1))
        yield Series("model_version_info", "gauge", {**labels, "version": "1.4"}, steady(1))
        for name, median, buckets in (
            ("model_inference_duration_seconds", 0.09 + number * 0.05, _INFERENCE),
            ("model_prediction_confidence", 0.82 - number * 0.03, _CONFIDENCE),
        ):
            yield Series(name, "histogram", labels, wave(2.1), median, buckets)
        for category, value in categories.items():
            yield Series(
                "model_accuracy_score", "gauge", {**labels, "category": category}, wave(value, 0.01, noise=0.01)
            )


def _synthdata() -> Iterator[Series]:
    job = {"job": "synthdata", "instance": "synthdata-0:8000"}
    # The name ends in _total, the value is a gauge: so the guide has it.
    yield Series("synthdata_active_users_total", "gauge", job, wave(340))
    yield Series("synthdata_data_processed_bytes", "counter", job, wave(7.4e6))
    yield Series("synthdata_revenue_generated", "counter", job, wave(0.021))
    yield Series("synthdata_generation", "counter", job, wave(3.1))
    yield Series("synthdata_generation_success", "counter", job, wave(3.1 * 0.994))
    for number, customer in enumerate(("acme", "globex", "initech", "umbrella", "hooli")):
        yield Series(
            "synthdata_api_requests",
            "counter",
            {**job, "customer_id": customer},
            wave(9 / (number + 1), hour=10 + number),
        )


def all_series() -> list[Series]:
    """The series of all systems."""
    return [*_orchestrator(), *_shop(), *_nodes(), *_pods(), *_inquiry(), *_synthdata()]


def openmetrics(end: float, hours: float = 31.0) -> Iterator[str]:
    """Lines of the text format: each family with its type, all its series, samples in order of time."""
    families: dict[str, list[Series]] = {}
    for series in all_series():
        families.setdefault(series.name, []).append(series)
    times = [int(end - hours * 3600) // STEP * STEP + STEP * i for i in range(int(hours * 3600 / STEP) + 1)]
    times = [t for t in times if t <= end]
    for name, members in sorted(families.items()):
        yield f"# TYPE {name} {members[0].kind}\n"
        for series in members:
            yield from _samples(series, times)
    yield "# EOF\n"


def _samples(series: Series, times: list[int]) -> Iterator[str]:
    labels = ",".join(f'{key}="{value}"' for key, value in sorted(series.labels.items()))
    if series.kind == "gauge":
        for t in times:
            yield f"{series.name}{{{labels}}} {series.curve(t):.6g} {t}\n"
        return
    totals, total = [], 1000.0
    for t in times:
        total += series.curve(t) * STEP
        totals.append(total)
    if series.kind == "counter":
        for t, value in zip(times, totals, strict=True):
            yield f"{series.name}_total{{{labels}}} {value:.10g} {t}\n"
        return
    # A log-normal distribution around the median: share below each bound.
    for bound in series.buckets:
        share = 0.5 * (1 + math.erf(math.log(bound / series.median) / (0.62 * math.sqrt(2))))
        share = 1.0 if bound >= 1 and series.buckets[-1] == 1.0 else share
        for t, value in zip(times, totals, strict=True):
            yield f'{series.name}_bucket{{{labels},le="{bound}"}} {value * share:.10g} {t}\n'
    for t, value in zip(times, totals, strict=True):
        yield f'{series.name}_bucket{{{labels},le="+Inf"}} {value:.10g} {t}\n'
    for t, value in zip(times, totals, strict=True):
        yield f"{series.name}_sum{{{labels}}} {value * series.median:.10g} {t}\n"
    for t, value in zip(times, totals, strict=True):
        yield f"{series.name}_count{{{labels}}} {value:.10g} {t}\n"
