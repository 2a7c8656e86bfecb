"""The plan of an alert rules push and its results, as text and as JSON values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dashkit.deploy.outcome import Outcome
from dashkit.deploy.routing_plan import is_note, is_routing
from dashkit.deploy.steps import Action, GroupStep, Plan, Step
from dashkit.model.item import Ref
from dashkit.model.kinds import BY_NAME
from dashkit.model.words import counted
from dashkit.report.plan_text import MOST_CHANGES, SIGNS, counts_text, new_folders_text
from dashkit.report.style import Style, plain


def rules_text(
    plan: Plan[GroupStep],
    style: Style = plain,
    *,
    where: str = "",
    verbose: bool = False,
    quiet: bool = False,
) -> Iterator[str]:
    """Yield the lines of a plan, in the same way as `plan_text`."""
    if not quiet:
        yield from new_folders_text(plan, style)
    for step in plan.steps:
        if (step.action is Action.KEEP and not verbose) or (quiet and step.action is not Action.REFUSE):
            continue
        yield from _step(step, f"rules {step.title} ({_counted(step)})", style, most=MOST_CHANGES)
    on = f" for {where}" if where else ""
    yield style(f"Alert rules{on}: {counts_text(plan.steps) or 'no groups'}.", "bold")


def routing_text(steps: Iterable[Step], style: Style = plain, *, quiet: bool = False) -> Iterator[str]:
    """Yield what happens to the contact points, the mute timings and the project's route."""
    shown = [step for step in steps if not is_note(step)]
    for step in shown:
        if not quiet or step.action is Action.REFUSE:
            yield from _step(step, step.title if step.ref.kind == "policies" else _name(step), style)
    yield style(f"Routing: {counts_text(shown) or 'unchanged'}.", "bold")


def rule_failures(outcomes: Iterable[Outcome], style: Style = plain) -> Iterator[str]:
    """Yield what failed, and why."""
    for outcome in outcomes:
        if outcome.error is not None:
            yield style(f"failed: {_name(outcome.step)}: {outcome.error}", "red")


def rules_done(outcomes: Iterable[Outcome], where: str, style: Style = plain) -> str:
    """Return one line about what was written, or an empty string if nothing was."""
    written = [outcome.step for outcome in outcomes if outcome.error is None]
    groups = sum(isinstance(step, GroupStep) for step in written)
    routing = sum(is_routing(step) and not is_note(step) for step in written)
    parts = [counted(groups, "group") + " of alert rules"] if groups else []
    parts += [counted(routing, "part") + " of the routing"] if routing else []
    return style(f"Done on {where}: {' and '.join(parts)} written.", "green") if parts else ""


def rules_data(steps: Iterable[GroupStep], outcomes: Iterable[Outcome] = ()) -> list[dict[str, Any]]:
    """Return the groups as JSON values."""
    errors = _errors(outcomes)
    return [
        {
            "group": step.title,
            "alerts": sum("record" not in rule for rule in _rules(step)),
            "recording_rules": sum("record" in rule for rule in _rules(step)),
            **_data(step, errors),
        }
        for step in steps
    ]


def routing_data(steps: Iterable[Step], outcomes: Iterable[Outcome] = ()) -> list[dict[str, Any]]:
    """Return the parts of the routing as JSON values."""
    errors = _errors(outcomes)
    return [{"kind": step.ref.kind, "name": step.title, **_data(step, errors)} for step in steps if not is_note(step)]


def _step(step: Step, name: str, style: Style, *, most: int | None = None) -> Iterator[str]:
    sign, colour, word = SIGNS[step.action]
    yield style(f"{sign} {word} {name}", colour)
    if step.reason:
        yield f"    {step.reason}"
    yield from (f"    {change.sign} {change}" for change in step.changes[:most])
    if most is not None and len(step.changes) > most:
        yield style(f"    ... and {len(step.changes) - most} more", "dim")
    if step.hint:
        yield f"    {style('->', 'cyan')} {step.hint}"


def _errors(outcomes: Iterable[Outcome]) -> dict[Ref, str]:
    return {outcome.step.ref: str(outcome.error) for outcome in outcomes if outcome.error}


def _data(step: Step, errors: Mapping[Ref, str]) -> dict[str, Any]:
    return {
        "action": step.action.value,
        "changes": [f"{change.sign} {change}" for change in step.changes],
        "reason": step.reason,
        "hint": step.hint,
        **({"error": errors[step.ref]} if step.ref in errors else {}),
    }


def _name(step: Step) -> str:
    return f"{'rules' if isinstance(step, GroupStep) else BY_NAME[step.ref.kind].word} {step.title}"


def _rules(step: GroupStep) -> list[dict[str, Any]]:
    return list(step.item.content["rules"]) if step.item else []


def _counted(step: GroupStep) -> str:
    rules = _rules(step)
    return counted(len(rules), "recording rule" if any("record" in rule for rule in rules) else "alert")
