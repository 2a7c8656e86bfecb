"""Labels of a query's result: those that every series has, and those that a series may have.

https://prometheus.io/docs/prometheus/latest/querying/operators/#vector-matching
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dashkit.promql.nodes import Aggregate, Binary, Call, Matcher, Negative, Node, Number, Selector, String, Subquery
from dashkit.promql.variables import MARK

#: Scraping sets both on every series. Only recorded series, whose names have a colon, may have lost them.
SCRAPED = frozenset({"job", "instance"})
_PASSED_ON = frozenset({"topk", "bottomk", "limitk", "limit_ratio"})
_SCALARS = frozenset({"scalar", "time", "pi"})
_ABSENT = frozenset({"absent", "absent_over_time"})
#: Functions that use the current time if they have no argument.
_OF_TIME = frozenset({"hour", "minute", "month", "year", "day_of_month", "day_of_week", "day_of_year", "days_in_month"})


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels of a set of series.

    ``sure`` are on every series. ``possible`` are all that can be on one (None if unknown), except those in ``gone``.
    """

    sure: frozenset[str] = frozenset()
    possible: frozenset[str] | None = None
    gone: frozenset[str] = frozenset()

    def may_have(self, label: str) -> bool:
        """Return whether a series can have a label. The metric name counts as present until an aggregation drops it."""
        if label == "__name__":
            return "__name__" not in self.gone
        return label not in self.gone and (self.possible is None or label in self.possible)

    def without(self, labels: frozenset[str]) -> Labels:
        possible = None if self.possible is None else self.possible - labels
        return Labels(self.sure - labels, possible, self.gone | labels)

    def only(self, labels: frozenset[str]) -> Labels:
        gone = frozenset() if "__name__" in labels else frozenset({"__name__"})
        return Labels(self.sure & labels, frozenset(label for label in labels if self.may_have(label)), gone)

    def plus(self, labels: frozenset[str]) -> Labels:
        """Return the labels after ``labels`` were overwritten, possibly with empty values."""
        possible = None if self.possible is None else self.possible | labels
        return Labels(self.sure - labels, possible, self.gone - labels)

    def either(self, other: Labels) -> Labels:
        """Return the labels of series that come from one side or the other."""
        possible = None if self.possible is None or other.possible is None else self.possible | other.possible
        return Labels(self.sure & other.sure, possible, self.gone & other.gone)


UNKNOWN = Labels()
NONE = Labels(possible=frozenset())

Known = Callable[[Selector], Labels | None]
"""Returns the labels of the series that a selector can find, or None if its metric is unknown."""


def is_scalar(node: Node) -> bool:
    """Return whether the node evaluates to a single number instead of series."""
    if isinstance(node, Number):
        return True
    if isinstance(node, Call):
        return node.name in _SCALARS
    if isinstance(node, Binary):
        return is_scalar(node.right) and is_scalar(
            node.left
        )  # the right side is the short one: a + b + c is (a + b) + c
    return isinstance(node, Negative) and is_scalar(node.arg)


def labels_of(node: Node, known: Known, seen: dict[int, Labels] | None = None) -> Labels:
    """Return the labels of the result of ``node``.

    Args:
        seen: what was found for parts of the same expression, by their ids. Whoever looks at each part of an expression passes it
            on: otherwise a long one would take the square of its length.
    """
    seen = {} if seen is None else seen
    found = seen.get(id(node))
    if found is None:
        found = seen[id(node)] = _labels_of(node, known, seen)
    return found


def _labels_of(node: Node, known: Known, seen: dict[int, Labels]) -> Labels:
    if isinstance(node, Selector):
        return _selected(node, known)
    if isinstance(node, Subquery | Negative):
        return labels_of(node.arg, known, seen)
    if isinstance(node, Aggregate):
        return _aggregated(node, known, seen)
    if isinstance(node, Call):
        return _called(node, known, seen)
    if isinstance(node, Binary):
        return _matched(node, known, seen)
    return UNKNOWN


def matched_on(node: Binary, labels: Labels) -> Labels:
    """Return those of a side's labels that are compared with the other side."""
    if any(MARK in label for label in node.labels):
        return UNKNOWN
    if node.on:
        return labels.only(frozenset(node.labels))
    return labels.without(frozenset(node.labels)) if node.on is False else labels


def only_by_scraping(node: Node, label: str, known: Known) -> bool:
    """Return whether only the assumption of scraping gives the node a label. A Pushgateway or OTLP may not set it."""

    def pushed(selector: Selector) -> Labels:
        return (known(selector) if selector.named else None) or UNKNOWN

    return label in SCRAPED and label not in labels_of(node, pushed).sure


def missing_on_the_other(node: Binary, known: Known, seen: dict[int, Labels] | None = None) -> tuple[str, str] | None:
    """Find a label that every series of one side has and no series of the other can have, so that nothing ever matches.

    Returns:
        The label and the side that lacks it (``left`` or ``right``), or None if the sides may match.
    """
    left = matched_on(node, labels_of(node.left, known, seen))
    right = matched_on(node, labels_of(node.right, known, seen))
    for has, lacks, side in ((left, right, "right"), (right, left, "left")):
        for label in sorted(has.sure):
            if not lacks.may_have(label):
                return label, side
    return None


def _selected(node: Selector, known: Known) -> Labels:
    if node.alternatives:
        return UNKNOWN
    found = known(node) if node.named else None
    if found is None:
        found = Labels(SCRAPED) if node.named and ":" not in node.name else UNKNOWN
    demanded = frozenset(matcher.label for matcher in node.matchers if _demands(matcher))
    refused = frozenset(matcher.label for matcher in node.matchers if matcher.op == "=" and matcher.value == "")
    possible = None if found.possible is None else (found.possible | demanded) - refused
    return Labels((found.sure | demanded) - refused, possible, found.gone | refused)


def _demands(matcher: Matcher) -> bool:
    """Return whether a matcher excludes series without its label."""
    if matcher.label.startswith(MARK) or matcher.variable:
        return False
    if matcher.op in ("=", "!="):
        return (matcher.op == "=") == (matcher.value != "")
    return matcher.op == "=~" and matcher.value in (".+", "[^ ]+", "[^/]+")


def _aggregated(node: Aggregate, known: Known, seen: dict[int, Labels]) -> Labels:
    inner = labels_of(node.arg, known, seen)
    if node.op in _PASSED_ON:
        return inner
    if any(MARK in label for label in node.labels):
        return UNKNOWN
    labels = frozenset(node.labels)
    result = inner.without(labels) if node.grouping == "without" else inner.only(labels)
    if node.op == "count_values" and isinstance(node.param, String):
        result = result.plus(frozenset({node.param.value}))
    return result


def _called(node: Call, known: Known, seen: dict[int, Labels]) -> Labels:
    if node.name in _SCALARS or node.name == "vector" or (node.name in _OF_TIME and not node.args):
        return NONE
    if node.name in _ABSENT:
        selector = node.args[0] if node.args else None
        if isinstance(selector, Selector):
            # absent() sets the labels of the equality matchers.
            return Labels(possible=frozenset(matcher.label for matcher in selector.matchers if matcher.op == "="))
        return NONE
    vectors = [arg for arg in node.args if not is_scalar(arg) and not isinstance(arg, String)]
    if node.name == "info" or not vectors:
        return UNKNOWN
    inner = labels_of(vectors[0], known, seen)
    texts = [arg.value for arg in node.args if isinstance(arg, String)]
    if node.name in ("label_replace", "label_join") and texts:
        return UNKNOWN if MARK in texts[0] else inner.plus(frozenset({texts[0]}))
    if node.name in ("histogram_quantile", "histogram_fraction"):
        return inner.without(frozenset({"le"}))
    return inner


def _matched(node: Binary, known: Known, seen: dict[int, Labels]) -> Labels:
    if is_scalar(node.left):
        return labels_of(node.right, known, seen)
    left = labels_of(node.left, known, seen)
    if is_scalar(node.right) or node.op in ("and", "unless"):
        return left
    right = labels_of(node.right, known, seen)
    if node.op == "or":
        return left.either(right)
    if node.group:
        many, included = (left if node.group == "left" else right), frozenset(node.included)
        return UNKNOWN if any(MARK in label for label in included) else many.plus(included)
    return matched_on(node, left)
