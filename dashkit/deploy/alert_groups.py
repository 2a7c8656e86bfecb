"""The Grafana-managed alert rules that a project wants. Pure.

A rule carries two annotations of ours: the project's tag, and a digest of what was pushed and where. If the content of a live
rule does not match its digest, it was edited in the UI; if its group does not, it was moved, or its group was renamed.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from dashkit import _json
from dashkit.deploy.recording_rules import recorded_uid, stages, title
from dashkit.model.alerts import AlertGroup, AlertRule, PlainAlert, RecordingRule
from dashkit.model.durations import canonical, seconds
from dashkit.model.links import AlertLinks
from dashkit.model.live import GrafanaAlertGroup
from dashkit.model.panel_id import panel_id

OWNER, DIGEST = "dashkit", "dashkit_digest"
#: The annotation that links a rule to a dashboard, by its uid.
DASHBOARD = "__dashboardUid__"
#: The datasource of expressions on the server.
EXPRESSIONS = "__expr__"
#: The label by which the project's route in the policy tree matches its alerts.
PROJECT_LABEL = "dashkit_project"
_UID_LIMIT = 40
_ODD = re.compile(r"[^A-Za-z0-9_-]+")
_MODEL = {"intervalMs": 1000, "maxDataPoints": 43200}
#: Grafana evaluates rules no more often than this many seconds, and only at multiples of it.
_TICK = 10
_DEFAULT_INTERVAL = 60
#: How far a query looks back, in seconds. It is instant, so that only ``$__range`` would notice.
_BACK = 600
#: True for any value: a condition that compares by itself has a value only where it holds.
ANY_VALUE = "is_number($B) || is_nan($B) || is_inf($B)"


@dataclass(frozen=True, slots=True)
class _Target:
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


def desired_rules(
    groups: Iterable[AlertGroup],
    *,
    folder_uid: str,
    datasource: str,
    owner: str,
    runbooks: str = "",
    uid_prefix: str = "",
    recording: bool = False,
    folders: Mapping[str, str] | None = None,
) -> list[GrafanaAlertGroup]:
    """Return the alerts of the groups as Grafana-managed rules.

    With ``recording`` the recording rules are included, before the alerts. Otherwise Prometheus evaluates those, from rule files.

    Args:
        folder_uid: of the folder of all groups that name none; ``folders`` has the uids of those that groups name.
    """
    found = []
    target = _Target(datasource, owner, runbooks, uid_prefix)
    for group in groups:
        folder = (folders or {}).get(group.folder, folder_uid)
        interval = int(seconds(group.interval)) if group.interval else _DEFAULT_INTERVAL
        interval = max(_TICK, interval // _TICK * _TICK)
        for name, members in stages(group) if recording else ():
            rules = tuple(_recorded(rule, group, target) for rule in members)
            found.append(_signed(GrafanaAlertGroup(folder, name, interval, rules), owner))
        if group.alerts:
            alerts = tuple(
                _plain(rule, group, target) if isinstance(rule, PlainAlert) else _alert(rule, group, target)
                for rule in group.alerts
            )
            found.append(_signed(GrafanaAlertGroup(folder, group.name, interval, alerts), owner))
    return found


def _signed(group: GrafanaAlertGroup, owner: str) -> GrafanaAlertGroup:
    """Return the group with our two annotations on each rule."""
    place = _place_digest(group)

    def signed(rule: Mapping[str, Any]) -> dict[str, Any]:
        return {**rule, "annotations": {**rule["annotations"], OWNER: owner, DIGEST: f"{digest(rule)}.{place}"}}

    return replace(group, rules=tuple(map(signed, group.rules)))


def content(rule: Mapping[str, Any]) -> dict[str, Any]:
    """Return a rule without our annotations."""
    annotations = {key: value for key, value in rule["annotations"].items() if key not in (OWNER, DIGEST)}
    return {**rule, "annotations": annotations}


def digest(rule: Mapping[str, Any]) -> str:
    """Return 16 hexadecimal digits of the content's digest."""
    return _json.plain_digest(content(rule))[:16]


def owner_of(rule: Mapping[str, Any]) -> str:
    """Return the tag of the project that pushed a rule, empty for none."""
    return str(rule["annotations"].get(OWNER, ""))


def edited(rule: Mapping[str, Any]) -> bool:
    """Return whether a rule that a project pushed has changed since."""
    pushed = rule["annotations"].get(DIGEST)
    return pushed is not None and pushed.partition(".")[0] != digest(rule)


def misplaced(rule: Mapping[str, Any], group: GrafanaAlertGroup) -> bool:
    """Return whether a rule was pushed into another group, or its group had another name, folder or interval."""
    pushed = str(rule["annotations"].get(DIGEST, "")).partition(".")[2]
    return pushed not in ("", _place_digest(group))


def knows_its_place(rule: Mapping[str, Any]) -> bool:
    """Return whether the digest records where the rule was pushed. That of an older dashkit does not."""
    return "." in str(rule["annotations"].get(DIGEST, ""))


def _place_digest(group: GrafanaAlertGroup) -> str:
    return _json.digest([group.folder_uid, group.name, group.interval])[:8]


def _alert(rule: AlertRule, group: AlertGroup, target: _Target) -> dict[str, Any]:
    annotations = {"summary": rule.summary, "description": _values(rule.description)}
    if rule.panel is not None:
        uid, key = rule.panel
        annotations |= {DASHBOARD: target.prefix + uid, "__panelId__": str(panel_id(key))}
    if runbook := AlertLinks(runbooks=target.runbooks).runbook(rule, group.system):
        annotations["runbook_url"] = runbook
    uid = f"{target.prefix}{group.system}-{rule.name}-{rule.severity.label}"
    name = f"{rule.name} ({rule.severity.label})"
    target.count(uid), target.count(name)
    return {
        "uid": _uid(uid),
        "title": name,
        **_evaluated(rule, group, target),
        "annotations": annotations,
    }


def _plain(rule: PlainAlert, group: AlertGroup, target: _Target) -> dict[str, Any]:
    """Return an alert of which only a rule file's words are known. Those of the same name are numbered."""
    annotations = {key: _values(text) for key, text in rule.annotations.items()}
    if DASHBOARD in annotations:
        annotations[DASHBOARD] = target.prefix + annotations[DASHBOARD]
    given = dict(rule.grafana)
    annotations |= given.pop("annotations", {})
    if "uid" in given:
        given["uid"] = target.prefix + given["uid"]
    severity = f" ({rule.severity})" if rule.severity else ""
    uid = "-".join(filter(None, (f"{target.prefix}{group.system}", rule.name, rule.severity)))
    keep = {"keep_firing_for": canonical(rule.keep_firing_for)} if rule.keep_firing_for else {}
    return {
        "uid": _uid(_numbered(uid, "-{}", target)),
        "title": _numbered(f"{rule.name}{severity}", " ({})", target),
        **_evaluated(rule, group, target),
        **keep,
        "annotations": annotations,
        **given,
    }


def _numbered(name: str, number: str, target: _Target) -> str:
    count = target.count(name)
    return name + number.format(count) if count > 1 else name


def _evaluated(rule: AlertRule | PlainAlert, group: AlertGroup, target: _Target) -> dict[str, Any]:
    """Return what Grafana evaluates, and when: the query, its last value, and the comparison of that with the limit."""
    limit, comparison = (rule.above, "gt") if rule.above is not None else (rule.below, "lt")
    evaluator = {"evaluator": {"params": [limit], "type": comparison}}
    met = (
        {"type": "math", "expression": ANY_VALUE}
        if limit is None
        else {"type": "threshold", "expression": "B", "conditions": [evaluator]}
    )
    return {
        "condition": "C",
        "data": [
            _instant(rule.expr, group, target),
            _query("B", EXPRESSIONS, {"type": "reduce", "expression": "A", "reducer": "last"}),
            _query("C", EXPRESSIONS, met),
        ],
        "noDataState": "OK",
        "execErrState": "Error",
        "for": canonical(rule.wait or "0s"),
        "labels": {**group.shared_labels, **group.labels(rule), PROJECT_LABEL: target.owner},
        "isPaused": False,
    }


def _recorded(rule: RecordingRule, group: AlertGroup, target: _Target) -> dict[str, Any]:
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


def _instant(expr: str, group: AlertGroup, target: _Target) -> dict[str, Any]:
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
