"""What rules diff, rules push and push share: from the alert modules and a server to a plan, and to what became of it."""

from __future__ import annotations

import os
from dataclasses import dataclass

from dashkit.cli.console import Console, counted
from dashkit.cli.deletes import confirm, refuse_many
from dashkit.cli.rules import compile_rules_or_refuse
from dashkit.config.context import Context
from dashkit.config.project import Project
from dashkit.deploy.actions import WRITES, Kind
from dashkit.deploy.apply_rules import RuleOutcome, apply_rules
from dashkit.deploy.desired import Adjustments
from dashkit.deploy.folders import FolderTree, NewFolder
from dashkit.deploy.rule_plan import RuleAction, RulePolicy, plan_rules
from dashkit.deploy.rules import desired_rules
from dashkit.errors import RefusedError, UsageError
from dashkit.export.routing_plan import desired_routing, plan_routing
from dashkit.grafana.client import Grafana
from dashkit.model.dashboard import CompiledDashboard
from dashkit.model.folder import parse_folder
from dashkit.model.live_routing import RoutingPlan
from dashkit.model.live_rules import GrafanaGroup
from dashkit.model.routing import Routing


@dataclass(frozen=True, slots=True)
class RulePlan:
    """Folders to create for the rules, parents first, then what becomes of each group; and the routing of the source.

    ``live`` are the groups that were there.
    """

    folders: tuple[NewFolder, ...]
    actions: tuple[RuleAction, ...]
    routing: Routing | None = None
    live: tuple[GrafanaGroup, ...] = ()

    @property
    def writes(self) -> list[RuleAction]:
        return [action for action in self.actions if action.kind in WRITES]

    def of(self, kind: Kind) -> list[RuleAction]:
        return [action for action in self.actions if action.kind is kind]


def planned_rules(
    project: Project,
    context: Context,
    grafana: Grafana,
    adjustments: Adjustments,
    policy: RulePolicy,
    console: Console,
    dashboards: list[CompiledDashboard] | None = None,
) -> RulePlan:
    """Compile the alert modules, read the server's rules, decide.

    `UsageError` where the context says that Prometheus evaluates the rules: both would call for the same thing.
    """
    if context.evaluator != "grafana":
        raise UsageError(
            f"the rules of context {context.name} are evaluated by Prometheus",
            hint="`dashkit rules build` writes its rule files; or say `evaluator: grafana` in the context",
        )
    if policy.prune and not grafana.verified:
        raise RefusedError(f"no prune on Grafana {grafana.version}, which is unverified")
    groups, routing = compile_rules_or_refuse(project, console, dashboards)
    path = adjustments.folder_prefix + parse_folder(project.alerts.get("folder", "Alerts"))
    folder_uid, missing = FolderTree(grafana.folders(), nested=grafana.nested_folders).resolve(path)
    source = project.alerts.get("datasource", "prometheus")
    wanted = desired_rules(
        groups,
        folder_uid=folder_uid,
        datasource=adjustments.datasources.get(source, source),
        owner=adjustments.tag,
        runbooks=project.alerts.get("runbooks", ""),
        uid_prefix=adjustments.uid_prefix,
    )
    live = tuple(grafana.rule_groups())
    actions = plan_rules(wanted, live, adjustments.tag, policy)
    needed = tuple(missing) if any(action.kind in (Kind.CREATE, Kind.UPDATE) for action in actions) else ()
    return RulePlan(needed, tuple(actions), routing, live)


def applied_rules(plan: RulePlan, grafana: Grafana) -> list[RuleOutcome]:
    """Carry the plan out."""
    return apply_rules(plan.folders, plan.writes, grafana)


def planned_routing(routing: Routing | None, owner: str, grafana: Grafana) -> RoutingPlan:
    """What would change in who is told. Secrets are environment variables, as in the provisioning files."""
    if routing is None:
        raise UsageError("no alert module exports `routing`", hint="leave out --routing")
    return plan_routing(desired_routing(routing, owner, os.environ), grafana.routing(), owner)


def confirm_deletes(plan: RulePlan, yes: bool, context: str, most: int) -> None:
    """Ask before rules go: groups that the source no longer has, and rules of others in a group that is taken over.

    `RefusedError` where more groups would go than ``most``, where nobody can be asked, or where somebody says no.
    """
    deletes = plan.of(Kind.DELETE)
    lost = [title for action in plan.writes for title in action.lost]
    refuse_many(len(deletes), f"{counted(len(deletes), 'group')} of rules", most)
    if (deletes or lost) and not yes:
        names = ", ".join([*(f"group {action.group.name}" for action in deletes), *lost])
        confirm(f"this would delete rules ({names})", f"Delete the rules {names} on {context}?")
