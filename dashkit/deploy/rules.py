"""Grafana-managed alert rules: what they shall be, and what a push would do about them. Pure.

A rule carries two annotations of ours: the project's tag, and a digest of what was pushed. A live rule whose content is not what
its digest says was edited in the UI.
"""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from dashkit import _json
from dashkit.deploy.actions import Kind
from dashkit.model.durations import canonical, seconds
from dashkit.model.live_rules import GrafanaGroup
from dashkit.model.panel_id import panel_id
from dashkit.model.rules import AlertRule, RuleGroup

OWNER, DIGEST = "dashkit", "dashkit_digest"
_UID_LIMIT = 40
_MODEL = {"intervalMs": 1000, "maxDataPoints": 43200}
#: Grafana evaluates nothing more often, and only at multiples of it.
_TICK = 10
_DEFAULT_INTERVAL = 60


@dataclass(frozen=True, slots=True)
class RuleAction:
    """What becomes of one group; ``changes`` are lines for people."""

    kind: Kind
    group: GrafanaGroup
    changes: tuple[str, ...] = ()
    reason: str = ""
    hint: str = ""
    #: Uids that the server has already, in whichever group (others are new); of a deletion those to delete.
    known: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class RulePolicy:
    """How to treat what is not as it was left."""

    adopt: bool = False
    prune: bool = False
    on_drift: str = "refuse"


def desired_rules(
    groups: Iterable[RuleGroup],
    *,
    folder_uid: str,
    datasource: str,
    owner: str,
    runbooks: str = "",
    uid_prefix: str = "",
) -> list[GrafanaGroup]:
    """The alerts of the groups as Grafana's own rules; recording rules stay with Prometheus, which evaluates them."""
    found = []
    for group in groups:
        if not group.alerts:
            continue
        interval = int(seconds(group.interval)) if group.interval else _DEFAULT_INTERVAL
        rules = tuple(_rule(rule, group, datasource, owner, runbooks, uid_prefix) for rule in group.alerts)
        found.append(GrafanaGroup(folder_uid, group.name, max(_TICK, interval // _TICK * _TICK), rules))
    return found


def plan_rules(
    desired: Iterable[GrafanaGroup], live: Iterable[GrafanaGroup], owner: str, policy: RulePolicy
) -> list[RuleAction]:
    """One action for each desired group, and one for each group of ours that the source no longer has."""
    there = {(group.folder_uid, group.name): group for group in live}
    uids = frozenset(str(rule["uid"]) for group in there.values() for rule in group.rules)
    actions = []
    desired = list(desired)
    wanted = set()
    # A rule whose group was renamed goes along with the new one; it must not be deleted with the old.
    moving = frozenset(str(rule["uid"]) for group in desired for rule in group.rules)
    for group in desired:
        key = (group.folder_uid, group.name)
        wanted.add(key)
        actions.append(replace(_decide(group, there.get(key), owner, policy), known=uids))
    for key, group in sorted(there.items()):
        left = tuple(rule for rule in group.rules if rule["uid"] not in moving)
        if key not in wanted and left and all(_owned(rule, owner) for rule in left):
            actions.append(_orphan(replace(group, rules=left), policy))
    return actions


def content(rule: Mapping[str, Any]) -> dict[str, Any]:
    """A rule without what says who pushed it."""
    annotations = {key: value for key, value in rule["annotations"].items() if key not in (OWNER, DIGEST)}
    return {**rule, "annotations": annotations}


def digest(rule: Mapping[str, Any]) -> str:
    """16 hexadecimal digits of the content."""
    return hashlib.sha256(_json.compact(content(rule))).hexdigest()[:16]


def _rule(rule: AlertRule, group: RuleGroup, datasource: str, owner: str, runbooks: str, prefix: str) -> dict[str, Any]:
    annotations = {"summary": rule.summary, "description": _values(rule.description)}
    if rule.panel is not None:
        uid, key = rule.panel
        annotations |= {"__dashboardUid__": prefix + uid, "__panelId__": str(panel_id(key))}
    if runbooks:
        annotations["runbook_url"] = f"{runbooks.rstrip('/')}/{group.system}/{rule.name}.md"
    labels = {"system": group.system, **rule.labels, "severity": rule.severity.label, "symptom": rule.symptom}
    comparison = "gt" if rule.above is not None else "lt"
    document = {
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
        "labels": labels,
        "annotations": annotations,
        "isPaused": False,
    }  # fmt: skip
    return {**document, "annotations": {**annotations, OWNER: owner, DIGEST: digest(document)}}


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


def _owned(rule: Mapping[str, Any], owner: str) -> bool:
    return bool(rule["annotations"].get(OWNER) == owner)


def _decide(group: GrafanaGroup, live: GrafanaGroup | None, owner: str, policy: RulePolicy) -> RuleAction:
    if live is None or not live.rules:
        return RuleAction(Kind.CREATE, group, tuple(f"+ {rule['title']}" for rule in group.rules))
    if live.provenance:
        return RuleAction(Kind.REFUSE, group, (), f"it belongs to {live.provenance} provisioning", "change it there")
    foreign = [rule["title"] for rule in live.rules if not _owned(rule, owner)]
    if foreign and not policy.adopt:
        why = f"it holds rules that this project did not make: {', '.join(foreign[:3])}"
        return RuleAction(Kind.REFUSE, group, (), why, "--adopt takes the group over")
    changes = tuple(_changes(live, group))
    if not changes:
        return RuleAction(Kind.KEEP, group)
    edited = [rule["title"] for rule in live.rules if _edited(rule)]
    if edited and policy.on_drift != "overwrite":
        why = f"edited in the UI since the last push: {', '.join(edited[:3])}"
        if policy.on_drift == "skip":
            return RuleAction(Kind.SKIP, group, changes, why)
        hint = "take the edit over into the source, or push with --on-drift overwrite (or skip)"
        return RuleAction(Kind.REFUSE, group, changes, why, hint)
    reason = f"overwrites an edit in the UI: {', '.join(edited[:3])}" if edited else ""
    return RuleAction(Kind.UPDATE, group, changes, reason)


def _orphan(group: GrafanaGroup, policy: RulePolicy) -> RuleAction:
    known = frozenset(str(rule["uid"]) for rule in group.rules)
    if not policy.prune:
        return RuleAction(Kind.ORPHAN, group, (), "no longer in the source", "--prune deletes it", known)
    if any(_edited(rule) for rule in group.rules) and policy.on_drift != "overwrite":
        why = "gone from the source, but edited in the UI since"
        return RuleAction(Kind.REFUSE, group, (), why, "--on-drift overwrite deletes it", known)
    return RuleAction(Kind.DELETE, group, (), "no longer in the source", known=known)


def _edited(rule: Mapping[str, Any]) -> bool:
    """Whether a rule that we pushed is no longer what we pushed."""
    pushed = rule["annotations"].get(DIGEST)
    return pushed is not None and pushed != digest(rule)


def _changes(live: GrafanaGroup, group: GrafanaGroup) -> Iterable[str]:
    if live.interval != group.interval:
        yield f"~ interval {live.interval} s -> {group.interval} s"
    old = {rule["uid"]: rule for rule in live.rules}
    new = {rule["uid"]: rule for rule in group.rules}
    yield from (f"- {old[uid]['title']}" for uid in old if uid not in new)
    for uid, rule in new.items():
        if uid not in old:
            yield f"+ {rule['title']}"
        elif rule != old[uid]:
            yield from _rule_changes(old[uid], rule)
    if [uid for uid in old if uid in new] != [uid for uid in new if uid in old]:
        yield "~ order of the rules"


def _rule_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterable[str]:
    before, after = content(old), content(new)
    if before == after:
        yield f"~ {new['title']}: marked as this project's"
        return
    yield f"~ {new['title']}"
    for key in sorted(before.keys() | after.keys()):
        if before.get(key) == after.get(key):
            continue
        old_text, new_text = (_json.pretty(value.get(key)).decode().splitlines() for value in (before, after))
        lines = difflib.unified_diff(old_text, new_text, n=0, lineterm="")
        shown = [line for line in lines if not line.startswith(("---", "+++", "@@"))]
        yield from (f"    {key} {line}" for line in shown[:8])
