"""Resources of grafana-operator and of prometheus-operator."""

from __future__ import annotations

import base64
import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest

from dashkit.errors import InputError
from dashkit.model.routing import Contact, Receiver, Routing, Webhook
from tests.support.kubernetes import GROUP, ROUTING, board, dynamic, faults, resources, schemas, state

CRDS = os.environ.get("DASHKIT_TEST_CRDS", "")
#: What the resource definitions of grafana-operator 5.24.0 require and give no default for.
REQUIRED = {
    "GrafanaDashboard": {"instanceSelector"},
    "GrafanaManifest": {"instanceSelector", "template"},
    "GrafanaFolder": {"instanceSelector"},
    "GrafanaDatasource": {"instanceSelector", "datasource"},
    "GrafanaAlertRuleGroup": {"instanceSelector", "interval", "rules"},
    "GrafanaContactPoint": {"instanceSelector"},
    "GrafanaNotificationPolicy": {"instanceSelector", "route"},
    "GrafanaNotificationPolicyRoute": {"receiver"},
    "GrafanaMuteTiming": {"instanceSelector", "name", "time_intervals"},
}
#: The same for each rule of a group.
REQUIRED_OF_A_RULE = {"condition", "data", "execErrState", "noDataState", "title", "uid"}


def everything() -> list[dict[str, Any]]:
    """Return resources of each kind: of one state whose policy is the organisation's, and of one whose routes are a part of it."""
    whole = resources(state([board(), board("top", ()), dynamic()]), form="operator")
    part = resources(state(routing=Routing("", (), ROUTING.routes)), form="operator")
    prometheus = resources(state(grafana=False))
    found = [*whole.values(), *part.values(), *prometheus.values()]
    return [entry for entry in found if entry["kind"] not in ("Kustomization", "ConfigMap")]


def only(found: dict[str, dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [entry for entry in found.values() if entry["kind"] == kind]


def test_each_kind_has_the_fields_that_its_definition_requires() -> None:
    seen = set()
    for entry in everything():
        if entry["kind"] == "PrometheusRule":
            continue
        seen.add(entry["kind"])
        assert entry["apiVersion"] == "grafana.integreatly.org/v1beta1"
        assert entry["spec"].keys() >= REQUIRED[entry["kind"]], entry
        for rule in entry["spec"].get("rules", ()):
            assert rule.keys() >= REQUIRED_OF_A_RULE
            assert rule["execErrState"] in ("OK", "Alerting", "Error", "KeepLast")
            assert rule["noDataState"] in ("OK", "Alerting", "NoData", "KeepLast")
    assert seen == set(REQUIRED)


@pytest.mark.skipif(not CRDS, reason="DASHKIT_TEST_CRDS names no folder with the resource definitions of the operators")
def test_each_resource_fits_the_definition_of_its_operator() -> None:
    known = schemas(Path(CRDS))
    assert [fault for entry in everything() for fault in faults(entry, known)] == []
    # The judge judges: a field that the operator does not know, and one that it needs.
    (policy,) = [entry for entry in everything() if entry["kind"] == "GrafanaNotificationPolicy"]
    policy["spec"]["routes"] = policy["spec"].pop("route")
    assert len(list(faults(policy, known))) == 2


def test_a_dashboard_refers_to_its_folder_and_that_to_the_one_above() -> None:
    found = resources(state(), form="operator", instances=("team", "shop"))
    spec = found["dashboards/shop-overview.yaml"]["spec"]
    assert (spec["uid"], json.loads(spec["json"])["uid"]) == ("overview", "overview")
    assert spec["instanceSelector"] == {"matchLabels": {"team": "shop"}}
    folders = {entry["metadata"]["name"]: entry["spec"] for entry in only(found, "GrafanaFolder")}
    shop = folders[spec["folderRef"]]
    assert (shop["title"], folders[shop["parentFolderRef"]]["title"]) == ("Shop", "Ops")
    assert not {"folderRef", "folderUID"} & found["dashboards/shop-top.yaml"]["spec"].keys()


def test_a_large_dashboard_is_compressed() -> None:
    given = state([board(description="x" * 300_000)])
    found = resources(given, form="operator")["dashboards/shop-overview.yaml"]["spec"]
    assert "json" not in found
    assert json.loads(gzip.decompress(base64.b64decode(found["gzipJson"])))["description"] == "x" * 300_000


def test_a_dashboard_that_no_cluster_stores_is_refused() -> None:
    noise = base64.b64encode(os.urandom(1_300_000)).decode()
    with pytest.raises(InputError, match=r"overview has \d+ KiB, and a cluster stores 1024 in one object"):
        resources(state([board(description=noise)]), form="operator")


def test_a_dashboard_of_the_v2_schema_keeps_it_where_grafana_has_it() -> None:
    given = dynamic()
    found = resources(state([given]), form="operator")["dashboards/shop-dynamic.yaml"]
    template = found["spec"]["template"]
    assert (found["kind"], template["apiVersion"]) == ("GrafanaManifest", "dashboard.grafana.app/v2beta1")
    assert template["spec"] == given.spec
    older = resources(state([given], grafana_version="11"), form="operator", warn=lambda _: None)
    assert older["dashboards/shop-dynamic.yaml"]["kind"] == "GrafanaDashboard"


def test_rules_keep_what_the_source_says_in_the_operators_words() -> None:
    recorded, alerts = only(resources(state(), form="operator"), "GrafanaAlertRuleGroup")
    if "record" not in recorded["spec"]["rules"][0]:
        recorded, alerts = alerts, recorded
    assert alerts["spec"]["name"] == "shop rules"
    assert alerts["spec"]["interval"] == "60s"
    broken, old = alerts["spec"]["rules"]
    assert (broken["for"], old["keepFiringFor"]) == ("1h30m", "86400s")
    assert broken["annotations"]["description"] == "{{ $labels.job }}: {{ $values.B.Value | humanize }}"
    (record,) = recorded["spec"]["rules"]
    assert record["record"] == {"from": "A", "metric": "shop:errors:rate5m", "targetDatasourceUid": "prometheus"}


def test_a_group_that_moves_is_another_resource_because_its_folder_cannot_change() -> None:
    here, there = state(), state()
    moved = tuple(type(group)("elsewhere", group.name, group.interval, group.rules) for group in there.rules)
    there = type(there)("shop", "prod", 1, "", folders=there.folders, rules=moved)
    names = [{entry["metadata"]["name"] for entry in only(resources(each, form="operator"), "GrafanaAlertRuleGroup")}
             for each in (here, there)]  # fmt: skip
    assert len(names[0]) == len(names[1]) == 2
    assert not names[0] & names[1]


def test_secrets_of_contact_points_and_datasources_are_references() -> None:
    found = resources(state(), form="operator")
    points = {entry["spec"]["name"]: entry["spec"]["receivers"] for entry in only(found, "GrafanaContactPoint")}
    slack, email, hook = points["chat"]
    reference = {"secretKeyRef": {"name": "shop-secrets", "key": "SLACK_URL"}}
    assert slack == {
        "uid": "chat-1", "type": "slack", "settings": {"recipient": "#alerts"},
        "valuesFrom": [{"targetPath": "url", "valueFrom": reference}],
    }  # fmt: skip
    assert "valuesFrom" not in email
    assert (hook["settings"], hook["valuesFrom"][0]["valueFrom"]["secretKeyRef"]["key"]) == ({}, "HOOK")
    (telegram,) = points["On Call!"]
    assert telegram["disableResolveMessage"] is True
    (source,) = only(found, "GrafanaDatasource")
    assert [(value["targetPath"], value["valueFrom"]["secretKeyRef"]["key"]) for value in source["spec"]["valuesFrom"]] == [
        ("url", "PATH_PREFIX"), ("secureJsonData.httpHeaderValue1", "PROM_TOKEN"),
    ]  # fmt: skip
    # The operator replaces only what it is told to; a dollar stays one.
    assert source["spec"]["datasource"]["jsonData"]["note"] == "$__interval"


def test_what_the_operator_cannot_fill_in_is_said() -> None:
    routing = Routing(
        "a", (Receiver("a", (Webhook("http://x/${KEY}"), Contact("x", {"l": [{}]}, {"l.0.v": "s"}))),), ()
    )
    said: list[str] = []
    resources(state(routing=routing), form="operator", warn=said.append)
    assert said == [
        "a-1: grafana-operator does not fill in ${KEY} in url",
        "a-2: grafana-operator does not fill in l.0.v",
    ]


def test_the_policy_names_a_receiver_on_each_level() -> None:
    (policy,) = only(resources(state(), form="operator"), "GrafanaNotificationPolicy")
    route = policy["spec"]["route"]
    first, second = route["routes"]
    # The definition refuses matchers and mute timings at the top.
    assert route.keys() == {"receiver", "group_by", "group_wait", "group_interval", "repeat_interval", "routes"}
    assert (route["receiver"], first["receiver"], second["receiver"]) == ("chat", "On Call!", "chat")
    assert first["routes"][0]["receiver"] == "On Call!"
    assert first["object_matchers"] == [["severity", "=~", "high|low"]]
    (timing,) = only(resources(state(), form="operator"), "GrafanaMuteTiming")
    assert first["mute_time_intervals"] == [timing["spec"]["name"]]


def test_routes_without_a_default_can_be_taken_in_by_a_label() -> None:
    found = resources(state(routing=Routing("", (), ROUTING.routes)), form="operator")
    assert not only(found, "GrafanaNotificationPolicy")
    parts = only(found, "GrafanaNotificationPolicyRoute")
    assert [entry["metadata"]["labels"]["dashkit/routes"] for entry in parts] == ["shop-routes"] * 2


@pytest.mark.parametrize("form", ["configmap", "operator"])
def test_rules_of_prometheus_are_its_operators(form: str) -> None:
    found = resources(state(grafana=False), form=form, namespace="monitoring")
    (rule,) = only(found, "PrometheusRule")
    assert (rule["metadata"]["name"], rule["metadata"]["namespace"]) == ("shop-shop", "monitoring")
    (group,) = rule["spec"]["groups"]
    assert [entry.get("record") or entry["alert"] for entry in group["rules"]] == [
        "shop:errors:rate5m", "ShopBroken", "Old",
    ]  # fmt: skip
    assert not only(found, "GrafanaAlertRuleGroup") + only(found, "GrafanaContactPoint")


def test_prometheus_records_what_grafana_does_not() -> None:
    (rule,) = only(resources(state(recording=False), form="operator"), "PrometheusRule")
    (group,) = rule["spec"]["groups"]
    assert [entry["record"] for entry in group["rules"]] == [entry.record for entry in GROUP.recordings]
    assert not only(resources(state(), form="operator"), "PrometheusRule")
