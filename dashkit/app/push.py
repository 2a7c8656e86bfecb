"""Push the source to a Grafana: dashboards, and the alert groups that it evaluates itself."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from dashkit.app import alerts
from dashkit.app.alert_warnings import push_warnings
from dashkit.app.check import check_push, existing_on
from dashkit.app.commit import source_commit
from dashkit.app.connect import (
    Connected,
    adjustments_of,
    connected,
    refuse_unverified_prune,
    require_organisation,
    unverified,
)
from dashkit.app.consent import Question, refuse_many, require
from dashkit.app.done import Done
from dashkit.app.journal import journal_hooks
from dashkit.app.lock import only_writer
from dashkit.app.ports import Ports, Server
from dashkit.app.source import Alerting, all_alerting, all_dashboards, picked
from dashkit.deploy.apply import apply
from dashkit.deploy.desired import Adjustments, Desired, desired, unused
from dashkit.deploy.fit import Takes, fit
from dashkit.deploy.plan_input import Policy
from dashkit.deploy.read import make_plan
from dashkit.deploy.steps import Action, DashboardStep, FolderStep, GroupStep, Plan, Step
from dashkit.errors import ServerError, UsageError
from dashkit.model.dashboard import CompiledDashboard
from dashkit.model.live import LiveFolder
from dashkit.model.problem import Problem
from dashkit.model.words import counted


@dataclass(frozen=True, slots=True)
class Request:
    """The options of `dashkit diff` and `dashkit push`."""

    context_name: str | None = None
    only: tuple[str, ...] = ()
    adopt: bool = False
    prune: bool = False
    on_drift: str | None = None
    #: Bring dashboards that Grafana's UI saved in the v2 schema back to the classic one.
    classic: bool = False
    #: Check what would be written for problems.
    check: bool = True
    max_delete: int = 5
    #: Nothing will be written, so no lock is needed.
    dry_run: bool = False
    #: For the version history of each dashboard.
    message: str = ""
    #: Add a deployment annotation, which dashboards show as a line.
    annotate: bool = False


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a push would do.

    Attributes:
        alerts: None if Prometheus evaluates them, and if only a part of the source is pushed.
        problems: what the check found in what would be written; they block the push.
    """

    request: Request
    connected: Connected
    dashboards: Plan[DashboardStep]
    alerts: Plan[GroupStep] | None = None
    problems: tuple[Problem, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def folders(self) -> tuple[FolderStep, ...]:
        """The folders to create, without duplicates."""
        found = [*self.dashboards.folders, *(self.alerts.folders if self.alerts else ())]
        return tuple({step.ref: step for step in found}.values())

    @property
    def steps(self) -> tuple[Step, ...]:
        return (*self.dashboards.steps, *(self.alerts.steps if self.alerts else ()))

    @property
    def checked(self) -> tuple[frozenset[str], frozenset[str]]:
        """What a check of the push is about: the uids in the source of the dashboards that it saves, and its alert groups."""
        saved = self.dashboards.of(Action.CREATE, Action.UPDATE)
        return frozenset(step.source_uid for step in saved), alerts.written(self.alerts)

    @property
    def refused(self) -> int:
        return sum(step.action is Action.REFUSE for step in self.steps)

    @property
    def differs(self) -> bool:
        """Whether a push would write or refuse something."""
        return bool(self.refused or any(step.writes for step in self.steps))


@dataclass(frozen=True, slots=True)
class Ready:
    """What a run that pushes again and again has at hand: nothing is compiled, connected to or listed a second time.

    Attributes:
        dashboards: all of the project.
        part: those of them to push, by uid in the source.
        whole: whether to look for what the source no longer has.
        groups: whether to push the alert groups as well.
        alerting: the output of the alert modules, if they are compiled.
        folders: those of the server, if they are known.
        adjusted: the dashboards to push as this context wants them, if they are known.
    """

    connected: Connected
    dashboards: list[CompiledDashboard]
    part: frozenset[str]
    whole: bool = False
    groups: bool = False
    alerting: Alerting | None = None
    folders: list[LiveFolder] | None = None
    adjusted: Sequence[Desired] | None = None

    def desired(self, adjustments: Adjustments) -> Sequence[Desired]:
        """Return the dashboards to push as the context wants them."""
        if self.adjusted is not None:
            return self.adjusted
        known = frozenset(dashboard.uid for dashboard in self.dashboards)
        return desired((entry for entry in self.dashboards if entry.uid in self.part), adjustments, known)


@contextmanager
def prepare(request: Request, ports: Ports, ready: Ready | None = None) -> Iterator[Prepared]:
    """Compile, adjust the result to the context, read the server, plan, and check.

    Even with ``only``, all dashboards of the project are compiled, to rewrite links between them and to find duplicates. The
    block holds a lock against other runs that write to this context.
    """
    if request.only and request.prune:
        raise UsageError("--only and --prune exclude each other: a part of the source does not show what was removed")
    found = ready.connected if ready else connected(ports, request.context_name, directories=True)
    with only_writer(ports.project, found.context.name, dry_run=request.dry_run):
        yield planned(request, ports, ready or _compiled(request, found, ports))


def _compiled(request: Request, found: Connected, ports: Ports) -> Ready:
    """Compile the dashboards. The alert modules are compiled when the dashboards are planned."""
    everything = all_dashboards(ports)
    require_organisation(found.context, found.server)
    part = frozenset(entry.uid for entry in picked(everything, request.only, ports.project))
    whole = not request.only
    return Ready(found, everything, part, whole, groups=whole and found.context.evaluator == "grafana")


def planned(request: Request, ports: Ports, ready: Ready) -> Prepared:
    """Read the server, plan, and check. No lock is taken."""
    found = ready.connected
    project, context, server = ports.project, found.context, found.server
    everything = ready.dashboards
    adjustments = adjustments_of(project, context)
    takes = Takes(server.v2, server.scoped_variables)
    wanted = [fit(item, takes) for item in ready.desired(adjustments)]
    warnings = [*found.warnings, *unverified(server)]
    if ready.whole and (names := unused(everything, adjustments.datasources)):
        warnings.append(
            f"`datasources` of context {context.name} maps {', '.join(names)}, which no dashboard refers to"
        )
    if request.prune:
        refuse_unverified_prune(server)
    here = f" -c {shlex.quote(request.context_name)}" if request.context_name else ""
    policy = Policy(request.on_drift or context.on_drift, request.adopt, request.prune, request.classic, here)
    plan = make_plan(wanted, server, policy, owner_tag=adjustments.tag, orphans=ready.whole, folders=ready.folders)
    warnings += _lost(wanted, plan, server)
    if plan.folders and not server.nested_folders and any(len(item.folder) > 1 for item in wanted):
        warnings.append(f"Grafana {server.version} has no nested folders: a path becomes one folder titled 'a / b'")
    alerting, groups = ready.alerting, None
    if ready.groups:
        alerting = alerting or all_alerting(ports, everything)
        groups = alerts.plan_alerts(project, found, alerting, policy)
        warnings += push_warnings(found, alerting, groups)
    prepared = Prepared(request, found, plan, groups, warnings=tuple(warnings))
    if not request.check:
        return prepared
    problems = check_push(ports, everything, *prepared.checked, alerting, existing_on(server))
    return replace(prepared, problems=tuple(problems))


def _lost(wanted: list[Desired], plan: Plan[DashboardStep], server: Server) -> Iterator[str]:
    """Yield what the server cannot take of the dashboards that are written."""
    written = {step.ref.key for step in plan.writes}
    for item in wanted:
        if item.uid in written:
            yield from (f"{item.uid}, on Grafana {server.version}: {loss}" for loss in item.lost)


def questions(prepared: Prepared) -> tuple[Question, ...]:
    """Return what has to be confirmed. Raises `RefusedError` for more than ``max_delete`` deletions."""
    name, most = prepared.connected.context.name, prepared.request.max_delete
    deletes = prepared.dashboards.of(Action.DELETE)
    what = counted(len(deletes), "dashboard")
    refuse_many(len(deletes), what, most)
    names = ", ".join(step.ref.key for step in deletes)
    asked = [Question(f"the prune would delete {what}", f"Delete {names} on {name}?")] if deletes else []
    return (*asked, *(alerts.plan_questions(prepared.alerts, name, most) if prepared.alerts else ()))


def carry_out(prepared: Prepared, consent: bool, ports: Ports, commit: str | None = None) -> Done:
    """Carry out the push, after saving what it replaces in the journal.

    Args:
        commit: that of the source, if it is known.

    Raises:
        RefusedError: the deletions were not confirmed, or there are too many.
        InputError: the journal cannot be written; nothing else was written either.
    """
    require(questions(prepared), consent)
    request, server = prepared.request, prepared.connected.server
    warnings: list[str] = []
    result = apply(
        prepared.folders,
        prepared.steps,
        server,
        message=request.message,
        commit=source_commit(ports.project.root, ports.environ) if commit is None else commit,
        hooks=None if prepared.connected.context.directory else journal_hooks(ports, prepared.connected, warnings),
    )
    annotation: ServerError | None = None
    if request.annotate and result.done and not result.interrupted:
        subject = request.message or f"dashkit pushed {counted(result.done, 'change')}"
        name = ports.project.name
        try:
            server.annotate(f"{name}: {subject}", ["dashkit", "deployment", name])
        except ServerError as error:
            annotation = error  # the push itself succeeded
    return Done(result, tuple(warnings), annotation)
