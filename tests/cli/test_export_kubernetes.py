"""`dashkit export kubernetes`."""

from __future__ import annotations

import json

import yaml

from tests.conftest import Program, Project

CONTEXTS = (
    "project: test\nalerts: {grafana: 'https://g.example.org', runbooks: 'https://r.example.org'}\ncontexts:\n"
    "  prod: {url: 'https://g.example.org', evaluator: grafana, folder_prefix: Prod, uid_prefix: p-, "
    "datasources: {prometheus: prom-prod}}\n"
    "datasources: {prometheus: {type: prometheus, url: 'http://prom:9090'}}\n"
)


def test_export_writes_what_a_context_should_hold_and_check_notices_a_change(shop: Project, dashkit: Program) -> None:
    shop.write("dashkit.yaml", CONTEXTS)
    given = ("export", "kubernetes", "-o", "k8s", "--form", "operator", "--namespace", "monitoring")
    first = dashkit(*given, "--format", "json", cwd=shop.folder)
    assert first.code == 0
    data = json.loads(first.out)
    assert (data["context"], data["files"]) == ("prod", len(data["changed"]))
    board = yaml.safe_load((shop.folder / "k8s/dashboards/test-p-overview.yaml").read_bytes())
    assert board["metadata"]["namespace"] == "monitoring"
    assert json.loads(board["spec"]["json"])["tags"] == ["dashkit:test:p-"]
    kinds = {yaml.safe_load((shop.folder / "k8s" / name).read_bytes())["kind"] for name in data["changed"]}
    assert kinds == {
        "GrafanaDashboard", "GrafanaFolder", "GrafanaDatasource", "GrafanaAlertRuleGroup", "GrafanaContactPoint",
        "GrafanaNotificationPolicy", "Kustomization",
    }  # fmt: skip
    assert dashkit(*given, "--check", cwd=shop.folder).code == 0

    shop.write("dashkit.yaml", CONTEXTS.replace("Prod", "Live"))
    behind = dashkit(*given, "--check", cwd=shop.folder)
    assert behind.code == 1
    assert "differs: dashboards/test-p-overview.yaml" in behind.out


def test_options_that_contradict_each_other_write_nothing(project: Project, dashkit: Program) -> None:
    project.dashboard("a")
    for options in (("--group", "eu"), ("--image", "r/i:1"), ("--label", "nothing")):
        assert dashkit("export", "kubernetes", "-o", "k8s", *options, cwd=project.folder).code == 2
    assert not (project.folder / "k8s").exists()


def test_what_the_cluster_would_refuse_is_refused_before(project: Project, dashkit: Program) -> None:
    project.write("dashkit.yaml", "project: p\ncontexts:\n  a: {url: 'http://g:1', groups: [eu]}\n")
    for options, words in (
        (("--image", "r/i:1", "--group", "ue"), "known groups: eu"),
        (("--namespace", "A b"), "'A b' is no name of a namespace"),
    ):
        result = dashkit("export", "kubernetes", "-o", "k8s", *options, cwd=project.folder)
        assert (result.code, words in result.err) == (2, True)
    assert not (project.folder / "k8s").exists()


def test_a_dashboard_that_needs_server_side_apply_is_told_of_and_written(project: Project, dashkit: Program) -> None:
    project.dashboard("a", expr="up == 1 or " * 30_000 + "up")
    done = dashkit("export", "kubernetes", "-o", "k8s", cwd=project.folder)
    assert (done.code, "warning: test-dashboard-a is too large" in done.err) == (0, True)
    assert (project.folder / "k8s/dashboards/test-dashboard-a.yaml").exists()
