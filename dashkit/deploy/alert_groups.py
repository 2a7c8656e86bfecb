"""Grafana-managed alert rules: what they shall be. Pure.

A rule carries two annotations of ours: the project's tag, and a digest of what was pushed and where to. A live rule whose content
is not what its digest says was edited in the UI; one that lies in another group was moved there, or its group was renamed.
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
#: The label by which the project's route of the policy tree catches its alerts.
PROJECT_LABEL = "dashkit_project"
_UID_LIMIT = 40
_MODEL = {"intervalMs": 1000, "maxDataPoints": 43200}
#: Grafana evaluates nothing more often, and only at multiples of it.
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
    """The alerts of the groups as Grafana's own rules; with ``recording`` the recording rules too, before the alerts.

    Without, Prometheus evaluates those, from rule files.
    """
    found = []
    alike: Counter[str] = Counter()
    for group in groups:
        interval = int(seconds(group.interval)) if group.interval else _DEFAULT_INTERVAL
        for name, members in stages(group) if recording else ():
            place = GrafanaAlertGroup(folder_uid, name, max(_TICK, interval // _TICK * _TICK), ())
            rules = []
            for rule in members:
                alike[title(rule)] += 1
                made = _recorded(rule, group, datasource, uid_prefix, alike[title(rule)])
                rules.append(_signed(made, owner, place))
            found.append(replace(place, rules=tuple(rules)))
        if not group.alerts:
            continue
        place = GrafanaAlertGroup(folder_uid, group.name, max(_TICK, interval // _TICK * _TICK), ())
        alerts = (_rule(rule, group, datasource, owner, runbooks, uid_prefix) for rule in group.alerts)
        found.append(replace(place, rules=tuple(_signed(rule, owner, place) for rule in alerts)))
    return found


def _signed(rule: dict[str, Any], owner: str, place: GrafanaAlertGroup) -> dict[str, Any]:
    mark = f"{digest(rule)}.{_place(place)}"
    return {**rule, "annotations": {**rule["annotations"], OWNER: owner, DIGEST: mark}}


def content(rule: Mapping[str, Any]) -> dict[str, Any]:
    """A rule without what says who pushed it."""
    annotations = {key: value for key, value in rule["annotations"].items() if key not in (OWNER, DIGEST)}
    return {**rule, "annotations": annotations}


def digest(rule: Mapping[str, Any]) -> str:
    """16 hexadecimal digits of the content."""
    return hashlib.sha256(_json.compact(_json.plain_numbers(content(rule)))).hexdigest()[:16]


def owner_of(rule: Mapping[str, Any]) -> str:
    """The tag of the project that pushed a rule; empty for none."""
    return str(rule["annotations"].get(OWNER, ""))


def edited(rule: Mapping[str, Any]) -> bool:
    """Whether a rule that a project pushed is no longer what was pushed."""
    pushed = rule["annotations"].get(DIGEST)
    return pushed is not None and pushed.partition(".")[0] != digest(rule)


def misplaced(rule: Mapping[str, Any], group: GrafanaAlertGroup) -> bool:
    """Whether a rule was pushed into another group, or its group had another name, folder or interval."""
    pushed = str(rule["annotations"].get(DIGEST, "")).partition(".")[2]
    return pushed not in ("", _place(group))


def knows_its_place(rule: Mapping[str, Any]) -> bool:
    """Whether its digest says where it was pushed to; that of an older dashkit does not."""
    return "." in str(rule["annotations"].get(DIGEST, ""))


def _place(group: GrafanaAlertGroup) -> str:
    return _json.digest([group.folder_uid, group.name, group.interval])[:8]


def _rule(
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
    """What has no meaning for a recording rule is empty, as Grafana gives it back.

    ``number`` tells rules apart that make parts of one series.
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
    """The text itself, or shortened with a digest where Grafana's 40 characters do not hold it."""
    if len(text) <= _UID_LIMIT:
        return text
    return f"{text[:31]}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def _values(template: str) -> str:
    """In Grafana ``$value`` is a text of all queries; the number is that of the reduced one."""
    return re.sub(r"\$value\b", "$values.B.Value", template)
