"""Rates over a fixed range in graphs, as rates over `$__rate_interval`."""

from __future__ import annotations

import re
from typing import Any

from dashkit.authoring.paths import Json
from dashkit.document.v2.loose import mapping, objects, text
from dashkit.document.walk import panels
from dashkit.lint.series import function_around
from dashkit.promql.nodes import Expression, Selector, Span, Subquery
from dashkit.promql.tree import parse

#: Whose value is per second, whatever the range. That of an ``increase`` is per range.
_PER_SECOND = frozenset(("rate", "irate"))
#: In seconds. Longer ranges smooth on purpose.
_LONGEST = 300
_ADAPTIVE = "$__rate_interval"


def adaptive_rates(spec: Json) -> list[str]:
    """Give rates of Prometheus with a short fixed range the one that fits the graph, in place, and return that in words."""
    changed = 0
    for placed in panels(spec):
        for target in objects(placed.panel.get("targets")):
            if _is_graphed(target) and (new := adaptive(target["expr"], _said(placed.panel, target))):
                target["expr"] = new
                changed += 1
    queries = "1 query" if changed == 1 else f"{changed} queries"
    return [f"rates over a fixed range adapt to the graph ([{_ADAPTIVE}]) in {queries}"] if changed else []


def _is_graphed(target: Json) -> bool:
    """Return whether a query of Prometheus is asked over the time range, so that its rates have to fit the graph's points."""
    source = mapping(target.get("datasource")).get("type")
    return source == "prometheus" and bool(text(target.get("expr"))) and target.get("instant") is not True


def _said(panel: Json, target: Json) -> str:
    """Return what people read about the values of a query."""
    texts: list[Any] = [panel.get("title"), panel.get("description"), target.get("legendFormat")]
    axis = mapping(mapping(mapping(panel.get("fieldConfig")).get("defaults")).get("custom")).get("axisLabel")
    return "\n".join(map(text, [*texts, axis]))


def adaptive(expr: str, said: str) -> str:
    """Return an expression with adaptive rates, or nothing if that is not what is meant.

    Args:
        said: what people read about it. If it names the range, the range is meant.
    """
    expression = parse(expr)
    fixed = _fixed(expression)
    ranges = {selector.range_text for selector in fixed}
    if len(ranges) != 1 or _named(ranges.pop(), said) or not _alike(expression, fixed):
        return ""
    for start, end in sorted((_bracket(expr, selector.span) for selector in fixed), reverse=True):
        expr = f"{expr[:start]}{_ADAPTIVE}{expr[end:]}"
    return expr


def _fixed(expression: Expression) -> list[Selector]:
    return [
        selector
        for selector, place in expression.of(Selector)
        if selector.named
        and function_around(place) in _PER_SECOND
        and selector.range is not None
        and re.fullmatch(r"\w+", selector.range_text)
        and selector.range <= _LONGEST
        and not selector.offset
        and not selector.at
        and not any(isinstance(node, Subquery) for node in place.above)
    ]


def _alike(expression: Expression, fixed: list[Selector]) -> bool:
    """Return whether the other ranges of an expression are the same, for different ones are compared with each other."""
    lengths = {selector.range for selector in expression.selectors() if selector.range is not None}
    return lengths == {fixed[0].range}


def _named(length: str, said: str) -> bool:
    number, unit = re.fullmatch(r"(\d+)(\w+)", length).groups()  # type: ignore[union-attr] # a duration of PromQL
    words = {"s": "s(ec)?", "m": "m(in)?"}.get(unit, unit)
    return re.search(rf"(?<!\d){number}[\s-]?{words}", said, re.IGNORECASE) is not None


def _bracket(expr: str, span: Span) -> Span:
    """Return where the range of a selector stands in the expression."""
    start = expr.rindex("[", *span) + 1
    return start, expr.index("]", start)
