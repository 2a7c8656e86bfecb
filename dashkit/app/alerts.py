"""Push the alert rules that a Grafana evaluates itself, and their routing."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from dashkit.app.alert_warnings import push_warnings
from dashkit.app.check import check_push
from dashkit.app.connect import Connected, adjustments_of, connected, refuse_unverified_prune
from dashkit.app.consent import Question, refuse_many, require
from dashkit.app.done import Done
from dashkit.app.journal import journal_hooks
from dashkit.app.lock import only_writer
from dashkit.app.ports import Ports
from dashkit.app.source import Alerting, all_alerting
from dashkit.config.context import Context
from dashkit.config.project import Project
from dashkit.deploy.alert_groups import desired_rules, pushed_version
from dashkit.deploy.alert_plan import plan_groups
from dashkit.deploy.apply import apply
from dashkit.deploy.desired import Adjustments
from dashkit.deploy.folders import FolderTree, NewFolder, folder_step
from dashkit.deploy.plan_input import Policy
from dashkit.deploy.recording_rules import source_group, waiting_alerts
from dashkit.deploy.routing_plan import KINDS, DesiredRouting, desired_routing, is_note, note_item, plan_routing
from dashkit.deploy.steps import Action, GroupStep, Plan, Step
from dashkit.errors import ConfigError, RefusedError, UsageError
from dashkit.model.alerts import AlertGroup, PlainAlert
from dashkit.model.folder import parse_folder
from dashkit.model.item import Item
from dashkit.model.live import GrafanaAlertGroup
from dashkit.model.problem import Problem
from dashkit.model.words import counted


@dataclass(frozen=True, slots=True)
class Request:
    """The options of `dashkit rules diff` and `dashkit rules push`."""

    context_name: str | None = None
    adopt: bool = False
    prune: bool = False
    on_drift: str | None = None
    #: Also push the routing: contact points and notification policies.
    routing: bool = False
    #: Check what would be written for problems.
    check: bool = False
    max_delete: int = 5
    #: Nothing will be written, so no lock is needed.
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a push of the rules would do; ``routing`` is None if it was not requested."""

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
        routes = any(step.writes and not is_note(step) for step in self.routing or ())
        return bool(not self.plan.empty or self.refused or routes)


@contextmanager
def prepare(request: Request, ports: Ports) -> Iterator[Prepared]:
    """Compile the alert modules, read the server's rules, plan, and check.

    The block holds a lock against other runs that write to this context.

    Raises:
        UsageError: the context says that Prometheus evaluates the rules; both would notify about the same thing.
    """
    found = connected(ports, request.context_name)
    if found.context.evaluator != "grafana":
        raise UsageError(
            f"the rules of context {found.context.name} are evaluated by Prometheus",
            hint="`dashkit rules build` writes its rule files; or set `evaluator: grafana` in the context",
        )
    with only_writer(ports.project, found.context.name, dry_run=request.dry_run):
        yield _prepared(request, found, ports)


def _prepared(request: Request, found: Connected, ports: Ports) -> Prepared:
    here = f" -c {shlex.quote(request.context_name)}" if request.context_name else ""
    policy = Policy(request.on_drift or found.context.on_drift, request.adopt, request.prune, context=here)
    if policy.prune:
        refuse_unverified_prune(found.server)
    alerting = all_alerting(ports)
    plan = plan_alerts(ports.project, found, alerting, policy)
    warnings = (*found.warnings, *push_warnings(found, alerting, plan))
    routing, desired = _routing(ports, found, alerting, policy) if request.routing else (None, None)
    problems = check_push(ports, [], frozenset(), written(plan), alerting) if request.check else []
    return Prepared(request, found, plan, routing, tuple(problems), warnings, desired)


def plan_alerts(project: Project, found: Connected, alerting: Alerting, policy: Policy) -> Plan[GroupStep]:
    """Plan a step for each group.

    Raises:
        RefusedError: alerts read series of the project's recording rules, and this Grafana does not evaluate those.
    """
    adjustments, server = adjustments_of(project, found.context), found.server
    options, missing = rule_options(project, found, alerting)
    groups = map(as_before_12, alerting.groups) if not server.recording_rules else alerting.groups
    wanted, live = desired_rules(groups, **options), server.alert_groups()
    steps = plan_groups(wanted, live, adjustments.tag, policy)
    if pushed := _pushed(steps, live, found):
        steps = plan_groups(wanted, live, adjustments.tag, policy, pushed)
    needed = any(step.action in (Action.CREATE, Action.UPDATE) for step in steps)
    return Plan(tuple(map(folder_step, missing)) if needed else (), tuple(steps))


def _pushed(
    steps: Iterable[GroupStep], live: Iterable[GrafanaAlertGroup], found: Connected
) -> dict[str, Mapping[str, Any]]:
    """Return the rules that were edited in the UI as they were pushed last, by uid, as far as the server knows."""
    edited = {uid for step in steps if step.drift is not None for uid in step.drift.edited}
    rules = {str(rule["uid"]): rule for group in live for rule in group.rules if rule["uid"] in edited}
    versions = {uid: pushed_version(rule, found.server.rule_versions(uid)) for uid, rule in sorted(rules.items())}
    return {uid: one for uid, one in versions.items() if one is not None}


def rule_options(project: Project, found: Connected, alerting: Alerting) -> tuple[dict[str, Any], list[NewFolder]]:
    """Return the arguments of `desired_rules` for a context, and the folders to create. Errors as for `plan_alerts`."""
    server = found.server
    recording = found.context.recording == "grafana"
    if recording and not server.recording_rules:
        refuse_waiting(alerting, server.version, found.context.url)
        recording = False
    tree = FolderTree(server.folders(), nested=server.nested_folders)
    return context_options(project, found.context, alerting.groups, tree, recording=recording)


def context_options(
    project: Project, context: Context, groups: Iterable[AlertGroup], tree: FolderTree, *, recording: bool
) -> tuple[dict[str, Any], list[NewFolder]]:
    """Return the arguments of `desired_rules` for groups in these folders, and the folders to create.

    With ``recording``, Grafana evaluates the recording rules as well.
    """
    adjustments = adjustments_of(project, context)
    folders, missing = alert_folders(groups, project, adjustments, tree)
    options = {
        "folder_uid": folders[""],
        "folders": folders,
        "datasource": alert_datasource(project, context),
        "datasources": context.datasources,
        "owner": adjustments.tag,
        "runbooks": project.alerts.get("runbooks", ""),
        "uid_prefix": adjustments.uid_prefix,
        "recording": recording,
    }
    return options, missing


def as_before_12(group: AlertGroup) -> AlertGroup:
    """Return a group without what a server would drop, and a plan would then send again and again."""
    rules = (replace(rule, keep_firing_for="") if isinstance(rule, PlainAlert) else rule for rule in group.rules)
    return replace(group, rules=tuple(rules))


def alert_folders(
    groups: Iterable[AlertGroup], project: Project, adjustments: Adjustments, tree: FolderTree
) -> tuple[dict[str, str], list[NewFolder]]:
    """Return the uids of the folders of groups by the names that they give them, and the folders to create, parents first.

    The empty name is that of the project's folder for all alerts.
    """
    uids: dict[str, str] = {}
    missing: dict[str, NewFolder] = {}
    used = [group.folder for group in groups]
    for name in dict.fromkeys(("", *used)):
        path = adjustments.folder_prefix + parse_folder(name or project.alerts.get("folder", "Alerts"))
        if name in used and not path:
            raise ConfigError(
                "alert rules cannot be in General: Grafana keeps them in folders only", where=str(project.file),
                hint="name another `folder` below `alerts`, or in the rule groups",
            )  # fmt: skip
        uids[name], new = tree.resolve(path)
        if name in used:
            missing |= {folder.uid: folder for folder in new}
    return uids, list(missing.values())


def refuse_waiting(alerting: Alerting, version: str, where: str) -> None:
    """Raise `RefusedError` if alerts read series that a Grafana of this version does not record."""
    names = waiting_alerts(alerting.groups)
    if names:
        shown = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
        raise RefusedError(
            f"{counted(len(names), 'alert')} would never fire: Grafana {version} does not evaluate recording "
            f"rules, and these alerts depend on some: {shown}",
            where=where,
            hint="set `recording: prometheus` in the context; `dashkit rules build --recording-only` writes its files",
        )


def alert_datasource(project: Project, context: Context) -> str:
    """Return the uid of the datasource that alerts query and recording rules write to, unless their group names another."""
    source = project.alerts.get("datasource", "prometheus")
    return str(context.datasources.get(source, source))


def written(plan: Plan[GroupStep] | None) -> frozenset[str]:
    """Return the names in the source of the groups that a plan writes."""
    steps = plan.of(Action.CREATE, Action.UPDATE) if plan else ()
    return frozenset(source_group(step.title) for step in steps)


def plan_questions(plan: Plan[GroupStep], context: str, most: int) -> tuple[Question, ...]:
    """Return what has to be confirmed: deleted groups, and foreign rules that are lost when a group is adopted.

    Raises:
        RefusedError: more than ``most`` groups would be deleted.
    """
    deletes = plan.of(Action.DELETE)
    lost = [title for step in plan.writes for title in step.lost]
    refuse_many(len(deletes), f"{counted(len(deletes), 'group')} of rules", most)
    if not deletes and not lost:
        return ()
    names = ", ".join([*(f"group {step.title}" for step in deletes), *lost])
    return (Question(f"this would delete rules ({names})", f"Delete the rules {names} on {context}?"),)


def questions(prepared: Prepared) -> tuple[Question, ...]:
    """Return what has to be confirmed."""
    return plan_questions(prepared.plan, prepared.connected.context.name, prepared.request.max_delete)


def carry_out(prepared: Prepared, consent: bool, ports: Ports) -> Done:
    """Carry out the push, routing last, after saving what it replaces in the journal.

    Raises:
        RefusedError: the deletions were not confirmed, or there are too many.
        InputError: the journal cannot be written; nothing else was written either.
    """
    require(questions(prepared), consent)
    steps = (*prepared.plan.steps, *(prepared.routing or ()))
    found, desired = prepared.connected, prepared.desired
    warnings: list[str] = []
    owner = adjustments_of(ports.project, found.context).tag
    result = apply(
        prepared.plan.folders, steps, found.server, secrets=desired.secrets if desired else None,
        late=(lambda: note_item(desired, _live_routing(found), owner)) if desired else None,
        hooks=journal_hooks(ports, found, warnings),
    )  # fmt: skip
    return Done(result, tuple(warnings))


def _live_routing(found: Connected) -> list[Item]:
    return [item for kind in KINDS for item in found.server.items(kind)]


def _routing(
    ports: Ports, found: Connected, alerting: Alerting, policy: Policy
) -> tuple[tuple[Step, ...], DesiredRouting]:
    """Plan the routing. Secrets come from environment variables, as in the provisioning files."""
    if alerting.routing is None:
        raise UsageError("no alert module exports `routing`", hint="omit --routing")
    owner = adjustments_of(ports.project, found.context).tag
    wanted = desired_routing(alerting.routing, owner, ports.environ)
    return tuple(plan_routing(wanted, _live_routing(found), owner, policy)), wanted
