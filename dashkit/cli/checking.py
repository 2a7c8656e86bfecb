"""From the arguments of a check to its problems: read, compile, apply the rules, leave out what is accepted."""

from __future__ import annotations

import linecache
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dashkit import _files, _json
from dashkit.cli.compile import sources
from dashkit.compiler.compile import Failure, compile_modules, failure_of, shown_path
from dashkit.compiler.discover import SourceFile, discover
from dashkit.compiler.load import authors_code, load_file
from dashkit.compiler.rules import compile_rules
from dashkit.config.project import Project
from dashkit.errors import ConfigError, InputError
from dashkit.export.rule_files import rule_file
from dashkit.lint.check import Ruleset, check
from dashkit.lint.facts import Facts
from dashkit.lint.files import Contents, looks_like_dashboard, read_dashboard, read_rules, with_lines
from dashkit.lint.live import LiveReport
from dashkit.lint.own_rules import ruleset
from dashkit.lint.rule import Rule
from dashkit.lint.subjects import Alert, Board, alerts, board
from dashkit.lint.subjects import Project as Subjects
from dashkit.lint.suppress import Suppressed, Suppression, from_config, from_module, suppress
from dashkit.metrics.catalogue import read_catalogues
from dashkit.metrics.index import MetricIndex, Series
from dashkit.model.dashboard import CompiledDashboard, Source
from dashkit.model.durations import seconds
from dashkit.model.links import AlertLinks
from dashkit.model.panel_id import panel_id
from dashkit.model.problem import Problem, Severity
from dashkit.model.rules import AlertRule, RecordingRule, RuleGroup
from dashkit.promql.labels import Labels, labels_of
from dashkit.promql.tree import parse

STDIN = "<stdin>"


@dataclass
class Gathered:
    """All that a run looks at."""

    boards: list[Board] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)
    groups: list[RuleGroup] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    #: Problems of files that hold a dashboard which the rules cannot look at.
    problems: list[Problem] = field(default_factory=list)
    #: JSON files by the path that problems name.
    texts: dict[str, bytes] = field(default_factory=dict)
    #: Python modules with comments that suppress, likewise.
    modules: dict[str, str] = field(default_factory=dict)
    #: Whether the project was read, and whether all of it could be.
    ours: bool = False
    whole: bool = False


@dataclass(frozen=True)
class Checked:
    """The result of a run."""

    problems: list[Problem]
    accepted: list[tuple[Problem, Suppression]]
    failures: list[Failure]
    dashboards: int
    rules: int
    #: Of all files that were looked at.
    paths: tuple[str, ...]
    gathered: Gathered
    live: LiveReport | None = None


def check_paths(
    project: Project,
    paths: tuple[str, ...],
    *,
    grafana: str = "",
    least: Severity = Severity.INFO,
    ask: Callable[[list[Board]], LiveReport] | None = None,
) -> Checked:
    """Check the project, or what is at the paths; ``-`` is standard input.

    A path inside the project's dashboards limits what is reported: the whole project is read all the same, so that links and
    duplicates are seen. Anything else is a file from elsewhere, of which the project's metrics and datasources say nothing.
    ``ask`` puts the queries of the dashboards to a server. Lines of JSON files are looked up from the severity ``least`` on.
    """
    linecache.checkcache()
    gathered = Gathered()
    inside = [path for path in paths if path != "-" and _is_inside(Path(path), project)]
    if inside or not paths:
        _gather_project(project, gathered)
        gathered.ours = True
        gathered.whole = not gathered.failures
    for path in paths:
        if path not in inside:
            _gather_foreign(path, project, gathered)
    rules = ruleset(own_rules(project), project.check.get("rules", {}), str(project.file or ""))
    known = facts(project, gathered, grafana=grafana)
    foreign = Facts(grafana=known.grafana, scrape_interval=known.scrape_interval)
    found = gathered.problems + check(Subjects(gathered.boards, gathered.alerts), rules, known, foreign)
    shown = _Shown(project, paths)
    chosen = [entry for entry in gathered.boards if not paths or shown.selects(entry.source.path)]
    live = ask(chosen) if ask else None
    found += live.problems if live else []
    suppressed = _suppressed(found, project, gathered, rules, live=live is not None)
    problems = [problem for problem in suppressed.problems if not paths or shown.selects(problem.location.path)]
    problems = with_lines(problems, gathered.texts, least)
    problems = sorted(
        (shown.problem(_with_excerpt(problem, shown)) for problem in problems), key=lambda entry: entry.order
    )
    failures = [failure for failure in gathered.failures if not inside or shown.selects(failure.path)]
    accepted = [pair for pair in suppressed.accepted if not paths or shown.selects(pair[0].location.path)]
    rules_seen = [entry for entry in gathered.alerts if not paths or shown.selects(entry.source.path)]
    places = [*(entry.source for entry in chosen), *(entry.source for entry in rules_seen)]
    seen = {shown.path(source.path): None for source in places}
    return Checked(problems, accepted, failures, len(chosen), len(rules_seen), tuple(seen), gathered, live)


def check_compiled(
    project: Project, compiled: Iterable[CompiledDashboard], changed: frozenset[str], *, rules: bool = False
) -> Checked:
    """Check what a push would write: the changed ones among the project's dashboards, and its rules if they go along."""
    gathered = Gathered(ours=True, whole=True)
    gathered.boards = [_compiled(entry, project) for entry in compiled]
    every = [group for group in compile_rules(sources(project)) if isinstance(group, RuleGroup)]
    gathered.groups = every
    links = AlertLinks(project.alerts.get("grafana", ""), project.alerts.get("runbooks", ""))
    gathered.alerts = [alert for group in (every if rules else ()) for alert in _alerts_of(group, links)]
    _gather_comments(project, gathered)
    chosen = ruleset(own_rules(project), project.check.get("rules", {}), str(project.file or ""))
    found = check(Subjects(gathered.boards, gathered.alerts, changed), chosen, facts(project, gathered))
    gathered.whole = False  # a part does not say which suppressions are unused
    suppressed = _suppressed(found, project, gathered, chosen)
    shown = _Shown(project, ())
    problems = [shown.problem(_with_excerpt(problem, shown)) for problem in suppressed.problems]
    return Checked(problems, suppressed.accepted, [], len(changed), len(gathered.alerts), (), gathered)


def facts(project: Project, gathered: Gathered, *, grafana: str = "") -> Facts:
    """What dashkit.yaml and the catalogue say."""
    said = project.check
    version = str(grafana or said.get("grafana", "12"))
    budgets = said.get("budgets", {})
    defaults = Facts()
    return Facts(
        grafana=int(version.partition(".")[0]),
        metrics=_metrics(project, gathered.groups) if gathered.ours else None,
        scrape_interval=seconds(said["scrape_interval"]) if "scrape_interval" in said else defaults.scrape_interval,
        retention=seconds(said["retention"]) if "retention" in said else None,
        datasources=project.datasource_types,
        whole_project=gathered.whole,
        panel_queries=budgets.get("panel_queries", defaults.panel_queries),
        dashboard_queries=budgets.get("dashboard_queries", defaults.dashboard_queries),
        matchers=said.get("matchers", {}),
        variables=tuple(said.get("variables", ())),
        severities=tuple(said.get("severities", ())),
    )


def _metrics(project: Project, groups: Iterable[RuleGroup]) -> MetricIndex | None:
    """The catalogue with what the project records itself; None without one."""
    catalogues = []
    for name in project.check.get("metrics", ()):
        folder = project.root / name
        if not folder.is_dir():
            raise ConfigError(f"`check.metrics`: no folder {name}", where=str(project.file or ""))
        catalogues += read_catalogues(folder)
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
    found: list[Rule] = []
    for name in project.check.get("own_rules", ()):
        path = project.root / name
        if not path.is_file():
            raise ConfigError(f"`check.own_rules`: no file {name}", where=str(project.file or ""))
        with authors_code(project.root, name):
            module = load_file(path)
        rules = [value for value in vars(module).values() if isinstance(value, Rule) and not value.id.startswith("DK")]
        if not rules:
            raise InputError("defines no rule", where=name, hint="see `dashkit explain` for how a rule is made")
        found += rules
    return found


def _gather_project(project: Project, into: Gathered) -> None:
    for result in compile_modules(sources(project)):
        if isinstance(result, Failure):
            into.failures.append(result)
        else:
            into.boards.append(_compiled(result, project))
    for root in project.dashboards:
        for file in discover([root.resolve()]) if root.exists() else ():
            if file.path.suffix == ".json":
                _json_of_project(file, project, into)
    _gather_alerts(project, into)
    _gather_comments(project, into)


def _gather_comments(project: Project, into: Gathered) -> None:
    for root in project.dashboards:
        for path in sorted(root.rglob("*.py")) if root.is_dir() else ():
            text = path.read_text(encoding="utf-8", errors="replace")
            if "dashkit:" in text:
                into.modules[shown_path(path.resolve(), project.root)] = text


def _compiled(result: CompiledDashboard, project: Project) -> Board:
    return board(
        result.spec, result.source, folder=result.folder, places=result.panels, variable_places=result.variables,
        datasource_types=project.datasource_types, compiled=True,
    )  # fmt: skip


def _json_of_project(file: SourceFile, project: Project, into: Gathered) -> None:
    shown = shown_path(file.path, project.root)
    try:
        data = _files.read_bytes(file.path)
        value = _json.parse(data, where=shown)
    except InputError as error:
        into.failures.append(failure_of(error, shown))
        return
    types = dict(project.datasource_types)
    _take(read_dashboard(value, shown, folder=file.folder, datasource_types=types, owned=True), shown, data, into)


def _gather_alerts(project: Project, into: Gathered) -> None:
    links = AlertLinks(project.alerts.get("grafana", ""), project.alerts.get("runbooks", ""))
    for result in compile_rules(sources(project)):
        if isinstance(result, Failure):
            into.failures.append(result)
        elif isinstance(result, RuleGroup):
            into.groups.append(result)
            into.alerts += _alerts_of(result, links)


def _alerts_of(group: RuleGroup, links: AlertLinks) -> Iterator[Alert]:
    made = alerts(rule_file([group], links)["groups"], group.source)
    for alert, rule in zip(made, group.rules, strict=True):
        if isinstance(rule, AlertRule):
            alert.source = rule.source
            if rule.panel is not None:
                alert.panel = (rule.panel[0], panel_id(rule.panel[1]))
        yield alert


def _gather_foreign(path: str, project: Project, into: Gathered) -> None:
    if path == "-":
        _one_file(STDIN, sys.stdin.buffer.read(), into, named=True)
        return
    given = Path(path)
    if given.is_dir():
        for directory, names, files in os.walk(given):
            names[:] = sorted(name for name in names if not name.startswith("."))
            for name in sorted(files):
                if name.endswith((".json", ".yaml", ".yml")) and not name.startswith("."):
                    _read_one(Path(directory, name), into, named=False)
    elif not given.exists():
        into.failures.append(Failure(path, "no such file or directory", path=path))
    elif given.suffix == ".py":
        whole = replace(sources(project), project=given.resolve().parent, paths=(given.resolve(),))
        for result in compile_modules(whole):
            if isinstance(result, Failure):
                into.failures.append(replace(result, path=path))
            else:
                into.boards.append(_foreign_module(result, path))
    else:
        _read_one(given, into, named=True)


def _foreign_module(result: CompiledDashboard, path: str) -> Board:
    def place(source: Source) -> Source:
        return Source(path if source.path == result.source.path else source.path, source.line)

    places = {number: place(source) for number, source in result.panels.items()}
    variables = {name: place(source) for name, source in result.variables.items()}
    return board(
        result.spec, place(result.source), places=places, variable_places=variables, compiled=True, owned=False
    )


def _read_one(path: Path, into: Gathered, *, named: bool) -> None:
    try:
        _one_file(str(path), _files.read_bytes(path), into, named=named)
    except InputError as error:
        into.failures.append(failure_of(error, str(path)))


def _one_file(shown: str, data: bytes, into: Gathered, *, named: bool) -> None:
    if shown.endswith((".yaml", ".yml")) or (shown == STDIN and not data.lstrip().startswith((b"{", b"["))):
        if named or b"groups:" in data:
            _take(read_rules(data, shown, named=named), shown, data, into)
        return
    value: Any = _json.parse(data, where=shown)
    if named or looks_like_dashboard(value):
        _take(read_dashboard(value, shown), shown, data, into)


def _take(contents: Contents, shown: str, data: bytes, into: Gathered) -> None:
    if contents.board is not None:
        into.boards.append(contents.board)
    if contents.problem is not None:
        into.problems.append(contents.problem)
    if contents.board is not None or contents.problem is not None:
        into.texts[shown] = data
    into.alerts += contents.alerts


def _suppressed(
    found: list[Problem], project: Project, gathered: Gathered, rules: Ruleset, *, live: bool = False
) -> Suppressed:
    where = shown_path(project.file, project.root) if project.file else ""
    suppressions = from_config(project.check.get("suppress", ()), where)
    for path, text in gathered.modules.items():
        suppressions += from_module(text, path)
    known = frozenset(rule.id for rule in rules.rules)
    today = datetime.now(tz=UTC).date()
    return suppress(found, suppressions, today, known, whole=gathered.whole, live=live)


def _with_excerpt(problem: Problem, shown: _Shown) -> Problem:
    """With the line of source that it points to, where it is about no query."""
    if problem.excerpt or not problem.location.line:
        return problem
    line = linecache.getline(str(shown.absolute(problem.location.path)), problem.location.line).strip()
    return replace(problem, excerpt=line.rstrip(",([{ "))


def _is_inside(path: Path, project: Project) -> bool:
    resolved = path.resolve()
    return any(resolved == root.resolve() or root.resolve() in resolved.parents for root in project.dashboards)


class _Shown:
    """Paths as the person gave them, and which of them were asked for."""

    def __init__(self, project: Project, paths: tuple[str, ...]) -> None:
        self._root = project.root
        self._given = [(path, Path(path).resolve()) for path in paths if path != "-"]
        self._stdin = "-" in paths
        self._config = project.file
        self._known: dict[str, str] = {}

    def selects(self, path: str) -> bool:
        """Whether a path is one of those given, or below it."""
        if path == STDIN:
            return self._stdin
        absolute = self.absolute(path)
        return any(absolute == given or given in absolute.parents for _, given in self._given)

    def problem(self, problem: Problem) -> Problem:
        """The problem with its path as it was given."""
        return replace(problem, location=Source(self.path(problem.location.path), problem.location.line))

    def path(self, path: str) -> str:
        """A path as it was given, or relative to where the person stands."""
        if path == STDIN or not path:
            return path
        if path not in self._known:
            self._known[path] = self._shown(path)
        return self._known[path]

    def _shown(self, path: str) -> str:
        absolute = self.absolute(path)
        for text, given in self._given:
            if absolute == given:
                return text
            if given in absolute.parents:
                return str(Path(text) / absolute.relative_to(given))
        return shown_path(absolute, Path.cwd())

    def absolute(self, path: str) -> Path:
        """Where the file of a problem is."""
        # What the project says is relative to its root, what the person gave to where they stand.
        inside = self._root / path
        return inside.resolve() if inside.exists() else Path(path).resolve()
