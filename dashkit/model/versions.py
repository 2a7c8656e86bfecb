"""Versions of Grafana, as dashkit.yaml and servers write them."""

from __future__ import annotations


def major(version: str) -> int:
    """Return the major version: ``10.1`` and ``10.1.2`` are 10."""
    return int(version.partition(".")[0])
