"""Alert rules that a Grafana evaluates itself, and who is told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from dashkit.app.check import check_push
from dashkit.app.connect import Connected, adjustments_of, connected
from dashkit.app.consent import Question, refuse_many, require
from dashkit.app.done import Done
from dashkit.app.journal import settled, write_ahead
from dashkit.app.lock import only_writer
from dashkit.app.ports import Event, Ports
from dashkit.app.source import Alerting, all_alerting
from dashkit.config.project import Project
from dashkit.deploy.alert_groups import desired_rules
from dashkit.deploy.alert_plan import plan_groups
from dashkit.deploy.apply import apply
from dashkit.deploy.folders import FolderTree, folder_step
from dashkit.deploy.outcome import Hooks
from dashkit.deploy.plan_input import Policy
from dashkit.deploy.recording_rules import source_group, waiting_alerts
from dashkit.deploy.routing_plan import KINDS, DesiredRouting, desired_routing, is_note, note_item, plan_routing
from dashkit.deploy.steps import Action, GroupStep, Plan, Step
from dashkit.errors import RefusedError, ServerError, UsageError
from dashkit.model.folder import parse_folder
from dashkit.model.item import Item, Limits
from dashkit.model.problem import Problem
from dashkit.model.words import counted


@dataclass(frozen=True, slots=True)
class Request:
    """What the person asked for: of `dashkit rules diff` and `dashkit rules push` alike."""

    context_name: str | None = None
    adopt: bool = False
    prune: bool = False
    on_drift: str | None = None
    #: Also who is told.
    routing: bool = False
    #: Look for problems in what would be written.
    check: bool = False
    max_delete: int = 5
    #: Nothing will be carried out: no need to keep others away.
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a push of the rules would do; ``routing`` is None where it was not asked for."""

    request: Request
    connected: Connected
    plan: Plan[GroupStep]
    routing: tuple[Step, ...] | None = None
    problems: tuple[Problem, ...] = ()
    warnings: tuple[str, ...] = ()
    desired: DesiredRouting | None = None

    @property
    def refused(self) -> int:
        return sum(step.action is Action.REFUSE for step in (*self.plan.steps, *(self.routing or ())))

    @property
    def differs(self) -> bool:
        """Whether a push would write or refuse something."""
        return bool(
            not self.plan.empty or self.refused or any(step.writes and not is_note(step) for step in self.routing or ())
        )


@contextmanager
def prepare(request: Request, ports: Ports) -> Iterator[Prepared]:
    """Compile the alert modules, read the server's rules, decide, check.

    `UsageError` where the context says that Prometheus evaluates the rules: both would call for the same thing. While the block
    lasts nobody else writes to this context from here.
    """
    found = connected(ports, request.context_name)
    if found.context.evaluator != "grafana":
        raise UsageError(
            f"the rules of context {found.context.name} are evaluated by Prometheus",
            hint="`dashkit rules build` writes its rule files; or say `evaluator: grafana` in the context",
        )
    with only_writer(ports.project, found.context.name, dry_run=request.dry_run):
        yield _prepared(request, found, ports)


def _prepared(request: Request, found: Connected, ports: Ports) -> Prepared:
    policy = Policy(request.on_drift or found.context.on_drift, request.adopt, request.prune)
    if policy.prune and not found.server.verified:
        raise RefusedError(f"no prune on Grafana {found.server.version}, which is unverified")
    alerting = all_alerting(ports)
    plan = plan_alerts(ports.project, found, alerting, policy)
    warnings = (*found.warnings, *recording_warnings(ports.project, found, alerting, plan))
    routing, desired = _routing(ports, found, alerting, policy) if request.routing else (None, None)
    problems = check_push(ports, [], frozenset(), alerting, written(plan)) if request.check else []
    return Prepared(request, found, plan, routing, tuple(problems), warnings, desired)


def plan_alerts(project: Project, found: Connected, alerting: Alerting, policy: Policy) -> Plan[GroupStep]:
    """What becomes of each group.

    `RefusedError` where alerts read what recording rules of the project record, and this Grafana evaluates none.
    """
    adjustments, server = adjustments_of(project, found.context), found.server
    recording = found.context.recording == "grafana"
    if recording and not server.recording_rules:
        _refuse_waiting(found, alerting)
        recording = False
    path = adjustments.folder_prefix + parse_folder(project.alerts.get("folder", "Alerts"))
    folder_uid, missing = FolderTree(server.folders(), nested=server.nested_folders).resolve(path)
    wanted = desired_rules(
        alerting.groups,
        folder_uid=folder_uid,
        datasource=_datasource(project, found),
        owner=adjustments.tag,
        runbooks=project.alerts.get("runbooks", ""),
        uid_prefix=adjustments.uid_prefix,
        recording=recording,
    )
    steps = plan_groups(wanted, server.alert_groups(), adjustments.tag, policy)
    needed = any(step.action in (Action.CREATE, Action.UPDATE) for step in steps)
    return Plan(tuple(map(folder_step, missing)) if needed else (), tuple(steps))


def _refuse_waiting(found: Connected, alerting: Alerting) -> None:
    names = waiting_alerts(alerting.groups)
    if names:
        shown = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
        raise RefusedError(
            f"{counted(len(names), 'alert')} would never fire: Grafana {found.server.version} evaluates no recording rules, "
            f"and these read what such rules record: {shown}",
            where=found.context.url,
            hint="say `recording: prometheus` in the context; `dashkit rules build --recording-only` writes the files for it",
        )


def _datasource(project: Project, found: Connected) -> str:
    """The uid of the datasource that alerts ask and recording rules write to."""
    source = project.alerts.get("datasource", "prometheus")
    return str(found.context.datasources.get(source, source))


def recording_warnings(
    project: Project, found: Connected, alerting: Alerting, plan: Plan[GroupStep]
) -> tuple[str, ...]:
    """That nobody records, or where Grafana would write what is recorded to an address that Prometheus does not have."""
    count = sum(len(group.recordings) for group in alerting.groups)
    if count and found.context.recording == "grafana" and not found.server.recording_rules:
        what = counted(count, "recording rule")
        return (
            f"{what} left out: Grafana {found.server.version} evaluates none; say `recording: prometheus` in the context, "
            "and give Prometheus what `dashkit rules build --recording-only` writes",
        )
    records = any("record" in rule for step in plan.writes if step.item for rule in step.item.content["rules"])
    if not records:
        return ()
    uid = _datasource(project, found)
    try:
        items = list(found.server.items("datasources", Limits(keys=frozenset({uid}))))
    except ServerError:
        return ()
    kind = next(
        (item.content.get("jsonData", {}).get("prometheusType") for item in items if item.key == uid), "Prometheus"
    )
    if kind:
        return ()
    return (
        f"datasource {uid!r} does not say what kind of Prometheus it is, and Grafana takes it for a Mimir, which has another "
        "address to write recorded series to: set its `prometheusType` to Prometheus, and start that with "
        "--web.enable-remote-write-receiver",
    )


def written(plan: Plan[GroupStep] | None) -> frozenset[str]:
    """The names in the source of the groups that a plan writes."""
    return (
        frozenset(source_group(step.title) for step in plan.of(Action.CREATE, Action.UPDATE)) if plan else frozenset()
    )


def questions(plan: Plan[GroupStep], context: str, most: int) -> tuple[Question, ...]:
    """About rules that go: groups that the source no longer has, and rules of others in a group that is taken over.

    `RefusedError` where more groups would go than ``most``.
    """
    deletes = plan.of(Action.DELETE)
    lost = [title for step in plan.writes for title in step.lost]
    refuse_many(len(deletes), f"{counted(len(deletes), 'group')} of rules", most)
    if not deletes and not lost:
        return ()
    names = ", ".join([*(f"group {step.title}" for step in deletes), *lost])
    return (Question(f"this would delete rules ({names})", f"Delete the rules {names} on {context}?"),)


def to_ask(prepared: Prepared) -> tuple[Question, ...]:
    """What has to be agreed to."""
    return questions(prepared.plan, prepared.connected.context.name, prepared.request.max_delete)


def carry_out(prepared: Prepared, consent: bool, ports: Ports) -> Done:
    """Write it, who is told last; what is replaced is kept in the journal before.

    Raises:
        RefusedError: nobody agreed to what goes, or too much would.
        InputError: the journal cannot be written; then nothing is.
    """
    require(to_ask(prepared), consent)
    steps = (*prepared.plan.steps, *(prepared.routing or ()))
    found, desired = prepared.connected, prepared.desired
    warnings: list[str] = []
    hooks = Hooks(
        keep=write_ahead(ports, found, warnings),
        settle=settled(ports, found, warnings),
        progress=lambda done, total: ports.progress(Event("written", done, total)),
    )
    owner = adjustments_of(ports.project, found.context).tag
    result = apply(
        prepared.plan.folders, steps, found.server, secrets=desired.secrets if desired else None,
        late=(lambda: note_item(desired, _live_routing(found), owner)) if desired else None, hooks=hooks,
    )  # fmt: skip
    return Done(result, tuple(warnings))


def _live_routing(found: Connected) -> list[Item]:
    return [item for kind in KINDS for item in found.server.items(kind)]


def _routing(
    ports: Ports, found: Connected, alerting: Alerting, policy: Policy
) -> tuple[tuple[Step, ...], DesiredRouting]:
    """What would change in who is told. Secrets are environment variables, as in the provisioning files."""
    if alerting.routing is None:
        raise UsageError("no alert module exports `routing`", hint="leave out --routing")
    owner = adjustments_of(ports.project, found.context).tag
    wanted = desired_routing(alerting.routing, owner, ports.environ)
    return tuple(plan_routing(wanted, _live_routing(found), owner, policy)), wanted
