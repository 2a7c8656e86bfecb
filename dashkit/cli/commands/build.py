"""``dashkit build``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from dashkit.cli import options
from dashkit.cli.console import counted
from dashkit.errors import ExitCode, UsageError


@click.command(
    short_help="Compile dashboard modules to JSON files.",
    epilog="""\b
Examples:
  dashkit build                                    all, to build/dashboards/<folder>/<uid>.json
  dashkit build --only dashboards/operations       a part
  dashkit build --only checkout --output - | jq .  one, to the screen
  dashkit build --watch                            again after each save
""",
)
@click.option(
    "-o", "--output", metavar="DIR|-", help="Folder to write to, or - for stdout.  [default: build/dashboards]"
)
@options.only_option
@click.option("--watch", is_flag=True, help="Build again after each save (needs the extra `watch`).")
@options.format_option("text", "json")
@options.common
def command(
    output: str | None,
    only: tuple[str, ...],
    watch: bool,
    output_format: str,
    config: Path | None,
    quiet: bool,
    verbose: int,
) -> int:
    """Compile every dashboard below the configured paths to canonical JSON.

    The same source gives the same bytes. A module that does not load is reported with its own line, the others are
    written, and the exit code is 3. Files of earlier builds that the source no longer makes are removed; other files in
    the folder are never touched.
    """
    from dashkit import _json
    from dashkit.cli.compile import compiled, picked, show_failure
    from dashkit.compiler.compile import Failure, shown_path
    from dashkit.compiler.write import OutputFolder, file_name

    console = options.console(quiet, verbose)
    project = options.project(config)
    if watch:
        if output == "-":
            raise UsageError("--watch writes files; leave out --output -")
        from dashkit.cli.watch import watch as rebuild

        arguments = [item for item in sys.argv[1:] if item != "--watch"]
        return rebuild(arguments, [*project.dashboards, *([project.file] if project.file else [])], console)
    base = Path(output).resolve() if output else project.build
    folder = None if output == "-" else OutputFolder(base)
    listed: list[dict[str, Any]] = []
    failures, written, whole = 0, 0, False
    try:
        for result in picked(compiled(project), only, project):
            if isinstance(result, Failure):
                failures += 1
                show_failure(result, console)
                listed.append({"error": result.message, "where": result.where, "hint": result.hint})
                continue
            entry: dict[str, Any] = {"uid": result.uid, "title": result.title, "source": result.source.path}
            if folder is None:
                if output_format == "json":
                    entry["spec"] = result.spec
                else:
                    console.raw(_json.pretty(result.spec))
            else:
                changed = folder.write(file_name(result), _json.pretty(result.spec))
                written += changed
                entry |= {"file": file_name(result)}
                if verbose or (changed and not quiet and output_format == "text"):
                    console.info(f"{'wrote' if changed else 'same '} {file_name(result)}")
            listed.append(entry)
        whole = not only and not failures
    finally:
        # Also when interrupted: what was written is ours, and a later build may remove it.
        removed = folder.finish(complete=whole) if folder else []
    good = len(listed) - failures
    for name in removed:
        console.info(f"removed {name}")
    if output_format == "json":
        console.json({"dashboards": listed, "removed": removed, "summary": {"compiled": good, "failed": failures}})
    elif folder:
        shown = shown_path(base, Path.cwd())
        console.info(
            f"{counted(good, 'dashboard')} in {shown}/, {written} changed"
            + (f", {len(removed)} removed" if removed else "")
            + (f"; {failures} failed" if failures else "")
        )
        if not listed:
            console.warn(f"no dashboard modules below {', '.join(map(str, project.dashboards))}")
    return ExitCode.INPUT if failures else ExitCode.OK
