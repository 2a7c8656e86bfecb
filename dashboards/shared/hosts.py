"""Panels of hosts, from the node exporter; by the USE method: utilisation, saturation, errors."""

from __future__ import annotations

from typing import Any

from dashkit.authoring import Limit, Panel, Selector, bar_gauge, override, prometheus, timeseries

USE = Limit(target=0.8, warning=0.8, critical=0.9)
SPACE = Limit(target=0.85, warning=0.85, critical=0.9)
WINDOW = "$__rate_interval"


def busy(selector: Selector, window: str = WINDOW) -> str:
    """Share of CPU time that is not idle, by host."""
    return f"1 - avg by (instance) (rate(node_cpu_seconds_total{selector(mode='idle')}[{window}]))"


def memory_used(selector: Selector) -> str:
    """Share of memory that no program could have, by host."""
    return f"1 - node_memory_MemAvailable_bytes{selector} / node_memory_MemTotal_bytes{selector}"


def disk_used(selector: Selector) -> str:
    """Used share of each file system that holds files. Free space is what a service may use: avail, not free."""
    where = selector(fstype="!~tmpfs|overlay|squashfs")
    return f"max by (instance, mountpoint) (1 - node_filesystem_avail_bytes{where} / node_filesystem_size_bytes{where})"


def cpu_panel(selector: Selector, **panel: Any) -> Panel:
    options = {
        "unit": "percentunit",
        "max": 1,
        "thresholds": USE.thresholds(line=True),
        "description": "Share of CPU time that is not idle. Good: below 80 %; lines at 80 % and 90 %.",
    }
    return timeseries("CPU by host", prometheus(busy(selector), "{{instance}}"), **{**options, **panel})


def memory_panel(selector: Selector, **panel: Any) -> Panel:
    options = {
        "unit": "percentunit",
        "max": 1,
        "thresholds": USE.thresholds(line=True),
        "description": "Share of memory that is not available. Good: below 80 %; what caches hold counts as available.",
    }
    return timeseries("Memory by host", prometheus(memory_used(selector), "{{instance}}"), **{**options, **panel})


def space_panel(selector: Selector, **panel: Any) -> Panel:
    options = {
        "unit": "percentunit",
        "decimals": 0,
        "max": 1,
        "thresholds": SPACE.thresholds(),
        "description": "Used share by file system. Good: below 85 %.",
    }
    query = prometheus(disk_used(selector), "{{instance}} {{mountpoint}}", instant=True)
    return bar_gauge("Disk space", query, **{**options, **panel})


def _both_ways(
    title: str, selector: Selector, counters: tuple[str, str], names: tuple[str, str], text: str, **panel: Any
) -> Panel:
    """One counter upwards and one downwards from the middle line."""
    up, down = (f"sum by (instance) (rate({counter}{selector}[{WINDOW}]))" for counter in counters)
    return timeseries(
        title,
        prometheus(up, f"{{{{instance}}}} {names[0]}"),
        prometheus(f"-{down}", f"{{{{instance}}}} {names[1]}"),
        unit="Bps",
        min=None,
        **{"description": text, **panel},
    )


def network_panel(selector: Selector, **panel: Any) -> Panel:
    where = selector(device="!~lo|veth.*|docker.*|cni.*")
    counters = ("node_network_receive_bytes_total", "node_network_transmit_bytes_total")
    text = "Received above the line, sent below. Good: well below the link's speed."
    return _both_ways("Network", where, counters, ("in", "out"), text, **panel)


def disk_panel(selector: Selector, **panel: Any) -> Panel:
    where = selector(device="!~loop.*|ram.*|sr.*")
    counters = ("node_disk_read_bytes_total", "node_disk_written_bytes_total")
    return _both_ways("Disk", where, counters, ("read", "written"), "Read above the line, written below.", **panel)


def disk_time_panel(selector: Selector, **panel: Any) -> Panel:
    where = selector(device="!~loop.*|ram.*|sr.*")
    expr = f"max by (instance) (rate(node_disk_io_time_seconds_total{where}[{WINDOW}]))"
    text = "Share of time with a request under way, on the busiest disk. Good: below 80 %."
    options = {"unit": "percentunit", "max": 1, "description": text, "thresholds": USE.thresholds(line=True)}
    return timeseries("Disk time in use", prometheus(expr, "{{instance}}"), **{**options, **panel})


def memory_parts_panel(selector: Selector, **panel: Any) -> Panel:
    """All chosen hosts together: what the memory is used for."""
    parts = {"buffers": "Buffers", "cached": "Cached", "free": "MemFree"}
    queries = [prometheus(f"sum(node_memory_{name}_bytes{selector})", label) for label, name in parts.items()]
    rest = " - ".join(f"sum(node_memory_{name}_bytes{selector})" for name in ("MemTotal", *parts.values()))
    return timeseries(
        "Memory by use",
        prometheus(rest, "programs"),
        *queries,
        unit="bytes",
        stack=True,
        overrides=[override("programs", color="orange"), override("free", color="green")],
        **{"description": "All chosen hosts together. Good: room in caches and free memory.", **panel},
    )
