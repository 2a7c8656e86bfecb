"""``dashkit push``."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

import click

from dashkit.cli import many, options, push_trial
from dashkit.cli.invocation import Invocation, finish
from dashkit.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from dashkit.app.done import Done
    from dashkit.app.push import Prepared
    from dashkit.deploy.outcome import Outcome, Result


@click.command(
    short_help="Make Grafana match the source.",
    epilog="""\b
Examples:
  dashkit push                                        create and update what differs
  dashkit push --context prod --message "Add p99"     with a message for the version history
  dashkit push --only dashboards/operations           push part of the project
  dashkit push --prune --yes --max-delete 3           also delete dashboards that left the source
  dashkit push --on-drift overwrite --only checkout   undo an edit made in the UI
  dashkit push --trial pr-123 --ttl 3d                show what a pull request changes, beside what is there
  dashkit push --group prod                           push to every context of a group
  dashkit push --group prod --canary eu-1 --wait 5m   try it on one of them first
""",
)
@many.contexts
@many.canary
@options.plan
@options.no_check
@click.option("--dry-run", is_flag=True, help="Show the plan and stop, as `dashkit diff` does.")
@click.option(
    "-m", "--message", default="", metavar="TEXT", help="A message for the version history of each dashboard."
)
@click.option("--annotate", is_flag=True, help="Also write an annotation, which dashboards can show as a deployment.")
@options.yes("Do not ask before deleting, nor about protected contexts of a group.")
@options.max_delete("Refuse to prune more dashboards than this.")
@push_trial.trial_options
@options.common("text", "json", "markdown")
def command(invocation: Invocation, yes: bool, trial: str, ttl: str, **given: Any) -> int:
    """Compile the dashboards, compare them with Grafana, and write those that differ: first folders, then dashboards.

    Unchanged dashboards are not written. A dashboard is refused, with the reason, if it was edited in Grafana since the
    last push, if another tool manages it, or if dashkit does not manage it; the others are still pushed. If a module does
    not compile, or the check finds an error in what would be written, nothing is written at all. If the context sets
    `evaluator: grafana`, the plan includes the alert rules.

    The changes are kept in a journal, so that `dashkit rollback` can undo them.

    With --group, a pattern or several --context, each context is planned and pushed on its own, several servers at once.

    With --trial, nothing of that is touched: what a push would change goes to a folder `Trial NAME`, under other uids and
    another tag, and links between these dashboards lead to each other. `dashkit forget --trials` deletes what has expired.
    """
    from dashkit.app import push

    several = many.taken(given, invocation)
    if trial:
        if several:
            raise UsageError("a trial is for one context", hint="--context NAME")
        return push_trial.run(invocation, trial, ttl, given)
    if ttl:
        raise UsageError("--ttl is for a trial", hint="--trial NAME, such as --trial pr-123")
    if invocation.form == "markdown":
        raise UsageError("--format markdown is for a trial", hint="dashkit diff --format markdown shows a plan so")
    request, ports = push.Request(**given), invocation.ports
    if several:
        return many.push_many(several, request, invocation, yes=yes)
    with push.prepare(request, ports) as prepared:
        invocation.notify(prepared.warnings)
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
    return _report(pushed, prepared, invocation)


def _report(pushed: Done, prepared: Prepared, invocation: Invocation) -> ExitCode:
    """Print the result and return the exit code."""
    invocation.notify(pushed.warnings)
    if invocation.text:
        _show_result(pushed, prepared, invocation)
    else:
        invocation.console.json(plan_json(prepared, pushed))
    if pushed.annotation is None:
        return finish(pushed.result, prepared.refused)
    invocation.console.failure(pushed.annotation)
    return finish(pushed.result, prepared.refused, pushed.annotation)


def show_plan(prepared: Prepared, invocation: Invocation) -> None:
    """Print what a push would do, and the problems that prevent it."""
    from dashkit.report.alerts_text import rules_text
    from dashkit.report.plan_text import plan_text
    from dashkit.report.problems import problems_text

    console, style = invocation.console, invocation.console.out_style
    console.lines(plan_text(prepared.dashboards, style, where=prepared.connected.where, **invocation.loudness))
    if prepared.alerts:
        console.lines(rules_text(prepared.alerts, style, where="", **invocation.loudness))
    console.lines(problems_text(prepared.problems, style))
    console.flush()


def plan_json(prepared: Prepared, pushed: Done | None = None) -> dict[str, Any]:
    """Return the plan as JSON; with ``pushed``, also the results."""
    from dashkit.report.alerts_text import rules_data
    from dashkit.report.plan_data import plan_data
    from dashkit.report.problems import problems_data

    context, server = prepared.connected.context, prepared.connected.server
    target = {"context": context.name, "url": context.url, "version": server.version}
    outcomes = pushed.result.outcomes if pushed else ()
    data = plan_data(prepared.dashboards, target, _by_kind(pushed)[0] if pushed else None)
    if pushed and pushed.result.kept:
        data["push"] = pushed.result.kept
    if prepared.alerts:
        data["rules"] = rules_data(prepared.alerts.steps, outcomes)
    if prepared.problems:
        data["problems"] = problems_data(prepared.problems)
    return data


def refuse(problems: int, invocation: Invocation) -> ExitCode:
    """Report that the check found problems in what would be written, and return the exit code."""
    from dashkit.model.words import counted

    console = invocation.console
    console.error(f"the check found {counted(problems, 'problem')} in what would be written; nothing was written")
    console.hint("fix or accept them (dashkit check --help), or push with --no-check")
    return ExitCode.FOUND


def _show_result(pushed: Done, prepared: Prepared, invocation: Invocation) -> None:
    from dashkit.report.alerts_text import rules_done
    from dashkit.report.plan_text import done_text

    console, style, where = invocation.console, invocation.console.out_style, prepared.connected.where
    show_failures(pushed, prepared, invocation)
    dashboards, alerts = _by_kind(pushed)
    console.lines(filter(None, [done_text(dashboards, where, style), rules_done(alerts, where, style)]))
    take_back(pushed.result, prepared.request.context_name, invocation)


def show_failures(pushed: Done, prepared: Prepared, invocation: Invocation) -> None:
    """Print what could not be written and why, and the command to run again."""
    from dashkit.errors import ConflictError
    from dashkit.report.alerts_text import rule_failures
    from dashkit.report.plan_text import failures_text

    console, style, request = invocation.console, invocation.console.out_style, prepared.request
    dashboards, alerts = _by_kind(pushed)
    again = ["push", *_where(request.context_name, invocation), *(["--adopt"] if request.adopt else [])]
    again += ["--classic"] if request.classic else []
    # Never suggest --on-drift again after a conflict: it would overwrite an edit that the plan did not show.
    conflict = any(isinstance(error, ConflictError) for error in pushed.result.errors)
    again += ["--on-drift", request.on_drift] if request.on_drift and not conflict else []
    console.lines(failures_text(dashboards, style, command=shlex.join(["dashkit", *again])))
    console.lines(rule_failures(alerts, style))


def _by_kind(pushed: Done) -> tuple[list[Outcome], list[Outcome]]:
    """Return the outcomes of dashboards, and those of alert rules."""
    from dashkit.deploy.steps import DashboardStep

    outcomes = pushed.result.outcomes
    dashboards = [outcome for outcome in outcomes if isinstance(outcome.step, DashboardStep)]
    return dashboards, [outcome for outcome in outcomes if not isinstance(outcome.step, DashboardStep)]


def take_back(result: Result, context_name: str | None, invocation: Invocation) -> None:
    """Print the command that undoes the push, if it wrote something that the journal can restore."""
    if result.kept and result.done:
        back = ["dashkit", "rollback", *_where(context_name, invocation), result.kept]
        invocation.console.info(f"To undo this push: {shlex.join(back)}")


def _where(name: str | None, invocation: Invocation) -> list[str]:
    """Return the options that select the same server and project again."""
    config = ["--config", str(invocation.config)] if invocation.config else []
    return [*(["--context", name] if name else []), *config]
