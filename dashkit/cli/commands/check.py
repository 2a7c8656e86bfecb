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
    from dashkit.compiler.compile import Failure
    from dashkit.lint.live import Ask
    from dashkit.model.problem import Problem, Severity


@click.command(
    short_help="Find what would be empty, wrong or hard to read.",
    epilog="""\b
Examples:
  dashkit check                                  the project: dashboards and alert rules
  dashkit check dashboards/operations            report on a part of it
  dashkit check exported/*.json rules.yaml       files from elsewhere: dashboards, rule files
  curl ... | dashkit check -                     standard input
  dashkit check --fail-on warning --format sarif > check.sarif
  dashkit check --live --context prod            which panels would a person see empty?
  dashkit check --live --prometheus http://localhost:9090 dashboards/operations
  dashkit check --fix old.json                   bring JSON files to today's form
  dashkit check --accept DK327 --reason "0 is right before the first order"
  dashkit explain DK317                          what a rule is for
""",
)
@click.argument("paths", nargs=-1, metavar="[PATHS]...", type=click.Path(), callback=options.some)
@click.option(
    "--grafana",
    type=click.Choice(["10.1", "11", "12", "13"]),
    help="The version that will show the dashboards.  [default: check.grafana, 12]",
)
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "info", "never"]),
    help="Exit with 1 from this severity on.  [default: check.fail_on, error]",
)
@click.option(
    "--min-severity",
    type=click.Choice(["error", "warning", "info"]),
    default="warning",
    show_default=True,
    help="Show from this severity on.",
)
@click.option("--live", is_flag=True, help="Also ask every query: of the context's Grafana, or of --prometheus.")
@options.context
@click.option("--prometheus", metavar="URL", help="Ask this Prometheus (with --live); see DASHKIT_PROMETHEUS_TOKEN.")
@click.option("--max-queries", type=click.IntRange(min=1), default=1000, show_default=True, help="Ask no more.")
@click.option("--max-time", default="5m", show_default=True, metavar="DURATION", help="Ask no longer.")
@click.option("--concurrency", type=click.IntRange(1, 32), default=4, show_default=True, help="Ask so many at a time.")
@click.option("--slow", default="5s", show_default=True, metavar="DURATION", help="Report answers that take longer.")
@click.option(
    "--max-series", type=click.IntRange(min=1), default=1000, show_default=True, help="Report larger answers."
)
@click.option("--fix", is_flag=True, help="Rewrite JSON files in today's form, and say what changes.")
@click.option("--accept", metavar="RULE", help="Accept the present problems of this rule: write suppressions.")
@click.option("--reason", default="", metavar="TEXT", help="Why they are right as they are (with --accept).")
@click.option("--until", metavar="DATE", help="The last day on which they are, such as 2027-01-31 (with --accept).")
@options.common("text", "json", "sarif", "junit", "github", "markdown")
def command(
    invocation: Invocation,
    paths: tuple[str, ...],
    grafana: str | None,
    fail_on: str | None,
    min_severity: str,
    live: bool,
    fix: bool,
    accept: str | None,
    reason: str,
    until: str | None,
    **asking: Any,
) -> int:
    """Check dashboards and alert rules without a server: structure, PromQL, metrics, variables, links.

    Without paths the whole project is checked. Errors are what Grafana would silently show as an empty or wrong panel;
    warnings are probably not meant; infos are worth knowing. Accepted problems are left out: by a comment
    `# dashkit: allow[DK327] reason` in the module, or by `check.suppress` in dashkit.yaml.
    """
    from dashkit.app.check import check_paths
    from dashkit.model.problem import severity

    _around(paths, invocation)
    _refuse_odd(paths, live, accept, reason, until, asking)
    codes = [_fix(paths, invocation)] if fix else []
    ask = _asker(asking, invocation) if live else None
    fail_on = fail_on or str(invocation.project.check.get("fail_on", "error"))
    # What makes it fail is shown.
    least = min(severity(min_severity), severity(min_severity if fail_on == "never" else fail_on))
    least = severity("info") if accept else least

    checked = check_paths(invocation.ports, paths, grafana=grafana or "", least=least, ask=ask)
    if accept is not None:
        from dashkit.app.suppress import accept_problems, reloaded, replayed

        invocation.tell((), accept_problems(invocation.project, checked, accept, reason, until))
        ports, ask = reloaded(invocation.ports), replayed(checked, accept)
        checked = check_paths(ports, paths, grafana=grafana or "", least=least, ask=ask)
    _tell_failures(checked, invocation)
    render(checked, least, invocation)
    codes += [ExitCode.INPUT] if checked.failures else []
    codes += [ExitCode.FOUND] if fails(checked.problems, fail_on) else []
    return worst(codes)


def _around(paths: tuple[str, ...], invocation: Invocation) -> None:
    """Run from elsewhere: the project is the one around what is named."""
    if invocation.project.file is None and invocation.config is None and paths and paths[0] != "-":
        from dashkit.config.project import load_project

        around = load_project(Path(paths[0]).resolve())
        invocation.project = around if around.file else invocation.project


def _refuse_odd(
    paths: tuple[str, ...], live: bool, accept: str | None, reason: str, until: str | None, asking: dict[str, Any]
) -> None:
    """`UsageError` for options that do not go together."""
    if accept is None and (reason or until):
        raise UsageError("--reason and --until go with --accept")
    if accept is not None and "-" in paths:
        raise UsageError("--accept writes into files; it cannot accept what comes from standard input")
    if not live and (asking["context_name"] or asking["prometheus"]):
        raise UsageError("--context and --prometheus say whom to ask; add --live to ask")


def _asker(given: dict[str, Any], invocation: Invocation) -> Ask:
    from dashkit.app.live import Request, asking

    found = asking(Request(**given), invocation.ports)
    invocation.tell(found.warnings)
    return found.ask


def _fix(paths: tuple[str, ...], invocation: Invocation) -> ExitCode:
    from dashkit.app.fix import fix_files
    from dashkit.compiler.compile import shown_path
    from dashkit.model.words import counted

    console, fixed, refused, seen = invocation.console, 0, 0, 0
    for result in fix_files(invocation.project, paths):
        seen += 1
        if result.error is not None:
            console.failure(result.error)
            refused += 1
        elif result.changes:
            fixed += 1
            invocation.tell((), [shown_path(result.path.resolve(), Path.cwd()), *result.changes])
    left = f"; {refused} could not be" if refused else ""
    console.info(f"{counted(fixed, 'file')} rewritten, {seen - fixed - refused} as they were{left}")
    return ExitCode.INPUT if refused else ExitCode.OK


def _tell_failures(checked: Checked, invocation: Invocation) -> None:
    from dashkit.app.source import failure_error

    for failure in checked.failures:
        invocation.console.failure(failure_error(failure))
    invocation.tell(checked.notes)
    if checked.live is not None and checked.live.unasked:
        unasked = checked.live.unasked
        invocation.tell([f"{unasked} {'query was' if unasked == 1 else 'queries were'} not asked (DK708)"])
        if not checked.live.asked:
            raise ServerError("no query at all could be asked", where=checked.live.server, hint="dashkit explain DK708")


def unread_problem(failure: Failure) -> Problem:
    """A file that could not be read, as a problem."""
    from dashkit.model.dashboard import Location
    from dashkit.model.problem import Problem, Severity

    path, _, line = failure.where.rpartition(":")
    place = Location(path, int(line)) if path and line.isdigit() else Location(failure.where)
    return Problem(
        "DK100",
        Severity.ERROR,
        failure.message,
        failure.uid,
        "",
        0,
        failure.pointer,
        place,
        failure.hint,
        failure.excerpt,
    )


def fails(problems: list[Problem], fail_on: str) -> bool:
    """Whether any problem is as severe as that."""
    from dashkit.model.problem import severity

    return fail_on != "never" and any(problem.severity >= severity(fail_on) for problem in problems)


def render(checked: Checked, least: Severity, invocation: Invocation) -> None:
    """Print what was found from a severity on, in the chosen form."""
    from dashkit.report.problems import problems_markdown
    from dashkit.report.sarif import sarif

    console = invocation.console
    shown = [problem for problem in checked.problems if problem.severity >= least]
    # Who reads a machine's format looks nowhere else.
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
            console.out(problems_markdown(everything, _looked_at(checked)).rstrip())
        case _:
            _show(checked, shown, invocation)


def _looked_at(checked: Checked) -> str:
    from dashkit.model.words import counted

    what = [counted(checked.dashboards, "dashboard")] if checked.dashboards or not checked.alert_rules else []
    what += [counted(checked.alert_rules, "rule")] if checked.alert_rules else []
    return " and ".join(what)


def _data(checked: Checked, shown: list[Problem]) -> dict[str, Any]:
    from dashkit.lint.check import summary
    from dashkit.report.live import live_data
    from dashkit.report.problems import problems_data

    counts = {"accepted": len(checked.accepted), "dashboards": checked.dashboards, "alert_rules": checked.alert_rules}
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
    accepted = len(checked.accepted)
    console.lines(summary_text(checked.problems, len(shown), accepted, _looked_at(checked), titles, style))
    if checked.live is not None:
        console.lines(live_text(checked.live, style))
    if shown and not os.environ.get("CI"):
        console.info(f"  {console.err_style('->', 'cyan')} dashkit explain {shown[0].rule}")
