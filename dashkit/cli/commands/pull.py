"""``dashkit pull``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dashkit.cli import options
from dashkit.cli.invocation import Invocation
from dashkit.errors import ExitCode

if TYPE_CHECKING:
    from dashkit.app.pull import Pulled


@click.command(
    short_help="Save live dashboards to the source as JSON files.",
    epilog="""\b
Examples:
  dashkit pull --uid checkout --to dashboards
  dashkit pull --folder "Platform / Kubernetes" --to dashboards
  dashkit pull --all --to dashboards --context prod
""",
)
@options.context
@click.option("--uid", "uids", multiple=True, callback=options.some, metavar="UID", help="Pull this one. Repeatable.")
@click.option("--folder", metavar="PATH", help="Pull all dashboards in this folder and below, such as 'Team/Service'.")
@click.option("--all", "everything", is_flag=True, help="Pull all dashboards of the organisation.")
@click.option(
    "--to",
    "directory",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Where to write the files.",
)
@click.option("--force", is_flag=True, help="Overwrite existing files that differ.")
@options.common("text", "json")
def command(invocation: Invocation, **given: Any) -> int:
    """Save live dashboards as JSON files, which can then be built and pushed like any others.

    Each file is written to the directory that matches its folder. Anything that belongs to one server is left out: ids,
    versions, dashkit's own tags, and the context's prefixes, tags and datasources. Afterwards, `dashkit push --adopt`
    takes the dashboards over.
    """
    from dashkit.app import pull
    from dashkit.model.words import counted

    console = invocation.console

    def show(pulled: Pulled) -> None:
        if pulled.error is not None:
            console.failure(pulled.error)
        elif invocation.text:
            console.info(f"{'wrote' if pulled.changed else 'same '} {pulled.file}")

    prepared = pull.prepare(pull.Request(**given), invocation.ports)
    invocation.notify(prepared.warnings)
    results = pull.carry_out(prepared, show)
    failed = sum(pulled.error is not None for pulled in results)
    if invocation.json:
        summary = {"pulled": len(results) - failed, "failed": failed}
        console.json({"dashboards": [_data(pulled, prepared.absent) for pulled in results], "summary": summary})
    else:
        console.info(f"{counted(len(results) - failed, 'dashboard')} in {prepared.request.directory}")
    if failed == len(results) and prepared.absent:
        return ExitCode.SERVER
    if failed:
        return ExitCode.PARTIAL if failed < len(results) else ExitCode.INPUT
    return ExitCode.OK


def _data(pulled: Pulled, absent: tuple[str, ...]) -> dict[str, str]:
    error = "no such dashboard" if pulled.uid in absent else pulled.error.message if pulled.error else ""
    return {"uid": pulled.uid, "title": pulled.title, "file": pulled.file, "error": error}
