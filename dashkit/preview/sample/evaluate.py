"""Evaluate PromQL over base series."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from dashkit.preview.sample import functions, labelling, linear, operators, windows
from dashkit.preview.sample.aggregations import aggregated, last_value
from dashkit.preview.sample.matching import fits
from dashkit.preview.sample.quantiles import histogram_quantile
from dashkit.preview.sample.scope import Scope
from dashkit.preview.sample.signals import Clock, Values, growth, values
from dashkit.preview.sample.vectors import Series, UnsupportedError, Vector, nameless, present
from dashkit.promql.labels import is_scalar
from dashkit.promql.nodes import Aggregate, Binary, Call, Negative, Node, Number, Selector, String, Subquery

_GROWTH = frozenset({"rate", "irate", "increase"})
_SORTED = {"sort": False, "sort_desc": True}


def vector(node: Node, scope: Scope) -> Vector:
    """Return the series of a node; a single number is a series without labels.

    Raises:
        UnsupportedError: it holds something that is not evaluated.
    """
    if is_scalar(node):
        return [Series({}, numbers(node, scope))]
    found = linear.curves(node, scope)
    if found is not None:
        return [Series(labels, list(scope.clock.curve(curve))) for labels, curve in found]
    if isinstance(node, Selector):
        return _selected(node, scope)
    if isinstance(node, Call):
        return _called(node, scope)
    if isinstance(node, Aggregate):
        param = numbers(node.param, scope) if node.param is not None and is_scalar(node.param) else None
        text = node.param.value if isinstance(node.param, String) else ""
        return aggregated(node, vector(node.arg, scope), param, text)
    if isinstance(node, Binary):
        return _combined(node, scope)
    if isinstance(node, Negative):
        return functions.each(vector(node.arg, scope), lambda value: -value)
    if isinstance(node, Subquery):
        return vector(node.arg, scope.earlier(node.offset))
    raise UnsupportedError(type(node).__name__)


def numbers(node: Node, scope: Scope) -> Values:
    """Return a node that is a single number, at each time."""
    times = scope.clock.times
    if isinstance(node, Number):
        return [node.value] * len(times)
    if isinstance(node, Negative):
        return [None if value is None else -value for value in numbers(node.arg, scope)]
    if isinstance(node, Binary):
        result = operators.combined(node, numbers(node.left, scope), numbers(node.right, scope))
        return [0.0 if value is None else value for value in result]
    if isinstance(node, Call) and node.name == "scalar" and node.args:
        found = vector(node.args[0], scope)
        single = found[0].values if len(found) == 1 else [None] * len(times)
        return [math.nan if value is None else value for value in single]
    if isinstance(node, Call) and node.name in ("time", "pi"):
        return list(times) if node.name == "time" else [math.pi] * len(times)
    raise UnsupportedError(type(node).__name__)


def _selected(node: Selector, scope: Scope) -> Vector:
    if node.at:
        return _pinned(node, node, scope)
    clock = scope.clock.earlier(node.offset)
    if node.name in scope.recorded:
        every = _recorded(node.name, scope.at(clock))
        return [one for one in every if fits(one.labels, node.matchers)]
    return present(Series(labels, values(signal, clock)) for labels, signal in scope.find(node))


def _recorded(name: str, scope: Scope) -> Vector:
    key = ("vector", name, scope.clock.times)
    found: Vector | None = scope.known.get(key)
    if found is None:
        tree, inside = scope.rule(name)
        found = [Series({**one.labels, "__name__": name}, one.values) for one in vector(tree, inside)]
        scope.known[key] = found
    return found


def _pinned(node: Node, selector: Selector, scope: Scope) -> Vector:
    """Return a node with ``@``: what it is at one time, at all times."""
    kind, _, moment = selector.at.partition(" ")
    at = scope.start if kind.endswith("Start") else scope.end
    if kind.endswith("At"):
        at = _seconds(moment)
    free = replace(selector, at="")
    moved: Node = free
    if isinstance(node, Call):
        moved = replace(node, args=tuple(free if arg is selector else arg for arg in node.args))
    count = len(scope.clock.times)
    return [Series(one.labels, one.values * count) for one in vector(moved, scope.at(Clock([at])))]


def _seconds(moment: str) -> float:
    try:
        return datetime.fromisoformat(moment).timestamp()
    except ValueError as error:
        raise UnsupportedError(moment) from error


def _combined(node: Binary, scope: Scope) -> Vector:
    if is_scalar(node.left):
        return operators.with_number(node, vector(node.right, scope), numbers(node.left, scope), number_first=True)
    if is_scalar(node.right):
        return operators.with_number(node, vector(node.left, scope), numbers(node.right, scope), number_first=False)
    return operators.between_vectors(node, vector(node.left, scope), vector(node.right, scope))


def _called(node: Call, scope: Scope) -> Vector:
    arg = next((arg for arg in node.args if isinstance(arg, Selector | Subquery) and arg.range), None)
    if isinstance(arg, Selector) and arg.at:
        return _pinned(node, arg, scope)
    if isinstance(arg, Selector | Subquery) and arg in node.args:
        return _over_window(node, arg, scope)
    if node.name in functions.SIMPLE and node.args:
        return functions.each(vector(node.args[0], scope), functions.SIMPLE[node.name])
    if node.name in functions.DATES:
        dated = vector(node.args[0], scope) if node.args else [Series({}, list(scope.clock.times))]
        return functions.each(dated, functions.DATES[node.name])
    function = _OTHERS.get(node.name)
    if function is None or not node.args:
        raise UnsupportedError(node.name)
    return function(node, scope)


def _over_window(node: Call, arg: Selector | Subquery, scope: Scope) -> Vector:
    window = arg.range or 0.0
    if isinstance(arg, Selector) and node.name in _GROWTH and arg.name not in scope.recorded:
        clock = scope.clock.earlier(arg.offset)
        grown = [Series(nameless(labels), growth(signal, clock, window)) for labels, signal in scope.find(arg)]
        if node.name == "increase":
            return present(grown)
        return present(functions.each(grown, lambda value: value / window))
    if node.name == "absent_over_time":
        return _absent(node, scope)
    function = windows.FUNCTIONS.get(node.name)
    if node.name in ("quantile_over_time", "predict_linear"):
        number = next((numbers(one, scope)[0] for one in node.args if is_scalar(one)), None)
        function = windows.with_number(node.name, 0.0 if number is None else number)
    if function is None:
        raise UnsupportedError(node.name)
    instant: Node = arg.arg if isinstance(arg, Subquery) else linear.instant(arg)
    offset = arg.offset if isinstance(arg, Subquery) else 0.0
    count = windows.sample_count(window)
    shifts = [offset + window * place / (count - 1) for place in reversed(range(count))]
    return windows.over(node.name, function, [vector(instant, scope.earlier(shift)) for shift in shifts], window)


def _number(node: Call, place: int, scope: Scope, default: float) -> float:
    if len(node.args) <= place:
        return default
    value = numbers(node.args[place], scope)[0]
    return default if value is None else value


def _absent(node: Call, scope: Scope) -> Vector:
    arg = node.args[0]
    labels = {}
    if isinstance(arg, Selector):
        labels = {matcher.label: matcher.value for matcher in arg.matchers if matcher.op == "="}
        arg = linear.instant(arg)
    return functions.absent(vector(arg, scope), labels, len(scope.clock.times))


def _timestamp(node: Call, scope: Scope) -> Vector:
    return [Series(nameless(one.labels), list(scope.clock.times)) for one in vector(node.args[0], scope)]


def _sorted(node: Call, scope: Scope) -> Vector:
    return sorted(vector(node.args[0], scope), key=last_value, reverse=_SORTED[node.name])


def _sorted_by_label(node: Call, scope: Scope) -> Vector:
    names = [arg.value for arg in node.args[1:] if isinstance(arg, String)]
    found = vector(node.args[0], scope)
    return sorted(
        found, key=lambda one: [one.labels.get(name, "") for name in names], reverse=node.name.endswith("desc")
    )


def _relabelled(node: Call, scope: Scope) -> Vector:
    found = labelling.relabelled(node, vector(node.args[0], scope)) or []
    return [Series(labels, list(one)) for labels, one in found]


_OTHERS: dict[str, Callable[[Call, Scope], Vector]] = {
    "absent": _absent,
    "clamp": lambda node, scope: functions.clamped(
        vector(node.args[0], scope), _number(node, 1, scope, -math.inf), _number(node, 2, scope, math.inf)
    ),
    "clamp_min": lambda node, scope: functions.clamped(
        vector(node.args[0], scope), _number(node, 1, scope, -math.inf), math.inf
    ),
    "clamp_max": lambda node, scope: functions.clamped(
        vector(node.args[0], scope), -math.inf, _number(node, 1, scope, math.inf)
    ),
    "round": lambda node, scope: functions.rounded(vector(node.args[0], scope), _number(node, 1, scope, 1.0)),
    "histogram_quantile": lambda node, scope: histogram_quantile(
        _number(node, 0, scope, math.nan), vector(node.args[1], scope)
    ),
    "label_replace": _relabelled,
    "label_join": _relabelled,
    "timestamp": _timestamp,
    "sort": _sorted,
    "sort_desc": _sorted,
    "sort_by_label": _sorted_by_label,
    "sort_by_label_desc": _sorted_by_label,
    "vector": lambda node, scope: vector(node.args[0], scope),
    "info": lambda node, scope: vector(node.args[0], scope),
}
