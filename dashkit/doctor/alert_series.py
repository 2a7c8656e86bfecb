"""Ask a Prometheus for the parts of an expression, and why a selector finds nothing."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from dashkit.doctor.alert_parts import query_of
from dashkit.metrics.prometheus import Measured, QueryError
from dashkit.model.durations import duration
from dashkit.promql.nodes import Matcher, Node, Selector

#: How many label values or metrics a sentence names.
_NAMED = 4


class Queries(Protocol):
    """What is asked of a server with Prometheus' API."""

    def measured(self, expr: str, start: float | None, end: float, step: float) -> list[Measured]: ...

    def label_values(self, label: str, match: str = "") -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Part:
    """What a part of an expression is now: its series, and their lowest and highest values (None without a number)."""

    text: str
    series: int
    low: float | None = None
    high: float | None = None


class Missing(NamedTuple):
    """Why a selector finds nothing, and what to do. ``well`` if it asks for what is not as it should be, and all is."""

    text: str
    mend: str
    well: bool = False


class Parts:
    """Asks for each part of one expression at one time, once."""

    def __init__(self, server: Queries, text: str, now: float, hours: float) -> None:
        self.text, self.now = text, now
        self._server = server
        self._hours = hours
        self._found: dict[str, list[Measured]] = {}
        #: What the server said of parts that it cannot evaluate, by their queries.
        self._errors: dict[str, str] = {}

    def series(self, node: Node) -> list[Measured]:
        """Return the series of a part; none if the server cannot evaluate it. Raises `ServerError` if it does not answer."""
        return self.ask(query_of(node, self.text))

    def error(self, node: Node) -> str:
        """Return why the server cannot evaluate a part; empty if it can."""
        self.series(node)
        return self._errors.get(query_of(node, self.text), "")

    def ask(self, expr: str) -> list[Measured]:
        """Return the series of a query, those that have a value. Errors as for `series`."""
        if expr not in self._found:
            try:
                found = self._server.measured(expr, None, self.now, 0)
            except QueryError as error:
                found, self._errors[expr] = [], error.message
            self._found[expr] = [entry for entry in found if entry.values]
        return self._found[expr]

    def part(self, node: Node) -> Part:
        """Return a part in numbers. Raises `ServerError`."""
        values = [entry.values[-1] for entry in self.series(node)]
        numbers = [value for value in values if value == value]
        text = " ".join(self.text[slice(*node.span)].split())
        return Part(text, len(values), min(numbers, default=None), max(numbers, default=None))

    def missing(self, selector: Selector, recorded: frozenset[str]) -> Missing:
        """Return why a selector has no series. ``recorded`` are the series that the project's own rules record."""
        name, window = selector.name, f"{round(self._hours * 3600)}s"
        if not selector.named or selector.alternatives:
            return Missing(f"no series matches {self.text[slice(*selector.span)]}", "")
        if not self.ask(f'count(last_over_time({{__name__="{name}"}}[{window}]))'):
            return self._no_metric(name, recorded)
        for matcher in selector.matchers:
            if matcher.variable:
                continue
            # An empty value stands for a label that is not there.
            counted = self.ask(f'count by ({matcher.label}) (last_over_time({{__name__="{name}"}}[{window}]))')
            values = [entry.labels.get(matcher.label, "") for entry in counted]
            if not any(matcher.matches(value) for value in values):
                return _no_value(name, matcher, sorted(values))
        inside = ", ".join(map(_query, selector.matchers))
        every = "{" + f'__name__="{name}"' + (f", {inside}" if inside else "") + "}"
        if selector.matchers and not self.ask(f"count(last_over_time({every}[{window}]))"):
            together = ", ".join(map(str, selector.matchers))
            return Missing(f"{name} has series for each of {{{together}}}, but none for all of them together", "")
        long = duration(self._hours * 3600)
        mend = "is its target down? dashkit doctor --prometheus URL says"
        return Missing(f"{name} had such series in the last {long}, but has none now", mend)

    def _no_metric(self, name: str, recorded: frozenset[str]) -> Missing:
        known = self._server.label_values("__name__")
        if name in recorded:
            return Missing(
                f"{name} is recorded by a rule of the project, and was not",
                "dashkit rules build, and reload Prometheus",
            )
        if name in known:
            return Missing(
                f"{name} has had no sample for {duration(self._hours * 3600)}",
                "is its target down, or no longer scraped?",
            )
        near = difflib.get_close_matches(name, known, n=_NAMED, cutoff=0.7)
        also = f"; there is {', '.join(near)}" if near else ""
        return Missing(f"there is no metric {name}{also}", "scrape what exposes it, or correct the name")


def _query(matcher: Matcher) -> str:
    value = matcher.value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'{matcher.label}{matcher.op}"{value}"'


def _no_value(name: str, matcher: Matcher, values: Sequence[str]) -> Missing:
    there = [value for value in values if value]
    if not there:
        return Missing(
            f"{name} has no label {matcher.label}, so {matcher} matches nothing", "correct the label in the rule"
        )
    near = difflib.get_close_matches(matcher.value, there, n=_NAMED, cutoff=0.5) or there[:_NAMED]
    shown = ", ".join(f'"{value}"' for value in near) + (
        f" and {len(there) - len(near)} more" if len(there) > len(near) else ""
    )
    values = f"its {matcher.label} is {shown}"
    if matcher.op in ("!=", "!~"):
        return Missing(f"{name} has no series with {matcher}: {values}", "", well=True)
    mend = "if there should be such series now: correct the value in the rule, or the labels of the target"
    return Missing(f"{name} has no series with {matcher}; {values}", mend)
