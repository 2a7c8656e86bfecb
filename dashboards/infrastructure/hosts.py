"""All hosts, from the node exporter: utilisation, saturation, errors."""

from __future__ import annotations

from dashkit.authoring import grid, override, prometheus, query_variable, row, stat, table, thresholds, timeseries

from ..shared import hosts
from ..shared.page import page
from ..shared.systems import ENVIRONMENT

CHOSEN = ENVIRONMENT(system="=~$system", instance="=~$instance")
WINDOW = "$__rate_interval"
FILES = CHOSEN(fstype="!~tmpfs|overlay|squashfs")

now = row(
    "Now",
    grid(
        6,
        stat(
            "Hosts",
            prometheus(f"count(node_uname_info{CHOSEN})", instant=True),
            decimals=0,
            description="Hosts that report. Good: as many as there should be.",
        ),
        stat(
            "Busiest, CPU",
            prometheus(f"max({hosts.busy(CHOSEN)})"),
            unit="percentunit",
            decimals=0,
            thresholds=hosts.USE.thresholds(),
            description="CPU of the busiest host. Good: below 80 %.",
        ),
        stat(
            "Fullest, memory",
            prometheus(f"max({hosts.memory_used(CHOSEN)})"),
            unit="percentunit",
            decimals=0,
            thresholds=hosts.USE.thresholds(),
            description="Memory that is not available, on the fullest host. Good: below 80 %.",
        ),
        stat(
            "Fullest disk",
            prometheus(f"max({hosts.disk_used(CHOSEN)})"),
            unit="percentunit",
            decimals=0,
            thresholds=hosts.SPACE.thresholds(),
            description="Used share of the fullest file system. Good: below 85 %.",
        ),
        stat(
            "Read-only file systems",
            prometheus(f"sum(node_filesystem_readonly{FILES})", instant=True),
            decimals=0,
            thresholds=thresholds("green", (1, "red")),
            description="File systems that went read-only, as after a disk error. Good: none.",
        ),
        stat(
            "Network errors",
            prometheus(
                f"sum(increase(node_network_receive_errs_total{CHOSEN}[1h]))"
                f" + sum(increase(node_network_transmit_errs_total{CHOSEN}[1h]))"
            ),
            decimals=0,
            thresholds=thresholds("green", (1, "orange"), (100, "red")),
            description="Errors on network devices within the last hour. Good: none.",
        ),
    ),
)

utilisation = row(
    "Utilisation",
    grid(
        2,
        hosts.cpu_panel(CHOSEN, key="cpu"),
        hosts.memory_panel(CHOSEN, key="memory"),
        hosts.space_panel(CHOSEN, key="space"),
        timeseries(
            "Disk space a day ahead",
            prometheus(
                f"""min by (instance, mountpoint) (predict_linear(node_filesystem_avail_bytes{FILES}[6h], 24 * 3600)
                / node_filesystem_size_bytes{FILES})""",
                "{{instance}} {{mountpoint}}",
            ),
            unit="percentunit",
            min=None,
            max=1,
            thresholds=thresholds("red", (0, "orange"), (0.1, "transparent")),
            description="Free share in a day, on a line through the last six hours. Good: above 10 %; below 0 it is full.",
        ),
    ),
)

saturation = row(
    "Saturation and transfer",
    grid(
        2,
        timeseries(
            "Load per core",
            prometheus(
                f"""node_load1{CHOSEN}
                / on (instance) count by (instance) (node_cpu_seconds_total{CHOSEN(mode="idle")})""",
                "{{instance}}",
            ),
            thresholds=thresholds("transparent", (1, "orange"), (2, "red")),
            description="Runnable processes per core. Good: below 1; above it they wait for a core.",
        ),
        timeseries(
            "Major page faults",
            prometheus(f"sum by (instance) (rate(node_vmstat_pgmajfault{CHOSEN}[{WINDOW}]))", "{{instance}}"),
            unit="ops",
            description="Pages read back from disk. Good: near zero; a rise under little free memory is thrashing.",
        ),
        hosts.network_panel(CHOSEN),
        hosts.disk_panel(CHOSEN),
        hosts.disk_time_panel(CHOSEN),
        timeseries(
            "Disk operations",
            prometheus(
                f"sum by (instance) (rate(node_disk_reads_completed_total{CHOSEN}[{WINDOW}]))", "{{instance}} reads"
            ),
            prometheus(
                f"sum by (instance) (rate(node_disk_writes_completed_total{CHOSEN}[{WINDOW}]))",
                "{{instance}} writes",
            ),
            unit="iops",
            description="Reads and writes per second. Good: below what the disk is made for.",
        ),
    ),
    collapsed=True,
)

detail = row(
    "Detail",
    grid(
        2,
        timeseries(
            "CPU by mode",
            prometheus(
                f"""sum by (mode) (rate(node_cpu_seconds_total{CHOSEN(mode="!=idle")}[{WINDOW}]))
                / on () group_left () count(node_cpu_seconds_total{CHOSEN(mode="idle")})""",
                "{{mode}}",
            ),
            unit="percentunit",
            stack=True,
            description="Share of all cores by what they do. iowait is waiting for disks, steal what the hypervisor took.",
        ),
        hosts.memory_parts_panel(CHOSEN),
    ),
    table(
        "Hosts",
        prometheus(f"node_uname_info{CHOSEN}", format="table", instant=True, ref="Info"),
        prometheus(f"time() - node_boot_time_seconds{CHOSEN}", format="table", instant=True, ref="Up"),
        rename={"instance": "Host", "system": "System", "release": "Kernel", "Value #Up": "Up for"},
        hide=[
            "__name__",
            "job",
            "domainname",
            "machine",
            "nodename",
            "sysname",
            "version",
            "environment",
            "Value #Info",
        ],
        order=["instance", "system", "release", "Value #Up"],
        overrides=[override("Up for", unit="s")],
        sort_by="Up for",
        descending=False,
        description="Kernel and time since the last start, youngest first.",
    ),
    timeseries(
        "Inodes in use",
        prometheus(
            f"max by (instance, mountpoint) (1 - node_filesystem_files_free{FILES} / node_filesystem_files{FILES})",
            "{{instance}} {{mountpoint}}",
        ),
        unit="percentunit",
        max=1,
        width=24,
        thresholds=hosts.SPACE.thresholds(line=True),
        description="A disk with space left is full all the same once it has no inodes. Good: below 85 %.",
    ),
    collapsed=True,
)

dashboard = page(
    "Hosts",
    uid="hosts",
    description="CPU, memory, disks and network of all hosts.",
    tags=["infrastructure", "hosts", "kubernetes", "freeagentics"],
    metric="node_uname_info",
    variables=[
        query_variable(
            "system", 'label_values(node_uname_info{environment="$environment"}, system)', multi=True, include_all=True
        ),
        query_variable(
            "instance",
            'label_values(node_uname_info{environment="$environment", system=~"$system"}, instance)',
            label="Host",
            multi=True,
            include_all=True,
        ),
    ],
    panels=[now, utilisation, saturation, detail],
)
