"""``dashkit check``."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dashkit.cli import options
from dashkit.cli.console import Console, counted
from dashkit.errors import ExitCode, ServerError, UsageError, worst

if TYPE_CHECKING:
    from dashkit.cli.checking import Checked
    from dashkit.compiler.compile import Failure
    from dashkit.lint.asking import Budget
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
@click.argument("paths", nargs=-1, metavar="[PATHS]...", type=click.Path())
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
@options.context_option
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
@options.format_option("text", "json", "sarif", "junit", "github", "markdown")
@options.common
def command(
    paths: tuple[str, ...],
    grafana: str | None,
    fail_on: str | None,
    min_severity: str,
    live: bool,
    context_name: str | None,
    prometheus: str | None,
    max_queries: int,
    max_time: str,
    concurrency: int,
    slow: str,
    max_series: int,
    fix: bool,
    accept: str | None,
    reason: str,
    until: str | None,
    output_format: str,
    config: Path | None,
    quiet: bool,
    verbose: int,
) -> int:
    """Check dashboards and alert rules without a server: structure, PromQL, metrics, variables, links.

    Without paths the whole project is checked. Errors are what Grafana would silently show as an empty or wrong panel;
    warnings are probably not meant; infos are worth knowing. Accepted problems are left out: by a comment
    `# dashkit: allow[DK327] reason` in the module, or by `check.suppress` in dashkit.yaml.
    """
    from dashkit.cli.checking import check_paths
    from dashkit.cli.compile import show_failure
    from dashkit.model.problem import severity

    console = options.console(quiet, verbose)
    project = options.project(config)
    if project.file is None and config is None and paths and paths[0] != "-":
        from dashkit.config.project import load_project

        # Run from elsewhere: the project is the one around what is named.
        around = load_project(Path(paths[0]).resolve())
        project = around if around.file else project
    if accept is None and (reason or until):
        raise UsageError("--reason and --until go with --accept")
    if accept is not None and "-" in paths:
        raise UsageError("--accept writes into files; it cannot accept what comes from standard input")
    codes = []
    if fix:
        from dashkit.cli.fixing import fix_files

        codes.append(fix_files(project, paths, console))
    ask = None
    if live:
        from dashkit.cli.asking import asker

        budget = asking_budget(max_queries, max_time, concurrency, slow, max_series)
        ask = asker(project, context_name, prometheus, budget, console)
    elif context_name or prometheus:
        raise UsageError("--context and --prometheus say whom to ask; add --live to ask")
    fail_on = fail_on or str(project.check.get("fail_on", "error"))
    # What makes it fail is shown.
    least = min(severity(min_severity), severity(min_severity if fail_on == "never" else fail_on))
    least = severity("info") if accept else least
    checked = check_paths(project, paths, grafana=grafana or "", least=least, ask=ask)
    if accept is not None:
        from dashkit.cli.accepting import accept_problems
        from dashkit.config.project import load_project

        accept_problems(project, checked, accept, reason, until, console)
        project = load_project(project.root, project.file)  # it may have got suppressions
        said = checked.live
        if said is not None:  # what a server said stays said; nobody is asked twice
            left = replace(said, problems=[problem for problem in said.problems if problem.rule != accept])
            ask = lambda _boards: left  # noqa: E731
        checked = check_paths(project, paths, grafana=grafana or "", least=least, ask=ask)
    for failure in checked.failures:
        show_failure(failure, console)
    for note in checked.notes:
        console.warn(note)
    if checked.live is not None and checked.live.unasked:
        unasked = checked.live.unasked
        console.warn(f"{unasked} {'query was' if unasked == 1 else 'queries were'} not asked (DK708)")
        if not checked.live.asked:
            raise ServerError("no query at all could be asked", where=checked.live.server, hint="dashkit explain DK708")
    render(checked, least, output_format, console, quiet=quiet)
    codes += [ExitCode.INPUT] if checked.failures else []
    codes += [ExitCode.FOUND] if fails(checked.problems, fail_on) else []
    return worst(codes)


def asking_budget(queries: int, max_time: str, workers: int, slow: str, series: int) -> Budget:
    """How much a live check may ask; `UsageError` for a duration that is none."""
    from dashkit.lint.asking import Budget
    from dashkit.model.durations import seconds

    try:
        return Budget(queries=queries, seconds=seconds(max_time), workers=workers, slow=seconds(slow), series=series)
    except ValueError as error:
        raise UsageError(str(error)) from None


def unread_problem(failure: Failure) -> Problem:
    """A file that could not be read, as a problem."""
    from dashkit.model.dashboard import Source
    from dashkit.model.problem import Problem, Severity

    path, _, line = failure.where.rpartition(":")
    place = Source(path, int(line)) if path and line.isdigit() else Source(failure.where)
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


def render(checked: Checked, least: Severity, output_format: str, console: Console, *, quiet: bool) -> None:
    """Print what was found from a severity on, in the chosen form."""
    from dashkit.report.problems import problems_data, problems_markdown, problems_text, summary_text

    shown = [problem for problem in checked.problems if problem.severity >= least]
    what = [counted(checked.dashboards, "dashboard")] if checked.dashboards or not checked.alert_rules else []
    what += [counted(checked.alert_rules, "rule")] if checked.alert_rules else []
    looked_at = " and ".join(what)
    rules = checked.ruleset.rules
    # Who reads a machine's format looks nowhere else.
    unread = [unread_problem(failure) for failure in checked.failures]
    if output_format == "json":
        from dashkit.lint.check import summary

        data: dict[str, Any] = {
            "problems": problems_data(shown),
            "summary": {
                **summary(checked.problems),
                "accepted": len(checked.accepted),
                "dashboards": checked.dashboards,
                "alert_rules": checked.alert_rules,
            },
            "failures": [
                {"where": failure.where, "message": failure.message, "hint": failure.hint}
                for failure in checked.failures
            ],
        }
        if checked.live is not None:
            from dashkit.report.live import live_data

            data["live"] = live_data(checked.live)
        console.json(data)
    elif output_format == "sarif":
        from dashkit.report.sarif import sarif

        console.json(sarif([*unread, *shown], rules))
    elif output_format == "junit":
        from dashkit.report.ci_formats import junit

        console.out(junit([*unread, *shown], checked.paths).rstrip())
    elif output_format == "github":
        from dashkit.report.ci_formats import github

        console.lines(github([*unread, *shown]))
    elif output_format == "markdown":
        console.out(problems_markdown([*unread, *shown], looked_at).rstrip())
    else:
        console.lines(problems_text(shown, console.out_style))
        if not quiet:
            if shown:
                console.out("")
            titles = {rule.id: rule.title for rule in rules}
            lines = summary_text(
                checked.problems, len(shown), len(checked.accepted), looked_at, titles, console.out_style
            )
            console.lines(lines)
            if checked.live is not None:
                from dashkit.report.live import live_text

                console.lines(live_text(checked.live, console.out_style))
            if shown and not os.environ.get("CI"):
                console.info(f"  {console.err_style('->', 'cyan')} dashkit explain {shown[0].rule}")
