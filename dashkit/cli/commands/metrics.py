"""``dashkit metrics``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from dashkit.cli import options
from dashkit.cli.invocation import Invocation
from dashkit.errors import ExitCode, InputError


def _server_options(function: Any) -> Any:
    for option in (
        click.option(
            "--max-values", type=click.IntRange(min=1), default=50, show_default=True, help="Of a label, at most."
        ),
        click.option("--job", default=".*", metavar="REGEX", help="Only what these jobs export."),
        click.option("--match", default=".*", metavar="REGEX", help="Only metrics of such a name."),
        click.option(
            "--datasource", default="", metavar="UID", help="Prometheus datasource of the Grafana; else the default."
        ),
        options.context,
        click.option("--prometheus", metavar="URL", help="Ask this Prometheus; see DASHKIT_PROMETHEUS_TOKEN."),
    ):
        function = option(function)
    return function


@click.group(
    short_help="The metric catalogue: take it from a server, compare it with one.",
    epilog="""\b
Examples:
  dashkit metrics pull --prometheus http://localhost:9090 -o metrics/all.yaml
  dashkit metrics diff --context prod
""",
)
def command() -> None:
    """The metric catalogue says which metrics there are, of what type, and with which labels.

    `dashkit check` finds misspelt names with it. It is YAML, one file for each exporter or system, written by hand or
    taken from a Prometheus; `check.metrics` of dashkit.yaml names its folders.
    """


@command.command(
    "pull",
    short_help="Take a catalogue from a server.",
    epilog="""\b
Examples:
  dashkit metrics pull --prometheus http://localhost:9090 --job node -o metrics/node.yaml
  dashkit metrics pull --context prod --match 'shop_.*' -o metrics/shop.yaml
  dashkit metrics pull --prometheus http://localhost:9090 | less
""",
)
@_server_options
@click.option("-o", "--output", default="-", metavar="FILE|-", help="File to write, or - for stdout.  [default: -]")
@options.common()
def pull_command(invocation: Invocation, output: str, **given: Any) -> int:
    """Write the metrics that a Prometheus (or one behind a Grafana) has now as a catalogue.

    Types and help come from its metadata, labels and values from its series; a label with more than --max-values values is
    marked as open, so that no value of it is ever called unknown. Nothing is written to the server.
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
    invocation.tell(pulled.warnings)
    if not pulled.document["metrics"]:
        raise InputError("the server has no such metrics", where=pulled.url, hint="look at --match and --job")
    text = yaml.safe_dump(pulled.document, sort_keys=False, allow_unicode=True, width=120, default_flow_style=None)
    if output == "-":
        console.raw(text.encode())
    else:
        _files.write_atomic(Path(output), text.encode())
        console.info(f"{counted(len(pulled.document['metrics']), 'metric')} in {output}")
    return ExitCode.OK


@command.command(
    "diff",
    short_help="What a server has that the catalogue has not, and the other way round.",
    epilog="""\b
Examples:
  dashkit metrics diff --prometheus http://localhost:9090             the catalogue of the project
  dashkit metrics diff metrics/node.yaml --context prod --exit-code   one file; 1 if anything changed
""",
)
@click.argument("files", nargs=-1, metavar="[FILES]...", type=click.Path(path_type=Path))
@_server_options
@click.option("--exit-code", is_flag=True, help="Exit with 1 if anything differs.")
@options.common("text", "json")
def diff_command(invocation: Invocation, files: tuple[Path, ...], exit_code: bool, **given: Any) -> int:
    """Compare catalogue files (those of the project without any) with a server: metrics, types, labels, values.

    With files only the metrics that they have are looked at on the server, and those of the same jobs.
    """
    from dashkit.app import metrics
    from dashkit.model.words import counted

    console = invocation.console
    found = metrics.compared(metrics.Request(**given), files, invocation.ports)
    invocation.tell(found.warnings)
    if invocation.json:
        changes = [{"sign": entry.sign, "metric": entry.metric, "what": entry.what} for entry in found.changes]
        console.json({"changes": changes, "server": found.url})
    else:
        colours = {"+": "green", "-": "red", "~": "yellow"}
        for entry in found.changes:
            console.out(f"{console.out_style(entry.sign, colours[entry.sign])} {entry.metric}: {entry.what}")
        what = f"{counted(len(found.changes), 'difference')} between {counted(found.known, 'metric')}"
        console.info(f"{what} and {found.url}")
    return ExitCode.FOUND if exit_code and found.changes else ExitCode.OK
