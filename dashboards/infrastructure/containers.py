"""Containers of a namespace, from cAdvisor: CPU, memory, network, disk, what the limits do."""

from __future__ import annotations

from dashkit.authoring import grid, prometheus, query_variable, row, stat, thresholds, timeseries

from ..shared import pods
from ..shared.page import page
from ..shared.systems import ENVIRONMENT

CHOSEN = ENVIRONMENT(namespace="=~$namespace", pod="=~$pod")
REAL = pods.containers(CHOSEN)
WINDOW = "$__rate_interval"

now = row(
    "Now",
    grid(
        4,
        stat(
            "CPU",
            prometheus(f"sum(rate(container_cpu_usage_seconds_total{REAL}[{WINDOW}]))"),
            unit="cores",
            decimals=2,
            sparkline=True,
            description="Cores that the chosen containers use together.",
        ),
        stat(
            "Memory",
            prometheus(f"sum(container_memory_working_set_bytes{REAL})"),
            unit="bytes",
            sparkline=True,
            description="Working set of the chosen containers together.",
        ),
        stat(
            "Nearest to its memory limit",
            prometheus(f"max({pods.memory_of_limit(CHOSEN)})"),
            unit="percentunit",
            decimals=0,
            thresholds=pods.OF_LIMIT.thresholds(),
            description="The container that is nearest to being killed. Good: below 80 %.",
        ),
        stat(
            "Killed for memory",
            prometheus(f"sum(increase(container_oom_events_total{REAL}[24h]))", instant=True),
            decimals=0,
            thresholds=thresholds("green", (1, "red")),
            description="Times the out-of-memory killer came within a day. Good: none.",
        ),
    ),
)

use = row(
    "Use and limits",
    grid(
        2,
        pods.cpu_panel(CHOSEN, key="cpu"),
        pods.throttling_panel(CHOSEN),
        pods.memory_panel(CHOSEN),
        pods.memory_limit_panel(CHOSEN, key="memory"),
    ),
)

detail = row(
    "Network, disk, memory by kind",
    grid(
        3,
        pods.network_panel(CHOSEN),
        timeseries(
            "Disk",
            prometheus(f"sum by (pod) (rate(container_fs_reads_bytes_total{REAL}[{WINDOW}]))", "{{pod}} read"),
            prometheus(f"-sum by (pod) (rate(container_fs_writes_bytes_total{REAL}[{WINDOW}]))", "{{pod}} written"),
            unit="Bps",
            min=None,
            description="Read above the line, written below.",
        ),
        timeseries(
            "Memory by kind",
            prometheus(f"sum(container_memory_rss{REAL})", "anonymous"),
            prometheus(f"sum(container_memory_cache{REAL})", "page cache"),
            unit="bytes",
            stack=True,
            description="Anonymous memory cannot be taken back, the page cache can.",
        ),
    ),
    collapsed=True,
)

dashboard = page(
    "Containers",
    uid="containers",
    description="CPU, memory, network and disk of containers, and what their limits do.",
    tags=["infrastructure", "kubernetes", "orchestrator", "shop", "synthdata", "inquiry"],
    metric="kube_pod_info",
    variables=[
        query_variable(
            "namespace",
            'label_values(container_memory_working_set_bytes{environment="$environment"}, namespace)',
            multi=True,
            include_all=True,
        ),
        query_variable(
            "pod",
            'label_values(container_memory_working_set_bytes{environment="$environment", namespace=~"$namespace"}, pod)',
            multi=True,
            include_all=True,
            all_value=".+",
        ),
    ],
    drill=[("Workloads", "kubernetes-workloads")],
    panels=[now, use, detail],
)
