"""A run of ``dashkit rollback``: find the push, plan, ask, write, tell."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from dataclasses import dataclass

from dashkit.archive.read import open_archive
from dashkit.backup.journal import Record, pushes, read_record
from dashkit.backup.naming import plain_context
from dashkit.backup.rollback import Undo, plan_rollback, record_from_versions, record_of_rollback, roll_back
from dashkit.cli import options
from dashkit.cli.backup_options import CONFLICT_HINT, only_run
from dashkit.cli.connect import require_organisation
from dashkit.cli.console import Console, counted
from dashkit.cli.deletes import confirm
from dashkit.cli.journal import ROLLBACK, journal_of, keep_record, label
from dashkit.cli.planning import adjustments_of
from dashkit.config.context import Context
from dashkit.config.project import STATE, Project
from dashkit.deploy.actions import Kind
from dashkit.deploy.apply import exit_code
from dashkit.errors import ExitCode, InputError, RefusedError
from dashkit.grafana.client import Grafana
from dashkit.report.restoring import undo_data, undo_text, undone_text


@dataclass(frozen=True, slots=True)
class Request:
    """What the person asked for."""

    push: str
    context: str | None
    listed: bool
    on_conflict: str
    dry_run: bool
    yes: bool
    as_json: bool


def rollback(project: Project, request: Request, console: Console) -> ExitCode:
    """Do it, or say why not."""
    context, grafana = options.grafana(project, request.context, console)
    store, name = journal_of(project, context), label(project, context)
    made = dict(pushes(store, plain_context(name)))
    undone = dict(pushes(store, plain_context(name + ROLLBACK)))
    if request.listed:
        return _list(made, undone, request, console)
    where = f"{context.name} ({context.url})"
    require_organisation(context, grafana)
    state = project.root / STATE
    lock = nullcontext() if request.dry_run else only_run(state / f"restore-{context.name}.lock", "restore or rollback")
    with lock:
        record = _record(project, context, grafana, request.push or next(iter(made), ""), undone | made, console)
        undos = plan_rollback(record, grafana, request.on_conflict)
        if not request.as_json:
            console.lines(undo_text(undos, record.push, where, console.out_style, verbose=bool(console.verbose)))
            sys.stdout.flush()
        writes = sum(undo.writes for undo in undos)
        refused = [undo for undo in undos if undo.kind is Kind.REFUSE]
        done = []
        if writes and not refused and not request.dry_run:
            if not request.yes:
                _confirm(undos, where)
            # A rollback can be taken back as a push can.
            push = keep_record(
                project, context, grafana, lambda name: record_of_rollback(name, undos), console, rollback=True
            )
            done = roll_back(undos, grafana, record=record, push=push)
        if request.as_json:
            console.json(undo_data(undos, done, record.push))
        else:
            console.lines(undone_text(done, where, console.out_style))
    if refused and not request.dry_run:
        raise RefusedError(
            f"changed since the push: {counted(len(refused), 'object')}; nothing was written",
            hint=CONFLICT_HINT,
        )
    return ExitCode.OK if request.dry_run else exit_code([one.error for one in done], 0)


def _list(made: dict[str, str], undone: dict[str, str], request: Request, console: Console) -> ExitCode:
    """Newest first; a rollback can be taken back too."""
    names = sorted([*made, *undone], reverse=True)
    if request.as_json:
        console.json([{"name": name, "rollback": name not in made} for name in names])
    else:
        console.lines(name if name in made else f"{name} (a rollback)" for name in names)
        if not names:
            console.info("no push is kept")
    return ExitCode.OK


def _record(
    project: Project, context: Context, grafana: Grafana, name: str, kept: dict[str, str], console: Console
) -> Record:
    if name in kept:
        with journal_of(project, context).local(kept[name]) as path, open_archive(path) as archive:
            origin = archive.manifest.origin
            if origin.url != context.url or grafana.organisation[0] not in origin.organisations:
                raise RefusedError(
                    f"push {name} went to {origin.url}, organisation {', '.join(map(str, origin.organisations))}",
                    where=context.url, hint="the context means another server now",
                )  # fmt: skip
            return read_record(archive)
    console.info("no journal of it: looking into Grafana's versions")
    tag = adjustments_of(project, context).tag
    owned = (live for live in grafana.read(frozenset(), tag) if tag in live.tags)
    record = record_from_versions(name, owned, grafana)
    if record.empty:
        what = f"push {name!r}" if name else "any push"
        raise InputError(
            f"neither the journal nor a newest version in Grafana knows {what}", where=context.url,
            hint="dashkit rollback --list; what an older push changed is in Grafana's version history, or in a backup",
        )  # fmt: skip
    return record


def _confirm(undos: list[Undo], where: str) -> None:
    writes = sum(undo.writes for undo in undos)
    deletes = [undo.item.key for undo in undos if undo.kind is Kind.DELETE]
    what = counted(writes, "object") + (f", of which {', '.join(deletes)} would be deleted" if deletes else "")
    confirm(f"{what} would change", f"Roll back {what} on {where}?")
