"""The offline check of what a push is about to write."""

from __future__ import annotations

from collections.abc import Sequence

from dashkit.cli.console import Console, counted
from dashkit.cli.rule_plan import RulePlan
from dashkit.config.project import Project
from dashkit.deploy.actions import Kind
from dashkit.model.dashboard import CompiledDashboard
from dashkit.model.problem import Problem, severity

#: Kinds of actions that write something new.
WRITES = (Kind.CREATE, Kind.UPDATE)


def wrong_in_push(
    project: Project, compiled: Sequence[CompiledDashboard], changed: frozenset[str], rules: RulePlan | None
) -> list[Problem]:
    """What forbids the push, by ``check.fail_on``: of the changed dashboards, of the groups to be written."""
    fail_on = project.check.get("fail_on", "error")
    groups = frozenset(action.group.name for action in rules.actions if action.kind in WRITES) if rules else frozenset()
    if fail_on == "never" or not (changed or groups):
        return []
    from dashkit.cli.checking import check_compiled  # a push that writes nothing does without

    found = check_compiled(project, compiled, changed, groups)
    return [problem for problem in found if problem.severity >= severity(fail_on)]


def tell_refused(wrong: Sequence[Problem], console: Console) -> None:
    console.error(f"the check finds {counted(len(wrong), 'problem')} in what would be written; nothing was written")
    arrow = console.err_style("->", "cyan")
    console.info(f"  {arrow} mend it, accept it (dashkit check --help), or push with --no-check")
