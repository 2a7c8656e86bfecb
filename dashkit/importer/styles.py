"""What many panels or queries of a dashboard have in common, said once: a function of the module that calls the helper."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from dashkit.authoring.call import Call, calls, changed
from dashkit.authoring.panels import KINDS
from dashkit.importer.code import expression

#: So many calls: fewer are easier to read where they stand.
_CALLS = 3
#: How many lines of arguments a function has to save beyond its own.
_WORTH = 3
#: What is a panel's or a query's own.
_OWN = frozenset(
    ("key", "width", "height", "position", "description", "queries", "raw", "overrides", "links", "repeat", "ref")
)
#: So many different sets of arguments are compared with each other.
_MOST = 40
_QUERIES = {"prometheus": "promql", "loki": "logql"}
"""Helpers of queries, and the names of the functions that call them."""
_VARIABLE = "query_variable"

_Pairs = frozenset[tuple[str, str]]
"""Names of arguments, each with its value as code."""


@dataclass(frozen=True, slots=True)
class Style:
    """A function of the module: its name, the helper that it calls, and the options that it gives."""

    name: str
    helper: str
    options: Mapping[str, Any]

    @property
    def returns(self) -> str:
        """The type of what it returns."""
        return "Query" if self.helper in _QUERIES else "Variable" if self.helper == _VARIABLE else "Panel"

    @property
    def source(self) -> str:
        """The function as Python, to be formatted."""
        given = "".join(f", {name}={expression(value)}" for name, value in self.options.items())
        takes, gives = "title: str, *queries: Any", "title, *queries"
        if self.helper in _QUERIES:
            takes, gives = "expr: str, *legend: str", "expr, *legend"
        elif self.helper == _VARIABLE:
            takes, gives = "name: str, query: Any", "name, query"
        return (
            f"def {self.name}({takes}, **options: Any) -> {self.returns}:\n"
            f'    """{self.helper}(...) as this dashboard has it."""\n'
            f"    return {self.helper}({gives}{given}, **options)"
        )


def styled(call: Call) -> tuple[list[Style], Call]:
    """Return the styles of a dashboard, and the call that makes it with them."""
    by_helper: dict[str, list[Call]] = {}
    for one in calls(call):
        by_helper.setdefault(one.helper, []).append(one)
    names = _QUERIES | {_VARIABLE: "variable"} | {helper: f"{helper}_panel" for helper in KINDS}
    styles = [style for helper, name in names.items() if (style := _style(name, helper, by_helper.get(helper, [])))]
    chosen = {style.helper: style for style in styles}
    return styles, changed(call, lambda one: _with(one, chosen))


def _style(name: str, helper: str, alike: list[Call]) -> Style | None:
    """Return what many calls of a helper have in common, if that is worth a function."""
    sets = Counter(map(_pairs, alike))
    worth, common = max(((_worth(one, sets), one) for one in _shared(sets)), key=_order, default=(0, frozenset()))
    if worth < _WORTH:
        return None
    example = next(one for one in alike if common <= _pairs(one))
    names = {argument for argument, _ in common}
    return Style(name, helper, {key: value for key, value in example.keywords.items() if key in names})


def _shared(sets: Counter[_Pairs]) -> Iterator[_Pairs]:
    """Yield what two calls have in common, and what one has."""
    most = [one for one, _ in sets.most_common(_MOST)]
    yield from most
    yield from (one & other for one, other in combinations(most, 2))


def _worth(common: _Pairs, sets: Mapping[_Pairs, int]) -> int:
    """Return how many lines of arguments a function saves, without those that it takes itself."""
    times = sum(count for one, count in sets.items() if common <= one)
    return len(common) * (times - 1) - 4 if times >= _CALLS else 0


def _order(found: tuple[int, _Pairs]) -> tuple[int, list[tuple[str, str]]]:
    return found[0], sorted(found[1])


def _pairs(call: Call) -> _Pairs:
    return frozenset((name, expression(value)) for name, value in call.keywords.items() if name not in _OWN)


def _with(call: Call, styles: Mapping[str, Style]) -> Call:
    """Return the call of a style in place of one that says all that the style gives."""
    style = styles.get(call.helper)
    if style is None or not {(name, expression(one)) for name, one in style.options.items()} <= _pairs(call):
        return call
    rest = {name: entry for name, entry in call.keywords.items() if name not in style.options}
    return Call(style.name, call.arguments, rest)
