"""What a pass of `dashkit watch` did, as values to show: addresses, reasons and hints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from dashkit.compiler.compile import Failure
from dashkit.deploy.steps import Action, DashboardStep, GroupStep, Step
from dashkit.errors import DashkitError
from dashkit.model.dashboard import CompiledDashboard
from dashkit.model.passes import Fault, Held, Pushed


def pushed_of(steps: Iterable[Step], url: str) -> Iterator[Pushed]:
    """Yield what was written, with its address in the Grafana at ``url``."""
    for step in steps:
        page = f"/d/{step.ref.key}" if isinstance(step, DashboardStep) else "/alerting/list"
        yield Pushed(_kind(step), step.ref.key, step.title, step.action is Action.CREATE, f"{url}{page}")


def held_of(steps: Iterable[Step], context: str) -> Iterator[Held]:
    """Yield what a plan leaves alone: what was edited in Grafana (skipped), and what is not the project's (refused)."""
    for step in steps:
        if step.action in (Action.SKIP, Action.REFUSE):
            yield Held(_kind(step), _uid(step), step.title, step.reason, _hint(step, context))


def _hint(step: Step, context: str) -> str:
    if step.action is Action.SKIP and isinstance(step, DashboardStep):
        moved_only = step.drift is not None and step.drift.moved and len(step.edits) <= 1
        if step.drift is not None and not moved_only:
            return f"dashkit absorb {_uid(step)} --context {context}"
        return _undo(f"dashkit push --on-drift overwrite --only {_uid(step)} --context {context}")
    if step.action is Action.SKIP:
        return _undo(f"dashkit rules push --on-drift overwrite --context {context}")
    if step.hint.startswith("--") and isinstance(step, DashboardStep):  # an option of push
        return f"dashkit push --only {_uid(step)} --context {context} {step.hint}"
    return step.hint


def _undo(command: str) -> str:
    return f"copy the edit into the source; or, to undo it: {command}"


def gone_of(settled: Mapping[str, CompiledDashboard], everything: Sequence[CompiledDashboard]) -> tuple[str, ...]:
    """Return the uids of dashboards that left the source."""
    there = {entry.uid for entry in everything}
    return tuple(uid for uid in settled if uid not in there)


def failures_of(failures: Iterable[Failure]) -> Iterator[Fault]:
    """Yield what does not compile; a broken helper, which each module that needs it stumbles over, only once."""
    for fault, count in Counter(map(fault_of, failures)).items():
        yield replace(fault, message=f"{fault.message} ({count} modules need it)") if count > 1 else fault


def fault_of(failure: Failure) -> Fault:
    """Return what does not compile."""
    message = f"{failure.message} (at {failure.pointer})" if failure.pointer else failure.message
    return Fault(failure.where, message, failure.hint, failure.excerpt)


def faults_of(error: DashkitError | None, where: str = "") -> Iterator[Fault]:
    """Yield an error after the errors that caused it; ``where`` it was, if it does not say itself."""
    if error is not None:
        for cause in error.causes:
            yield from faults_of(cause, where)
        yield Fault(error.where or where, error.message, error.hint, error.excerpt)


def _kind(step: Step) -> str:
    return "alert group" if isinstance(step, GroupStep) else "dashboard"


def _uid(step: Step) -> str:
    """Return the uid in the source, which commands take; the key of what is no dashboard."""
    return (step.source_uid if isinstance(step, DashboardStep) else "") or step.ref.key
