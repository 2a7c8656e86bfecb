"""From what was gathered to problems: apply the rules, leave out what is accepted, name files as the person did."""

from __future__ import annotations

import linecache
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from dashkit.app.gather import STDIN, Gathered, alerts_of, comments_in, compiled_board, gather, modules_of
from dashkit.app.ports import Ports
from dashkit.app.source import Alerting, alert_links, sources
from dashkit.compiler.alerts import compile_alerts
from dashkit.compiler.compile import Failure, shown_path
from dashkit.compiler.load import authors_code, load_file
from dashkit.config.project import Project
from dashkit.errors import ConfigError, InputError
from dashkit.lint.check import check, judged
from dashkit.lint.context import CheckContext
from dashkit.lint.elements import Project as Subjects
from dashkit.lint.files import with_lines
from dashkit.lint.live import Ask, LiveReport
from dashkit.lint.rule import Rule
from dashkit.lint.ruleset import Ruleset, ruleset
from dashkit.lint.suppress import Suppressed, Suppression, from_config, from_module, suppress
from dashkit.metrics.catalogue import read_catalogues
from dashkit.metrics.index import MetricIndex, Series
from dashkit.model.alerts import AlertGroup, RecordingRule
from dashkit.model.dashboard import CompiledDashboard, Location
from dashkit.model.durations import seconds
from dashkit.model.problem import Problem, Severity, severity
from dashkit.promql.labels import Labels, labels_of
from dashkit.promql.tree import parse


@dataclass(frozen=True)
class Checked:
    """The result of a run."""

    problems: list[Problem]
    accepted: list[tuple[Problem, Suppression]]
    failures: list[Failure]
    notes: list[str]
    dashboards: int
    alert_rules: int
    #: Of all files that were looked at.
    paths: tuple[str, ...]
    ruleset: Ruleset
    live: LiveReport | None = None


def check_paths(
    ports: Ports,
    paths: tuple[str, ...],
    *,
    grafana: str = "",
    least: Severity = Severity.INFO,
    ask: Ask | None = None,
) -> Checked:
    """Check the project, or what is at the paths; ``-`` is standard input.

    A path inside the project's dashboards limits what is reported: the whole project is read all the same, so that links and
    duplicates are seen. Anything else is a file from elsewhere, of which the project's metrics and datasources say nothing.
    ``ask`` puts the queries of dashboards and rules to a server. Lines of JSON files are looked up from ``least`` on.
    """
    project = ports.project
    linecache.checkcache()
    gathered = gather(project, paths)
    rules = rules_of(project)
    known = facts(project, gathered, grafana=grafana)
    # Of files from elsewhere only the server that will show them is known.
    foreign = CheckContext(
        grafana=known.grafana, scrape_interval=known.scrape_interval, scrape_known=known.scrape_known, metricsql=known.metricsql
    )  # fmt: skip
    found = gathered.problems + check(Subjects(gathered.boards, gathered.alerts), rules, known, foreign)
    shown = _Shown(project, paths)
    boards = [entry for entry in gathered.boards if shown.selects(entry.source.path)]
    alerts = [entry for entry in gathered.alerts if shown.selects(entry.source.path)]
    live = ask(boards, alerts) if ask else None
    found += live.problems if live else []
    suppressed = _suppressed(found, project, gathered, rules)
    problems = [problem for problem in suppressed.problems if shown.selects(problem.location.path)]
    problems = with_lines(problems, gathered.texts, least)
    problems = [shown.problem(_with_excerpt(problem, project)) for problem in problems]
    places = [*(entry.source for entry in boards), *(entry.source for entry in alerts)]
    return Checked(
        problems=sorted(problems, key=lambda problem: problem.order),
        accepted=[pair for pair in suppressed.accepted if shown.selects(pair[0].location.path)],
        failures=[shown.failure(entry) for entry in gathered.failures if shown.selects(entry.path or entry.where)],
        notes=gathered.notes,
        dashboards=len(boards),
        alert_rules=sum(entry.query is not None for entry in alerts),
        paths=tuple(dict.fromkeys(shown.path(source.path) for source in places)),
        ruleset=rules,
        live=live,
    )


def check_push(
    ports: Ports,
    compiled: Sequence[CompiledDashboard],
    changed: frozenset[str],
    alerting: Alerting | None,
    written: frozenset[str],
) -> list[Problem]:
    """What forbids a push, by ``check.fail_on``: of the ``changed`` dashboards (by uid in the source), and of the groups to be
    ``written`` (by name).

    ``compiled`` are all dashboards of the project, ``alerting`` its alert modules where they are loaded already.
    """
    project = ports.project
    fail_on = project.check.get("fail_on", "error")
    if fail_on == "never" or not (changed or written):
        return []
    gathered = Gathered(ours=True)
    gathered.boards = [compiled_board(entry, project) for entry in compiled]
    gathered.whole = bool(gathered.boards)
    if alerting is not None:
        gathered.groups = list(alerting.groups)
    elif project.check.get("metrics"):
        gathered.groups = [group for group in compile_alerts(sources(project)) if isinstance(group, AlertGroup)]
    links = alert_links(project)
    gathered.alerts = [alert for group in gathered.groups if group.name in written for alert in alerts_of(group, links)]
    rules = rules_of(project)
    found = check(Subjects(gathered.boards, gathered.alerts, changed), rules, facts(project, gathered))
    gathered.whole = False  # a part does not say which suppressions are unused
    shown = _Shown(project, ())
    # A wrong suppression elsewhere is nothing that would be written.
    problems = [
        entry for entry in _suppressed(found, project, gathered, rules).problems if not entry.rule.startswith("DK0")
    ]
    least = severity(fail_on)
    return [shown.problem(_with_excerpt(problem, project)) for problem in problems if problem.severity >= least]


def rules_of(project: Project) -> Ruleset:
    """dashkit's rules and the project's own, with the severities of dashkit.yaml."""
    return ruleset(own_rules(project), project.check.get("rules", {}), str(project.file or ""))


def facts(project: Project, gathered: Gathered, *, grafana: str = "") -> CheckContext:
    """What dashkit.yaml and the catalogue say."""
    said = project.check
    version = str(grafana or said.get("grafana", "12"))
    budgets = said.get("budgets", {})
    defaults = CheckContext()
    return CheckContext(
        grafana=int(version.partition(".")[0]),
        metrics=_metrics(project, gathered.groups) if gathered.ours else None,
        recorded=_recorded(gathered.groups) if gathered.ours else None,
        scrape_interval=scrape_interval(project),
        scrape_known="scrape_interval" in said,
        metricsql=said.get("language") == "metricsql",
        retention=seconds(said["retention"]) if "retention" in said else None,
        datasources=project.datasource_types,
        whole_project=gathered.whole,
        panel_queries=budgets.get("panel_queries", defaults.panel_queries),
        dashboard_queries=budgets.get("dashboard_queries", defaults.dashboard_queries),
        matchers=said.get("matchers", {}),
        variables=tuple(said.get("variables", ())),
        severities=tuple(said.get("severities", ())),
    )


def scrape_interval(project: Project) -> float:
    """How often Prometheus scrapes, in seconds."""
    said = project.check.get("scrape_interval")
    return seconds(said) if said else CheckContext().scrape_interval


def _recorded(groups: Iterable[AlertGroup]) -> frozenset[str]:
    return frozenset(rule.record for group in groups for rule in group.recordings)


def _metrics(project: Project, groups: Iterable[AlertGroup]) -> MetricIndex | None:
    """The catalogue with what the project records itself; None without one."""
    catalogues = []
    for name in project.check.get("metrics", ()):
        folder = project.root / name
        if not folder.is_dir():
            raise ConfigError(f"`check.metrics`: no folder {name}", where=str(project.file or ""))
        found = read_catalogues(folder)
        if not found:
            raise ConfigError(f"`check.metrics`: no catalogue (*.yaml) in {name}", where=str(project.file or ""))
        catalogues += found
    if not catalogues:
        return None
    index = MetricIndex(catalogues)
    for group in groups:
        for rule in group.rules:
            if isinstance(rule, RecordingRule):
                tree = parse(rule.expr).tree
                labels = labels_of(tree, index.labels) if tree is not None else Labels()
                own = frozenset(rule.labels)
                labels = Labels(labels.sure | own, None if labels.possible is None else labels.possible | own)
                index.add(rule.record, Series(rule.record, "gauge", labels, {}))
    return index


def own_rules(project: Project) -> list[Rule]:
    """The rules of the modules that ``check.own_rules`` names."""
    found: dict[str, Rule] = {}
    for name in project.check.get("own_rules", ()):
        path = project.root / name
        if not path.is_file():
            raise ConfigError(f"`check.own_rules`: no file {name}", where=str(project.file or ""))
        with authors_code(project.root, name):
            module = load_file(path)
        # What it imports is not its own.
        rules = [
            value for value in vars(module).values() if isinstance(value, Rule) and value.module == module.__name__
        ]
        if not rules:
            hint = "a rule is a function under @rule(...) of dashkit.lint.api; docs/checking.md has an example"
            raise InputError("defines no rule", where=name, hint=hint)
        for rule in rules:
            if rule.id in found:
                raise ConfigError(f"two rules have the id {rule.id}", where=name)
            found[rule.id] = rule
    return list(found.values())


def _suppressed(found: list[Problem], project: Project, gathered: Gathered, rules: Ruleset) -> Suppressed:
    where = shown_path(project.file, project.root) if project.file else ""
    suppressions = from_config(project.check.get("suppress", ()), where)
    places = [*(modules_of(project) if gathered.ours else ()), *(problem.location.path for problem in found)]
    for place, text in comments_in(places, project).items():
        suppressions += from_module(text, place)
    known = frozenset(rule.id for rule in rules.rules)
    today = datetime.now(tz=UTC).date()
    result = suppress(judged(found, rules), suppressions, today, known, whole=gathered.whole)
    return replace(result, problems=judged(result.problems, rules))


def _with_excerpt(problem: Problem, project: Project) -> Problem:
    """With the line of source that it points to, where it is about no query."""
    if problem.excerpt or not problem.location.line:
        return problem
    line = linecache.getline(str(project.root / problem.location.path), problem.location.line).strip()
    return replace(problem, excerpt=line.rstrip(",([{ "))


class _Shown:
    """Files as the person named them, and which of them were asked for."""

    def __init__(self, project: Project, paths: tuple[str, ...]) -> None:
        self._root = project.root
        self._all = not paths
        # A link is found by its own name and by that of what it leads to.
        self._given = [(path, given) for path in paths if path != "-" for given in _both_names(Path(path))]
        self._stdin = "-" in paths
        self._known: dict[str, tuple[str, bool]] = {}

    def selects(self, place: str) -> bool:
        """Whether a file is one of those named, or below one."""
        return self._all or self._look(place)[1]

    def path(self, place: str) -> str:
        """A file as it was named, or relative to where the person stands."""
        return self._look(place)[0]

    def problem(self, problem: Problem) -> Problem:
        return replace(problem, location=Location(self.path(problem.location.path), problem.location.line))

    def failure(self, failure: Failure) -> Failure:
        place = failure.path
        if place and failure.where.startswith(place):
            return replace(failure, where=self.path(place) + failure.where.removeprefix(place))
        return failure

    def _look(self, place: str) -> tuple[str, bool]:
        if place not in self._known:
            self._known[place] = self._find(place)
        return self._known[place]

    def _find(self, place: str) -> tuple[str, bool]:
        if place in ("", STDIN):
            return place, self._stdin and place == STDIN
        file = self._root / place
        names = _both_names(file)
        for text, given in self._given:
            for name in names:
                if name == given:
                    return text, True
                if given in name.parents:
                    return str(Path(text) / name.relative_to(given)), True
        return shown_path(file, Path.cwd()), False


def _both_names(path: Path) -> tuple[Path, ...]:
    return tuple(dict.fromkeys((path.resolve(), Path(os.path.abspath(path)))))
