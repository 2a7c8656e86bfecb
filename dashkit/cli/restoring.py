"""A run of ``dashkit restore``: choose, plan, ask, write, tell."""

from __future__ import annotations

import difflib
import os
import stat
import sys
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from dashkit import _files
from dashkit.archive.read import Archive
from dashkit.backup.adapt import Adaptation, flat_titles
from dashkit.backup.naming import plain_context
from dashkit.backup.progress import Begun, progress_file
from dashkit.backup.restore import Outcome, restore
from dashkit.backup.restore_plan import Step, Terms, plan_restore
from dashkit.backup.secrets import from_environment, parse_secrets, secret_name, template
from dashkit.backup.select import Selection, select
from dashkit.cli import options
from dashkit.cli.archives import opened
from dashkit.cli.backup_options import CONFLICT_HINT, only_run
from dashkit.cli.connect import require_organisation, warn_unverified
from dashkit.cli.console import Console, Progress, counted
from dashkit.cli.deletes import confirm
from dashkit.config.project import STATE, Project
from dashkit.deploy.actions import Kind
from dashkit.deploy.apply import exit_code
from dashkit.deploy.folders import FolderTree
from dashkit.errors import ExitCode, InputError, RefusedError, ServerError, UsageError
from dashkit.grafana.client import Grafana
from dashkit.model.folder import parse_folder
from dashkit.model.item import Item
from dashkit.model.kinds import chosen
from dashkit.model.secret import Secret
from dashkit.report.archives import shown
from dashkit.report.restoring import outcome_text, plan_text, restore_data


@dataclass(frozen=True, slots=True)
class Request:
    """What the person asked for."""

    archive: str
    context: str | None
    kinds: tuple[str, ...]
    only: tuple[str, ...]
    organisation: str
    into: str
    datasources: tuple[str, ...]
    secrets: str
    template: bool
    on_conflict: str
    dry_run: bool
    yes: bool
    as_json: bool


def restore_archive(project: Project, request: Request, console: Console) -> ExitCode:
    """Do it, or say why not."""
    datasources = _datasources(request.datasources)
    with opened(project, request.context, request.archive) as archive:
        if not archive.manifest.complete:
            console.warn(f"{archive.where} is not complete: dashkit archive show says what is not in it")
        kinds = chosen(request.kinds)
        selection = select(archive, kinds, request.only, request.organisation, moved=bool(request.into))
        if request.template:
            console.lines(template(archive.item(entry) for entry in selection.entries if _may_have_secrets(entry.kind)))
            return ExitCode.OK
        context, grafana = options.grafana(project, request.context, console)
        require_organisation(context, grafana)
        secrets = _secrets(request.secrets, archive, selection, console)
        warn_unverified(grafana, console)
        state = project.root / STATE
        lock = nullcontext() if request.dry_run else only_run(state / f"restore-{context.name}.lock", "restore")
        with lock:
            adaptation, make = _adaptation(request, archive, selection, grafana, datasources)
            begun = Begun(progress_file(state, plain_context(context.name), archive))
            selection = _without_mapped(selection, adaptation)
            _warn_of_mapping(archive, grafana, datasources, console)
            terms = Terms(adaptation, request.on_conflict, secrets, begun.half_made, datetime.now(UTC))
            steps = plan_restore(archive, selection, grafana, terms)
            where = f"{context.name} ({context.url})"
            origin, here = archive.manifest.origin, grafana.organisation[1]
            console.info(f"Archive of {shown(origin.context)} ({shown(origin.url)}), {origin.created or 'a tree'}")
            if (there := origin.organisations.get(selection.organisation, "")) != here:
                console.warn(f"organisation {there!r} of the archive goes into {here!r}")
            if not request.as_json:
                console.lines(
                    plan_text(steps, console.out_style, where=where, verbose=bool(console.verbose), quiet=console.quiet)
                )
                sys.stdout.flush()
            return _carry_out(archive, steps, grafana, (adaptation, make, begun), secrets, request, where, console)


def _carry_out(
    archive: Archive,
    steps: list[Step],
    grafana: Grafana,
    how: tuple[Adaptation, FolderTree | None, Begun],
    secrets: Mapping[str, Secret],
    request: Request,
    where: str,
    console: Console,
) -> ExitCode:
    adaptation, make, begun = how
    refused = [step for step in steps if step.kind is Kind.REFUSE]
    writes = sum(step.writes for step in steps)
    # A conflict stops all; a kind that this credential cannot read stops only itself.
    conflicts = [step for step in refused if step.live is not None]
    outcomes: list[Outcome] = []
    stop = bool(request.dry_run or conflicts or not writes)
    if not stop and not request.yes:
        try:
            what = counted(writes, "object")
            confirm(f"{what} would be written", f"Write {what} to {where}?")
        except RefusedError:
            if request.as_json:
                console.json(restore_data(steps, []))
            raise
    if not stop:
        if make is not None:
            for folder in make.resolve(parse_folder(request.into))[1]:
                grafana.create_folder(folder.uid, folder.title, folder.parent_uid)
        progress = Progress(console, writes, "restored")
        outcomes = restore(
            archive, steps, grafana, adaptation=adaptation, secrets=secrets,
            message=f"Restored from {Path(archive.where).name}", begin=begun.note,
            progress=lambda outcome: None if outcome.error else progress.step(),
        )  # fmt: skip
        progress.end()
    if not request.dry_run and not refused and not any(outcome.error for outcome in outcomes):
        begun.done()  # also where an earlier run had come to the end of its work, but not to this line
    if request.as_json:
        console.json(restore_data(steps, outcomes))
    elif outcomes:
        console.lines(outcome_text(outcomes, where, console.out_style))
    if conflicts and not request.dry_run:
        raise RefusedError(
            f"conflicts on the server: {counted(len(conflicts), 'object')}; nothing was written", hint=CONFLICT_HINT
        )
    if request.dry_run:
        if conflicts:
            console.info(f"With these conflicts nothing would be written: {CONFLICT_HINT}")
        return ExitCode.OK
    return exit_code([outcome.error for outcome in outcomes], len(refused))


def _datasources(pairs: tuple[str, ...]) -> dict[str, str]:
    result = {}
    for pair in pairs:
        old, equals, new = pair.partition("=")
        if not (old and equals and new):
            raise UsageError(
                f"--map-datasource {pair!r} is not OLD=NEW", hint="two uids: --map-datasource prom=prom-staging"
            )
        result[old] = new
    return result


def _adaptation(
    request: Request, archive: Archive, selection: Selection, grafana: Grafana, datasources: dict[str, str]
) -> tuple[Adaptation, FolderTree | None]:
    """How objects change on the way, and the folders of the server where one may have to be made."""
    flat = {} if grafana.nested_folders else flat_titles(selection.folders)
    names = _renamed_organisation(archive, selection, grafana)
    if not request.into:
        return Adaptation(datasources=datasources, flat=flat, organisations=names), None
    if flat:
        raise UsageError(f"--into-folder: Grafana {grafana.version} has no nested folders")
    tree = FolderTree(grafana.folders(), nested=True)
    into = tree.resolve(parse_folder(request.into))[0]
    return Adaptation(into, datasources, flat, names, selection.named), tree


def _renamed_organisation(archive: Archive, selection: Selection, grafana: Grafana) -> dict[str, str]:
    """The archive's organisation to the one that takes its place, unless the server has it under its own name."""
    every = archive.manifest.origin.organisations
    old, new = every.get(selection.organisation, ""), grafana.organisation[1]
    if not old or old == new:
        return {}
    try:
        there = set(grafana.organisations().values())
    except ServerError:  # only a server's admin may see them, or write users
        return {}
    return {} if old in there and len(every) > 1 else {old: new}


def _without_mapped(selection: Selection, adaptation: Adaptation) -> Selection:
    """Without datasources that others stand for, and the organisation that another stands for."""
    gone = {("datasources", uid) for uid in adaptation.datasources}
    gone |= {("organisations", name) for name in adaptation.organisations}
    kept = tuple(entry for entry in selection.entries if (entry.kind, entry.key) not in gone)
    return replace(selection, entries=kept)


def _warn_of_mapping(archive: Archive, grafana: Grafana, datasources: Mapping[str, str], console: Console) -> None:
    if not datasources:
        return
    known = {entry.key for entry in archive.manifest.entries if entry.kind == "datasources"}
    for uid in sorted(datasources.keys() - known) if known else ():
        console.warn(f"--map-datasource: {uid!r} is no datasource of this archive")
    try:
        there = {item.key for item in grafana.stored("datasources")}
    except ServerError:
        return
    for uid in sorted(set(datasources.values()) - there):
        console.warn(f"--map-datasource: there is no datasource {uid!r} on the server")


def _secrets(source: str, archive: Archive, selection: Selection, console: Console) -> dict[str, Secret]:
    if not source:
        return {}
    if source == "env":
        return from_environment(_with_secrets(archive, selection), os.environ)
    path = Path(source)
    data = _files.read_bytes(path)
    try:
        if os.name == "posix" and path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
            console.warn(f"{path} can be read by others: chmod 600 {path}")
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", where=str(path)) from None
    found = parse_secrets(data, where=str(path))
    names = {secret_name(item, secret) for item in _with_secrets(archive, selection) for secret in item.secrets}
    for name in sorted(found.keys() - names):
        near = difflib.get_close_matches(name, names, n=1)
        console.warn(
            f"{path}: {name!r} is no secret of what is restored" + (f"; did you mean {near[0]!r}?" if near else "")
        )
    return found


def _with_secrets(archive: Archive, selection: Selection) -> list[Item]:
    return [archive.item(entry) for entry in selection.entries if _may_have_secrets(entry.kind)]


def _may_have_secrets(kind: str) -> bool:
    return kind in ("datasources", "contact-points", "users")
