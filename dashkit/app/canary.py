"""The canary of a push to many Grafanas: the queries there before and after its push. Only what fails newly counts."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from dashkit.app import live, rollback
from dashkit.app.check import check_live
from dashkit.app.connect import Connected
from dashkit.app.contents import compiled_board
from dashkit.app.done import Done
from dashkit.app.ports import Event, Ports
from dashkit.config.project import Project
from dashkit.deploy.desired import Adjustments, source_form
from dashkit.deploy.steps import Action, DashboardStep
from dashkit.errors import DashkitError, InputError, ServerError
from dashkit.lint.elements import Board
from dashkit.lint.live import Ask
from dashkit.model.dashboard import CompiledDashboard
from dashkit.model.item import CLASSIC
from dashkit.model.problem import Problem

#: Seconds between two looks at the canary, so that what fails soon stops the push soon.
_EVERY = 60.0


@dataclass(frozen=True, slots=True)
class Canary:
    """The context to push to first, how many seconds to look at it, and whether to take its push back if something fails."""

    context: str
    wait: float = 0.0
    roll_back: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """How the canary did.

    Attributes:
        problems: the queries that fail, and did not before.
        error: why it could not be looked at, or its own push failed.
        undone: what taking its push back did; None if that was not asked for, or there was nothing to take back.
        undo_error: why its push could not be taken back.
    """

    context: str
    problems: tuple[Problem, ...] = ()
    error: DashkitError | None = None
    undone: Done | None = None
    undo_error: DashkitError | None = None
    interrupted: bool = False

    @property
    def ok(self) -> bool:
        """Whether the others may follow."""
        return not (self.problems or self.error or self.interrupted)


@dataclass(frozen=True, slots=True)
class Trial:
    """The dashboards to try, how to run their queries on the canary, and what failed before its push."""

    boards: list[Board]
    ask: Ask
    before: frozenset[tuple[str, ...]]


def trial(
    canary: Canary, changed: Iterable[CompiledDashboard], replaced: Iterable[CompiledDashboard], ports: Ports
) -> Trial:
    """Run the queries of what is about to be replaced, on the canary.

    Raises:
        ServerError: none of them was answered.
    """
    ask = live.asking(live.Request(canary.context), replace(ports, progress=lambda event: None)).ask
    before = check_live(list(_boards(replaced, ports.project)), ask, ports)
    return Trial(
        list(_boards(changed, ports.project)), ask, frozenset(key for problem in before for key in _keys(problem))
    )


def judged(canary: Canary, tried: Trial, wait: float, ports: Ports) -> Verdict:
    """Run the queries of what was pushed: at once, every minute, and when the time is up. The first new failure ends it."""
    looks = 1 + math.ceil(wait / _EVERY)
    try:
        for look in range(1, looks + 1):
            found = check_live(tried.boards, tried.ask, ports)
            ports.progress(Event("looks at the canary", look, looks))
            new = tuple(problem for problem in found if not tried.before.intersection(_keys(problem)))
            if new:
                return Verdict(canary.context, new)
            if look < looks:
                ports.sleep(min(_EVERY, wait - (look - 1) * _EVERY))
    except ServerError as error:
        return Verdict(canary.context, error=error)
    except KeyboardInterrupt:
        return Verdict(canary.context, interrupted=True)
    return Verdict(canary.context)


def taken_back(verdict: Verdict, done: Done, found: Connected, ports: Ports) -> Verdict:
    """Take the push of the canary back. The lock of its context is held already."""
    try:
        prepared = rollback.planned(rollback.Request(done.result.kept, verdict.context), found, ports)
        undone = rollback.carry_out(prepared, True, ports)
        failed = next((error for error in undone.result.errors if isinstance(error, DashkitError)), None)
        return replace(verdict, undone=undone, undo_error=failed)
    except DashkitError as error:
        return replace(verdict, undo_error=error)


def replaced_by(steps: Iterable[DashboardStep], adjustments: Adjustments) -> Iterator[CompiledDashboard]:
    """Yield the dashboards that a push would replace, as the source would have them."""
    for step in steps:
        if (
            step.action is not Action.UPDATE
            or step.base is None
            or step.source is None
            or not step.base.content["spec"]
        ):
            continue
        schema = str(step.base.content["schema"])
        spec: dict[str, Any] = source_form(dict(step.base.content["spec"]), adjustments)
        spec |= {} if schema != CLASSIC else {"uid": step.source_uid}
        yield CompiledDashboard(
            step.source_uid, step.title, (), spec, step.source, schema="" if schema == CLASSIC else schema
        )


def _boards(dashboards: Iterable[CompiledDashboard], project: Project) -> Iterator[Board]:
    for one in dashboards:
        try:
            yield compiled_board(one, project)
        except InputError:  # stored in a shape that nothing is known about: whatever fails in it is new
            continue


def _keys(problem: Problem) -> tuple[tuple[str, ...], ...]:
    """Return by what a failure is known again: the same query in a dashboard, and the same reason in a panel."""
    return (problem.dashboard, problem.excerpt or problem.message), (problem.dashboard, problem.panel, problem.message)
