"""A plan, and what became of it, for a person at a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dashkit.deploy.outcome import Outcome
from dashkit.deploy.steps import Action, DashboardStep, Plan
from dashkit.model.folder import folder_text
from dashkit.report.style import Style, plain
from dashkit.spec.diff import Change

SIGNS = {
    Action.CREATE: ("+", "green", "create"),
    Action.UPDATE: ("~", "yellow", "update"),
    Action.DELETE: ("-", "red", "delete"),
    Action.REFUSE: ("!", "red", "refused"),
    Action.SKIP: ("·", "dim", "skipped"),
    Action.ORPHAN: ("?", "dim", "orphan"),
    Action.KEEP: ("=", "dim", "unchanged"),
}
WORDS = (
    (Action.CREATE, "to create"),
    (Action.UPDATE, "to update"),
    (Action.DELETE, "to delete"),
    (Action.REFUSE, "refused"),
    (Action.SKIP, "skipped"),
    (Action.ORPHAN, "orphaned"),
    (Action.KEEP, "unchanged"),
)
_MOST_CHANGES = 30


def plan_text(
    plan: Plan[DashboardStep], style: Style = plain, *, where: str = "", verbose: bool = False, quiet: bool = False
) -> Iterator[str]:
    """Lines without newline; unchanged dashboards are only counted unless ``verbose``, ``quiet`` tells refusals only.

    ``where`` names the server in the summary.
    """
    if not quiet:
        for folder in plan.folders:
            yield style(f"+ folder {folder_text(folder.path)!r}", "green")
    for step in plan.steps:
        if (step.action is Action.KEEP and not verbose) or (quiet and step.action is not Action.REFUSE):
            continue
        yield from _step(step, style)
    yield summary_text(plan, style, where=where)


def summary_text(plan: Plan[DashboardStep], style: Style = plain, *, where: str = "") -> str:
    """One line: ``Plan for prod (https://...): 2 to create, 1 to update, 3 unchanged``."""
    parts = [f"{count} {text}" for action, text in WORDS if (count := len(plan.of(action)))]
    if plan.empty:
        on = f" on {where}" if where else ""
        return style(f"Nothing to do{on}: {', '.join(parts) or 'no dashboards'}.", "bold")
    return style(f"Plan{f' for {where}' if where else ''}: {', '.join(parts)}.", "bold")


def done_text(outcomes: Sequence[Outcome], where: str, style: Style = plain) -> str:
    """One line on what was carried out: ``Done on prod (https://...): 2 created, 1 deleted.``; empty for nothing."""
    words = ((Action.CREATE, "created"), (Action.UPDATE, "updated"), (Action.DELETE, "deleted"))
    done = [outcome.step.action for outcome in outcomes if outcome.error is None]
    parts = [f"{count} {word}" for action, word in words if (count := done.count(action))]
    return style(f"Done on {where}: {', '.join(parts)}.", "green") if parts else ""


def failures_text(outcomes: Sequence[Outcome], style: Style = plain, *, command: str) -> Iterator[str]:
    """What failed, why, and what to run: ``command``, the person's own, for what failed."""
    failed = [outcome for outcome in outcomes if outcome.error is not None]
    if not failed:
        return
    yield style(f"{len(failed)} of {len(outcomes)} failed:", "red")
    tried = [outcome for outcome in failed if outcome.tried]
    width = max((len(outcome.step.ref.key) for outcome in tried), default=0)
    for outcome in tried:
        assert outcome.error is not None
        hint = f" ({outcome.error.hint})" if outcome.error.hint else ""
        yield f"  {outcome.step.ref.key:<{width}}  {outcome.error.message}{hint}"
    yield from untried_text(failed)
    sources = sorted({outcome.step.source.path for outcome in failed if outcome.step.source})
    again = " ".join(f"--only {path}" for path in sources) if len(sources) <= 5 else ""
    yield f"Once that is mended: {command} {again}".rstrip()


def untried_text(failed: Sequence[Outcome]) -> Iterator[str]:
    """Those that nobody came to are many, and have one reason."""
    left = [outcome for outcome in failed if not outcome.tried]
    if left:
        yield f"  {len(left)} {left[0].error}"


def place_text(step: DashboardStep) -> str:
    """The folder as the server calls it, and that the source calls it otherwise."""
    here, source = folder_text(step.lies or step.folder), folder_text(step.folder)
    return here if here == source else f"{here} (renamed in Grafana; the source says {source})"


def _step(step: DashboardStep, style: Style) -> Iterator[str]:
    sign, color, word = SIGNS[step.action]
    where = f" in {place_text(step)}" if step.folder or step.item else ""
    yield f"{style(f'{sign} {word}', color)} {style(step.ref.key, 'bold')} {step.title!r}{where}"
    if step.reason:
        yield f"    {step.reason}"
    if step.edits:
        yield "    edited in the UI:"
        yield from _changes(step.edits, style, "      ")
    if step.changes and step.action in (Action.UPDATE, Action.REFUSE, Action.SKIP):
        if step.reverts:
            yield "    a push would undo this and change nothing else"
        elif step.edits or step.action is not Action.UPDATE:
            yield "    a push would change:"
            yield from _changes(step.changes, style, "      ")
        else:
            yield from _changes(step.changes, style, "    ")
    if step.hint:
        yield f"    {style('->', 'cyan')} {step.hint}"


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
