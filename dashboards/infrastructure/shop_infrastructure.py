"""Below the shop: its pods, its processes, and the nodes they run on."""

from __future__ import annotations

from dashkit.authoring import grid, prometheus, query_variable, row, selector, stat, timeseries, total_rate

from ..shared import hosts, pods
from ..shared.page import page
from ..shared.systems import ENVIRONMENT, SHOP

NODES = selector('system="kubernetes"', ENVIRONMENT, instance="=~$instance")
PODS = selector('namespace="production"', ENVIRONMENT)
PROCESSES = SHOP.selector

now = row(
    "Now",
    grid(
        6,
        stat(
            "Busiest node, CPU",
            prometheus(f"max({hosts.busy(NODES)})"),
            unit="percentunit",
            decimals=0,
            thresholds=hosts.USE.thresholds(),
            description="CPU of the busiest chosen node. Good: below 80 %.",
        ),
        stat(
            "Fullest node, memory",
            prometheus(f"max({hosts.memory_used(NODES)})"),
            unit="percentunit",
            decimals=0,
            thresholds=hosts.USE.thresholds(),
            description="Memory that is not available, on the fullest node. Good: below 80 %.",
        ),
        stat(
            "Fullest disk",
            prometheus(f"max({hosts.disk_used(NODES)})"),
            unit="percentunit",
            decimals=0,
            thresholds=hosts.SPACE.thresholds(),
            description="Used share of the fullest file system. Good: below 85 %.",
        ),
        pods.phase_count(
            "Pods running", PODS, "Running", description="Pods in phase Running. Good: as many as deployed."
        ),
        pods.phase_count(
            "Pods pending",
            PODS,
            "Pending",
            (1, "orange"),
            (5, "red"),
            description="Pods that wait for a node or an image. Good: none for long.",
        ),
        pods.phase_count(
            "Pods failed", PODS, "Failed", (1, "red"), description="Pods that ended with an error. Good: none."
        ),
    ),
)

of_pods = row(
    "Pods",
    grid(2, pods.cpu_panel(PODS), pods.memory_panel(PODS), pods.phases_panel(PODS), pods.restarts_panel(PODS)),
)

of_nodes = row(
    "Nodes",
    grid(
        2,
        hosts.cpu_panel(NODES),
        hosts.memory_panel(NODES),
        hosts.network_panel(NODES),
        hosts.disk_panel(NODES),
        hosts.disk_time_panel(NODES),
        hosts.space_panel(NODES),
    ),
    collapsed=True,
)

processes = row(
    "Processes",
    grid(
        3,
        timeseries(
            "CPU by process",
            prometheus(total_rate(f"process_cpu_seconds_total{PROCESSES}", "service, instance"), "{{instance}}"),
            unit="cores",
            description="Cores that each process uses. Good: even among instances of a service.",
        ),
        timeseries(
            "Memory by process",
            prometheus(f"max by (service, instance) (process_resident_memory_bytes{PROCESSES})", "{{instance}}"),
            unit="bytes",
            description="Resident memory of each process. Good: below 1.5 GiB, and flat.",
            key="process-memory",
        ),
        timeseries(
            "File descriptors",
            prometheus(f"max by (service) (process_open_fds{PROCESSES} / process_max_fds{PROCESSES})", "{{service}}"),
            unit="percentunit",
            max=1,
            thresholds=hosts.USE.thresholds(line=True),
            description="Open descriptors as a share of those allowed. Good: below 80 %; a slow climb is a leak.",
        ),
    ),
    collapsed=True,
)

dashboard = page(
    "Shop: infrastructure",
    uid="shop-infrastructure",
    description="Pods, processes and nodes below the shop.",
    tags=["infrastructure", "shop"],
    system=SHOP,
    variables=[
        query_variable(
            "instance",
            'label_values(node_uname_info{system="kubernetes", environment="$environment"}, instance)',
            label="Node",
            multi=True,
            include_all=True,
        )
    ],
    drill=[("Kubernetes workloads", "kubernetes-workloads"), ("Hosts", "hosts"), ("PostgreSQL", "postgresql")],
    panels=[now, of_pods, of_nodes, processes],
)
