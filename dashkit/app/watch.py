"""Push what changed after each save, to a context for development. One pass is one push of the dashboards that changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from dashkit.app import push
from dashkit.app.connect import Connected, insecure, require_organisation
from dashkit.app.done import Done
from dashkit.app.lock import BusyError
from dashkit.app.ports import Ports, Server
from dashkit.app.source import Alerting
from dashkit.app.watch_report import failures_of, faults_of, gone_of, held_of, pushed_of
from dashkit.app.watch_source import Source, same, selected, unknown, with_stand_ins
from dashkit.app.watch_target import Target, refuse_changed, silent
from dashkit.deploy.outcome import Outcome
from dashkit.deploy.steps import Action, GroupStep, Step
from dashkit.errors import ConfigError, DashkitError, InputError, ServerError, UsageError
from dashkit.model.dashboard import CompiledDashboard
from dashkit.model.live import LiveFolder
from dashkit.model.passes import Fault, Held, Pass
from dashkit.model.problem import Problem


@dataclass(frozen=True, slots=True)
class Request:
    """The options of `dashkit watch`."""

    context_name: str | None = None
    only: tuple[str, ...] = ()
    #: Check what would be written for problems.
    check: bool = True


@dataclass(frozen=True, slots=True)
class State:
    """What the passes so far have found out.

    Attributes:
        server: the connection, which knows the server's version; None to begin anew.
        folders: those of the server; None to list them again.
        settled: the dashboards that were in Grafana as they are here when it was last asked, by uid in the source.
        groups: the alert groups of which the same holds.
        known: what the modules made when they last compiled.
        held: what was left alone the last time.
        warned: the warnings that were shown.
        begun: whether a pass got as far as an answer of Grafana.
    """

    server: Server | None = None
    folders: list[LiveFolder] | None = None
    settled: Mapping[str, CompiledDashboard] = field(default_factory=dict)
    groups: Alerting | None = None
    known: tuple[CompiledDashboard, ...] = ()
    held: tuple[Held, ...] = ()
    warned: frozenset[str] = frozenset()
    begun: bool = False

    @property
    def anew(self) -> State:
        """This state without what an outage may have changed: the server's version, and what it holds."""
        return replace(self, server=None, folders=None, settled={}, groups=None, held=())


def attempt(state: State, source: Source, target: Target, request: Request, ports: Ports) -> tuple[State, Pass]:
    """Push what changed since the last pass, and say what became of it. What fails is tried again by the next pass.

    Raises:
        DashkitError: the first pass showed that no other can succeed: wrong credentials, or wrong options.
    """
    try:
        refuse_changed(target, source.project, ports)
        after, result = _pass(state, source, target, request, replace(ports, project=source.project))
        after = replace(after, begun=True)
    except DashkitError as error:
        if not state.begun and _hopeless(error):
            raise
        after, result = _failed(state, error)
    failures = tuple(failures_of([*source.failures, *source.alert_failures]))
    new = tuple(warning for warning in dict.fromkeys(result.warnings) if warning not in state.warned)
    after = replace(after, warned=state.warned.union(new))
    return after, replace(result, faults=(*failures, *result.faults), warnings=new)


def _hopeless(error: DashkitError) -> bool:
    return isinstance(error, UsageError | ConfigError) or (isinstance(error, ServerError) and not silent(error))


def _failed(state: State, error: DashkitError) -> tuple[State, Pass]:
    if silent(error):
        return state.anew, Pass(silent=str(error), again=True)
    # Another run holds the lock only for a moment.
    return replace(state, folders=None), Pass(faults=tuple(faults_of(error)), again=isinstance(error, BusyError))


def _pass(state: State, source: Source, target: Target, request: Request, ports: Ports) -> tuple[State, Pass]:
    broken = unknown(source, state.known)
    if target.context.uid_prefix and broken:
        text = f"nothing is pushed until {broken[0]} compiles: links to its dashboards need the context's uid_prefix"
        raise InputError(text)
    everything = with_stand_ins(source, state.known)
    chosen = list(selected(everything, source, request.only))
    gone = gone_of(state.settled, everything)
    settled = {uid: entry for uid, entry in state.settled.items() if uid not in gone}
    state = replace(state, settled=settled, known=tuple(everything))
    changed = frozenset(entry.uid for entry in chosen if not same(settled.get(entry.uid), entry))
    evaluates = target.context.evaluator == "grafana" and not request.only
    groups = evaluates and not (source.failures or source.alert_failures) and source.alerting != state.groups
    result = Pass()
    if changed or groups:
        server = state.server or ports.connect(target.context, target.credentials)
        found = Connected(target.context, server, insecure(target.context))
        ready = push.Ready(found, everything, changed, groups=groups, alerting=source.alerting, folders=state.folders)
        state, result = _push(replace(state, server=server), ready, request, ports)
    unchanged = len(chosen) - len(changed) + result.same
    return state, replace(result, gone=gone, same=unchanged)


def _push(state: State, ready: push.Ready, request: Request, ports: Ports) -> tuple[State, Pass]:
    """Push what can be pushed; that in which the check finds something is left out."""
    server = ready.connected.server
    require_organisation(ready.connected.context, server)
    if ready.folders is None:
        ready = replace(ready, folders=server.folders())
    # An edit is left alone whatever the context says: otherwise each save would undo it, and nobody would be asked.
    asked = push.Request(on_drift="skip", check=request.check)
    problems: list[Problem] = []
    while ready.part or ready.groups:
        with push.prepare(asked, ports, ready) as prepared:
            if not prepared.problems:
                writes = any(step.writes for step in prepared.steps)
                done = push.carry_out(prepared, False, ports) if writes else None
                after, result = _after(state, ready, prepared, done)
                return after, replace(result, problems=tuple(problems))
        problems += prepared.problems
        ready = _without(ready, {problem.dashboard for problem in prepared.problems})
    return replace(state, folders=ready.folders), Pass(problems=tuple(problems))


def _without(ready: push.Ready, uids: set[str]) -> push.Ready:
    """Leave out the dashboards; the alert groups if the problems are (also) in others, and at last everything."""
    part = ready.part - uids
    if part == ready.part and not ready.groups:
        part = frozenset()
    return replace(ready, part=part, groups=ready.groups and uids <= ready.part)


def _after(state: State, ready: push.Ready, prepared: push.Prepared, done: Done | None) -> tuple[State, Pass]:
    """Return what is known after a push, and what it did."""
    outcomes = done.result.outcomes if done else ()
    written = [outcome.step for outcome in outcomes if outcome.error is None]
    failed = [outcome for outcome in outcomes if outcome.error is not None and outcome.tried]
    context = ready.connected.context
    held = tuple(held_of(prepared.steps, context.name))
    settled = _settled(prepared, written)
    after = replace(
        state,
        settled={**state.settled, **{entry.uid: entry for entry in ready.dashboards if entry.uid in settled}},
        groups=_groups(state, ready, prepared, written),
        held=held,
        folders=None if failed or prepared.folders else ready.folders,
    )
    quiet = next((str(outcome.error) for outcome in failed if silent(outcome.error)), "")
    if quiet or _vanished(state, prepared):
        after = replace(after.anew, held=held)
    result = Pass(
        same=len(prepared.dashboards.of(Action.KEEP)),
        pushed=tuple(pushed_of(written, context.url)),
        held=tuple(entry for entry in held if entry not in state.held),
        still=tuple(entry.uid for entry in held if entry in state.held),
        faults=tuple(_faults(failed)),
        warnings=(*prepared.warnings, *(done.warnings if done else ())),
        silent=quiet,
        again=bool(quiet or after.server is None),
        interrupted=bool(done and done.result.interrupted),
    )
    return after, result


def _faults(failed: Sequence[Outcome]) -> Iterator[Fault]:
    for outcome in failed:
        if outcome.error is not None and not silent(outcome.error):
            yield from faults_of(outcome.error, outcome.step.ref.key)


def _vanished(state: State, prepared: push.Prepared) -> bool:
    """Return whether a dashboard is gone that was there. Perhaps all are: a sandbox that was restarted is empty."""
    return any(step.source_uid in state.settled for step in prepared.dashboards.of(Action.CREATE))


def _settled(prepared: push.Prepared, written: Sequence[Step]) -> set[str]:
    """Return the uids in the source of the dashboards that Grafana has as they should be."""
    done = {step.ref for step in written}
    steps = prepared.dashboards.steps
    return {step.source_uid for step in steps if step.action is Action.KEEP or step.ref in done}


def _groups(state: State, ready: push.Ready, prepared: push.Prepared, written: Sequence[Step]) -> Alerting | None:
    """Return the alert groups that Grafana has as they should be; None if one is missing, to look at them again."""
    if prepared.alerts is None:
        return state.groups
    done = {step.ref for step in written if isinstance(step, GroupStep)}
    settled = (step.action in (Action.KEEP, Action.ORPHAN) or step.ref in done for step in prepared.alerts.steps)
    return ready.alerting if all(settled) else None
