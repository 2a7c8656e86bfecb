"""``dashkit forget``."""

from __future__ import annotations

from pathlib import Path

import click

from dashkit.cli import options
from dashkit.cli.backup_options import keep_options


@click.command(
    short_help="Remove old archives by a policy.",
    epilog="""\b
Examples:
  dashkit forget --keep-daily 7 --keep-weekly 4 --keep-monthly 12 --dry-run
  dashkit forget -c prod --keep-within 30d
  dashkit forget --archives s3://bucket/grafana --keep-last 10
""",
)
@options.context_option
@click.option(
    "--archives", default="", metavar="DIR|URL", help="Where they are.  [default: the context's, else backups/]"
)
@keep_options
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@options.format_option("text", "json")
@options.common
def command(
    context_name: str | None,
    archives: str,
    keep_last: int,
    keep_daily: int,
    keep_weekly: int,
    keep_monthly: int,
    keep_within: str,
    dry_run: bool,
    output_format: str,
    config: Path | None,
    quiet: bool,
    verbose: int,
) -> int:
    """Keep what one of the --keep-... options asks for, and remove the other archives, context by context.

    Before anything goes, an archive of that context is read to its last byte: the newest that is whole always stays, and where
    none is whole, all stay. Files that are not archives of dashkit are left alone.
    """
    from dashkit.backup.naming import plain_context
    from dashkit.backup.stores import LOCK, DirectoryStore, open_store
    from dashkit.cli.archives import context_of
    from dashkit.cli.backup_options import only_run, place_of, policy_of
    from dashkit.cli.forgetting import forget

    policy = policy_of(keep_last, keep_daily, keep_weekly, keep_monthly, keep_within)
    console = options.console(quiet, verbose)
    project = options.project(config)
    store = open_store(place_of(project, context_of(project, context_name), archives, must_exist=True))
    only = plain_context(context_name) if context_name else ""
    as_json = output_format == "json"
    if dry_run or not isinstance(store, DirectoryStore):
        return forget(store, policy, console, context=only, dry_run=dry_run, as_json=as_json)
    with only_run(Path(store.where) / LOCK, "backup or forget"):
        return forget(store, policy, console, context=only, as_json=as_json)
