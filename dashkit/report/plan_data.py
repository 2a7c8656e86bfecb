"""A plan and its outcomes as JSON values, and as Markdown for a pull request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dashkit.deploy.actions import Action, Kind, Plan
from dashkit.deploy.apply import Outcome
from dashkit.model.folder import folder_text
from dashkit.report.plan_text import summary_text
from dashkit.spec.diff import Change

#: A comment on GitHub holds 65,536 characters.
_MARKDOWN_LIMIT = 60_000


def plan_data(plan: Plan, target: dict[str, str], outcomes: list[Outcome] | None = None) -> dict[str, Any]:
    """``{"target": {context, url, version}, "actions": [...], "folders": [...], "summary": {kind: count}}``.

    With ``outcomes`` each action has a result.
    """
    results = {outcome.action.uid: outcome for outcome in outcomes or ()}
    value: dict[str, Any] = {
        "target": target,
        "actions": [_action(action, results.get(action.uid)) for action in plan.actions],
        "folders": [{"uid": f.uid, "title": f.title, "parent_uid": f.parent_uid} for f in plan.folders],
        "summary": {kind.value: len(plan.of(kind)) for kind in Kind},
    }
    if outcomes is not None:
        value["summary"]["failed"] = sum(outcome.error is not None for outcome in outcomes)
    return value


def _action(action: Action, outcome: Outcome | None) -> dict[str, Any]:
    value: dict[str, Any] = {
        "action": action.kind.value,
        "uid": action.uid,
        "title": action.title,
        "folder": folder_text(action.folder),
        "reason": action.reason,
        "hint": action.hint,
        "reverts": action.reverts,
        "changes": [_change(change) for change in action.changes],
        "edits": [_change(change) for change in action.edits],
        "source": {"path": action.source.path, "line": action.source.line} if action.source else None,
    }
    if outcome is not None:
        value["result"] = "failed" if outcome.error else "done"
        value["error"] = outcome.error.message if outcome.error else None
    return value


def _change(change: Change) -> dict[str, Any]:
    return {"sign": change.sign, "what": change.what, "how": change.how, "old": change.old, "new": change.new}


def plan_markdown(plan: Plan, where: str = "") -> str:
    """A table of what changes, the detail of each folded away; cut to what a comment holds."""
    lines = [f"### Dashboards: {_inline(summary_text(plan, where=where))}", ""]
    if plan.folders:
        lines += [f"New folders: {', '.join(_inline(folder_text(folder.path)) for folder in plan.folders)}", ""]
    shown = [action for action in plan.actions if action.kind is not Kind.KEEP]
    if shown:
        lines += ["| | dashboard | folder | |", "|---|---|---|---|"]
        lines += [
            f"| {action.kind.value} | `{action.uid}` {_inline(action.title)} | {_inline(folder_text(action.folder))} "
            f"| {_inline(action.reason)} |"
            for action in shown
        ]
        lines.append("")
    text = "\n".join(lines)
    for action in shown:
        block = "\n".join(_detail(action))
        if len(text) + len(block) > _MARKDOWN_LIMIT:
            return f"{text}\n_Cut here: the rest does not fit a comment. Run `dashkit diff` for all of it._\n"
        text += block
    return f"{text.rstrip()}\n"


def _detail(action: Action) -> Iterator[str]:
    changed = () if action.reverts else action.changes
    groups = [(t, found) for t, found in (("Edited in the UI", action.edits), ("Changes", changed)) if found]
    if not groups:
        return
    count = sum(len(found) for _, found in groups)
    yield f"<details><summary><code>{action.uid}</code>: {count} change{'s' if count > 1 else ''}</summary>\n"
    for title, found in groups:
        yield f"**{title}**\n\n```diff"
        for change in found:
            yield _fenced(f"{'!' if change.sign == '~' else change.sign} {change}")
            if "query" in change.how:
                for sign, value in (("-", change.old), ("+", change.new)):
                    if isinstance(value, str):
                        yield _fenced(f"{sign}     {value}")
        yield "```\n"
    if action.reverts:
        yield "A push would undo this and change nothing else.\n"
    yield "</details>\n\n"


def _inline(text: str) -> str:
    """Text that cannot break out of a table cell."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


def _fenced(text: str) -> str:
    return text.replace("\n", " ").replace("```", "'''")
