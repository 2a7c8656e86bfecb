"""A run of ``dashkit restore``: choose, plan, ask, write, tell."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click

from dashkit import _files
from dashkit.archive.read import Archive
from dashkit.backup.adapt import Adaptation, flat_titles
from dashkit.backup.naming import plain_context
from dashkit.backup.progress import Begun, progress_file
from dashkit.backup.restore import Outcome, restore
from dashkit.backup.restore_plan import Step, Terms, plan_restore
from dashkit.backup.secrets import from_environment, parse_secrets, template
from dashkit.backup.select import Selection, select
from dashkit.cli import options
from dashkit.cli.archives import opened
from dashkit.cli.backup_options import only_run
from dashkit.cli.connect import require_organisation
from dashkit.cli.console import Console, Progress, counted
from dashkit.config.project import STATE, Project
from dashkit.deploy.actions import Kind
from dashkit.deploy.apply import exit_code
from dashkit.deploy.folders import FolderTree
from dashkit.errors import ExitCode, InputError, RefusedError, UsageError
from dashkit.grafana.client import Grafana
from dashkit.model.folder import parse_folder
from dashkit.model.item import Item
from dashkit.model.kinds import chosen
from dashkit.model.secret import Secret
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
        selection = select(archive, chosen(request.kinds), request.only, request.organisation)
        if request.template:
            console.lines(template(archive.item(entry) for entry in selection.entries if _may_have_secrets(entry.kind)))
            return ExitCode.OK
        context, grafana = options.grafana(project, request.context, console)
        require_organisation(context, grafana)
        secrets = _secrets(request.secrets, archive, selection, console)
        if not grafana.verified:
            console.warn(f"Grafana {grafana.version} is unverified: dashkit's contract has not been run against it")
        state = project.root / STATE
        lock = nullcontext() if request.dry_run else only_run(state / f"restore-{context.name}.lock", "restore")
        with lock:
            adaptation, make = _adaptation(request, archive, selection, grafana, datasources)
            begun = Begun(progress_file(state, plain_context(context.name), archive))
            terms = Terms(adaptation, request.on_conflict, begun.half_made, datetime.now(UTC))
            steps = plan_restore(archive, selection, grafana, terms)
            where = f"{context.name} ({context.url})"
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
        _confirm(writes, where)
    if not stop:
        if make is not None:
            for folder in make.resolve(parse_folder(request.into))[1]:
                grafana.create_folder(folder.uid, folder.title, folder.parent_uid)
        progress = Progress(console, writes, "restored")
        outcomes = restore(
            archive, steps, grafana, adaptation=adaptation, secrets=secrets,
            message=f"Restored from {Path(archive.where).name}", begin=begun.note,
            progress=lambda _outcome: progress.step(),
        )  # fmt: skip
        if not any(outcome.error for outcome in outcomes):
            begun.done()
    if request.as_json:
        console.json(restore_data(steps, outcomes))
    elif outcomes:
        console.lines(outcome_text(outcomes, where, console.out_style))
    if conflicts and not request.dry_run:
        raise RefusedError(
            f"{counted(len(conflicts), 'object')} on the server differ from the archive; nothing was written",
            hint="--on-conflict skip leaves them, --on-conflict overwrite writes over them",
        )
    if request.dry_run:
        return ExitCode.OK
    return exit_code([outcome.error for outcome in outcomes], len(refused))


def _confirm(writes: int, where: str) -> None:
    if not sys.stdin.isatty():
        raise RefusedError(
            f"{counted(writes, 'object')} would be written and nobody is there to confirm", hint="add --yes"
        )
    if not click.confirm(f"Write {counted(writes, 'object')} to {where}?", default=False, err=True):
        raise RefusedError("not confirmed; nothing was written")


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
    old, new = archive.manifest.origin.organisations.get(selection.organisation, ""), grafana.organisation[1]
    names = {old: new} if old and old != new else {}
    if not request.into:
        return Adaptation(datasources=datasources, flat=flat, organisations=names), None
    if flat:
        raise UsageError(f"--into-folder: Grafana {grafana.version} has no nested folders")
    tree = FolderTree(grafana.folders(), nested=True)
    return Adaptation(tree.resolve(parse_folder(request.into))[0], datasources, flat, names), tree


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
    return parse_secrets(data, where=str(path))


def _with_secrets(archive: Archive, selection: Selection) -> list[Item]:
    return [archive.item(entry) for entry in selection.entries if _may_have_secrets(entry.kind)]


def _may_have_secrets(kind: str) -> bool:
    return kind in ("datasources", "contact-points", "users")
