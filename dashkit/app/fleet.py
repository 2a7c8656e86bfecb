"""Push the source to many Grafanas: one plan, several servers at once, each with its own limits and failures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from dashkit.app import push
from dashkit.app.canary import Canary, Verdict, judged, replaced_by, taken_back, trial
from dashkit.app.commit import source_commit
from dashkit.app.connect import adjustments_of
from dashkit.app.consent import Question, require
from dashkit.app.done import Done
from dashkit.app.fleet_plan import Prepared, Request, Row, prepare
from dashkit.app.over_servers import Results, over_servers
from dashkit.app.ports import Ports
from dashkit.config.context import Context
from dashkit.deploy.outcome import Result
from dashkit.errors import DashkitError, RefusedError
from dashkit.model.dashboard import CompiledDashboard

__all__ = ["Finished", "Prepared", "Pushed", "Request", "Row", "carry_out", "prepare", "questions"]


@dataclass(frozen=True, slots=True)
class Finished:
    """What became of one context.

    Attributes:
        error: why nothing was written there.
        tried: False if the run ended before this context.
    """

    row: Row
    done: Done = field(default_factory=lambda: Done(Result()))
    error: DashkitError | None = None
    tried: bool = True


@dataclass(frozen=True, slots=True)
class Pushed:
    """What became of all contexts, and how the canary did."""

    rows: tuple[Finished, ...]
    verdict: Verdict | None = None
    interrupted: bool = False


def questions(prepared: Prepared) -> tuple[Question, ...]:
    """Return what has to be confirmed: what is deleted, and protected contexts that nobody named."""
    rows = [row for row in prepared.rows if row.writes]
    asking = [(row.context.name, push.questions(row.prepared)) for row in rows if row.prepared]
    asking = [(name, asked) for name, asked in asking if asked]
    found = list(asking[0][1]) if len(asking) == 1 else []
    if len(asking) > 1:
        names, first = ", ".join(name for name, _ in asking), asking[0][1][0]
        found.append(Question(f"{first.loss}, and so on, on {names}", f"Delete what the plan deletes on {names}?"))
    protected = [row.context.name for row in rows if row.context.name in prepared.unnamed]
    if protected:
        names, is_ = ", ".join(protected), "is" if len(protected) == 1 else "are"
        found.append(Question(f"{names} {is_} protected", f"Push to {names}, which {is_} protected?"))
    return tuple(found)


def carry_out(prepared: Prepared, consent: bool, ports: Ports) -> Pushed:
    """Push to the canary, if there is one, and then to the others. What fails on one context does not concern the others.

    Raises:
        RefusedError: not confirmed.
        ServerError: the queries of the canary could not be run before its push; nothing was written.
    """
    require(questions(prepared), consent)
    todo = {row.context.name: row for row in prepared.rows if row.writes}
    commit = source_commit(ports.project.root, ports.environ) if todo else ""
    canary, verdict, finished = prepared.request.canary, None, dict[str, Finished]()
    if canary and todo:
        (row,) = (row for row in prepared.rows if row.context.name == canary.context)
        finished[canary.context], verdict = _canary_first(canary, row, prepared, commit, ports)
        todo.pop(canary.context, None)
    untried = RefusedError("not tried: interrupted")
    if verdict is not None and not verdict.ok:
        results: Results[Done] = Results({}, verdict.interrupted)
        untried = untried if verdict.interrupted else RefusedError(f"not tried: the canary {verdict.context} failed")
    else:
        work = _pushing(todo, commit)
        results = over_servers((row.context for row in todo.values()), work, ports, "pushed")
    for name, row in todo.items():
        result = results.found.get(name)
        finished[name] = _finished(row, result) if result else Finished(row, error=untried, tried=False)
    rows = tuple(finished.get(row.context.name) or Finished(row, error=row.error) for row in prepared.rows)
    return Pushed(rows, verdict, results.interrupted)


def _pushing(todo: Mapping[str, Row], commit: str) -> Callable[[Context, Ports], Done]:
    def work(context: Context, inside: Ports) -> Done:
        prepared = todo[context.name].prepared
        assert prepared is not None
        return push.carry_out(prepared, True, inside, commit)

    return work


def _finished(row: Row, result: Done | DashkitError) -> Finished:
    return Finished(row, result) if isinstance(result, Done) else Finished(row, error=result)


def _canary_first(canary: Canary, row: Row, prepared: Prepared, commit: str, ports: Ports) -> tuple[Finished, Verdict]:
    """Push to the canary, and look at it. What the others would replace is what its queries are compared with, too."""
    if row.error or row.prepared is None or row.prepared.refused:
        error = row.error or RefusedError("not tried: a part of the push would be refused")
        return Finished(row, error=error, tried=False), Verdict(canary.context, error=error)
    changed, old = set[str](), dict[str, CompiledDashboard]()
    for one in sorted(prepared.rows, key=lambda other: other is not row):
        if one.prepared is not None and one.writes:
            changed |= one.prepared.checked[0]
            replaced = replaced_by(one.prepared.dashboards.steps, adjustments_of(ports.project, one.context))
            old = {**{board.uid: board for board in replaced}, **old}
    new = [board for board in prepared.dashboards if board.uid in changed]
    tried = trial(canary, new, old.values(), ports)
    try:
        done = push.carry_out(row.prepared, True, ports, commit) if row.writes else Done(Result())
    except DashkitError as error:
        return Finished(row, error=error), Verdict(canary.context, error=error)
    failed = next((error for error in done.result.errors if error is not None), None)
    if done.result.interrupted:
        return Finished(row, done), Verdict(canary.context, interrupted=True)
    wait = canary.wait if done.result.done else 0.0
    verdict = Verdict(canary.context, error=failed) if failed else judged(canary, tried, wait, ports)
    if canary.roll_back and not verdict.ok and not verdict.interrupted and done.result.done and done.result.kept:
        verdict = taken_back(verdict, done, row.prepared.connected, ports)
    return Finished(row, done), verdict
