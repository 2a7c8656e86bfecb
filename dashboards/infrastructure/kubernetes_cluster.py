"""The cluster: nodes, what is requested and used, volumes."""

from __future__ import annotations

from dashkit.authoring import (
    bar_gauge,
    grid,
    mapping,
    override,
    prometheus,
    row,
    selector,
    stat,
    state_timeline,
    table,
    thresholds,
    timeseries,
)

from ..shared import hosts, pods
from ..shared.page import page
from ..shared.systems import ENVIRONMENT

ALL = ENVIRONMENT
NODES = selector('system="kubernetes"', ENVIRONMENT)


def condition(name: str, status: str = "true") -> str:
    return f"kube_node_status_condition{ALL(condition=name, status=status)}"


def requested(resource: str) -> str:
    """What containers asked for, as a share of what nodes can give."""
    asked = f"sum(kube_pod_container_resource_requests{ALL(resource=resource)})"
    return f"{asked} / sum(kube_node_status_allocatable{ALL(resource=resource)})"


REQUESTED = thresholds("green", (0.8, "orange"), (0.95, "red"))

now = row(
    "Now",
    grid(
        6,
        stat(
            "Nodes",
            prometheus(f"count(kube_node_info{ALL})", instant=True),
            decimals=0,
            description="Nodes of the cluster. Good: as many as there should be.",
        ),
        stat(
            "Nodes not ready",
            prometheus(f"sum({condition('Ready', 'false')}) + sum({condition('Ready', 'unknown')})", instant=True),
            decimals=0,
            thresholds=thresholds("green", (1, "red")),
            description="Nodes that take no pods. Good: none.",
        ),
        stat(
            "CPU requested",
            prometheus(requested("cpu")),
            unit="percentunit",
            decimals=0,
            thresholds=REQUESTED,
            description="Requests over what nodes can give. Good: below 80 %; at 100 % pods stay pending.",
        ),
        stat(
            "Memory requested",
            prometheus(requested("memory")),
            unit="percentunit",
            decimals=0,
            thresholds=REQUESTED,
            description="Requests over what nodes can give. Good: below 80 %; at 100 % pods stay pending.",
        ),
        stat(
            "Pods",
            prometheus(f"sum(kube_pod_status_phase{ALL(phase='Running')})", instant=True),
            decimals=0,
            description="Running pods of all namespaces.",
        ),
        stat(
            "Pods not running",
            prometheus(f"sum(kube_pod_status_phase{ALL(phase='=~Pending|Failed|Unknown')})", instant=True),
            decimals=0,
            thresholds=thresholds("green", (1, "orange"), (5, "red")),
            description="Pending, failed or unknown. Good: none for long.",
        ),
    ),
)

use = row(
    "By namespace and pod",
    grid(
        2,
        timeseries(
            "CPU by namespace",
            prometheus(pods.cpu(ALL, "namespace"), "{{namespace}}"),
            unit="cores",
            stack=True,
            description="Cores in use. Good: the usual curve of the day.",
        ),
        timeseries(
            "Memory by pod",
            prometheus(pods.largest(ALL, "namespace, pod"), "{{namespace}}/{{pod}}"),
            unit="bytes",
            legend="table-right",
            calcs=["lastNotNull"],
            description="Working set of the ten largest pods.",
        ),
        hosts.cpu_panel(NODES, key="node-cpu"),
        hosts.memory_panel(NODES),
    ),
)

health = row(
    "Health",
    state_timeline(
        "Nodes ready",
        prometheus(f"max by (node) ({condition('Ready')})", "{{node}}"),
        mappings=[mapping(0, "not ready", "red"), mapping(1, "ready", "green")],
        width=12,
        height=7,
        description="Whether each node takes pods. Good: all green.",
        key="nodes",
    ),
    timeseries(
        "Nodes under pressure",
        prometheus(f"sum({condition('MemoryPressure')})", "memory"),
        prometheus(f"sum({condition('DiskPressure')})", "disk"),
        decimals=0,
        width=12,
        height=7,
        description="Nodes that evict pods for want of memory or disk. Good: none.",
    ),
    bar_gauge(
        "Volumes",
        prometheus(
            f"""max by (namespace, persistentvolumeclaim) (kubelet_volume_stats_used_bytes{ALL}
            / kubelet_volume_stats_capacity_bytes{ALL})""",
            "{{namespace}}/{{persistentvolumeclaim}}",
            instant=True,
        ),
        unit="percentunit",
        max=1,
        decimals=0,
        thresholds=hosts.SPACE.thresholds(),
        description="Used share of each volume. Good: below 85 %.",
        key="volumes",
    ),
    bar_gauge(
        "Inodes of volumes",
        prometheus(
            f"""max by (namespace, persistentvolumeclaim) (kubelet_volume_stats_inodes_used{ALL}
            / kubelet_volume_stats_inodes{ALL})""",
            "{{namespace}}/{{persistentvolumeclaim}}",
            instant=True,
        ),
        unit="percentunit",
        max=1,
        decimals=0,
        thresholds=hosts.SPACE.thresholds(),
        description="A volume with space left is full all the same once it has no inodes. Good: below 85 %.",
    ),
    collapsed=True,
)

inventory = row(
    "Inventory",
    table(
        "Nodes",
        prometheus(
            f"max by (node, kubelet_version, os_image) (kube_node_info{ALL})",
            format="table",
            instant=True,
            ref="Info",
        ),
        prometheus(
            f"max by (node) (kube_node_status_allocatable{ALL(resource='pods')})",
            format="table",
            instant=True,
            ref="Pods",
        ),
        width=12,
        rename={"node": "Node", "kubelet_version": "Kubelet", "os_image": "System", "Value #Pods": "Room for pods"},
        hide=["Value #Info"],
        order=["node", "kubelet_version", "os_image", "Value #Pods"],
        description="Software and room of each node.",
    ),
    table(
        "Services and ingresses",
        prometheus(f"count by (namespace) (kube_service_info{ALL})", format="table", instant=True, ref="Services"),
        prometheus(f"count by (namespace) (kube_ingress_info{ALL})", format="table", instant=True, ref="Ingresses"),
        prometheus(
            f"sum by (namespace) (kube_persistentvolumeclaim_status_phase{ALL(phase='!=Bound')})",
            format="table",
            instant=True,
            ref="Unbound",
        ),
        width=12,
        decimals=0,
        rename={
            "namespace": "Namespace",
            "Value #Services": "Services",
            "Value #Ingresses": "Ingresses",
            "Value #Unbound": "Claims without a volume",
        },
        overrides=[override("Claims without a volume", thresholds=thresholds("text", (1, "red")), cell="color-text")],
        description="What each namespace offers. Good: every claim has its volume.",
    ),
    collapsed=True,
)

dashboard = page(
    "Kubernetes: cluster",
    uid="kubernetes-cluster",
    description="Nodes, requests, use and volumes of the cluster.",
    tags=["infrastructure", "kubernetes", "orchestrator", "shop", "synthdata", "inquiry"],
    metric="kube_node_info",
    drill=[("Workloads", "kubernetes-workloads"), ("Hosts", "hosts")],
    panels=[now, use, health, inventory],
)
