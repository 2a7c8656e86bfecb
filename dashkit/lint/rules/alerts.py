"""Alert and recording rules."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dashkit.lint.context import CheckContext
from dashkit.lint.elements import Alert, Project, Query
from dashkit.lint.rule import Finding, rule
from dashkit.lint.series import known_labels
from dashkit.lint.templates import fault, used_labels
from dashkit.lint.values import mapping, text
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
    """A rule that Prometheus cannot load.

    It lacks a name or an expression, has both ``alert`` and ``record``, a misspelt key, or an invalid label
    name. A single such rule makes Prometheus reject the whole file at its next reload.
    """
    for alert in project.alerts:
        findings = [*(_group(alert) if alert.first else ()), *(_rule(alert) if alert.query is not None else ())]
        yield from ((alert, finding) for finding in findings)


def _rule(alert: Alert) -> Iterator[Finding]:
    if ("alert" in alert.json) == ("record" in alert.json):
        yield Finding("a rule needs either `alert` or `record`")
    if not text(alert.json.get("expr")).strip() and not isinstance(alert.json.get("expr"), int | float):
        yield Finding("the rule has no `expr`", pointer="/expr")
    for key in sorted(alert.json.keys() - _KEYS):
        yield Finding(f"unknown key `{key}` in the rule", pointer=f"/{key}")
    for kind in ("labels", "annotations"):
        value = alert.json.get(kind)
        if value is not None and not isinstance(value, dict):
            yield Finding(f"`{kind}` must be a mapping", pointer=f"/{kind}")
        for name in mapping(value):
            if not _LABEL.fullmatch(str(name)) or name in ("__name__", "__value__"):
                yield Finding(f"{name!r} is not a valid label name", pointer=f"/{kind}")
    if alert.recorded:
        if not re.fullmatch(r"[a-zA-Z_:][a-zA-Z0-9_:]*", alert.name):
            yield Finding(f"{alert.name!r} is not a valid metric name", pointer="/record")
        for key in ("for", "annotations", "keep_firing_for"):
            if key in alert.json:
                yield Finding(f"a recording rule cannot have `{key}`", pointer=f"/{key}")


def _group(alert: Alert) -> Iterator[Finding]:
    for key in sorted(alert.group_json.keys() - _GROUP_KEYS):
        yield Finding(f"unknown key `{key}` in the group")
    if not alert.group:
        yield Finding("the group has no name")
    if not isinstance(alert.group_json.get("rules", []), list):
        yield Finding("`rules` of the group must be a list")
    for key in ("interval", "query_offset"):
        value = alert.group_json.get(key)
        if value is not None and not is_duration(value):
            yield Finding(f"`{key}` {value!r} of the group is not a duration such as 1m")
    if not isinstance(alert.group_json.get("limit", 0), int):
        yield Finding("`limit` of the group must be a number")


@rule("DK602", Severity.ERROR, on=Alert)
def summary(alert: Alert, context: CheckContext) -> Iterator[Finding]:
    """An alert without a summary.

    The ``summary`` annotation is what people on call read first. Without it the notification is just the name of
    the alert and a list of labels.
    """
    if not alert.recorded and not text(alert.annotations.get("summary")).strip():
        described = alert.annotations.get("description") or alert.annotations.get("message")
        severity = Severity.WARNING if described else None
        hint = "add annotations: {summary: ...}"
        yield Finding("the alert has no summary", hint, pointer="/annotations", severity=severity)


@rule("DK603", Severity.WARNING, on=Alert)
def runbook(alert: Alert, context: CheckContext) -> Iterator[Finding]:
    """An alert without a runbook.

    ``runbook_url`` tells people on call what to check and what helps. If no one can write that down, no one can
    act on the alert either.
    """
    watchdog = alert.query is not None and alert.query.text.replace(" ", "").startswith("vector(")
    linked = alert.annotations.get("runbook_url") or alert.annotations.get("runbook")
    if not (alert.recorded or watchdog or linked):
        compiled = alert.source.path.endswith(".py")
        served = "set alerts.runbooks in dashkit.yaml to where the runbooks of `dashkit rules build` are served"
        hint = served if compiled else "add annotations: {runbook_url: ...}"
        yield Finding("the alert has no link to a runbook", hint, pointer="/annotations")


@rule("DK604", Severity.WARNING, on=Alert)
def severity_label(alert: Alert, context: CheckContext) -> Iterator[Finding]:
    """An alert without a ``severity`` label, or with an unknown one.

    Routing uses it to decide who gets notified. An alert that matches no route ends up at the default receiver,
    or nowhere. ``check.severities`` in dashkit.yaml lists the allowed values.
    """
    if alert.recorded:
        return
    # Prometheus 3 allows labels on a whole group; YAML may parse a label as a number.
    value = str(alert.labels.get("severity", mapping(alert.group_json.get("labels")).get("severity")) or "")
    if not value:
        yield Finding("the alert has no severity label", pointer="/labels")
    elif context.severities and value not in context.severities and "{{" not in value:
        hint = f"one of {', '.join(context.severities)}"
        yield Finding(f"unknown severity {value!r}", hint, pointer="/labels/severity", severity=Severity.ERROR)


@rule("DK605", Severity.WARNING, on=Alert)
def alert_for(alert: Alert, context: CheckContext) -> Iterator[Finding]:
    """An alert without ``for``.

    It fires at the first sample beyond its threshold, so a single late scrape can wake someone up. Write
    ``for: 0s`` if that is intended. Expressions that already cover a time range do not need it.
    """
    if alert.recorded or alert.query is None:
        return
    for key in ("for", "keep_firing_for"):
        value = alert.json.get(key)
        if value is not None and not is_duration(value):
            message = f"`{key}` {value!r} is not a duration such as 5m"
            yield Finding(message, pointer=f"/{key}", severity=Severity.ERROR)
    waits = ("absent", "_over_time(", "increase(", "vector(")
    if "for" not in alert.json and not any(word in alert.query.text for word in waits):
        yield Finding("the alert fires at the first sample beyond its threshold", "add for: 5m", pointer="/for")


@rule("DK606", Severity.ERROR, on=Alert)
def template_syntax(alert: Alert, context: CheckContext) -> Iterator[Finding]:
    """A broken template in a label or annotation.

    Prometheus puts ``<error expanding template>`` into the notification, or rejects the file.
    """
    for pointer, name, value in _templates(alert):
        if message := fault(value):
            yield Finding(f"{name}: {message}", pointer=pointer)


def _templates(alert: Alert) -> Iterator[tuple[str, str, str]]:
    """Yield the pointer, name and text of each label and annotation."""
    for kind, texts in (("labels", alert.labels), ("annotations", alert.annotations)):
        yield from ((f"/{kind}/{name}", name, text(value)) for name, value in texts.items())


@rule("DK607", Severity.ERROR, on=Alert)
def template_label(alert: Alert, context: CheckContext) -> Iterator[Finding]:
    """A template with a label that the expression drops.

    With ``sum by (namespace) (...)``, ``{{ $labels.pod }}`` is empty: "Pod  restarts". Labels that the rule
    itself adds are not in ``$labels`` either.
    """
    if alert.recorded or alert.query is None or alert.query.expression.tree is None:
        return
    labels = labels_of(alert.query.expression.tree, known_labels(context))
    for pointer, name, value in _templates(alert):
        used = used_labels(value) - {"__name__"}
        lost = min((label for label in used if label == "alertname" or not labels.may_have(label)), default=None)
        if lost is not None:
            added = lost == "alertname" or lost in alert.labels
            hint = "labels that the rule adds are not in $labels" if added else f"keep it: by (..., {lost})"
            yield Finding(f"{name} uses the label {lost}, which the expression drops", hint, pointer=pointer)


@rule("DK608", Severity.WARNING, on=Query)
def irate_in_alert(query: Query, context: CheckContext) -> Iterator[Finding]:
    """``irate()`` in an alert or recording rule.

    It uses only the last two samples: a single quiet scrape resets ``for``, and a single spike fires the alert.
    """
    if query.role in ("alert", "record"):
        for node, _ in query.expression.of(Call):
            if node.name == "irate":
                yield Finding("irate() uses only the last two samples", "use rate()", span=node.span)


@rule("DK609", Severity.WARNING, on=Alert)
def no_comparison(alert: Alert, context: CheckContext) -> Iterator[Finding]:
    """An alert whose expression has no condition.

    It fires as long as there is any series at all, regardless of its value.
    """
    tree = alert.query.expression.tree if alert.query is not None else None
    if not alert.recorded and tree is not None and not _is_condition(tree):
        yield Finding(
            "the alert fires for every series, regardless of its value", "compare it: ... > 0", pointer="/expr"
        )


def _is_condition(node: Node) -> bool:
    """Return whether a node filters series by value, or exists only if something else does not."""
    if isinstance(node, Binary):
        if node.op in _COMPARISONS:
            return True  # even with bool, which DK610 reports
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

    ``> bool`` returns 0 or 1 for each series, and an alert fires for any value: it is always on.
    """
    tree = alert.query.expression.tree if alert.query is not None and not alert.recorded else None
    while isinstance(tree, Aggregate):
        tree = tree.arg
    if isinstance(tree, Binary) and tree.returns_bool:
        absent = any(isinstance(side, Call) and side.name.startswith("absent") for side in (tree.left, tree.right))
        if not absent:
            yield Finding("a comparison with bool always returns a value, so the alert always fires", pointer="/expr")


@rule("DK611", Severity.ERROR, on=Project)
def duplicate_alert(project: Project, context: CheckContext) -> Iterator[tuple[Alert, Finding]]:
    """Duplicate rules in a group, or duplicate groups in a file.

    Prometheus tracks the state of an alert by its name and labels. Two recording rules that write the same
    series overwrite each other's samples.
    """
    seen: dict[object, Alert] = {}
    groups: dict[tuple[str, str], int] = {}
    for alert in project.alerts:
        number = groups.setdefault((alert.source.path, alert.group), alert.group_number)
        if alert.first and number != alert.group_number:
            yield alert, Finding(f"the file has another group named {alert.group!r}", "rename one")
        labels = tuple(sorted((str(key), str(value)) for key, value in alert.labels.items()))
        expr = " ".join(text(alert.json.get("expr")).split())
        key = (alert.source.path, alert.group, alert.group_number, alert.recorded, alert.name, labels)
        first = seen.setdefault((*key, expr), alert)
        other = seen.setdefault(key, alert)
        if alert.name and first is not alert:
            yield alert, Finding(f"duplicate rule {alert.name}", "remove one")
        elif alert.name and other is not alert:
            # Two conditions for an alert, or parts of a recorded series: fine if their series never coincide.
            message = f"two rules {alert.name} have the same labels"
            severity = Severity.INFO if alert.recorded else Severity.WARNING
            yield alert, Finding(message, "give each a distinguishing label", severity=severity)


@rule("DK612", Severity.ERROR, on=Query)
def variable_in_rule(query: Query, context: CheckContext) -> Iterator[Finding]:
    """A Grafana variable in a rule.

    Prometheus has no variables: the file does not load, or the rule looks for a job named ``$job``.
    """
    if query.role not in ("alert", "record"):
        return
    strings = [found.span() for found in _STRING.finditer(query.text)]
    for reference in find(query.text):
        inside = any(start <= reference.start < end for start, end in strings)
        written = query.text[reference.start : reference.end]
        # In label_replace, $name is a group of the pattern; comments do not matter.
        group = "label_replace" in query.text or "#" in query.text[: reference.start].rpartition("\n")[2]
        if inside and group:
            continue
        if not inside or reference.name.startswith("__") or _WHOLE.search(query.text[: reference.start]):
            yield Finding(f"rules cannot use variables: {written}", span=(reference.start, reference.end))
            return


@rule("DK613", Severity.INFO, on=Alert)
def record_name(alert: Alert, context: CheckContext) -> Iterator[Finding]:
    """A recorded series whose name does not follow the convention.

    The convention is ``level:metric:operation``: the remaining labels, the metric, and the operation. A name
    without colons looks like a metric of an exporter.
    """
    if alert.recorded and alert.name and ":" not in alert.name:
        yield Finding(
            f"{alert.name} looks like a metric of an exporter", "name it level:metric:operation", pointer="/record"
        )


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
