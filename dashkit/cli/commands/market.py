"""``dashkit market``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from dashkit.cli import options
from dashkit.cli.invocation import Invocation
from dashkit.errors import ExitCode, worst

if TYPE_CHECKING:
    from dashkit.app.market import Newest, Updated, Verified
    from dashkit.errors import DashkitError

#: The most characters of a title in a table.
_TITLE = 48
_IDS = click.argument("ids", nargs=-1, metavar="[ID]...", type=click.IntRange(1))


@click.group(
    short_help="Keep dashboards of grafana.com up to date.",
    epilog="""\b
Examples:
  dashkit import --id 1860          import a dashboard of grafana.com, and pin its newest revision
  dashkit market outdated           which dashboards have a newer revision
  dashkit market update 1860        import the newest revision to the same file
  dashkit market verify             whether everything is still what was pinned
""",
)
def command() -> None:
    """Use dashboards of grafana.com as dependencies.

    `dashkit import --id` makes a module of one, and writes its id, revision and SHA-256 to `dashkit.lock` beside dashkit.yaml.
    Keep that file in version control: each checkout gets the same content then, or an error. What was downloaded is cached, and
    what is pinned and cached needs no network. `market.url` in dashkit.yaml names a mirror.
    """


@command.command(
    short_help="Show which dashboards have a newer revision.",
    epilog="""\b
Examples:
  dashkit market outdated
  dashkit market outdated --exit-code     exit with 1 if there is a newer revision
""",
)
@_IDS
@click.option("--exit-code", is_flag=True, help="Exit with 1 if there is a newer revision.")
@options.common("text", "json")
def outdated(invocation: Invocation, ids: tuple[int, ...], exit_code: bool) -> int:
    """Ask grafana.com for the newest revision of each dashboard in dashkit.lock, or of some. Nothing is written.

    With -v, also list the dashboards that are at their newest revision, and what the authors say of the newest ones.
    """
    from dashkit.app import market

    console = invocation.console
    found = market.outdated(invocation.ports, ids)
    behind = [one for one in found if one.outdated]
    failed = [one.error for one in found if one.error is not None]
    if invocation.json:
        summary = {"dashboards": len(found), "outdated": len(behind), "failed": len(failed)}
        console.json({"dashboards": [_newest_data(one) for one in found], "summary": summary})
    else:
        console.lines(_table([one for one in found if one.latest and (one.outdated or invocation.verbose)], invocation))
    for error in failed:
        console.failure(error)
    if invocation.text:
        console.info(_outdated_summary(found, behind))
    return worst([*_codes(failed, len(found)), ExitCode.FOUND if exit_code and behind else ExitCode.OK])


def _outdated_summary(found: Sequence[Newest], behind: Sequence[Newest]) -> str:
    from dashkit.model.words import counted

    if not found:
        return "dashkit.lock pins no dashboards; `dashkit import --id ID` adds one"
    unknown = sum(one.error is not None for one in found)
    rest = f", {unknown} unknown" if unknown else ""
    hint = ": dashkit market update" if behind else ""
    return f"{len(behind)} of {counted(len(found), 'dashboard')} with a newer revision{rest}{hint}"


def _table(found: Sequence[Newest], invocation: Invocation) -> Iterator[str]:
    from dashkit.report.archives import shown

    rows = [("id", "title", "pinned", "latest", "published")] if found else []
    for one in found:
        assert one.latest is not None
        title = shown(one.pinned.title)
        title = title if len(title) <= _TITLE else f"{title[: _TITLE - 3]}..."
        revisions = str(one.pinned.revision), str(one.latest.number)
        rows.append((str(one.pinned.id), title, *revisions, shown(one.latest.published[:10])))
    widths = [max(len(row[column]) for row in rows) for column in range(5)] if rows else []
    for number, (identity, title, pinned, latest, published) in enumerate(rows):
        line = (
            f"{identity:>{widths[0]}}  {title:<{widths[1]}}  {pinned:>{widths[2]}}  {latest:>{widths[3]}}  {published}"
        )
        yield invocation.console.out_style(line, "bold") if number == 0 else line.rstrip()
        said = found[number - 1].latest if number and invocation.verbose else None
        if said is not None and (text := " ".join(said.description.split())):
            yield f"{'':>{widths[0]}}  {invocation.console.out_style(shown(text)[:200], 'dim')}"


def _newest_data(one: Newest) -> dict[str, Any]:
    latest = one.latest
    return {
        "id": one.pinned.id, "title": one.pinned.title, "file": one.pinned.file, "pinned": one.pinned.revision,
        "latest": latest.number if latest else None, "published": latest.published if latest else "",
        "description": latest.description if latest else "", "outdated": one.outdated,
        "error": one.error.message if one.error else "",
    }  # fmt: skip


@command.command(
    short_help="Import the newest revisions.",
    epilog="""\b
Examples:
  dashkit market update              all dashboards in dashkit.lock
  dashkit market update 1860 13502   these two
  dashkit market update --force      also overwrite modules that were edited
""",
)
@_IDS
@click.option("--force", is_flag=True, help="Overwrite files that were edited, and write those anew that are gone.")
@options.common("text", "json")
def update(invocation: Invocation, ids: tuple[int, ...], force: bool) -> int:
    """Import the newest revision of each dashboard in dashkit.lock, or of some, to the file that it has.

    A dashboard keeps its uid, and the title and the form that its import named. A file that was edited since its import is
    left alone, and so is its revision, unless --force is given. `git diff` shows what a new revision changes.

    To go back to a revision: dashkit import --id 1860 --revision 36.
    """
    from dashkit.app import market

    console = invocation.console
    show = (lambda one: _show_updated(one, invocation)) if invocation.text else lambda one: None
    results = market.update(market.Request(ids, force), invocation.ports, show)
    invocation.notify([text for one in results for text in one.warnings])
    failed = [one.error for one in results if one.error is not None]
    updated = sum(one.now is not None for one in results)
    if invocation.json:
        summary = {"dashboards": len(results), "updated": updated, "failed": len(failed)}
        console.json({"dashboards": [_updated_data(one) for one in results], "summary": summary})
        for error in failed:
            console.failure(error)
    else:
        rest = f", {len(failed)} failed" if failed else ""
        console.info(f"{updated} updated, {len(results) - updated - len(failed)} unchanged{rest}")
    if failed and updated:
        return ExitCode.PARTIAL
    return worst(error.code for error in failed)


def _show_updated(one: Updated, invocation: Invocation) -> None:
    from dashkit.report.archives import shown

    if one.error is not None:
        invocation.console.failure(one.error)
    elif one.now is not None:
        steps = f"{one.before.revision} -> {one.now.revision}"
        invocation.console.info(f"wrote {one.now.file}: {shown(one.now.title)}, revision {steps}")
    elif invocation.verbose:
        invocation.console.info(f"same  {one.before.file}: revision {one.before.revision} is the newest")


def _updated_data(one: Updated) -> dict[str, Any]:
    now = one.now or one.before
    return {
        "id": now.id, "title": now.title, "uid": now.uid, "file": now.file, "before": one.before.revision,
        "now": now.revision, "updated": one.now is not None, "error": one.error.message if one.error else "",
    }  # fmt: skip


@command.command(
    short_help="Check that everything is what was pinned.",
    epilog="""\b
Examples:
  dashkit market verify              with what is in the cache; the rest is downloaded
  dashkit market verify --download   ask grafana.com for all of it
""",
)
@click.option("--download", is_flag=True, help="Download each revision again, even if the cache has it.")
@options.common("text", "json")
def verify(invocation: Invocation, download: bool) -> int:
    """Compare the content of each pinned revision with its SHA-256 in dashkit.lock, and look at its file.

    A file is as imported, edited since, or missing; an edit is no fault. The exit code is 1 if a revision has other content
    than was pinned, or a file is missing.
    """
    from dashkit.app import market
    from dashkit.model.words import counted

    console = invocation.console
    found = market.verify(invocation.ports, fresh=download)
    faults = sum(one.fault for one in found)
    failed = [one.error for one in found if one.error is not None and not one.changed]
    if invocation.json:
        summary = {"dashboards": len(found), "faults": faults, "failed": len(failed)}
        console.json({"dashboards": [_verified_data(one) for one in found], "summary": summary})
    else:
        console.lines(_verified_line(one, invocation) for one in found)
    for one in found:
        if one.error is not None:
            console.failure(one.error)
    if invocation.text:
        console.info(f"{counted(len(found), 'dashboard')}, {counted(faults, 'fault')}")
    return worst([*_codes(failed, len(found)), ExitCode.FOUND if faults else ExitCode.OK])


def _verified_line(one: Verified, invocation: Invocation) -> str:
    content = "changed" if one.changed else "unknown" if one.error else "as pinned"
    style = invocation.console.out_style
    bad = style("fault:", "red") if one.fault else style("ok:", "green") if not one.error else style("?", "yellow")
    return f"{bad} {one.pinned.id} revision {one.pinned.revision}: content {content}; {one.pinned.file} is {one.state.value}"


def _verified_data(one: Verified) -> dict[str, Any]:
    content = "changed" if one.changed else "unknown" if one.error else "as pinned"
    return {
        "id": one.pinned.id, "revision": one.pinned.revision, "title": one.pinned.title, "file": one.pinned.file,
        "sha256": one.pinned.sha256, "content": content, "state": one.state.value,
        "error": one.error.message if one.error else "",
    }  # fmt: skip


def _codes(failed: Sequence[DashkitError], number: int) -> list[ExitCode]:
    """Return the codes of failures: those of the errors if nothing was found out, else that of a part."""
    return [ExitCode.PARTIAL] if 0 < len(failed) < number else [error.code for error in failed]
