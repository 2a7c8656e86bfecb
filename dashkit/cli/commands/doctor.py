"""``dashkit doctor``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dashkit.cli import options
from dashkit.cli.doctor_alert import alert, routing
from dashkit.cli.invocation import Invocation
from dashkit.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from dashkit.app.doctor import CheckUp


@click.group(
    invoke_without_command=True,
    short_help="Check Grafana, Prometheus, Alertmanager and what is between them.",
    epilog="""\b
Examples:
  dashkit doctor -c prod                          the context's Grafana, its datasources, dashboards and logs
  dashkit doctor --prometheus http://localhost:9090 --alertmanager http://localhost:9093
  dashkit doctor -c prod --format junit > doctor.xml
  dashkit doctor -c prod -q --metrics-file /var/lib/node_exporter/doctor.prom       for cron
""",
)
@options.context
@click.option(
    "--prometheus", default="", metavar="URL", callback=options.filled,
    help="Also check this Prometheus. DASHKIT_PROMETHEUS_TOKEN holds its token.",
)  # fmt: skip
@click.option(
    "--alertmanager", default="", metavar="URL", callback=options.filled,
    help="Also check this Alertmanager. DASHKIT_ALERTMANAGER_TOKEN holds its token.",
)  # fmt: skip
@click.option(
    "--metrics-file", type=click.Path(path_type=Path), metavar="FILE", help="Write metrics of this run for Prometheus."
)
@options.common("text", "json", "junit")
def command(invocation: Invocation, **given: Any) -> int:
    """Check the whole stack, and say what was seen and what mends it. Nothing is changed.

    A part that cannot be reached is one failed row, and the others are checked all the same. The exit code is 1 if something
    failed; warnings do not count. -q prints only failures and warnings.
    """
    if click.get_current_context().invoked_subcommand:
        if any(given.values()) or not invocation.text:
            raise UsageError("options go after the command", hint="dashkit doctor COMMAND --help lists them")
        return ExitCode.OK
    from dashkit.app import doctor
    from dashkit.doctor.row import State

    result = doctor.check_up(doctor.Request(**given), invocation.ports)
    invocation.notify((), result.notes if invocation.text else ())
    _show(result, invocation)
    return ExitCode.FOUND if result.count(State.FAILED) else ExitCode.OK


def _show(result: CheckUp, invocation: Invocation) -> None:
    from dashkit.report.doctor import junit, rows_data, rows_text

    console = invocation.console
    if invocation.json:
        console.json({"context": result.context, **rows_data(result.rows), "notes": result.notes})
    elif invocation.text:
        console.lines(rows_text(result.rows, console.out_style, quiet=invocation.quiet))
    else:
        console.out(junit(result.rows).rstrip())


command.add_command(alert)
command.add_command(routing)
