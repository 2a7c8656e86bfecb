"""The documents of Grafana-managed rules, without our marks. Pure."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dashkit.deploy.recording_rules import recorded_uid, title
from dashkit.model.alerts import AlertGroup, AlertRule, PlainAlert, RecordingRule
from dashkit.model.durations import canonical, seconds
from dashkit.model.links import AlertLinks
from dashkit.model.panel_id import panel_id

#: The annotation that links a rule to a dashboard, by its uid.
DASHBOARD = "__dashboardUid__"
#: The one with the id of the panel.
PANEL = "__panelId__"
#: The datasource of expressions on the server.
EXPRESSIONS = "__expr__"
#: The label by which the project's route in the policy tree matches its alerts.
PROJECT_LABEL = "dashkit_project"
_UID_LIMIT = 40
_ODD = re.compile(r"[^A-Za-z0-9_-]+")
_MODEL = {"intervalMs": 1000, "maxDataPoints": 43200}
#: How far a query looks back, in seconds. It is instant, so that only ``$__range`` would notice.
_BACK = 600
#: True for any value: a condition that compares by itself has a value only where it holds.
ANY_VALUE = "is_number($B) || is_nan($B) || is_inf($B)"


@dataclass(frozen=True, slots=True)
class Target:
    """What a context says of its rules, and how often each name was given so far."""

    datasource: str
    owner: str
    runbooks: str
    prefix: str
    alike: Counter[str] = field(default_factory=Counter)

    def count(self, name: str) -> int:
        """Return how many rules have this name so far, with the one that asks."""
        self.alike[name] += 1
        return self.alike[name]


def alert_document(rule: AlertRule, group: AlertGroup, target: Target) -> dict[str, Any]:
    """Return an alert."""
    annotations = {"summary": rule.summary, "description": _values(rule.description)}
    if rule.panel is not None:
        uid, key = rule.panel
        annotations |= {DASHBOARD: target.prefix + uid, PANEL: str(panel_id(key))}
    if runbook := AlertLinks(runbooks=target.runbooks).runbook(rule, group.system):
        annotations["runbook_url"] = runbook
    uid, name = full_names(rule, group, target.prefix)
    return {
        "uid": _uid(uid),
        "title": name,
        **_evaluated(rule, group, target),
        "annotations": annotations,
    }


def full_names(rule: AlertRule, group: AlertGroup, prefix: str) -> tuple[str, str]:
    """Return what the uid is made of, and the title."""
    severity = rule.severity.label
    return f"{prefix}{group.system}-{rule.name}-{severity}", f"{rule.name} ({severity})"


def plain_document(rule: PlainAlert, group: AlertGroup, target: Target) -> dict[str, Any]:
    """Return an alert of which only a rule file's words are known. Those of the same name are numbered."""
    annotations = {key: _values(text) for key, text in rule.annotations.items()}
    if DASHBOARD in annotations:
        annotations[DASHBOARD] = target.prefix + annotations[DASHBOARD]
    given = dict(rule.grafana)
    annotations |= given.pop("annotations", {})
    if "uid" in given:
        given["uid"] = target.prefix + given["uid"]
    keep = {"keep_firing_for": canonical(rule.keep_firing_for)} if rule.keep_firing_for else {}
    return {
        **_names(rule, group, target, given),
        **_evaluated(rule, group, target),
        **keep,
        "annotations": annotations,
        **given,
    }


def _names(rule: PlainAlert, group: AlertGroup, target: Target, given: Mapping[str, Any]) -> dict[str, str]:
    """Return the uid and the title of a rule that does not say them."""
    found = {}
    if "uid" not in given:
        found["uid"] = _uid(
            _numbered(_plain_uid(f"{target.prefix}{group.system}", rule.name, rule.severity), "-{}", target)
        )
    if "title" not in given:
        severity = f" ({rule.severity})" if rule.severity else ""
        found["title"] = _numbered(f"{rule.name}{severity}", " ({})", target)
    return found


def _plain_uid(system: str, name: str, severity: str) -> str:
    return "-".join(filter(None, (system, name, severity)))


def plain_uid(system: str, name: str, severity: str) -> str:
    """Return the uid of a plain alert that is the only one of its name; ``system`` has the prefix of the context."""
    return _uid(_plain_uid(system, name, severity))


def _numbered(name: str, number: str, target: Target) -> str:
    count = target.count(name)
    return name + number.format(count) if count > 1 else name


def _evaluated(rule: AlertRule | PlainAlert, group: AlertGroup, target: Target) -> dict[str, Any]:
    """Return what Grafana evaluates, and when: the query, its last value, and the comparison of that with the limit."""
    return {
        "condition": "C",
        "data": [
            _instant(rule.expr, group, target),
            _query("B", EXPRESSIONS, {"type": "reduce", "expression": "A", "reducer": "last"}),
            condition_query(rule.above, rule.below),
        ],
        "noDataState": "OK",
        "execErrState": "Error",
        "for": canonical(rule.wait or "0s"),
        "labels": {**group.shared_labels, **group.labels(rule), PROJECT_LABEL: target.owner},
        "isPaused": False,
    }


def condition_query(above: float | None = None, below: float | None = None) -> dict[str, Any]:
    """Return the query that compares the value with the limit; without one, any value will do."""
    limit, comparison = (above, "gt") if above is not None else (below, "lt")
    evaluator = {"evaluator": {"params": [limit], "type": comparison}}
    met = (
        {"type": "math", "expression": ANY_VALUE}
        if limit is None
        else {"type": "threshold", "expression": "B", "conditions": [evaluator]}
    )
    return _query("C", EXPRESSIONS, met)


def recording_document(rule: RecordingRule, group: AlertGroup, target: Target) -> dict[str, Any]:
    """Return a recording rule. The keys that have no meaning for one are empty, as Grafana returns them.

    Rules that record parts of one series are numbered.
    """
    name = _numbered(title(rule), " ({})", target)
    return {
        "uid": recorded_uid(rule, f"{target.prefix}{group.system}", name),
        "title": name,
        "condition": "",
        "data": [_instant(rule.expr, group, target)],
        "noDataState": "",
        "execErrState": "",
        "for": "0s",
        "labels": {**group.shared_labels, **rule.labels},
        "annotations": {},
        "isPaused": False,
        "record": {"metric": rule.record, "from": "A", "target_datasource_uid": target.datasource},
    }  # fmt: skip


def _instant(expr: str, group: AlertGroup, target: Target) -> dict[str, Any]:
    late = int(seconds(group.query_offset)) if group.query_offset else 0
    return _query("A", target.datasource, {"expr": expr, "instant": True, "range": False}, _BACK, late)


def _query(ref: str, datasource: str, model: dict[str, Any], back: int = 0, late: int = 0) -> dict[str, Any]:
    return {
        "refId": ref, "queryType": "", "relativeTimeRange": {"from": back + late, "to": late}, "datasourceUid": datasource,
        "model": {"refId": ref, **model, **_MODEL},
    }  # fmt: skip


def _uid(text: str) -> str:
    """Return the text as a uid, with a digest if it has other characters or exceeds Grafana's 40."""
    plain = _ODD.sub("-", text)
    if plain == text and len(text) <= _UID_LIMIT:
        return text
    return f"{plain[:31]}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def _values(template: str) -> str:
    """Adapt a template: Grafana's ``$value`` is a text about all queries; the number is the reduced query's value."""
    return re.sub(r"\$value\b", "$values.B.Value", template)
