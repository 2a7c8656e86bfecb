"""The Terraform module of a desired state, held against what the provider documents."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dashkit.document.v2.up import up
from dashkit.errors import RefusedError
from dashkit.export.desired_state import DesiredState
from dashkit.export.terraform import files, left_out
from dashkit.export.terraform_imports import Live
from dashkit.export.terraform_text import label, literal
from dashkit.model.folder import folder_uid
from dashkit.model.routing import (
    Contact,
    Email,
    Hours,
    MuteTiming,
    PagerDuty,
    Receiver,
    Route,
    Routing,
    Slack,
    Webhook,
)
from tests.support.terraform import PROMETHEUS, dashboard, mistakes, resources, rules, state

CONFIG = os.environ.get("DASHKIT_TEST_TERRAFORM_CONFIG", "")
TELEGRAM = Contact("telegram", {"chatid": "1", "odd": 5}, {"bottoken": "telegram-token"}, resolved=False)
SIGNED = Contact(
    "webhook", {"url": "http://w", "hmacConfig": {"timestampHeader": "T"}}, {"hmacConfig.secret": "hook-key"}
)
ROUTING = Routing(
    "chat",
    (
        Receiver("chat", (Slack("#a", "slack-url"), Email("a@example.com; b@example.com"))),
        Receiver("on call", (PagerDuty("pager-key"), Webhook("http://hook"), TELEGRAM, SIGNED)),
    ),
    (
        Route(
            {"severity": "high|low"}, "on call", hours="office", muted=("holidays",), matchers=(("team", "!=", "a"),),
            routes=(Route({"env": "%{dev}"}, "chat", go_on=True),),
        ),
    ),
    hours=(Hours("office", "monday:friday", "08:00", "18:00", "Europe/Berlin"),),
    timings=(MuteTiming("holidays", ({"months": ["december"], "days_of_month": ["24:26"]},)),),
)  # fmt: skip
FOLDER = folder_uid(("Shop", "Orders"))


def whole(**more: Any) -> DesiredState:
    """A state with something of each kind."""
    boards = dashboard("checkout", "Shop", "Orders"), dashboard("3d")
    return state(*boards, rules=(rules(),), routing=ROUTING, datasources=(PROMETHEUS,), **more)


def written(**more: Any) -> dict[str, Any]:
    return {name: json.loads(data) for name, data in files(whole(**more))}


def test_every_resource_has_only_arguments_that_the_provider_knows_and_all_that_it_needs() -> None:
    made = resources(files(whole()))
    assert list(mistakes(made)) == []
    assert {kind: len(members) for kind, members in made.items()} == {
        "grafana_folder": 3, "grafana_dashboard": 2, "grafana_data_source": 1, "grafana_rule_group": 1,
        "grafana_contact_point": 2, "grafana_mute_timing": 2, "grafana_notification_policy": 1,
    }  # fmt: skip


def test_the_module_names_a_range_of_provider_versions_and_neither_a_server_nor_credentials() -> None:
    made = written()
    (wanted,) = made["main.tf.json"]["terraform"]["required_providers"].values()
    assert wanted == {"source": "grafana/grafana", "version": "~> 4.37"}
    assert not any("provider" in content for content in made.values())


def test_a_folder_knows_its_parent_and_a_dashboard_its_folder_by_reference() -> None:
    made = written()
    folders = made["folders.tf.json"]["resource"]["grafana_folder"]
    parent = folder_uid(("Shop",))
    assert folders[FOLDER] == {
        "uid": FOLDER, "title": "Orders", "parent_folder_uid": f"${{grafana_folder.{parent}.uid}}"
    }  # fmt: skip
    board = made["dashboards.tf.json"]["resource"]["grafana_dashboard"]["checkout"]
    assert board["folder"] == f"${{grafana_folder.{FOLDER}.uid}}"
    assert board["config_json"] == '${file("${path.module}/dashboards/shop/orders/checkout.json")}'


def test_a_dashboard_keeps_its_variables_in_a_file_that_terraform_does_not_read_as_a_template() -> None:
    board = dashboard("a", "Ops", panels=[{"title": "${env}", "datasource": {"uid": "${datasource}"}}])
    made = {name: json.loads(data) for name, data in files(state(board))}
    assert made["dashboards/ops/a.json"] == {**board.spec, "uid": "a"}


def test_texts_of_rules_are_not_templates_of_terraform() -> None:
    (group,) = written()["rules.tf.json"]["resource"]["grafana_rule_group"].values()
    (rule,) = group["rule"]
    assert rule["annotations"]["summary"] == "{{ $labels.job }} costs %%{x} $${y}"
    assert json.loads(rule["data"][0]["model"]) == {"expr": "up{a=~'$${x}'}"}
    assert rule["data"][0]["datasource_uid"] == "${grafana_data_source.prom.uid}"
    assert (rule["for"], rule["no_data_state"], rule["exec_err_state"]) == ("5m", "OK", "Error")


def test_a_recording_rule_has_none_of_the_arguments_that_the_provider_refuses_with_record() -> None:
    record = {"metric": "m", "from": "A", "target_datasource_uid": "prom"}
    group = rules(record=record, condition="", noDataState="", execErrState="", **{"for": "0s"})
    (made,) = resources(files(state(rules=(group,))))["grafana_rule_group"].values()
    assert made["rule"][0]["record"] == record
    assert made["rule"][0].keys() == {"uid", "name", "record", "labels", "annotations", "data"}


def test_a_rule_with_its_own_contact_point_refers_to_it() -> None:
    settings = {"receiver": "on call", "group_by": ["alertname"], "mute_time_intervals": ["holidays"]}
    group = rules(notification_settings=settings, keep_firing_for="2m", isPaused=True)
    made = resources(files(state(rules=(group,), routing=ROUTING)))
    assert list(mistakes(made)) == []
    (rule,) = next(iter(made["grafana_rule_group"].values()))["rule"]
    assert rule["notification_settings"] == {
        "contact_point": f"${{grafana_contact_point.{label('on call')}.name}}", "group_by": ["alertname"], "mute_timings": ["holidays"],
    }  # fmt: skip
    assert (rule["keep_firing_for"], rule["is_paused"]) == ("2m", True)


def test_contact_points_have_the_names_of_the_provider_and_inputs_for_secrets() -> None:
    made = written()
    points = made["routing.tf.json"]["resource"]["grafana_contact_point"]
    assert points["chat"]["slack"] == [{"recipient": "#a", "url": "${var.slack_url}"}]
    assert points["chat"]["email"] == [{"addresses": ["a@example.com", "b@example.com"]}]
    call = points[label("on call")]
    assert call["pagerduty"] == [{"integration_key": "${var.pager_key}"}]
    assert call["telegram"] == [
        {"chat_id": "1", "token": "${var.telegram_token}", "settings": {"odd": "5"}, "disable_resolve_message": True}
    ]
    hmac = {"secret": "${var.hook_key}", "timestamp_header": "T"}
    assert call["webhook"] == [{"url": "http://hook"}, {"url": "http://w", "hmac_config": hmac}]
    inputs = made["variables.tf.json"]["variable"]
    secret = {name for name, value in inputs.items() if value.get("sensitive")}
    assert secret == {"slack_url", "pager_key", "telegram_token", "hook_key", "prom_org", "prom_password"}
    assert inputs.keys() - secret == {"prom_host"}


@pytest.mark.parametrize(
    ("way", "said"),
    [
        (Contact("mqtt", {"topic": "a"}), "no block for 'mqtt'"),
        (Contact("slack", {"recipient": "#a", "blocks": [{"a": 1}]}), "cannot set 'blocks'"),
    ],
)
def test_what_the_provider_cannot_say_of_a_contact_point_is_refused(way: Contact, said: str) -> None:
    routing = Routing("odd", (Receiver("odd", (way,)),), ())
    with pytest.raises(RefusedError, match=said) as caught:
        list(files(state(rules=(rules(),), routing=routing)))
    assert "receiver odd" in str(caught.value)


def test_the_policy_tree_says_that_it_replaces_everything_and_refers_to_what_it_names() -> None:
    (tree,) = written()["routing.tf.json"]["resource"]["grafana_notification_policy"].values()
    assert "whole policy tree" in tree["//"]
    assert tree["contact_point"] == "${grafana_contact_point.chat.name}"
    (policy,) = tree["policy"]
    assert {(one["label"], one["match"], one["value"]) for one in policy["matcher"]} == {
        ("severity", "=~", "high|low"), ("team", "!=", "a")
    }  # fmt: skip
    timing = f"${{grafana_mute_timing.{label('outside office')}.name}}"
    assert policy["mute_timings"] == [timing, "${grafana_mute_timing.holidays.name}"]
    (below,) = policy["policy"]
    assert below["matcher"] == [{"label": "env", "match": "=", "value": "%%{dev}"}]
    assert below["continue"] is True


def nested(levels: int) -> Routing:
    """Routes below one another; the second groups by something of its own."""
    route = Route({"level": str(levels)}, "chat")
    for level in range(levels - 1, 0, -1):
        route = Route({"level": str(level)}, "chat", routes=(route,), group_by=("host",) if level == 2 else ())
    return replace(ROUTING, routes=(route,))


def test_the_deepest_policy_says_what_it_groups_by_which_the_provider_needs_there() -> None:
    made = resources(files(state(rules=(rules(),), routing=nested(5))))
    assert list(mistakes(made)) == []
    (policy,) = made["grafana_notification_policy"]["all"]["policy"]
    groups = []
    while policy:
        groups.append(policy.get("group_by"))
        (policy,) = policy.get("policy") or [None]
    assert groups == [None, ["host"], None, None, ["host"]]
    with pytest.raises(RefusedError, match="more than 5 deep"):
        list(files(state(rules=(rules(),), routing=nested(6))))


def test_routing_without_a_default_has_no_policy_tree_and_that_is_said() -> None:
    bare = state(rules=(rules(),), routing=replace(ROUTING, default=""))
    assert "grafana_notification_policy" not in resources(files(bare))
    assert any("names no default receiver" in line for line in left_out(bare))
    assert list(left_out(whole())) == []


def test_a_mute_timing_that_is_imported_is_not_replaced() -> None:
    # The API does not tell whether it is open to edits, so that the provider would see a change that it cannot make.
    for timing in written()["routing.tf.json"]["resource"]["grafana_mute_timing"].values():
        assert timing["disable_provenance"] is True
        assert timing["lifecycle"]["ignore_changes"] == ["disable_provenance"]


def test_rules_of_prometheus_are_not_exported_nor_is_their_routing() -> None:
    made = resources(files(state(dashboard("a"), routing=ROUTING)))
    assert made.keys() == {"grafana_dashboard"}


def test_a_datasource_has_its_headers_and_secrets_where_the_provider_wants_them() -> None:
    (made,) = written()["datasources.tf.json"]["resource"]["grafana_data_source"].values()
    assert made == {
        "uid": "prom", "name": "Prometheus", "type": "prometheus", "url": "http://${var.prom_host}:9090", "is_default": True,
        "http_headers": {"X-Org": "${var.prom_org}"}, "json_data_encoded": '{"httpMethod":"POST"}',
        "secure_json_data_encoded": '${jsonencode({"basicAuthPassword" = var.prom_password})}',
    }  # fmt: skip


def test_only_another_organisation_than_the_first_is_named() -> None:
    assert not any("org_id" in value for members in resources(files(whole())).values() for value in members.values())
    others = resources(files(replace(whole(), organisation=7)))
    assert {value["org_id"] for members in others.values() for value in members.values()} == {"7"}


def test_only_what_the_server_has_is_imported_with_the_ids_of_the_provider() -> None:
    alerts = folder_uid(("Alerts",))
    live = Live(
        2, frozenset({FOLDER, "other"}), frozenset({"3d"}), frozenset({"prom"}), frozenset({(alerts, "group one")}),
        frozenset({"on call"}), frozenset({"holidays"}),
    )  # fmt: skip
    made = {name: json.loads(data) for name, data in files(whole(), live)}
    assert {(block["to"], block["id"]) for block in made["imports.tf.json"]["import"]} == {
        (f"grafana_folder.{FOLDER}", f"2:{FOLDER}"),
        (f"grafana_dashboard.{label('3d')}", "2:3d"),
        ("grafana_data_source.prom", "2:prom"),
        (f"grafana_rule_group.{label('group one', alerts)}", f"2:{alerts}:group one"),
        (f"grafana_contact_point.{label('on call')}", "2:on call"),
        ("grafana_mute_timing.holidays", "2:holidays"),
        ("grafana_notification_policy.all", "2:policy"),
    }


def test_names_of_resources_are_valid_distinct_and_do_not_depend_on_others() -> None:
    texts = ["a", "A b", "a b", "a/b", "3d", "ä", "-x"]
    names = [label(text) for text in texts]
    assert len(set(names)) == len(names)
    assert all(name.replace("-", "_").isidentifier() for name in names)
    assert label("shop", "folder-1") != label("shop", "folder-2")


def test_a_dashboard_of_the_v2_schema_is_wrapped_for_13_and_classic_before() -> None:
    item = replace(dashboard("new"), spec=up(dashboard("new").spec), schema="v2")
    old, modern = (dict(files(replace(state(item), grafana=version))) for version in ("12", "13"))
    name = "dashboards/new.json"
    assert json.loads(modern[name])["apiVersion"] == "dashboard.grafana.app/v2"
    assert json.loads(old[name])["uid"] == "new"
    assert "panels" in json.loads(old[name])


def test_the_same_state_gives_the_same_bytes_in_any_order_of_its_parts() -> None:
    other = replace(whole(), dashboards=whole().dashboards[::-1], datasources=whole().datasources[::-1])
    assert dict(files(whole())) == dict(files(other))


@pytest.mark.skipif(not shutil.which("terraform"), reason="terraform is not installed")
def test_terraform_reads_a_literal_text_as_itself(tmp_path: Path) -> None:
    texts = ["${x}", "$${x}", "%{ if a }", "{{ $labels.x }} $__interval 5%", 'a"b\\n', "$$$${%%{"]
    (tmp_path / "main.tf.json").write_text(json.dumps({"locals": {"texts": literal(texts)}}))
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "CHECKPOINT_DISABLE": "1"}
    done = subprocess.run(
        ["terraform", "console"], input="jsonencode(local.texts)\n", text=True, capture_output=True, cwd=tmp_path,
        env=environment, check=True, timeout=60,
    )  # fmt: skip
    assert json.loads(json.loads(done.stdout)) == texts


@pytest.mark.skipif(not CONFIG, reason="DASHKIT_TEST_TERRAFORM_CONFIG names no configuration with the provider")
def test_terraform_and_the_real_provider_find_the_module_valid(tmp_path: Path) -> None:
    live = Live(1, frozenset({FOLDER}), frozenset({"3d"}))
    for name, data in files(whole(), live):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    environment = {"PATH": os.environ["PATH"], "TF_CLI_CONFIG_FILE": CONFIG, "CHECKPOINT_DISABLE": "1"}
    done = subprocess.run(
        ["terraform", "validate", "-json"], capture_output=True, cwd=tmp_path, env=environment, check=False, timeout=120
    )
    said = json.loads(done.stdout)
    assert (said["valid"], said["error_count"]) == (True, 0), said["diagnostics"]
