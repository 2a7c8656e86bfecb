"""``dashkit metrics``."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dashkit.cli import options
from dashkit.cli.console import Console, Progress, counted
from dashkit.errors import ExitCode, InputError, RefusedError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dashkit.config.project import Project
    from dashkit.metrics.compare import Described
    from dashkit.metrics.pull import Source


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
        options.context_option,
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
@options.common
def pull_command(
    prometheus: str | None,
    context_name: str | None,
    datasource: str,
    match: str,
    job: str,
    max_values: int,
    output: str,
    config: Path | None,
    quiet: bool,
    verbose: int,
) -> int:
    """Write the metrics that a Prometheus (or one behind a Grafana) has now as a catalogue.

    Types and help come from its metadata, labels and values from its series; a label with more than --max-values values is
    marked as open, so that no value of it is ever called unknown. Nothing is written to the server.
    """
    import yaml

    from dashkit import _files

    console = options.console(quiet, verbose)
    project = options.project(config)
    if output != "-":
        _refuse_handwritten(Path(output))
    source = _source(project, prometheus, context_name, datasource, console)
    name = Path(output).stem if output != "-" else "pulled"
    document = _pulled(source, match, job, max_values, name, console)
    if not document["metrics"]:
        raise InputError("the server has no such metrics", where=source.url, hint="look at --match and --job")
    text = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=120, default_flow_style=None)
    if output == "-":
        console.raw(text.encode())
    else:
        _files.write_atomic(Path(output), text.encode())
        console.info(f"{counted(len(document['metrics']), 'metric')} in {output}")
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
@options.format_option("text", "json")
@options.common
def diff_command(
    files: tuple[Path, ...],
    prometheus: str | None,
    context_name: str | None,
    datasource: str,
    match: str,
    job: str,
    max_values: int,
    exit_code: bool,
    output_format: str,
    config: Path | None,
    quiet: bool,
    verbose: int,
) -> int:
    """Compare catalogue files (those of the project without any) with a server: metrics, types, labels, values.

    With files only the metrics that they have are looked at on the server, and those of the same jobs.
    """
    from dashkit.metrics.compare import compare, described

    console = options.console(quiet, verbose)
    project = options.project(config)
    chosen = list(files) or _files_of(project)
    known, jobs, added = _known(chosen)
    source = _source(project, prometheus, context_name, datasource, console)
    if job == ".*" and jobs:
        import re

        # Recorded series have no job.
        job = "|".join(["", *(re.escape(name) for name in sorted(jobs))])
    live = described(_pulled(source, match, job, max_values, "live", console))
    if files:  # what other files describe is not missing in these
        live = {name: entry for name, entry in live.items() if name in known or not _is_recorded(name)}
    changes = list(compare(known, live, added))
    if output_format == "json":
        console.json(
            {
                "changes": [{"sign": entry.sign, "metric": entry.metric, "what": entry.what} for entry in changes],
                "server": source.url,
            }
        )
    else:
        colours = {"+": "green", "-": "red", "~": "yellow"}
        for entry in changes:
            console.out(f"{console.out_style(entry.sign, colours[entry.sign])} {entry.metric}: {entry.what}")
        console.info(f"{counted(len(changes), 'difference')} between {counted(len(known), 'metric')} and {source.url}")
    return ExitCode.FOUND if exit_code and changes else ExitCode.OK


def _refuse_handwritten(path: Path) -> None:
    """A catalogue that somebody wrote has what no server tells: it is not written over."""
    from dashkit import _files
    from dashkit.metrics.pull import TAKEN

    if path.is_file() and f"about: {TAKEN}".encode() not in _files.read_bytes(path)[:2000]:
        hint = "pull into another file; `dashkit metrics diff` tells what is new"
        raise RefusedError("was not made by a pull, and is not written over", where=str(path), hint=hint)


def _source(
    project: Project, prometheus: str | None, context_name: str | None, datasource: str, console: Console
) -> Source:
    from dashkit.cli.asking import direct, grafana_connection, prometheus_uid, through_grafana

    if prometheus:
        if context_name or datasource:
            raise UsageError("--prometheus is asked itself; leave out --context and --datasource")
        return direct(prometheus)
    _context, connection = grafana_connection(project, context_name, console)
    return through_grafana(connection, prometheus_uid(connection, datasource))


def _pulled(source: Source, match: str, job: str, max_values: int, name: str, console: Console) -> dict[str, Any]:
    import re

    from dashkit.metrics.pull import Wanted, pull

    for option, pattern in (("--match", match), ("--job", job)):
        try:
            re.compile(pattern)
        except re.error as error:
            raise UsageError(f"{option} {pattern!r} is no regular expression: {error}") from None
    meters: list[Progress] = []

    def progress(_done: int, total: int) -> None:
        if not meters:
            meters.append(Progress(console, total, "metrics read"))
        meters[0].step()

    shown: Callable[[int, int], None] = progress
    return pull(source, Wanted(match, job, max_values), name=name, now=time.time(), progress=shown)


def _files_of(project: Project) -> list[Path]:
    found = [path for name in project.check.get("metrics", ()) for path in sorted((project.root / name).glob("*.y*ml"))]
    if not found:
        raise UsageError("no catalogue: name files, or folders in `check.metrics` of dashkit.yaml")
    return found


def _is_recorded(name: str) -> bool:
    return ":" in name or name.startswith("ALERTS")


def _known(files: Iterable[Path]) -> tuple[dict[str, Described], set[str], set[str]]:
    """The metrics of the files, their jobs, and the labels that scraping adds."""
    from dashkit.metrics.catalogue import read_catalogue
    from dashkit.metrics.compare import Described

    known: dict[str, Described] = {}
    jobs: set[str] = set()
    added: set[str] = set()
    for path in files:
        catalogue = read_catalogue(path)
        jobs |= {target.job for target in catalogue.targets}
        added |= {label for target in catalogue.targets for label in target.added}
        for metric in catalogue.metrics:
            labels = {
                label: frozenset(sample[label] for sample in metric.samples if label in sample)
                for label in metric.labels
            }
            other = known.get(metric.name)
            if other is not None:
                labels = {label: labels.get(label, frozenset()) | other.labels.get(label, frozenset())
                          for label in labels.keys() | other.labels.keys()}  # fmt: skip
            known[metric.name] = Described(metric.kind, labels, metric.open)
    return known, jobs, added
