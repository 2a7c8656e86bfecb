"""The plan of a restore, and what became of it, as text and as data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from dashkit.backup.journal import Record
from dashkit.backup.restore_plan import RestoreStep
from dashkit.deploy.outcome import Outcome
from dashkit.deploy.steps import Action, Step
from dashkit.model.kinds import BY_NAME
from dashkit.report.archives import shown
from dashkit.report.plan_text import SIGNS, untried_text
from dashkit.report.style import Style, plain

#: Of what is only created so many are told by name; `--verbose` tells all.
_MOST_NAMES = 10
_WORDS = (
    (Action.CREATE, "to create"),
    (Action.UPDATE, "to write over"),
    (Action.REFUSE, "refused"),
    (Action.SKIP, "skipped"),
    (Action.KEEP, "there already"),
)

_UNDO_WORDS = (
    (Action.UPDATE, "to put back"),
    (Action.CREATE, "to create again"),
    (Action.DELETE, "to delete"),
    (Action.REFUSE, "refused"),
    (Action.SKIP, "skipped"),
    (Action.KEEP, "as before already"),
)


def plan_text(
    steps: Sequence[Step], style: Style = plain, *, where: str = "", verbose: bool = False, quiet: bool = False
) -> Iterator[str]:
    """Lines: what is written or refused, one by one; the many that are only created, counted by kind."""
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
    counts = Counter(step.action for step in steps)
    parts = [f"{counts[action]} {text}" for action, text in _WORDS if counts[action]]
    yield style(f"Restore to {where}: {', '.join(parts) or 'nothing in this archive'}.", "bold")


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
    """What failed, in a table; which secrets are missing; and how many went well."""
    failed = [outcome for outcome in outcomes if outcome.error is not None]
    if failed:
        yield style(f"{len(failed)} of {len(outcomes)} failed:", "red")
        tried = [outcome for outcome in failed if outcome.tried]
        kinds = max((len(outcome.step.ref.kind) for outcome in tried), default=0)
        keys = max((len(shown(outcome.step.ref.key)) for outcome in tried), default=0)
        for outcome in tried:
            (kind, key), error = outcome.step.ref, outcome.error
            assert error is not None
            hint = f" ({error.hint})" if error.hint else ""
            yield f"  {kind:<{kinds}}  {shown(key):<{keys}}  {error.message}{hint}"
        yield from untried_text(failed)
        yield "Once that is mended, run it again: what is there already is left alone."
    missing = [(outcome.step.ref, name) for outcome in outcomes for name in outcome.missing]
    missing += [(step.ref, name) for step in steps for name in step.lacks]
    if missing:
        yield style("Secrets that are still to be set (--secrets-template prints them):", "yellow")
        for (kind, key), name in missing:
            yield f"  {kind}/{shown(key)}/{name}"
    done = len(outcomes) - len(failed)
    if done:
        yield style(f"Restored to {where}: {done} object{'' if done == 1 else 's'}.", "green")


def restore_data(steps: Sequence[RestoreStep], outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Plan and outcome as JSON."""
    results = {outcome.step.ref: outcome for outcome in outcomes}
    entries = []
    for step in steps:
        outcome = results.get(step.ref)
        entries.append(
            {
                "kind": step.ref.kind, "key": step.ref.key, "name": step.title, "action": step.action.value,
                "reason": step.reason, "changes": [str(change) for change in step.changes],
                "done": None if outcome is None else outcome.error is None,
                "error": str(outcome.error) if outcome and outcome.error else "",
                "missing_secrets": list(outcome.missing if outcome else step.lacks),
            }
        )  # fmt: skip
    return {"steps": entries}


def kept_text(record: Record, *, rollback: bool) -> str:
    """``3 changed, 1 created``: what a push that is kept was about to do."""
    counts = kept_data("", record, rollback=rollback)
    parts = [f"{counts[word]} {word}" for word in ("changed", "created", "deleted") if counts[word]]
    whose = f" (a rollback of {record.undone})" if record.undone else " (a rollback)" if rollback else ""
    return f"{', '.join(parts) or 'nothing'}{whose}"


def kept_data(name: str, record: Record | None, *, rollback: bool) -> dict[str, Any]:
    """The same as numbers; null where it cannot be read."""
    if record is None:
        return {"name": name, "rollback": rollback, "changed": None, "created": None, "deleted": None}
    # What a deleted dashboard takes along is not counted beside it.
    deleted = [name for name in record.deleted if not name.startswith("dashboard-permissions/")]
    return {
        "name": name, "rollback": rollback,
        "changed": sum(str(item.ref) not in record.deleted for item in record.before),
        "created": len(record.created), "deleted": len(deleted),
    }  # fmt: skip


def undo_text(
    steps: Sequence[Step], push: str, where: str, style: Style = plain, *, verbose: bool = False
) -> Iterator[str]:
    """The plan of a rollback."""
    for step in steps:
        if step.action is not Action.KEEP or verbose:
            yield from _step(step, style, most=_MOST_NAMES)
    counts = Counter(step.action for step in steps)
    parts = [f"{counts[action]} {text}" for action, text in _UNDO_WORDS if counts[action]]
    yield style(f"Rollback of {push} on {where}: {', '.join(parts) or 'nothing to do'}.", "bold")


def undone_text(outcomes: Sequence[Outcome], where: str, style: Style = plain) -> Iterator[str]:
    """What failed, and how many went well."""
    failed = [outcome for outcome in outcomes if outcome.error is not None]
    for outcome in failed:
        kind, key = outcome.step.ref
        yield f"{style('failed', 'red')} {kind} {shown(key)}: {outcome.error}"
    if good := len(outcomes) - len(failed):
        yield style(f"Rolled back on {where}: {good} object{'' if good == 1 else 's'}.", "green")


def undo_data(steps: Sequence[Step], outcomes: Sequence[Outcome], push: str) -> dict[str, Any]:
    """Plan and outcome of a rollback as JSON."""
    errors = {outcome.step.ref: outcome.error for outcome in outcomes}
    return {
        "push": push,
        "objects": [
            {
                "kind": step.ref.kind, "key": step.ref.key, "name": step.title, "action": step.action.value,
                "reason": step.reason, "changes": [str(change) for change in step.changes],
                "done": errors[step.ref] is None if step.ref in errors else None,
                "error": str(errors.get(step.ref) or ""),
            }
            for step in steps
        ],
    }  # fmt: skip
