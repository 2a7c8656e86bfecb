"""``dashkit build``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dashkit.cli import options
from dashkit.cli.invocation import Invocation
from dashkit.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from dashkit.app.build import Built, Request, Result
    from dashkit.compiler.compile import Failure


@click.command(
    short_help="Compile dashboard modules to JSON files.",
    epilog="""\b
Examples:
  dashkit build                                    write build/dashboards/<folder>/<uid>.json
  dashkit build --only dashboards/operations       build part of the project
  dashkit build --only checkout --output - | jq .  print one dashboard
  dashkit build --watch                            build again after each save
""",
)
@click.option(
    "-o", "--output", metavar="DIR|-", help="The folder to write to, or - for stdout.  [default: build/dashboards]"
)
@options.only
@click.option("--watch", is_flag=True, help="Build again after each save (pip install watchfiles).")
@options.common("text", "json")
def command(invocation: Invocation, watch: bool, **given: Any) -> int:
    """Compile every dashboard below the configured paths to canonical JSON.

    The same source always gives the same bytes. If a module fails to load, its error is reported with the line that
    failed, the other dashboards are still written, and the exit code is 3. Files of earlier builds that the source no
    longer produces are removed; other files in the folder are never touched.
    """
    from dashkit import _json
    from dashkit.app.build import Built, Request, build
    from dashkit.app.source import failure_error

    console, request = invocation.console, Request(**given)
    if watch:
        return _watch(request, invocation)

    def show(result: Built | Failure) -> None:
        if isinstance(result, Built) and not invocation.quiet:
            invocation.notify((), [f"note: {result.path}: {note}" for note in result.notes])
        if not isinstance(result, Built):
            console.failure(failure_error(result))
        elif result.spec is not None:
            if invocation.text:
                console.raw(_json.pretty(result.spec))
        elif invocation.verbose or (result.changed and invocation.text):
            console.info(f"{'wrote' if result.changed else 'same '} {result.file}")

    result = build(request, invocation.ports, show)
    for name in result.removed:
        console.info(f"removed {name}")
    if invocation.json:
        console.json(_data(result))
    elif request.output != "-":
        _summarise(request, result, invocation)
    return ExitCode.INPUT if result.failures else ExitCode.OK


def _data(result: Result) -> dict[str, Any]:
    return {
        "dashboards": [_entry(entry) for entry in result.results],
        "removed": list(result.removed),
        "summary": {"compiled": len(result.built), "failed": len(result.failures)},
    }


def _entry(result: Built | Failure) -> dict[str, Any]:
    from dashkit.app.build import Built

    if not isinstance(result, Built):
        return {"error": result.message, "where": result.where, "hint": result.hint}
    entry: dict[str, Any] = {"uid": result.uid, "title": result.title, "source": result.path}
    entry |= {"notes": list(result.notes)} if result.notes else {}
    return {**entry, "file": result.file} if result.spec is None else {**entry, "spec": result.spec}


def _summarise(request: Request, result: Result, invocation: Invocation) -> None:
    from dashkit.app.build import folder_of
    from dashkit.compiler.compile import shown_path
    from dashkit.model.words import counted

    console = invocation.console
    shown = shown_path(folder_of(request, invocation.ports), Path.cwd())
    console.info(
        f"{counted(len(result.built), 'dashboard')} in {shown}/, {result.changed} changed"
        + (f", {len(result.removed)} removed" if result.removed else "")
        + (f"; {len(result.failures)} failed" if result.failures else "")
    )
    if not result.results:
        console.warn(f"no dashboard modules below {', '.join(map(str, invocation.project.dashboards))}")


def _watch(request: Request, invocation: Invocation) -> int:
    """Build after each save until interrupted.

    Each build runs in a new process: a module reloaded in this one would keep state from the previous build.
    """
    if request.output == "-":
        raise UsageError("--watch writes files; remove --output -")
    try:
        from watchfiles import watch
    except ImportError:
        raise UsageError("--watch needs the package watchfiles", hint="pip install watchfiles") from None
    project = invocation.project
    paths = [*project.dashboards, *([project.file] if project.file else [])]
    arguments = [sys.executable, "-m", "dashkit", *(word for word in sys.argv[1:] if word != "--watch")]
    subprocess.run(arguments, check=False)  # noqa: S603 - this very program
    invocation.console.info("watching for changes; press Ctrl-C to stop")
    for _ in watch(*[path for path in paths if path.exists()], raise_interrupt=True, debounce=200):
        subprocess.run(arguments, check=False)  # noqa: S603
    return ExitCode.OK
