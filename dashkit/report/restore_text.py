"""The plans of a restore and of a rollback and their results, as text and as JSON values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from dashkit.backup.journal import Record
from dashkit.backup.restore_plan import RestoreStep
from dashkit.deploy.outcome import Outcome
from dashkit.deploy.steps import Action, Step
from dashkit.model.kinds import BY_NAME
from dashkit.model.words import counted
from dashkit.report.archives import shown
from dashkit.report.plan_text import SIGNS, counts_text, failed_text
from dashkit.report.style import Style, plain

#: If a restore creates more objects than this, they are only counted, unless with ``--verbose``.
_MOST_NAMES = 10
_WORDS = (
    (Action.CREATE, "to create"),
    (Action.UPDATE, "to overwrite"),
    (Action.REFUSE, "refused"),
    (Action.SKIP, "skipped"),
    (Action.KEEP, "already there"),
)

_UNDO_WORDS = (
    (Action.UPDATE, "to restore"),
    (Action.CREATE, "to create again"),
    (Action.DELETE, "to delete"),
    (Action.REFUSE, "refused"),
    (Action.SKIP, "skipped"),
    (Action.KEEP, "already as before"),
)


def plan_text(
    steps: Sequence[Step], style: Style = plain, *, where: str = "", verbose: bool = False, quiet: bool = False
) -> Iterator[str]:
    """Yield each object that is overwritten or refused; objects that are only created are counted by kind if there are many."""
    created = Counter(step.ref.kind for step in steps if step.action is Action.CREATE)
    few = sum(created.values()) <= _MOST_NAMES
    for step in steps:
        named = verbose or (step.action is not Action.KEEP and (step.action is not Action.CREATE or few))
        if named and (not quiet or step.action is Action.REFUSE):
            yield from _step(step, style)
    if not few and not verbose and not quiet:
        for kind, count in created.items():
            word = BY_NAME[kind].word if count == 1 else kind.replace("-", " ")
            yield f"{style('+ create', 'green')} {count} {word}"
    yield style(f"Restore to {where}: {counts_text(steps, _WORDS) or 'nothing in this archive'}.", "bold")


def _step(step: Step, style: Style, *, most: int | None = None) -> Iterator[str]:
    sign, color, word = SIGNS[step.action]
    kind, key = step.ref
    title = f" {step.title!r}" if step.title != key else ""
    reason = f": {step.reason}" if step.reason else ""
    yield f"{style(f'{sign} {word}', color)} {BY_NAME[kind].word} {style(shown(key), 'bold')}{title}{reason}"
    for change in step.changes[:most]:
        yield f"    {change.sign} {shown(str(change))}"


def outcome_text(
    outcomes: Sequence[Outcome], where: str, style: Style = plain, *, steps: Sequence[RestoreStep] = ()
) -> Iterator[str]:
    """Yield what failed, which secrets are missing, and how many objects were restored."""
    yield from failed_text(outcomes, style, kinds=True)
    done = sum(outcome.error is None for outcome in outcomes)
    if done < len(outcomes):
        yield "Fix the cause, then run it again; objects that are already there are left alone."
    missing = [(outcome.step.ref, name) for outcome in outcomes for name in outcome.missing]
    missing += [(step.ref, name) for step in steps for name in step.lacks]
    if missing:
        yield style("These secrets still have to be set (--secrets-template prints them):", "yellow")
        for (kind, key), name in missing:
            yield f"  {kind}/{shown(key)}/{name}"
    if done:
        yield style(f"Restored to {where}: {counted(done, 'object')}.", "green")


def restore_data(steps: Sequence[RestoreStep], outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return the plan and the results as JSON values."""
    results = {outcome.step.ref: outcome for outcome in outcomes}
    return {
        "steps": [
            {**_data(step, outcome), "missing_secrets": list(outcome.missing if outcome else step.lacks)}
            for step, outcome in ((step, results.get(step.ref)) for step in steps)
        ]
    }


def _data(step: Step, outcome: Outcome | None) -> dict[str, Any]:
    return {
        "kind": step.ref.kind, "key": step.ref.key, "name": step.title, "action": step.action.value,
        "reason": step.reason, "changes": [str(change) for change in step.changes],
        "done": None if outcome is None else outcome.error is None,
        "error": str(outcome.error) if outcome and outcome.error else "",
    }  # fmt: skip


def kept_text(record: Record, *, rollback: bool) -> str:
    """Describe a push in the journal by what it was about to do: ``3 changed, 1 created``."""
    counts = kept_data("", record, rollback=rollback)
    parts = [f"{counts[word]} {word}" for word in ("changed", "created", "deleted") if counts[word]]
    whose = f" (a rollback of {record.undone})" if record.undone else " (a rollback)" if rollback else ""
    return f"{', '.join(parts) or 'nothing'}{whose}"


def kept_data(name: str, record: Record | None, *, rollback: bool) -> dict[str, Any]:
    """Return a push in the journal as JSON values, which are null if its record cannot be read."""
    if record is None:
        return {"name": name, "rollback": rollback, "changed": None, "created": None, "deleted": None}
    # The permissions of a deleted dashboard are deleted with it, and not counted separately.
    deleted = [name for name in record.deleted if not name.startswith("dashboard-permissions/")]
    return {
        "name": name, "rollback": rollback,
        "changed": sum(str(item.ref) not in record.deleted for item in record.before),
        "created": len(record.created), "deleted": len(deleted),
    }  # fmt: skip


def undo_text(
    steps: Sequence[Step], push: str, where: str, style: Style = plain, *, verbose: bool = False
) -> Iterator[str]:
    """Yield the plan of a rollback."""
    for step in steps:
        if step.action is not Action.KEEP or verbose:
            yield from _step(step, style, most=_MOST_NAMES)
    yield style(f"Rollback of {push} on {where}: {counts_text(steps, _UNDO_WORDS) or 'nothing to do'}.", "bold")


def undone_text(outcomes: Sequence[Outcome], where: str, style: Style = plain) -> Iterator[str]:
    """Yield what failed, and how many objects were rolled back."""
    failed = [outcome for outcome in outcomes if outcome.error is not None]
    for outcome in failed:
        kind, key = outcome.step.ref
        yield f"{style('failed', 'red')} {kind} {shown(key)}: {outcome.error}"
    if done := len(outcomes) - len(failed):
        yield style(f"Rolled back on {where}: {counted(done, 'object')}.", "green")


def undo_data(steps: Sequence[Step], outcomes: Sequence[Outcome], push: str) -> dict[str, Any]:
    """Return the plan and the results of a rollback as JSON values."""
    results = {outcome.step.ref: outcome for outcome in outcomes}
    return {"push": push, "objects": [_data(step, results.get(step.ref)) for step in steps]}
