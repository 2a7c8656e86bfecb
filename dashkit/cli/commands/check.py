"""``dashkit check``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dashkit.cli import options
from dashkit.cli.invocation import Invocation
from dashkit.errors import ExitCode, ServerError, UsageError, worst

if TYPE_CHECKING:
    from dashkit.app.check import Checked
    from dashkit.app.live import Asking
    from dashkit.model.problem import Problem, Severity


@click.command(
    short_help="Find panels and alerts that would be empty, wrong or hard to read.",
    epilog="""\b
Examples:
  dashkit check                                  all dashboards and alert rules of the project
  dashkit check dashboards/operations            report on part of the project
  dashkit check exported/*.json rules.yaml       dashboards and rule files from elsewhere
  dashkit check exported/*.json --catalogue      ... by the metrics that the project knows
  curl ... | dashkit check -                     read standard input
  dashkit check --fail-on warning --format sarif > check.sarif
  dashkit check --live --context prod            find panels that are empty right now
  dashkit check --live --prometheus http://localhost:9090 dashboards/operations
  dashkit check --fix old.json                   upgrade JSON files to the current schema
  dashkit check --accept DK327 --reason "0 is right before the first order"
  dashkit explain DK317                          explain a rule
""",
)
@click.argument("paths", nargs=-1, metavar="[PATHS]...", type=click.Path(), callback=options.some)
@click.option(
    "--grafana",
    type=click.Choice(["10.1", "11", "12", "13"]),
    help="The Grafana version to check for.  [default: check.grafana, else 12]",
)
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "info", "never"]),
    help="Exit with 1 for problems of this severity or above.  [default: check.fail_on, else error]",
)
@options.choice(
    "--min-severity", ("error", "warning", "info"), "Show problems of this severity or above.", default="warning"
)
@click.option(
    "--metrics", multiple=True, type=click.Path(), metavar="PATH", help="A metric catalogue, for files from elsewhere."
)
@click.option("--catalogue", is_flag=True, help="Check files from elsewhere by the project's metric catalogue.")
@click.option("--live", is_flag=True, help="Also run every query, against the context's Grafana or --prometheus.")
@options.context
@click.option(
    "--prometheus", metavar="URL", help="With --live: query this Prometheus. DASHKIT_PROMETHEUS_TOKEN holds its token."
)
@options.number("--max-queries", 1000, "With --live: run at most this many queries.")
@click.option("--max-time", default="5m", show_default=True, metavar="DURATION", help="With --live: stop after this.")
@options.number("--concurrency", 4, "With --live: run this many queries at a time.", most=32)
@click.option("--slow", default="5s", show_default=True, metavar="DURATION", help="With --live: report slower queries.")
@options.number("--max-series", 1000, "With --live: report queries that return more series.")
@click.option("--fix", is_flag=True, help="Upgrade JSON files to the current schema, and report the changes.")
@click.option("--accept", metavar="RULE", help="Accept the current problems of this rule by writing suppressions.")
@click.option("--reason", default="", metavar="TEXT", help="With --accept: why the problems are fine.")
@click.option("--until", metavar="DATE", help="With --accept: the last day to accept them, such as 2027-01-31.")
@options.common("text", "json", "sarif", "junit", "github", "markdown")
def command(
    invocation: Invocation,
    paths: tuple[str, ...],
    grafana: str | None,
    fail_on: str | None,
    min_severity: str,
    metrics: tuple[str, ...],
    catalogue: bool,
    live: bool,
    fix: bool,
    accept: str | None,
    reason: str,
    until: str | None,
    **asking: Any,
) -> int:
    """Check dashboards and alert rules without a server: structure, PromQL, metrics, variables and links.

    Without PATHS, check the whole project. An error is something that Grafana would silently show as an empty or wrong
    panel, a warning is probably unintended, and an info is worth knowing. To accept a problem, put a comment
    `# dashkit: allow[DK327] reason` in the module, or an entry under `check.suppress` in dashkit.yaml.
    """
    from dashkit.app.check import check_paths
    from dashkit.model.problem import severity

    _use_project_of(paths, invocation)
    _refuse_odd(paths, live, accept, reason, until, asking)
    codes = [_fix(paths, invocation)] if fix else []
    asked = _asking(asking, invocation) if live else None
    ask, existing = (asked.ask, asked.existing) if asked else (None, None)
    fail_on = fail_on or str(invocation.project.check.get("fail_on", "error"))
    # Always show what makes the check fail.
    least = min(severity(min_severity), severity(min_severity if fail_on == "never" else fail_on))
    least = severity("info") if accept else least

    how: dict[str, Any] = {
        "grafana": grafana or "", "least": least, "existing": existing, "metrics": metrics, "catalogue": catalogue,
    }  # fmt: skip
    checked = check_paths(invocation.ports, paths, ask=ask, **how)
    if accept is not None:
        from dashkit.app.suppress import reloaded, replayed, suppress_problems

        invocation.notify((), suppress_problems(invocation.project, checked, accept, reason, until))
        ports, ask = reloaded(invocation.ports), replayed(checked, accept)
        checked = check_paths(ports, paths, ask=ask, **how)
    _tell_failures(checked, invocation)
    render(checked, least, invocation)
    codes += [ExitCode.INPUT] if checked.failures else []
    codes += [ExitCode.FOUND] if fails(checked.problems, fail_on) else []
    return worst(codes)


def _use_project_of(paths: tuple[str, ...], invocation: Invocation) -> None:
    """Switch to the project around the first path if the working directory has none."""
    if invocation.project.file is None and invocation.config is None and paths and paths[0] != "-":
        from dashkit.config.project import load_project

        around = load_project(Path(paths[0]).resolve())
        invocation.project = around if around.file else invocation.project


def _refuse_odd(
    paths: tuple[str, ...], live: bool, accept: str | None, reason: str, until: str | None, asking: dict[str, Any]
) -> None:
    """Raise `UsageError` for options that do not go together."""
    if accept is None and (reason or until):
        raise UsageError("--reason and --until go with --accept")
    if accept is not None and "-" in paths:
        raise UsageError("--accept writes to files; it cannot accept problems of standard input")
    if not live and (asking["context_name"] or asking["prometheus"]):
        raise UsageError("--context and --prometheus only matter with --live")


def _asking(given: dict[str, Any], invocation: Invocation) -> Asking:
    from dashkit.app.live import Request, asking

    found = asking(Request(**given), invocation.ports)
    invocation.notify(found.warnings)
    return found


def _fix(paths: tuple[str, ...], invocation: Invocation) -> ExitCode:
    from dashkit.app.fix import fix_files
    from dashkit.compiler.compile import shown_path
    from dashkit.model.words import counted

    console, fixed, failed, unchanged = invocation.console, 0, 0, 0
    for result in fix_files(invocation.project, paths):
        if result.error is not None:
            console.failure(result.error)
            failed += 1
        elif result.changes:
            invocation.notify((), [shown_path(result.path.resolve(), Path.cwd()), *result.changes])
            fixed += 1
        else:
            unchanged += 1
    console.info(
        f"{counted(fixed, 'file')} rewritten, {unchanged} unchanged" + (f", {failed} failed" if failed else "")
    )
    return ExitCode.INPUT if failed else ExitCode.OK


def _tell_failures(checked: Checked, invocation: Invocation) -> None:
    from dashkit.app.source import failure_error

    for failure in checked.failures:
        invocation.console.failure(failure_error(failure))
    invocation.notify(checked.notes)
    if checked.live is not None and (unasked := checked.live.unasked):
        invocation.notify([f"{unasked} {'query was' if unasked == 1 else 'queries were'} not run (DK708)"])
        if not checked.live.asked:
            raise ServerError("no query could be run", where=checked.live.server, hint="dashkit explain DK708")


def fails(problems: list[Problem], fail_on: str) -> bool:
    """Return whether any problem is at least as severe as ``fail_on``."""
    from dashkit.model.problem import severity

    return fail_on != "never" and any(problem.severity >= severity(fail_on) for problem in problems)


def render(checked: Checked, least: Severity, invocation: Invocation) -> None:
    """Print the problems of a severity or above, in the chosen format."""
    from dashkit.app.check import unread_problem
    from dashkit.report.problems import problems_markdown
    from dashkit.report.sarif import sarif

    console = invocation.console
    shown = [problem for problem in checked.problems if problem.severity >= least]
    # Readers of a machine format see nothing but that file, so it also lists what could not be read.
    everything = [*(unread_problem(failure) for failure in checked.failures), *shown]
    match invocation.form:
        case "json":
            console.json(_data(checked, shown))
        case "sarif":
            console.json(sarif(everything, checked.ruleset.rules))
        case "junit":
            from dashkit.report.ci_formats import junit

            console.out(junit(everything, checked.paths).rstrip())
        case "github":
            from dashkit.report.ci_formats import github

            console.lines(github(everything))
        case "markdown":
            console.out(problems_markdown(everything, _checked_text(checked)).rstrip())
        case _:
            _show(checked, shown, invocation)


def _checked_text(checked: Checked) -> str:
    from dashkit.model.words import counted

    rules = counted(checked.alert_rules, "rule") if checked.alert_rules else ""
    dashboards = counted(checked.dashboards, "dashboard") if checked.dashboards or not rules else ""
    return " and ".join(filter(None, [dashboards, rules]))


def _data(checked: Checked, shown: list[Problem]) -> dict[str, Any]:
    from dashkit.lint.check import summary
    from dashkit.report.live import live_data
    from dashkit.report.problems import problems_data

    counts = {"accepted": len(checked.suppressed), "dashboards": checked.dashboards, "alert_rules": checked.alert_rules}
    return {
        "problems": problems_data(shown),
        "summary": {**summary(checked.problems), **counts},
        "failures": [
            {"where": failure.where, "message": failure.message, "hint": failure.hint} for failure in checked.failures
        ],
        **({"live": live_data(checked.live)} if checked.live is not None else {}),
    }


def _show(checked: Checked, shown: list[Problem], invocation: Invocation) -> None:
    from dashkit.report.live import live_text
    from dashkit.report.problems import problems_text, summary_text

    console, style = invocation.console, invocation.console.out_style
    console.lines(problems_text(shown, style))
    if invocation.quiet:
        return
    if shown:
        console.out("")
    titles = {rule.id: rule.title for rule in checked.ruleset.rules}
    suppressed = len(checked.suppressed)
    if checked.failures and not (checked.dashboards or checked.alert_rules or checked.problems):
        console.info("nothing could be checked")
        return
    console.lines(summary_text(checked.problems, len(shown), suppressed, _checked_text(checked), titles, style))
    if checked.live is not None:
        console.lines(live_text(checked.live, style))
    if shown and not os.environ.get("CI"):
        worst_one = max(shown, key=lambda problem: problem.severity)  # the first of the most severe
        console.hint(f"dashkit explain {worst_one.rule}")
