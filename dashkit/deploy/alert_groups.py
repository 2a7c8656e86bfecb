"""The Grafana-managed alert rules that a project wants. Pure.

A rule carries two annotations of ours: the project's tag, and a digest of what was pushed and where. If the content of a live
rule does not match its digest, it was edited in the UI; if its group does not, it was moved, or its group was renamed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from dashkit import _json
from dashkit.deploy.alert_documents import Target, alert_document, full_names, plain_document, recording_document
from dashkit.deploy.recording_rules import stages
from dashkit.model.alerts import AlertGroup, PlainAlert
from dashkit.model.durations import seconds
from dashkit.model.live import GrafanaAlertGroup

OWNER, DIGEST = "dashkit", "dashkit_digest"
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
    folders: Mapping[str, str] | None = None,
    datasources: Mapping[str, str] | None = None,
) -> list[GrafanaAlertGroup]:
    """Return the alerts of the groups as Grafana-managed rules.

    With ``recording`` the recording rules are included, before the alerts. Otherwise Prometheus evaluates those, from rule files.

    Args:
        folder_uid: of the folder of all groups that name none; ``folders`` has the uids of those that groups name.
        datasource: that of all groups that name none; ``datasources`` are what those that groups name are called there.
    """
    found = []
    every_target = Target(datasource, owner, runbooks, uid_prefix)
    every = list(groups)
    for group in every:
        # Their names never change for the sake of a plain alert's.
        every_target.alike.update(name for rule in group.full_alerts for name in full_names(rule, group, uid_prefix))
    for group in every:
        folder = (folders or {}).get(group.folder, folder_uid)
        asked = (datasources or {}).get(group.datasource, group.datasource) or datasource
        target = replace(every_target, datasource=asked)
        interval = int(seconds(group.interval)) if group.interval else _DEFAULT_INTERVAL
        interval = max(_TICK, interval // _TICK * _TICK)
        for name, members in stages(group) if recording else ():
            rules = tuple(recording_document(rule, group, target) for rule in members)
            found.append(_signed(GrafanaAlertGroup(folder, name, interval, rules), owner))
        if group.alerts:
            alerts = tuple(
                plain_document(rule, group, target)
                if isinstance(rule, PlainAlert)
                else alert_document(rule, group, target)
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


def pushed_version(rule: Mapping[str, Any], versions: Iterable[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """Return the version of a live rule that a project pushed last; None if it is not among these, the newest first."""
    mark = rule["annotations"].get(DIGEST)
    return next((one for one in versions if one["annotations"].get(DIGEST) == mark and not edited(one)), None)


def misplaced(rule: Mapping[str, Any], group: GrafanaAlertGroup) -> bool:
    """Return whether a rule was pushed into another group, or its group had another name, folder or interval."""
    pushed = str(rule["annotations"].get(DIGEST, "")).partition(".")[2]
    return pushed not in ("", _place_digest(group))


def knows_its_place(rule: Mapping[str, Any]) -> bool:
    """Return whether the digest records where the rule was pushed. That of an older dashkit does not."""
    return "." in str(rule["annotations"].get(DIGEST, ""))


def _place_digest(group: GrafanaAlertGroup) -> str:
    return _json.digest([group.folder_uid, group.name, group.interval])[:8]
