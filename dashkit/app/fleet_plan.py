"""Plan a push to many Grafanas: compiled once, then read and compared, several servers at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

from dashkit.app import push
from dashkit.app.canary import Canary
from dashkit.app.check import check_push, existing_on
from dashkit.app.connect import adjustments_of, connected_to, require_organisation
from dashkit.app.lock import only_writer
from dashkit.app.over_servers import over_servers
from dashkit.app.ports import Ports
from dashkit.app.source import Alerting, all_alerting, all_dashboards, picked
from dashkit.config.context import Context
from dashkit.config.selection import selected
from dashkit.deploy.desired import Adjustments, Desired, desired
from dashkit.deploy.steps import Action
from dashkit.errors import DashkitError, RefusedError, ServerError, UsageError
from dashkit.model.dashboard import CompiledDashboard
from dashkit.model.problem import Problem


@dataclass(frozen=True, slots=True)
class Request:
    """Which contexts, what to push to each of them, and how to try it out first.

    Attributes:
        contexts: names and patterns.
        shard: the share of this runner, such as ``0/4``; empty for everything.
    """

    push: push.Request
    contexts: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    shard: str = ""
    canary: Canary | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One context: its plan, and what went wrong with it before anything was written. One of both is there, or both."""

    context: Context
    prepared: push.Prepared | None = None
    error: DashkitError | None = None

    @property
    def writes(self) -> bool:
        return bool(self.error is None and self.prepared and any(step.writes for step in self.prepared.steps))


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a push would do on each context, in the order of dashkit.yaml.

    Attributes:
        dashboards: all of the project.
        unnamed: the protected contexts that only a group or a pattern selects.
        problems: what the check found in what would be written anywhere; they block the whole push.
    """

    request: Request
    rows: tuple[Row, ...]
    dashboards: tuple[CompiledDashboard, ...] = ()
    unnamed: frozenset[str] = frozenset()
    problems: tuple[Problem, ...] = ()

    @property
    def differs(self) -> bool:
        """Whether a push would write or refuse something anywhere."""
        return any(row.prepared.differs for row in self.rows if row.prepared)


@contextmanager
def prepare(request: Request, ports: Ports) -> Iterator[Prepared]:
    """Compile once, then plan for each context. The block holds the lock of each.

    Raises:
        UsageError: no such contexts, or options that do not go together.
        InputError: a module is broken.
    """
    _refuse_odd(request)
    chosen = selected(ports.project, request.contexts, request.groups, ports.environ, request.shard)
    if request.canary and request.canary.context not in {context.name for context in chosen.contexts}:
        raise UsageError(f"--canary {request.canary.context}: it is not among the contexts to push to")
    if not chosen.contexts:
        yield Prepared(request, ())
        return
    everything = all_dashboards(ports)
    part = frozenset(entry.uid for entry in picked(everything, request.push.only, ports.project))
    whole = not request.push.only
    grafana = whole and any(context.evaluator == "grafana" for context in chosen.contexts)
    alerting = all_alerting(ports, everything) if grafana else None
    adjusted = _adjusted(chosen.contexts, everything, part, ports)
    with ExitStack() as locks:
        rows = [_locked(context, request, ports, locks) for context in chosen.contexts]

        def plan(context: Context, inside: Ports) -> push.Prepared:
            found = connected_to(context, inside, directories=True)
            require_organisation(context, found.server)
            groups = whole and context.evaluator == "grafana"
            alike = adjusted[context.name]
            ready = push.Ready(found, everything, part, whole, groups, alerting if groups else None, adjusted=alike)
            options = replace(request.push, context_name=context.name, check=False)
            return _lean(push.planned(options, inside, ready))

        planned = over_servers((row.context for row in rows if not row.error), plan, ports, "planned")
        if planned.interrupted:
            raise KeyboardInterrupt
        rows = [_row(row, planned.found.get(row.context.name), request) for row in rows]
        problems = _problems(rows, everything, alerting, ports) if request.push.check else ()
        yield Prepared(request, tuple(rows), tuple(everything), chosen.unnamed, problems)


def _adjusted(
    contexts: Sequence[Context], everything: Sequence[CompiledDashboard], part: frozenset[str], ports: Ports
) -> dict[str, list[Desired]]:
    """Return the dashboards as each context wants them: the same values for all that change nothing else than the others."""
    known, chosen = frozenset(one.uid for one in everything), [one for one in everything if one.uid in part]
    by_adjustments: list[tuple[Adjustments, list[Desired]]] = []
    found: dict[str, list[Desired]] = {}
    for context in contexts:
        wanted = adjustments_of(ports.project, context)
        alike = next((items for adjustments, items in by_adjustments if adjustments == wanted), None)
        if alike is None:
            alike = desired(chosen, wanted, known)
            by_adjustments.append((wanted, alike))
        found[context.name] = alike
    return found


def _refuse_odd(request: Request) -> None:
    if request.push.only and request.push.prune:
        raise UsageError("--only and --prune exclude each other: a part of the source does not show what was removed")
    if request.shard and request.canary:
        raise UsageError(
            "--shard and --canary exclude each other: the other shards would not wait for this one's canary",
            hint="push to the canary alone first, in a job that the others need",
        )


def _locked(context: Context, request: Request, ports: Ports, locks: ExitStack) -> Row:
    """Take the lock of a context, in the main thread: a lock belongs to the thread that took it."""
    try:
        locks.enter_context(only_writer(ports.project, context.name, dry_run=request.push.dry_run))
    except DashkitError as error:
        return Row(context, error=error)
    return Row(context)


def _row(row: Row, planned: push.Prepared | DashkitError | None, request: Request) -> Row:
    if isinstance(planned, push.Prepared):
        try:
            if not request.push.dry_run:
                push.questions(planned)
        except RefusedError as error:  # it would delete too many
            return replace(row, prepared=planned, error=error)
        return replace(row, prepared=planned)
    return replace(row, error=row.error or planned)


def _lean(prepared: push.Prepared) -> push.Prepared:
    """Forget the documents that stay as they are: there may be a hundred of each of a hundred servers."""
    steps = tuple(
        replace(step, base=None, item=None) if step.action is Action.KEEP else step
        for step in prepared.dashboards.steps
    )
    return replace(prepared, dashboards=replace(prepared.dashboards, steps=steps))


def _problems(
    rows: Sequence[Row], dashboards: list[CompiledDashboard], alerting: Alerting | None, ports: Ports
) -> tuple[Problem, ...]:
    """Check what would be written. The same changes are checked once, unless the answer of a server matters."""
    known: dict[object, tuple[Problem, ...]] = {}
    found: dict[Problem, None] = {}
    for row in rows:
        if row.prepared is None or not row.writes:
            continue
        changed, written = row.prepared.checked
        ask, asked = existing_on(row.prepared.connected.server), []

        def existing(uids: frozenset[str]) -> frozenset[str]:
            asked.append(uids)  # noqa: B023 - called before the next round
            try:
                return ask(uids)  # noqa: B023
            except ServerError:
                return uids  # it answered a moment ago; if it is gone, its own push will say so

        problems = known.get((changed, written))
        if problems is None:
            problems = tuple(check_push(ports, dashboards, changed, written, alerting, existing))
            if not asked:
                known[changed, written] = problems
        found.update(dict.fromkeys(problems))
    return tuple(found)
