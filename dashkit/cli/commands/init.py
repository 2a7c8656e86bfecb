"""``dashkit init``."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from dashkit.cli import options
from dashkit.cli.invocation import Invocation
from dashkit.errors import ExitCode


@click.command(
    short_help="Create a new project with a sample dashboard.",
    epilog="""\b
Example:
  dashkit init my-dashboards && cd my-dashboards && dashkit build
""",
)
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False))
@click.option("--name", metavar="NAME", default="", help="The project's name.  [default: the directory's name]")
@options.common()
def command(invocation: Invocation, directory: Path, name: str) -> int:
    """Create a project in DIRECTORY: dashkit.yaml, a dashboard for Prometheus itself, and .gitignore.

    AGENTS.md tells coding agents how to work there, and editors complete dashkit.yaml by dashkit.schema.json. The project can
    be built and pushed right away. Existing files are never replaced.
    """
    from dashkit.app.new import new_project

    console = invocation.console
    for path in new_project(directory, name):
        console.info(f"wrote {path}")
    console.info(
        f"\nNext:\n  cd {shlex.quote(str(directory))}\n  dashkit build\n  dashkit sandbox   # in another terminal\n  dashkit push"
    )
    return ExitCode.OK
