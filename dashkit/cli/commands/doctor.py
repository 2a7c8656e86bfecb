"""``dashkit doctor``."""

from __future__ import annotations

import click


@click.group(short_help="Check Grafana, Prometheus, Alertmanager and what is between them.")
def command() -> None:
    """Check the whole stack."""
