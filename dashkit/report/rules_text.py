"""A plan of alert rules, and what became of it: for a person, and as data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from dashkit.deploy.actions import Kind
from dashkit.deploy.apply_rules import RuleOutcome
from dashkit.deploy.folders import NewFolder
from dashkit.deploy.rule_plan import RuleAction
from dashkit.model.folder import folder_text
from dashkit.report.plan_text import SIGNS, WORDS
from dashkit.report.style import Style, plain

_MOST_CHANGES = 30


def rules_text(
    folders: Iterable[NewFolder],
    actions: Sequence[RuleAction],
    style: Style = plain,
    *,
    where: str = "",
    verbose: bool = False,
    quiet: bool = False,
) -> Iterator[str]:
    """Lines without newline, as of `plan_text`."""
    if not quiet:
        for folder in folders:
            yield style(f"+ folder {folder_text(folder.path)!r}", "green")
    for action in actions:
        if (action.kind is Kind.KEEP and not verbose) or (quiet and action.kind is not Kind.REFUSE):
            continue
        sign, colour, word = SIGNS[action.kind]
        count = len(action.group.rules)
        yield style(f"{sign} {word} rules {action.group.name} ({count} alert{'' if count == 1 else 's'})", colour)
        if action.reason:
            yield f"    {action.reason}"
        yield from (f"    {line}" for line in action.changes[:_MOST_CHANGES])
        if len(action.changes) > _MOST_CHANGES:
            yield style(f"    ... and {len(action.changes) - _MOST_CHANGES} more", "dim")
        if action.hint:
            yield f"    {style('->', 'cyan')} {action.hint}"
    parts = [f"{count} {text}" for kind, text in WORDS if (count := sum(action.kind is kind for action in actions))]
    on = f" for {where}" if where else ""
    yield style(f"Alert rules{on}: {', '.join(parts) or 'no groups'}.", "bold")


def rule_failures(outcomes: Iterable[RuleOutcome], style: Style = plain) -> Iterator[str]:
    """What could not be done, and why."""
    for outcome in outcomes:
        if outcome.error is not None:
            yield style(f"failed: rules {outcome.action.group.name}: {outcome.error}", "red")


def rules_done(outcomes: Sequence[RuleOutcome], where: str, style: Style = plain) -> str:
    """One line on what was carried out; empty for nothing."""
    done = sum(outcome.error is None for outcome in outcomes)
    groups = f"{done} group{'' if done == 1 else 's'} of alert rules"
    return style(f"Done on {where}: {groups} written.", "green") if done else ""


def rules_data(actions: Iterable[RuleAction], outcomes: Iterable[RuleOutcome] | None = None) -> list[dict[str, Any]]:
    """The same as JSON values: one for each group."""
    errors = {id(outcome.action): str(outcome.error) for outcome in outcomes or () if outcome.error}
    return [
        {
            "group": action.group.name,
            "action": action.kind.value,
            "alerts": len(action.group.rules),
            "changes": list(action.changes),
            "reason": action.reason,
            "hint": action.hint,
            **({"error": errors[id(action)]} if id(action) in errors else {}),
        }
        for action in actions
    ]
