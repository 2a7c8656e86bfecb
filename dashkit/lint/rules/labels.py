"""Unknown metrics, labels and values; labels that an expression drops."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from dashkit.lint.context import CheckContext
from dashkit.lint.elements import Query
from dashkit.lint.rule import Finding, rule
from dashkit.lint.series import known_labels, within
from dashkit.lint.values import text
from dashkit.model.problem import Severity
from dashkit.promql.labels import Labels, is_scalar, labels_of, missing_on_the_other, only_by_scraping
from dashkit.promql.nodes import Aggregate, Binary, Selector
from dashkit.promql.variables import MARK

_SINGLE = frozenset({"stat", "gauge", "singlestat"})
_LABEL = re.compile(r"\{\{\s*(\w+)\s*\}\}")


@rule("DK317", Severity.ERROR, on=Query)
def sides_never_match(query: Query, context: CheckContext) -> Iterator[Finding]:
    """An operator whose two sides can never match.

    Prometheus pairs series whose labels (or those in ``on``) are all equal. If every series on one side has a
    label that no series on the other side can have, the result is empty, without an error. The labels are known
    from matchers, aggregations, scraping (job and instance) and the metric catalogue.
    """
    seen: dict[int, Labels] = {}
    for node, _ in query.expression.of(Binary):
        if node.op == "or" or is_scalar(node.left) or is_scalar(node.right):
            continue
        found = missing_on_the_other(node, known_labels(context), seen)
        if found is None:
            continue
        label, side = found
        other = "left" if side == "right" else "right"
        effect = "nothing is filtered" if node.op == "unless" else "the result is always empty"
        message = f"the {other} side has the label {label}, the {side} side does not: {effect}"
        holder = node.left if other == "left" else node.right
        severity = Severity.WARNING if only_by_scraping(holder, label, known_labels(context)) else None
        hint = "aggregate both sides by the same labels, or use on (...)"
        yield Finding(message, hint, span=node.span, severity=severity)


@rule("DK318", Severity.ERROR, on=Query)
def unknown_grouping(query: Query, context: CheckContext) -> Iterator[Finding]:
    """An aggregation by a label that its series do not have.

    The label is empty in the result: a single line instead of several, and a table without the column. Either
    the metric has no such label, according to the catalogue, or an inner aggregation has dropped it.
    """
    for node, _ in query.expression.of(Aggregate):
        if node.grouping != "by" or not node.labels:
            continue
        inner = labels_of(node.arg, known_labels(context))
        lost = [label for label in node.labels if MARK not in label and not inner.may_have(label)]
        if lost:
            names = ", ".join(lost)
            word = "the label" if len(lost) == 1 else "the labels"
            # A label dropped by an inner aggregation is often filtered to a single value, or there for later.
            summed = any(isinstance(part, Aggregate) for part in within(node.arg))
            severity = Severity.WARNING if summed or len(lost) < len(node.labels) else None
            yield Finding(
                f"grouping by {word} {names}, which the series do not have", span=node.span, severity=severity
            )


@rule("DK332", Severity.ERROR, on=Query)
def unknown_metric(query: Query, context: CheckContext) -> Iterator[Finding]:
    """A metric that is not in the catalogue, or a series that nothing records.

    Prometheus does not report a misspelt name: the panel is empty, and the alert never fires. The catalogue is
    written by hand or by `dashkit metrics pull`, and ``check.metrics`` in dashkit.yaml says where it is. Even
    without one, alerts are checked for names with a colon that no recording rule of the project produces.
    """
    index = context.metrics
    if index is None:
        yield from _unrecorded(query, context)
        return
    for selector, _ in query.expression.of(Selector):
        name = selector.name
        if selector.named and not index.knows(name) and index.base_kind(name) != "histogram":
            near = index.nearest(name)
            hint = f"did you mean {near}?" if near else "if it is new, add it: dashkit metrics pull"
            yield Finding(f"no metric {name} in the catalogue", hint, span=selector.span)


def _unrecorded(query: Query, context: CheckContext) -> Iterator[Finding]:
    if context.recorded is None or query.role != "alert":
        return
    for selector, _ in query.expression.of(Selector):
        name = selector.name
        if selector.named and ":" in name and name not in context.recorded:
            near = difflib.get_close_matches(name, context.recorded, n=1)
            hint = f"did you mean {near[0]}?" if near else "record it in an alert module, or add it to a catalogue"
            yield Finding(f"no rule of the project records {name}: the alert never fires", hint, span=selector.span)


@rule("DK333", Severity.ERROR, on=Query)
def unknown_label(query: Query, context: CheckContext) -> Iterator[Finding]:
    """A matcher for a label that the metric does not have.

    ``{label="x"}`` then matches nothing, and ``{label!="x"}`` excludes nothing. The catalogue lists the labels
    of a metric, including those added by scraping.
    """
    index = context.metrics
    if index is None:
        return
    for selector, place in query.expression.of(Selector):
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
                hint = f"did you mean {near[0]}?" if near else f"known labels: {', '.join(sorted(labels.possible))}"
                severity = None if op in ("=", "=~") else Severity.WARNING
                message = f"{selector.name} has no label {label}"
                yield Finding(message, hint, span=selector.span, severity=severity)


@rule("DK334", Severity.WARNING, on=Query)
def unknown_label_value(query: Query, context: CheckContext) -> Iterator[Finding]:
    """A matcher for an unknown label value.

    ``status="Error"`` matches nothing if the exporter writes ``error``. The catalogue lists the values, or a
    sample of them; add a correct value that is missing there.
    """
    index = context.metrics
    if index is None:
        return
    for selector, _ in query.expression.of(Selector):
        for matcher in selector.matchers if selector.named else ():
            if matcher.op not in ("=", "=~") or matcher.variable or not matcher.value:
                continue
            values = index.values(selector, matcher.label)
            if values and all(matcher.matches(value) is False for value in values):
                near = difflib.get_close_matches(matcher.value, values, n=1, cutoff=0.6)
                listed = ", ".join(sorted(values)[:6])
                hint = f"did you mean {near[0]!r}?" if near else f"known values: {listed}"
                message = f"{selector.name} has no known series with {matcher}"
                yield Finding(message, hint, span=selector.span)


@rule("DK335", Severity.WARNING, on=Query)
def join_adds_nothing(query: Query, context: CheckContext) -> Iterator[Finding]:
    """A join with a label that its sides do not have.

    ``group_left`` copies a label that the other side does not have, and the label is empty in the result. Or
    ``on`` names one that neither side has, and the sides are paired without it.
    """
    for node, _ in query.expression.of(Binary):
        if not (node.included or node.on):
            continue
        known = known_labels(context)
        left, right = labels_of(node.left, known), labels_of(node.right, known)
        one = right if node.group == "left" else left
        for label in node.included:
            if MARK not in label and not one.may_have(label):
                side = "right" if node.group == "left" else "left"
                yield Finding(f"group_{node.group} copies {label}, which the {side} side does not have", span=node.span)
        for label in node.labels if node.on else ():
            if MARK not in label and not left.may_have(label) and not right.may_have(label):
                yield Finding(f"on ({label}): neither side has this label", span=node.span)


@rule("DK336", Severity.WARNING, on=Query)
def legend_label(query: Query, context: CheckContext) -> Iterator[Finding]:
    """A legend with a label that the query drops.

    All lines get the same or an empty name, and cannot be told apart.
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
        hint = f"the query keeps {kept}" if kept and len(kept) < 80 else ""
        single = labels.possible == frozenset() and query.panel is not None and query.panel.kind in _SINGLE
        severity = Severity.INFO if single else None  # a single number does not show its name
        message = f"the legend uses {names}, which the query drops"
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
