"""``dashkit init``."""

from __future__ import annotations

import re
import shlex
from importlib import resources
from pathlib import Path

import click

from dashkit.cli import options
from dashkit.cli.invocation import Invocation
from dashkit.errors import ExitCode, InputError


@click.command(
    short_help="Make a new project with one good dashboard.",
    epilog="""\b
Example:
  dashkit init my-dashboards && cd my-dashboards && dashkit build
""",
)
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False))
@click.option("--name", metavar="NAME", help="Name of the project.  [default: the directory's]")
@options.common()
def command(invocation: Invocation, directory: Path, name: str | None) -> int:
    """Make DIRECTORY a project: dashkit.yaml, a dashboard about Prometheus itself, .gitignore.

    It builds and pushes as it is. Files that exist are never replaced.
    """
    from dashkit import _files

    console = invocation.console
    project = name or re.sub(r"[^A-Za-z0-9_.-]+", "-", directory.resolve().name).strip("-.") or "dashboards"
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}", project):
        raise InputError(
            f"{project!r} is no name for a project", hint="--name with letters, digits, - _ . (40 at most)"
        )
    template = resources.files("dashkit.cli") / "template"
    files = {
        "dashkit.yaml": template / "dashkit.yaml",
        "dashboards/operations/prometheus.py": template / "prometheus.py.txt",
        ".gitignore": template / "gitignore.txt",
    }
    existing = [relative for relative in files if (directory / relative).exists()]
    if existing:
        raise InputError(
            f"{directory / existing[0]} exists already; nothing was written", hint="choose another directory"
        )
    for relative, source in files.items():
        text = source.read_text(encoding="utf-8").replace("@PROJECT@", project)
        _files.write_atomic(directory / relative, text.encode())
        console.info(f"wrote {directory / relative}")
    console.info(
        f"\nNext:\n  cd {shlex.quote(str(directory))}\n  dashkit build\n  dashkit sandbox   # in another terminal\n  dashkit push"
    )
    return ExitCode.OK
