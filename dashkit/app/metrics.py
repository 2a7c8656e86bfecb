"""The metric catalogue: pull it from a server, or compare it with one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from dashkit import _files
from dashkit.app.live import direct, grafana_of, prometheus_uid
from dashkit.app.ports import Event, Ports
from dashkit.config.project import Project
from dashkit.errors import RefusedError, UsageError
from dashkit.metrics.catalogue import read_catalogue
from dashkit.metrics.compare import Described, MetricChange, compare, described
from dashkit.metrics.pull import TAKEN, Filter, MetricSource, pull


@dataclass(frozen=True, slots=True)
class Request:
    """The server, regular expressions for names and jobs, and the maximum number of values per label."""

    context_name: str | None = None
    prometheus: str | None = None
    datasource: str = ""
    match: str = ".*"
    job: str = ".*"
    max_values: int = 50


@dataclass(frozen=True, slots=True)
class PulledCatalogue:
    """A catalogue document, as `dashkit.metrics.catalogue` reads it, and its server."""

    document: dict[str, Any]
    url: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Compared:
    """The changes from the catalogue to the server; ``known`` is the number of metrics in the catalogue."""

    changes: tuple[MetricChange, ...]
    known: int
    url: str
    warnings: tuple[str, ...] = ()


def pulled(request: Request, ports: Ports, name: str) -> PulledCatalogue:
    """Pull the metrics of a Prometheus, or of one behind a Grafana."""
    for option, pattern in (("--match", request.match), ("--job", request.job)):
        try:
            re.compile(pattern)
        except re.error as error:
            raise UsageError(f"{option} {pattern!r} is not a regular expression: {error}") from None
    source, warnings = _source(request, ports)
    document = pull(
        source, Filter(request.match, request.job, request.max_values), name=name, now=ports.clock().timestamp(),
        progress=lambda done, total: ports.progress(Event("metrics read", done, total)),
    )  # fmt: skip
    return PulledCatalogue(document, source.url, warnings)


def compared(request: Request, files: tuple[Path, ...], ports: Ports) -> Compared:
    """Compare catalogue files, or those of the project, with a server: metrics, types, labels, values."""
    known, jobs, added = _known(list(files) or _files_of(ports.project))
    if request.job == ".*" and jobs:
        # The empty alternative is for recorded series, which have no job.
        request = replace(request, job="|".join(["", *(re.escape(name) for name in sorted(jobs))]))
    there = pulled(request, ports, "live")
    live = described(there.document)
    if files:  # ignore recorded series that may be described in other files
        live = {name: entry for name, entry in live.items() if name in known or not _is_recorded(name)}
    return Compared(tuple(compare(known, live, added)), len(known), there.url, there.warnings)


def refuse_handwritten(path: Path) -> None:
    """Raise `RefusedError` for a catalogue that was not made by a pull: it may hold what no server knows."""
    if path.is_file() and f"about: {TAKEN}".encode() not in _files.read_bytes(path)[:2000]:
        hint = "pull into another file; `dashkit metrics diff` shows what is new"
        raise RefusedError(
            "was not made by `dashkit metrics pull`; refusing to overwrite it", where=str(path), hint=hint
        )


def _source(request: Request, ports: Ports) -> tuple[MetricSource, tuple[str, ...]]:
    if request.prometheus:
        if request.context_name or request.datasource:
            raise UsageError("--prometheus excludes --context and --datasource")
        return direct(ports, request.prometheus), ()
    grafana = grafana_of(ports, request.context_name)
    return grafana.prometheus(prometheus_uid(grafana.server.datasources(), request.datasource)), grafana.warnings


def _files_of(project: Project) -> list[Path]:
    found = [path for name in project.check.get("metrics", ()) for path in sorted((project.root / name).glob("*.y*ml"))]
    if not found:
        raise UsageError("no catalogue: name files, or set `check.metrics` in dashkit.yaml")
    return found


def _is_recorded(name: str) -> bool:
    return ":" in name or name.startswith("ALERTS")


def _known(files: Iterable[Path]) -> tuple[dict[str, Described], set[str], set[str]]:
    """Return the metrics of the files, their jobs, and the labels that scraping adds."""
    known: dict[str, Described] = {}
    jobs: set[str] = set()
    added: set[str] = set()
    for path in files:
        catalogue = read_catalogue(path)
        jobs |= {target.job for target in catalogue.targets}
        added |= {label for target in catalogue.targets for label in target.added}
        for metric in catalogue.metrics:
            labels = dict(known[metric.name].labels) if metric.name in known else {}
            for label in metric.labels:
                labels[label] = labels.get(label, frozenset()) | metric.samples.values(label)
            known[metric.name] = Described(metric.kind, labels, metric.open)
    return known, jobs, added
