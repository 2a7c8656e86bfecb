"""Push what changed to a folder of its own, where it can be looked at before it is merged, and which expires."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from dashkit.app.check import check_push, existing_on
from dashkit.app.commit import source_commit
from dashkit.app.connect import Connected, adjustments_of, connected, require_organisation, unverified
from dashkit.app.lock import only_writer
from dashkit.app.ports import Event, Ports
from dashkit.app.source import all_dashboards, picked
from dashkit.app.times import duration_of
from dashkit.deploy.apply import apply
from dashkit.deploy.dashboard_plan import digest_of
from dashkit.deploy.desired import Desired, desired
from dashkit.deploy.fit import Takes, fit
from dashkit.deploy.outcome import Hooks, Result
from dashkit.deploy.plan_input import Policy
from dashkit.deploy.read import make_plan
from dashkit.deploy.steps import Action, DashboardStep, Plan
from dashkit.deploy.trial import Trial, on_trial, trial_of
from dashkit.errors import UsageError
from dashkit.model.marker import moment_text
from dashkit.model.problem import Problem

#: What a push would do to a dashboard that makes it worth looking at.
_CHANGES = (Action.CREATE, Action.UPDATE, Action.REFUSE, Action.SKIP)


@dataclass(frozen=True, slots=True)
class Request:
    """The options of `dashkit push --trial`."""

    trial: str
    ttl: str = "1d"
    context_name: str | None = None
    only: tuple[str, ...] = ()
    check: bool = True
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a push of a trial would do.

    Attributes:
        expires: when its dashboards may be deleted.
        new: the uids on trial of dashboards that the server does not have yet.
        problems: what the check found in what would be written; they block the push.
    """

    request: Request
    connected: Connected
    trial: Trial
    expires: datetime
    plan: Plan[DashboardStep]
    new: frozenset[str] = frozenset()
    problems: tuple[Problem, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def refused(self) -> int:
        return len(self.plan.of(Action.REFUSE))


@contextmanager
def prepare(request: Request, ports: Ports) -> Iterator[Prepared]:
    """Find what a push would change, and plan to store just that in the trial's folder.

    Dashboards of an earlier push of the trial that are not changed any more are deleted. The block holds a lock against other
    runs that write to this context.
    """
    seconds = duration_of(request.ttl, "--ttl")
    if not seconds:
        raise UsageError("--ttl must be longer than nothing", hint="--ttl 1d")
    found = connected(ports, request.context_name)
    with only_writer(ports.project, found.context.name, dry_run=request.dry_run):
        yield _prepared(request, found, ports.clock() + timedelta(seconds=seconds), ports)


def _prepared(request: Request, found: Connected, expires: datetime, ports: Ports) -> Prepared:
    project, server = ports.project, found.server
    everything = all_dashboards(ports)
    require_organisation(found.context, server)
    adjustments = adjustments_of(project, found.context)
    trial = trial_of(request.trial, adjustments.tag, adjustments.folder_prefix)
    chosen = list(picked(everything, request.only, project))
    takes = Takes(server.v2, server.scoped_variables)
    known = frozenset(entry.uid for entry in everything)
    wanted = [fit(item, takes) for item in desired(chosen, adjustments, known)]
    now = make_plan(wanted, server, Policy(), owner_tag=adjustments.tag, orphans=False)
    changed = {step.ref.key: step.action for step in now.of(*_CHANGES)}
    items = on_trial([item for item in wanted if item.uid in changed], trial)
    policy = Policy("overwrite", prune=server.verified)
    plan = make_plan(items, server, policy, owner_tag=trial.tag)
    plan = replace(plan, steps=tuple(_taken(_written_anew(step, items), trial) for step in plan.steps))
    new = frozenset(trial.uid(uid) for uid, action in changed.items() if action is Action.CREATE)
    problems: list[Problem] = []
    if request.check:
        sources = frozenset(item.source_uid for item in items)
        problems = check_push(ports, everything, sources, frozenset(), None, existing_on(server))
    warnings = (*found.warnings, *unverified(server))
    return Prepared(request, found, trial, expires, plan, new, tuple(problems), warnings)


def _written_anew(step: DashboardStep, items: list[Desired]) -> DashboardStep:
    """Return a step that writes even what is there already: only a save moves the end of the trial."""
    if step.action is not Action.KEEP or step.item is None:
        return step
    item = next(one for one in items if one.uid == step.ref.key)
    digest = digest_of(item, str(step.item.content["folder"]))
    return replace(step, action=Action.UPDATE, reason="moves the end of the trial", digest=digest)


def _taken(step: DashboardStep, trial: Trial) -> DashboardStep:
    """Return a step that says so if a dashboard of another trial, or of none, has the uid."""
    if step.action is not Action.REFUSE or step.base is None or trial.tag in step.base.content["spec"].get("tags", ()):
        return step
    return replace(step, reason=f"another dashboard has the uid {step.ref.key}: choose another name for the trial")


def carry_out(prepared: Prepared, ports: Ports) -> Result:
    """Write the trial. Nothing of it goes into the journal: it is there to be thrown away."""
    return apply(
        prepared.plan.folders,
        prepared.plan.steps,
        prepared.connected.server,
        message=f"trial {prepared.trial.name}",
        commit=source_commit(ports.project.root, ports.environ),
        expires=moment_text(prepared.expires),
        hooks=Hooks(progress=lambda done, total: ports.progress(Event("written", done, total))),
    )
