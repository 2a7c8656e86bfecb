"""A plan of alert rules, and what became of it: for a person, and as data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from dashkit.deploy.outcome import Outcome
from dashkit.deploy.routing_plan import is_note, is_routing
from dashkit.deploy.steps import Action, GroupStep, Plan, Step
from dashkit.model.folder import folder_text
from dashkit.model.kinds import BY_NAME
from dashkit.model.words import counted
from dashkit.report.plan_text import SIGNS, WORDS
from dashkit.report.style import Style, plain

_MOST_CHANGES = 30


def rules_text(
    plan: Plan[GroupStep],
    style: Style = plain,
    *,
    where: str = "",
    verbose: bool = False,
    quiet: bool = False,
) -> Iterator[str]:
    """Lines without newline, as of `plan_text`."""
    if not quiet:
        for folder in plan.folders:
            yield style(f"+ folder {folder_text(folder.path)!r}", "green")
    for step in plan.steps:
        if (step.action is Action.KEEP and not verbose) or (quiet and step.action is not Action.REFUSE):
            continue
        sign, colour, word = SIGNS[step.action]
        yield style(f"{sign} {word} rules {step.title} ({_counted(step)})", colour)
        if step.reason:
            yield f"    {step.reason}"
        yield from (f"    {change.sign} {change}" for change in step.changes[:_MOST_CHANGES])
        if len(step.changes) > _MOST_CHANGES:
            yield style(f"    ... and {len(step.changes) - _MOST_CHANGES} more", "dim")
        if step.hint:
            yield f"    {style('->', 'cyan')} {step.hint}"
    parts = [f"{count} {text}" for action, text in WORDS if (count := len(plan.of(action)))]
    on = f" for {where}" if where else ""
    yield style(f"Alert rules{on}: {', '.join(parts) or 'no groups'}.", "bold")


def rule_failures(outcomes: Iterable[Outcome], style: Style = plain) -> Iterator[str]:
    """What could not be done, and why."""
    for outcome in outcomes:
        if outcome.error is not None:
            step = outcome.step
            what = (
                f"rules {step.title}" if isinstance(step, GroupStep) else f"{BY_NAME[step.ref.kind].word} {step.title}"
            )
            yield style(f"failed: {what}: {outcome.error}", "red")


def rules_done(outcomes: Iterable[Outcome], where: str, style: Style = plain) -> str:
    """One line on what was carried out; empty for nothing."""
    written = [outcome.step for outcome in outcomes if outcome.error is None]
    groups = sum(isinstance(step, GroupStep) for step in written)
    routing = sum(is_routing(step) and not is_note(step) for step in written)
    parts = [counted(groups, "group") + " of alert rules"] if groups else []
    parts += [counted(routing, "part") + " of the routing"] if routing else []
    return style(f"Done on {where}: {' and '.join(parts)} written.", "green") if parts else ""


def rules_data(steps: Iterable[GroupStep], outcomes: Iterable[Outcome] = ()) -> list[dict[str, Any]]:
    """The same as JSON values: one for each group."""
    errors = {outcome.step.ref: str(outcome.error) for outcome in outcomes if outcome.error}
    return [
        {
            "group": step.title,
            "action": step.action.value,
            "alerts": sum("record" not in rule for rule in _rules(step)),
            "recording_rules": sum("record" in rule for rule in _rules(step)),
            "changes": [f"{change.sign} {change}" for change in step.changes],
            "reason": step.reason,
            "hint": step.hint,
            **({"error": errors[step.ref]} if step.ref in errors else {}),
        }
        for step in steps
    ]


def routing_text(steps: Iterable[Step], style: Style = plain, *, quiet: bool = False) -> Iterator[str]:
    """What becomes of who is told: of each contact point, mute timing, and the project's route."""
    found = [step for step in steps if not is_note(step)]
    for step in found:
        if quiet and step.action is not Action.REFUSE:
            continue
        sign, colour, word = SIGNS[step.action]
        yield style(f"{sign} {word} {_routing_name(step)}", colour)
        if step.reason:
            yield f"    {step.reason}"
        yield from (f"    {change.sign} {change}" for change in step.changes)
        if step.hint:
            yield f"    {style('->', 'cyan')} {step.hint}"
    counts = Counter(step.action for step in found)
    parts = [f"{counts[action]} {text}" for action, text in WORDS if counts[action]]
    yield style(f"Routing: {', '.join(parts) or 'unchanged'}.", "bold")


def routing_data(steps: Iterable[Step], outcomes: Iterable[Outcome] = ()) -> list[dict[str, Any]]:
    """The same as JSON values: one for each part."""
    errors = {outcome.step.ref: str(outcome.error) for outcome in outcomes if outcome.error}
    return [
        {
            "kind": step.ref.kind,
            "name": step.title,
            "action": step.action.value,
            "changes": [f"{change.sign} {change}" for change in step.changes],
            "reason": step.reason,
            "hint": step.hint,
            **({"error": errors[step.ref]} if step.ref in errors else {}),
        }
        for step in steps
        if not is_note(step)
    ]


def _routing_name(step: Step) -> str:
    return step.title if step.ref.kind == "policies" else f"{BY_NAME[step.ref.kind].word} {step.title}"


def _rules(step: GroupStep) -> list[dict[str, Any]]:
    return list(step.item.content["rules"]) if step.item else []


def _counted(step: GroupStep) -> str:
    rules = _rules(step)
    return counted(len(rules), "recording rule" if any("record" in rule for rule in rules) else "alert")
