"""Turn the alert and recording rules that a Grafana evaluates into modules, with a proof that a push of these changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dashkit.app.alerts import alert_datasource
from dashkit.app.connect import Connected, adjustments_of, connected
from dashkit.app.import_proof import made_by
from dashkit.app.import_rules import ImportedRules, Module, file_name, format_modules, saved
from dashkit.app.ports import Ports
from dashkit.config.project import Project
from dashkit.deploy.alert_forms import OtherFormError, compared_rule
from dashkit.deploy.desired import ambiguous
from dashkit.deploy.folders import FolderTree
from dashkit.errors import InputError, ServerError
from dashkit.importer import fresh
from dashkit.importer.format import require_formatter
from dashkit.importer.grafana_rules import Left, Origin, Taken, taken_groups
from dashkit.importer.rules import groups_module
from dashkit.model.folder import folder_text, parse_folder
from dashkit.model.live import GrafanaAlertGroup

#: A group that a push would change after all is left out; then the others are tried again.
_TRIES = 3
#: In the types of datasources that answer PromQL.
_PROMQL = ("prometheus", "victoriametrics-metrics")


@dataclass(frozen=True, slots=True)
class Request:
    """The rules of a context's Grafana, or of a folder there and all below it."""

    context_name: str | None = None
    folder: str | None = None
    to: Path = Path("dashboards")
    #: Overwrite files that differ.
    force: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """What became of each module, and of each group that no module makes."""

    results: list[ImportedRules]
    warnings: tuple[str, ...] = ()


def carry_out(request: Request, ports: Ports) -> Done:
    """Write a module for the groups of each system. A group that no module makes stays as it is, and is named.

    Raises:
        InputError: the formatter is not installed.
        ServerError: the server cannot be read.
    """
    require_formatter()
    found = connected(ports, request.context_name)
    origin, live = _read(request, found, ports.project)
    if not live:
        where = f" in the folder {request.folder!r}" if request.folder else ""
        nothing = ServerError(f"no Grafana-managed rules{where}", status=404, where=found.server.url)
        return Done([ImportedRules(f"{found.context.name}: rules", error=nothing)], found.warnings)
    groups = list(taken_groups(live, origin))
    taken = [group for group in groups if isinstance(group, Taken)]
    left = [_left(group) for group in groups if isinstance(group, Left)]
    for _ in range(_TRIES):
        modules = [_module(system, members, found) for system, members in _by_system(taken)]
        formatted, changed = _proven(modules, taken, origin, ports.project, found)
        if not changed:
            break
        left += [_left(Left(origin.folders[one.live[0].folder_uid], _name(one), (why,))) for one, why in changed]
        taken = [one for one in taken if not any(one is other for other, _ in changed)]
    else:
        formatted = []
    results = [saved(module, request.to, force=request.force) for module in formatted]
    return Done([*results, *left], found.warnings)


def _read(request: Request, found: Connected, project: Project) -> tuple[Origin, list[GrafanaAlertGroup]]:
    """Return where the rules are from, and those that were asked for."""
    server, adjustments = found.server, adjustments_of(project, found.context)
    tree = FolderTree(server.folders(), nested=server.nested_folders)
    usual = parse_folder(project.alerts.get("folder", "Alerts"))
    wanted = adjustments.without_prefix(parse_folder(request.folder)) if request.folder else ()
    live, folders = [], {}
    # A server lists them in any order.
    for group in sorted(server.alert_groups(), key=lambda one: (one.name, one.folder_uid)):
        whole = tree.path(group.folder_uid)
        if not server.nested_folders:
            whole = parse_folder(folder_text(whole))  # the whole path is the title of one folder
        path, prefix = adjustments.without_prefix(whole), adjustments.folder_prefix
        if path[: len(wanted)] == wanted:
            live.append(group)
            if whole[: len(prefix)] == prefix:
                folders[group.folder_uid] = "" if path == usual else folder_text(path)
    datasource = alert_datasource(project, found.context)
    datasources = {**_datasources(found), datasource: ""}
    return Origin(adjustments.tag, datasource, folders, datasources, adjustments.uid_prefix), live


def _datasources(found: Connected) -> dict[str, str]:
    """Return what the source calls each datasource that answers PromQL, by uid."""
    mapped = found.context.datasources
    back = {new: old for old, new in mapped.items() if new not in ambiguous(mapped)}
    answers = (one for one in found.server.datasources() if any(word in one.type for word in _PROMQL))
    return {one.uid: back.get(one.uid, one.uid) for one in answers}


def _by_system(taken: Iterable[Taken]) -> list[tuple[str, list[Taken]]]:
    found: dict[str, list[Taken]] = {}
    for one in taken:
        found.setdefault(one.system, []).append(one)
    return sorted(found.items())


def _name(one: Taken) -> str:
    return str(one.call.arguments[0])


def _module(system: str, members: Sequence[Taken], found: Connected) -> Module:
    imported = ImportedRules(
        f"{found.context.name}: {system}", file_name(system, ()), equal=True,
        alerts=sum(one.alerts for one in members), recording_rules=sum(one.recording_rules for one in members),
    )  # fmt: skip
    return Module(imported, groups_module([one.call for one in members], f"Alert rules of {system}"))


def _left(group: Left) -> ImportedRules:
    source = f"{group.folder or 'the folder of alerts'}: group {group.name}"
    error = InputError(f"stays in Grafana only: {'; '.join(group.reasons)}", where=source)
    return ImportedRules(source, error=error)


def _proven(
    modules: Sequence[Module], taken: Sequence[Taken], origin: Origin, project: Project, found: Connected
) -> tuple[list[Module], list[tuple[Taken, str]]]:
    """Return the modules, formatted, and each group of which a process of its own makes something else, with what that is."""
    uids = {name: uid for uid, name in origin.folders.items()}
    asked = {
        "folder_uid": uids.get("", ""), "folders": uids, "datasource": origin.datasource, "owner": origin.owner,
        "datasources": dict(found.context.datasources),
        "runbooks": project.alerts.get("runbooks", ""), "uid_prefix": origin.uid_prefix, "recording": True,
    }  # fmt: skip
    with fresh.folder() as folder:
        formatted = format_modules(modules, folder)
        made = made_by(folder, {"grafana": asked})
    by_place = {(group["folder"], group["name"]): group for group in made.grafana}
    failure = next(iter(made.failures.values()), "")
    changed = []
    for one in taken:
        why = failure or next(filter(None, (_change(live, by_place, one.datasource) for live in one.live)), "")
        if why:
            changed.append((one, why))
    return formatted, changed


def _change(live: GrafanaAlertGroup, made: dict[tuple[str, str], Any], datasource: str) -> str:
    """Return what a push would change in a live group; empty for nothing."""
    group = made.get(live.place)
    if group is None:
        return "a push would give it another place"
    if group["interval"] != live.interval:
        return f"a push would evaluate it every {group['interval']} s, not every {live.interval} s"
    try:
        now = [compared_rule(rule, datasource) for rule in live.rules]
        then = [compared_rule(rule, datasource) for rule in group["rules"]]
    except OtherFormError as error:
        return str(error)
    if now == then:
        return ""
    for before, after in zip(now, then, strict=False):
        if key := next((key for key in {**before, **after} if before.get(key) != after.get(key)), ""):
            return f"{before['title']}: a push would change its {key}"
    return "a push would make other rules"
