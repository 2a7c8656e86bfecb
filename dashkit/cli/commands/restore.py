"""``dashkit restore``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from dashkit.cli import options
from dashkit.cli.invocation import Invocation
from dashkit.errors import ExitCode, RefusedError

if TYPE_CHECKING:
    from dashkit.app.restore import Prepared
    from dashkit.deploy.outcome import Result


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
@options.context
@options.kinds("Only these kinds, such as dashboards,folders. Repeatable.")
@click.option(
    "--only", multiple=True, callback=options.some, metavar="UID|FOLDER",
    help="Only these objects, or a folder with all in it. Repeatable.",
)  # fmt: skip
@click.option("--organisation", default="", metavar="ID|NAME", help="Which, of an archive that holds several.")
@click.option("--into-folder", default="", metavar="FOLDER", help="Put below this folder what lay at the root.")
@click.option(
    "--map-datasource", multiple=True, metavar="OLD=NEW", help="Another datasource uid on this server. Repeatable."
)
@click.option(
    "--secrets", default="", metavar="FILE|env", help="Secrets: a filled-in template, or DASHKIT_SECRET_... variables."
)
@click.option("--secrets-template", is_flag=True, help="Print a line for each secret that is missing, and stop.")
@options.writes_over("What the server has otherwise: write nothing at all, leave it, or write over it.")
@options.common("text", "json")
def command(invocation: Invocation, secrets_template: bool, yes: bool, **given: Any) -> int:
    """Show what an archive would bring back, ask, and write it, in the order in which things need each other.

    ARCHIVE is a file, a directory of `backup --format tree`, a URL, a name as `archive list` prints it, `latest` of
    the context, or `latest:NAME` of another context.

    What is there already and the same is left alone, so a restore that was cut off is gone on with by running it again. What is
    there and different is a conflict. Nothing is deleted. Users, teams and service accounts are matched by log-in and name.
    """
    from dashkit.app import restore
    from dashkit.deploy.outcome import Result, exit_code
    from dashkit.report.restore_text import restore_data

    console, ports, request = invocation.console, invocation.ports, restore.Request(**given)
    if secrets_template:
        lines, warnings = restore.missing_secrets(request, ports)
        invocation.tell(warnings)
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
        if result.interrupted:
            raise KeyboardInterrupt
        return ExitCode.OK if request.dry_run else exit_code(result.errors, prepared.refused)


def _show_plan(prepared: Prepared, invocation: Invocation) -> None:
    from dashkit.report.archives import shown
    from dashkit.report.restore_text import plan_text

    console, origin = invocation.console, prepared.archive.manifest.origin
    console.info(f"Archive of {shown(origin.context)} ({shown(origin.url)}), {origin.created or 'a tree'}")
    invocation.tell(prepared.warnings)
    if invocation.text:
        loud = {"verbose": invocation.verbose, "quiet": invocation.quiet}
        console.lines(plan_text(prepared.steps, console.out_style, where=prepared.connected.where, **loud))
        console.flush()


def _show_result(prepared: Prepared, result: Result, invocation: Invocation) -> None:
    from dashkit.app.rollback import CONFLICT_HINT
    from dashkit.report.restore_text import outcome_text

    console = invocation.console
    if not prepared.request.dry_run:
        console.lines(outcome_text(result.outcomes, prepared.connected.where, console.out_style, steps=prepared.steps))
    if prepared.request.dry_run and prepared.conflicts:
        console.info(f"With these conflicts nothing would be written: {CONFLICT_HINT}")
