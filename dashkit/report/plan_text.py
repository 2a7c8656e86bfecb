"""A plan, and what became of it, for a person at a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.deploy.actions import Action, Kind, Plan
from dashkit.deploy.apply import Outcome
from dashkit.model.folder import folder_text
from dashkit.report.style import Style, plain
from dashkit.spec.diff import Change

SIGNS = {
    Kind.CREATE: ("+", "green", "create"),
    Kind.UPDATE: ("~", "yellow", "update"),
    Kind.DELETE: ("-", "red", "delete"),
    Kind.REFUSE: ("!", "red", "refused"),
    Kind.SKIP: ("·", "dim", "skipped"),
    Kind.ORPHAN: ("?", "dim", "orphan"),
    Kind.KEEP: ("=", "dim", "unchanged"),
}
WORDS = (
    (Kind.CREATE, "to create"),
    (Kind.UPDATE, "to update"),
    (Kind.DELETE, "to delete"),
    (Kind.REFUSE, "refused"),
    (Kind.SKIP, "skipped"),
    (Kind.ORPHAN, "orphaned"),
    (Kind.KEEP, "unchanged"),
)
_MOST_CHANGES = 30


def plan_text(
    plan: Plan, style: Style = plain, *, where: str = "", verbose: bool = False, quiet: bool = False
) -> Iterator[str]:
    """Lines without newline; unchanged dashboards are only counted unless ``verbose``, ``quiet`` tells refusals only.

    ``where`` names the server in the summary.
    """
    if not quiet:
        for folder in plan.folders:
            yield style(f"+ folder {folder_text(folder.path)!r}", "green")
    for action in plan.actions:
        if (action.kind is Kind.KEEP and not verbose) or (quiet and action.kind is not Kind.REFUSE):
            continue
        yield from _action(action, style)
    yield summary_text(plan, style, where=where)


def summary_text(plan: Plan, style: Style = plain, *, where: str = "") -> str:
    """One line: ``Plan for prod (https://...): 2 to create, 1 to update, 3 unchanged``."""
    parts = [f"{count} {text}" for kind, text in WORDS if (count := len(plan.of(kind)))]
    if plan.empty:
        on = f" on {where}" if where else ""
        return style(f"Nothing to do{on}: {', '.join(parts) or 'no dashboards'}.", "bold")
    return style(f"Plan{f' for {where}' if where else ''}: {', '.join(parts)}.", "bold")


def done_text(outcomes: list[Outcome], where: str, style: Style = plain) -> str:
    """One line on what was carried out: ``Done on prod (https://...): 2 created, 1 deleted.``; empty for nothing."""
    words = ((Kind.CREATE, "created"), (Kind.UPDATE, "updated"), (Kind.DELETE, "deleted"))
    done = [outcome.action.kind for outcome in outcomes if outcome.error is None]
    parts = [f"{count} {word}" for kind, word in words if (count := done.count(kind))]
    return style(f"Done on {where}: {', '.join(parts)}.", "green") if parts else ""


def failures_text(outcomes: list[Outcome], style: Style = plain, *, command: str) -> Iterator[str]:
    """What failed, why, and what to run: ``command``, the person's own, for what failed."""
    failed = [outcome for outcome in outcomes if outcome.error is not None]
    if not failed:
        return
    yield style(f"{len(failed)} of {len(outcomes)} failed:", "red")
    width = max(len(outcome.action.uid) for outcome in failed)
    for outcome in failed:
        assert outcome.error is not None
        hint = f" ({outcome.error.hint})" if outcome.error.hint else ""
        yield f"  {outcome.action.uid:<{width}}  {outcome.error.message}{hint}"
    sources = sorted({outcome.action.source.path for outcome in failed if outcome.action.source})
    again = " ".join(f"--only {path}" for path in sources) if len(sources) <= 5 else ""
    yield f"Once that is mended: {command} {again}".rstrip()


def _action(action: Action, style: Style) -> Iterator[str]:
    sign, color, word = SIGNS[action.kind]
    where = f" in {folder_text(action.folder)}" if action.folder or action.desired else ""
    yield f"{style(f'{sign} {word}', color)} {style(action.uid, 'bold')} {action.title!r}{where}"
    if action.reason:
        yield f"    {action.reason}"
    if action.edits:
        yield "    edited in the UI:"
        yield from _changes(action.edits, style, "      ")
    if action.changes and action.kind in (Kind.UPDATE, Kind.REFUSE, Kind.SKIP):
        if action.reverts:
            yield "    a push would undo this and change nothing else"
        elif action.edits or action.kind is not Kind.UPDATE:
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
                yield f"{indent}    {style('-', 'red')} {' '.join(change.old.split())}"
            if isinstance(change.new, str):
                yield f"{indent}    {style('+', 'green')} {' '.join(change.new.split())}"
    if len(found) > _MOST_CHANGES:
        yield f"{indent}... and {len(found) - _MOST_CHANGES} more changes (--full shows the documents)"
