"""``dashkit restore``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from dashkit.cli import options
from dashkit.cli.invocation import Invocation, finish
from dashkit.errors import ExitCode, RefusedError

if TYPE_CHECKING:
    from dashkit.app.restore import Prepared
    from dashkit.deploy.outcome import Result


@click.command(
    short_help="Restore objects from an archive to a server.",
    epilog="""\b
Examples:
  dashkit restore latest -c prod --dry-run               show what would be restored
  dashkit restore latest -c prod --yes                   restore everything that is missing
  dashkit restore latest -c prod --only checkout         one dashboard, with its folder and library panels
  dashkit restore latest -c prod --only Team/Payments --on-conflict overwrite
  dashkit restore latest:prod --secrets-template > secrets.yaml       list the secrets; fill them in, then
  dashkit restore latest:prod -c new --secrets secrets.yaml           restore to a new server
  dashkit restore latest:prod -c staging --into-folder "From prod" --map-datasource prometheus=prom-staging
""",
)
@click.argument("archive", metavar="ARCHIVE")
@options.context
@options.kinds("Restore")
@options.several_values("--only", "UID|FOLDER", "Only this object, or a folder and everything in it. Repeatable.")
@click.option("--organisation", default="", metavar="ID|NAME", help="Which one, if the archive has several.")
@click.option("--into-folder", default="", metavar="FOLDER", help="Put everything from the root below this folder.")
@click.option("--map-datasource", multiple=True, metavar="OLD=NEW", help="Replace a datasource uid. Repeatable.")
@click.option(
    "--secrets", default="", metavar="FILE|env",
    help="Read secrets from a filled-in template, or from DASHKIT_SECRET_... variables.",
)  # fmt: skip
@click.option("--secrets-template", is_flag=True, help="Print a template for the missing secrets, and stop.")
@options.writes_over("If the server has a different version: write nothing at all, skip the object, or overwrite it.")
@options.common("text", "json")
def command(invocation: Invocation, secrets_template: bool, yes: bool, **given: Any) -> int:
    """Show what an archive would restore, ask, and write it in the order of its dependencies.

    ARCHIVE is `latest` for the newest archive of the context, `latest:NAME` for that of another context, a name from
    `dashkit archive list`, a file, a URL, or a directory written by `dashkit backup --format tree`.

    Objects that are already there unchanged are left alone, so run it again to resume an interrupted restore. An object
    that differs is a conflict. Nothing is deleted. Users, teams and service accounts are matched by login and name.
    """
    from dashkit.app import restore
    from dashkit.deploy.outcome import Result
    from dashkit.report.restore_text import restore_data

    console, ports, request = invocation.console, invocation.ports, restore.Request(**given)
    if secrets_template:
        lines, warnings = restore.missing_secrets(request, ports)
        invocation.notify(warnings)
        console.lines(lines)
        return ExitCode.OK
    with restore.prepare(request, ports) as prepared:
        _show_plan(prepared, invocation)
        result, refused = Result(), None
        try:
            if not request.dry_run:
                restore.refuse_conflicts(prepared)
                agreed = invocation.agree(restore.questions(prepared), yes=yes)
                result = restore.carry_out(prepared, agreed, ports)
        except RefusedError as error:
            refused = error
        if invocation.json:
            console.json(restore_data(prepared.steps, result.outcomes))
        else:
            _show_result(prepared, result, invocation)
        if refused:
            raise refused
        return ExitCode.OK if request.dry_run else finish(result, prepared.refused)


def _show_plan(prepared: Prepared, invocation: Invocation) -> None:
    from dashkit.report.archives import shown
    from dashkit.report.restore_text import plan_text

    console, origin = invocation.console, prepared.archive.manifest.origin
    console.info(f"Archive of {shown(origin.context)} ({shown(origin.url)}), {origin.created or 'a tree'}")
    invocation.notify(prepared.warnings)
    if invocation.text:
        where = prepared.connected.where
        console.lines(plan_text(prepared.steps, console.out_style, where=where, **invocation.loudness))
        console.flush()


def _show_result(prepared: Prepared, result: Result, invocation: Invocation) -> None:
    from dashkit.app.rollback import CONFLICT_HINT
    from dashkit.report.restore_text import outcome_text

    console = invocation.console
    if not prepared.request.dry_run:
        console.lines(outcome_text(result.outcomes, prepared.connected.where, console.out_style, steps=prepared.steps))
    if prepared.request.dry_run and prepared.conflicts:
        console.info(f"These conflicts would stop the restore before anything is written: {CONFLICT_HINT}")
