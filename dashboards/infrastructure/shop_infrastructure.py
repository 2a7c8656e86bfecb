"""Nodes and pods below the shop: CPU, memory, network, disk, pod states."""

from __future__ import annotations

from dashkit.authoring import (
    bar_gauge,
    dashboard_link,
    datasource_variable,
    grid,
    override,
    prometheus,
    query_variable,
    row,
    stat,
    tag_links,
    thresholds,
    timeseries,
)
from dashkit.authoring import dashboard as new_dashboard

from ..shared.slo import Limit

NODE = 'instance=~"$instance"'
PODS = 'namespace=~"$namespace", container!="", container!="POD"'
DISK = f'{NODE}, device!~"loop.*|ram.*|sr.*"'
FILES = f'{NODE}, fstype!~"tmpfs|overlay|squashfs"'

USE = Limit(target=0.8, warning=0.8, critical=0.9)
SPACE = Limit(target=0.85, warning=0.85, critical=0.9)

busy = f'1 - avg by (instance) (rate(node_cpu_seconds_total{{{NODE}, mode="idle"}}[$__rate_interval]))'
memory_used = f"1 - node_memory_MemAvailable_bytes{{{NODE}}} / node_memory_MemTotal_bytes{{{NODE}}}"
disk_used = f"max by (instance, mountpoint) (1 - node_filesystem_avail_bytes{{{FILES}}} / node_filesystem_size_bytes{{{FILES}}})"


def pods(phase: str) -> str:
    """How many pods are in a phase; 0 where none is."""
    return f'sum(kube_pod_status_phase{{namespace=~"$namespace", phase="{phase}"}})'


now = row(
    "Now",
    grid(
        6,
        stat(
            "Busiest node, CPU",
            prometheus(f"max({busy})"),
            unit="percentunit",
            decimals=0,
            thresholds=USE.thresholds(),
            description="CPU of the busiest chosen node. Good: below 80 %.",
        ),
        stat(
            "Fullest node, memory",
            prometheus(f"max({memory_used})"),
            unit="percentunit",
            decimals=0,
            thresholds=USE.thresholds(),
            description="Memory that is not available, on the fullest node. Good: below 80 %.",
        ),
        stat(
            "Fullest disk",
            prometheus(f"max({disk_used})"),
            unit="percentunit",
            decimals=0,
            thresholds=SPACE.thresholds(),
            description="Used share of the fullest file system. Above 90 % someone is called.",
        ),
        stat(
            "Pods running", prometheus(pods("Running"), instant=True), decimals=0, description="Pods in phase Running."
        ),
        stat(
            "Pods pending",
            prometheus(pods("Pending"), instant=True),
            decimals=0,
            thresholds=thresholds("green", (1, "orange"), (5, "red")),
            description="Pods that wait for a node or an image. Good: none for long.",
        ),
        stat(
            "Pods failed",
            prometheus(pods("Failed"), instant=True),
            decimals=0,
            thresholds=thresholds("green", (1, "red")),
            description="Pods that ended with an error. Good: none.",
        ),
    ),
)

compute = row(
    "CPU and memory",
    grid(
        2,
        timeseries(
            "CPU by node",
            prometheus(busy, "{{instance}}"),
            unit="percentunit",
            maximum=1,
            thresholds=USE.thresholds(line=True),
            description="Share of time that is not idle. Lines: 80 % and 90 %.",
            key="node-cpu",
        ),
        timeseries(
            "CPU by pod",
            prometheus(
                f"topk(10, sum by (namespace, pod) (rate(container_cpu_usage_seconds_total{{{PODS}}}[$__rate_interval])))",
                "{{pod}}",
            ),
            unit="cores",
            legend="table-right",
            calcs=["lastNotNull", "max"],
            description="The ten busiest pods.",
        ),
        timeseries(
            "Memory: used and available",
            prometheus(f"sum(node_memory_MemTotal_bytes{{{NODE}}} - node_memory_MemAvailable_bytes{{{NODE}}})", "used"),
            prometheus(f"sum(node_memory_MemAvailable_bytes{{{NODE}}})", "available"),
            unit="bytes",
            stack=True,
            overrides=[override("used", color="orange"), override("available", color="green")],
            description="Of all chosen nodes together.",
        ),
        timeseries(
            "Memory by pod",
            prometheus(f"topk(10, sum by (namespace, pod) (container_memory_working_set_bytes{{{PODS}}}))", "{{pod}}"),
            unit="bytes",
            legend="table-right",
            calcs=["lastNotNull", "max"],
            description="Working set of the ten largest pods: what the kernel cannot take back.",
        ),
    ),
)

transfer = row(
    "Network and disk",
    grid(
        2,
        timeseries(
            "Network",
            prometheus(
                f'sum by (instance) (rate(node_network_receive_bytes_total{{{NODE}, device!~"lo|veth.*"}}[$__rate_interval]))',
                "{{instance}} in",
            ),
            prometheus(
                f'-sum by (instance) (rate(node_network_transmit_bytes_total{{{NODE}, device!~"lo|veth.*"}}[$__rate_interval]))',
                "{{instance}} out",
            ),
            unit="Bps",
            minimum=None,
            description="Received above, sent below the line.",
        ),
        timeseries(
            "Disk",
            prometheus(
                f"sum by (instance) (rate(node_disk_read_bytes_total{{{DISK}}}[$__rate_interval]))", "{{instance}} read"
            ),
            prometheus(
                f"-sum by (instance) (rate(node_disk_written_bytes_total{{{DISK}}}[$__rate_interval]))",
                "{{instance}} written",
            ),
            unit="Bps",
            minimum=None,
            description="Read above, written below the line.",
        ),
        timeseries(
            "Disk time in use",
            prometheus(
                f"max by (instance) (rate(node_disk_io_time_seconds_total{{{DISK}}}[$__rate_interval]))", "{{instance}}"
            ),
            unit="percentunit",
            maximum=1,
            description="Share of time with a request under way on the busiest disk. Good: below 80 %.",
        ),
        bar_gauge(
            "Disk space",
            prometheus(disk_used, "{{instance}} {{mountpoint}}", instant=True),
            unit="percentunit",
            decimals=0,
            maximum=1,
            thresholds=SPACE.thresholds(),
            description="Used share by file system. Lines of alarm: 85 % and 90 %.",
        ),
    ),
)

states = row(
    "Pods",
    timeseries(
        "Pods by phase",
        prometheus('sum by (phase) (kube_pod_status_phase{namespace=~"$namespace"})', "{{phase}}"),
        stack=True,
        decimals=0,
        width=12,
        overrides=[
            override("Failed", color="red"),
            override("Pending", color="orange"),
            override("Running", color="green"),
            override("Succeeded", color="blue"),
            override("Unknown", color="purple"),
        ],
        description="Good: all green; blue are jobs that ended well.",
    ),
    timeseries(
        "Restarts",
        prometheus(
            """sum by (namespace, pod) (increase(kube_pod_container_status_restarts_total{namespace=~"$namespace"}[1h])) > 0""",
            "{{pod}}",
        ),
        width=12,
        no_data="No restarts",
        description="Container restarts within the hour before each point. Good: nothing to see.",
    ),
)

dashboard = new_dashboard(
    "Shop: infrastructure",
    uid="shop-infrastructure",
    description="CPU, memory, network, disk and pods below the shop.",
    tags=["infrastructure", "shop"],
    time="3h",
    refresh="1m",
    variables=[
        datasource_variable(),
        query_variable(
            "instance", "label_values(node_uname_info, instance)", label="Node", multi=True, include_all=True
        ),
        query_variable("namespace", "label_values(kube_pod_info, namespace)", multi=True, include_all=True),
    ],
    links=[dashboard_link("Services", "shop-service-overview"), tag_links("Executive", "executive")],
    panels=[now, compute, transfer, states],
)
