"""``dashkit convert``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from dashkit.cli import options
from dashkit.cli.invocation import Invocation
from dashkit.errors import ExitCode


@click.command(
    short_help="Convert a dashboard between the classic and the v2 schema.",
    epilog="""\b
Examples:
  dashkit convert old.json --to v2beta1 --output new.json
  dashkit convert checkout --to v2beta1                    a live dashboard, to standard output
  dashkit convert new.json --to classic --check            exit with 1 if something would be lost
""",
)
@click.argument("source", metavar="FILE|UID")
@click.option(
    "--to",
    required=True,
    type=click.Choice(("v2beta1", "v2", "classic")),
    help="The schema to convert to.",
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write this file, not to standard output."
)
@click.option("--check", is_flag=True, help="Write nothing, and exit with 1 if something would be lost.")
@options.context
@options.common("text", "json")
def command(invocation: Invocation, **given: Any) -> int:
    """Convert a dashboard between the classic and the v2 schema (elements and layouts).

    FILE is a JSON file, or - for standard input. UID is a dashboard of the context's Grafana. Grafana 12 and later read both
    schemas. What the classic one cannot say, such as tabs, is lost on the way there: each loss is named.
    """
    from dashkit.app import convert
    from dashkit.model.words import counted

    console = invocation.console
    request = convert.Request(**given)
    result = convert.convert(request, invocation.ports)
    losses = [{"pointer": loss.pointer, "what": loss.what, "message": loss.message} for loss in result.losses]
    if invocation.json:
        shown = {} if request.check or request.output else {"dashboard": result.document}
        console.json({"uid": result.uid, "schema": result.schema, "losses": losses, **shown})
    elif not request.check and request.output is None:
        console.json(result.document)
    invocation.notify(f"{loss.what}: {loss.message}" for loss in result.losses)
    if request.output is not None and not request.check:
        console.info(f"{'wrote' if result.changed else 'same '} {request.output}")
    if request.check:
        console.info(f"{counted(len(losses), 'part')} would be lost" if losses else "nothing would be lost")
        return ExitCode.FOUND if losses else ExitCode.OK
    return ExitCode.OK
