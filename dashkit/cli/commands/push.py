"""``dashkit push``."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

import click

from dashkit.cli import options
from dashkit.cli.invocation import Invocation
from dashkit.errors import ExitCode

if TYPE_CHECKING:
    from dashkit.app.done import Done
    from dashkit.app.push import Prepared
    from dashkit.deploy.outcome import Result


@click.command(
    short_help="Bring Grafana to what the source says.",
    epilog="""\b
Examples:
  dashkit push                                      create and update what differs
  dashkit push --context prod --message "Add p99"   with a text in the version history
  dashkit push --only dashboards/operations         a part
  dashkit push --prune --yes --max-delete 3         also delete what is gone from the source
  dashkit push --on-drift overwrite --only checkout put an edit in the UI back
""",
)
@options.context
@options.plan
@options.no_check
@click.option("--dry-run", is_flag=True, help="Show the plan and stop, as `dashkit diff` does.")
@click.option("-m", "--message", default="", metavar="TEXT", help="For the version history of each dashboard.")
@click.option("--annotate", is_flag=True, help="Write a deployment into Grafana, which dashboards show as a line.")
@options.yes("Do not ask before deleting.")
@options.max_delete("Refuse a prune of more than this.")
@options.common("text", "json")
def command(invocation: Invocation, yes: bool, **given: Any) -> int:
    """Compile, compare, then write what differs: folders first, then dashboards.

    What is unchanged is not written. A dashboard that someone edited in Grafana since the last push, that another
    tool manages, or that dashkit did not make is refused with the reason; the others go on. If a module does not
    compile, or the check finds an error in what would be written, nothing is written at all. Where the context says
    `evaluator: grafana`, its alert rules are part of the plan.
    """
    from dashkit.app import push

    request, ports = push.Request(**given), invocation.ports
    with push.prepare(request, ports) as prepared:
        invocation.tell(prepared.warnings)
        if invocation.text:
            show_plan(prepared, invocation)
        if invocation.json and (prepared.problems or request.dry_run):
            invocation.console.json(plan_json(prepared))
        if prepared.problems:
            return refuse(len(prepared.problems), invocation)
        if request.dry_run:
            return ExitCode.OK
        agreed = invocation.agree(push.questions(prepared), yes=yes)
        pushed = push.carry_out(prepared, agreed, ports)
    return _told(pushed, prepared, invocation)


def _told(pushed: Done, prepared: Prepared, invocation: Invocation) -> int:
    """What became of it."""
    from dashkit.deploy.outcome import exit_code

    console = invocation.console
    invocation.tell(pushed.warnings)
    if invocation.text:
        _show_result(pushed, prepared, invocation)
    else:
        console.json(plan_json(prepared, pushed))
    errors = pushed.result.errors
    if pushed.annotation is not None:
        console.failure(pushed.annotation)
        errors.append(pushed.annotation)
    if pushed.result.interrupted:
        raise KeyboardInterrupt
    return exit_code(errors, prepared.refused)


def show_plan(prepared: Prepared, invocation: Invocation) -> None:
    """What a push would do, and what forbids it."""
    from dashkit.report.alerts_text import rules_text
    from dashkit.report.plan_text import plan_text
    from dashkit.report.problems import problems_text

    console, style = invocation.console, invocation.console.out_style
    verbose, quiet = invocation.verbose, invocation.quiet
    where = prepared.connected.where
    console.lines(plan_text(prepared.dashboards, style, where=where, verbose=verbose, quiet=quiet))
    if prepared.alerts:
        console.lines(rules_text(prepared.alerts, style, verbose=verbose, quiet=quiet))
    console.lines(problems_text(prepared.problems, style))
    console.flush()


def plan_json(prepared: Prepared, pushed: Done | None = None) -> dict[str, Any]:
    """The plan; with ``pushed`` also what became of it."""
    from dashkit.deploy.steps import DashboardStep
    from dashkit.report.alerts_text import rules_data
    from dashkit.report.plan_data import plan_data
    from dashkit.report.problems import problems_data

    context, server = prepared.connected.context, prepared.connected.server
    target = {"context": context.name, "url": context.url, "version": server.version}
    outcomes = pushed.result.outcomes if pushed else ()
    dashboards = [outcome for outcome in outcomes if isinstance(outcome.step, DashboardStep)]
    data = plan_data(prepared.dashboards, target, dashboards if pushed else None)
    if pushed and pushed.result.kept:
        data["push"] = pushed.result.kept
    if prepared.alerts:
        data["rules"] = rules_data(prepared.alerts.steps, outcomes)
    if prepared.problems:
        data["problems"] = problems_data(prepared.problems)
    return data


def refuse(problems: int, invocation: Invocation) -> ExitCode:
    """The check finds something in what would be written."""
    from dashkit.model.words import counted

    console = invocation.console
    console.error(f"the check finds {counted(problems, 'problem')} in what would be written; nothing was written")
    arrow = console.err_style("->", "cyan")
    console.info(f"  {arrow} mend it, accept it (dashkit check --help), or push with --no-check")
    return ExitCode.FOUND


def _show_result(pushed: Done, prepared: Prepared, invocation: Invocation) -> None:
    from dashkit.deploy.steps import DashboardStep
    from dashkit.errors import ConflictError
    from dashkit.report.alerts_text import rule_failures, rules_done
    from dashkit.report.plan_text import done_text, failures_text

    console, style, request = invocation.console, invocation.console.out_style, prepared.request
    outcomes = pushed.result.outcomes
    dashboards = [outcome for outcome in outcomes if isinstance(outcome.step, DashboardStep)]
    alerts = [outcome for outcome in outcomes if not isinstance(outcome.step, DashboardStep)]
    again = ["push", *_where(request.context_name, invocation), *(["--adopt"] if request.adopt else [])]
    # What met somebody's edit would be written over by the same words.
    met = any(isinstance(outcome.error, ConflictError) for outcome in outcomes)
    again += ["--on-drift", request.on_drift] if request.on_drift and not met else []
    console.lines(failures_text(dashboards, style, command=shlex.join(["dashkit", *again])))
    console.lines(rule_failures(alerts, style))
    where = prepared.connected.where
    console.lines(filter(None, [done_text(dashboards, where, style), rules_done(alerts, where, style)]))
    take_back(pushed.result, request.context_name, invocation)


def take_back(result: Result, context_name: str | None, invocation: Invocation) -> None:
    """Say how, where something was written and kept."""
    if result.kept and result.done:
        back = ["dashkit", "rollback", *_where(context_name, invocation), result.kept]
        invocation.console.info(f"To take it back: {shlex.join(back)}")


def _where(name: str | None, invocation: Invocation) -> list[str]:
    """The options that say which server of which project."""
    return [
        *(["--context", name] if name else []),
        *(["--config", str(invocation.config)] if invocation.config else []),
    ]
