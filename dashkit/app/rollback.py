"""Roll back a push."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from dashkit._parallel import ordered_map
from dashkit.app.connect import Connected, adjustments_of, connected, require_organisation
from dashkit.app.consent import Question, require
from dashkit.app.done import Done
from dashkit.app.journal import journal_hooks, journal_of
from dashkit.app.lock import only_writer
from dashkit.app.ports import Journal, Ports
from dashkit.backup.journal import Record
from dashkit.backup.rollback import plan_rollback, record_from_versions, roll_back
from dashkit.deploy.steps import Action, Step
from dashkit.errors import DashkitError, InputError, RefusedError
from dashkit.model.words import counted

#: How many records of a journal to read at once; it may be remote.
_READERS = 4
#: What to do about conflicts that stopped a restore or a rollback.
CONFLICT_HINT = "--on-conflict skip leaves them alone, --on-conflict overwrite replaces them"


@dataclass(frozen=True, slots=True)
class Request:
    """The options of `dashkit rollback`; without a ``push`` it is the last one."""

    push: str = ""
    context_name: str | None = None
    on_conflict: str = "fail"
    #: Nothing will be written, so no lock is needed.
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
    """A push or rollback in the journal; ``record`` is None if it cannot be read, and ``why`` the reason."""

    name: str
    rollback: bool
    record: Record | None
    why: str = ""


def listed(request: Request, ports: Ports) -> list[Kept]:
    """Return everything in the journal, newest first."""
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
    """Find the push, read the server, and plan; the block holds a lock against other runs that write to this context."""
    found = connected(ports, request.context_name)
    require_organisation(found.context, found.server)
    with only_writer(ports.project, found.context.name, dry_run=request.dry_run):
        yield planned(request, found, ports)


def planned(request: Request, found: Connected, ports: Ports) -> Prepared:
    """Find the push, read the server, and plan. No lock is taken."""
    journal = journal_of(ports, found)
    if request.push:
        record = journal.read(request.push, found.context.url, found.server.organisation[0])
        record, notes = (record, ()) if record else _from_versions(ports, found, request.push)
        steps = plan_rollback(record, found.server, request.on_conflict)
    else:
        record, steps, notes = _last(ports, found, journal, request.on_conflict)
    return Prepared(request, found, record, tuple(steps), found.warnings, notes)


def questions(prepared: Prepared) -> tuple[Question, ...]:
    """Return what has to be confirmed: nothing if nothing would be written."""
    writes = sum(step.writes for step in prepared.steps)
    if not writes or prepared.conflicts:
        return ()
    deletes = [step.ref.key for step in prepared.steps if step.action is Action.DELETE]
    what = counted(writes, "object") + (f", of which {', '.join(deletes)} would be deleted" if deletes else "")
    return (Question(f"{what} would change", f"Roll back {what} on {prepared.connected.where}?"),)


def carry_out(prepared: Prepared, consent: bool, ports: Ports) -> Done:
    """Carry out the rollback, which can itself be rolled back.

    Raises:
        RefusedError: something was changed since the push, or the rollback was not confirmed.
    """
    refuse_conflicts(prepared)
    require(questions(prepared), consent)
    warnings: list[str] = []
    hooks = journal_hooks(ports, prepared.connected, warnings, undoes=prepared.record.push)
    result = roll_back(prepared.steps, prepared.connected.server, record=prepared.record, hooks=hooks)
    return Done(result, tuple(warnings))


def refuse_conflicts(prepared: Prepared) -> None:
    """Raise `RefusedError` if something was changed since the push."""
    if prepared.conflicts:
        what = counted(prepared.conflicts, "object")
        raise RefusedError(f"changed since the push: {what}; nothing was written", hint=CONFLICT_HINT)


def _last(
    ports: Ports, found: Connected, journal: Journal, on_conflict: str
) -> tuple[Record, list[Step], tuple[str, ...]]:
    """Return the last push, skipping (and naming) those that wrote nothing.

    A push that was rolled back, or undone by hand, is not skipped: a second rollback must not reach one push further back.
    """

    def read(name: str) -> Record | None:
        return journal.read(name, found.context.url, found.server.organisation[0])

    names = journal.names(ports.clock())
    candidates = [name for name, rolled in names if not rolled]
    if names and names[0][1]:
        last = read(names[0][0])
        candidates = [last.undone] if last and last.undone else candidates
    skipped: list[str] = []
    for name in candidates:
        record = read(name)
        if record is not None and record.empty:
            skipped.append(name)
        elif record is not None:
            over = (f"skipped, because nothing of it was written: push {', '.join(skipped)}",) if skipped else ()
            return record, plan_rollback(record, found.server, on_conflict), over
    record, notes = _from_versions(ports, found, candidates[0] if candidates and not skipped else "")
    return record, plan_rollback(record, found.server, on_conflict), notes


def _from_versions(ports: Ports, found: Connected, name: str) -> tuple[Record, tuple[str, ...]]:
    """Reconstruct a push, or the last one, from Grafana's version history."""
    tag = adjustments_of(ports.project, found.context).tag
    owned = (live for live in found.server.read(frozenset(), tag) if tag in live.tags)
    record = record_from_versions(name, owned, found.server)
    if record.empty:
        what = f"push {name!r}" if name else "any push"
        raise InputError(
            f"neither the journal nor Grafana's version history has {what}", where=found.context.url,
            hint="see dashkit rollback --list; for older pushes use Grafana's version history or a backup",
        )  # fmt: skip
    return record, ("not in the journal; using Grafana's version history",)
