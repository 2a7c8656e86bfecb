"""A plan and its results, as text for a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from dashkit.deploy.outcome import Outcome
from dashkit.deploy.steps import Action, DashboardStep, Plan, Step
from dashkit.document.diff import Change
from dashkit.model.folder import folder_text
from dashkit.report.archives import shown
from dashkit.report.style import CHANGE_COLOURS, Style, plain

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
MOST_CHANGES = 30


def plan_text(
    plan: Plan[DashboardStep], style: Style = plain, *, where: str = "", verbose: bool = False, quiet: bool = False
) -> Iterator[str]:
    """Yield the lines of a plan, without newlines.

    Args:
        where: the server's name in the summary.
        verbose: also show unchanged dashboards; otherwise they are only counted.
        quiet: show only refused dashboards.
    """
    if not quiet:
        yield from new_folders_text(plan, style)
    for step in plan.steps:
        if (step.action is Action.KEEP and not verbose) or (quiet and step.action is not Action.REFUSE):
            continue
        yield from _step(step, style)
    yield summary_text(plan, style, where=where)


def new_folders_text(plan: Plan[Step], style: Style = plain) -> Iterator[str]:
    """Yield a line for each folder that the plan creates."""
    for folder in plan.folders:
        yield style(f"+ folder {folder_text(folder.path)!r}", "green")


def counts_text(steps: Iterable[Step], words: Iterable[tuple[Action, str]] = WORDS) -> str:
    """Count the steps by action: ``2 to create, 3 unchanged``. Return an empty string if there are none."""
    counts = Counter(step.action for step in steps)
    return ", ".join(f"{counts[action]} {text}" for action, text in words if counts[action])


def summary_text(plan: Plan[DashboardStep], style: Style = plain, *, where: str = "") -> str:
    """Return one line, such as ``Plan for prod (https://...): 2 to create, 3 unchanged``, with its period."""
    counts = counts_text(plan.steps)
    if plan.empty:
        return style(f"Nothing to do{f' on {where}' if where else ''}: {counts or 'no dashboards'}.", "bold")
    return style(f"Plan{f' for {where}' if where else ''}: {counts}.", "bold")


def done_text(outcomes: Sequence[Outcome], where: str, style: Style = plain) -> str:
    """Return one line, such as ``Done on prod (https://...): 2 created, 1 deleted.``, or an empty string if nothing was done."""
    words = ((Action.CREATE, "created"), (Action.UPDATE, "updated"), (Action.DELETE, "deleted"))
    counts = counts_text((outcome.step for outcome in outcomes if outcome.error is None), words)
    return style(f"Done on {where}: {counts}.", "green") if counts else ""


def failures_text(outcomes: Sequence[Outcome], style: Style = plain, *, command: str) -> Iterator[str]:
    """Yield what failed and why, and how to run ``command`` again for just that. Yield nothing if all went well."""
    yield from failed_text(outcomes, style)
    failed = [outcome for outcome in outcomes if outcome.error is not None]
    sources = sorted({outcome.step.source.path for outcome in failed if outcome.step.source})
    again = " ".join(f"--only {path}" for path in sources) if len(sources) <= 5 else ""
    if failed:
        yield f"Fix the cause, then run: {command} {again}".rstrip()


def failed_text(outcomes: Sequence[Outcome], style: Style = plain, *, kinds: bool = False) -> Iterator[str]:
    """Yield a table of what failed, with a column for the kind if ``kinds``, then how many were not tried."""
    failed = [outcome for outcome in outcomes if outcome.error is not None]
    if failed:
        yield style(f"{len(failed)} of {len(outcomes)} failed:", "red")
    tried = [(outcome.step.ref, outcome.error) for outcome in failed if outcome.tried and outcome.error]
    kind_width = max((len(ref.kind) for ref, _ in tried), default=0)
    key_width = max((len(shown(ref.key)) for ref, _ in tried), default=0)
    for ref, error in tried:
        kind = f"{ref.kind:<{kind_width}}  " if kinds else ""
        hint = f" ({error.hint})" if error.hint else ""
        yield f"  {kind}{shown(ref.key):<{key_width}}  {error.message}{hint}"
    # Steps that were not tried are many, and share one reason.
    untried = [outcome for outcome in failed if not outcome.tried]
    if untried:
        yield f"  {len(untried)} {untried[0].error}"


def place_text(step: DashboardStep) -> str:
    """Return the folder as it is named on the server, and the source's name for it if that differs."""
    here, source = folder_text(step.live_folder or step.folder), folder_text(step.folder)
    return here if here == source else f"{here} (renamed in Grafana; the source says {source})"


def _step(step: DashboardStep, style: Style) -> Iterator[str]:
    sign, color, word = SIGNS[step.action]
    where = f" in {place_text(step)}" if step.folder or step.item else ""
    yield f"{style(f'{sign} {word}', color)} {style(step.ref.key, 'bold')} {step.title!r}{where}"
    if step.reason:
        yield f"    {step.reason}"
    if step.edits:
        yield "    edited in the UI:"
        yield from changes_text(step.edits, style, "      ")
    if step.changes and step.action in (Action.UPDATE, Action.REFUSE, Action.SKIP):
        if step.reverts:
            yield "    a push would undo this and change nothing else"
        elif step.edits or step.action is not Action.UPDATE:
            yield "    a push would change:"
            yield from changes_text(step.changes, style, "      ")
        else:
            yield from changes_text(step.changes, style, "    ")
    if step.hint:
        yield f"    {style('->', 'cyan')} {step.hint}"


def changes_text(found: Sequence[Change], style: Style, indent: str) -> Iterator[str]:
    """Yield a line for each change, and a query before and after."""
    for change in found[:MOST_CHANGES]:
        yield f"{indent}{style(change.sign, CHANGE_COLOURS[change.sign])} {change}"
        if "query" in change.how:
            for sign, query in (("-", change.old), ("+", change.new)):
                if isinstance(query, str):
                    yield f"{indent}    {style(sign, CHANGE_COLOURS[sign])} {' '.join(query.split())}"
    if len(found) > MOST_CHANGES:
        yield f"{indent}... and {len(found) - MOST_CHANGES} more changes (--full shows the documents)"
