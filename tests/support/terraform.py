"""What the Terraform provider grafana/grafana documents of its resources, and desired states to export.

The arguments are those of version 4.45.1, from https://registry.terraform.io/providers/grafana/grafana/latest/docs. A name with
``!`` is required. A block is a list of blocks here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from dashkit.deploy.desired import Desired
from dashkit.export.desired_state import DatasourceSettings, DesiredState, folders_of
from dashkit.model.dashboard import FolderPath, Location
from dashkit.model.folder import folder_uid
from dashkit.model.live import GrafanaAlertGroup

_TIMES = "group_wait group_interval repeat_interval"
_POLICY = f"active_timings contact_point continue group_by mute_timings {_TIMES}"
_CONTACT = "disable_resolve_message settings"
ARGUMENTS = {
    "grafana_folder": "title! org_id parent_folder_uid prevent_destroy_if_not_empty uid",
    "grafana_dashboard": "config_json! folder message org_id overwrite",
    "grafana_data_source": "name! type! access_mode basic_auth_enabled basic_auth_username database_name http_headers is_default "
    "json_data_encoded org_id secure_json_data_encoded uid url username",
    "grafana_rule_group": "folder_uid! interval_seconds! name! rule! disable_provenance org_id",
    "grafana_rule_group.rule": "data! name! annotations condition exec_err_state for is_paused keep_firing_for labels "
    "missing_series_evals_to_resolve no_data_state notification_settings record uid",
    "grafana_rule_group.rule.data": "datasource_uid! model! ref_id! relative_time_range! query_type",
    "grafana_rule_group.rule.data.relative_time_range": "from! to!",
    "grafana_rule_group.rule.record": "metric! from! target_datasource_uid",
    "grafana_rule_group.rule.notification_settings": f"contact_point! active_timings group_by mute_timings {_TIMES}",
    "grafana_mute_timing": "name! disable_provenance intervals org_id",
    "grafana_mute_timing.intervals": "days_of_month location months times weekdays years",
    "grafana_mute_timing.intervals.times": "end! start!",
    "grafana_notification_policy": f"contact_point! group_by! {_TIMES} disable_provenance org_id policy",
    "grafana_notification_policy.policy": f"{_POLICY} matcher policy",
    "grafana_notification_policy.policy.matcher": "label! match! value!",
    "grafana_contact_point": "name! disable_provenance org_id email pagerduty slack telegram webhook",
    "grafana_contact_point.email": f"addresses! message single_email subject {_CONTACT}",
    "grafana_contact_point.pagerduty": "integration_key! class client client_url component details group severity source summary "
    f"url {_CONTACT}",
    "grafana_contact_point.slack": f"recipient text title token url username {_CONTACT}",
    "grafana_contact_point.telegram": f"chat_id! token! message parse_mode {_CONTACT}",
    "grafana_contact_point.webhook": f"url! basic_auth_password basic_auth_user headers hmac_config http_method {_CONTACT}",
    "grafana_contact_point.webhook.hmac_config": "secret! header timestamp_header",
}  # fmt: skip
_ALWAYS = {"//", "lifecycle"}


def mistakes(resources: dict[str, dict[str, Any]]) -> Iterator[str]:
    """Yield what of the resources the provider would not accept."""
    for kind, members in resources.items():
        for name, value in members.items():
            yield from _block(kind, f"{kind}.{name}", value)


def _block(kind: str, where: str, value: dict[str, Any]) -> Iterator[str]:
    # A policy in a policy has the same arguments.
    known = ARGUMENTS[kind.replace(".policy.policy", ".policy")].split()
    names = {name.rstrip("!") for name in known}
    yield from (f"{where}: unknown {name}" for name in value.keys() - names - _ALWAYS)
    yield from (f"{where}: misses {name[:-1]}" for name in known if name[-1] == "!" and name[:-1] not in value)
    for name, inner in value.items():
        below = f"{kind}.{name}".replace(".policy.policy", ".policy")
        if below in ARGUMENTS:
            for block in inner if isinstance(inner, list) else [inner]:
                yield from _block(below, f"{where}.{name}", block)


def dashboard(uid: str, *folder: str, **spec: Any) -> Desired:
    """A classic dashboard in a folder."""
    content = {"title": uid.title(), "panels": [], "schemaVersion": 41, "tags": [], **spec}
    return Desired(uid, uid.title(), folder, content, Location(f"{uid}.py"), uid)


def state(*dashboards: Desired, **more: Any) -> DesiredState:
    """What a Grafana should hold: the dashboards, their folders, and what else is given."""
    paths: Iterable[FolderPath] = [*(item.folder for item in dashboards), *([("Alerts",)] if "rules" in more else [])]
    return DesiredState("test", "", 1, "dashkit:test", dashboards, folders_of(paths), **more)


def rules(**more: Any) -> GrafanaAlertGroup:
    """A group of one rule in the folder `Alerts`."""
    back = {"from": 600, "to": 0}
    query = {
        "refId": "A",
        "queryType": "",
        "relativeTimeRange": back,
        "datasourceUid": "prom",
        "model": {"expr": "up{a=~'${x}'}"},
    }
    rule = {
        "uid": "r", "title": "R", "condition": "A", "data": [query], "noDataState": "OK", "execErrState": "Error", "for": "5m",
        "labels": {"severity": "high"}, "annotations": {"summary": "{{ $labels.job }} costs %{x} ${y}"}, "isPaused": False,
    }  # fmt: skip
    return GrafanaAlertGroup(folder_uid(("Alerts",)), "group one", 60, ({**rule, **more},))


def resources(files: Iterable[tuple[str, bytes]]) -> dict[str, dict[str, Any]]:
    """Return the resources of all files by kind and name."""
    found: dict[str, dict[str, Any]] = {}
    for name, data in files:
        if name.endswith(".tf.json"):
            found |= json.loads(data).get("resource", {})
    return found


PROMETHEUS = DatasourceSettings(
    "prom", "prometheus", "http://${PROM_HOST}:9090", "Prometheus", True,
    {"httpMethod": "POST", "httpHeaderName1": "X-Org"}, {"httpHeaderValue1": "PROM_ORG", "basicAuthPassword": "PROM_PASSWORD"},
)  # fmt: skip
