"""Files of metrics for the textfile collector of Prometheus' node_exporter.

https://github.com/prometheus/node_exporter#textfile-collector
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping


def gauge(metric: str, meaning: str, samples: Iterable[tuple[Mapping[str, str], float]]) -> list[str]:
    """Return the lines of a gauge: what it means, and each value with its labels."""
    lines = [f"# HELP {metric} {meaning}", f"# TYPE {metric} gauge"]
    for labels, value in samples:
        inside = ",".join(f"{name}={_quoted(text)}" for name, text in labels.items())
        lines.append(f"{metric}{{{inside}}} {value:.15g}")
    return lines


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
