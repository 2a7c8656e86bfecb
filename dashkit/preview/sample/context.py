"""What an expression says of the metrics in it, for those that no catalogue knows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from dashkit.preview.sample.invented import demanded, invented_values, is_place, satisfying
from dashkit.preview.sample.matching import satisfied
from dashkit.promql.nodes import Aggregate, Binary, Call, Matcher, Node, Number, Place, Selector, String, Subquery
from dashkit.promql.variables import MARK

_OF_COUNTERS = frozenset({"rate", "irate", "increase", "resets"})
_OF_BUCKETS = frozenset({"histogram_quantile", "histogram_fraction"})


class Wanted(NamedTuple):
    """What an expression needs.

    Attributes:
        values: the labels that its series need, those of the result first, and the values that each can have.
        kept: the labels of the result, and those that series are matched on.
        counters, buckets: names that are used as such.
        equal: numbers that names are compared with.
        names: all names in it.
    """

    values: tuple[tuple[str, tuple[str, ...]], ...] = ()
    kept: frozenset[str] = frozenset()
    counters: frozenset[str] = frozenset()
    buckets: frozenset[str] = frozenset()
    equal: tuple[tuple[str, float], ...] = ()
    names: frozenset[str] = frozenset()


def wanted(places: Iterable[Place], legend: Iterable[str] = ()) -> Wanted:
    """Return what an expression needs; ``legend`` are the labels that the legend names."""
    placed = [place for place in places if isinstance(place.node, Selector)]
    made = {label for place in placed for label in _made(place.above)}
    kept = [label for place in placed for node in place.above for label in _labels_of(node)] + list(legend)
    matched = [matcher.label for place in placed for matcher in _matchers(place)]
    own = _plain(label for label in [*dict.fromkeys(kept), *dict.fromkeys(matched)] if label not in made)
    return Wanted(
        tuple((label, _values(label, placed)) for label in own),
        frozenset(kept),
        frozenset(_name(place) for place in placed if _used_in(place, _OF_COUNTERS)),
        frozenset(_name(place) for place in placed if _is_bucket(place)),
        tuple(_compared(placed)),
        frozenset(_name(place) for place in placed),
    )


def _plain(labels: Iterable[str]) -> list[str]:
    return list(
        dict.fromkeys(label for label in labels if MARK not in label and label not in ("le", "__name__", "quantile"))
    )


def _name(place: Place) -> str:
    assert isinstance(place.node, Selector)
    return place.node.name


def _matchers(place: Place) -> tuple[Matcher, ...]:
    assert isinstance(place.node, Selector)
    return place.node.matchers


def _labels_of(node: Node) -> Iterator[str]:
    """Yield the labels that a node needs of its parts."""
    if isinstance(node, Aggregate) and node.grouping == "by":
        yield from node.labels
    elif isinstance(node, Binary):
        yield from node.labels if node.on else ()
        yield from node.included
    elif isinstance(node, Call) and node.name in ("label_replace", "label_join"):
        texts = [arg.value for arg in node.args if isinstance(arg, String)]
        yield from texts[2:3] if node.name == "label_replace" else texts[2:]


def _made(above: Iterable[Node]) -> Iterator[str]:
    """Yield the labels that functions make, which no base series needs."""
    for node in above:
        if isinstance(node, Call) and node.name in ("label_replace", "label_join"):
            texts = [arg.value for arg in node.args if isinstance(arg, String)]
            yield from (text for text in texts[:1] if text not in texts[2:3])
        elif isinstance(node, Aggregate) and node.op == "count_values" and isinstance(node.param, String):
            yield node.param.value


def _values(label: str, placed: Iterable[Place]) -> tuple[str, ...]:
    """Return the values that a label needs, so that each selector finds something."""
    found: list[str] = []
    free = False
    for place in placed:
        own = [matcher for matcher in _matchers(place) if matcher.label == label]
        asked = [value for matcher in own for value in demanded(matcher)]
        found += [value for value in asked if all(satisfied(matcher, value) for matcher in own)]
        if not asked:
            free = True
            found.append(satisfying(label, own))
    usual = invented_values(label) if free and not (found and is_place(label)) else ()
    # Without a label: what `label=""` asks for.
    return tuple(dict.fromkeys([*found, *usual]))


def _used_in(place: Place, functions: frozenset[str]) -> bool:
    above = [node for node in place.above if not isinstance(node, Subquery)]
    return bool(above) and isinstance(above[-1], Call) and above[-1].name in functions


def _is_bucket(place: Place) -> bool:
    by_le = any(isinstance(node, Aggregate) and "le" in node.labels for node in place.above)
    matched = any(matcher.label == "le" for matcher in _matchers(place))
    called = any(isinstance(node, Call) and node.name in _OF_BUCKETS for node in place.above)
    return by_le or matched or called or _name(place).endswith("_bucket")


def _compared(placed: Iterable[Place]) -> Iterator[tuple[str, float]]:
    for place in placed:
        parent = place.parent
        if isinstance(parent, Binary):
            other = parent.right if parent.left is place.node else parent.left
            if isinstance(other, Number) and parent.op == "==":
                yield _name(place), other.value
