"""Run the queries of dashboards and rules on a server, and report errors and empty answers.

Variables get the values that a user would see when the dashboard opens. Identical queries are sent once, within a budget. The
server is a `QueryServer`; nothing here knows HTTP.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from dashkit.errors import ServerError
from dashkit.lint.diagnosis import Verdict, diagnose
from dashkit.lint.elements import PROMETHEUS, Alert, Board, Panel, Query
from dashkit.lint.interpolate import Span, filled, interpolate, own_span, shown_span
from dashkit.lint.problems import problem_of
from dashkit.lint.queries import Budget, LiveQuery, QueryRunner, QueryServer
from dashkit.lint.rule import Finding
from dashkit.lint.values import datasource_uid, text
from dashkit.lint.variables import opening_values
from dashkit.model.problem import Problem, Severity
from dashkit.promql.interpolate import Values

_SPENT = "the query budget is used up"


@dataclass(frozen=True, slots=True)
class QueryOutcome:
    """A query of a panel or rule with its verdict; ``detail`` says what is missing, ``took`` is in seconds."""

    query: Query
    verdict: Verdict
    detail: str = ""
    series: int = 0
    took: float = 0.0
    expr: str = ""


@dataclass(frozen=True, slots=True)
class LiveReport:
    """The outcomes, the resulting problems, and the panels that would appear empty."""

    outcomes: list[QueryOutcome]
    problems: list[Problem]
    empty: list[Panel]
    asked: int
    reused: int
    server: str = ""

    @property
    def unasked(self) -> int:
        """How many queries were not sent."""
        return self.count(Verdict.NOT_ASKED)

    def count(self, verdict: Verdict) -> int:
        return sum(outcome.verdict is verdict for outcome in self.outcomes)


#: Runs the queries of dashboards and rules.
Ask = Callable[[list[Board], list[Alert]], LiveReport]
#: The time range of a rule in seconds; its query is an instant one at the end of that.
_LOOKBACK = 3600
_NOT_ASKED = frozenset({"", "__expr__", "datasource", "grafana"})


def run(
    boards: Iterable[Board],
    server: QueryServer,
    budget: Budget,
    *,
    now: float,
    alerts: Iterable[Alert] = (),
    alert_datasource: str = "",
    scrape: float = 15.0,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> LiveReport:
    """Run the queries of all panels, variables and rules, within the budget.

    A query that fails becomes a problem of its panel; the others are still sent.

    Raises:
        ServerError: no query at all was answered, or the credentials are wrong.
    """
    asker = QueryRunner(server, budget)
    problems: list[Problem] = []
    work: list[tuple[Query, LiveQuery | str]] = []
    for board in boards:
        span = shown_span(board, now, scrape)
        values = opening_values(board, asker, span, problems)
        for panel in board.panels:
            for query in panel.queries:
                if not query.hidden and query.language not in _NOT_ASKED and _has_text(query):
                    work.append((query, _asked(query, server, values, own_span(panel, span))))
    span = Span(now - _LOOKBACK, now, scrape)
    for alert in alerts:
        if alert.query is not None and _has_text(alert.query):
            work.append((alert.query, _asked_rule(alert.query, server, alert_datasource, span)))
    outcomes: list[QueryOutcome] = []
    with ThreadPoolExecutor(budget.workers) as pool:
        for done, outcome in enumerate(pool.map(lambda entry: _judge(entry[0], entry[1], asker), work), 1):
            outcomes.append(outcome)
            progress(done, len(work))
    if asker.failure is not None and not asker.answered:
        raise asker.failure
    problems += [problem for outcome in outcomes for problem in _problems(outcome, budget)]
    return LiveReport(outcomes, problems, _empty_panels(outcomes), asker.asked, asker.reused, server.name)


def _has_text(query: Query) -> bool:
    return bool(query.text.strip()) or query.language not in (PROMETHEUS, "loki")


def _asked(query: Query, server: QueryServer, values: Values, span: Span) -> LiveQuery | str:
    """Return the query to send, or why it cannot be sent."""
    panel = query.panel
    assert panel is not None
    own = datasource_uid(query.target.get("datasource"))
    shared = panel.datasource
    wanted = own if own and (shared in ("", "-- Mixed --") or own == shared) else shared or own
    try:
        answers = server.answers(query.language)
        # A variable without a value stands for the default datasource of its type.
        chosen = interpolate(wanted, values, span)
        uid = server.datasource(query.language, "" if chosen.startswith("$") else chosen) if answers else ""
    except LookupError as error:
        return str(error)
    target = filled(dict(query.target), values, span)
    expr = text(target.get("expr"))
    key = "" if query.language == PROMETHEUS else str(sorted((name, str(item)) for name, item in target.items()))
    return LiveQuery(uid, query.language, expr, target, query.instant, span, key)


def _asked_rule(query: Query, server: QueryServer, wanted: str, span: Span) -> LiveQuery | str:
    try:
        uid = server.datasource(PROMETHEUS, wanted) if server.answers(PROMETHEUS) else ""
    except LookupError as error:
        return str(error)
    return LiveQuery(uid, PROMETHEUS, query.text, {"refId": "A", "expr": query.text}, instant=True, span=span)


def _judge(query: Query, asked: LiveQuery | str, asker: QueryRunner) -> QueryOutcome:
    if isinstance(asked, str):
        return QueryOutcome(query, Verdict.ERROR, asked)
    if not asker.server.answers(asked.language):
        why = f"this query is for {asked.language}, which {asker.server.name} does not answer"
        return QueryOutcome(query, Verdict.NOT_ASKED, why, expr=asked.expr)

    def ask() -> tuple[int, str, float]:
        began = time.monotonic()
        series, error = asker.server.ask(asked)
        return series, error, time.monotonic() - began

    answer = asker.once(asked, ask)
    if answer is None:
        return QueryOutcome(query, Verdict.NOT_ASKED, _SPENT, expr=asked.expr)
    if isinstance(answer, ServerError):
        return QueryOutcome(query, Verdict.ERROR, answer.message, expr=asked.expr)
    series, error, took = answer
    if not series and not error and not asked.instant and asked.language == PROMETHEUS:
        # The sixty points of a month may all miss a series that began today; an instant query finds it.
        newest = replace(asked, instant=True)
        again = asker.once(newest, lambda: (*asker.server.ask(newest), 0.0), counted=False)
        series = again[0] if isinstance(again, tuple) else 0
    if error:
        return QueryOutcome(query, Verdict.ERROR, error, 0, took, asked.expr)
    if series:
        return QueryOutcome(query, Verdict.DATA, "", series, took, asked.expr)
    verdict, detail = diagnose(asked, asker) if asked.language == PROMETHEUS else (Verdict.EMPTY, "")
    if query.alert is not None and verdict is Verdict.EMPTY:
        verdict, detail = Verdict.QUIET, ""
    elif query.alert is not None:
        detail = f"{detail}, so the rule never has a result"
    return QueryOutcome(query, verdict, detail, 0, took, asked.expr)


_RULES = {
    Verdict.ERROR: ("DK701", Severity.ERROR),
    Verdict.NO_METRIC: ("DK702", Severity.ERROR),
    Verdict.NO_LABEL: ("DK703", Severity.ERROR),
    Verdict.NO_VALUE: ("DK703", Severity.WARNING),
    Verdict.EMPTY: ("DK704", Severity.WARNING),
    Verdict.NOT_ASKED: ("DK708", Severity.INFO),
}


def _problems(outcome: QueryOutcome, budget: Budget) -> Iterator[Problem]:
    def problem(rule: str, severity: Severity, message: str) -> Problem:
        return problem_of(outcome.query, rule, severity, Finding(message), outcome.expr)

    if outcome.verdict in _RULES:
        rule, severity = _RULES[outcome.verdict]
        severity = Severity.INFO if _has_text_for_nothing(outcome) else severity
        yield problem(rule, severity, outcome.detail or outcome.verdict.value)
    if outcome.took > budget.slow:
        yield problem("DK705", Severity.WARNING, f"the answer took {outcome.took:.1f} s")
    if outcome.series > budget.series:
        message = f"{outcome.series:,} series in one panel; the limit is {budget.series:,}"
        yield problem("DK706", Severity.WARNING, message)


def _empty_panels(outcomes: list[QueryOutcome]) -> list[Panel]:
    """Return the panels of which no query returned data."""
    seen: dict[int, Panel] = {}
    full: set[int] = set()
    for outcome in outcomes:
        panel = outcome.query.panel
        if panel is None:  # of a rule
            continue
        seen[id(panel)] = panel
        if outcome.verdict in (Verdict.DATA, Verdict.NOT_ASKED) or _has_text_for_nothing(outcome):
            full.add(id(panel))
    return [panel for number, panel in seen.items() if number not in full]


def _has_text_for_nothing(outcome: QueryOutcome) -> bool:
    """Return whether the answer is empty, and the panel has a text for that case (``noValue``)."""
    panel = outcome.query.panel
    return outcome.verdict is Verdict.EMPTY and panel is not None and bool(text(panel.defaults.get("noValue")))
