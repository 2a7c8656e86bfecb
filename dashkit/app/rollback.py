"""Take a push back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from dashkit._parallel import ordered_map
from dashkit.app.connect import Connected, adjustments_of, connected, require_organisation
from dashkit.app.consent import Question, require
from dashkit.app.done import Done
from dashkit.app.journal import journal_of, keep_record, settled
from dashkit.app.lock import only_writer
from dashkit.app.ports import Event, Journal, Ports
from dashkit.backup.journal import Record
from dashkit.backup.rollback import (
    plan_rollback,
    record_from_versions,
    record_of_rollback,
    roll_back,
)
from dashkit.deploy.outcome import Hooks
from dashkit.deploy.steps import Action, Step
from dashkit.errors import DashkitError, InputError, RefusedError
from dashkit.model.words import counted

#: Archives of a journal at a time, which may lie far away.
_READERS = 4
#: What to do about objects that stopped a restore or a rollback.
CONFLICT_HINT = "--on-conflict skip leaves them, --on-conflict overwrite writes over them"


@dataclass(frozen=True, slots=True)
class Request:
    """What the person asked for; without a ``push`` the last one."""

    push: str = ""
    context_name: str | None = None
    on_conflict: str = "fail"
    #: Nothing will be carried out: no need to keep others away.
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a rollback would do."""

    request: Request
    connected: Connected
    record: Record
    steps: tuple[Step, ...]
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def conflicts(self) -> int:
        return sum(step.action is Action.REFUSE for step in self.steps)


@dataclass(frozen=True, slots=True)
class Kept:
    """What the journal has under a name: a push or a rollback, which can be taken back too; None where it cannot be read."""

    name: str
    rollback: bool
    record: Record | None
    why: str = ""


def listed(request: Request, ports: Ports) -> list[Kept]:
    """All that the journal has, newest first."""
    found = connected(ports, request.context_name)
    journal = journal_of(ports, found)
    names = journal.names(ports.clock())
    number = found.server.organisation[0] if names else 0

    def read(entry: tuple[str, bool]) -> Kept:
        name, rolled = entry
        try:
            return Kept(name, rolled, journal.read(name, found.context.url, number))
        except DashkitError as error:
            return Kept(name, rolled, None, error.message)

    return list(ordered_map(read, names, _READERS))


@contextmanager
def prepare(request: Request, ports: Ports) -> Iterator[Prepared]:
    """Find the push, read the server, decide. While the block lasts nobody else restores or rolls back from here."""
    found = connected(ports, request.context_name)
    journal = journal_of(ports, found)
    require_organisation(found.context, found.server)
    with only_writer(ports.project, found.context.name, dry_run=request.dry_run):
        if request.push:
            record = journal.read(request.push, found.context.url, found.server.organisation[0])
            record, notes = (record, ()) if record else _from_versions(ports, found, request.push)
            steps = plan_rollback(record, found.server, request.on_conflict)
        else:
            record, steps, notes = _last(ports, found, journal, request.on_conflict)
        yield Prepared(request, found, record, tuple(steps), found.warnings, notes)


def questions(prepared: Prepared) -> tuple[Question, ...]:
    """What has to be agreed to; nothing where nothing would be written."""
    writes = sum(step.writes for step in prepared.steps)
    if not writes or prepared.conflicts:
        return ()
    deletes = [step.ref.key for step in prepared.steps if step.action is Action.DELETE]
    what = counted(writes, "object") + (f", of which {', '.join(deletes)} would be deleted" if deletes else "")
    return (Question(f"{what} would change", f"Roll back {what} on {prepared.connected.where}?"),)


def carry_out(prepared: Prepared, consent: bool, ports: Ports) -> Done:
    """Write it; a rollback can be taken back as a push can.

    Raises:
        RefusedError: something was changed since the push, or nobody agreed.
    """
    refuse_conflicts(prepared)
    require(questions(prepared), consent)
    warnings: list[str] = []
    hooks = Hooks(
        keep=lambda steps: keep_record(
            ports,
            prepared.connected,
            lambda name: record_of_rollback(name, steps, prepared.record.push),
            warnings,
            rollback=True,
        ),
        settle=settled(ports, prepared.connected, warnings),
        progress=lambda done, total: ports.progress(Event("written", done, total)),
    )
    result = roll_back(prepared.steps, prepared.connected.server, record=prepared.record, hooks=hooks)
    return Done(result, tuple(warnings))


def refuse_conflicts(prepared: Prepared) -> None:
    """`RefusedError` where something was changed since the push."""
    if prepared.conflicts:
        raise RefusedError(
            f"changed since the push: {counted(prepared.conflicts, 'object')}; nothing was written", hint=CONFLICT_HINT
        )


def _last(
    ports: Ports, found: Connected, journal: Journal, on_conflict: str
) -> tuple[Record, list[Step], tuple[str, ...]]:
    """The last push; those that wrote nothing are passed over, and named.

    One that was rolled back, or undone by hand, is not: a second rollback must not go a push further back.
    """

    def read(name: str) -> Record | None:
        return journal.read(name, found.context.url, found.server.organisation[0])

    names = journal.names(ports.clock())
    candidates = [name for name, rolled in names if not rolled]
    if names and names[0][1]:
        undone = read(names[0][0])
        candidates = [undone.undone] if undone and undone.undone else candidates
    passed: list[str] = []
    for name in candidates:
        record = read(name)
        if record is not None and record.empty:
            passed.append(name)
        elif record is not None:
            over = (f"passed over, since nothing of it was written: push {', '.join(passed)}",) if passed else ()
            return record, plan_rollback(record, found.server, on_conflict), over
    record, notes = _from_versions(ports, found, candidates[0] if candidates and not passed else "")
    return record, plan_rollback(record, found.server, on_conflict), notes


def _from_versions(ports: Ports, found: Connected, name: str) -> tuple[Record, tuple[str, ...]]:
    """What Grafana's versions tell of a push, the last one where none is named."""
    tag = adjustments_of(ports.project, found.context).tag
    owned = (live for live in found.server.read(frozenset(), tag) if tag in live.tags)
    record = record_from_versions(name, owned, found.server)
    if record.empty:
        what = f"push {name!r}" if name else "any push"
        raise InputError(
            f"neither the journal nor Grafana's versions know {what}", where=found.context.url,
            hint="dashkit rollback --list; what an older push changed is in Grafana's version history, or in a backup",
        )  # fmt: skip
    return record, ("no journal of it: looking into Grafana's versions",)
