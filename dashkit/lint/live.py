"""Ask the queries of dashboards, and say why an answer is empty: an error, no such metric, label or value, or nothing now.

Variables get the values that a person would find in them, identical queries are asked once, and no more than the budget
allows. What is asked, and of whom, comes in as a `Server`; nothing here knows HTTP.
"""

from __future__ import annotations

import contextlib
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any, NamedTuple, Protocol

from dashkit.errors import ServerError
from dashkit.lint.javascript import compiled
from dashkit.lint.subjects import PROMETHEUS, Board, Panel, Query, Variable, datasource_uid, mapping, text
from dashkit.model.durations import is_duration, seconds
from dashkit.model.problem import Problem, Severity
from dashkit.promql.tree import Binary, Call, Matcher, Node, Place, Selector, parse
from dashkit.promql.variables import MARK, find


@dataclass(frozen=True, slots=True)
class Span:
    """The time that a panel shows; seconds since the epoch."""

    start: float
    end: float

    #: Seconds between two scrapes.
    scrape: float = 15.0

    @property
    def step(self) -> float:
        return max(self.scrape, (self.end - self.start) / 60)


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: the datasource's uid (empty for the default), the target with its variables filled in, and when."""

    datasource: str
    language: str
    expr: str
    target: Mapping[str, Any] = field(compare=False, hash=False, repr=False)
    instant: bool
    span: Span
    #: What distinguishes targets that are not PromQL.
    key: str = ""


class Server(Protocol):
    """Whoever answers."""

    @property
    def name(self) -> str:
        """Its address."""
        ...

    def answers(self, language: str) -> bool:
        """Whether it can be asked queries of that datasource type."""
        ...

    def ask(self, asked: Asked) -> tuple[int, str]:
        """The number of series of an answer that have a value, and the error (empty for none)."""
        ...

    def exists(self, datasource: str, expr: str, at: float) -> bool | None:
        """Whether a PromQL expression gives anything at a time; None where the server would not say."""
        ...

    def values(self, datasource: str, label: str, match: str) -> list[str]:
        """The values of a label on what a selector finds (everywhere for an empty one)."""
        ...

    def results(self, datasource: str, expr: str, at: float) -> list[str]:
        """The series of a PromQL expression as texts, as ``query_result()`` gives them."""
        ...

    def datasource(self, kind: str, wanted: str) -> str:
        """The uid to ask where a dashboard says ``wanted`` (a uid, a name, or empty for the default) of a type.

        `LookupError` where there is none.
        """
        ...


class Verdict(Enum):
    """What became of one query."""

    DATA = "data"
    ERROR = "error"
    NO_METRIC = "no such metric"
    NO_LABEL = "no such label"
    NO_VALUE = "no such label value"
    EMPTY = "valid, empty now"
    NOT_ASKED = "not asked"


@dataclass(frozen=True, slots=True)
class Budget:
    """How much may be asked: queries, seconds in all, at a time; and what is slow (seconds) or too much (series)."""

    queries: int = 1000
    seconds: float = 300
    workers: int = 4
    slow: float = 5.0
    series: int = 1000


@dataclass(frozen=True, slots=True)
class Outcome:
    """One query of one panel with its verdict; ``detail`` says what is missing, ``took`` the seconds."""

    query: Query
    verdict: Verdict
    detail: str = ""
    series: int = 0
    took: float = 0.0
    expr: str = ""


@dataclass(frozen=True, slots=True)
class LiveReport:
    """All outcomes, the problems they make, and the panels in which a person would see nothing."""

    outcomes: list[Outcome]
    problems: list[Problem]
    empty: list[Panel]
    asked: int
    reused: int
    server: str = ""

    def count(self, verdict: Verdict) -> int:
        return sum(outcome.verdict is verdict for outcome in self.outcomes)


def run(
    boards: Iterable[Board],
    server: Server,
    budget: Budget,
    *,
    now: float,
    scrape: float = 15.0,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> LiveReport:
    """Ask every query of every panel and variable; at most what the budget allows.

    A question that fails is that panel's problem, and the others are asked.

    Raises:
        ServerError: no question at all was answered, or the credentials are wrong.
    """
    asker = _Asker(server, budget)
    problems: list[Problem] = []
    work: list[tuple[Query, Asked | str]] = []
    for board in boards:
        span = _span(board, now, scrape)
        values = _variables(board, asker, span, problems)
        for panel in board.panels:
            for query in panel.queries:
                if not query.hidden and query.language not in _NOT_ASKED and _has_text(query):
                    work.append((query, _asked(query, server, values, _own_span(panel, span))))
    outcomes: list[Outcome] = []
    with ThreadPoolExecutor(budget.workers) as pool:
        for done, outcome in enumerate(pool.map(lambda entry: _judge(entry[0], entry[1], asker), work), 1):
            outcomes.append(outcome)
            progress(done, len(work))
    if asker.failure is not None and not asker.answered:
        raise asker.failure
    problems += [problem for outcome in outcomes for problem in _problems(outcome, budget)]
    return LiveReport(outcomes, problems, _empty_panels(outcomes), asker.asked, asker.reused, server.name)


_NOT_ASKED = frozenset({"", "__expr__", "datasource", "grafana"})


class _Asker:
    """Asks each question once, within the budget; may be used by several threads."""

    def __init__(self, server: Server, budget: Budget) -> None:
        self.server = server
        self.asked = self.reused = self.answered = 0
        #: The first failure of the connection.
        self.failure: ServerError | None = None
        self._budget = budget
        self._ends = time.monotonic() + budget.seconds
        self._lock = threading.Lock()
        self._known: dict[Any, Any] = {}
        self._running: dict[Any, threading.Event] = {}

    def once(self, key: Any, ask: Callable[[], Any], *, counted: bool = True) -> Any:
        """The answer to a question, asked by the first who wants it; None once the budget is spent.

        A `ServerError` is an answer too. ``counted`` is False for what is asked to explain another answer.
        """
        while True:
            with self._lock:
                if key in self._known:
                    self.reused += 1
                    return self._known[key]
                waiting = self._running.get(key)
                if waiting is None:
                    spent = counted and self.asked >= self._budget.queries
                    if spent or time.monotonic() > self._ends:
                        return None
                    self.asked += counted
                    self._running[key] = threading.Event()
                    break
            waiting.wait()
        try:
            try:
                answer = ask()
                self.answered += 1
            except ServerError as error:
                if error.status == 401:
                    raise  # nothing else will be answered either
                answer = error
                self.failure = self.failure or error
            with self._lock:
                self._known[key] = answer
            return answer
        finally:
            with self._lock:
                self._running.pop(key).set()


def _has_text(query: Query) -> bool:
    return bool(query.text.strip()) or query.language not in (PROMETHEUS, "loki")


_AGO = re.compile(r"now-((?:\d+(?:ms|[smhdwy]))+)(?:/\w)?")


def _span(board: Board, now: float, scrape: float) -> Span:
    time_range = mapping(board.json.get("time"))
    start, end = (_AGO.fullmatch(text(time_range.get(key))) for key in ("from", "to"))
    last = now - (seconds(end[1]) if end else 0)
    first = now - (seconds(start[1]) if start else 6 * 3600)
    return Span(min(first, last - scrape), last, scrape)


def _own_span(panel: Panel, span: Span) -> Span:
    """A panel may show a time of its own."""
    own = text(panel.json.get("timeFrom"))
    return replace(span, start=span.end - seconds(own)) if own and is_duration(own) else span


class Chosen(NamedTuple):
    """What a variable stands for; ``raw`` is put in as it is, ``several`` tells whether it can be more than one."""

    values: tuple[str, ...]
    several: bool = False
    raw: bool = False


Values = Mapping[str, Chosen]


def _variables(board: Board, asker: _Asker, span: Span, problems: list[Problem]) -> dict[str, Chosen]:
    """The values of each variable as the dashboard opens; a problem for one that finds none."""
    values: dict[str, Chosen] = {}
    for variable in _in_order(board):
        saved = Chosen((board.values.get(variable.name, ""),), variable.multi)
        if variable.kind == "query":
            found = _queried(variable, board, values, asker, span)
            if isinstance(found, str):
                problems.append(_variable_problem(variable, found))
                values[variable.name] = saved
            elif found is None:
                # Not to be asked here; a saved value serves, else anything.
                values[variable.name] = saved if saved.values[0] else Chosen((".*",), raw=True)
            else:
                if not found and variable.name in board.used:
                    problems.append(_variable_problem(variable, f"${variable.name} finds no values"))
                values[variable.name] = _chosen(variable, found)
        elif variable.kind == "datasource":
            for wanted in (_current(variable), ""):  # Grafana takes another one where the saved one is gone
                with contextlib.suppress(LookupError):
                    values[variable.name] = Chosen((asker.server.datasource(variable.query, wanted),))
                    break
        elif variable.kind == "custom":
            options = [part.strip().rpartition(" : ")[2].strip() for part in variable.query.split(",")]
            values[variable.name] = _chosen(variable, [option for option in options if option])
        else:
            values[variable.name] = saved
    return values


def _in_order(board: Board) -> Iterator[Variable]:
    """Each variable after those that its query needs."""
    waiting = list(board.variables)
    known: set[str] = set()
    names = set(board.by_name)
    while waiting:
        ready = [entry for entry in waiting if not (_needs(entry) & names) - known - {entry.name}] or waiting[:1]
        for entry in ready:
            waiting.remove(entry)
            known.add(entry.name)
            yield entry


def _needs(variable: Variable) -> set[str]:
    reference = datasource_uid(variable.json.get("datasource"))
    return {used.name for part in (variable.query, reference) for used in find(part)}


def _queried(variable: Variable, board: Board, values: Values, asker: _Asker, span: Span) -> list[str] | str | None:
    """The values that a query variable finds, or what the server says against it.

    None where it is of a datasource or form that cannot be asked here.
    """
    query = next((entry for entry in board.queries if entry.variable is variable), None)
    if query is None or query.language != PROMETHEUS or not asker.server.answers(PROMETHEUS):
        return None
    try:
        wanted = interpolate(datasource_uid(variable.json.get("datasource")), values, span)
        uid = asker.server.datasource(PROMETHEUS, wanted)
    except LookupError as error:
        return str(error)
    expr, label = interpolate(query.text, values, span), interpolate(query.label, values, span)
    if variable.query.strip().startswith("label_values"):
        if expr and parse(expr).error:
            return f"${variable.name}: not PromQL: {parse(expr).error}"
        found = asker.once(("values", uid, label, expr), lambda: asker.server.values(uid, label, expr))
    elif variable.query.strip().startswith("query_result"):
        found = asker.once(("results", uid, expr), lambda: asker.server.results(uid, expr, span.end))
    else:
        return None
    if isinstance(found, ServerError):
        return f"${variable.name}: {found.message}"
    return None if found is None else list(_filtered(variable, found))


def _filtered(variable: Variable, found: Iterable[str]) -> Iterator[str]:
    """What the variable's regex matches, by its group ``value`` or first group if it has one."""
    written = text(variable.json.get("regex"))
    try:
        pattern = compiled(written) if written else None
    except re.error:
        pattern = None
    for value in found:
        if pattern is None:
            yield value
            continue
        match = pattern.search(value)
        if match:
            yield match.groupdict().get("value") or ((match[1] or "") if pattern.groups else value)


def _current(variable: Variable) -> str:
    current = mapping(variable.json.get("current")).get("value")
    current = current[0] if isinstance(current, list) and current else current
    return current if isinstance(current, str) and not current.startswith("$__") else ""


def _chosen(variable: Variable, options: list[str]) -> Chosen:
    """What is selected when the dashboard opens: the saved value if it is there, else All, else the first."""
    current = _current(variable)
    if current in options:
        return Chosen((current,), variable.multi)
    if variable.json.get("includeAll") is True:
        every = text(variable.json.get("allValue"))
        return Chosen((every,), raw=True) if every else Chosen(tuple(options) or (".*",), True, not options)
    return Chosen(tuple(options[:1]) or (current,), variable.multi)


_SPECIAL = re.compile(r"([\\^$.*+?()\[\]{}|/'])")


def interpolate(written: str, values: Values, span: Span) -> str:
    """The text with variables filled in as Grafana does for Prometheus: several values as ``(a|b)``, escaped.

    https://grafana.com/docs/grafana/latest/dashboards/variables/variable-syntax/
    """
    width = span.end - span.start
    built_in = {
        "__interval": f"{span.step:.0f}s",
        "__interval_ms": f"{span.step * 1000:.0f}",
        "__rate_interval": f"{max(span.step + span.scrape, 4 * span.scrape):.0f}s",
        "__auto": f"{span.step:.0f}s",
        "__range": f"{width:.0f}s",
        "__range_s": f"{width:.0f}",
        "__range_ms": f"{width * 1000:.0f}",
        "__from": f"{span.start * 1000:.0f}",
        "__to": f"{span.end * 1000:.0f}",
    }
    parts, last = [], 0
    for reference in find(written):
        if reference.name in values:
            value = _formatted(values[reference.name], reference.format)
        elif reference.name in built_in:
            value = built_in[reference.name]
            if reference.format.startswith("date:seconds"):
                value = str(int(int(value) / 1000))
        else:
            continue
        parts += [written[last : reference.start], value]
        last = reference.end
    return "".join([*parts, written[last:]])


def _formatted(chosen: Chosen, form: str) -> str:
    values = chosen.values
    if chosen.raw or form in ("csv", "raw", "text"):
        return ",".join(values)
    if form == "pipe":
        return "|".join(values)
    if form == "json":
        return "[" + ",".join(f'"{value}"' for value in values) + "]"
    if form in ("doublequote", "singlequote"):
        quote = '"' if form == "doublequote" else "'"
        return ",".join(f"{quote}{value}{quote}" for value in values)
    if form == "glob":
        return "{" + ",".join(values) + "}" if len(values) > 1 else values[0]
    if not chosen.several:
        # One value at a time is no pattern; only what would end the string is escaped.
        return values[0].replace("\\", "\\\\").replace('"', '\\"')
    escaped = [_SPECIAL.sub(r"\\\\\1", value) for value in values]
    return escaped[0] if len(escaped) == 1 else "(" + "|".join(escaped) + ")"


def _asked(query: Query, server: Server, values: Values, span: Span) -> Asked | str:
    """The question, or why it cannot be asked."""
    panel = query.panel
    assert panel is not None
    own = datasource_uid(query.target.get("datasource"))
    shared = panel.datasource
    wanted = own if own and (shared in ("", "-- Mixed --") or own == shared) else shared or own
    try:
        uid = (
            server.datasource(query.language, interpolate(wanted, values, span))
            if server.answers(query.language)
            else ""
        )
    except LookupError as error:
        return str(error)
    target = _filled(dict(query.target), values, span)
    expr = text(target.get("expr"))
    key = "" if query.language == PROMETHEUS else str(sorted((name, str(item)) for name, item in target.items()))
    return Asked(uid, query.language, expr, target, query.instant, span, key)


def _filled(value: Any, values: Values, span: Span) -> Any:
    if isinstance(value, str):
        return interpolate(value, values, span)
    if isinstance(value, dict):
        return {key: _filled(item, values, span) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, values, span) for item in value]
    return value


def _judge(query: Query, asked: Asked | str, asker: _Asker) -> Outcome:
    if isinstance(asked, str):
        return Outcome(query, Verdict.ERROR, asked)
    if not asker.server.answers(asked.language):
        why = f"it asks {asked.language}, and {asker.server.name} is none"
        return Outcome(query, Verdict.NOT_ASKED, why, expr=asked.expr)

    def ask() -> tuple[int, str, float]:
        began = time.monotonic()
        series, error = asker.server.ask(asked)
        return series, error, time.monotonic() - began

    answer = asker.once(asked, ask)
    if answer is None:
        return Outcome(query, Verdict.NOT_ASKED, "the budget was spent", expr=asked.expr)
    if isinstance(answer, ServerError):
        return Outcome(query, Verdict.ERROR, answer.message, expr=asked.expr)
    series, error, took = answer
    if not series and not error and not asked.instant and asked.language == PROMETHEUS:
        # Sixty points of a month may all miss what began today; the newest value is seen whatever the width.
        newest = replace(asked, instant=True)
        again = asker.once(newest, lambda: (*asker.server.ask(newest), 0.0), counted=False)
        series = again[0] if isinstance(again, tuple) else 0
    if error:
        return Outcome(query, Verdict.ERROR, error, 0, took, asked.expr)
    if series:
        return Outcome(query, Verdict.DATA, "", series, took, asked.expr)
    verdict, detail = _why(asked, asker) if asked.language == PROMETHEUS else (Verdict.EMPTY, "")
    return Outcome(query, verdict, detail, 0, took, asked.expr)


def _why(asked: Asked, asker: _Asker) -> tuple[Verdict, str]:
    """The first selector that finds nothing, and the part of it that is to blame."""
    at = asked.span.end
    unknown = False
    for place in parse(asked.expr).places:
        selector = place.node
        # Nothing fires on a good day; and what is optional is not to blame.
        if not isinstance(selector, Selector) or not selector.named or selector.name.startswith("ALERTS"):
            continue
        if _is_optional(place) or selector.alternatives:
            continue
        # Looked for over a day, so that what is quiet just now is not called missing.
        there = _there(selector.name, (), asked.datasource, asker, at)
        if there is False:
            return Verdict.NO_METRIC, f"there is no metric {selector.name}"
        unknown = unknown or there is None
        demanded = [
            matcher for matcher in selector.matchers if not _may_be_absent(matcher) and MARK not in matcher.label
        ]
        for matcher in demanded:
            if _there(selector.name, (matcher,), asked.datasource, asker, at) is not False:
                continue
            anything = Matcher(matcher.label, "!=", "")
            if _there(selector.name, (anything,), asked.datasource, asker, at) is False:
                return Verdict.NO_LABEL, f"{selector.name} has no label {matcher.label}"
            return Verdict.NO_VALUE, f"{selector.name} has no {matcher}"
        if len(demanded) > 1 and _there(selector.name, selector.matchers, asked.datasource, asker, at) is False:
            every = ", ".join(map(str, selector.matchers))
            return Verdict.NO_VALUE, f"{selector.name} has no series with all of {{{every}}}"
    if unknown:
        return Verdict.EMPTY, "it gives nothing now, and the server would not say why"
    return Verdict.EMPTY, "its series are there, and it gives nothing now"


def _is_optional(place: Place) -> bool:
    """Whether the expression is meant for the case that this part is not there: in `or`, `unless`, absent()."""
    below: Node = place.node
    for node in reversed(place.above):
        if isinstance(node, Binary) and (node.op == "or" or (node.op == "unless" and node.right is below)):
            return True
        if isinstance(node, Call) and node.name.startswith("absent"):
            return True
        below = node
    return False


def _may_be_absent(matcher: Matcher) -> bool:
    """Whether a series without the label matches too, or that cannot be told."""
    return matcher.matches("") is not False


def _there(name: str, matchers: tuple[Matcher, ...], datasource: str, asker: _Asker, at: float) -> bool | None:
    inside = ", ".join([f'__name__="{name}"', *(_written(matcher) for matcher in matchers)])
    expr = f"count(last_over_time({{{inside}}}[1d]))"
    key = ("exists", datasource, expr)
    found = asker.once(key, lambda: (asker.server.exists(datasource, expr, at),), counted=False)
    return found[0] if isinstance(found, tuple) else None


def _written(matcher: Matcher) -> str:
    value = matcher.value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'{matcher.label}{matcher.op}"{value}"'


_RULES = {
    Verdict.ERROR: ("DK701", Severity.ERROR),
    Verdict.NO_METRIC: ("DK702", Severity.ERROR),
    Verdict.NO_LABEL: ("DK703", Severity.ERROR),
    Verdict.NO_VALUE: ("DK703", Severity.WARNING),
    Verdict.EMPTY: ("DK704", Severity.WARNING),
    Verdict.NOT_ASKED: ("DK708", Severity.INFO),
}


def _problems(outcome: Outcome, budget: Budget) -> Iterator[Problem]:
    query = outcome.query
    if outcome.verdict in _RULES:
        rule, severity = _RULES[outcome.verdict]
        severity = Severity.INFO if _says_so(outcome) else severity
        yield _problem(query, rule, severity, outcome.detail or outcome.verdict.value, outcome.expr)
    if outcome.took > budget.slow:
        yield _problem(query, "DK705", Severity.WARNING, f"the answer took {outcome.took:.1f} s", outcome.expr)
    if outcome.series > budget.series:
        message = f"{outcome.series:,} series in one panel; the limit is {budget.series:,}"
        yield _problem(query, "DK706", Severity.WARNING, message, outcome.expr)


def _problem(query: Query, rule: str, severity: Severity, message: str, expr: str) -> Problem:
    panel = query.panel
    assert panel is not None
    return Problem(
        rule, severity, message, panel.board.name, panel.name, panel.id, f"{query.pointer}/expr", panel.source, "",
        expr or query.text,
    )  # fmt: skip


def _variable_problem(variable: Variable, message: str) -> Problem:
    board = variable.board
    return Problem(
        "DK707", Severity.ERROR, message, board.name, f"${variable.name}", 0, f"{variable.pointer}/query", variable.source,
        "", variable.query,
    )  # fmt: skip


def _empty_panels(outcomes: list[Outcome]) -> list[Panel]:
    """The panels none of whose queries gave anything."""
    seen: dict[int, Panel] = {}
    full: set[int] = set()
    for outcome in outcomes:
        panel = outcome.query.panel
        assert panel is not None
        seen[id(panel)] = panel
        if outcome.verdict in (Verdict.DATA, Verdict.NOT_ASKED) or _says_so(outcome):
            full.add(id(panel))
    return [panel for number, panel in seen.items() if number not in full]


def _says_so(outcome: Outcome) -> bool:
    """Whether the panel has a text for the case that nothing is there, and this is the case."""
    panel = outcome.query.panel
    return outcome.verdict is Verdict.EMPTY and panel is not None and bool(text(panel.defaults.get("noValue")))
