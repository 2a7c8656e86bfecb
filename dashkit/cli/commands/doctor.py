"""``dashkit doctor``."""

from __future__ import annotations

import click

from dashkit.cli import doctor_alert


@click.group(short_help="Check Grafana, Prometheus, Alertmanager and what is between them.")
def command() -> None:
    """Check the whole stack."""


command.add_command(doctor_alert.alert)
command.add_command(doctor_alert.routing)
