"""Metrics, labels and values that are not there; labels that go missing on the way."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from dashkit.lint.context import CheckContext
from dashkit.lint.elements import Query, text
from dashkit.lint.rule import Finding, rule
from dashkit.lint.series import known_labels, selectors
from dashkit.model.problem import Severity
from dashkit.promql.labels import is_scalar, labels_of, missing_on_the_other, only_by_scraping
from dashkit.promql.nodes import Aggregate, Binary, Node
from dashkit.promql.variables import MARK

_SINGLE = frozenset({"stat", "gauge", "singlestat"})
_LABEL = re.compile(r"\{\{\s*(\w+)\s*\}\}")


@rule("DK317", Severity.ERROR, on=Query)
def sides_never_match(query: Query, context: CheckContext) -> Iterator[Finding]:
    """The two sides of an operator keep labels that never match.

    Prometheus pairs series whose labels are all equal (or those that ``on`` names). Where each series of one
    side has a label that none of the other can have, the result is empty, and no error is shown. What is known
    of labels comes from matchers, aggregations, scraping (job and instance) and the metric catalogue.
    """
    for place in query.expression.places:
        node = place.node
        if not isinstance(node, Binary) or node.op == "or" or is_scalar(node.left) or is_scalar(node.right):
            continue
        found = missing_on_the_other(node, known_labels(context))
        if found is None:
            continue
        label, side = found
        other = "left" if side == "right" else "right"
        effect = "it filters nothing" if node.op == "unless" else "the result is always empty"
        message = f"the {other} side has the label {label}, the {side} side has not: {effect}"
        holder = node.left if other == "left" else node.right
        severity = Severity.WARNING if only_by_scraping(holder, label, known_labels(context)) else None
        yield Finding(
            message, "aggregate both sides by the same labels, or say on (...)", span=node.span, severity=severity
        )


@rule("DK318", Severity.ERROR, on=Query)
def unknown_grouping(query: Query, context: CheckContext) -> Iterator[Finding]:
    """An aggregation by a label that its series do not have.

    The label is empty in the result: one line where several were meant, and a table without its column. Either
    the metric has no such label (the catalogue knows), or an aggregation inside has dropped it.
    """
    for place in query.expression.places:
        node = place.node
        if not isinstance(node, Aggregate) or node.grouping != "by" or not node.labels:
            continue
        inner = labels_of(node.arg, known_labels(context))
        lost = [label for label in node.labels if MARK not in label and not inner.may_have(label)]
        if lost:
            names = ", ".join(lost)
            word = "the label" if len(lost) == 1 else "the labels"
            # What an aggregation inside has dropped is often filtered to one value, or meant for another time.
            summed = any(isinstance(part, Aggregate) for part in _inside(node.arg))
            severity = Severity.WARNING if summed or len(lost) < len(node.labels) else None
            yield Finding(f"it groups by {word} {names}, which its series have not", span=node.span, severity=severity)


def _inside(node: Node) -> Iterator[Node]:
    yield node
    for part in node.parts:
        yield from _inside(part)


@rule("DK332", Severity.ERROR, on=Query)
def unknown_metric(query: Query, context: CheckContext) -> Iterator[Finding]:
    """A metric that the catalogue does not have, or a recorded series that nothing records.

    A misspelt name is no error to Prometheus: the panel is empty, the alert never fires. The catalogue is
    written by hand or by `dashkit metrics pull`; ``check.metrics`` of dashkit.yaml says where it is. Without
    one, alerts are looked at all the same for names with a colon, which recording rules make, and which none of
    the project's does.
    """
    index = context.metrics
    if index is None:
        yield from _unrecorded(query, context)
        return
    for selector, _place in selectors(query):
        name = selector.name
        if selector.named and not index.knows(name) and index.base_kind(name) != "histogram":
            near = index.nearest(name)
            hint = f"did you mean {near}?" if near else "if it is new, add it to the catalogue: dashkit metrics pull"
            yield Finding(f"no metric {name} in the catalogue", hint, span=selector.span)


def _unrecorded(query: Query, context: CheckContext) -> Iterator[Finding]:
    if context.recorded is None or query.role != "alert":
        return
    for selector, _place in selectors(query):
        name = selector.name
        if selector.named and ":" in name and name not in context.recorded:
            near = difflib.get_close_matches(name, context.recorded, n=1)
            hint = (
                f"did you mean {near[0]}?" if near else "record it in an alert module, or name a catalogue that has it"
            )
            yield Finding(f"no rule of the project records {name}: the alert never fires", hint, span=selector.span)


@rule("DK333", Severity.ERROR, on=Query)
def unknown_label(query: Query, context: CheckContext) -> Iterator[Finding]:
    """A matcher on a label that the metric does not have.

    ``{label="x"}`` then finds nothing. ``{label!="x"}`` excludes nothing. The catalogue says which labels a
    metric has, scraping's own among them.
    """
    index = context.metrics
    if index is None:
        return
    for selector, place in selectors(query):
        labels = index.labels(selector) if selector.named else None
        if labels is None or labels.possible is None:
            continue
        wanted = [
            (matcher.label, matcher.op)
            for matcher in selector.matchers
            if MARK not in matcher.label and not (matcher.op in ("=", "=~") and matcher.matches("") is not False)
        ]
        if query.label and not place.above:
            wanted.append((query.label, "="))
        for label, op in wanted:
            if label not in labels.possible and label != "__name__" and MARK not in label and "$" not in label:
                near = difflib.get_close_matches(label, labels.possible, n=1, cutoff=0.6)
                hint = f"did you mean {near[0]}?" if near else f"it has {', '.join(sorted(labels.possible))}"
                severity = None if op in ("=", "=~") else Severity.WARNING
                message = f"{selector.name} has no label {label}"
                yield Finding(message, hint, span=selector.span, severity=severity)


@rule("DK334", Severity.WARNING, on=Query)
def unknown_label_value(query: Query, context: CheckContext) -> Iterator[Finding]:
    """A matcher on a value that the label is not known to have.

    ``status="Error"`` finds nothing where the exporter says ``error``. The catalogue has the values, or samples
    of them; a value that is right and missing there belongs into it.
    """
    index = context.metrics
    if index is None:
        return
    for selector, _place in selectors(query):
        for matcher in selector.matchers if selector.named else ():
            if matcher.op not in ("=", "=~") or matcher.variable or not matcher.value:
                continue
            values = index.values(selector, matcher.label)
            if values and all(matcher.matches(value) is False for value in values):
                near = difflib.get_close_matches(matcher.value, values, n=1, cutoff=0.6)
                listed = ", ".join(sorted(values)[:6])
                hint = f"did you mean {near[0]!r}?" if near else f"known: {listed}"
                message = f"{selector.name} is not known to have {matcher}"
                yield Finding(message, hint, span=selector.span)


@rule("DK335", Severity.WARNING, on=Query)
def join_adds_nothing(query: Query, context: CheckContext) -> Iterator[Finding]:
    """``group_left`` takes over a label that the other side has not, or ``on`` names one that neither side has.

    The label is empty in the result, or the sides are paired without it.
    """
    for place in query.expression.places:
        node = place.node
        if not isinstance(node, Binary) or not (node.included or node.on):
            continue
        known = known_labels(context)
        left, right = labels_of(node.left, known), labels_of(node.right, known)
        one = right if node.group == "left" else left
        for label in node.included:
            if MARK not in label and not one.may_have(label):
                side = "right" if node.group == "left" else "left"
                yield Finding(f"group_{node.group} takes over {label}, which the {side} side has not", span=node.span)
        for label in node.labels if node.on else ():
            if MARK not in label and not left.may_have(label) and not right.may_have(label):
                yield Finding(f"on ({label}): neither side has that label", span=node.span)


@rule("DK336", Severity.WARNING, on=Query)
def legend_label(query: Query, context: CheckContext) -> Iterator[Finding]:
    """The legend names a label that the query does not keep.

    All lines get the same name, or an empty one, and nobody can tell which is which.
    """
    tree = query.expression.tree
    if query.role != "panel" or tree is None or query.hidden or query.target.get("format") == "table":
        return
    legend = text(query.target.get("legendFormat"))
    if "{{" not in legend:
        return
    labels = labels_of(tree, known_labels(context))
    lost = [name for name in _LABEL.findall(legend) if name != "__name__" and not labels.may_have(name)]
    if lost:
        names = ", ".join(dict.fromkeys(lost))
        kept = ", ".join(sorted(labels.possible)) if labels.possible else ""
        hint = f"it keeps {kept}" if kept and len(kept) < 80 else ""
        single = labels.possible == frozenset() and query.panel is not None and query.panel.kind in _SINGLE
        severity = Severity.INFO if single else None  # one number: its name is not shown
        message = f"the legend names {names}, which the query does not keep"
        yield Finding(message, hint, pointer="/legendFormat", severity=severity)


RULES = (
    sides_never_match,
    unknown_grouping,
    unknown_metric,
    unknown_label,
    unknown_label_value,
    join_adds_nothing,
    legend_label,
)
