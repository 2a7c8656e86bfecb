"""``dashkit archive``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dashkit.cli import options
from dashkit.cli.backup_options import kinds_option
from dashkit.errors import ExitCode

if TYPE_CHECKING:
    from dashkit.archive.read import Archive
    from dashkit.backup.stores import Store
    from dashkit.cli.console import Console

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
  dashkit archive diff latest -c prod                 what changed since?
  dashkit archive extract latest --only checkout --spec -o -
\b
ARCHIVE is a file, a directory that `backup --format tree` wrote,
a URL such as s3://bucket/grafana/dashkit-prod-20261121T200435Z.zip,
`latest`: the newest of the context, or `latest:NAME`: the newest of another.
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
                    "state": stamp.state or "whole", "age": int((now - stamp.moment).total_seconds()),
                }
                for stamp in stamps
            ]
        )  # fmt: skip
        return ExitCode.OK
    width = max((len(stamp.name) for stamp in stamps), default=0)
    for stamp in stamps:
        seconds = int((now - stamp.moment).total_seconds())
        age = f"{duration(seconds // 60 * 60)} ago" if seconds >= 60 else "just now"
        note = f"  {stamp.state}" if stamp.state else ""
        console.out(f"{stamp.name:<{width}}  {size_text(stamp.size):>9}  {age}{note}")
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
            console.json(archive_data(found.manifest, kinds=names))
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
    from dashkit.archive.manifest import ArchiveError
    from dashkit.archive.verify import Fault
    from dashkit.archive.verify import verify as faults_of
    from dashkit.cli.archives import opened
    from dashkit.cli.console import counted
    from dashkit.report.archives import shown

    console = options.console(quiet, verbose)
    faults: list[Fault] = []
    members = 0
    try:
        with opened(options.project(config), context_name, archive) as found:
            members = len(found.manifest.entries)
            faults += faults_of(found)
    except ArchiveError as error:
        faults.append(Fault(error.where, error.message))
    bad = [fault for fault in faults if not fault.note]
    if output_format == "json":
        entries = [{"where": fault.where, "text": fault.text, "note": fault.note} for fault in faults]
        console.json({"archive": archive, "whole": not bad, "objects": members, "faults": entries})
    else:
        for fault in faults:
            sign = console.out_style("note:", "dim") if fault.note else console.out_style("fault:", "red")
            console.out(f"{sign} {shown(fault.where)}: {shown(fault.text)}")
        if not bad:
            console.info(f"{archive} is whole: {counted(members, 'object')}")
    return ExitCode.FOUND if bad else ExitCode.OK


@command.command()
@options.context_option
@_ARCHIVE
@click.argument("newer", metavar="[NEWER]", required=False)
@kinds_option("Only these kinds.")
@click.option("--exit-code", is_flag=True, help="Exit with 1 if there are differences.")
@options.format_option("text", "json")
@options.common
def diff(
    context_name: str | None,
    archive: str,
    newer: str | None,
    kinds: tuple[str, ...],
    exit_code: bool,
    output_format: str,
    config: Path | None,
    quiet: bool,
    verbose: int,
) -> int:
    """What changed from one archive to a newer one, or to what the server has now.

    Without NEWER the server of --context (or of the current context) is read.
    """
    from dashkit.backup.compare import Difference, compare_archives, compare_live
    from dashkit.cli.archives import opened
    from dashkit.model.kinds import chosen
    from dashkit.report.differences import differences_data, differences_text

    console = options.console(quiet, verbose)
    project = options.project(config)
    wanted = chosen(kinds)
    seen = 0

    def counting(found: Iterable[Difference]) -> Iterator[Difference]:
        nonlocal seen
        for entry in found:
            seen += 1
            yield entry

    with ExitStack() as stack:
        old = stack.enter_context(opened(project, context_name, archive))
        _warn_of_gaps(old, console)
        if newer:
            new = stack.enter_context(opened(project, context_name, newer))
            _warn_of_gaps(new, console)
            found = compare_archives(old, new, wanted)
        else:
            found = compare_live(old, options.grafana(project, context_name, console)[1], wanted)
        if output_format == "json":
            console.json(differences_data(counting(found)))
        else:
            console.lines(differences_text(counting(found), console.out_style))
    return ExitCode.FOUND if exit_code and seen else ExitCode.OK


@command.command()
@options.context_option
@_ARCHIVE
@click.option("-o", "--output", required=True, metavar="DIR|-", help="Where to; - prints one object.")
@click.option("--only", multiple=True, metavar="KEY", help="Only the objects of this key, such as a uid. Repeatable.")
@kinds_option("Only these kinds.")
@click.option(
    "--spec", is_flag=True, help="Dashboards alone, as plain JSON that Grafana imports and a source folder takes."
)
@options.common
def extract(
    context_name: str | None,
    archive: str,
    output: str,
    only: tuple[str, ...],
    kinds: tuple[str, ...],
    spec: bool,
    config: Path | None,
    quiet: bool,
    verbose: int,
) -> int:
    """Write objects of an archive as files: the members as they are, or with --spec plain dashboards.

    A file that is there with another content is written over; no other is touched.
    """
    from dashkit import _files
    from dashkit.backup.extract import files
    from dashkit.cli.archives import opened
    from dashkit.cli.console import counted
    from dashkit.errors import InputError
    from dashkit.model.kinds import BY_NAME, chosen

    console = options.console(quiet, verbose)
    wanted = chosen(kinds) if kinds else tuple(BY_NAME.values())
    with opened(options.project(config), context_name, archive) as found:
        written = files(found, wanted, frozenset(only), spec=spec)
        if output == "-":
            every = list(written)
            if every and len(every) != 1:
                raise InputError(
                    f"{counted(len(every), 'object')}; - prints one", where=archive, hint="--only KEY --kinds KIND"
                )
            if every:
                console.raw(every[0][1])
                return ExitCode.OK
            written = iter(())
        number = 0
        for name, data in written:
            _files.write_atomic(_files.safe_join(Path(output), name), data, mode=0o600)
            number += 1
    if not number:
        what = f"nothing called {only[0]!r}" if only else "no such object"
        raise InputError(f"{what} in this archive", where=archive, hint="dashkit archive show -v lists all")
    console.info(f"{counted(number, 'file')} in {output}")
    return ExitCode.OK


def _warn_of_gaps(archive: Archive, console: Console) -> None:
    kinds = sorted({report.kind for report in archive.manifest.kinds if report.failure})
    if kinds:
        console.warn(f"{archive.where} is not complete; not compared: {', '.join(kinds)}")


def _store(context_name: str | None, archives: str, config: Path | None) -> tuple[Store, str]:
    """The place where archives are, and the context whose archives alone are meant (empty for all)."""
    from dashkit.backup.stores import open_store
    from dashkit.cli.archives import context_of
    from dashkit.cli.backup_options import place_of

    project = options.project(config)
    place = place_of(project, context_of(project, context_name), archives, must_exist=True)
    return open_store(place), context_name or ""
