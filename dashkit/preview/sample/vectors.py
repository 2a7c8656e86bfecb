"""Series with their values, and how the labels of two of them are compared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple, TypeVar

from dashkit.preview.sample.signals import Values
from dashkit.promql.nodes import Aggregate, Binary

Labels = Mapping[str, str]
Key = tuple[tuple[str, str], ...]


class Series(NamedTuple):
    """The values of one series at the times that were asked for."""

    labels: Labels
    values: Values


Vector = list[Series]

_One = TypeVar("_One")
_Other = TypeVar("_Other")
_Result = TypeVar("_Result")


class UnsupportedError(Exception):
    """An expression holds something that is not evaluated."""


def nameless(labels: Labels) -> dict[str, str]:
    """Return labels without the name of the metric."""
    return {label: value for label, value in labels.items() if label != "__name__"}


def present(series: Iterable[Series]) -> Vector:
    """Return the series that have a value at some time."""
    return [one for one in series if any(value is not None for value in one.values)]


def key_of(labels: Labels) -> Key:
    """Return labels in a form that can be looked up."""
    return tuple(sorted(labels.items()))


def grouped(node: Aggregate, labels: Labels) -> dict[str, str]:
    """Return the labels that an aggregation leaves of a series."""
    if node.grouping == "by":
        return {label: labels[label] for label in node.labels if label in labels}
    if node.grouping == "without":
        return {label: value for label, value in labels.items() if label not in node.labels and label != "__name__"}
    return {}


def groups(node: Aggregate, every: Sequence[tuple[Labels, _One]]) -> list[tuple[dict[str, str], list[_One]]]:
    """Return what an aggregation puts together, with the labels of each group."""
    found: dict[Key, tuple[dict[str, str], list[_One]]] = {}
    for labels, one in every:
        left = grouped(node, labels)
        found.setdefault(key_of(left), (left, []))[1].append(one)
    return list(found.values())


def compared(node: Binary, labels: Labels) -> Key:
    """Return what the two sides of an operator have to agree on."""
    if node.on:
        return tuple((label, labels.get(label, "")) for label in node.labels)
    return tuple(sorted(pair for pair in labels.items() if pair[0] != "__name__" and pair[0] not in node.labels))


def matched(
    node: Binary,
    left: Sequence[tuple[Labels, _One]],
    right: Sequence[tuple[Labels, _Other]],
    combine: Callable[[_One, _Other], _Result],
    *,
    named: bool = False,
) -> list[tuple[dict[str, str], _Result]]:
    """Return the results of an operator for the pairs that match; ``named`` if they keep the name of the metric.

    Where Prometheus would complain that several match, the first does.
    """
    many_right = node.group == "right"
    ones: dict[Key, tuple[Labels, _One | _Other]] = {}
    for labels, one in left if many_right else right:
        ones.setdefault(compared(node, labels), (labels, one))
    found: dict[Key, tuple[dict[str, str], _Result]] = {}
    for labels, each in right if many_right else left:
        partner = ones.get(compared(node, labels))
        if partner is None:
            continue
        kept = _result_labels(node, labels, partner[0], named=named)
        pair = (partner[1], each) if many_right else (each, partner[1])
        found.setdefault(key_of(kept), (kept, combine(*pair)))  # type: ignore[arg-type]
    return list(found.values())


def _result_labels(node: Binary, many: Labels, one: Labels, *, named: bool) -> dict[str, str]:
    kept = dict(many) if named else nameless(many)
    if node.group:
        for label in node.included:
            kept.pop(label, None)
            if one.get(label):
                kept[label] = one[label]
        return kept
    if node.on:
        return {label: kept[label] for label in node.labels if label in kept}
    return {label: value for label, value in kept.items() if label not in node.labels}
