"""``dashkit archive``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dashkit.cli import options
from dashkit.cli.invocation import Invocation
from dashkit.errors import ExitCode

if TYPE_CHECKING:
    from dashkit.backup.compare import Difference
    from dashkit.backup.retention import Stamp

_ARCHIVE = click.argument("archive", metavar="ARCHIVE")


@click.group(
    short_help="List, show, verify, compare and extract archives.",
    epilog="""\b
ARCHIVE is one of:
  latest, latest:NAME   the newest archive of the context, or of another one
  a name                as `dashkit archive list` prints it
  a file, a URL         such as s3://bucket/grafana/dashkit-prod-20261121T200435Z.zip
  a directory           written by `dashkit backup --format tree`
\b
Examples:
  dashkit archive list
  dashkit archive verify latest
  dashkit archive show latest --kinds dashboards
  dashkit archive diff latest -c prod                          what has changed since the backup
  dashkit archive extract latest --only checkout --spec -o -   print one dashboard
""",
)
def command() -> None:
    """Inspect the archives that `dashkit backup` writes, without changing any server."""


@command.command("list")
@options.context
@options.archives
@options.common("text", "json")
def list_(invocation: Invocation, context_name: str | None, archives: str) -> int:
    """List the archives, newest first, with their age and size."""
    from dashkit.app.archive import listed, store_of

    console, now = invocation.console, invocation.ports.clock()
    store = store_of(invocation.ports, context_name, archives)
    stamps = listed(store, context_name)
    if invocation.json:
        console.json([_stamp_data(stamp, now) for stamp in stamps])
        return ExitCode.OK
    width = max((len(stamp.name) for stamp in stamps), default=0)
    console.lines(_stamp_line(stamp, now, width) for stamp in stamps)
    if not stamps:
        console.info(f"no archives in {store.where}")
    return ExitCode.OK


def _stamp_data(stamp: Stamp, now: datetime) -> dict[str, Any]:
    return {
        "name": stamp.name, "context": stamp.context, "time": stamp.moment.isoformat(), "size": stamp.size,
        "state": stamp.state or "whole", "age": int((now - stamp.moment).total_seconds()),
    }  # fmt: skip


def _stamp_line(stamp: Stamp, now: datetime, width: int) -> str:
    from dashkit.backup.retention import FUTURE, of_the_future
    from dashkit.model.durations import duration
    from dashkit.report.archives import size_text

    seconds = int((now - stamp.moment).total_seconds())
    age = f"{duration(seconds // 60 * 60)} ago" if seconds >= 60 else "just now"
    age = FUTURE if of_the_future(stamp, now) else age
    note = f"  {stamp.state}" if stamp.state else ""
    return f"{stamp.name:<{width}}  {size_text(stamp.size):>9}  {age}{note}"


@command.command()
@options.context
@_ARCHIVE
@options.kinds("List")
@options.common("text", "json")
def show(invocation: Invocation, context_name: str | None, archive: str, kinds: tuple[str, ...]) -> int:
    """Show where an archive comes from, what it contains, and what could not be read.

    With --kinds, also list each object of those kinds with its key; with -v, list every object.
    """
    from dashkit.app.archive import opened
    from dashkit.model.kinds import chosen
    from dashkit.report.archives import archive_data, archive_text

    console = invocation.console
    names = {kind.name for kind in chosen(kinds)} if kinds else set()
    with opened(invocation.ports, context_name, archive) as found:
        if invocation.json:
            console.json(archive_data(found.manifest, kinds=names))
        else:
            console.lines(archive_text(found.manifest, console.out_style, kinds=names, every=invocation.verbose))
    return ExitCode.OK


@command.command()
@options.context
@_ARCHIVE
@options.common("text", "json")
def verify(invocation: Invocation, context_name: str | None, archive: str) -> int:
    """Verify an archive by reading all of it.

    This checks the seal, the digests and the counts, and that everything the objects refer to is in the archive. The exit
    code is 1 if the archive is damaged or incomplete.
    """
    from dashkit.app.archive import verified
    from dashkit.model.words import counted
    from dashkit.report.archives import shown

    console = invocation.console
    found = verified(invocation.ports, context_name, archive)
    if invocation.json:
        entries = [{"where": fault.where, "text": fault.text, "note": fault.note} for fault in found.faults]
        console.json({"archive": archive, "whole": found.whole, "objects": found.objects, "faults": entries})
    else:
        for fault in found.faults:
            sign = console.out_style("note:", "dim") if fault.note else console.out_style("fault:", "red")
            console.out(f"{sign} {shown(fault.where)}: {shown(fault.text)}")
        if found.whole:
            console.info(f"{archive} is intact: {counted(found.objects, 'object')}")
    return ExitCode.OK if found.whole else ExitCode.FOUND


@command.command()
@options.context
@_ARCHIVE
@click.argument("newer", metavar="[NEWER]", required=False)
@options.kinds("Compare")
@click.option("--exit-code", is_flag=True, help="Exit with 1 if there are differences.")
@options.common("text", "json")
def diff(
    invocation: Invocation,
    context_name: str | None,
    archive: str,
    newer: str | None,
    kinds: tuple[str, ...],
    exit_code: bool,
) -> int:
    """Show what changed from one archive to a newer one, or to what the server has now.

    Without NEWER, the archive is compared with the server of --context or of the current context.
    """
    from dashkit.app.archive import compared
    from dashkit.report.differences import differences_data, differences_text

    console, found_any = invocation.console, False

    def noting(differences: Iterable[Difference]) -> Iterator[Difference]:
        nonlocal found_any
        for difference in differences:
            found_any = True
            yield difference

    with compared(invocation.ports, context_name, archive, newer, kinds) as comparison:
        invocation.notify(comparison.warnings)
        if invocation.json:
            console.json(differences_data(noting(comparison.found)))
        else:
            console.lines(differences_text(noting(comparison.found), console.out_style))
    return ExitCode.FOUND if exit_code and found_any else ExitCode.OK


@command.command()
@options.context
@_ARCHIVE
@click.option(
    "-o", "--output", required=True, metavar="DIR|-", help="The folder to write to, or - to print a single object."
)
@options.several_values(
    "--only", "KEY|FOLDER", "Only objects with this key (such as a uid), or a folder and everything in it. Repeatable."
)
@options.kinds("Extract")
@click.option("--spec", is_flag=True, help="Only dashboards, as plain JSON for Grafana's import or a source folder.")
@options.common()
def extract(
    invocation: Invocation,
    context_name: str | None,
    archive: str,
    output: str,
    only: tuple[str, ...],
    kinds: tuple[str, ...],
    spec: bool,
) -> int:
    """Write objects of an archive to files, unchanged, or as plain dashboards with --spec.

    Existing files with the same names are overwritten; other files are left alone.
    """
    from dashkit.app.archive import extract, extract_one
    from dashkit.model.words import counted

    console = invocation.console
    if output == "-":
        console.raw(extract_one(invocation.ports, context_name, archive, only, kinds, spec=spec))
        return ExitCode.OK
    number = extract(invocation.ports, context_name, archive, only, kinds, Path(output), spec=spec)
    console.info(f"{counted(number, 'file')} in {output}")
    return ExitCode.OK
