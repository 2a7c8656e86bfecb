"""A plan, and what became of it, for a person at a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.deploy.actions import Action, Kind, Plan
from dashkit.deploy.apply import Outcome
from dashkit.model.folder import folder_text
from dashkit.report.style import Style, plain
from dashkit.spec.diff import Change

_SIGNS = {
    Kind.CREATE: ("+", "green", "create"),
    Kind.UPDATE: ("~", "yellow", "update"),
    Kind.DELETE: ("-", "red", "delete"),
    Kind.REFUSE: ("!", "red", "refused"),
    Kind.SKIP: ("·", "dim", "skipped"),
    Kind.ORPHAN: ("?", "dim", "orphan"),
    Kind.KEEP: ("=", "dim", "unchanged"),
}
_MOST_CHANGES = 30


def plan_text(plan: Plan, style: Style = plain, *, verbose: bool = False) -> Iterator[str]:
    """Lines without newline; unchanged dashboards are only counted unless ``verbose``."""
    for folder in plan.folders:
        yield style(f"+ folder {folder_text(folder.path)!r}", "green")
    for action in plan.actions:
        if action.kind is Kind.KEEP and not verbose:
            continue
        yield from _action(action, style)
    yield summary_text(plan, style)


def summary_text(plan: Plan, style: Style = plain) -> str:
    """One line: ``Plan: 2 to create, 1 to update, 3 unchanged``."""
    words = (
        (Kind.CREATE, "to create"),
        (Kind.UPDATE, "to update"),
        (Kind.DELETE, "to delete"),
        (Kind.REFUSE, "refused"),
        (Kind.SKIP, "skipped"),
        (Kind.ORPHAN, "orphaned"),
        (Kind.KEEP, "unchanged"),
    )
    parts = [f"{count} {text}" for kind, text in words if (count := len(plan.of(kind)))]
    if plan.empty:
        return style(f"Nothing to do: {', '.join(parts) or 'no dashboards'}.", "bold")
    return style(f"Plan: {', '.join(parts)}.", "bold")


def outcome_text(outcome: Outcome, style: Style = plain) -> str:
    """One line for one action that was carried out, or not."""
    done = {Kind.CREATE: "created", Kind.UPDATE: "updated", Kind.DELETE: "deleted"}[outcome.action.kind]
    if outcome.error is None:
        return f"{style(done, 'green'):>7} {outcome.action.uid}"
    return f"{style('failed', 'red')} {outcome.action.uid}: {outcome.error.message}"


def failures_text(outcomes: list[Outcome], style: Style = plain) -> Iterator[str]:
    """What failed, why, and what to run."""
    failed = [outcome for outcome in outcomes if outcome.error is not None]
    if not failed:
        return
    yield style(f"{len(failed)} of {len(outcomes)} failed:", "red")
    width = max(len(outcome.action.uid) for outcome in failed)
    for outcome in failed:
        assert outcome.error is not None
        hint = f" ({outcome.error.hint})" if outcome.error.hint else ""
        yield f"  {outcome.action.uid:<{width}}  {outcome.error.message}{hint}"
    only = " ".join(f"--only {outcome.action.desired.uid}" for outcome in failed if outcome.action.desired)
    yield f"Then run: dashkit push {only}".rstrip()


def _action(action: Action, style: Style) -> Iterator[str]:
    sign, color, word = _SIGNS[action.kind]
    where = f" in {folder_text(action.folder)}" if action.folder or action.desired else ""
    yield f"{style(f'{sign} {word}', color)} {style(action.uid, 'bold')} {action.title!r}{where}"
    if action.reason:
        yield f"    {action.reason}"
    if action.edits:
        yield "    edited in the UI:"
        yield from _changes(action.edits, style, "      ")
    if action.changes and action.kind in (Kind.UPDATE, Kind.REFUSE, Kind.SKIP):
        if action.edits or action.kind is not Kind.UPDATE:
            yield "    a push would change:"
            yield from _changes(action.changes, style, "      ")
        else:
            yield from _changes(action.changes, style, "    ")
    if action.hint:
        yield f"    {style('->', 'cyan')} {action.hint}"


def _changes(found: tuple[Change, ...], style: Style, indent: str) -> Iterator[str]:
    colors = {"+": "green", "-": "red", "~": "yellow"}
    for change in found[:_MOST_CHANGES]:
        yield f"{indent}{style(change.sign, colors[change.sign])} {change}"
        if "query" in change.how:
            if isinstance(change.old, str):
                yield f"{indent}    {style('-', 'red')} {change.old}"
            if isinstance(change.new, str):
                yield f"{indent}    {style('+', 'green')} {change.new}"
    if len(found) > _MOST_CHANGES:
        yield f"{indent}... and {len(found) - _MOST_CHANGES} more changes (--full shows the documents)"
