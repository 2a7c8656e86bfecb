"""Dashboards on trial, with their addresses, as text, JSON, and as a comment on a pull request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from dashkit.deploy.outcome import Outcome
from dashkit.deploy.steps import Action, DashboardStep
from dashkit.model.words import counted
from dashkit.report.style import Style, table_cell


@dataclass(frozen=True, slots=True)
class Row:
    """A dashboard on trial: ``change`` is ``new``, ``changed``, ``gone`` (no longer changed), ``refused`` or ``failed``."""

    change: str
    source_uid: str
    title: str
    address: str
    reason: str = ""


def rows(steps: Iterable[DashboardStep], new: frozenset[str], url: str, outcomes: Sequence[Outcome] = ()) -> list[Row]:
    """Return a row for each step; ``new`` are the uids on trial of dashboards that the server does not have yet."""
    errors = {outcome.step.ref: outcome.error for outcome in outcomes if outcome.error}
    return [_row(step, new, url, str(errors.get(step.ref, ""))) for step in steps]


def _row(step: DashboardStep, new: frozenset[str], url: str, error: str) -> Row:
    uid = step.source_uid or step.ref.key
    if step.action in (Action.REFUSE, Action.ORPHAN):
        return Row("refused", uid, step.title, "", step.reason)
    if error:
        return Row("failed", uid, step.title, "", error)
    if step.action is Action.DELETE:
        return Row("gone", uid, step.title, "")
    return Row("new" if step.ref.key in new else "changed", uid, step.title, f"{url}/d/{step.ref.key}")


def text(found: Sequence[Row], name: str, expires: datetime, style: Style, *, done: bool = True) -> Iterator[str]:
    """Yield a line for each dashboard, below what the trial is."""
    if not found:
        yield f"Trial {name}: a push would change nothing, so there is nothing to show."
        return
    verb = "until" if done else "would last until"
    yield style(f"Trial {name}: {counted(len(_shown(found)), 'dashboard')}, {verb} {_until(expires)}", "bold")
    width = max(len(row.title) for row in found)
    for row in found:
        yield f"  {row.change:<8} {row.title:<{width}}  {row.address or row.reason}".rstrip()


def markdown(found: Sequence[Row], name: str, expires: datetime) -> Iterator[str]:
    """Yield a comment on a pull request. Its first line tells it from other comments, so that a later one can replace it."""
    yield f"<!-- dashkit trial {name} -->"
    shown = _shown(found)
    if not shown:
        yield f"### Trial {name}: no dashboard changes"
        return
    yield f"### Trial {name}: {counted(len(shown), 'dashboard')} to look at, until {_until(expires)}"
    yield from ("", "| dashboard | |", "|---|---|")
    for row in shown:
        place = f"[{table_cell(row.title)}]({row.address})" if row.address else table_cell(row.title)
        yield f"| {place} | {row.change}{': ' + table_cell(row.reason) if row.reason else ''} |"


def data(found: Sequence[Row], name: str, expires: datetime) -> dict[str, Any]:
    """Return the trial as JSON."""
    return {"trial": name, "expires": expires.isoformat(), "dashboards": [asdict(row) for row in found]}


def _shown(found: Iterable[Row]) -> list[Row]:
    return [row for row in found if row.change != "gone"]


def _until(expires: datetime) -> str:
    return f"{expires:%Y-%m-%d %H:%M} UTC"
