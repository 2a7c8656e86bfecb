"""Alert rules, contact points, policies and mute timings as resources of grafana-operator; rules of Prometheus as its operator's.

Required and immutable fields are those of the resource definitions of grafana-operator 5.24.0
(https://grafana.github.io/grafana-operator/docs/api/): the folder of a group and the name of a contact point cannot change, so
both are part of the resource's name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from dashkit.deploy import routing as grafana_routing
from dashkit.export.kubernetes.operator import API, VARIABLE, managed, secret_value
from dashkit.export.kubernetes.resource import Maker, Resource, Resources
from dashkit.export.rule_files import rule_resource
from dashkit.model.alerts import AlertGroup
from dashkit.model.durations import seconds
from dashkit.model.live import GrafanaAlertGroup
from dashkit.model.routing import Routing

#: The label by which a policy of the organisation can take in the project's routes.
ROUTES_LABEL = "dashkit/routes"
_UID = re.compile(r"[A-Za-z0-9_-]{1,40}")
#: A path into a list, or with a dot in a key: the operator takes each part between dots as a key.
_UNREACHABLE = re.compile(r"(^|\.)\d+(\.|$)|~")
_SAME = (
    "annotations", "condition", "data", "execErrState", "for", "isPaused", "labels", "missingSeriesEvalsToResolve",
    "noDataState", "title", "uid",
)  # fmt: skip


def alerting(maker: Maker) -> Resources:
    """Yield the rules that Grafana evaluates, with the routing of their alerts."""
    for group in maker.state.rules:
        name = maker.name(f"{group.folder_uid} {group.name}")
        yield f"alerts/group-{name}.yaml", _group(group, name, maker)
    if maker.state.rules and maker.state.routing is not None:
        yield from _routing(maker.state.routing, maker)


def prometheus_rules(maker: Maker) -> Resources:
    """Yield the rules that Prometheus evaluates: all of them, or the recording rules if Grafana evaluates the alerts."""
    systems: dict[str, list[AlertGroup]] = {}
    for group in _for_prometheus(maker):
        systems.setdefault(group.system, []).append(group)
    for system, groups in sorted(systems.items()):
        name = maker.name(system)
        made = rule_resource(name, groups, maker.state.links)
        yield (
            f"alerts/prometheus-{name}.yaml",
            maker.resource(made["apiVersion"], made["kind"], name, spec=made["spec"]),
        )


def _for_prometheus(maker: Maker) -> Iterable[AlertGroup]:
    state = maker.state
    if not state.rules:
        return state.groups
    if any("record" in rule for group in state.rules for rule in group.rules):
        return ()
    kept = (replace(group, rules=group.recordings) for group in state.groups)
    return [group for group in kept if group.rules]


def _group(group: GrafanaAlertGroup, name: str, maker: Maker) -> Resource:
    return managed(
        maker, "GrafanaAlertRuleGroup", name, name=group.name, folderRef=maker.name(group.folder_uid),
        interval=f"{group.interval}s", rules=[_rule(rule, maker) for rule in group.rules],
    )  # fmt: skip


def _rule(rule: Mapping[str, Any], maker: Maker) -> dict[str, Any]:
    """Return a rule of the provisioning API in the operator's words."""
    found = {key: rule[key] for key in _SAME if key in rule}
    left = rule.keys() - found.keys() - {"record", "keep_firing_for", "notification_settings"}
    if left:
        maker.warn(f"{rule['title']}: grafana-operator does not know {', '.join(sorted(left))}")
    if "record" in rule:
        record = rule["record"]
        # The operator requires values, which have no meaning for a recording rule.
        found |= {"noDataState": "OK", "execErrState": "Error"}
        found["record"] = {"from": record["from"], "metric": record["metric"]}
        if target := record.get("target_datasource_uid"):
            found["record"]["targetDatasourceUid"] = target
    if keep := rule.get("keep_firing_for"):
        found["keepFiringFor"] = f"{int(seconds(keep))}s"
    if settings := rule.get("notification_settings"):
        found["notificationSettings"] = dict(settings)
    return found


def _routing(routing: Routing, maker: Maker) -> Resources:
    for receiver in routing.receivers:
        name = maker.name(receiver.name)
        ways = [_way(point, maker) for point in grafana_routing.points(receiver)]
        made = managed(maker, "GrafanaContactPoint", name, name=receiver.name, receivers=ways)
        yield f"alerts/contact-point-{name}.yaml", made
    for timing in grafana_routing.mute_timings(routing)["muteTimes"]:
        name = maker.name(timing["name"])
        spec = {"name": timing["name"], "time_intervals": timing["time_intervals"]}
        yield f"alerts/mute-timing-{name}.yaml", managed(maker, "GrafanaMuteTiming", name, **spec)
    routes = [_full(route, routing.default) for route in grafana_routing.routes(routing)]
    if routing.default:
        (policy,) = grafana_routing.policies(routing)["policies"]
        route = {key: value for key, value in policy.items() if key not in ("orgId", "routes") and value}
        made = managed(maker, "GrafanaNotificationPolicy", maker.name("policy"), route={**route, "routes": routes})
        yield "alerts/policy.yaml", made
        return
    # Whoever owns the organisation's policy takes these in by their label.
    for number, route in enumerate(routes, start=1):
        name = maker.name(f"route-{number:02}")
        labels = {ROUTES_LABEL: maker.name("routes")}
        made = maker.resource(API, "GrafanaNotificationPolicyRoute", name, labels=labels, spec=route)
        yield f"alerts/{name}.yaml", made


def _full(route: Mapping[str, Any], receiver: str) -> dict[str, Any]:
    """Return a route with a receiver, which the operator requires: without one of its own, that of the route above."""
    chosen = route.get("receiver") or receiver
    below = {"routes": [_full(entry, chosen) for entry in route["routes"]]} if "routes" in route else {}
    return {**route, **({"receiver": chosen} if chosen else {}), **below}


def _way(point: grafana_routing.Point, maker: Maker) -> dict[str, Any]:
    """Return a contact point. Its secrets stay in a Secret; the operator fills in whole settings only."""
    settings, variables = dict(point.settings), dict(point.variables)
    for key, value in point.settings.items() if point.fills_in else ():
        used = VARIABLE.findall(value) if isinstance(value, str) else []
        if used and value == f"${{{used[0]}}}":
            variables[key] = used[0]
            del settings[key]
        elif used:
            maker.warn(f"{point.uid}: grafana-operator does not fill in ${{{used[0]}}} in {key}")
    for path in sorted(variables):
        if _UNREACHABLE.search(path):
            maker.warn(f"{point.uid}: grafana-operator does not fill in {path}")
    values = [secret_value(maker, path, variable) for path, variable in sorted(variables.items())]
    return {
        **({"uid": point.uid} if _UID.fullmatch(point.uid) else {}),
        "type": point.kind,
        "settings": settings,
        **({} if point.resolved else {"disableResolveMessage": True}),
        **({"valuesFrom": values} if values else {}),
    }
