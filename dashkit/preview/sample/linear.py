"""The parts of an expression that are sums of rates and gauges, calculated on curves instead of values.

A sum of three hundred series costs no more than one of two that way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from dashkit.preview.sample import labelling, waves
from dashkit.preview.sample.matching import fits
from dashkit.preview.sample.scope import Scope
from dashkit.preview.sample.signals import Counter, Gauge
from dashkit.preview.sample.vectors import Labels, compared, groups, key_of, matched, nameless
from dashkit.preview.sample.waves import Wave
from dashkit.promql.nodes import Aggregate, Binary, Call, Negative, Node, Number, Selector, Subquery

Curves = list[tuple[Labels, Wave]]

_RATES = frozenset({"rate", "irate", "increase"})


def curves(node: Node, scope: Scope) -> Curves | None:
    """Return the curves of a node, or None if it is more than sums and averages of curves."""
    if isinstance(node, Selector):
        return _selected(node, scope) if node.range is None else None
    if isinstance(node, Call):
        return _called(node, scope)
    if isinstance(node, Aggregate):
        return _aggregated(node, scope)
    if isinstance(node, Binary):
        return _combined(node, scope)
    if isinstance(node, Negative):
        return _each(curves(node.arg, scope), lambda curve: waves.scaled(curve, -1))
    return None


def constant_of(node: Node) -> float | None:
    """Return the value of a node that is the same number at all times."""
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Negative):
        value = constant_of(node.arg)
        return None if value is None else -value
    if isinstance(node, Binary) and node.op in "+-*/":
        left, right = constant_of(node.left), constant_of(node.right)
        if left is None or right is None or (node.op == "/" and right == 0):
            return None
        return {"+": left + right, "-": left - right, "*": left * right}.get(node.op, left / (right or 1))
    return None


def _each(found: Curves | None, change: Callable[[Wave], Wave], *, named: bool = False) -> Curves | None:
    if found is None:
        return None
    return [(labels if named else nameless(labels), change(curve)) for labels, curve in found]


def _selected(node: Selector, scope: Scope) -> Curves | None:
    if node.at:
        return None
    if node.name in scope.recorded:
        return _each(_recorded(node, scope), lambda curve: waves.earlier(curve, node.offset), named=True)
    found: Curves = []
    for labels, signal in scope.find(node):
        if not isinstance(signal, Gauge) or signal.whole:
            return None
        found.append((labels, waves.earlier(signal.wave, node.offset)))
    return found


def _recorded(node: Selector, scope: Scope) -> Curves | None:
    key = ("curves", node.name)
    # A tuple, as the curves themselves may be None.
    known: tuple[Curves | None] | None = scope.known.get(key)
    if known is None:
        tree, inside = scope.rule(node.name)
        known = scope.known[key] = (curves(tree, inside),)
    (every,) = known
    if every is None:
        return None
    named: Curves = [({**labels, "__name__": node.name}, curve) for labels, curve in every]
    return [(labels, curve) for labels, curve in named if fits(labels, node.matchers)]


def _called(node: Call, scope: Scope) -> Curves | None:
    if node.name in ("label_replace", "label_join") and node.args:
        return labelling.relabelled(node, curves(node.args[0], scope))
    if not node.args or not isinstance(node.args[0], Selector | Subquery):
        return None
    arg = node.args[0]
    if (
        node.name in _RATES
        and isinstance(arg, Selector)
        and arg.range
        and arg.name not in scope.recorded
        and not arg.at
    ):
        return _rate(node.name, arg, arg.range, scope)
    if node.name not in ("avg_over_time", "last_over_time", "deriv", "predict_linear") or not arg.range:
        return None
    found = curves(arg.arg, scope) if isinstance(arg, Subquery) else curves(instant(arg), scope)
    window, last = arg.range, node.name == "last_over_time"
    if isinstance(arg, Subquery):
        offset = arg.offset
        found = _each(found, lambda curve: waves.earlier(curve, offset), named=True)
    if node.name == "predict_linear":
        ahead = constant_of(node.args[1]) if len(node.args) > 1 else None
        return None if ahead is None else _each(found, lambda curve: _predicted(curve, window, ahead))
    change: Mapping[str, Callable[[Wave], Wave]] = {
        "avg_over_time": lambda curve: waves.averaged(curve, window),
        "last_over_time": lambda curve: curve,
        "deriv": lambda curve: waves.slope(waves.averaged(curve, window)),
    }
    return _each(found, change[node.name], named=last)


def _rate(name: str, arg: Selector, window: float, scope: Scope) -> Curves | None:
    # The last two samples are a scrape apart; here that is half a minute.
    width = min(window, 30.0) if name == "irate" else window
    found: Curves = []
    for labels, signal in scope.find(arg):
        if not isinstance(signal, Counter):
            return None
        curve = waves.averaged(waves.earlier(signal.rate, arg.offset), width)
        found.append((nameless(labels), waves.scaled(curve, window) if name == "increase" else curve))
    return found


def instant(node: Selector) -> Selector:
    """Return a selector without its range."""
    return replace(node, range=None, range_text="")


def _predicted(curve: Wave, window: float, ahead: float) -> Wave:
    """Continue the line through a window: it goes through the window's mean in its middle."""
    mean = waves.averaged(curve, window)
    return waves.plus(mean, waves.scaled(waves.slope(mean), window / 2 + ahead))


def _aggregated(node: Aggregate, scope: Scope) -> Curves | None:
    if node.op not in ("sum", "avg"):
        return None
    found = curves(node.arg, scope)
    if found is None:
        return None
    sums = [(labels, waves.total(members), len(members)) for labels, members in groups(node, found)]
    return [(labels, waves.scaled(curve, 1 / count) if node.op == "avg" else curve) for labels, curve, count in sums]


def _combined(node: Binary, scope: Scope) -> Curves | None:
    left, right = constant_of(node.left), constant_of(node.right)
    if right is not None and node.op in ("*", "/", "+", "-"):
        if node.op == "/" and right == 0:
            return None
        return _each(curves(node.left, scope), lambda curve: _with_number(curve, node.op, right))
    if left is not None and node.op in ("*", "+", "-"):
        return _each(curves(node.right, scope), lambda curve: _number_with(left, node.op, curve))
    if node.op not in ("+", "-", "or"):
        return None
    first = curves(node.left, scope)
    second = curves(node.right, scope) if first is not None else None
    if first is None or second is None:
        return None
    if node.op == "or":
        return _either(node, first, second)
    sign = 1.0 if node.op == "+" else -1.0
    return list(matched(node, first, second, lambda one, other: waves.plus(one, waves.scaled(other, sign))))


def _either(node: Binary, first: Curves, second: Curves) -> Curves:
    taken = {compared(node, labels) for labels, _ in first}
    every = [*first, *(pair for pair in second if compared(node, pair[0]) not in taken)]
    return list({key_of(labels): (labels, curve) for labels, curve in reversed(every)}.values())[::-1]


def _with_number(curve: Wave, op: str, number: float) -> Wave:
    if op in "*/":
        return waves.scaled(curve, number if op == "*" else 1 / number)
    return waves.plus(curve, waves.constant(number if op == "+" else -number))


def _number_with(number: float, op: str, curve: Wave) -> Wave:
    if op == "*":
        return waves.scaled(curve, number)
    return waves.plus(waves.constant(number), waves.scaled(curve, 1.0 if op == "+" else -1.0))
