"""``dashkit push``."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dashkit.cli import options
from dashkit.cli.console import counted
from dashkit.cli.plan_options import Choices, plan_options
from dashkit.errors import ExitCode, ServerError

if TYPE_CHECKING:
    from dashkit.deploy.actions import Plan


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
@options.context_option
@plan_options
@options.no_check
@click.option("--dry-run", is_flag=True, help="Show the plan and stop, as `dashkit diff` does.")
@click.option("-m", "--message", default="", metavar="TEXT", help="For the version history of each dashboard.")
@click.option("--annotate", is_flag=True, help="Write a deployment into Grafana, which dashboards show as a line.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask before deleting.")
@click.option(
    "--max-delete", type=click.IntRange(min=0), default=5, show_default=True, help="Refuse a prune of more than this."
)
@options.format_option("text", "json")
@options.common
def command(
    context_name: str | None,
    only: tuple[str, ...],
    adopt: bool,
    prune: bool,
    on_drift: str | None,
    no_check: bool,
    dry_run: bool,
    message: str,
    annotate: bool,
    yes: bool,
    max_delete: int,
    output_format: str,
    config: Path | None,
    quiet: bool,
    verbose: int,
) -> int:
    """Compile, compare, then write what differs: folders first, then dashboards.

    What is unchanged is not written. A dashboard that someone edited in Grafana since the last push, that another
    tool manages, or that dashkit did not make is refused with the reason; the others go on. If a module does not
    compile, or the check finds an error in what would be written, nothing is written at all. Where the context says
    `evaluator: grafana`, its alert rules are part of the plan.
    """
    from dashkit.cli.commit import source_commit
    from dashkit.cli.console import Progress
    from dashkit.cli.journal import write_ahead
    from dashkit.cli.planning import planned, prepared, rules_beside
    from dashkit.cli.push_check import WRITES, tell_refused, wrong_in_push
    from dashkit.cli.rule_plan import applied_rules, confirm_deletes
    from dashkit.deploy.actions import Kind
    from dashkit.deploy.apply import apply, exit_code
    from dashkit.report.plan_data import plan_data
    from dashkit.report.plan_text import done_text, failures_text, plan_text
    from dashkit.report.problems import problems_data, problems_text
    from dashkit.report.rules_text import rule_failures, rules_data, rules_done, rules_text

    console = options.console(quiet, verbose)
    project = options.project(config)
    context, grafana = options.grafana(project, context_name, console)
    choices = Choices(only, adopt, prune, on_drift)
    everything = prepared(project, choices, console)
    plan = planned(project, context, grafana, choices, console, everything)
    text = output_format == "text"
    where = f"{context.name} ({context.url})"
    target = {"context": context.name, "url": context.url, "version": grafana.version}
    if text:
        console.lines(plan_text(plan, console.out_style, where=where, verbose=bool(verbose), quiet=quiet))
        sys.stdout.flush()
    rules = rules_beside(project, context, grafana, choices, console, everything)
    if rules and text:
        console.lines(rules_text(rules.folders, rules.actions, console.out_style, verbose=bool(verbose), quiet=quiet))
        sys.stdout.flush()
    written = {action.uid for action in plan.of(*WRITES)}
    changed = frozenset(entry.uid for entry in everything if context.uid_prefix + entry.uid in written)
    wrong = [] if no_check else wrong_in_push(project, everything, changed, rules)
    if wrong and text:
        console.lines(problems_text(wrong, console.out_style))
    if (wrong or dry_run) and not text:
        data = {**plan_data(plan, target), **({"rules": rules_data(rules.actions)} if rules else {})}
        console.json({**data, **({"problems": problems_data(wrong)} if wrong else {})})
    if wrong:
        tell_refused(wrong, console)
        return ExitCode.FOUND
    if dry_run:
        return ExitCode.OK
    _confirm_deletes(plan, yes, max_delete, context.name)
    if rules:
        confirm_deletes(rules, yes, context.name, max_delete)
    push = write_ahead(project, context, grafana, plan, rules, console)
    progress = Progress(console, len(plan.writes), "written")

    outcomes = apply(
        plan,
        grafana,
        message=message,
        commit=source_commit(project.root, os.environ),
        push=push,
        progress=lambda _outcome: progress.step(),
    )
    ruled = applied_rules(rules, grafana) if rules else []
    errors: list[Exception | None] = [outcome.error for outcome in outcomes]
    errors += [outcome.error for outcome in ruled]
    done = errors.count(None)
    if text:
        again = ["dashkit", "push"]
        again += ["--context", context_name] if context_name else []
        again += ["--config", str(config)] if config else []
        again += ["--adopt"] if adopt else []
        again += ["--on-drift", on_drift] if on_drift else []
        console.lines(failures_text(outcomes, console.out_style, command=shlex.join(again)))
        console.lines(rule_failures(ruled, console.out_style))
        summaries = [done_text(outcomes, where, console.out_style), rules_done(ruled, where, console.out_style)]
        console.lines(filter(None, summaries))
        if push and done:
            console.info(f"To take it back: {shlex.join([*_rollback(context_name, config), push])}")
    else:
        data = {**plan_data(plan, target, outcomes), **({"push": push} if push else {})}
        console.json({**data, **({"rules": rules_data(rules.actions, ruled)} if rules else {})})
    if annotate and done:
        subject = message or f"dashkit pushed {counted(done, 'change')}"
        try:
            grafana.annotate(f"{project.name}: {subject}", ["dashkit", "deployment", project.name])
        except ServerError as error:
            # What was pushed is pushed, and has been told.
            console.failure(error)
            errors.append(error)
    refused = len(plan.of(Kind.REFUSE)) + (len(rules.of(Kind.REFUSE)) if rules else 0)
    return exit_code(errors, refused)


def _rollback(context_name: str | None, config: Path | None) -> list[str]:
    again = ["dashkit", "rollback"]
    again += ["--context", context_name] if context_name else []
    return [*again, *(["--config", str(config)] if config else [])]


def _confirm_deletes(plan: Plan, yes: bool, most: int, context: str) -> None:
    from dashkit.cli.deletes import confirm, refuse_many
    from dashkit.deploy.actions import Kind

    deletes = plan.of(Kind.DELETE)
    what = counted(len(deletes), "dashboard")
    refuse_many(len(deletes), what, most)
    if deletes and not yes:
        names = ", ".join(action.uid for action in deletes)
        confirm(f"the prune would delete {what}", f"Delete {names} on {context}?")
