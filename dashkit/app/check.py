"""Check the project or files: apply the rules, drop suppressed problems, and show files as the user named them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from fnmatch import fnmatch

from dashkit import _files
from dashkit.app.check_context import context_of, foreign_context, foreign_metrics
from dashkit.app.contents import Gathered, alerts_of, compiled_board
from dashkit.app.excerpts import with_excerpts
from dashkit.app.gather import gather
from dashkit.app.ports import Ports
from dashkit.app.ports import Server as Grafana
from dashkit.app.shown_paths import ShownPaths
from dashkit.app.source import Alerting, alert_links, sources
from dashkit.compiler.alerts import compile_alerts
from dashkit.compiler.compile import Failure, shown_path
from dashkit.compiler.load import authors_code, load_file
from dashkit.config.project import Project
from dashkit.errors import ConfigError, InputError
from dashkit.lint.check import check, with_severities
from dashkit.lint.elements import Board
from dashkit.lint.elements import Project as Elements
from dashkit.lint.files import with_lines
from dashkit.lint.live import Ask, LiveReport
from dashkit.lint.rule import Rule, rules_in
from dashkit.lint.rules.links import looked_up
from dashkit.lint.ruleset import Ruleset, ruleset
from dashkit.lint.suppress import Suppressed, Suppression, from_config, from_module, suppress
from dashkit.model.alerts import AlertGroup
from dashkit.model.dashboard import CompiledDashboard, Location
from dashkit.model.problem import Problem, Severity, severity


@dataclass(frozen=True)
class Checked:
    """The result of a check."""

    problems: list[Problem]
    suppressed: list[tuple[Problem, Suppression]]
    failures: list[Failure]
    notes: list[str]
    dashboards: int
    alert_rules: int
    #: The files that were checked.
    paths: tuple[str, ...]
    ruleset: Ruleset
    live: LiveReport | None = None


Existing = Callable[[frozenset[str]], frozenset[str]]
"""Returns those uids that a server has a dashboard for."""


def existing_on(server: Grafana) -> Existing:
    """Return the function that asks a Grafana for dashboards."""
    return lambda uids: frozenset(live.uid for live in server.read(uids))


#: What `check.adopted` is by default: `dashkit pull` writes JSON.
_ADOPTED = ("*.json",)


def check_paths(
    ports: Ports,
    paths: tuple[str, ...],
    *,
    grafana: str = "",
    least: Severity = Severity.INFO,
    ask: Ask | None = None,
    existing: Existing | None = None,
    metrics: tuple[str, ...] = (),
    catalogue: bool = False,
) -> Checked:
    """Check the project, or what is at the paths; ``-`` is standard input.

    A path inside the project limits what is reported, but the whole project is read, to resolve links and find duplicates.
    Any other path is a file from elsewhere; the project's metrics and datasources do not apply to it.

    Args:
        grafana: a version that overrides dashkit.yaml.
        least: the lowest severity for which to look up line numbers in JSON files.
        ask: runs the queries of dashboards and rules on a server.
        existing: returns which of these uids a server has, for links to dashboards that are not in the project.
        metrics: folders or files of a metric catalogue, for files from elsewhere.
        catalogue: take the project's own for them.
    """
    project = ports.project
    gathered = gather(project, paths)
    rules = rules_of(project)
    context = context_of(project, gathered, grafana=grafana)
    elements = Elements(gathered.boards, gathered.alerts)
    foreign = foreign_context(context, foreign_metrics(project, gathered, metrics, catalogue=catalogue))
    found = gathered.problems + check(elements, rules, context, foreign)
    found = looked_up(found, existing) if existing else found
    shown = ShownPaths(project.root, paths)
    boards = [entry for entry in gathered.boards if shown.selects(entry.source.path)]
    alerts = [entry for entry in gathered.alerts if shown.selects(entry.source.path)]
    live = ask(boards, alerts) if ask else None
    found += live.problems if live else []
    suppressed = _suppressed(found, project, gathered, rules)
    problems = [problem for problem in suppressed.problems if shown.selects(problem.location.path)]
    problems = with_lines(problems, gathered.texts, least)
    problems = [shown.problem(problem) for problem in with_excerpts(problems, project.root)]
    places = [entry.source.path for entry in boards] + [entry.source.path for entry in alerts]
    return Checked(
        problems=sorted(problems, key=lambda problem: problem.order),
        suppressed=[pair for pair in suppressed.suppressed if shown.selects(pair[0].location.path)],
        failures=[shown.failure(entry) for entry in gathered.failures if shown.selects(entry.path or entry.where)],
        notes=gathered.notes,
        dashboards=len(boards),
        alert_rules=sum(entry.query is not None for entry in alerts),
        paths=tuple(dict.fromkeys(map(shown.path, places))),
        ruleset=rules,
        live=live,
    )


def check_push(
    ports: Ports,
    compiled: Sequence[CompiledDashboard],
    changed: frozenset[str],
    written: frozenset[str],
    alerting: Alerting | None,
    existing: Existing | None = None,
) -> list[Problem]:
    """Return the problems that block a push: those at or above ``check.fail_on``, except those of adopted files.

    Args:
        compiled: all dashboards of the project.
        changed: the dashboards to check, by uid in the source.
        written: the alert groups to check, by name.
        alerting: the output of the alert modules, if they are loaded already.
        existing: returns which of these uids the server has, for links to dashboards that are not in the project.
    """
    project = ports.project
    fail_on = project.check.get("fail_on", "error")
    if fail_on == "never" or not (changed or written):
        return []
    boards = [compiled_board(entry, project) for entry in compiled]
    gathered = Gathered(boards, ours=True, whole=bool(boards))
    if alerting is not None:
        gathered.groups = list(alerting.groups)
    elif project.check.get("metrics"):
        gathered.groups = [group for group in compile_alerts(sources(project)) if isinstance(group, AlertGroup)]
    links = alert_links(project)
    gathered.alerts = [alert for group in gathered.groups if group.name in written for alert in alerts_of(group, links)]
    rules = rules_of(project)
    found = check(Elements(boards, gathered.alerts, changed), rules, context_of(project, gathered))
    found = looked_up(found, existing) if existing else found
    gathered.whole = False  # a partial check cannot tell which suppressions are unused
    shown = ShownPaths(project.root, ())
    least = severity(fail_on)
    blocking = (
        problem
        for problem in _suppressed(found, project, gathered, rules).problems
        # An invalid suppression elsewhere is not part of what would be written.
        if problem.severity >= least and not problem.rule.startswith("DK0") and not _adopted(problem, project)
    )
    return [shown.problem(problem) for problem in with_excerpts(blocking, project.root)]


def check_live(boards: list[Board], ask: Ask, ports: Ports) -> list[Problem]:
    """Run the queries of some dashboards. Return those problems that make a live check fail, without the accepted ones."""
    project, gathered = ports.project, Gathered(boards, ours=True)
    fail_on = project.check.get("fail_on", "error")
    least = Severity.ERROR if fail_on == "never" else severity(fail_on)
    found = _suppressed(ask(boards, []).problems, project, gathered, rules_of(project)).problems
    return [problem for problem in found if problem.severity >= least and not problem.rule.startswith("DK0")]


def _adopted(problem: Problem, project: Project) -> bool:
    """Return whether a problem is in a file that came from a Grafana, which shows it to people as it is."""
    return any(fnmatch(problem.location.path, pattern) for pattern in project.check.get("adopted", _ADOPTED))


def unread_problem(failure: Failure) -> Problem:
    """Turn a file that could not be read into a problem."""
    path, _, line = failure.where.rpartition(":")
    place = Location(path, int(line)) if path and line.isdigit() else Location(failure.where)
    return Problem(
        "DK100", Severity.ERROR, failure.message, dashboard=failure.uid, pointer=failure.pointer, location=place,
        hint=failure.hint, excerpt=failure.excerpt,
    )  # fmt: skip


def rules_of(project: Project) -> Ruleset:
    """Return dashkit's rules and the project's own, with the severities of dashkit.yaml."""
    return ruleset(own_rules(project), project.check.get("rules", {}), str(project.file or ""))


def own_rules(project: Project) -> list[Rule]:
    """Load the rules of the modules in ``check.own_rules``."""
    found: dict[str, Rule] = {}
    for name in project.check.get("own_rules", ()):
        path = project.root / name
        if not path.is_file():
            raise ConfigError(f"`check.own_rules`: no file {name}", where=str(project.file or ""))
        with authors_code(project.root, name):
            rules = rules_in(load_file(path))
        if not rules:
            hint = "a rule is a function decorated with @rule(...) from dashkit.lint.api; see docs/checking.md"
            raise InputError("defines no rule", where=name, hint=hint)
        for rule in rules:
            if rule.id in found:
                raise ConfigError(f"two rules have the id {rule.id}", where=name)
            found[rule.id] = rule
    return list(found.values())


def _suppressed(found: list[Problem], project: Project, gathered: Gathered, rules: Ruleset) -> Suppressed:
    where = shown_path(project.file, project.root) if project.file else ""
    suppressions = from_config(project.check.get("suppress", ()), where)
    modules = (path for root in project.dashboards if root.is_dir() for path in root.rglob("*.py"))
    own = (shown_path(path.resolve(), project.root) for path in modules) if gathered.ours else ()
    places = [*own, *(problem.location.path for problem in found)]
    for place in sorted({place for place in places if place.endswith(".py")}):
        with contextlib.suppress(InputError):
            suppressions += from_module(_files.read_bytes(project.root / place).decode(errors="replace"), place)
    known = frozenset(rule.id for rule in rules.rules)
    today = datetime.now(tz=UTC).date()
    result = suppress(with_severities(found, rules), suppressions, today, known, whole=gathered.whole)
    return replace(result, problems=with_severities(result.problems, rules))
