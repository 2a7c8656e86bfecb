"""Write what a context's Grafana should hold as files for other tools, or say whether those are up to date."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dashkit import _files
from dashkit.app.alerts import as_before_12, context_options, refuse_waiting
from dashkit.app.connect import adjustments_of, refuse_source
from dashkit.app.ports import Ports
from dashkit.app.source import Alerting, alert_links, all_alerting, all_dashboards
from dashkit.compiler.write import MANIFEST, OutputFolder
from dashkit.config.context import Context, meant
from dashkit.config.project import Project
from dashkit.deploy.alert_groups import desired_rules
from dashkit.deploy.desired import desired
from dashkit.deploy.folders import FolderTree
from dashkit.errors import ConfigError, RefusedError
from dashkit.export.desired_state import DatasourceSettings, DesiredState, folders_of
from dashkit.model.folder import parse_folder
from dashkit.model.live import GrafanaAlertGroup
from dashkit.model.versions import major

#: A password in a URL, unless a variable stands for it.
_PASSWORD = re.compile(r"://[^/@:]*:(?!\$\{\w+\}@)[^/@]+@")
#: A target: what a Grafana should hold in, each file with its path and content out.
Target = Callable[[DesiredState], Iterable[tuple[str, bytes]]]


@dataclass(frozen=True, slots=True)
class Request:
    """The options of every target of `dashkit export`."""

    output: Path
    context_name: str | None = None
    #: Write nothing; say what is not up to date.
    check: bool = False


@dataclass(frozen=True, slots=True)
class Exported:
    """The files that were written, or with ``check`` would be; each name is relative to ``folder``.

    Attributes:
        changed: those that are new or have another content.
        removed: those of an earlier export that the source no longer has.
        count: how many files there are in all.
    """

    state: DesiredState
    folder: Path
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    count: int

    @property
    def current(self) -> bool:
        """Whether everything was up to date before."""
        return not self.changed and not self.removed


def export(request: Request, target: Target, ports: Ports, manifest: str = MANIFEST) -> Exported:
    """Compile everything, and write the files of the target. Files of anybody else are never overwritten or removed.

    Args:
        manifest: the name of the list of its files.

    Raises:
        InputError: a module is broken; nothing was written.
        UsageError: a file would be among the sources.
        RefusedError: there is a file of somebody else in the place of one of the target's.
    """
    state = state_of(request.context_name, ports)
    files = _files_of(target(state), request.output)
    refuse_source((request.output / name for name in files), ports.project, "choose another --output")
    folder = OutputFolder(request.output, manifest)
    changed = [name for name, data in files.items() if _differs(request.output, name, data)]
    others = [name for name in changed if name not in folder.known and (request.output / name).exists()]
    if others:
        raise RefusedError(
            f"{others[0]} is there already, and is not from an export"
            + (f" (nor {len(others) - 1} more)" if len(others) > 1 else ""),
            where=str(request.output),
            hint="choose another --output, or move the file away",
        )
    if request.check:
        gone = sorted(folder.known - files.keys())
    else:
        folder.claim(files)
        for name, data in files.items():
            folder.write(name, data)
        gone = folder.finish(complete=True)
    return Exported(state, request.output, tuple(changed), tuple(gone), len(files))


def _files_of(found: Iterable[tuple[str, bytes]], output: Path) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for name, data in found:
        if name in files:
            raise RefusedError(f"two files would be called {name}", where=str(output), hint="change one of the uids")
        files[name] = data
    return dict(sorted(files.items()))


def _differs(folder: Path, name: str, data: bytes) -> bool:
    path = _files.safe_join(folder, name)
    return not path.is_file() or _files.read_bytes(path) != data


def context_of(name: str | None, ports: Ports) -> Context:
    """Return the named context, else the current one. A project without contexts is exported as it is."""
    implied = name or ports.project.contexts or ports.environ.get("DASHKIT_URL")
    return meant(ports.project, name, ports.environ) if implied else Context("", "")


def state_of(context_name: str | None, ports: Ports) -> DesiredState:
    """Compile the project, and return what a context's Grafana should hold.

    Raises:
        InputError: a module is broken.
        RefusedError: alerts read series that this Grafana would not record.
    """
    everything = all_dashboards(ports)
    return _state(context_of(context_name, ports), everything, all_alerting(ports, everything), ports.project)


def _state(context: Context, everything: list[Any], alerting: Alerting, project: Project) -> DesiredState:
    adjustments = adjustments_of(project, context)
    wanted = desired(everything, adjustments, frozenset(entry.uid for entry in everything))
    rules = _rules(context, alerting, project) if context.evaluator == "grafana" else []
    alerts = project.alerts.get("folder", "Alerts")
    paths = (
        {adjustments.folder_prefix + parse_folder(group.folder or alerts) for group in alerting.groups}
        if rules
        else set()
    )
    return DesiredState(
        project.name,
        context.name,
        context.org_id or 1,
        adjustments.tag,
        tuple(wanted),
        folders_of([*(item.folder for item in wanted), *paths]),
        alerting.groups,
        tuple(rules),
        alerting.routing,
        alert_links(project),
        tuple(_datasources(project, context)),
        project.grafana,
    )


def _rules(context: Context, alerting: Alerting, project: Project) -> list[GrafanaAlertGroup]:
    modern = major(project.grafana) >= 12
    groups = alerting.groups if modern else tuple(map(as_before_12, alerting.groups))
    recording = context.recording == "grafana"
    if recording and not modern:
        refuse_waiting(alerting, project.grafana, context.url)
        recording = False
    tree = FolderTree([], nested=True)
    options, _ = context_options(project, context, groups, tree, recording=recording)
    return desired_rules(groups, **options)


def _datasources(project: Project, context: Context) -> Iterable[DatasourceSettings]:
    """Yield what dashkit.yaml describes. Raises `ConfigError` for what Grafana would not take, or what is a secret."""
    taken: dict[str, str] = {}
    for uid, value in sorted(project.datasources.items()):
        if not value.get("url"):
            continue
        here, where = context.datasources.get(uid, uid), f"{project.file}: datasources.{uid}"
        name = value.get("name") or here
        for what in (f"uid {here!r}", f"name {name!r}", *(["`default: true`"] if value.get("default") else [])):
            if other := taken.get(what):
                hint = f"keep the `url` of one of them, or change the context's `datasources`, or the name of {uid}"
                raise ConfigError(
                    f"{other} and {uid} both have the {what}, which only one can have", where=where, hint=hint
                )
            taken[what] = uid
        if _PASSWORD.search(value["url"]):
            raise ConfigError(
                "the URL contains a password, which would be in the files", where=where,
                hint="use `settings: {basicAuth: true}` and `secrets: {basicAuthPassword: NAME}`, or ${NAME} in the URL",
            )  # fmt: skip
        yield DatasourceSettings(
            here, value["type"], value["url"], name, bool(value.get("default")), value.get("settings", {}),
            value.get("secrets", {}),
        )  # fmt: skip
