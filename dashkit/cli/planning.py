"""What diff and push share: from the project and the options to a plan."""

from __future__ import annotations

from dashkit.cli.compile import compile_or_refuse, picked
from dashkit.cli.connect import require_organisation, warn_unverified
from dashkit.cli.console import Console
from dashkit.cli.plan_options import Choices
from dashkit.cli.rule_plan import RulePlan, planned_rules
from dashkit.config.context import Context
from dashkit.config.project import Project
from dashkit.deploy.actions import Plan, Policy
from dashkit.deploy.desired import Adjustments, desired
from dashkit.deploy.gather import make_plan
from dashkit.deploy.rule_plan import RulePolicy
from dashkit.errors import RefusedError, UsageError
from dashkit.grafana.client import Grafana
from dashkit.model.dashboard import CompiledDashboard


def adjustments_of(project: Project, context: Context) -> Adjustments:
    """How this context changes what is pushed to it."""
    return Adjustments(
        owner_tag=project.tag,
        folder_prefix=context.folder_prefix,
        uid_prefix=context.uid_prefix,
        tags=context.tags,
        datasources=context.datasources,
    )


def prepared(project: Project, choices: Choices, console: Console) -> list[CompiledDashboard]:
    """All dashboards of the project, even with ``--only``: links are rewritten and duplicates found among all of them."""
    if choices.only and choices.prune:
        raise UsageError("--only together with --prune: a part of the source does not say what is gone")
    return compile_or_refuse(project, console)


def planned(
    project: Project,
    context: Context,
    grafana: Grafana,
    choices: Choices,
    console: Console,
    everything: list[CompiledDashboard],
) -> Plan:
    """Adjust what was compiled to the context, read the server, decide."""
    require_organisation(context, grafana)
    known = frozenset(dashboard.uid for dashboard in everything)
    compiled = list(picked(everything, choices.only, project))
    adjustments = adjustments_of(project, context)
    wanted = desired(compiled, adjustments, known)
    warn_unverified(grafana, console)
    if choices.prune and not grafana.verified:
        raise RefusedError(f"no prune on Grafana {grafana.version}, which is unverified")
    policy = Policy(choices.on_drift or context.on_drift, choices.adopt, choices.prune)
    plan = make_plan(wanted, grafana, policy, owner_tag=adjustments.tag, orphans=not choices.only)
    if (
        len({folder.path for folder in plan.folders})
        and not grafana.nested_folders
        and any(len(item.folder) > 1 for item in wanted)
    ):
        console.warn(f"Grafana {grafana.version} has no nested folders: a path becomes one folder titled 'a / b'")
    return plan


def rules_beside(
    project: Project,
    context: Context,
    grafana: Grafana,
    choices: Choices,
    console: Console,
    everything: list[CompiledDashboard],
) -> RulePlan | None:
    """The plan of the alert rules that goes with a push; None where Prometheus evaluates them, and for a part of the source."""
    if context.evaluator != "grafana" or choices.only:
        return None
    policy = RulePolicy(choices.adopt, choices.prune, choices.on_drift or context.on_drift)
    return planned_rules(project, context, grafana, adjustments_of(project, context), policy, console, everything)
