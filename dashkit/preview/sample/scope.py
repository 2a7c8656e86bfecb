"""What an expression is evaluated with: times, base series, recorded series."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from dashkit.preview.sample.base import ALERTS, MOST, Base, BaseSeries
from dashkit.preview.sample.context import Wanted, wanted
from dashkit.preview.sample.invented import satisfying
from dashkit.preview.sample.matching import fits
from dashkit.preview.sample.seed import label_seed
from dashkit.preview.sample.signals import Clock
from dashkit.preview.sample.unknown import unknown_series
from dashkit.preview.sample.vectors import UnsupportedError
from dashkit.promql.nodes import Expression, Matcher, Node, Selector
from dashkit.promql.variables import MARK

#: Labels that a catalogue does not list by series.
_NOT_LISTED = ("le", "quantile", "__name__")
#: How many metrics one selector without a name is made to find.
_MOST_NAMES = 4
#: A recording rule may use others, and those others.
_DEEPEST = 6


@dataclass(frozen=True, slots=True)
class Scope:
    """The surroundings of a part of an expression. ``start`` and ``end`` are those of the whole range, in seconds."""

    base: Base
    clock: Clock
    start: float
    end: float
    wanted: Wanted = field(default_factory=Wanted)
    recorded: Mapping[str, Expression] = field(default_factory=dict)
    depth: int = 0
    #: What was calculated before, by what it is. Several threads share it, and it may be emptied at any time.
    known: dict[Any, Any] = field(default_factory=dict)

    def at(self, clock: Clock) -> Scope:
        """Return the same surroundings at other times."""
        return self if clock is self.clock else replace(self, clock=clock)

    def earlier(self, seconds: float) -> Scope:
        return self.at(self.clock.earlier(seconds))

    def rule(self, name: str) -> tuple[Node, Scope]:
        """Return the expression of a recording rule, and its surroundings.

        Raises:
            UnsupportedError: it is not valid, or recording rules use each other in a circle.
        """
        expression = self.recorded[name]
        if expression.tree is None or self.depth >= _DEEPEST:
            raise UnsupportedError(name)
        return expression.tree, replace(self, wanted=wanted(expression.places), depth=self.depth + 1)

    def find(self, selector: Selector) -> list[BaseSeries]:
        """Return the base series that a selector chooses. Of an unknown metric, there always are some."""
        key = ("find", selector.name, selector.matchers, self.wanted)
        found: list[BaseSeries] | None = self.known.get(key)
        if found is None:
            found = self.known[key] = self._find(selector)
        return found

    def covers(self, selector: Selector) -> bool:
        """Return whether a catalogue, or a recording rule, says what a selector finds."""
        if selector.name in self.recorded:
            return True
        early = [matcher for matcher in selector.matchers if matcher.label not in _NOT_LISTED]
        closed = [matcher for matcher in early if matcher.label not in self.base.open_labels(selector.name)]
        # Which alerts there are is not in any catalogue: those that it lists are all.
        return selector.name == ALERTS or self.base.has(selector.name, lambda labels: fits(labels, closed))

    def _find(self, selector: Selector) -> list[BaseSeries]:
        if self.covers(selector):
            return self._known(selector.name, selector.matchers)
        by_name = [matcher for matcher in selector.matchers if matcher.label == "__name__"]
        if by_name and not selector.name:
            names = [name for name in self.base.names if fits({"__name__": name}, by_name)]
            found = [one for name in names[:_MOST_NAMES] for one in self._known(name, selector.matchers)]
            if found:
                return found
        name = selector.name or satisfying("__name__", selector.matchers)
        every = unknown_series(name if MARK not in name else "value", self.wanted)
        return [one for one in every if fits(one.labels, selector.matchers)] or bent(every, selector.matchers)

    def _known(self, name: str, matchers: tuple[Matcher, ...]) -> list[BaseSeries]:
        every = self.base.series(name)
        found = [one for one in every if fits(one.labels, matchers)]
        if found:
            return found
        early = [matcher for matcher in matchers if matcher.label not in _NOT_LISTED]
        rest = self.base.rest(name, lambda labels: fits(labels, early))
        found = list(islice((one for one in rest if fits(one.labels, matchers)), MOST))
        more = self.base.open_labels(name)
        if found or not more:
            return found
        # A label may have values that no catalogue lists, such as the one that is asked for.
        closed = [matcher for matcher in matchers if matcher.label not in more]
        return bent([one for one in every if fits(one.labels, closed)], matchers)


def bent(every: Iterable[BaseSeries], matchers: tuple[Matcher, ...]) -> list[BaseSeries]:
    """Return series with other values for the labels that do not satisfy matchers; those that then are alike once."""
    found: dict[str, BaseSeries] = {}
    for one in every:
        wrong = {matcher.label for matcher in matchers if not fits(one.labels, [matcher])} - {"__name__", "le"}
        labels = {**one.labels, **{label: satisfying(label, matchers) for label in wrong}}
        kept = {label: value for label, value in labels.items() if value}
        found.setdefault(label_seed(kept), BaseSeries(kept, one.signal))
    return list(found.values())
