"""``dashkit rollback``."""

from __future__ import annotations

from pathlib import Path

import click

from dashkit.cli import options
from dashkit.cli.backup_options import conflict_options


@click.command(
    short_help="Take a push back.",
    epilog="""\b
Examples:
  dashkit rollback -c prod --list               the pushes that are kept
  dashkit rollback -c prod --dry-run            what would the last one's rollback do?
  dashkit rollback -c prod 20261121T194247Z     take that one back
""",
)
@click.argument("push", metavar="[PUSH]", required=False)
@options.context_option
@click.option("--list", "listed", is_flag=True, help="List the pushes of the journal, newest first, and stop.")
@conflict_options("What was changed since the push: write nothing at all, leave it, or write over it.")
@options.format_option("text", "json")
@options.common
def command(
    push: str | None,
    context_name: str | None,
    listed: bool,
    on_conflict: str,
    dry_run: bool,
    yes: bool,
    output_format: str,
    config: Path | None,
    quiet: bool,
    verbose: int,
) -> int:
    """Bring back what a push changed or deleted, and delete what it created. Without PUSH, the last one.

    Before it writes, `dashkit push` keeps the objects that it will change in the journal: `.dashkit/pushes` beside
    dashkit.yaml, or the directory or URL that the context says (a CI runner's disk is gone tomorrow). Where there is no
    journal, Grafana's own versions are used; they cannot bring back what was deleted. Folders stay.

    What somebody changed after the push is a conflict, and never overwritten unseen.
    """
    from dashkit.cli.rolling_back import Request, rollback

    console = options.console(quiet, verbose)
    request = Request(push or "", context_name, listed, on_conflict, dry_run, yes, output_format == "json")
    return rollback(options.project(config), request, console)
