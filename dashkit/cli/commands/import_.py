"""``dashkit import``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dashkit.cli import options
from dashkit.cli.invocation import Invocation
from dashkit.errors import ExitCode

if TYPE_CHECKING:
    from dashkit.app.import_request import Imported
    from dashkit.importer.inputs import Input


def _texts(_ctx: click.Context, _param: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    """Return texts by name."""
    if wrong := [value for value in values if not value.partition("=")[1]]:
        raise click.BadParameter(f"{wrong[0]!r} is not of the form NAME=VALUE")
    return {name: text for name, _, text in (value.partition("=") for value in values)}


@click.command(
    "import",
    short_help="Turn dashboards that exist as JSON or Jsonnet into modules.",
    epilog="""\b
Examples:
  dashkit import checkout.json                          dashboards/checkout.py
  dashkit import exported/ --to dashboards/imported     a module for each file, in the same directories
  dashkit import kubernetes-mixin/mixin.libsonnet       the dashboards of a mixin
  dashkit import --folder "Team/Service" -c prod        dashboards of a Grafana, without what the context adds
  dashkit import latest --folder Team                   a folder of the newest backup
  dashkit import --id 1860 --title "Hosts"              a dashboard of grafana.com, pinned in dashkit.lock
  dashkit import exported/ --as json                    JSON files in dashkit's own form
  dashkit import old/ --upgrade --report                graph, singlestat and old schemas as one makes them today
  dashkit import exported/ --report --format json       what became of each panel
""",
)
@click.argument("sources", nargs=-1, metavar="[SOURCE]...", type=click.Path(path_type=Path))
@options.context
@click.option("--uid", "uids", multiple=True, callback=options.some, metavar="UID", help="Import this one. Repeatable.")
@click.option(
    "--folder", metavar="PATH", help="Import all dashboards in this folder and below, such as 'Team/Service'."
)
@click.option("--all", "everything", is_flag=True, help="Import all dashboards of the organisation.")
@click.option(
    "--id", "ids", multiple=True, type=click.IntRange(1), metavar="ID",
    help="Import this dashboard of grafana.com, and pin it in dashkit.lock. Repeatable.",
)  # fmt: skip
@click.option(
    "--revision", type=click.IntRange(1), metavar="N",
    help="The revision of it to import.  [default: the pinned one, or the newest]",
)  # fmt: skip
@click.option("--title", default="", metavar="TEXT", help="Another title, for a single dashboard.")
@click.option("--new-uid", default="", metavar="UID", help="Another uid, for a single dashboard.")
@click.option(
    "--to", type=click.Path(path_type=Path, file_okay=False), default=Path("dashboards"), show_default=True,
    metavar="DIR", help="Where to write.",
)  # fmt: skip
@click.option(
    "--as", "kind", type=click.Choice(("python", "json")), default="python", show_default=True, help="What to write."
)
@click.option(
    "-J",
    "--jpath",
    "library_paths",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Let Jsonnet import from here, too, besides its own project and vendor/ in it. Repeatable.",
)
@click.option(
    "--ext-str", "variables", multiple=True, callback=_texts, metavar="NAME=VALUE",
    help="What std.extVar(NAME) of Jsonnet is. Repeatable.",
)  # fmt: skip
@click.option(
    "--input", "inputs", multiple=True, callback=_texts, metavar="NAME=VALUE",
    help="What an input of an export stands for: the uid of a datasource, or a constant. Repeatable.",
)  # fmt: skip
@click.option("--force", is_flag=True, help="Overwrite existing files that differ.")
@click.option(
    "--upgrade",
    is_flag=True,
    help="Bring old schemas, and panels of kinds that are gone, to what one makes today; --report says what became of them.",
)
@click.option(
    "--report",
    is_flag=True,
    help="Say of each dashboard how its panels are written, and what was mended; with -v, what was left out, and why.",
)
@options.common("text", "json")
def command(invocation: Invocation, report: bool, **given: Any) -> int:
    """Turn dashboards into modules of `dashkit.authoring`, as a person would have written them, with a proof.

    SOURCE is a JSON file (classic, an export with `__inputs`, a Kubernetes-style resource), a Jsonnet file that makes
    dashboards or is a mixin, a directory of such files, or an archive of `dashkit backup` (a file, a name, `latest`). --uid,
    --folder and --all take dashboards of the context's Grafana; afterwards, `dashkit push --adopt` takes them over. --id
    takes dashboards of grafana.com, which `dashkit market` keeps up to date. Panels become calls of their helpers, positions
    become rows and grids, and ids of panels are kept. What no helper can say is raw JSON.

    Each module is compiled in a process of its own and compared with its source: where they differ, it is not written. Places are
    compared as Grafana draws them, and what a panel takes anyway need not be said.
    """
    from dashkit.app import import_, market_import
    from dashkit.app.import_request import Request

    use_case = market_import if given["ids"] else import_
    done = use_case.carry_out(Request(**given, ask=invocation.asking(_question)), invocation.ports)
    invocation.notify(done.warnings)
    results = done.results
    failed = [one.error for one in results if one.error is not None]
    if invocation.json:
        invocation.console.json({"dashboards": [_data(one) for one in results], "summary": _summary(results)})
    for one in results:
        if one.error is not None:
            invocation.console.failure(one.error)
        elif invocation.text:
            _show(one, invocation, report=report)
    if invocation.text:
        _show_summary(results, invocation)
    invocation.notify((), done.notes)
    if failed:
        return ExitCode.PARTIAL if len(failed) < len(results) else failed[0].code
    return ExitCode.OK


def _question(one: Input) -> str:
    return f"{one.label} (input {one.name} of the export)"


def _show(one: Imported, invocation: Invocation, *, report: bool) -> None:
    console = invocation.console
    console.info(f"{'wrote' if one.changed else 'same '} {one.file}")
    if not report:
        return
    how = [
        text
        for count, text in (
            (one.panels.helper, "by their helpers"), (one.panels.panel, "by panel(...)"), (one.panels.plain, "as JSON"),
        )
        if count
        for text in [f"{count} {text}"]
    ]  # fmt: skip
    if one.lines[0]:
        console.out(f"    {one.lines[0]} lines of {one.lines[1]}; panels: {', '.join(how) or 'none'}")
    lost = [f"lost: {line}" for line in one.lost]
    for note in (*one.notes, *one.modernised, *lost, *(one.left_out if console.verbose else ())):
        console.out(f"    {note}")


def _show_summary(results: list[Imported], invocation: Invocation) -> None:
    from dashkit.model.words import counted

    summary = _summary(results)
    equal = summary["equal"]
    failed = f", {summary['failed']} failed" if summary["failed"] else ""
    source = "the upgraded source" if any(one.modernised for one in results) else "the source"
    invocation.console.info(f"{counted(equal, 'dashboard')} imported, equal to {source}{failed}")


def _summary(results: list[Imported]) -> dict[str, Any]:
    panels = {
        name: sum(getattr(one.panels, key) for one in results)
        for name, key in (("helper", "helper"), ("panel", "panel"), ("dict", "plain"))
    }
    done = [one for one in results if one.error is None]
    return {
        "dashboards": len(results), "equal": sum(one.equal for one in done), "failed": len(results) - len(done), "panels": panels,
    }  # fmt: skip


def _data(one: Imported) -> dict[str, Any]:
    panels = {"helper": one.panels.helper, "panel": one.panels.panel, "dict": one.panels.plain}
    return {
        "source": one.source, "uid": one.uid, "title": one.title, "file": one.file, "equal": one.equal, "panels": panels,
        "lines": one.lines[0], "modernised": [*one.notes, *one.modernised, *one.left_out], "lost": list(one.lost),
        "error": one.error.message if one.error else "",
    }  # fmt: skip
