"""Bring a Grafana to what the source says: dashboards, and the alert groups that it evaluates itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from dashkit.app import alerts
from dashkit.app.check import check_push
from dashkit.app.commit import source_commit
from dashkit.app.connect import Connected, adjustments_of, connected, require_organisation, unverified
from dashkit.app.consent import Question, refuse_many, require
from dashkit.app.done import Done
from dashkit.app.journal import settled, write_ahead
from dashkit.app.lock import only_writer
from dashkit.app.ports import Event, Ports
from dashkit.app.source import Alerting, all_alerting, all_dashboards, picked
from dashkit.deploy.apply import apply
from dashkit.deploy.desired import Desired, desired
from dashkit.deploy.outcome import Hooks
from dashkit.deploy.plan_input import Policy
from dashkit.deploy.read import make_plan
from dashkit.deploy.steps import Action, DashboardStep, FolderStep, GroupStep, Plan, Step
from dashkit.errors import RefusedError, ServerError, UsageError
from dashkit.model.dashboard import CompiledDashboard
from dashkit.model.problem import Problem
from dashkit.model.words import counted


@dataclass(frozen=True, slots=True)
class Request:
    """What the person asked for: of `dashkit diff` and `dashkit push` alike."""

    context_name: str | None = None
    only: tuple[str, ...] = ()
    adopt: bool = False
    prune: bool = False
    on_drift: str | None = None
    #: Look for problems in what would be written.
    check: bool = True
    max_delete: int = 5
    #: Nothing will be carried out: no need to keep others away.
    dry_run: bool = False
    #: For the version history of each dashboard.
    message: str = ""
    #: Write a deployment that dashboards show as a line.
    annotate: bool = False


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a push would do. ``alerts`` is None where Prometheus evaluates them, and for a part of the source.

    ``problems`` forbid the push: what the check finds in what would be written.
    """

    request: Request
    connected: Connected
    dashboards: Plan[DashboardStep]
    alerts: Plan[GroupStep] | None = None
    problems: tuple[Problem, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def folders(self) -> tuple[FolderStep, ...]:
        """All that are made, each once."""
        found = [*self.dashboards.folders, *(self.alerts.folders if self.alerts else ())]
        return tuple({step.ref: step for step in found}.values())

    @property
    def steps(self) -> tuple[Step, ...]:
        return (*self.dashboards.steps, *(self.alerts.steps if self.alerts else ()))

    @property
    def refused(self) -> int:
        return sum(step.action is Action.REFUSE for step in self.steps)

    @property
    def differs(self) -> bool:
        """Whether a push would write or refuse something."""
        return bool(self.refused or any(step.writes for step in self.steps))


@contextmanager
def prepare(request: Request, ports: Ports) -> Iterator[Prepared]:
    """Compile, adjust what was compiled to the context, read the server, decide, check.

    All dashboards of the project are compiled, even with ``only``: links are rewritten and duplicates found among all of them.
    While the block lasts nobody else writes to this context from here.
    """
    if request.only and request.prune:
        raise UsageError("--only together with --prune: a part of the source does not say what is gone")
    found = connected(ports, request.context_name)
    with only_writer(ports.project, found.context.name, dry_run=request.dry_run):
        yield _prepared(request, found, ports)


def _prepared(request: Request, found: Connected, ports: Ports) -> Prepared:
    project, context, server = ports.project, found.context, found.server
    everything = all_dashboards(ports)
    require_organisation(context, server)
    adjustments = adjustments_of(project, context)
    chosen = list(picked(everything, request.only, project))
    wanted = desired(chosen, adjustments, frozenset(dashboard.uid for dashboard in everything))
    warnings = [*found.warnings, *unverified(server)]
    if request.prune and not server.verified:
        raise RefusedError(f"no prune on Grafana {server.version}, which is unverified")
    policy = Policy(request.on_drift or context.on_drift, request.adopt, request.prune)
    plan = make_plan(wanted, server, policy, owner_tag=adjustments.tag, orphans=not request.only)
    warnings += _flat(plan, wanted, found)
    alerting: Alerting | None = None
    groups: Plan[GroupStep] | None = None
    if context.evaluator == "grafana" and not request.only:
        alerting = all_alerting(ports, everything)
        groups = alerts.plan_alerts(project, found, alerting, policy)
        warnings += alerts.recording_warnings(project, found, alerting, groups)
    problems = _problems(request, ports, everything, plan, alerting, groups)
    return Prepared(request, found, plan, groups, tuple(problems), tuple(warnings))


def questions(prepared: Prepared) -> tuple[Question, ...]:
    """What has to be agreed to; `RefusedError` where more would go than ``max_delete``."""
    name, most = prepared.connected.context.name, prepared.request.max_delete
    deletes = prepared.dashboards.of(Action.DELETE)
    what = counted(len(deletes), "dashboard")
    refuse_many(len(deletes), what, most)
    names = ", ".join(step.ref.key for step in deletes)
    asked = [Question(f"the prune would delete {what}", f"Delete {names} on {name}?")] if deletes else []
    return (*asked, *(alerts.questions(prepared.alerts, name, most) if prepared.alerts else ()))


def carry_out(prepared: Prepared, consent: bool, ports: Ports) -> Done:
    """Write it; what is replaced is kept in the journal first.

    Raises:
        RefusedError: nobody agreed to what goes, or too much would.
        InputError: the journal cannot be written; then nothing is.
    """
    require(questions(prepared), consent)
    request, server = prepared.request, prepared.connected.server
    warnings: list[str] = []
    result = apply(
        prepared.folders,
        prepared.steps,
        server,
        message=request.message,
        commit=source_commit(ports.project.root, ports.environ),
        hooks=Hooks(
            keep=write_ahead(ports, prepared.connected, warnings),
            settle=settled(ports, prepared.connected, warnings),
            progress=lambda done, total: ports.progress(Event("written", done, total)),
        ),
    )
    annotation: ServerError | None = None
    if request.annotate and result.done and not result.interrupted:
        subject = request.message or f"dashkit pushed {counted(result.done, 'change')}"
        name = ports.project.name
        try:
            server.annotate(f"{name}: {subject}", ["dashkit", "deployment", name])
        except ServerError as error:
            annotation = error  # what was pushed is pushed
    return Done(result, tuple(warnings), annotation)


def _flat(plan: Plan[DashboardStep], wanted: Sequence[Desired], found: Connected) -> list[str]:
    if not plan.folders or found.server.nested_folders or not any(len(item.folder) > 1 for item in wanted):
        return []
    return [f"Grafana {found.server.version} has no nested folders: a path becomes one folder titled 'a / b'"]


def _problems(
    request: Request,
    ports: Ports,
    everything: list[CompiledDashboard],
    plan: Plan[DashboardStep],
    alerting: Alerting | None,
    groups: Plan[GroupStep] | None,
) -> list[Problem]:
    if not request.check:
        return []
    changed = frozenset(step.source_uid for step in plan.of(Action.CREATE, Action.UPDATE))
    return check_push(ports, everything, changed, alerting, alerts.written(groups))
