"""``dashkit export``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dashkit.cli import options
from dashkit.cli.invocation import Invocation
from dashkit.errors import ExitCode

if TYPE_CHECKING:
    from dashkit.app.export import Target
    from dashkit.export.desired_state import DesiredState


@click.group(
    short_help="Write files for Grafana's provisioning, Kubernetes, Terraform or Git Sync.",
    epilog="""\b
Examples:
  dashkit export provisioning --output provisioning     a tree that Grafana reads when it starts
  dashkit export provisioning -o provisioning --check   exit with 1 if the tree is not up to date
""",
)
def command() -> None:
    """Write what the Grafana of a context should hold as files that other tools deploy.

    The folder prefix, uid prefix, tags and datasources of the context are applied, as by `dashkit push`. The same source
    gives the same bytes. Files of an earlier export that the source no longer has are removed; other files are never touched.
    """


_shared = options.several(
    click.option(
        "-o", "--output", type=click.Path(path_type=Path, file_okay=False), required=True, metavar="DIR",
        help="Where to write the files.",
    ),
    options.context,
    click.option("--check", is_flag=True, help="Write nothing; exit with 1 if the files are not up to date."),
)  # fmt: skip


def run(target: Target, invocation: Invocation, **given: Any) -> ExitCode:
    """Export to a target, and print the result."""
    from dashkit.app import export
    from dashkit.model.words import counted

    request = export.Request(**given)
    done = export.export(request, target, invocation.ports)
    console = invocation.console
    if invocation.json:
        data = {"output": str(done.folder), "files": done.count, "changed": done.changed, "removed": done.removed}
        console.json({"context": done.state.context, **data})
    else:
        verb, gone = ("differs", "no longer in the source") if request.check else ("wrote", "removed")
        if invocation.verbose or request.check:
            console.lines(f"{verb}: {name}" for name in done.changed)
            console.lines(f"{gone}: {name}" for name in done.removed)
        changed, removed = len(done.changed), len(done.removed)
        if done.current:
            console.info(f"{done.folder}: {counted(done.count, 'file')}, up to date")
        elif request.check:
            console.error(f"{done.folder} is not up to date: {counted(changed + removed, 'file')} of {done.count}")
            console.hint("run the same command without --check, and commit the result")
        else:
            console.info(f"{done.folder}: {counted(done.count, 'file')}, {changed} written, {removed} removed")
    return ExitCode.FOUND if request.check and not done.current else ExitCode.OK


@command.command(
    short_help="Write a Terraform module for grafana/grafana.",
    epilog="""\b
Examples:
  dashkit export terraform --output terraform            resources in JSON syntax
  dashkit export terraform -o terraform -c prod --live   take over what the server has already
""",
)
@_shared
@click.option("--live", is_flag=True, help="Ask the context's server, and write import blocks for what it has.")
@options.common("text", "json")
def terraform(invocation: Invocation, live: bool, **given: Any) -> ExitCode:
    """Write folders, dashboards, datasources, and what Grafana evaluates, as resources of the Terraform provider.

    The provider reads its server from GRAFANA_URL and its credentials from GRAFANA_AUTH. Secrets become inputs of the module:
    their values are in no file. The policy tree is replaced as a whole.
    """
    from dashkit.app.export_terraform import target
    from dashkit.export import terraform as module

    return _telling(module.left_out, target(invocation.ports, given["context_name"], live=live), invocation, given)


@command.command(
    short_help="Write a repository for Grafana's Git Sync.",
    epilog="""\b
Examples:
  dashkit export gitsync --output grafana           a directory for each folder
  dashkit export gitsync --output grafana --check   exit with 1 if the tree is not up to date
""",
)
@_shared
@options.common("text", "json")
def gitsync(invocation: Invocation, **given: Any) -> ExitCode:
    """Write dashboards and folders as the resources that Grafana's Git Sync reads from a repository.

    A directory is a folder. What Git Sync does not know, such as alert rules, is left out, with a warning.
    """
    from dashkit.export import gitsync as layout

    return _telling(layout.left_out, layout.files, invocation, given)


def _telling(
    left_out: Callable[[DesiredState], Iterable[str]], target: Target, invocation: Invocation, given: dict[str, Any]
) -> ExitCode:
    """Export to a target, and warn of what it leaves out."""
    warnings: list[str] = []

    def files(state: DesiredState) -> Iterable[tuple[str, bytes]]:
        warnings.extend(left_out(state))
        return target(state)

    code = run(files, invocation, **given)
    invocation.notify(warnings)
    return code
