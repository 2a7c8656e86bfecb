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
    short_help="Create a new project with a sample dashboard.",
    epilog="""\b
Example:
  dashkit init my-dashboards && cd my-dashboards && dashkit build
""",
)
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False))
@click.option("--name", metavar="NAME", help="The project's name.  [default: the directory's name]")
@options.common()
def command(invocation: Invocation, directory: Path, name: str | None) -> int:
    """Create a project in DIRECTORY: dashkit.yaml, a dashboard for Prometheus itself, and .gitignore.

    The project can be built and pushed right away. Existing files are never replaced.
    """
    from dashkit import _files

    console = invocation.console
    project = name or re.sub(r"[^A-Za-z0-9_.-]+", "-", directory.resolve().name).strip("-.") or "dashboards"
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}", project):
        raise InputError(
            f"{project!r} is not a valid project name", hint="--name takes up to 40 letters, digits, - _ ."
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
            f"{directory / existing[0]} already exists; nothing was written", hint="choose another directory"
        )
    for relative, source in files.items():
        text = source.read_text(encoding="utf-8").replace("@PROJECT@", project)
        _files.write_atomic(directory / relative, text.encode())
        console.info(f"wrote {directory / relative}")
    console.info(
        f"\nNext:\n  cd {shlex.quote(str(directory))}\n  dashkit build\n  dashkit sandbox   # in another terminal\n  dashkit push"
    )
    return ExitCode.OK
