"""dashkit import: rule files, and the rules and the routing of a Grafana, become modules that make the same."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from dashkit.importer.rule_groups import compared, groups_of
from dashkit.sandbox.app import RunningSandbox
from tests.conftest import Program, Project
from tests.support.alerting import ADMIN, evaluated, ruler
from tests.support.rules import rule_files

RULES = """
groups:
- name: kubernetes-apps
  interval: 30s
  limit: 7
  rules:
  - alert: KubePodNotReady
    expr: |
      sum by (namespace, pod) (
        kube_pod_status_phase{phase="Pending"}  # not started
      ) > 0
    for: 15m
    keep_firing_for: 5m
    labels: {severity: warning, code: 012}
    annotations:
      summary: Pod is not ready.
      runbook_url: https://example.org/kubepodnotready
      dashboard: "{{ $externalURL }}"
  - alert: Down
    expr: up == 0
  - record: job:up:sum
    expr: |
      sum by (job) (
        up
      )
    labels: {class: a}
"""
LABELLED = {"severity": "page", "team": "a"}


def rules_of(path: Path) -> list[dict[str, Any]]:
    return compared(groups_of(yaml.safe_load(path.read_bytes())))


def test_a_rule_file_becomes_a_module_that_reads_well(project: Project, dashkit: Program) -> None:
    project.write("rules/kubernetes.yml", RULES)
    result = dashkit("import", "rules/kubernetes.yml", "--report", cwd=project.folder)
    assert result.code == 0, result.err
    assert "2 alerts and 1 recording rule imported, equal to the source" in result.err
    module = (project.folder / "dashboards/alerts/kubernetes.py").read_text()
    assert module.startswith(
        '"""Alert rules of kubernetes."""\n\nfrom dashkit.authoring import RecordingRule, plain_alert'
    )
    assert 'plain_alert("Down", "up == 0"),' in module
    assert '"""sum by (namespace, pod) (\n  kube_pod_status_phase{phase="Pending"}  # not started\n) > 0""",' in module
    assert 'labels={"code": "012"},' in module
    built = dashkit("rules", "build", "--alerts-only", cwd=project.folder)
    assert built.code == 0, built.err
    (group,) = yaml.safe_load((project.folder / "build/rules/kubernetes.yml").read_text())["groups"]
    assert (group["interval"], group["limit"]) == ("30s", 7)
    assert [rule["alert"] for rule in group["rules"]] == ["KubePodNotReady", "Down"]
    assert group["rules"][0]["keep_firing_for"] == "5m"
    assert not list((project.folder / "build").rglob("*.md"))


def test_directories_resources_and_json_are_sources_too(project: Project, dashkit: Program) -> None:
    groups = yaml.safe_load(RULES)["groups"]
    resource = {"kind": "PrometheusRule", "metadata": {"name": "Pods"}, "spec": {"groups": groups}}
    other = {"groups": [{**groups[0], "name": "other"}]}
    project.write("all/nested/pods.yaml", f"---\n{yaml.safe_dump(resource)}\n---\n")
    project.write("all/.hidden.yml", RULES)
    project.write("all/tests.yml", "rule_files: [pods.yaml]\ntests: []\n")
    project.write("mixin.json", json.dumps(other))
    result = dashkit("import", "all", "mixin.json", "--format", "json", cwd=project.folder)
    assert result.code == 0, result.err
    said = json.loads(result.out)
    assert [(one["file"], one["rules"], one["equal"]) for one in said["rules"]] == [
        ("alerts/pods.py", 3, True), ("alerts/mixin.py", 3, True),
    ]  # fmt: skip
    assert '"pods",' in (project.folder / "dashboards/alerts/pods.py").read_text()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("limit: 7", "limits: 7"), "`limits` in group 'kubernetes-apps' cannot be said in a module"),
        (("for: 15m", "fro: 15m"), "`fro` in group 'kubernetes-apps', alert 'KubePodNotReady' cannot be said"),
        (("for: 15m", "for: a while"), "alert 'KubePodNotReady': `for`: 'a while' is not a duration"),
        (("limit: 7", "limit: many"), "`limit` is not a number"),
        (("code: 012", "code: [1]"), "`labels.code` of group 'kubernetes-apps', alert 'KubePodNotReady' is not a text"),
        (("- alert: Down", "- alerts: Down"), "rule 2 has neither `alert` nor `record`"),
        (("expr: up == 0", "expr: ''"), "alert 'Down': a name and an expression are needed"),
        (("interval: 30s", "interval: 30s\n  interval: 30s"), "duplicate key `interval`"),
        (("name: kubernetes-apps", 'name: "a/b"'), "the name of a group is one line without slashes"),
        (("groups:", "namespace: x\ngroups:"), "`namespace` beside `groups` cannot be said"),
        (("groups:", "{"), "not valid YAML"),
    ],
)
def test_what_cannot_be_said_is_named_and_hides_no_other_file(
    project: Project, dashkit: Program, change: tuple[str, str], words: str
) -> None:
    project.write("rules/bad.yml", RULES.replace(*change))
    project.write("rules/good.yml", RULES.replace("kubernetes-apps", "others"))
    result = dashkit("import", "rules/bad.yml", "rules/good.yml", cwd=project.folder)
    assert result.code == 5
    assert words in result.err
    assert [path.name for path in (project.folder / "dashboards/alerts").iterdir()] == ["good.py"]


def test_a_group_of_two_files_is_refused_and_an_edited_module_is_kept(project: Project, dashkit: Program) -> None:
    project.write("rules/a.yml", RULES)
    project.write("rules/b.yml", RULES)
    twice = dashkit("import", "rules", cwd=project.folder)
    assert (twice.code, "group 'kubernetes-apps' is also in rules/a.yml" in twice.err) == (5, True)
    path = project.folder / "dashboards/alerts/a.py"
    path.write_text(path.read_text() + "# mine\n")
    refused = dashkit("import", "rules/a.yml", cwd=project.folder)
    assert (refused.code, "--force overwrites it" in refused.err) == (3, True)
    assert dashkit("import", "rules/a.yml", "--force", cwd=project.folder).code == 0
    assert "# mine" not in path.read_text()


@pytest.mark.parametrize(
    ("to", "path"),
    [
        ("dashboards/imported", "dashboards/alerts"),
        ("dashboards/alerts", "dashboards/alerts"),
        ("elsewhere", "elsewhere/alerts"),
    ],
)
def test_alert_modules_go_where_a_build_finds_them(project: Project, dashkit: Program, to: str, path: str) -> None:
    project.write("a.yml", RULES)
    assert dashkit("import", "a.yml", "--to", to, cwd=project.folder).code == 0
    assert [found.parent for found in project.folder.rglob("a.py")] == [project.folder / path]


def test_a_group_without_rules_is_imported_and_checked(project: Project, dashkit: Program) -> None:
    project.write("a.yml", "groups: [{name: empty}]")
    assert dashkit("import", "a.yml", cwd=project.folder).code == 0
    assert dashkit("check", cwd=project.folder).code == 0


def test_what_an_older_grafana_does_not_know_is_told_and_not_sent_again(
    shop: Project, each_sandbox: RunningSandbox, dashkit: Program
) -> None:
    evaluated(shop, each_sandbox)
    shutil.rmtree(shop.folder / "dashboards")
    shop.write("a.yml", RULES)
    assert dashkit("import", "a.yml", cwd=shop.folder).code == 0
    pushed = dashkit("rules", "push", "--no-check", cwd=shop.folder)
    assert pushed.code == 0, pushed.err
    assert "Grafana has no `limit` for a group" in pushed.err
    old = not each_sandbox.sandbox.flavour.resources
    assert ("has no `keep_firing_for`, so these alerts end at once: KubePodNotReady" in pushed.err) is old
    assert dashkit("rules", "diff", "--exit-code", cwd=shop.folder).code == 0


def test_rule_files_and_dashboards_are_imported_at_once(project: Project, dashkit: Program) -> None:
    project.write("old/a.yml", RULES)
    project.write("old/b.json", json.dumps({"uid": "b", "title": "B", "schemaVersion": 42, "panels": []}))
    result = dashkit("import", "old", "--format", "json", cwd=project.folder)
    assert result.code == 0, result.err
    said = json.loads(result.out)
    assert ([one["file"] for one in said["dashboards"]], [one["file"] for one in said["rules"]]) == (
        ["b.py"], ["alerts/a.py"],
    )  # fmt: skip


def test_the_projects_own_rules_come_back(tmp_path: Path, project: Project, dashkit: Program) -> None:
    sources = rule_files(tmp_path)
    result = dashkit("import", *map(str, sources), cwd=project.folder)
    assert result.code == 0, result.err
    assert "215 alerts and 150 recording rules imported" in result.err
    assert dashkit("rules", "build", cwd=project.folder).code == 0
    for source in sources:
        built = project.folder / "build/rules" / source.name
        assert rules_of(built) == rules_of(source)
    if shutil.which("promtool"):
        files = map(str, (project.folder / "build/rules").glob("*.yml"))
        done = subprocess.run(["promtool", "check", "rules", *files], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "prefixes", ["", ", folder_prefix: Stage, uid_prefix: s-, datasources: {prometheus: prom-stage}"]
)
def test_what_was_pushed_comes_back_and_a_push_has_nothing_to_do(
    shop: Project, project: Project, tmp_path: Path, each_sandbox: RunningSandbox, dashkit: Program, prefixes: str
) -> None:
    evaluated(shop, each_sandbox)
    config = (shop.folder / "dashkit.yaml").read_text().replace("evaluator: grafana", f"evaluator: grafana{prefixes}")
    recording = each_sandbox.sandbox.flavour.modern
    config = config.replace(", recording: prometheus", "") if recording else config
    shop.write("dashkit.yaml", config)
    secret = {"SLACK_URL": "https://hooks.example.com/very-secret"}
    pushed = dashkit("rules", "push", "--routing", "--no-check", cwd=shop.folder, env=secret)
    assert pushed.code == 0, pushed.err
    empty = tmp_path / "empty"
    empty.mkdir()
    (empty / "dashkit.yaml").write_text(config)
    result = dashkit("import", "--alerts", "--routing", "--format", "json", cwd=empty)
    assert result.code == 0, result.err
    said = json.loads(result.out)
    assert [(one["file"], one["alerts"], one["recording_rules"]) for one in said["rules"]] == [
        ("alerts/shop.py", 1, int(recording))
    ]
    assert said["routing"]["variables"] == ["SLACK_URL_CHAT"]
    written = "".join(path.read_text() for path in (empty / "dashboards/alerts").iterdir())
    assert not any(
        word in written for word in ("very-secret", "REDACTED", "s-overview", "prom-stage", "dashkit_project")
    )
    unset = dashkit("rules", "diff", "--routing", cwd=empty)
    assert (unset.code, "SLACK_URL_CHAT" in unset.err) == (2, True)
    diff = dashkit("rules", "diff", "--routing", "--exit-code", cwd=empty, env={"SLACK_URL_CHAT": secret["SLACK_URL"]})
    assert (diff.code, diff.out) == (0, diff.out), diff.out


def query(ref: str, datasource: str, **model: Any) -> dict[str, Any]:
    back = {"from": 0 if datasource == "__expr__" else 600, "to": 0}
    return {
        "refId": ref, "queryType": "", "relativeTimeRange": back, "datasourceUid": datasource, "model": {"refId": ref, **model},
    }  # fmt: skip


def by_hand(title: str, *, instant: bool = True, expr: str = "up", side: str = "gt") -> dict[str, Any]:
    """A rule as Grafana's UI makes it."""
    condition = {"evaluator": {"type": side, "params": [80, 90]}, "type": "query", "operator": {"type": "and"}}
    return {
        "title": title, "condition": "C", "noDataState": "NoData", "execErrState": "Error", "for": "5m", "isPaused": True,
        "labels": LABELLED, "annotations": {"summary": "{{ $values.B.Value }} is {{ $value }}"},
        "data": [
            query("A", "prometheus", expr=expr, instant=instant, range=not instant, editorMode="code", legendFormat="__auto"),
            query("B", "__expr__", type="reduce", expression="A", reducer="last"),
            query("C", "__expr__", type="threshold", expression="B", conditions=[condition]),
        ],
    }  # fmt: skip


def put_group(running: RunningSandbox, folder: str, name: str, *rules: dict[str, Any]) -> None:
    requests.post(f"{running.url}/api/folders", json={"uid": folder, "title": "Team A"}, auth=ADMIN, timeout=5)
    body = {
        "title": name, "interval": 60,
        "rules": [{"uid": f"{name}-{number}", **rule} for number, rule in enumerate(rules)],
    }  # fmt: skip
    url = f"{running.url}/api/v1/provisioning/folder/{folder}/rule-groups/{name}"
    answer = requests.put(url, json=body, auth=ADMIN, headers={"X-Disable-Provenance": "true"}, timeout=5)
    assert answer.ok, answer.text


def test_rules_that_were_made_by_hand_are_adopted_as_they_are(
    shop: Project, sandbox: RunningSandbox, dashkit: Program
) -> None:
    evaluated(shop, sandbox)
    shutil.rmtree(shop.folder / "dashboards")
    put_group(sandbox, "team", "hand", by_hand("High CPU"), by_hand('odd """ {name}', side="lt"))
    put_group(
        sandbox,
        "team",
        "left",
        by_hand("Range", instant=False),
        by_hand("Within", side="within_range"),
        by_hand("Fine"),
    )
    result = dashkit("import", "--alerts", "--report", cwd=shop.folder)
    assert result.code == 5
    assert (
        "Team A: group left: stays in Grafana only: Range: it queries a range, not an instant; Within: " in result.err
    )
    module = (shop.folder / "dashboards/alerts/team_a.py").read_text()
    assert 'folder="Team A"' in module
    assert "above=80" in module
    assert "Fine" not in module
    adopted = dashkit("rules", "push", "--adopt", "--no-check", cwd=shop.folder)
    assert adopted.code == 0, adopted.err
    assert dashkit("rules", "diff", "--exit-code", cwd=shop.folder).code == 0
    (group,) = [group for groups in ruler(sandbox).values() for group in groups if group["name"] == "hand"]
    high, alert = group["rules"][0], group["rules"][0]["grafana_alert"]
    assert (alert["uid"], alert["no_data_state"], alert["is_paused"]) == ("hand-0", "NoData", True)
    assert high["annotations"]["summary"] == "{{ $values.B.Value }} is {{ $value }}"
    again = dashkit("import", "--alerts", "--folder", "Team A", cwd=shop.folder)
    assert "same  alerts/team_a.py" in again.err


def test_rules_of_another_project_and_datasource_stay(shop: Project, sandbox: RunningSandbox, dashkit: Program) -> None:
    evaluated(shop, sandbox)
    other = by_hand("Theirs")
    other["annotations"] = {"dashkit": "dashkit:theirs"}
    elsewhere = by_hand("Elsewhere")
    elsewhere["data"][0]["datasourceUid"] = "loki"
    put_group(sandbox, "team", "theirs", other)
    put_group(sandbox, "team", "elsewhere", elsewhere)
    result = dashkit("import", "--alerts", cwd=shop.folder)
    assert result.code == 3
    assert "it belongs to another project (dashkit:theirs)" in result.err
    assert "it queries the datasource loki, which is no Prometheus" in result.err


def test_groups_of_another_prometheus_say_so(shop: Project, sandbox: RunningSandbox, dashkit: Program) -> None:
    evaluated(shop, sandbox)
    shutil.rmtree(shop.folder / "dashboards")
    config = shop.folder / "dashkit.yaml"
    config.write_text(
        config.read_text().replace("evaluator: grafana", "evaluator: grafana, datasources: {second: prom-b}")
    )
    for uid, kind in (("prom-b", "prometheus"), ("logs", "loki")):
        body = {"uid": uid, "name": uid, "type": kind, "url": "http://127.0.0.1:9", "access": "proxy"}
        requests.post(f"{sandbox.url}/api/datasources", json=body, auth=ADMIN, timeout=5).raise_for_status()
    other, mixed = by_hand("Other"), by_hand("Mixed")
    other["data"][0]["datasourceUid"] = "prom-b"
    put_group(sandbox, "team", "other", other)
    put_group(sandbox, "team", "mixed", mixed, {**other, "title": "Odd"})
    result = dashkit("import", "--alerts", cwd=shop.folder)
    assert result.code == 5
    assert (
        "group mixed: stays in Grafana only: Odd: it queries the datasource prom-b, not prometheus as others"
        in result.err
    )
    assert 'datasource="second"' in (shop.folder / "dashboards/alerts/team_a.py").read_text()
    assert dashkit("rules", "push", "--adopt", "--no-check", cwd=shop.folder).code == 0
    assert dashkit("rules", "diff", "--exit-code", cwd=shop.folder).code == 0
    (group,) = [group for groups in ruler(sandbox).values() for group in groups if group["name"] == "other"]
    assert group["rules"][0]["grafana_alert"]["data"][0]["datasourceUid"] == "prom-b"


def test_the_routing_of_an_organisation_becomes_a_module_without_its_secrets(
    shop: Project, sandbox: RunningSandbox, dashkit: Program
) -> None:
    evaluated(shop, sandbox)
    (shop.folder / "dashboards/alerts/routing.py").unlink()
    base = f"{sandbox.url}/api/v1/provisioning"

    def send(method: str, path: str, body: dict[str, Any]) -> None:
        answer = requests.request(
            method, f"{base}/{path}", json=body, auth=ADMIN, headers={"X-Disable-Provenance": "true"}, timeout=5
        )
        assert answer.ok, answer.text

    slack = {"url": "https://hooks.slack.com/services/T/B/secret1", "recipient": "#a", "title": '{{ """ }} ${HOME}'}
    send("POST", "contact-points", {"name": "Team A", "type": "slack", "settings": slack})
    hook = {"url": "https://u:secret2@example.com/", "headers": {"X-Api-Key": "secret3", "Accept": "json"}}
    send(
        "POST", "contact-points", {"name": "Team A", "type": "webhook", "settings": hook, "disableResolveMessage": True}
    )
    key = {"url": "https://example.com/secret4secret4secret4secret4"}
    send("POST", "contact-points", {"name": "hook", "type": "webhook", "settings": key})
    send(
        "POST",
        "mute-timings",
        {"name": "nights", "time_intervals": [{"times": [{"start_time": "22:00", "end_time": "24:00"}]}]},
    )
    below = {"receiver": "hook", "object_matchers": [["team", "!=", "a"]], "mute_time_intervals": ["nights"]}
    first = {"receiver": "Team A", "object_matchers": [["severity", "=~", "a|b"]], "continue": True, "routes": [below]}
    send("PUT", "policies", {"receiver": "hook", "group_by": ["alertname"], "group_wait": "10s", "routes": [first]})

    result = dashkit("import", "--routing", "--format", "json", cwd=shop.folder)
    assert result.code == 0, result.err
    said = json.loads(result.out)["routing"]
    assert (said["contact_points"], said["routes"], said["mute_timings"]) == (3, 2, 1)
    module = (shop.folder / "dashboards/alerts/routing.py").read_text()
    assert "secret1" not in module + result.err + result.out
    assert not any(word in module for word in ("secret2", "secret3", "secret4", "REDACTED"))
    assert said["variables"] == [
        "SLACK_URL_TEAM_A", "WEBHOOK_HEADERS_X_API_KEY_TEAM_A", "WEBHOOK_URL_HOOK", "WEBHOOK_URL_TEAM_A",
    ]  # fmt: skip
    env = dict(zip(said["variables"], (slack["url"], "secret3", key["url"], hook["url"]), strict=True))
    pushed = dashkit("rules", "push", "--routing", "--no-check", cwd=shop.folder, env=env)
    assert pushed.code == 0, pushed.err
    assert dashkit("rules", "diff", "--routing", "--exit-code", cwd=shop.folder, env=env).code == 0
    assert "same  alerts/routing.py" in dashkit("import", "--routing", cwd=shop.folder).err
    built = dashkit("rules", "build", cwd=shop.folder)
    assert (built.code, "no alertmanager.yml" in built.err) == (0, True)


def test_a_server_without_rules_and_contact_points_is_told(
    shop: Project, sandbox: RunningSandbox, dashkit: Program
) -> None:
    evaluated(shop, sandbox)
    result = dashkit("import", "--alerts", cwd=shop.folder)
    assert (result.code, "no Grafana-managed rules" in result.err) == (4, True)
    result = dashkit("import", "--alerts", "--folder", "Nowhere", cwd=shop.folder)
    assert (result.code, "no Grafana-managed rules in the folder 'Nowhere'" in result.err) == (4, True)
    result = dashkit("import", "--routing", cwd=shop.folder)
    assert (result.code, "no contact points that can be read" in result.err) == (4, True)


def test_files_of_odd_names_become_modules(project: Project, dashkit: Program) -> None:
    for number, name in enumerate(("routing", "platform", "mixins/shop/alerts", "1st")):
        project.write(f"rules/{name}.yml", RULES.replace("kubernetes-apps", f"group {number}"))
    assert dashkit("import", "rules", cwd=project.folder).code == 0
    assert sorted(path.name for path in (project.folder / "dashboards/alerts").iterdir()) == [
        "routing_rules.py", "rules_1st.py", "rules_platform.py", "shop_alerts.py",
    ]  # fmt: skip
    assert dashkit("rules", "build", cwd=project.folder).code == 0


def test_rule_files_and_dashboards_of_a_server_are_not_imported_at_once(project: Project, dashkit: Program) -> None:
    project.write("a.yml", RULES)
    result = dashkit("import", "a.yml", "--uid", "x", cwd=project.folder)
    assert (result.code, "imported one at a time" in result.err) == (2, True)


@pytest.mark.parametrize("options", [("--alerts", "--uid", "x"), ("--routing", "a.json"), ("--alerts", "--as", "json")])
def test_options_that_do_not_go_together_are_told(project: Project, dashkit: Program, options: tuple[str, ...]) -> None:
    result = dashkit("import", *options, cwd=project.folder)
    assert (result.code, "go with --context, --folder, --to and --force only" in result.err) == (2, True)
