"""Which labels the series of a result have: those it surely has, and those it can have at the most.

https://prometheus.io/docs/prometheus/latest/querying/operators/#vector-matching
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dashkit.promql.nodes import Aggregate, Binary, Call, Matcher, Negative, Node, Number, Selector, String, Subquery
from dashkit.promql.variables import MARK

#: Scraping sets both on every series; only recorded ones (their names have a colon) may have lost them.
SCRAPED = frozenset({"job", "instance"})
_PASSED_ON = frozenset({"topk", "bottomk", "limitk", "limit_ratio"})
_SCALARS = frozenset({"scalar", "time", "pi"})
_NO_LABELS = frozenset({"vector", "absent", "absent_over_time"})
#: Of now, where they are given nothing.
_OF_TIME = frozenset({"hour", "minute", "month", "year", "day_of_month", "day_of_week", "day_of_year", "days_in_month"})


@dataclass(frozen=True, slots=True)
class Labels:
    """``sure`` is on every series of the result; ``possible`` is all that can be (None: unknown) without ``gone``."""

    sure: frozenset[str] = frozenset()
    possible: frozenset[str] | None = None
    gone: frozenset[str] = frozenset()

    def may_have(self, label: str) -> bool:
        """Whether a series can have it; the name of the metric counts as one that is there unless an aggregation drops it."""
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
        """With labels set anew, perhaps to nothing."""
        possible = None if self.possible is None else self.possible | labels
        return Labels(self.sure - labels, possible, self.gone - labels)


UNKNOWN = Labels()
NONE = Labels(possible=frozenset())

Known = Callable[[Selector], Labels | None]
"""The labels of the series that a selector can find; None where nothing is known of its metric."""


def is_scalar(node: Node) -> bool:
    """Whether the node gives one number and no series."""
    if isinstance(node, Number):
        return True
    if isinstance(node, Call):
        return node.name in _SCALARS
    if isinstance(node, Binary):
        return is_scalar(node.left) and is_scalar(node.right)
    return isinstance(node, Negative) and is_scalar(node.arg)


def labels_of(node: Node, known: Known) -> Labels:
    """The labels of the result of ``node``."""
    if isinstance(node, Selector):
        return _selected(node, known)
    if isinstance(node, Subquery | Negative):
        return labels_of(node.arg, known)
    if isinstance(node, Aggregate):
        return _aggregated(node, known)
    if isinstance(node, Call):
        return _called(node, known)
    if isinstance(node, Binary):
        return _matched(node, known)
    return UNKNOWN


def matched_on(node: Binary, labels: Labels) -> Labels:
    """What is left of a side's labels for finding its partner on the other side."""
    if any(MARK in label for label in node.labels):
        return UNKNOWN
    if node.on:
        return labels.only(frozenset(node.labels))
    return labels.without(frozenset(node.labels)) if node.on is False else labels


def only_by_scraping(node: Node, label: str, known: Known) -> bool:
    """Whether nothing but the habit of scraping says that the node has a label: a Pushgateway or OTLP may not set it."""
    if label not in SCRAPED:
        return False

    def pushed(selector: Selector) -> Labels:
        found = known(selector) if selector.named else None
        return found if found is not None else UNKNOWN

    return label not in labels_of(node, pushed).sure


def missing_on_the_other(node: Binary, known: Known) -> tuple[str, str] | None:
    """A label that every series of one side has and none of the other can have, so that nothing ever matches.

    The label and the side that lacks it (``left``, ``right``); None where the sides may match.
    """
    left = matched_on(node, labels_of(node.left, known))
    right = matched_on(node, labels_of(node.right, known))
    for label in sorted(left.sure):
        if not right.may_have(label):
            return label, "right"
    for label in sorted(right.sure):
        if not left.may_have(label):
            return label, "left"
    return None


def _selected(node: Selector, known: Known) -> Labels:
    found = known(node) if node.named else None
    if found is None:
        found = Labels(SCRAPED) if node.named and ":" not in node.name else UNKNOWN
    if node.alternatives:
        return UNKNOWN
    demanded = frozenset(matcher.label for matcher in node.matchers if _demands(matcher))
    refused = frozenset(matcher.label for matcher in node.matchers if matcher.op == "=" and matcher.value == "")
    if not demanded and not refused:
        return found
    possible = None if found.possible is None else (found.possible | demanded) - refused
    return Labels((found.sure | demanded) - refused, possible, found.gone | refused)


def _demands(matcher: Matcher) -> bool:
    """Whether a series without the label cannot match."""
    if matcher.label.startswith(MARK) or matcher.variable:
        return False
    if matcher.op in ("=", "!="):
        return (matcher.op == "=") == (matcher.value != "")
    return matcher.op == "=~" and matcher.value in (".+", "[^ ]+", "[^/]+")


def _aggregated(node: Aggregate, known: Known) -> Labels:
    inner = labels_of(node.arg, known)
    if node.op in _PASSED_ON:
        return inner
    if any(MARK in label for label in node.labels):
        return UNKNOWN
    labels = frozenset(node.labels)
    result = inner.without(labels) if node.grouping == "without" else inner.only(labels)
    if node.op == "count_values" and isinstance(node.param, String):
        result = result.plus(frozenset({node.param.value}))
    return result


def _called(node: Call, known: Known) -> Labels:
    if node.name in _SCALARS or node.name == "vector" or (node.name in _OF_TIME and not node.args):
        return NONE
    if node.name in _NO_LABELS:
        selector = node.args[0] if node.args else None
        if isinstance(selector, Selector):
            # absent() gives the labels that equality matchers say.
            return Labels(possible=frozenset(matcher.label for matcher in selector.matchers if matcher.op == "="))
        return NONE
    if node.name == "info":
        return UNKNOWN
    vectors = [arg for arg in node.args if not is_scalar(arg) and not isinstance(arg, String)]
    if not vectors:
        return UNKNOWN
    inner = labels_of(vectors[0], known)
    texts = [arg.value for arg in node.args if isinstance(arg, String)]
    if node.name in ("label_replace", "label_join") and texts:
        return UNKNOWN if MARK in texts[0] else inner.plus(frozenset({texts[0]}))
    if node.name in ("histogram_quantile", "histogram_fraction"):
        return inner.without(frozenset({"le"}))
    return inner


def _matched(node: Binary, known: Known) -> Labels:
    if is_scalar(node.left):
        return labels_of(node.right, known)
    left = labels_of(node.left, known)
    if is_scalar(node.right) or node.op in ("and", "unless"):
        return left
    right = labels_of(node.right, known)
    if node.op == "or":
        possible = None if left.possible is None or right.possible is None else left.possible | right.possible
        return Labels(left.sure & right.sure, possible, left.gone & right.gone)
    if node.group:
        many, included = (left if node.group == "left" else right), frozenset(node.included)
        return UNKNOWN if any(MARK in label for label in included) else many.plus(included)
    return matched_on(node, left)
