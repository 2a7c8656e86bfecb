"""``dashkit restore``."""

from __future__ import annotations

from pathlib import Path

import click

from dashkit.cli import options
from dashkit.cli.backup_options import conflict_options, kinds_option


@click.command(
    short_help="Bring an archive back to a server.",
    epilog="""\b
Examples:
  dashkit restore latest -c prod --dry-run               what would come back?
  dashkit restore latest -c prod --yes                   all that is missing
  dashkit restore latest -c prod --only checkout         one dashboard, with its folder and library panels
  dashkit restore latest -c prod --only Team/Payments --on-conflict overwrite
  dashkit restore latest:prod --secrets-template > secrets.yaml       then fill it in, and
  dashkit restore latest:prod -c new --secrets secrets.yaml           onto a new server
  dashkit restore latest:prod -c staging --into-folder "From prod" --map-datasource prometheus=prom-staging
""",
)
@click.argument("archive", metavar="ARCHIVE")
@options.context_option
@kinds_option("Only these kinds, such as dashboards,folders. Repeatable.")
@click.option(
    "--only", multiple=True, metavar="UID|FOLDER", help="Only these objects, or a folder with all in it. Repeatable."
)
@click.option("--organisation", default="", metavar="ID|NAME", help="Which, of an archive that holds several.")
@click.option("--into-folder", default="", metavar="FOLDER", help="Put below this folder what lay at the root.")
@click.option(
    "--map-datasource", multiple=True, metavar="OLD=NEW", help="Another datasource uid on this server. Repeatable."
)
@click.option(
    "--secrets", default="", metavar="FILE|env", help="Secrets: a filled-in template, or DASHKIT_SECRET_... variables."
)
@click.option("--secrets-template", is_flag=True, help="Print a line for each secret that is missing, and stop.")
@conflict_options("What the server has otherwise: write nothing at all, leave it, or write over it.")
@options.format_option("text", "json")
@options.common
def command(
    archive: str,
    context_name: str | None,
    kinds: tuple[str, ...],
    only: tuple[str, ...],
    organisation: str,
    into_folder: str,
    map_datasource: tuple[str, ...],
    secrets: str,
    secrets_template: bool,
    on_conflict: str,
    dry_run: bool,
    yes: bool,
    output_format: str,
    config: Path | None,
    quiet: bool,
    verbose: int,
) -> int:
    """Show what an archive would bring back, ask, and write it, in the order in which things need each other.

    ARCHIVE is a file, a directory of `backup --format tree`, a URL, a name as `archive list` prints it, `latest` of
    the context, or `latest:NAME` of another context.

    What is there already and the same is left alone, so a restore that was cut off is gone on with by running it again. What is
    there and different is a conflict. Nothing is deleted. Users, teams and service accounts are matched by log-in and name.
    """
    from dashkit.cli.restoring import Request, restore_archive

    console = options.console(quiet, verbose)
    request = Request(
        archive, context_name, kinds, only, organisation, into_folder, map_datasource, secrets, secrets_template,
        on_conflict, dry_run, yes, output_format == "json",
    )  # fmt: skip
    return restore_archive(options.project(config), request, console)
