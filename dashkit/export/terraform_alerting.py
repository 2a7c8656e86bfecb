"""Rule groups, contact points, mute timings and the policy tree for Terraform.

https://registry.terraform.io/providers/grafana/grafana/latest/docs/resources/rule_group, notification_policy and mute_timing,
version 4.45.1. ``disable_provenance`` leaves everything open to edits in the UI and to dashkit, as a push does.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashkit import _json
from dashkit.deploy import routing as grafana_routing
from dashkit.errors import RefusedError
from dashkit.export.desired_state import DesiredState
from dashkit.export.terraform_contacts import contact_point
from dashkit.export.terraform_text import given, label, literal, organisation, reference
from dashkit.model.live import GrafanaAlertGroup
from dashkit.model.routing import Routing

#: How deep the provider's schema nests policies below the root; the deepest needs ``group_by``.
DEPTH = 5
POLICY = "all"
_OPEN = {"disable_provenance": True}
#: The provider does not read this argument of a mute timing back: one that it imports would be replaced.
_UNREAD = {"lifecycle": {"ignore_changes": ["disable_provenance"]}}
_TREE = "This resource is the whole policy tree of the organisation: what it does not name is removed."


def alerting(state: DesiredState) -> dict[str, dict[str, dict[str, Any]]]:
    """Return the resources of alerting by file and kind, for a Grafana that evaluates the rules."""
    if not state.rules:
        return {}
    org = organisation(state.organisation)
    found = {"rules": {"grafana_rule_group": {group_label(one): {**_group(one, state), **org} for one in state.rules}}}
    if (routing := state.routing) is None:
        return found
    timings = {label(name): {**value, **_OPEN, **_UNREAD, **org} for name, value in _timings(routing).items()}
    found["routing"] = {
        "grafana_contact_point": {label(one.name): {**contact_point(one), **org} for one in routing.receivers},
        "grafana_mute_timing": timings,
        "grafana_notification_policy": {POLICY: {**_policy(routing), **org}} if routing.default else {},
    }
    return found


def group_label(group: GrafanaAlertGroup) -> str:
    """Return the name of a group's resource."""
    return label(group.name, group.folder_uid)


def _group(group: GrafanaAlertGroup, state: DesiredState) -> dict[str, Any]:
    folder = group.folder_uid
    if any(known.uid == folder for known in state.folders):
        folder = reference("grafana_folder", label(folder), "uid")
    return {
        "name": literal(group.name),
        "folder_uid": folder,
        "interval_seconds": group.interval,
        "rule": [_rule(rule, state) for rule in group.rules],
        **_OPEN,
    }


def _rule(rule: Mapping[str, Any], state: DesiredState) -> dict[str, Any]:
    record = rule.get("record")
    #: The provider refuses these for a rule that records.
    alert = {} if record else given(
        condition=rule["condition"], no_data_state=rule.get("noDataState"), exec_err_state=rule.get("execErrState"),
        for_=rule.get("for"), keep_firing_for=rule.get("keep_firing_for"),
        missing_series_evals_to_resolve=rule.get("missingSeriesEvalsToResolve"),
    )  # fmt: skip
    return {
        "uid": rule["uid"],
        "name": literal(rule["title"]),
        **alert,
        **given(
            record=literal(record),
            labels=literal(rule.get("labels")),
            annotations=literal(rule.get("annotations")),
            is_paused=rule.get("isPaused") or None,
            notification_settings=_settings(rule.get("notification_settings") or {}, state.routing),
        ),
        "data": [_query(query, state) for query in rule["data"]],
    }


def _query(query: Mapping[str, Any], state: DesiredState) -> dict[str, Any]:
    uid = query["datasourceUid"]
    if any(known.uid == uid for known in state.datasources):
        uid = reference("grafana_data_source", label(uid), "uid")
    return {
        "ref_id": query["refId"],
        "datasource_uid": uid,
        "relative_time_range": dict(query["relativeTimeRange"]),
        "model": literal(_json.compact(query["model"]).decode()),
        **given(query_type=query.get("queryType")),
    }


def _settings(settings: Mapping[str, Any], routing: Routing | None) -> dict[str, Any]:
    """Return where one rule's notifications go, past the policies."""
    if not settings:
        return {}
    return given(
        contact_point=_receiver(settings["receiver"], routing), group_by=settings.get("group_by"),
        mute_timings=literal(settings.get("mute_time_intervals")), active_timings=literal(settings.get("active_time_intervals")),
        **{key: settings.get(key) for key in ("group_wait", "group_interval", "repeat_interval")},
    )  # fmt: skip


def _receiver(name: str, routing: Routing | None) -> str:
    ours = routing is not None and any(receiver.name == name for receiver in routing.receivers)
    return reference("grafana_contact_point", label(name), "name") if ours else str(literal(name))


def _timings(routing: Routing) -> dict[str, dict[str, Any]]:
    entries = grafana_routing.mute_timings(routing)["muteTimes"]
    return {entry["name"]: {"name": literal(entry["name"]), "intervals": _intervals(entry)} for entry in entries}


def _intervals(timing: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            **{key: value for key, value in interval.items() if key != "times"},
            **given(
                times=[{"start": one["start_time"], "end": one["end_time"]} for one in interval.get("times") or ()]
            ),
        }
        for interval in timing["time_intervals"]
    ]


def _policy(routing: Routing) -> dict[str, Any]:
    (root,) = grafana_routing.policies(routing)["policies"]
    named = frozenset(_timings(routing))
    return {
        "//": _TREE,
        "contact_point": _receiver(root["receiver"], routing),
        "group_by": literal(root["group_by"]),
        **{key: root[key] for key in ("group_wait", "group_interval", "repeat_interval")},
        **given(policy=[_route(route, routing, named, root["group_by"]) for route in root["routes"]]),
        **_OPEN,
    }


def _route(
    route: Mapping[str, Any], routing: Routing, named: frozenset[str], above: list[str], level: int = 1
) -> dict[str, Any]:
    """Return a policy; ``above`` is what the one above groups by."""
    below, group_by = route.get("routes") or (), route.get("group_by") or []
    if below and level == DEPTH:
        raise RefusedError(
            f"the routes are nested more than {DEPTH} deep, which Terraform's grafana_notification_policy cannot hold",
            where=f"the route to {route.get('receiver')}", hint="use `dashkit export provisioning`, or flatten the routes",
        )  # fmt: skip
    matchers = [
        dict(zip(("label", "match", "value"), literal(matcher), strict=True))
        for matcher in route.get("object_matchers") or ()
    ]
    return given(
        contact_point=_receiver(route["receiver"], routing) if route.get("receiver") else "",
        matcher=matchers,
        group_by=literal(group_by or (above if level == DEPTH else [])),
        mute_timings=_timing_names(route.get("mute_time_intervals"), named),
        active_timings=_timing_names(route.get("active_time_intervals"), named),
        continue_=route.get("continue") or None,
        policy=[_route(child, routing, named, group_by or above, level + 1) for child in below],
        **{key: route.get(key) for key in ("group_wait", "group_interval", "repeat_interval")},
    )


def _timing_names(names: list[str] | None, named: frozenset[str]) -> list[str]:
    return [
        reference("grafana_mute_timing", label(name), "name") if name in named else literal(name)
        for name in names or ()
    ]
