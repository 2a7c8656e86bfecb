"""``dashkit backup``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dashkit.cli import options
from dashkit.cli.invocation import Invocation
from dashkit.errors import ExitCode, worst

if TYPE_CHECKING:
    from dashkit.app.backup import Result


@click.command(
    short_help="Save everything on a server to one archive.",
    epilog="""\b
Examples:
  dashkit backup --context prod                         to backups/, or to the context's own location
  dashkit backup -c prod --output s3://bucket/grafana   to an object store (pip install s3fs)
  dashkit backup -c prod --output - | age -r KEY > prod.zip.age
  dashkit backup -c prod --kinds dashboards,folders --format tree --output grafana/     to keep in git
  dashkit backup -c prod -q --metrics-file /var/lib/node_exporter/dashkit.prom \\
      --forget --keep-daily 7 --keep-weekly 4 --keep-monthly 12                         for cron
""",
)
@options.context
@click.option(
    "-o", "--output", default="", metavar="DIR|URL|-",
    help="Where to write the archive; - is stdout.  [default: the context's setting, else backups/]",
)  # fmt: skip
@options.kinds("Save")
@options.several_values("--exclude", "KINDS", "Save all kinds except these. Repeatable.")
@click.option("--all-orgs", is_flag=True, help="Save every organisation of the server (needs a server admin).")
@click.option(
    "--history", type=click.IntRange(min=1), metavar="N", help="Also save the last N versions of each dashboard."
)
@click.option(
    "--since", default="", metavar="TIME", help="Skip older annotations: 2026-01-31, or 90d for the last 90 days."
)
@options.choice("--format", ("zip", "tree"), "Write one ZIP file, or a directory tree.", name="form")
@click.option(
    "--metrics-file", type=click.Path(path_type=Path), metavar="FILE", help="Write metrics of this run for Prometheus."
)
@click.option("--forget", is_flag=True, help="Then remove old archives of this context, like `dashkit forget`, with:")
@options.keep
@options.common()
def command(invocation: Invocation, **given: Any) -> int:
    """Save everything on a server to one archive, and print the archive's name.

    The archive is a ZIP with a JSON file for each object, and a manifest that proves it complete: it holds digests, and
    counts that are compared with the server's own. Secrets are not in it, because Grafana never reveals them; it only
    records which ones are set. The exit code is 5 if something could not be read, and the output says what.

    \b
    Kinds: organisations, users (both need the login of a server admin),
      service-accounts, teams, datasources, folders, folder-permissions,
      library-panels, dashboards, dashboard-versions (with --history),
      dashboard-permissions, public-dashboards, mute-timings, templates,
      contact-points, policies, alert-rules, annotations, playlists,
      snapshots, correlations, preferences
    """
    from dataclasses import fields

    from dashkit.app import backup
    from dashkit.app.forget import Keep
    from dashkit.cli.commands.forget import show_decisions, show_result

    keep = {field.name: given.pop(field.name) for field in fields(Keep)}
    prepared = backup.prepare(backup.Request(Keep(**keep), **given), invocation.ports)
    invocation.notify(prepared.warnings)
    sys.stdout.flush()
    result = backup.carry_out(prepared, invocation.ports, sys.stdout.buffer)
    invocation.notify(result.warnings)
    _show(result, invocation)
    code = ExitCode.PARTIAL if result.failures else ExitCode.OK
    if result.to_forget is not None:
        invocation.notify(result.to_forget.warnings)
        show_decisions(result.to_forget, invocation)
        code = worst([code, show_result(result.to_forget, result.forgotten, invocation)])
    if result.failure is not None:
        raise result.failure
    return code


def _show(result: Result, invocation: Invocation) -> None:
    from dashkit.app.backup import STDOUT
    from dashkit.model.words import counted
    from dashkit.report.archives import size_text

    console = invocation.console
    console.info(f"{counted(result.objects, 'object')}, {size_text(result.size)} in {result.seconds:.1f} s")
    if result.where != STDOUT and not invocation.quiet:
        console.out(result.where)
    several = len({report.organisation for report in result.reports}) > 1
    for report in result.reports:
        place = f" in organisation {report.organisation}" if several else ""
        if report.failure:
            console.error(f"{report.kind}{place}: {report.why}")
        elif report.why:
            console.info(f"skipped {report.kind}{place}: {report.why}")
    if result.failures:
        what = f"{counted(len(result.failures), 'kind')} of {len(result.reports)}"
        console.error(f"the archive is incomplete: {what} could not be read in full")
