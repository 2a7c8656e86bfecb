"""``dashkit archive``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dashkit.cli import options
from dashkit.cli.backup_options import kinds_option
from dashkit.errors import ExitCode

if TYPE_CHECKING:
    from dashkit.backup.stores import Store

_ARCHIVES = click.option(
    "--archives", default="", metavar="DIR|URL", help="Where they are.  [default: the context's, else backups/]"
)
_ARCHIVE = click.argument("archive", metavar="ARCHIVE")


@click.group(
    short_help="List, look into, verify and compare archives.",
    epilog="""\b
Examples:
  dashkit archive list
  dashkit archive verify latest
  dashkit archive show latest --kinds dashboards
\b
ARCHIVE is a file, a directory that `backup --format tree` wrote,
a URL such as s3://bucket/grafana/dashkit-prod-20261121T200435Z.zip,
or `latest`: the newest in backups/, or where the context of --context has them.
""",
)
def command() -> None:
    """Look at what `dashkit backup` has written."""


@command.command("list")
@options.context_option
@_ARCHIVES
@options.format_option("text", "json")
@options.common
def list_(
    context_name: str | None, archives: str, output_format: str, config: Path | None, quiet: bool, verbose: int
) -> int:
    """The archives that there are, newest first, with age and size."""
    from datetime import UTC, datetime

    from dashkit.backup.naming import plain_context
    from dashkit.cli.backing_up import size_text
    from dashkit.model.durations import duration

    console = options.console(quiet, verbose)
    store, only = _store(context_name, archives, config)
    now = datetime.now(UTC)
    stamps = [stamp for stamp in store.stamps() if not only or stamp.context == plain_context(only)]
    stamps.sort(key=lambda stamp: (stamp.moment, stamp.name), reverse=True)
    if output_format == "json":
        console.json(
            [
                {
                    "name": stamp.name, "context": stamp.context, "time": stamp.moment.isoformat(), "size": stamp.size,
                    "age": int((now - stamp.moment).total_seconds()),
                }
                for stamp in stamps
            ]
        )  # fmt: skip
        return ExitCode.OK
    width = max((len(stamp.name) for stamp in stamps), default=0)
    for stamp in stamps:
        age = duration(max(0, int((now - stamp.moment).total_seconds()) // 60 * 60))
        console.out(f"{stamp.name:<{width}}  {size_text(stamp.size):>9}  {age} ago")
    if not stamps:
        console.info(f"no archives in {store.where}")
    return ExitCode.OK


@command.command()
@options.context_option
@_ARCHIVE
@kinds_option("List the objects of these kinds.")
@options.format_option("text", "json")
@options.common
def show(
    context_name: str | None,
    archive: str,
    kinds: tuple[str, ...],
    output_format: str,
    config: Path | None,
    quiet: bool,
    verbose: int,
) -> int:
    """Where an archive is from, what it holds, and what could not be read.

    With --kinds (or -v) each object, with its key.
    """
    from dashkit.cli.archives import opened
    from dashkit.model.kinds import chosen
    from dashkit.report.archives import archive_data, archive_text

    console = options.console(quiet, verbose)
    names = {kind.name for kind in chosen(kinds)} if kinds else set()
    with opened(options.project(config), context_name, archive) as found:
        if output_format == "json":
            console.json(archive_data(found.manifest))
        else:
            console.lines(archive_text(found.manifest, console.out_style, kinds=names, every=bool(verbose)))
    return ExitCode.OK


@command.command()
@options.context_option
@_ARCHIVE
@options.format_option("text", "json")
@options.common
def verify(
    context_name: str | None, archive: str, output_format: str, config: Path | None, quiet: bool, verbose: int
) -> int:
    """Read an archive to its last byte: seal, digests, counts, and whether what its objects refer to is there.

    Exit code 1 if it is damaged, or is not complete.
    """
    from dashkit.archive.verify import Fault
    from dashkit.archive.verify import verify as faults_of
    from dashkit.cli.archives import opened
    from dashkit.cli.console import counted
    from dashkit.errors import InputError
    from dashkit.report.archives import shown

    console = options.console(quiet, verbose)
    faults: list[Fault] = []
    members = 0
    try:
        with opened(options.project(config), context_name, archive) as found:
            members = len(found.manifest.entries)
            faults += faults_of(found)
    except InputError as error:
        faults.append(Fault(error.where, error.message))
    bad = [fault for fault in faults if not fault.note]
    if output_format == "json":
        entries = [{"where": fault.where, "text": fault.text, "note": fault.note} for fault in faults]
        console.json({"archive": archive, "whole": not bad, "objects": members, "faults": entries})
    else:
        for fault in faults:
            sign = console.out_style("note:", "dim") if fault.note else console.out_style("fault:", "red")
            console.out(f"{sign} {shown(fault.where)}: {fault.text}")
        if not bad:
            console.info(f"{archive} is whole: {counted(members, 'object')}")
    return ExitCode.FOUND if bad else ExitCode.OK


def _store(context_name: str | None, archives: str, config: Path | None) -> tuple[Store, str]:
    """The place where archives are, and the context whose archives alone are meant (empty for all)."""
    from dashkit.backup.stores import open_store
    from dashkit.cli.backup_options import place_of
    from dashkit.config.context import named

    project = options.project(config)
    context = named(project, context_name, os.environ) if context_name else None
    return open_store(place_of(project, context, archives)), context.name if context else ""
