"""Alert and recording rules."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dashkit.lint.context import CheckContext
from dashkit.lint.elements import Alert, Project, Query, mapping, text
from dashkit.lint.rule import Finding, rule
from dashkit.lint.series import known_labels
from dashkit.lint.templates import fault, used_labels
from dashkit.model.durations import is_duration
from dashkit.model.problem import Severity
from dashkit.promql.labels import labels_of
from dashkit.promql.nodes import Aggregate, Binary, Call, Negative, Node, Number, Selector, Subquery
from dashkit.promql.variables import find

_KEYS = frozenset({"alert", "record", "expr", "for", "keep_firing_for", "labels", "annotations"})
_GROUP_KEYS = frozenset({"name", "interval", "query_offset", "limit", "labels", "rules", "partial_response_strategy"})
_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_COMPARISONS = frozenset({"==", "!=", ">", "<", ">=", "<=", "and", "unless"})
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'|`[^`]*`|#[^\n]*')
#: A matcher whose value begins with the variable: `job="$job"`, `job=~"($job)"`.
_WHOLE = re.compile(r"""=~?\s*["'`]\(?$""")


@rule("DK601", Severity.ERROR, on=Project)
def rule_shape(project: Project, context: CheckContext) -> Iterator[tuple[Alert, Finding]]:
    """A rule that Prometheus does not load.

    It has neither a name nor an expression, both ``alert`` and ``record``, a key that is misspelt, or a label
    that is no name. One such rule, and Prometheus refuses the whole file at its next reload.
    """
    for alert in project.alerts:
        faults = [*(_group(alert) if alert.first else ()), *(_rule(alert) if alert.query is not None else ())]
        yield from ((alert, fault) for fault in faults)


def _rule(alert: Alert) -> Iterator[Finding]:
    if ("alert" in alert.json) == ("record" in alert.json):
        yield Finding("a rule has either `alert` or `record`")
    if not text(alert.json.get("expr")).strip() and not isinstance(alert.json.get("expr"), int | float):
        yield Finding("the rule has no `expr`", pointer="/expr")
    for key in sorted(alert.json.keys() - _KEYS):
        yield Finding(f"Prometheus knows no key `{key}` in a rule", pointer=f"/{key}")
    for kind in ("labels", "annotations"):
        value = alert.json.get(kind)
        if value is not None and not isinstance(value, dict):
            yield Finding(f"`{kind}` is a mapping", pointer=f"/{kind}")
        for name in mapping(value):
            if not _LABEL.fullmatch(str(name)) or name in ("__name__", "__value__"):
                yield Finding(f"{name!r} is no name of a label", pointer=f"/{kind}")
    if alert.recorded:
        if not re.fullmatch(r"[a-zA-Z_:][a-zA-Z0-9_:]*", alert.name):
            yield Finding(f"{alert.name!r} is no name of a metric", pointer="/record")
        for key in ("for", "annotations", "keep_firing_for"):
            if key in alert.json:
                yield Finding(f"a recording rule has no `{key}`", pointer=f"/{key}")


def _group(alert: Alert) -> Iterator[Finding]:
    for key in sorted(alert.group_json.keys() - _GROUP_KEYS):
        yield Finding(f"Prometheus knows no key `{key}` in a group")
    if not alert.group:
        yield Finding("a group has no name")
    if not isinstance(alert.group_json.get("rules", []), list):
        yield Finding("`rules` of a group is a list")
    for key in ("interval", "query_offset"):
        value = alert.group_json.get(key)
        if value is not None and not is_duration(value):
            yield Finding(f"`{key}` {value!r} of the group is no duration such as 1m")
    if not isinstance(alert.group_json.get("limit", 0), int):
        yield Finding("`limit` of the group is no number")


@rule("DK602", Severity.ERROR, on=Alert)
def summary(alert: Alert, context: CheckContext) -> Iterator[Finding]:
    """An alert without a summary.

    Who is woken reads the annotation ``summary``; without it the message is the name of the alert and a list of
    labels.
    """
    if not alert.recorded and not text(alert.annotations.get("summary")).strip():
        severity = (
            Severity.WARNING if alert.annotations.get("description") or alert.annotations.get("message") else None
        )
        yield Finding(
            "the alert has no summary", "annotations: {summary: ...}", pointer="/annotations", severity=severity
        )


@rule("DK603", Severity.WARNING, on=Alert)
def runbook(alert: Alert, context: CheckContext) -> Iterator[Finding]:
    """An alert without a runbook.

    ``runbook_url`` leads whoever is on call to what to look at and what helps. An alert for which nobody can
    write that down is one that nobody can act on.
    """
    watchdog = alert.query is not None and alert.query.text.replace(" ", "").startswith("vector(")
    if (
        not alert.recorded
        and not watchdog
        and not any(alert.annotations.get(key) for key in ("runbook_url", "runbook"))
    ):
        compiled = alert.source.path.endswith(".py")
        hint = (
            "say where runbooks are: alerts.runbooks of dashkit.yaml" if compiled else "annotations: {runbook_url: ...}"
        )
        yield Finding("the alert has no runbook", hint, pointer="/annotations")


@rule("DK604", Severity.WARNING, on=Alert)
def severity_label(alert: Alert, context: CheckContext) -> Iterator[Finding]:
    """An alert without the label ``severity``, or with a value that routing does not know.

    Routing decides by it who is called. An alert that no route is for ends at the default receiver, or nowhere.
    The values are ``check.severities`` of dashkit.yaml.
    """
    if alert.recorded:
        return
    # Prometheus 3 has labels for a whole group; YAML may read one as a number.
    value = str(alert.labels.get("severity", mapping(alert.group_json.get("labels")).get("severity")) or "")
    if not value:
        yield Finding("the alert has no label severity", pointer="/labels")
    elif context.severities and value not in context.severities and "{{" not in value:
        known = ", ".join(context.severities)
        yield Finding(
            f"severity {value!r} is unknown", f"known: {known}", pointer="/labels/severity", severity=Severity.ERROR
        )


@rule("DK605", Severity.WARNING, on=Alert)
def alert_for(alert: Alert, context: CheckContext) -> Iterator[Finding]:
    """An alert that fires at the first sample beyond its limit.

    Without ``for`` a single late scrape wakes somebody. ``for: 0s`` says that it is meant so; for something
    that is absent the expression itself waits.
    """
    if alert.recorded or alert.query is None:
        return
    for key in ("for", "keep_firing_for"):
        value = alert.json.get(key)
        if value is not None and not is_duration(value):
            message = f"`{key}` {value!r} is no duration such as 5m"
            yield Finding(message, pointer=f"/{key}", severity=Severity.ERROR)
    waits = ("absent", "_over_time(", "increase(", "vector(")
    if "for" not in alert.json and not any(word in alert.query.text for word in waits):
        yield Finding("it fires at the first sample beyond its limit", "for: 5m", pointer="/for")


@rule("DK606", Severity.ERROR, on=Alert)
def template_syntax(alert: Alert, context: CheckContext) -> Iterator[Finding]:
    """A label or annotation whose template is broken.

    Prometheus then sends ``<error expanding template>`` to whoever is on call, or refuses the file.
    """
    for kind, texts in (("labels", alert.labels), ("annotations", alert.annotations)):
        for name, value in texts.items():
            message = fault(text(value))
            if message:
                yield Finding(f"{name}: {message}", pointer=f"/{kind}/{name}")


@rule("DK607", Severity.ERROR, on=Alert)
def template_label(alert: Alert, context: CheckContext) -> Iterator[Finding]:
    """A template names a label that the expression does not keep.

    ``{{ $labels.pod }}`` of ``sum by (namespace) (...)`` is empty: "Pod restarts". Labels that the rule itself
    adds are not in ``$labels`` either.
    """
    if alert.recorded or alert.query is None or alert.query.expression.tree is None:
        return
    labels = labels_of(alert.query.expression.tree, known_labels(context))
    for kind, texts in (("labels", alert.labels), ("annotations", alert.annotations)):
        for name, value in texts.items():
            used = used_labels(text(value)) - {"__name__"}
            lost = sorted(label for label in used if label == "alertname" or not labels.may_have(label))
            if lost:
                message = f"{name} names the label {lost[0]}, which the expression does not keep"
                added = lost[0] == "alertname" or lost[0] in alert.labels
                hint = "labels that the rule adds are not in $labels" if added else f"by (..., {lost[0]})"
                yield Finding(message, hint, pointer=f"/{kind}/{name}")


@rule("DK608", Severity.WARNING, on=Query)
def irate_in_alert(query: Query, context: CheckContext) -> Iterator[Finding]:
    """``irate`` in an alert or recording rule.

    It looks at the last two samples only: one quiet scrape resets ``for``, one peak fires it.
    """
    if query.role in ("alert", "record"):
        for place in query.expression.places:
            if isinstance(place.node, Call) and place.node.name == "irate":
                yield Finding("irate() sees the last two samples only", "rate()", span=place.node.span)


@rule("DK609", Severity.WARNING, on=Alert)
def no_comparison(alert: Alert, context: CheckContext) -> Iterator[Finding]:
    """An alert whose expression has no condition.

    It fires as long as there is any series at all, whatever its value.
    """
    tree = alert.query.expression.tree if alert.query is not None else None
    if not alert.recorded and tree is not None and not _is_condition(tree):
        yield Finding("it fires for every series, whatever its value", "compare it: ... > 0", pointer="/expr")


def _is_condition(node: Node) -> bool:
    """Whether a node drops series by their value, or is there only if something else is not."""
    if isinstance(node, Binary):
        if node.op in _COMPARISONS:
            return True  # with bool too: that is what DK610 speaks of
        if node.op == "or":
            constant = isinstance(node.right, Call) and node.right.name == "vector"
            return not constant and _is_condition(node.left) and _is_condition(node.right)
        return _is_condition(node.left) or _is_condition(node.right)
    if isinstance(node, Call):
        watchdog = node.name == "vector" and isinstance(node.args[0], Number) and not node.args[0].variable
        return watchdog or node.name in ("absent", "absent_over_time") or any(map(_is_condition, node.args))
    if isinstance(node, Aggregate | Subquery | Negative):
        return _is_condition(node.arg)
    return isinstance(node, Selector) and node.name.startswith("ALERTS")


@rule("DK610", Severity.ERROR, on=Alert)
def bool_condition(alert: Alert, context: CheckContext) -> Iterator[Finding]:
    """An alert whose condition is a comparison with ``bool``.

    ``> bool`` gives 0 or 1 for each series, and any value fires: the alert is always on.
    """
    tree = alert.query.expression.tree if alert.query is not None and not alert.recorded else None
    while isinstance(tree, Aggregate):
        tree = tree.arg
    if isinstance(tree, Binary) and tree.returns_bool:
        absent = any(isinstance(side, Call) and side.name.startswith("absent") for side in (tree.left, tree.right))
        if not absent:
            yield Finding("a comparison with bool always gives a value, so it always fires", pointer="/expr")


@rule("DK611", Severity.ERROR, on=Project)
def duplicate_alert(project: Project, context: CheckContext) -> Iterator[tuple[Alert, Finding]]:
    """Two rules with the same name and labels in one group, or two groups of one name in a file.

    Prometheus keeps the state of an alert by name and labels; of two recording rules that write the same series
    each overwrites the other's samples.
    """
    seen: dict[object, Alert] = {}
    groups: dict[tuple[str, str], int] = {}
    for alert in project.alerts:
        number = groups.setdefault((alert.source.path, alert.group), alert.group_number)
        if alert.first and number != alert.group_number:
            yield alert, Finding(f"another group of the file is called {alert.group!r} too", "one name, one group")
        labels = tuple(sorted((str(key), str(value)) for key, value in alert.labels.items()))
        expr = " ".join(text(alert.json.get("expr")).split())
        key = (alert.source.path, alert.group, alert.group_number, alert.recorded, alert.name, labels)
        first = seen.setdefault((*key, expr), alert)
        other = seen.setdefault(key, alert)
        if alert.name and first is not alert:
            yield alert, Finding(f"{alert.name} is there twice, the same", "remove one")
        elif alert.name and other is not alert:
            # Two conditions for one alert, or parts of one recorded series: right where their series never coincide.
            message = f"{alert.name} is there twice with the same labels"
            severity = Severity.INFO if alert.recorded else Severity.WARNING
            yield alert, Finding(message, "give each a label of its own", severity=severity)


@rule("DK612", Severity.ERROR, on=Query)
def variable_in_rule(query: Query, context: CheckContext) -> Iterator[Finding]:
    """A rule uses a variable of Grafana.

    Prometheus knows none: the file does not load, or the rule looks for a job called ``$job``.
    """
    if query.role not in ("alert", "record"):
        return
    strings = [found.span() for found in _STRING.finditer(query.text)]
    for reference in find(query.text):
        inside = any(start <= reference.start < end for start, end in strings)
        written = query.text[reference.start : reference.end]
        # In a label_replace $name is a group of its pattern; a comment is a comment.
        group = "label_replace" in query.text or "#" in query.text[: reference.start].rpartition("\n")[2]
        if inside and group:
            continue
        if not inside or reference.name.startswith("__") or _WHOLE.search(query.text[: reference.start]):
            yield Finding(f"rules have no variables: {written}", span=(reference.start, reference.end))
            return


@rule("DK613", Severity.INFO, on=Alert)
def record_name(alert: Alert, context: CheckContext) -> Iterator[Finding]:
    """A recorded series whose name does not say so.

    By convention it is ``level:metric:operation``: the labels that are left, the metric, what was done. A name
    without colons looks like that of an exporter.
    """
    if alert.recorded and alert.name and ":" not in alert.name:
        yield Finding(f"{alert.name} looks like a metric of an exporter", "level:metric:operation", pointer="/record")


RULES = (
    rule_shape,
    summary,
    runbook,
    severity_label,
    alert_for,
    template_syntax,
    template_label,
    irate_in_alert,
    no_comparison,
    bool_condition,
    duplicate_alert,
    variable_in_rule,
    record_name,
)
