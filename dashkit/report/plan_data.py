"""A plan and its results as JSON values, and the plan as Markdown for a pull request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from dashkit.deploy.outcome import Outcome
from dashkit.deploy.steps import Action, DashboardStep, FolderStep, Plan
from dashkit.document.diff import Change
from dashkit.model.folder import folder_text
from dashkit.model.words import counted
from dashkit.report.plan_text import place_text, summary_text
from dashkit.report.style import table_cell

#: Comments on GitHub are limited to 65,536 characters.
MARKDOWN_LIMIT = 60_000


def plan_data(
    plan: Plan[DashboardStep], target: dict[str, str], outcomes: Sequence[Outcome] | None = None
) -> dict[str, Any]:
    """Return ``{"target": {context, url, version}, "actions": [...], "folders": [...], "summary": {action: count}}``.

    With ``outcomes``, each action also has its result.
    """
    results = {outcome.step.ref: outcome for outcome in outcomes or ()}
    value: dict[str, Any] = {
        "target": target,
        "actions": [_step(step, results.get(step.ref)) for step in plan.steps],
        "folders": [_folder(step) for step in plan.folders],
        "summary": {action.value: len(plan.of(action)) for action in Action},
    }
    if outcomes is not None:
        value["summary"]["failed"] = sum(outcome.error is not None for outcome in outcomes)
    return value


def _folder(step: FolderStep) -> dict[str, str]:
    assert step.item is not None
    return {"uid": step.ref.key, "title": step.title, "parent_uid": step.item.content["folder"]}


def _step(step: DashboardStep, outcome: Outcome | None) -> dict[str, Any]:
    value: dict[str, Any] = {
        "action": step.action.value,
        "uid": step.ref.key,
        "title": step.title,
        "folder": folder_text(step.folder),
        "live_folder": folder_text(step.live_folder or step.folder),
        "reason": step.reason,
        "hint": step.hint,
        "reverts": step.reverts,
        "changes": [change_data(change) for change in step.changes],
        "edits": [change_data(change) for change in step.edits],
        "source": {"path": step.source.path, "line": step.source.line} if step.source else None,
    }
    if outcome is not None:
        value["result"] = "failed" if outcome.error else "done"
        value["error"] = outcome.error.message if outcome.error else None
    return value


def change_data(change: Change) -> dict[str, Any]:
    """Return a change as JSON values."""
    return {"sign": change.sign, "what": change.what, "how": change.how, "old": change.old, "new": change.new}


def plan_markdown(plan: Plan[DashboardStep], where: str = "", limit: int = MARKDOWN_LIMIT) -> str:
    """Return a table of the changes with collapsed details, cut to ``limit`` characters to fit into a comment."""
    lines = [f"### Dashboards: {table_cell(summary_text(plan, where=where))}", ""]
    if plan.folders:
        lines += [f"New folders: {', '.join(table_cell(folder_text(folder.path)) for folder in plan.folders)}", ""]
    shown = [step for step in plan.steps if step.action is not Action.KEEP]
    if shown:
        lines += ["| | dashboard | folder | |", "|---|---|---|---|"]
        lines += [
            f"| {step.action.value} | `{step.ref.key}` {table_cell(step.title)} | {table_cell(place_text(step))} "
            f"| {table_cell(step.reason)} |"
            for step in shown
        ]
        lines.append("")
    return details_markdown("\n".join(lines), ((step.ref.key, _groups(step), _note(step)) for step in shown), limit)


def details_markdown(
    text: str, details: Iterable[tuple[str, Sequence[tuple[str, Sequence[Change]]], str]], limit: int = MARKDOWN_LIMIT
) -> str:
    """Return the text with a collapsed part for each ``(uid, [(heading, changes)], note)``, cut to fit."""
    for uid, groups, note in details:
        block = "\n".join(_detail(uid, groups, note)) if groups else ""
        if len(text) + len(block) > limit:
            return f"{text}\n_Cut here, because the rest does not fit into a comment. Run `dashkit diff` to see everything._\n"
        text += block
    return f"{text.rstrip()}\n"


def _groups(step: DashboardStep) -> list[tuple[str, Sequence[Change]]]:
    changed = () if step.reverts else step.changes
    return [(title, found) for title, found in (("Edited in the UI", step.edits), ("Changes", changed)) if found]


def _note(step: DashboardStep) -> str:
    return "A push would undo this and change nothing else." if step.reverts else ""


def _detail(uid: str, groups: Sequence[tuple[str, Sequence[Change]]], note: str) -> Iterator[str]:
    changes = counted(sum(len(found) for _, found in groups), "change")
    yield f"<details><summary><code>{uid}</code>: {changes}</summary>\n"
    for title, found in groups:
        yield f"**{title}**\n\n```diff"
        for change in found:
            yield _fenced(f"{'!' if change.sign == '~' else change.sign} {change}")
            if "query" in change.how:
                for sign, value in (("-", change.old), ("+", change.new)):
                    if isinstance(value, str):
                        yield _fenced(f"{sign}     {value}")
        yield "```\n"
    if note:
        yield f"{note}\n"
    yield "</details>\n\n"


def _fenced(text: str) -> str:
    return text.replace("\n", " ").replace("```", "'''")
