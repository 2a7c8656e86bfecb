"""The plan of a restore, and what became of it, as text and as data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from dashkit.backup.restore import Outcome
from dashkit.backup.restore_plan import Step
from dashkit.backup.rollback import Undo, Undone
from dashkit.deploy.actions import Kind
from dashkit.model.kinds import BY_NAME
from dashkit.report.archives import shown
from dashkit.report.plan_text import SIGNS
from dashkit.report.style import Style, plain

#: Of what is only created so many are told by name; `--verbose` tells all.
_MOST_NAMES = 10
_WORDS = (
    (Kind.CREATE, "to create"),
    (Kind.UPDATE, "to write over"),
    (Kind.REFUSE, "refused"),
    (Kind.SKIP, "skipped"),
    (Kind.KEEP, "there already"),
)

_UNDO_WORDS = (
    (Kind.UPDATE, "to put back"),
    (Kind.CREATE, "to create again"),
    (Kind.DELETE, "to delete"),
    (Kind.REFUSE, "refused"),
    (Kind.SKIP, "skipped"),
    (Kind.KEEP, "as before already"),
)


def plan_text(
    steps: Sequence[Step], style: Style = plain, *, where: str = "", verbose: bool = False, quiet: bool = False
) -> Iterator[str]:
    """Lines: what is written or refused, one by one; the many that are only created, counted by kind."""
    created = Counter(step.entry.kind for step in steps if step.kind is Kind.CREATE)
    few = sum(created.values()) <= _MOST_NAMES
    for step in steps:
        named = verbose or (step.kind is not Kind.KEEP and (step.kind is not Kind.CREATE or few))
        if named and (not quiet or step.kind is Kind.REFUSE):
            yield from _step(step, style)
    if not few and not verbose and not quiet:
        for kind, count in created.items():
            word = BY_NAME[kind].word if count == 1 else kind.replace("-", " ")
            yield f"{style('+ create', 'green')} {count} {word}"
    counts = Counter(step.kind for step in steps)
    parts = [f"{counts[kind]} {text}" for kind, text in _WORDS if counts[kind]]
    yield style(f"Restore to {where}: {', '.join(parts) or 'nothing in this archive'}.", "bold")


def _step(step: Step, style: Style) -> Iterator[str]:
    sign, color, word = SIGNS[step.kind]
    entry = step.entry
    title = f" {entry.name!r}" if entry.name != entry.key else ""
    reason = f": {step.reason}" if step.reason else ""
    yield f"{style(f'{sign} {word}', color)} {BY_NAME[entry.kind].word} {style(shown(entry.key), 'bold')}{title}{reason}"
    for change in step.changes:
        yield f"    {change.sign} {shown(str(change))}"


def outcome_text(outcomes: Sequence[Outcome], where: str, style: Style = plain) -> Iterator[str]:
    """What failed, in a table; which secrets are missing; and how many went well."""
    failed = [outcome for outcome in outcomes if outcome.error is not None]
    if failed:
        yield style(f"{len(failed)} of {len(outcomes)} failed:", "red")
        kinds = max(len(outcome.step.entry.kind) for outcome in failed)
        keys = max(len(shown(outcome.step.entry.key)) for outcome in failed)
        for outcome in failed:
            entry, error = outcome.step.entry, outcome.error
            assert error is not None
            hint = f" ({error.hint})" if error.hint else ""
            yield f"  {entry.kind:<{kinds}}  {shown(entry.key):<{keys}}  {error.message}{hint}"
        yield "Once that is mended, run it again: what is there already is left alone."
    missing = [(outcome.step.entry, name) for outcome in outcomes for name in outcome.missing]
    if missing:
        yield style("Secrets that are still to be set (--secrets-template prints them):", "yellow")
        for entry, name in missing:
            yield f"  {entry.kind}/{shown(entry.key)}/{name}"
    done = len(outcomes) - len(failed)
    if done:
        yield style(f"Restored to {where}: {done} object{'' if done == 1 else 's'}.", "green")


def restore_data(steps: Sequence[Step], outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Plan and outcome as JSON."""
    results = {(outcome.step.entry.kind, outcome.step.entry.key): outcome for outcome in outcomes}
    entries = []
    for step in steps:
        entry = step.entry
        outcome = results.get((entry.kind, entry.key))
        entries.append(
            {
                "kind": entry.kind, "key": entry.key, "name": entry.name, "action": step.kind.value,
                "reason": step.reason, "changes": [str(change) for change in step.changes],
                "done": None if outcome is None else outcome.error is None,
                "error": str(outcome.error) if outcome and outcome.error else "",
                "missing_secrets": list(outcome.missing) if outcome else [],
            }
        )  # fmt: skip
    return {"steps": entries}


def undo_text(
    undos: Sequence[Undo], push: str, where: str, style: Style = plain, *, verbose: bool = False
) -> Iterator[str]:
    """The plan of a rollback."""
    for undo in undos:
        if undo.kind is Kind.KEEP and not verbose:
            continue
        sign, color, word = SIGNS[undo.kind]
        title = f" {undo.item.name!r}" if undo.item.name != undo.item.key else ""
        reason = f": {undo.reason}" if undo.reason else ""
        what = f"{BY_NAME[undo.item.kind].word} {style(shown(undo.item.key), 'bold')}{title}{reason}"
        yield f"{style(f'{sign} {word}', color)} {what}"
        for change in undo.changes[:_MOST_NAMES]:
            yield f"    {change.sign} {shown(str(change))}"
    counts = Counter(undo.kind for undo in undos)
    parts = [f"{counts[kind]} {text}" for kind, text in _UNDO_WORDS if counts[kind]]
    yield style(f"Rollback of {push} on {where}: {', '.join(parts) or 'nothing to do'}.", "bold")


def undone_text(done: Sequence[Undone], where: str, style: Style = plain) -> Iterator[str]:
    """What failed, and how many went well."""
    failed = [one for one in done if one.error is not None]
    for one in failed:
        yield f"{style('failed', 'red')} {one.undo.item.kind} {shown(one.undo.item.key)}: {one.error}"
    if good := len(done) - len(failed):
        yield style(f"Rolled back on {where}: {good} object{'' if good == 1 else 's'}.", "green")


def undo_data(undos: Sequence[Undo], done: Sequence[Undone], push: str) -> dict[str, Any]:
    """Plan and outcome of a rollback as JSON."""
    errors = {id(one.undo): one.error for one in done}
    return {
        "push": push,
        "objects": [
            {
                "kind": undo.item.kind, "key": undo.item.key, "name": undo.item.name, "action": undo.kind.value,
                "reason": undo.reason, "changes": [str(change) for change in undo.changes],
                "done": errors[id(undo)] is None if id(undo) in errors else None,
                "error": str(errors.get(id(undo)) or ""),
            }
            for undo in undos
        ],
    }  # fmt: skip
