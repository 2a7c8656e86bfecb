"""``dashkit metrics``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from dashkit.cli import options
from dashkit.cli.invocation import Invocation
from dashkit.errors import ExitCode, InputError

_server_options = options.several(
    click.option(
        "--prometheus", metavar="URL", help="Query this Prometheus. DASHKIT_PROMETHEUS_TOKEN holds its token."
    ),
    options.context,
    click.option(
        "--datasource", default="", metavar="UID",
        help="The Prometheus datasource of that Grafana.  [default: its default datasource]",
    ),
    click.option("--match", default=".*", metavar="REGEX", help="Only metrics whose names match."),
    click.option("--job", default=".*", metavar="REGEX", help="Only metrics that these jobs export."),
    options.number("--max-values", 50, "Mark a label as open if it has more values than this."),
)  # fmt: skip


@click.group(
    short_help="Pull a metric catalogue, compare it with a server, find unused metrics.",
    epilog="""\b
Examples:
  dashkit metrics pull --prometheus http://localhost:9090 -o metrics/all.yaml
  dashkit metrics diff --context prod
  dashkit metrics used --prometheus http://localhost:9090
""",
)
def command() -> None:
    """Maintain the metric catalogue: which metrics exist, with their types and labels.

    `dashkit check` uses it to find misspelt names. The catalogue is YAML, with one file for each exporter or system,
    written by hand or pulled from a Prometheus. `check.metrics` in dashkit.yaml lists its folders.
    """


@command.command(
    "pull",
    short_help="Pull a catalogue from a server.",
    epilog="""\b
Examples:
  dashkit metrics pull --prometheus http://localhost:9090 --job node -o metrics/node.yaml
  dashkit metrics pull --context prod --match 'shop_.*' -o metrics/shop.yaml
  dashkit metrics pull --prometheus http://localhost:9090 | less
""",
)
@_server_options
@click.option("-o", "--output", default="-", metavar="FILE|-", help="The file to write, or - for stdout.  [default: -]")
@options.common()
def pull_command(invocation: Invocation, output: str, **given: Any) -> int:
    """Write a catalogue of the metrics that a Prometheus has now; the Prometheus may be behind a Grafana.

    Types and help texts come from its metadata, labels and values from its series. A label with more than --max-values
    values is marked as open, so the check never calls one of its values unknown. Nothing is written to the server.
    """
    import yaml

    from dashkit import _files
    from dashkit.app import metrics
    from dashkit.model.words import counted

    console = invocation.console
    if output != "-":
        metrics.refuse_handwritten(Path(output))
    name = Path(output).stem if output != "-" else "pulled"
    pulled = metrics.pulled(metrics.Request(**given), invocation.ports, name)
    invocation.notify(pulled.warnings)
    if not pulled.document["metrics"]:
        raise InputError("the server has no such metrics", where=pulled.url, hint="check --match and --job")
    text = yaml.safe_dump(pulled.document, sort_keys=False, allow_unicode=True, width=120, default_flow_style=None)
    if output == "-":
        console.raw(text.encode())
    else:
        _files.write_atomic(Path(output), text.encode())
        console.info(f"{counted(len(pulled.document['metrics']), 'metric')} in {output}")
        project = invocation.project
        read = [(project.root / folder).resolve() for folder in project.check.get("metrics", ())]
        if not any(Path(output).resolve().is_relative_to(folder) for folder in read):
            console.hint("to check dashboards against it, name its folder under check.metrics in dashkit.yaml")
    return ExitCode.OK


@command.command(
    "diff",
    short_help="Compare the catalogue with a server.",
    epilog="""\b
Examples:
  dashkit metrics diff --prometheus http://localhost:9090             compare the project's catalogue
  dashkit metrics diff metrics/node.yaml --context prod --exit-code   compare one file; exit with 1 if anything differs
""",
)
@click.argument("files", nargs=-1, metavar="[FILES]...", type=click.Path(path_type=Path))
@_server_options
@click.option("--exit-code", is_flag=True, help="Exit with 1 if anything differs.")
@options.common("text", "json")
def diff_command(invocation: Invocation, files: tuple[Path, ...], exit_code: bool, **given: Any) -> int:
    """Compare metrics, types, labels and values in the catalogue with a server.

    Without FILES, compare the project's catalogue. With FILES, compare only the metrics in them, and those that the same
    jobs export.
    """
    from dashkit.app import metrics
    from dashkit.model.words import counted
    from dashkit.report.style import CHANGE_COLOURS

    console = invocation.console
    found = metrics.compared(metrics.Request(**given), files, invocation.ports)
    invocation.notify(found.warnings)
    if invocation.json:
        changes = [{"sign": entry.sign, "metric": entry.metric, "what": entry.what} for entry in found.changes]
        console.json({"changes": changes, "server": found.url})
    else:
        for entry in found.changes:
            console.out(f"{console.out_style(entry.sign, CHANGE_COLOURS[entry.sign])} {entry.metric}: {entry.what}")
        what = f"{counted(len(found.changes), 'difference')} between {counted(found.known, 'metric')}"
        console.info(f"{what} and {found.url}")
    return ExitCode.FOUND if exit_code and found.changes else ExitCode.OK


@command.command(
    "used",
    short_help="Find the metrics that dashboards and rules read, and those that nothing reads.",
    epilog="""\b
Examples:
  dashkit metrics used                                        what the project reads, and where
  dashkit metrics used --prometheus http://localhost:9090     series that nothing reads, their number and share
  dashkit metrics used -c prod -c staging --prometheus http://localhost:9090
  dashkit metrics used -c prod --prometheus http://localhost:9090 --format relabel > drop.yaml
""",
)
@click.option(
    "-c", "--context", "contexts", multiple=True, metavar="NAME", shell_complete=options.complete_contexts,
    help="Also count what the dashboards and rules of this Grafana read. May be given several times.",
)  # fmt: skip
@click.option(
    "--prometheus",
    metavar="URL",
    help="Compare with the series of this Prometheus. DASHKIT_PROMETHEUS_TOKEN holds its token.",
)
@options.common("text", "json", "relabel")
def used_command(invocation: Invocation, contexts: tuple[str, ...], prometheus: str | None) -> int:
    """List the metrics that panels, variables, annotations and alert rules read, and where.

    With --prometheus, list the series that nothing reads instead, with their number; the server's own rules count as
    readers. The series of a histogram stay together, and up, ALERTS and scrape_* are never listed. What a variable or a
    regular expression makes of a name may be any metric that fits, and is told as such. --format relabel writes drop rules
    for Prometheus, unless something could not be read. Queries in Explore, adapters, federation and readers of remote
    write are not seen.
    """
    from dashkit.app.metrics_used import Request, metrics_used, refuse_drop_rules
    from dashkit.report.metrics_used import relabel_yaml, summary_text, used_data, used_text

    console = invocation.console
    found = metrics_used(Request(contexts, prometheus), invocation.ports)
    invocation.notify(found.warnings)
    if invocation.json:
        console.json(used_data(found.uses, found.unread, found.sources, found.unused))
    elif invocation.form == "relabel":
        refuse_drop_rules(found)
        assert found.unused is not None
        console.raw(relabel_yaml(found.unused).encode())
    else:
        style = console.out_style
        console.lines(used_text(found.uses, found.unread, found.unused, verbose=invocation.verbose, style=style))
        for line in summary_text(found.uses, found.unread, found.unused):
            console.info(line)
    return ExitCode.OK
