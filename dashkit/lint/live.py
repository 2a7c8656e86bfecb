"""Ask the queries of dashboards and rules, and say why an answer is empty: an error, no metric, label or value, or nothing now.

Variables get the values that a person would find in them, identical queries are asked once, and no more than the budget
allows. What is asked, and of whom, comes in as a `QueryServer`; nothing here knows HTTP.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from enum import Enum

from dashkit.errors import ServerError
from dashkit.lint.elements import PROMETHEUS, Alert, Board, Panel, Query, datasource_uid, text
from dashkit.lint.interpolate import Span, Values, filled, interpolate, own_span, shown_span
from dashkit.lint.queries import Asked, Asker, Budget, QueryServer
from dashkit.lint.variables import opening_values
from dashkit.model.problem import Problem, Severity
from dashkit.promql.nodes import Binary, Call, Matcher, Node, Place, Selector
from dashkit.promql.tree import parse
from dashkit.promql.variables import MARK

_SPENT = "the budget was spent"


class Verdict(Enum):
    """What became of one query."""

    DATA = "data"
    ERROR = "error"
    NO_METRIC = "no such metric"
    NO_LABEL = "no such label"
    NO_VALUE = "no such label value"
    EMPTY = "valid, empty now"
    #: Of a rule: all that it reads is there, and nothing is wrong now.
    QUIET = "quiet now"
    NOT_ASKED = "not asked"


@dataclass(frozen=True, slots=True)
class QueryOutcome:
    """One query of one panel or rule with its verdict; ``detail`` says what is missing, ``took`` the seconds."""

    query: Query
    verdict: Verdict
    detail: str = ""
    series: int = 0
    took: float = 0.0
    expr: str = ""


@dataclass(frozen=True, slots=True)
class LiveReport:
    """All outcomes, the problems they make, and the panels in which a person would see nothing."""

    outcomes: list[QueryOutcome]
    problems: list[Problem]
    empty: list[Panel]
    asked: int
    reused: int
    server: str = ""

    @property
    def unasked(self) -> int:
        """Queries that nobody was asked."""
        return self.count(Verdict.NOT_ASKED)

    def count(self, verdict: Verdict) -> int:
        return sum(outcome.verdict is verdict for outcome in self.outcomes)


#: What puts the queries of dashboards and rules to a server.
Ask = Callable[[list[Board], list[Alert]], LiveReport]
#: Seconds before now over which a rule is said to look; it is asked about now alone.
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
    """Ask every query of every panel and variable, and of every rule; at most what the budget allows.

    A question that fails is that panel's problem, and the others are asked.

    Raises:
        ServerError: no question at all was answered, or the credentials are wrong.
    """
    asker = Asker(server, budget)
    problems: list[Problem] = []
    work: list[tuple[Query, Asked | str]] = []
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


def _asked(query: Query, server: QueryServer, values: Values, span: Span) -> Asked | str:
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
    target = filled(dict(query.target), values, span)
    expr = text(target.get("expr"))
    key = "" if query.language == PROMETHEUS else str(sorted((name, str(item)) for name, item in target.items()))
    return Asked(uid, query.language, expr, target, query.instant, span, key)


def _asked_rule(query: Query, server: QueryServer, wanted: str, span: Span) -> Asked | str:
    try:
        uid = server.datasource(PROMETHEUS, wanted) if server.answers(PROMETHEUS) else ""
    except LookupError as error:
        return str(error)
    return Asked(uid, PROMETHEUS, query.text, {"refId": "A", "expr": query.text}, instant=True, span=span)


def _judge(query: Query, asked: Asked | str, asker: Asker) -> QueryOutcome:
    if isinstance(asked, str):
        return QueryOutcome(query, Verdict.ERROR, asked)
    if not asker.server.answers(asked.language):
        why = f"it asks {asked.language}, and {asker.server.name} is none"
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
        # Sixty points of a month may all miss what began today; the newest value is seen whatever the width.
        newest = replace(asked, instant=True)
        again = asker.once(newest, lambda: (*asker.server.ask(newest), 0.0), counted=False)
        series = again[0] if isinstance(again, tuple) else 0
    if error:
        return QueryOutcome(query, Verdict.ERROR, error, 0, took, asked.expr)
    if series:
        return QueryOutcome(query, Verdict.DATA, "", series, took, asked.expr)
    verdict, detail = _why(asked, asker) if asked.language == PROMETHEUS else (Verdict.EMPTY, "")
    if query.alert is not None:
        verdict, detail = (
            (Verdict.QUIET, "") if verdict is Verdict.EMPTY else (verdict, f"{detail}: it never has anything")
        )
    return QueryOutcome(query, verdict, detail, 0, took, asked.expr)


def _why(asked: Asked, asker: Asker) -> tuple[Verdict, str]:
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


def _there(name: str, matchers: tuple[Matcher, ...], datasource: str, asker: Asker, at: float) -> bool | None:
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


def _problems(outcome: QueryOutcome, budget: Budget) -> Iterator[Problem]:
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
    panel, alert = query.panel, query.alert
    if alert is not None:
        shown = expr or query.text
        return Problem(rule, severity, message, alert.group, alert.name, 0, query.pointer, alert.source, "", shown)
    assert panel is not None
    return Problem(
        rule, severity, message, panel.board.name, panel.name, panel.id, f"{query.pointer}/expr", panel.source, "",
        expr or query.text,
    )  # fmt: skip


def _empty_panels(outcomes: list[QueryOutcome]) -> list[Panel]:
    """The panels none of whose queries gave anything."""
    seen: dict[int, Panel] = {}
    full: set[int] = set()
    for outcome in outcomes:
        panel = outcome.query.panel
        if panel is None:  # of a rule
            continue
        seen[id(panel)] = panel
        if outcome.verdict in (Verdict.DATA, Verdict.NOT_ASKED) or _says_so(outcome):
            full.add(id(panel))
    return [panel for number, panel in seen.items() if number not in full]


def _says_so(outcome: QueryOutcome) -> bool:
    """Whether the panel has a text for the case that nothing is there, and this is the case."""
    panel = outcome.query.panel
    return outcome.verdict is Verdict.EMPTY and panel is not None and bool(text(panel.defaults.get("noValue")))
