"""Compile dashboard modules to JSON files, and alert modules to the files of Prometheus, Alertmanager and Grafana."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from dashkit import _json
from dashkit.app.ports import Ports
from dashkit.app.source import Alerting, alert_links, all_alerting, picked
from dashkit.compiler.compile import Failure
from dashkit.compiler.write import OutputFolder, file_name
from dashkit.document.read import as_resource
from dashkit.export.alerting_files import KINDS, alerting_files
from dashkit.model.alerts import AlertRule, RecordingRule
from dashkit.model.dashboard import CompiledDashboard


@dataclass(frozen=True, slots=True)
class Request:
    """The options of `dashkit build`; ``output`` is a folder, None for the project's, ``-`` for no files at all."""

    only: tuple[str, ...] = ()
    output: str | None = None


@dataclass(frozen=True, slots=True)
class Built:
    """A dashboard, defined in ``path``; ``spec`` is its document, only if no file is written.

    ``notes`` say what was mended in it.
    """

    uid: str
    title: str
    path: str
    file: str = ""
    changed: bool = False
    spec: dict[str, Any] | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """What compiled and what did not, in source order, and the stale files that were removed."""

    results: tuple[Built | Failure, ...]
    removed: tuple[str, ...] = ()

    @property
    def built(self) -> list[Built]:
        return [entry for entry in self.results if isinstance(entry, Built)]

    @property
    def failures(self) -> list[Failure]:
        return [entry for entry in self.results if isinstance(entry, Failure)]

    @property
    def changed(self) -> int:
        return sum(bool(entry.changed) for entry in self.built)


def folder_of(request: Request, ports: Ports) -> Path:
    """Return the output folder."""
    return Path(request.output).resolve() if request.output else ports.project.build


def build(request: Request, ports: Ports, report: Callable[[Built | Failure], None] = lambda result: None) -> Result:
    """Compile what ``only`` selects, and write a file for each dashboard; ``report`` is called with each result."""
    folder = None if request.output == "-" else OutputFolder(folder_of(request, ports))
    results: list[Built | Failure] = []
    removed: Iterable[str] = ()
    whole = False
    try:
        for result in picked(ports.compile(ports.project), request.only, ports.project):
            entry = result if isinstance(result, Failure) else _written(result, folder)
            report(entry)
            results.append(entry)
        whole = not request.only and not any(isinstance(entry, Failure) for entry in results)
    finally:
        # Also after an interrupt: record what was written, so that a later build may remove it.
        removed = folder.finish(complete=whole, suffix=".json") if folder else ()
    return Result(tuple(results), tuple(removed))


def _written(dashboard: CompiledDashboard, folder: OutputFolder | None) -> Built:
    uid, title, path = dashboard.uid, dashboard.title, dashboard.source.path
    document = as_resource(uid, dashboard.schema, dashboard.spec) if dashboard.schema else dashboard.spec
    if folder is None:
        return Built(uid, title, path, spec=document, notes=dashboard.notes)
    name = file_name(dashboard)
    return Built(uid, title, path, name, folder.write(name, _json.pretty(document)), notes=dashboard.notes)


@dataclass(frozen=True, slots=True)
class AlertFiles:
    """The files of the alert modules and whether each changed, and the stale files that were removed."""

    alerting: Alerting
    folder: Path
    files: tuple[tuple[str, bool], ...]
    removed: tuple[str, ...]


def build_alerts(output: Path | None, ports: Ports, kind: type[AlertRule | RecordingRule] | None = None) -> AlertFiles:
    """Write the files of the alert modules; nothing is written if one is broken.

    With ``kind``, write only such rules: the others are evaluated elsewhere.
    """
    base = output.resolve() if output else ports.project.build.parent
    alerting = all_alerting(ports)
    if kind is not None:
        parts = (
            replace(group, rules=group.recordings if kind is RecordingRule else group.alerts)
            for group in alerting.groups
        )
        routing = alerting.routing if kind is AlertRule else None
        alerting = Alerting(tuple(group for group in parts if group.rules), routing)
    # Build them all first: an error must come before the first write.
    files = list(alerting_files(alerting.groups, alerting.routing, alert_links(ports.project)))
    # Include folders that get no files now: those of an earlier build have to be removed.
    folders = {kind: OutputFolder(base / kind) for kind in KINDS if any(files) or (base / kind).is_dir()}
    written = [(f"{kind}/{name}", folders[kind].write(name, data)) for kind, name, data in files]
    removed = [f"{kind}/{name}" for kind, folder in folders.items() for name in folder.finish(complete=True)]
    return AlertFiles(alerting, base, tuple(written), tuple(removed))
