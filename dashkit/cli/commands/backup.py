"""``dashkit backup``."""

from __future__ import annotations

from pathlib import Path

import click

from dashkit.cli import options
from dashkit.cli.backup_options import keep_options, kinds_option


@click.command(
    short_help="Save all of a server into one archive.",
    epilog="""\b
Examples:
  dashkit backup --context prod                         into backups/, or where the context says
  dashkit backup -c prod --output s3://bucket/grafana   into an object store (pip install 'dashkit[s3]')
  dashkit backup -c prod --output - | age -r KEY > prod.zip.age
  dashkit backup -c prod --kinds dashboards,folders --format tree --output grafana/     for keeping in git
  dashkit backup -c prod -q --metrics-file /var/lib/node_exporter/dashkit.prom \\
      --forget --keep-daily 7 --keep-weekly 4 --keep-monthly 12                         for cron
""",
)
@options.context_option
@click.option(
    "-o", "--output", default="", metavar="DIR|URL|-", help="Where to; - is standard output.  [default: backups/]"
)
@kinds_option("Only these kinds, such as dashboards,folders (the names above). Repeatable.")
@click.option("--exclude", multiple=True, metavar="KINDS", help="All but these kinds.")
@click.option("--all-orgs", is_flag=True, help="Every organisation of the server (as server admin).")
@click.option("--history", type=click.IntRange(min=1), metavar="N", help="Also the last N versions of each dashboard.")
@click.option(
    "--since", default="", metavar="TIME", help="Only annotations since then: 2026-01-31, or 90d for days ago."
)
@click.option(
    "--format", "form", type=click.Choice(["zip", "tree"]), default="zip", show_default=True, help="How to write."
)
@click.option(
    "--metrics-file", type=click.Path(path_type=Path), metavar="FILE", help="Write how it went, for Prometheus."
)
@click.option("--forget", is_flag=True, help="Then remove old archives of this context, as `dashkit forget` does:")
@keep_options
@options.common
def command(
    context_name: str | None,
    output: str,
    kinds: tuple[str, ...],
    exclude: tuple[str, ...],
    all_orgs: bool,
    history: int | None,
    since: str,
    form: str,
    metrics_file: Path | None,
    forget: bool,
    keep_last: int,
    keep_daily: int,
    keep_weekly: int,
    keep_monthly: int,
    keep_within: str,
    config: Path | None,
    quiet: bool,
    verbose: int,
) -> int:
    """Save dashboards, folders, permissions, library panels, datasources, alerting, annotations, playlists, snapshots, people
    and settings of a server.

    Prints the archive's name. The archive is one ZIP with a JSON file for each object and a manifest that proves it complete:
    counts, which are compared with the server's own, and digests. Secrets are not in it: Grafana does not tell them; which are
    set is noted. Exit code 5 says that something could not be read, and what.

    \b
    Kinds: organisations, users (both need the log-in of a server admin),
      service-accounts, teams, datasources, folders, folder-permissions,
      library-panels, dashboards, dashboard-versions (with --history),
      dashboard-permissions, public-dashboards, mute-timings, templates,
      contact-points, policies, alert-rules, annotations, playlists,
      snapshots, correlations, preferences
    """
    from dashkit.cli.backing_up import Request, back_up
    from dashkit.cli.backup_options import policy_of
    from dashkit.errors import UsageError

    policy = None
    if forget:
        policy = policy_of(keep_last, keep_daily, keep_weekly, keep_monthly, keep_within)
        if form == "tree" or output == "-":
            raise UsageError("--forget goes with archives that are kept: not with --format tree or standard output")
    elif keep_last or keep_daily or keep_weekly or keep_monthly or keep_within:
        raise UsageError("--keep-... without --forget")
    if form == "tree" and (not output or output == "-" or "://" in output):
        raise UsageError("--format tree needs a directory", hint="--output grafana/")
    console = options.console(quiet, verbose)
    project = options.project(config)
    request = Request(context_name, output, kinds, exclude, all_orgs, history or 0, since, form, metrics_file, policy)
    return back_up(project, request, console)
