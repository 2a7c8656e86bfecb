"""The Grafana-managed alert rules that a project wants. Pure.

A rule carries two annotations of ours: the project's tag, and a digest of what was pushed and where. If the content of a live
rule does not match its digest, it was edited in the UI; if its group does not, it was moved, or its group was renamed.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from dashkit import _json
from dashkit.deploy.recording_rules import recorded_uid, stages, title
from dashkit.model.alerts import AlertGroup, AlertRule, RecordingRule
from dashkit.model.durations import canonical, seconds
from dashkit.model.links import AlertLinks
from dashkit.model.live import GrafanaAlertGroup
from dashkit.model.panel_id import panel_id

OWNER, DIGEST = "dashkit", "dashkit_digest"
#: The label by which the project's route in the policy tree matches its alerts.
PROJECT_LABEL = "dashkit_project"
_UID_LIMIT = 40
_MODEL = {"intervalMs": 1000, "maxDataPoints": 43200}
#: Grafana evaluates rules no more often than this many seconds, and only at multiples of it.
_TICK = 10
_DEFAULT_INTERVAL = 60


def desired_rules(
    groups: Iterable[AlertGroup],
    *,
    folder_uid: str,
    datasource: str,
    owner: str,
    runbooks: str = "",
    uid_prefix: str = "",
    recording: bool = False,
) -> list[GrafanaAlertGroup]:
    """Return the alerts of the groups as Grafana-managed rules.

    With ``recording`` the recording rules are included, before the alerts. Otherwise Prometheus evaluates those, from rule files.
    """
    found = []
    alike: Counter[str] = Counter()
    for group in groups:
        interval = int(seconds(group.interval)) if group.interval else _DEFAULT_INTERVAL
        interval = max(_TICK, interval // _TICK * _TICK)
        for name, members in stages(group) if recording else ():
            rules = []
            for rule in members:
                alike[title(rule)] += 1
                rules.append(_recorded(rule, group, datasource, uid_prefix, alike[title(rule)]))
            found.append(_signed(GrafanaAlertGroup(folder_uid, name, interval, tuple(rules)), owner))
        if group.alerts:
            alerts = tuple(_alert(rule, group, datasource, owner, runbooks, uid_prefix) for rule in group.alerts)
            found.append(_signed(GrafanaAlertGroup(folder_uid, group.name, interval, alerts), owner))
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


def _alert(
    rule: AlertRule, group: AlertGroup, datasource: str, owner: str, runbooks: str, prefix: str
) -> dict[str, Any]:
    annotations = {"summary": rule.summary, "description": _values(rule.description)}
    if rule.panel is not None:
        uid, key = rule.panel
        annotations |= {"__dashboardUid__": prefix + uid, "__panelId__": str(panel_id(key))}
    if runbook := AlertLinks(runbooks=runbooks).runbook(rule, group.system):
        annotations["runbook_url"] = runbook
    comparison = "gt" if rule.above is not None else "lt"
    return {
        "uid": _uid(f"{prefix}{group.system}-{rule.name}-{rule.severity.label}"),
        "title": f"{rule.name} ({rule.severity.label})",
        "condition": "C",
        "data": [
            _query("A", datasource, {"expr": rule.expr, "instant": True, "range": False}, 600),
            _query("B", "__expr__", {"type": "reduce", "expression": "A", "reducer": "last"}),
            _query(
                "C", "__expr__",
                {
                    "type": "threshold", "expression": "B",
                    "conditions": [{"evaluator": {"params": [rule.limit], "type": comparison}}],
                },
            ),
        ],
        "noDataState": "OK",
        "execErrState": "Error",
        "for": canonical(rule.wait),
        "labels": {**group.labels(rule), PROJECT_LABEL: owner},
        "annotations": annotations,
        "isPaused": False,
    }  # fmt: skip


def _recorded(rule: RecordingRule, group: AlertGroup, datasource: str, prefix: str, number: int) -> dict[str, Any]:
    """Return a recording rule. The keys that have no meaning for one are empty, as Grafana returns them.

    ``number`` distinguishes rules that record parts of one series.
    """
    name = title(rule) + (f" ({number})" if number > 1 else "")
    return {
        "uid": recorded_uid(rule, f"{prefix}{group.system}", name),
        "title": name,
        "condition": "",
        "data": [_query("A", datasource, {"expr": rule.expr, "instant": True, "range": False}, 600)],
        "noDataState": "",
        "execErrState": "",
        "for": "0s",
        "labels": dict(rule.labels),
        "annotations": {},
        "isPaused": False,
        "record": {"metric": rule.record, "from": "A", "target_datasource_uid": datasource},
    }  # fmt: skip


def _query(ref: str, datasource: str, model: dict[str, Any], back: int = 0) -> dict[str, Any]:
    return {
        "refId": ref, "queryType": "", "relativeTimeRange": {"from": back, "to": 0}, "datasourceUid": datasource,
        "model": {"refId": ref, **model, **_MODEL},
    }  # fmt: skip


def _uid(text: str) -> str:
    """Return the text, shortened with a digest if it exceeds Grafana's 40 characters."""
    if len(text) <= _UID_LIMIT:
        return text
    return f"{text[:31]}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def _values(template: str) -> str:
    """Adapt a template: Grafana's ``$value`` is a text about all queries; the number is the reduced query's value."""
    return re.sub(r"\$value\b", "$values.B.Value", template)
