"""The conditions of alerts of before Grafana 9 as PromQL."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dashkit.authoring.paths import Json
from dashkit.document.legacy_axis import bound
from dashkit.document.v2.loose import items, mapping, text
from dashkit.model.durations import is_duration
from dashkit.promql.nodes import Aggregate, Call, Selector
from dashkit.promql.tree import parse

#: What a reducer did with the values of the last minutes. The last value is what Prometheus returns anyway.
_OVER_TIME = {
    "avg": "avg_over_time({})",
    "count": "count_over_time({})",
    "count_non_null": "count_over_time({})",
    "last": "",
    "max": "max_over_time({})",
    "median": "quantile_over_time(0.5, {})",
    "min": "min_over_time({})",
    "sum": "sum_over_time({})",
}


class NotSayableError(Exception):
    """A condition that PromQL cannot say. The message says what it is."""


def condition(conditions: list[Json], query: Callable[[str], str]) -> str:
    """Return the expression of conditions that are tested one after another.

    Args:
        query: returns the PromQL of a query by its refId.

    Raises:
        NotSayableError: a condition or a query has no counterpart.
    """
    if not conditions:
        raise NotSayableError("it has no condition")
    made = _condition(conditions[0], query)
    for one in conditions[1:]:
        # Conditions were about any series each, so their labels need not be the same.
        word = "or" if text(mapping(one.get("operator")).get("type")) == "or" else "and on ()"
        made = f"({made}) {word} ({_condition(one, query)})"
    return made


def _condition(one: Json, query: Callable[[str], str]) -> str:
    if one.get("type", "query") != "query":
        raise NotSayableError(f"a condition of the kind {one.get('type')!r}")
    asked = [text(part) for part in items(mapping(one.get("query")).get("params"))]
    if len(asked) != 3 or asked[2] != "now" or not is_duration(asked[1]):
        raise NotSayableError("a time range that does not end now")
    kind = text(mapping(one.get("reducer")).get("type"), "avg")
    if kind not in _OVER_TIME:
        raise NotSayableError(f"the reducer {kind}()")
    expr = query(asked[0])
    limit = mapping(one.get("evaluator"))
    if limit.get("type") == "no_value":
        return f"absent({expr})"
    value = _OVER_TIME[kind].format(_over(expr, asked[1])) if _OVER_TIME[kind] else _whole(expr)
    return _compared(value, text(limit.get("type")), items(limit.get("params")))


def _compared(value: str, kind: str, params: list[Any]) -> str:
    limits = [found for one in params if (found := bound(one)) is not None]
    if kind in ("gt", "lt") and limits:
        return f"{value} {'>' if kind == 'gt' else '<'} {limits[0]}"
    if kind in ("within_range", "outside_range") and len(limits) > 1:
        least, most = sorted(limits[:2])
        return f"{value} > {least} < {most}" if kind == "within_range" else f"{value} < {least} or {value} > {most}"
    raise NotSayableError(f"the evaluator {kind or 'without a kind'}")


def _over(expr: str, window: str) -> str:
    """Return the values of an expression over a window: a range of samples, or a subquery."""
    tree = parse(expr).tree
    if (
        isinstance(tree, Selector)
        and tree.range is None
        and not tree.offset
        and not tree.at
        and tree.span == (0, len(expr))
    ):
        return f"{expr}[{window}]"
    return f"{_whole(expr)}[{window}:]"


def _whole(expr: str) -> str:
    """Return an expression in parentheses, if what follows would otherwise belong to a part of it."""
    tree = parse(expr).tree
    alone = isinstance(tree, Selector | Call | Aggregate) and tree.span == (0, len(expr))
    return expr if alone else f"({expr})"
