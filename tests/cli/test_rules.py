"""Alert rules through the program: files, and the rules that a Grafana evaluates."""

from __future__ import annotations

import json
import zipfile
from typing import Any

import pytest
import requests
import yaml

from dashkit.archive.read import open_archive
from dashkit.backup.journal import read_record
from dashkit.sandbox.app import RunningSandbox
from dashkit.sandbox.faults import Fault
from tests.conftest import Program, Project
from tests.support.alerting import ADMIN, ALERTS, DASHBOARD, edit_rule, evaluated, ruler

READING = ALERTS.replace("sum by (service) (rate(errors_total[$__rate_interval]))", "shop:errors:rate5m").replace(
    "[service] is broken", "the shop is broken"
)


def recording(shop: Project, running: RunningSandbox) -> None:
    """A context whose Grafana evaluates recording rules too, and an alert that reads what one records."""
    evaluated(shop, running)
    config = (shop.folder / "dashkit.yaml").read_text()
    shop.write("dashkit.yaml", config.replace(", recording: prometheus", ""))
    shop.write("dashboards/alerts/shop.py", READING.format(limit=1))


def test_rules_build_writes_rules_tests_routing_and_runbooks(shop: Project, dashkit: Program) -> None:
    result = dashkit("rules", "build", "--format", "json", cwd=shop.folder)
    assert result.code == 0, result.err
    said = json.loads(result.out)
    assert said["summary"] == {"alerts": 1, "groups": 1, "recording_rules": 1}
    assert all((shop.folder / "build" / name).is_file() for name in said["files"])
    (group,) = yaml.safe_load((shop.folder / "build/rules/shop.yml").read_text())["groups"]
    alert = group["rules"][1]
    assert alert["expr"] == "sum by (service) (rate(errors_total[5m])) > 1"
    assert alert["labels"] == {"system": "shop", "severity": "high", "symptom": "errors"}
    assert alert["annotations"]["summary"] == "{{ $labels.service }} is broken"
    assert alert["annotations"]["description"] == "{{ $value | humanize }} errors, more than 1."
    assert alert["annotations"]["runbook_url"] == "https://r.example.org/shop/ShopBroken.md"
    assert alert["annotations"]["dashboard_url"].startswith("https://g.example.org/d/overview?viewPanel=")
    page = (shop.folder / "build/runbooks/shop/ShopBroken.md").read_text()
    assert "Look at the log." in page
    assert "Roll back." in page
    resource = yaml.safe_load((shop.folder / "build/rules/kubernetes/shop.yaml").read_text())
    assert resource["kind"] == "PrometheusRule"
    assert resource["spec"]["groups"] == [group]


def test_rules_build_again_changes_nothing(shop: Project, dashkit: Program) -> None:
    dashkit("rules", "build", cwd=shop.folder)
    assert ", 0 changed" in dashkit("rules", "build", cwd=shop.folder).err


def test_files_of_a_system_that_is_gone_are_removed_and_others_kept(shop: Project, dashkit: Program) -> None:
    shop.write("dashboards/alerts/other.py", ALERTS.format(limit=1).replace('"shop"', '"other"'))
    dashkit("rules", "build", cwd=shop.folder)
    mine = shop.write("build/rules/mine.yml", "groups: []\n")
    (shop.folder / "dashboards/alerts/other.py").unlink()
    result = dashkit("rules", "build", cwd=shop.folder)
    assert "removed rules/other.yml" in result.err
    assert mine.is_file()


def test_an_alert_that_links_to_a_panel_that_is_not_there_is_an_error(shop: Project, dashkit: Program) -> None:
    shop.write("dashboards/ops/overview.py", DASHBOARD.replace("key='errors'", "key='other'"))
    result = dashkit("rules", "build", cwd=shop.folder)
    assert result.code == 3
    assert "alert ShopBroken: dashboard 'overview' has no panel with key='errors'" in result.err
    assert not (shop.folder / "build/rules").exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("above=1", "above=1, below=2"), "set either above= or below="),
        (("quiet(", "fires("), "needs a test that fires and one that does not"),
        (('"ShopBroken"', '"shop broken"'), "one word that starts with a capital letter"),
        (("$__rate_interval", "$interval"), "$interval needs a value"),
        (("groups = [", "groups = []\nothers = ["), "exports neither `groups` nor `routing`"),
        (('symptom="errors"', 'symptom="errors", wait="5 minutes"'), "'5 minutes' is not a duration"),
        (('"shop", "shop",', '"shop", "My Shop",'), "systems are lower-case"),
        (('"shop", "shop",', '"shop/one", "shop",'), "the name of a group is one line without slashes"),
        (('"shop", "shop",', '"shop", "shop", "nope",'), "'nope' is not a rule"),
        (("sum by (service)", "sum by (system)"), "the label system='shop' would replace the one"),
    ],
)
def test_a_wrong_alert_is_told_with_its_line(
    shop: Project, dashkit: Program, change: tuple[str, str], words: str
) -> None:
    shop.write("dashboards/alerts/shop.py", ALERTS.format(limit=1).replace(*change))
    result = dashkit("rules", "build", cwd=shop.folder)
    assert result.code == 3
    assert words in result.err
    assert "dashboards/alerts/shop.py" in result.err


def test_two_alerts_of_one_name_and_severity_are_refused(shop: Project, dashkit: Program) -> None:
    text = ALERTS.format(limit=1)
    shop.write("dashboards/alerts/again.py", text.replace('"shop", "shop",', '"again", "shop",'))
    result = dashkit("rules", "build", cwd=shop.folder)
    assert result.code == 3
    assert "alert shop/ShopBroken/high is also at" in result.err


def test_rules_push_then_diff_finds_nothing(shop: Project, each_sandbox: RunningSandbox, dashkit: Program) -> None:
    evaluated(shop, each_sandbox)
    first = dashkit("rules", "push", cwd=shop.folder)
    assert first.code == 0, first.err
    assert "+ create rules shop (1 alert)" in first.out
    (groups,) = ruler(each_sandbox).values()
    assert [rule["grafana_alert"]["title"] for rule in groups[0]["rules"]] == ["ShopBroken (high)"]
    assert dashkit("rules", "diff", "--exit-code", cwd=shop.folder).code == 0


def test_rules_diff_shows_what_changes_and_writes_nothing(
    shop: Project, sandbox: RunningSandbox, dashkit: Program
) -> None:
    evaluated(shop, sandbox)
    dashkit("rules", "push", cwd=shop.folder)
    shop.write("dashboards/alerts/shop.py", ALERTS.format(limit=2))
    before = ruler(sandbox)
    result = dashkit("rules", "diff", "--exit-code", cwd=shop.folder)
    assert result.code == 1
    assert "~ update rules shop (1 alert)" in result.out
    assert "~ ShopBroken (high)" in result.out
    assert ruler(sandbox) == before
    listed = json.loads(dashkit("rules", "diff", "--format", "json", cwd=shop.folder).out)
    assert [(entry["group"], entry["action"]) for entry in listed["rules"]] == [("shop", "update")]


def test_rules_push_checks_first_and_writes_nothing(
    shop: Project, each_sandbox: RunningSandbox, dashkit: Program
) -> None:
    evaluated(shop, each_sandbox)
    module = ALERTS.format(limit=1)
    shop.write(
        "dashboards/alerts/shop.py", module.replace('"sum(rate(errors_total[5m]))"', '"sum(rate(errors_total[5m])"')
    )
    result = dashkit("rules", "push", cwd=shop.folder)
    assert result.code == 1, (result.out, result.err)
    assert "error DK301" in result.out
    assert "nothing was written" in result.err
    data = json.loads(dashkit("rules", "push", "--format", "json", cwd=shop.folder).out)
    assert [problem["rule"] for problem in data["problems"]] == ["DK301"]
    assert dashkit("rules", "diff", "--exit-code", cwd=shop.folder).code == 1
    shop.write("dashboards/alerts/shop.py", module)
    assert dashkit("rules", "push", cwd=shop.folder).code == 0


def test_rules_that_prometheus_evaluates_are_not_pushed(
    shop: Project, sandbox: RunningSandbox, dashkit: Program
) -> None:
    """Both would call for the same thing."""
    evaluated(shop, sandbox)
    text = (shop.folder / "dashkit.yaml").read_text().replace("evaluator: grafana", "evaluator: prometheus")
    shop.write("dashkit.yaml", text)
    result = dashkit("rules", "push", cwd=shop.folder)
    assert result.code == 2
    assert "evaluated by Prometheus" in result.err
    assert ruler(sandbox) == {}


def test_a_push_carries_rules_and_dashboards_in_one_plan(
    shop: Project, each_sandbox: RunningSandbox, dashkit: Program
) -> None:
    evaluated(shop, each_sandbox)
    result = dashkit("push", cwd=shop.folder)
    assert result.code == 0, result.err
    assert "+ create overview" in result.out
    assert "+ create rules shop (1 alert)" in result.out
    assert dashkit("diff", "--exit-code", cwd=shop.folder).code == 0
    shop.write("dashboards/alerts/shop.py", ALERTS.format(limit=2))
    assert dashkit("diff", "--exit-code", cwd=shop.folder).code == 1
    data = json.loads(dashkit("push", "--format", "json", cwd=shop.folder).out)
    assert [entry["action"] for entry in data["rules"]] == ["update"]


def test_a_rule_edited_in_the_ui_makes_the_push_say_so(
    shop: Project, sandbox: RunningSandbox, dashkit: Program
) -> None:
    evaluated(shop, sandbox)
    dashkit("push", cwd=shop.folder)
    edit_rule(sandbox)
    refused = dashkit("push", cwd=shop.folder)
    assert refused.code == 6
    assert "edited in the UI since the last push: ShopBroken (high)" in refused.out
    assert dashkit("push", "--on-drift", "overwrite", cwd=shop.folder).code == 0
    assert dashkit("rules", "diff", "--exit-code", cwd=shop.folder).code == 0


def test_a_prune_of_rules_needs_a_yes(shop: Project, sandbox: RunningSandbox, dashkit: Program) -> None:
    evaluated(shop, sandbox)
    dashkit("rules", "push", cwd=shop.folder)
    shop.write("dashboards/alerts/shop.py", ALERTS.format(limit=1).replace('"shop", "shop",', '"renamed", "shop",'))
    dashkit("rules", "push", cwd=shop.folder)
    assert dashkit("rules", "push", "--prune", cwd=shop.folder).code == 0
    shop.write("dashboards/alerts/shop.py", ALERTS.format(limit=1).replace('"shop", "shop",', '"third", "other",'))
    refused = dashkit("rules", "push", "--prune", cwd=shop.folder)
    assert refused.code == 6
    assert "there is no terminal to confirm it on" in refused.err
    limited = dashkit("rules", "push", "--prune", "--yes", "--max-delete", "0", cwd=shop.folder)
    assert limited.code == 6
    assert "would delete 1 group of rules, more than --max-delete 0; nothing was written" in limited.err
    assert [group["name"] for groups in ruler(sandbox).values() for group in groups] == ["renamed"]
    assert dashkit("rules", "push", "--prune", "--yes", cwd=shop.folder).code == 0
    (groups,) = ruler(sandbox).values()
    assert [group["name"] for group in groups] == ["third"]


def test_push_annotates_what_it_did_and_only_then(shop: Project, sandbox: RunningSandbox, dashkit: Program) -> None:
    evaluated(shop, sandbox)

    def annotations() -> list[dict[str, Any]]:
        url = f"{sandbox.url}/api/annotations?tags=deployment"
        found: list[dict[str, Any]] = requests.get(url, auth=ADMIN, timeout=5).json()
        return found

    dashkit("push", "--annotate", "-m", "Release 7", cwd=shop.folder)
    assert [(entry["text"], entry["tags"]) for entry in annotations()] == [
        ("test: Release 7", ["dashkit", "deployment", "test"])
    ]
    dashkit("push", "--annotate", cwd=shop.folder)
    assert len(annotations()) == 1


def test_rules_of_the_last_system_go_from_the_build_when_its_module_goes(shop: Project, dashkit: Program) -> None:
    """Prometheus would go on loading them."""
    dashkit("rules", "build", cwd=shop.folder)
    for name in ("shop", "routing"):
        (shop.folder / f"dashboards/alerts/{name}.py").unlink()
    result = dashkit("rules", "build", cwd=shop.folder)
    assert result.code == 0
    assert not (shop.folder / "build/rules/shop.yml").exists()
    assert not (shop.folder / "build/alertmanager/alertmanager.yml").exists()


def test_a_broken_dashboard_is_named_and_not_the_alert_that_links_to_it(shop: Project, dashkit: Program) -> None:
    shop.write("dashboards/ops/overview.py", "raise RuntimeError('broken')\n")
    result = dashkit("rules", "build", cwd=shop.folder)
    assert result.code == 3
    assert "dashboards/ops/overview.py:1" in result.err
    assert "there is no dashboard" not in result.err


def test_an_annotation_that_fails_does_not_hide_what_was_pushed(
    shop: Project, sandbox: RunningSandbox, dashkit: Program
) -> None:
    evaluated(shop, sandbox)
    sandbox.sandbox.faults.add(Fault("/api/annotations", "POST", status=403))
    result = dashkit("push", "--annotate", cwd=shop.folder)
    assert result.code == 5
    assert "1 created" in result.out
    assert "1 group of alert rules written" in result.out
    assert "403" in result.err


def test_rules_of_others_in_a_group_taken_over_go_only_with_a_yes(
    shop: Project, sandbox: RunningSandbox, dashkit: Program
) -> None:
    evaluated(shop, sandbox)
    dashkit("rules", "push", cwd=shop.folder)
    (folder,) = ruler(sandbox)
    alert = ruler(sandbox)[folder][0]["rules"][0]["grafana_alert"]
    foreign = {"uid": "hand", "title": "By hand", "condition": "C", "data": alert["data"], "noDataState": "OK",
               "execErrState": "Error", "for": "5m", "labels": {}, "annotations": {}}  # fmt: skip
    url = f"{sandbox.url}/api/v1/provisioning/folder/{alert['namespace_uid']}/rule-groups/shop"
    body = {"interval": 60, "rules": [foreign]}
    requests.put(url, json=body, headers={"X-Disable-Provenance": "true"}, auth=ADMIN, timeout=5).raise_for_status()
    refused = dashkit("rules", "push", "--adopt", cwd=shop.folder)
    assert refused.code == 6
    assert "By hand" in refused.err
    assert dashkit("rules", "push", "--adopt", "--yes", cwd=shop.folder).code == 0


HOOK = "https://hooks.example.com/a-long-secret"


def test_routing_is_pushed_once_and_what_it_replaced_is_in_the_journal(
    shop: Project, sandbox: RunningSandbox, dashkit: Program
) -> None:
    evaluated(shop, sandbox)
    env = {"SLACK_URL": HOOK}
    first = dashkit("rules", "push", "--routing", "--format", "json", cwd=shop.folder, env=env)
    assert first.code == 0, first.err
    said = json.loads(first.out)
    assert [(part["action"], part["name"]) for part in said["routing"]] == [
        ("create", "dashkit:test chat"), ("update", "the project's route")
    ]  # fmt: skip
    (archive,) = (shop.folder / ".dashkit/pushes").glob("*.zip")
    with open_archive(archive) as kept:
        record = read_record(kept)
    assert [str(item.ref) for item in record.before] == ["policies/tree"]
    assert "routes" not in record.before[0].content
    assert {name.partition("/")[0] for name in record.created} == {"contact-points", "alert-rules", "templates"}
    with zipfile.ZipFile(archive) as members:
        assert all(HOOK.encode() not in members.read(name) for name in members.namelist())
    again = dashkit("rules", "push", "--routing", cwd=shop.folder, env=env)
    assert (again.code, "Routing: unchanged." in again.out) == (0, True)
    undone = dashkit("rollback", "--yes", cwd=shop.folder)
    assert undone.code == 0, undone.out
    store = sandbox.sandbox.store
    assert [store.documents(kind) for kind in ("contact-point", "template")] == [[], []]
    assert "routes" not in (store.document("policies", "tree") or {})
    redone = dashkit(
        "rollback", dashkit("rollback", "--list", cwd=shop.folder).out.split()[0], "--yes", cwd=shop.folder
    )
    assert redone.code == 5, redone.out  # but for the contact point, whose secret is in no journal
    assert "the push deleted it, without its secrets: url" in redone.out


def test_rules_diff_shows_what_a_push_of_routing_would_change(
    shop: Project, each_sandbox: RunningSandbox, dashkit: Program
) -> None:
    evaluated(shop, each_sandbox)
    env = {"SLACK_URL": HOOK}
    first = dashkit("rules", "diff", "--routing", "--exit-code", cwd=shop.folder, env=env)
    assert (first.code, "+ create contact point dashkit:test chat" in first.out) == (1, True)
    assert "Routing: 1 to create, 1 to update." in first.out
    assert dashkit("rules", "push", "--routing", cwd=shop.folder, env=env).code == 0
    assert dashkit("rules", "diff", "--routing", "--exit-code", cwd=shop.folder, env=env).code == 0
    tree = each_sandbox.sandbox.store.document("policies", "tree")
    assert tree is not None
    tree["routes"][0]["receiver"] = "grafana-default-email"
    each_sandbox.sandbox.store.put_document("policies", "tree", tree)
    edited = dashkit("rules", "push", "--routing", cwd=shop.folder, env=env)
    assert (edited.code, "! refused the project's route" in edited.out) == (6, True)
    assert "edited in the UI since the last push" in edited.out
    assert dashkit("rules", "push", "--routing", "--on-drift", "overwrite", cwd=shop.folder, env=env).code == 0
    assert HOOK not in first.out + edited.out


def test_routing_waits_for_its_rules(shop: Project, each_sandbox: RunningSandbox, dashkit: Program) -> None:
    evaluated(shop, each_sandbox)
    each_sandbox.sandbox.faults.add(Fault("/api/v1/provisioning/.*rule.*", status=403, times=99))
    result = dashkit("rules", "push", "--routing", cwd=shop.folder, env={"SLACK_URL": HOOK})
    assert (result.code, "none of the alert rules could be written" in result.out) == (4, True)
    assert each_sandbox.sandbox.store.documents("contact-point") == []
    assert each_sandbox.sandbox.store.document("policies", "tree") is None


def test_a_push_of_routing_alone_is_taken_back(shop: Project, each_sandbox: RunningSandbox, dashkit: Program) -> None:
    evaluated(shop, each_sandbox)
    assert dashkit("rules", "push", cwd=shop.folder).code == 0
    assert dashkit("rules", "push", "--routing", cwd=shop.folder, env={"SLACK_URL": HOOK}).code == 0
    assert dashkit("rollback", "--yes", cwd=shop.folder).code == 0
    assert each_sandbox.sandbox.store.documents("contact-point") == []
    assert ruler(each_sandbox) != {}


def test_a_failed_group_is_not_counted_among_the_dashboards(
    shop: Project, sandbox: RunningSandbox, dashkit: Program
) -> None:
    evaluated(shop, sandbox)
    sandbox.sandbox.faults.add(Fault("/api/v1/provisioning/folder/.*", "PUT", status=403))
    result = dashkit("push", "--format", "json", cwd=shop.folder)
    assert result.code == 5
    said = json.loads(result.out)
    assert said["summary"]["failed"] == 0
    assert "403" in said["rules"][0]["error"]


def test_contact_points_that_are_refused_are_told_and_the_rules_are_written(
    shop: Project, sandbox: RunningSandbox, dashkit: Program
) -> None:
    evaluated(shop, sandbox)
    sandbox.sandbox.faults.add(Fault("/api/v1/provisioning/contact-points", "POST", status=403))
    result = dashkit("rules", "push", "--routing", cwd=shop.folder, env={"SLACK_URL": HOOK})
    assert result.code == 5
    assert "failed: contact point dashkit:test chat" in result.out
    assert "1 group of alert rules written" in result.out


def test_a_push_loads_each_alert_module_once(shop: Project, sandbox: RunningSandbox, dashkit: Program) -> None:
    evaluated(shop, sandbox)
    counted = f"with open({str(shop.folder / 'loaded')!r}, 'a') as file:\n    file.write('x')\n"
    shop.write("dashboards/alerts/shop.py", counted + ALERTS.format(limit=1))
    assert dashkit("push", cwd=shop.folder).code == 0
    assert (shop.folder / "loaded").read_text() == "x"


def test_recording_rules_are_pushed_in_a_group_of_their_own(
    shop: Project, sandbox: RunningSandbox, dashkit: Program
) -> None:
    recording(shop, sandbox)
    requests.post(
        f"{sandbox.url}/api/datasources", auth=ADMIN, timeout=5,
        json={"uid": "prometheus", "name": "p", "type": "prometheus", "access": "proxy", "url": "http://x"},
    ).raise_for_status()  # fmt: skip
    first = dashkit("rules", "push", cwd=shop.folder)
    assert first.code == 0, first.out + first.err
    assert "+ create rules shop - recorded 1 (1 recording rule)" in first.out
    assert "assumes Mimir" in first.err
    (groups,) = ruler(sandbox).values()
    recorded = {group["name"]: group["rules"][0]["grafana_alert"].get("record") for group in groups}
    wanted = {"metric": "shop:errors:rate5m", "from": "A", "target_datasource_uid": "prometheus"}
    assert recorded == {"shop": None, "shop - recorded 1": wanted}
    assert dashkit("rules", "diff", "--exit-code", cwd=shop.folder).code == 0


def test_alerts_that_wait_for_what_nobody_records_are_refused(
    shop: Project, each_sandbox: RunningSandbox, dashkit: Program
) -> None:
    recording(shop, each_sandbox)
    result = dashkit("push", cwd=shop.folder)
    if each_sandbox.sandbox.flavour.modern:
        assert result.code == 0, result.err
        return
    assert result.code == 6
    assert "1 alert would never fire" in result.err
    assert "ShopBroken" in result.err
    assert "recording: prometheus" in result.err
    assert ruler(each_sandbox) == {}
    config = (shop.folder / "dashkit.yaml").read_text()
    shop.write("dashkit.yaml", config.replace("evaluator: grafana", "evaluator: grafana, recording: prometheus"))
    assert dashkit("push", cwd=shop.folder).code == 0


def test_rules_build_writes_what_prometheus_keeps(shop: Project, dashkit: Program) -> None:
    assert dashkit("rules", "build", "--recording-only", cwd=shop.folder).code == 0
    (group,) = yaml.safe_load((shop.folder / "build/rules/shop.yml").read_text())["groups"]
    assert [rule.get("record") for rule in group["rules"]] == ["shop:errors:rate5m"]
    assert not (shop.folder / "build/rules/tests").exists()
    assert not list((shop.folder / "build").glob("runbooks/**/*.md"))
    assert dashkit("rules", "build", "--alerts-only", cwd=shop.folder).code == 0
    (group,) = yaml.safe_load((shop.folder / "build/rules/shop.yml").read_text())["groups"]
    assert [rule.get("alert") for rule in group["rules"]] == ["ShopBroken"]
    assert (shop.folder / "build/rules/tests/shop.yml").exists()
    both = dashkit("rules", "build", "--alerts-only", "--recording-only", cwd=shop.folder)
    assert both.code == 2


def test_an_alert_on_a_series_that_nothing_records_is_found_without_a_catalogue(
    shop: Project, dashkit: Program
) -> None:
    shop.write("dashboards/alerts/shop.py", READING.format(limit=1))
    assert "DK332" not in dashkit("check", cwd=shop.folder).out
    shop.write(
        "dashboards/alerts/shop.py",
        READING.format(limit=1).replace('"shop:errors:rate5m", above', '"shop:error:rate5m", above'),
    )
    result = dashkit("check", cwd=shop.folder)
    assert "no rule of the project records shop:error:rate5m: the alert never fires" in result.out
    assert "did you mean shop:errors:rate5m?" in result.out
