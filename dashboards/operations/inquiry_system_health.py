"""What the inquiry pipeline runs on: CPU, memory, disks, database connections, network."""

from __future__ import annotations

from dashkit.authoring import (
    Limit,
    bar_gauge,
    grid,
    latency_lines,
    pool,
    prometheus,
    row,
    selector,
    timeseries,
    total_rate,
)

from ..shared import hosts, pods
from ..shared.page import page
from ..shared.systems import ENVIRONMENT, INQUIRY

ALL = INQUIRY.selector
PODS = selector('namespace="inquiries-system"', ENVIRONMENT)
POOL = Limit(target=0.8, warning=0.8, critical=0.9)

services = row(
    "By service",
    grid(
        3,
        timeseries(
            "CPU by service",
            prometheus(total_rate(f"process_cpu_seconds_total{ALL}", "job"), "{{job}}"),
            unit="cores",
            stack=True,
            description="Cores that the processes of each service use. Good: follows the inquiries.",
        ),
        timeseries(
            "Memory by service",
            prometheus(f"sum by (job) (process_resident_memory_bytes{ALL})", "{{job}}"),
            unit="bytes",
            stack=True,
            description="Resident memory of the processes. Good: flat.",
        ),
        pool(
            "Database connections",
            f"sum(db_connections_active{ALL})",
            f"sum(db_connections_max{ALL})",
            limit=POOL,
            key="connections",
        ),
    ),
)

below = row(
    "Disks, network, queries",
    grid(
        3,
        bar_gauge(
            "Volumes",
            prometheus(
                f"""max by (persistentvolumeclaim)
                (kubelet_volume_stats_used_bytes{PODS} / kubelet_volume_stats_capacity_bytes{PODS})""",
                "{{persistentvolumeclaim}}",
                instant=True,
            ),
            unit="percentunit",
            decimals=0,
            max=1,
            thresholds=hosts.SPACE.thresholds(),
            description="Used share of the volumes. Good: below 85 %.",
        ),
        pods.network_panel(PODS),
        latency_lines(
            "Database queries",
            "db_query_duration_seconds",
            ALL,
            description="As the pipeline sees them. Good: p95 below 100 ms.",
            key="queries",
        ),
    ),
)

of_pods = row(
    "Pods",
    grid(
        2,
        pods.memory_limit_panel(PODS),
        pods.throttling_panel(PODS),
        pods.phases_panel(PODS),
        pods.restarts_panel(PODS),
    ),
    collapsed=True,
)

of_nodes = row(
    "Nodes",
    grid(
        2,
        hosts.cpu_panel(selector('system="kubernetes"', ENVIRONMENT)),
        hosts.space_panel(selector('system="kubernetes"', ENVIRONMENT)),
    ),
    collapsed=True,
)

dashboard = page(
    "Inquiry pipeline: system health",
    uid="inquiry-system-health",
    description="CPU, memory, disks, database connections and network below the inquiry pipeline.",
    tags=["operations", "inquiry"],
    system=INQUIRY,
    refresh="30s",
    drill=[
        ("Workloads", "kubernetes-workloads"),
        ("Service mesh", "istio-mesh"),
        ("PostgreSQL", "postgresql"),
        ("Argo CD", "argocd"),
    ],
    panels=[services, below, of_pods, of_nodes],
)
