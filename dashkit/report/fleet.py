"""The plans of many Grafanas and what became of them: equal plans once, and a table with a line for each context."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from dashkit.deploy.outcome import Outcome
from dashkit.deploy.steps import WRITES, Action, DashboardStep, GroupStep, Plan, Step
from dashkit.report.alerts_text import rules_text
from dashkit.report.plan_data import MARKDOWN_LIMIT, plan_markdown
from dashkit.report.plan_text import plan_text
from dashkit.report.style import Style, plain, table_cell
from dashkit.report.unified_diff import full_text

#: The columns of a plan, and of what was done.
PLANNED = ("create", "update", "delete", "refused")
DONE = ("created", "updated", "deleted", "refused", "failed")


@dataclass(frozen=True, slots=True)
class Planned:
    """The plan of a context; ``alerts`` is None if Prometheus evaluates them."""

    context: str
    dashboards: Plan[DashboardStep]
    alerts: Plan[GroupStep] | None = None

    def lines(
        self, style: Style = plain, *, verbose: bool = False, quiet: bool = False, full: bool = False
    ) -> Iterator[str]:
        """Yield the lines of the plan, which do not name the context; with ``full``, the documents as well."""
        yield from plan_text(self.dashboards, style, verbose=verbose, quiet=quiet)
        if self.alerts:
            yield from rules_text(self.alerts, style, verbose=verbose, quiet=quiet)
        for step in self.dashboards.steps if full else ():
            if step.item and step.base and step.changes:
                yield from full_text(step, style)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table; ``counts`` has a number for each column, and is empty if nothing is known of the context."""

    context: str
    version: str = ""
    counts: tuple[int, ...] = ()
    note: str = ""


def planned_counts(steps: Sequence[Step]) -> tuple[int, ...]:
    """Return a number for each of the columns `PLANNED`."""
    return tuple(sum(step.action is action for step in steps) for action in (*WRITES, Action.REFUSE))


def done_counts(outcomes: Sequence[Outcome], refused: int) -> tuple[int, ...]:
    """Return a number for each of the columns `DONE`."""
    done = [outcome.step for outcome in outcomes if outcome.error is None]
    return (*planned_counts(done)[:-1], refused, len(outcomes) - len(done))


def together(said: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield each text once, with the contexts that it is about: ``eu-1, eu-2: Grafana 13.0.0 is unverified``."""
    about: dict[str, list[str]] = {}
    for context, text in said:
        about.setdefault(text, []).append(context)
    yield from (f"{', '.join(contexts)}: {text}" for text, contexts in about.items())


def plans_text(
    plans: Iterable[Planned], style: Style = plain, *, verbose: bool = False, quiet: bool = False, full: bool = False
) -> Iterator[str]:
    """Yield each different plan once, below the contexts that have it."""
    found: dict[tuple[str, ...], list[str]] = {}
    for one in plans:
        lines = tuple(one.lines(style, verbose=verbose, quiet=quiet, full=full))
        found.setdefault(lines, []).append(one.context)
    for lines, contexts in found.items():
        yield style(f"== {_heading(contexts)} ==", "bold")
        yield from lines
        yield ""


def plans_markdown(plans: Iterable[Planned], table: Sequence[Line]) -> str:
    """Return the table, then each different plan once, cut to fit into a comment."""
    found: dict[tuple[str, ...], list[Planned]] = {}
    for one in plans:
        found.setdefault(tuple(one.lines()), []).append(one)
    text = "\n".join(_table_markdown(table, PLANNED))
    for same in found.values():
        where = _heading([one.context for one in same])
        text += f"\n\n{plan_markdown(same[0].dashboards, where, MARKDOWN_LIMIT - len(text)).rstrip()}"
        if alerts := same[0].alerts:
            rules = "\n".join(["\n", "```diff", *rules_text(alerts, where=where), "```"])
            text += rules if len(text) + len(rules) < MARKDOWN_LIMIT else ""
    return text


def table_text(lines: Sequence[Line], columns: Sequence[str], style: Style = plain) -> Iterator[str]:
    """Yield the table of the contexts."""
    rows = [("context", "version", *columns, ""), *(_cells(line, columns) for line in lines)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for number, row in enumerate(rows):
        left = [f"{cell:<{width}}" for cell, width in zip(row[:2], widths[:2], strict=True)]
        right = [f"{cell:>{width}}" for cell, width in zip(row[2:-1], widths[2:-1], strict=True)]
        text = "  ".join([*left, *right, row[-1]]).rstrip()
        yield style(text, "bold") if number == 0 else text


def _table_markdown(lines: Sequence[Line], columns: Sequence[str]) -> Iterator[str]:
    yield f"| context | version | {' | '.join(columns)} | |"
    yield f"|---|---|{'---:|' * len(columns)}---|"
    for line in lines:
        yield f"| {' | '.join(map(table_cell, _cells(line, columns)))} |"


def _heading(contexts: Sequence[str]) -> str:
    return f"{contexts[0]}, same on {', '.join(contexts[1:])}" if contexts[1:] else contexts[0]


def _cells(line: Line, columns: Sequence[str]) -> tuple[str, ...]:
    counts = tuple(map(str, line.counts)) or ("-",) * len(columns)
    return (line.context, line.version or "-", *counts, line.note)
