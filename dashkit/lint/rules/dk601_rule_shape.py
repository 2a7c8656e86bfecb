"""A rule that Prometheus does not load.

It has neither a name nor an expression, both ``alert`` and ``record``, a key that is misspelt, or a label that is
no name. One such rule, and Prometheus refuses the whole file at its next reload.

Bad::

    - alert: HighErrorRate
      expression: errors > 1

Good::

    - alert: HighErrorRate
      expr: errors > 1
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Alert, Project, mapping, text
from dashkit.model.durations import is_duration
from dashkit.model.problem import Severity

_KEYS = frozenset({"alert", "record", "expr", "for", "keep_firing_for", "labels", "annotations"})
_GROUP_KEYS = frozenset({"name", "interval", "query_offset", "limit", "labels", "rules", "partial_response_strategy"})
_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")


@rule("DK601", Severity.ERROR, on=Project)
def rule_shape(project: Project, facts: Facts) -> Iterator[tuple[Alert, Finding]]:
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
