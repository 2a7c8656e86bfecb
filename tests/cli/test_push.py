"""Diff, push and pull through the program, against the sandbox."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
import requests

from dashkit.sandbox.app import RunningSandbox, Sandbox
from dashkit.sandbox.faults import Fault
from dashkit.sandbox.flavour import FLAVOURS
from dashkit.sandbox.store import Store
from tests.conftest import Program, Project, environment

ADMIN = ("admin", "admin")


def get(running: RunningSandbox, uid: str) -> dict[str, Any]:
    value: dict[str, Any] = requests.get(f"{running.url}/api/dashboards/uid/{uid}", auth=ADMIN, timeout=5).json()
    return value


def save(running: RunningSandbox, spec: dict[str, Any], folder: str = "", message: str = "by hand") -> None:
    body = {"dashboard": spec, "folderUid": folder, "message": message}
    requests.post(f"{running.url}/api/dashboards/db", json=body, auth=ADMIN, timeout=5).raise_for_status()


def edit(running: RunningSandbox, uid: str, **values: Any) -> None:
    stored = get(running, uid)
    save(running, {**stored["dashboard"], **values}, stored["meta"]["folderUid"])


def writes(running: RunningSandbox) -> list[tuple[str, str]]:
    return [request for request in running.sandbox.requests if request[0] != "GET"]


def test_push_then_diff_says_nothing_to_do(each_sandbox: RunningSandbox, project: Project, dashkit: Program) -> None:
    project.dashboard("a")
    project.dashboard("b", folder="ops/deep")
    env = environment(each_sandbox)
    first = dashkit("push", "-m", "hello", cwd=project.folder, env=env)
    assert first.code == 0, first.err
    assert "+ create a" in first.out
    each_sandbox.sandbox.requests.clear()
    second = dashkit("push", cwd=project.folder, env=env)
    assert second.code == 0
    assert f"Nothing to do on environment ({each_sandbox.url}): 2 unchanged." in second.out
    assert writes(each_sandbox) == []
    assert dashkit("diff", "--exit-code", cwd=project.folder, env=env).code == 0


def test_diff_shows_the_plan_and_writes_nothing(sandbox: RunningSandbox, project: Project, dashkit: Program) -> None:
    project.dashboard("a")
    env = environment(sandbox)
    assert dashkit("diff", cwd=project.folder, env=env).code == 0
    result = dashkit("diff", "--exit-code", cwd=project.folder, env=env)
    assert result.code == 1
    assert ": 1 to create." in result.out
    assert writes(sandbox) == []


def test_diff_in_each_format(sandbox: RunningSandbox, project: Project, dashkit: Program) -> None:
    project.dashboard("a")
    env = environment(sandbox)
    dashkit("push", cwd=project.folder, env=env)
    project.dashboard("a", expr="sum(up) > 1")
    data = json.loads(dashkit("diff", "--format", "json", cwd=project.folder, env=env).out)
    (action,) = data["actions"]
    assert (action["action"], action["uid"], action["folder"]) == ("update", "a", "Ops")
    assert action["source"] == {"path": "dashboards/ops/a.py", "line": 2}
    assert action["changes"][0]["new"] == "sum(up) > 1"
    assert data["summary"]["update"] == 1
    markdown = dashkit("diff", "--format", "markdown", cwd=project.folder, env=env).out
    assert "<details><summary><code>a</code>: 1 change</summary>" in markdown
    assert "+     sum(up) > 1" in markdown
    full = dashkit("diff", "--full", cwd=project.folder, env=env).out
    assert '-          "expr": "up",' in full


def test_push_keeps_a_dashboard_edited_in_the_ui(
    each_sandbox: RunningSandbox, project: Project, dashkit: Program
) -> None:
    project.dashboard("a")
    env = environment(each_sandbox)
    dashkit("push", cwd=project.folder, env=env)
    edit(each_sandbox, "a", title="By hand")
    result = dashkit("push", cwd=project.folder, env=env)
    assert result.code == 6
    assert "edited in the UI by admin" in result.out
    assert "setting title 'a' -> 'By hand'" in result.out
    assert get(each_sandbox, "a")["dashboard"]["title"] == "By hand"
    project.dashboard("b")
    assert dashkit("push", cwd=project.folder, env=env).code == 5
    assert dashkit("push", "--on-drift", "skip", cwd=project.folder, env=env).code == 0
    assert dashkit("push", "--on-drift", "overwrite", cwd=project.folder, env=env).code == 0
    assert get(each_sandbox, "a")["dashboard"]["title"] == "a"


def test_a_broken_module_stops_push_and_diff_before_anything_is_written(
    sandbox: RunningSandbox, project: Project, dashkit: Program
) -> None:
    project.dashboard("a")
    project.write("dashboards/bad.py", "raise ValueError('no')\n")
    for command in (["push"], ["diff"], ["push", "--prune", "--yes"]):
        result = dashkit(*command, cwd=project.folder, env=environment(sandbox))
        assert result.code == 3
        assert "nothing was compared or written" in result.err
    assert not sandbox.sandbox.requests


def test_prune_asks_or_needs_yes_and_stops_at_max_delete(
    sandbox: RunningSandbox, project: Project, dashkit: Program
) -> None:
    env = environment(sandbox)
    paths = [project.dashboard(name) for name in ("a", "b", "c")]
    dashkit("push", cwd=project.folder, env=env)
    for path in paths[1:]:
        path.unlink()
    assert "? orphan b" in dashkit("push", cwd=project.folder, env=env).out
    refused = dashkit("push", "--prune", cwd=project.folder, env=env)
    assert refused.code == 6
    assert "--yes" in refused.err
    limited = dashkit("push", "--prune", "--yes", "--max-delete", "1", cwd=project.folder, env=env)
    assert limited.code == 6
    assert get(sandbox, "b")["dashboard"]["uid"] == "b"
    done = dashkit("push", "--prune", "--yes", cwd=project.folder, env=env)
    assert done.code == 0, done.err
    assert get(sandbox, "b") == {"message": "Dashboard not found"}


def test_prune_of_a_part_is_a_usage_error(sandbox: RunningSandbox, project: Project, dashkit: Program) -> None:
    project.dashboard("a")
    result = dashkit("push", "--only", "a", "--prune", cwd=project.folder, env=environment(sandbox))
    assert result.code == 2


def test_only_pushes_a_part_and_calls_nothing_an_orphan(
    sandbox: RunningSandbox, project: Project, dashkit: Program
) -> None:
    project.dashboard("a")
    project.dashboard("b")
    env = environment(sandbox)
    dashkit("push", cwd=project.folder, env=env)
    project.dashboard("a", expr="x")
    project.dashboard("b", expr="x")
    result = dashkit("push", "--only", "a", cwd=project.folder, env=env)
    assert "1 to update" in result.out
    assert "orphan" not in result.out
    assert "b" not in {line.split()[2] for line in result.out.splitlines() if line.startswith("~")}


def test_two_contexts_on_one_organisation_keep_apart(
    sandbox: RunningSandbox, project: Project, dashkit: Program
) -> None:
    login = "user: admin, password_command: echo admin"
    project.write(
        "dashkit.yaml",
        f"project: test\ncontexts:\n  prod: {{url: {sandbox.url}, {login}}}\n"
        f"  stage: {{url: {sandbox.url}, {login}, uid_prefix: stg-, folder_prefix: Staging, tags: [staging]}}\n",
    )
    project.dashboard("a", extra=", links=[__import__('dashkit.authoring', fromlist=['x']).dashboard_link('B', 'b')]")
    b = project.dashboard("b")
    assert dashkit("push", "-c", "prod", cwd=project.folder).code == 0
    assert dashkit("push", "-c", "stage", cwd=project.folder).code == 0
    assert dashkit("diff", "-c", "prod", "--exit-code", cwd=project.folder).code == 0
    staged = get(sandbox, "stg-a")
    assert staged["dashboard"]["links"][0]["url"] == "/d/stg-b"
    assert staged["dashboard"]["tags"] == ["dashkit:test:stg-", "staging"]
    assert staged["meta"]["folderTitle"] == "Ops"
    b.unlink()
    only_stage = dashkit("push", "-c", "stage", "--prune", "--yes", cwd=project.folder)
    assert "delete stg-b" in only_stage.out
    assert get(sandbox, "b")["dashboard"]["uid"] == "b"


def test_one_failed_save_leaves_the_rest_going_and_says_what_to_run(
    sandbox: RunningSandbox, project: Project, dashkit: Program
) -> None:
    for name in ("a", "b", "c"):
        project.dashboard(name)
    sandbox.sandbox.faults.add(Fault(path="/api/dashboards/db", status=403, body={"message": "Quota reached"}))
    result = dashkit("push", cwd=project.folder, env=environment(sandbox))
    assert result.code == 5
    assert "1 of 3 failed" in result.out
    assert "Quota reached" in result.out
    assert "dashkit push --only" in result.out
    assert dashkit("push", cwd=project.folder, env=environment(sandbox)).code == 0


@pytest.mark.parametrize(
    "fault",
    [
        Fault(path="/api/dashboards/db", status=500, body={"message": "database is locked"}),
        Fault(path="/api/dashboards/db", status=500, body={"message": "database is locked"}, after=True),
        Fault(path="/api/dashboards/db", drop=True, after=True),
        Fault(path="/api/dashboards/db", drop=True),
        Fault(path="/api/dashboards/db", status=429, headers={"Retry-After": "0"}),
        Fault(path="/apis/.*", method="GET", status=503, headers={"Retry-After": "0"}),
    ],
    ids=["locked", "locked-but-stored", "answer-lost", "dropped", "too-many", "restarting"],
)
def test_a_passing_fault_is_ridden_out_and_each_dashboard_is_stored_once(
    sandbox: RunningSandbox, project: Project, dashkit: Program, fault: Fault
) -> None:
    for name in ("a", "b", "c"):
        project.dashboard(name)
    fault.times = 1
    sandbox.sandbox.faults.add(fault)
    result = dashkit("push", cwd=project.folder, env=environment(sandbox))
    assert result.code == 0, result.out + result.err
    assert [get(sandbox, name)["meta"]["version"] for name in ("a", "b", "c")] == [1, 1, 1]


def test_a_grafana_below_a_sub_path(project: Project, dashkit: Program) -> None:
    project.dashboard("a")
    with RunningSandbox(Sandbox(Store(), FLAVOURS["12.3"], prefix="/grafana")) as running:
        env = environment(running)
        assert dashkit("push", cwd=project.folder, env={**env, "DASHKIT_URL": f"{running.url}/grafana/"}).code == 0
        lost = dashkit("push", cwd=project.folder, env=env)
        assert lost.code == 4
        assert "sub-path" in lost.err


def test_a_token_from_the_environment_suffices(sandbox: RunningSandbox, project: Project, dashkit: Program) -> None:
    project.dashboard("a")
    account = sandbox.sandbox.store.add_account("ci", "Editor", disabled=False, uid="ci")
    _, token = sandbox.sandbox.store.add_token(account, "t")
    result = dashkit("push", "-vv", cwd=project.folder, env={"DASHKIT_URL": sandbox.url, "DASHKIT_TOKEN": token})
    assert result.code == 0
    assert token not in result.out + result.err
    assert "POST /api/dashboards/db -> 200" in result.err


def test_the_version_message_names_text_commit_and_digest(
    sandbox: RunningSandbox, project: Project, dashkit: Program
) -> None:
    project.dashboard("a")
    dashkit("push", "-m", "Add a", cwd=project.folder, env={**environment(sandbox), "GITHUB_SHA": "0123456789abcdef"})
    (version,) = sandbox.sandbox.store.versions("a")
    assert version["message"].startswith("Add a | gen=1 dashkit v1 uid=a sha256=")
    assert version["message"].partition(" push=")[0].endswith(" commit=0123456789")


def test_pull_then_push_changes_nothing_but_the_owner(
    each_sandbox: RunningSandbox, project: Project, dashkit: Program
) -> None:
    env = environment(each_sandbox)
    folder = requests.post(
        f"{each_sandbox.url}/api/folders", json={"title": "SRE Team (EU)", "uid": "tx"}, auth=ADMIN, timeout=5
    ).json()
    panel = {
        "id": 3,
        "type": "stat",
        "title": "P",
        "gridPos": {"x": 0, "y": 0, "w": 6, "h": 4},
        "targets": [{"refId": "A", "expr": "up"}],
    }
    save(
        each_sandbox,
        {"uid": "one", "title": "One", "schemaVersion": 38, "tags": ["keep"], "panels": [panel]},
        folder["uid"],
    )
    save(each_sandbox, {"uid": "two", "title": "Two", "schemaVersion": 38, "panels": []})
    pulled = dashkit("pull", "--all", "--to", "dashboards", cwd=project.folder, env=env)
    assert pulled.code == 0, pulled.err
    assert (project.folder / "dashboards/sre-team-eu/one.json").exists()
    assert (project.folder / "dashboards/two.json").exists()
    assert dashkit("push", cwd=project.folder, env=env).code == 6
    assert dashkit("push", "--adopt", cwd=project.folder, env=env).code == 0
    stored = get(each_sandbox, "one")
    assert stored["dashboard"]["tags"] == ["dashkit:test", "keep"]
    assert stored["dashboard"]["panels"][0]["id"] == 3
    assert stored["meta"]["folderUid"] == "tx"
    again = dashkit("pull", "--all", "--to", "dashboards", cwd=project.folder, env=env)
    assert again.code == 0, again.err
    assert "wrote" not in again.err


def test_pull_keeps_a_file_that_differs_unless_forced(
    sandbox: RunningSandbox, project: Project, dashkit: Program
) -> None:
    save(sandbox, {"uid": "one", "title": "One", "schemaVersion": 42})
    project.write("dashboards/one.json", "{}")
    arguments = ("pull", "--uid", "one", "--to", "dashboards")
    refused = dashkit(*arguments, cwd=project.folder, env=environment(sandbox))
    assert refused.code == 3
    assert (project.folder / "dashboards/one.json").read_text() == "{}"
    assert dashkit(*arguments, "--force", cwd=project.folder, env=environment(sandbox)).code == 0
    missing = dashkit("pull", "--uid", "nope", "--to", "x", cwd=project.folder, env=environment(sandbox))
    assert missing.code == 4
    assert dashkit("pull", "--to", "x", cwd=project.folder, env=environment(sandbox)).code == 2


def test_context_check_says_what_the_token_lacks(sandbox: RunningSandbox, project: Project, dashkit: Program) -> None:
    account = sandbox.sandbox.store.add_account("v", "Viewer", disabled=False, uid="v")
    _, token = sandbox.sandbox.store.add_token(account, "t")
    result = dashkit("context", "check", cwd=project.folder, env={"DASHKIT_URL": sandbox.url, "DASHKIT_TOKEN": token})
    assert result.code == 4
    assert "dashboards:create" in result.out
    fine = dashkit("context", "check", "--format", "json", cwd=project.folder, env=environment(sandbox))
    assert fine.code == 0
    assert json.loads(fine.out)["version"] == "12.3.3"


def test_context_show_tells_no_secret(project: Project, dashkit: Program) -> None:
    project.write(
        "dashkit.yaml",
        "contexts:\n  a: {url: http://x, token_env: T, headers: {X-Key: hush}, proxy: 'http://u:hush@p:1'}\n",
    )
    result = dashkit("context", "show", "a", cwd=project.folder, env={"T": "hush"})
    assert result.code == 0
    assert "hush" not in result.out + result.err
    assert "token_env" in result.out


def test_init_makes_a_project_that_builds_and_pushes_at_once(
    sandbox: RunningSandbox, project: Project, dashkit: Program
) -> None:
    assert dashkit("init", "fresh", cwd=project.folder).code == 0
    fresh = project.folder / "fresh"
    assert dashkit("build", cwd=fresh).code == 0
    assert dashkit("push", cwd=fresh, env=environment(sandbox)).code == 0
    again = dashkit("init", "fresh", cwd=project.folder)
    assert again.code == 3
    assert "already exists" in again.err


def test_dry_run_is_the_plan_and_writes_nothing(sandbox: RunningSandbox, project: Project, dashkit: Program) -> None:
    project.dashboard("a")
    result = dashkit("push", "--dry-run", cwd=project.folder, env=environment(sandbox))
    assert result.code == 0
    assert "+ create a" in result.out
    assert writes(sandbox) == []


def test_quiet_tells_refusals_and_the_sum_only(sandbox: RunningSandbox, project: Project, dashkit: Program) -> None:
    project.dashboard("a")
    env = environment(sandbox)
    created = dashkit("push", "-q", cwd=project.folder, env=env)
    assert [line.partition(" ")[0] for line in created.out.splitlines()] == ["Plan", "Done"]
    edit(sandbox, "a", title="By hand")
    project.dashboard("b")
    assert "! refused a" in dashkit("diff", "-q", cwd=project.folder, env=env).out


def test_the_command_to_run_again_keeps_what_was_asked(
    sandbox: RunningSandbox, project: Project, dashkit: Program
) -> None:
    login = f"{{url: {sandbox.url}, user: admin, password_command: echo admin}}"
    project.write("dashkit.yaml", f"project: test\ncontexts:\n  one: {login}\n  two: {login}\n")
    project.dashboard("a")
    sandbox.sandbox.faults.add(Fault(path="/api/dashboards/db", status=403))
    result = dashkit("push", "-c", "two", "--adopt", "--on-drift", "skip", cwd=project.folder)
    assert "dashkit push --context two --adopt --on-drift skip --only dashboards/ops/a.py" in result.out


def test_what_a_context_added_is_taken_off_by_pull(sandbox: RunningSandbox, project: Project, dashkit: Program) -> None:
    settings = "uid_prefix: stg-, folder_prefix: Staging, tags: [staging], datasources: {prom: prom-stg}"
    login = f"url: {sandbox.url}, user: admin, password_command: echo admin"
    project.write(
        "dashkit.yaml",
        f"project: test\ndatasources: {{prom: prometheus}}\ncontexts:\n  stage: {{{login}, {settings}}}\n",
    )
    source = {
        "uid": "a", "title": "A", "schemaVersion": 42, "tags": ["own"], "links": [{"type": "link", "title": "B", "url": "/d/b"}],
        "panels": [{"id": 1, "type": "stat", "title": "P", "gridPos": {"x": 0, "y": 0, "w": 6, "h": 4},
                    "datasource": {"type": "prometheus", "uid": "prom"}, "targets": [{"refId": "A", "expr": "up"}]}],
    }  # fmt: skip
    project.write("dashboards/ops/a.json", json.dumps(source))
    project.write("dashboards/ops/b.json", json.dumps({"uid": "b", "title": "B", "schemaVersion": 42}))
    assert dashkit("push", cwd=project.folder).code == 0
    before = dashkit("build", "--only", "a", "-o", "-", cwd=project.folder).out
    assert dashkit("pull", "--all", "--to", "dashboards", "--force", cwd=project.folder).code == 0
    assert json.loads((project.folder / "dashboards/ops/a.json").read_text()) == json.loads(before)
    assert dashkit("diff", "--exit-code", cwd=project.folder).code == 0
    other = dashkit("pull", "--folder", "Ops", "--to", "elsewhere", cwd=project.folder)
    assert other.code == 0
    assert (project.folder / "elsewhere/ops/b.json").exists()


def test_pull_writes_no_file_beside_a_module_that_makes_the_same(
    sandbox: RunningSandbox, project: Project, dashkit: Program
) -> None:
    project.dashboard("a")
    env = environment(sandbox)
    dashkit("push", cwd=project.folder, env=env)
    result = dashkit("pull", "--uid", "a", "--to", "dashboards", cwd=project.folder, env=env)
    assert result.code == 3
    assert "dashboards/ops/a.py already defines this dashboard" in result.err


def test_a_copy_with_the_projects_tag_is_not_said_to_be_deletable(
    sandbox: RunningSandbox, project: Project, dashkit: Program
) -> None:
    project.dashboard("a")
    env = environment(sandbox)
    dashkit("push", cwd=project.folder, env=env)
    copy = {**get(sandbox, "a")["dashboard"], "uid": "copy", "title": "Copy"}
    save(sandbox, {key: value for key, value in copy.items() if key not in ("id", "version")})
    assert "if dashkit made it" in dashkit("diff", cwd=project.folder, env=env).out
    assert "remove the tag" in dashkit("diff", "--prune", cwd=project.folder, env=env).out


def test_an_edit_that_a_push_would_only_undo_is_told_once(
    sandbox: RunningSandbox, project: Project, dashkit: Program
) -> None:
    project.dashboard("a")
    env = environment(sandbox)
    dashkit("push", cwd=project.folder, env=env)
    edit(sandbox, "a", title="By hand")
    out = dashkit("diff", cwd=project.folder, env=env).out
    assert out.count("By hand") == 1 + out.count("! refused a 'By hand'")
    assert "would undo this" in out
    project.dashboard("a", expr="sum(up)")
    assert "a push would change:" in dashkit("diff", cwd=project.folder, env=env).out


def test_pull_and_build_agree_whatever_folders_and_uids_are_called(
    each_sandbox: RunningSandbox, project: Project, dashkit: Program
) -> None:
    env = environment(each_sandbox)
    titles = ["A B", "A-B", "Shared", "Alerts", "CI/CD", "監視", "日本", "folder", "ä😀", "no", " 1: # x"]
    for number, title in enumerate(titles):
        made = requests.post(
            f"{each_sandbox.url}/api/folders", json={"title": title, "uid": f"f{number}"}, auth=ADMIN, timeout=5
        )
        made.raise_for_status()
        save(each_sandbox, {"uid": f"_d{number}", "title": f"D {number}", "schemaVersion": 42}, f"f{number}")
    save(each_sandbox, {"uid": "odd", "title": "Odd", "schemaVersion": 42, "panels": [{"type": "stat", "gridPos": 7}]})
    pulled = dashkit("pull", "--all", "--to", "dashboards", cwd=project.folder, env=env)
    assert pulled.code == 5
    assert "not shaped like a dashboard" in pulled.err
    built = json.loads(dashkit("build", "--format", "json", cwd=project.folder, env=env).out)
    assert {entry["uid"] for entry in built["dashboards"]} == {f"_d{number}" for number in range(len(titles))}
    plan = json.loads(dashkit("diff", "--adopt", "--format", "json", cwd=project.folder, env=env).out)
    assert plan["folders"] == []
    assert [change for action in plan["actions"] for change in action["changes"] if change["what"] == "folder"] == []


def test_a_folder_renamed_in_the_ui_is_named_as_it_is(
    each_sandbox: RunningSandbox, project: Project, dashkit: Program
) -> None:
    env = environment(each_sandbox)
    project.dashboard("a")
    assert dashkit("push", cwd=project.folder, env=env).code == 0
    (folder,) = each_sandbox.sandbox.store.folders()
    each_sandbox.sandbox.store.put_folder(replace(folder, title="Ops renamed"))
    project.dashboard("a", title="New")
    plan = dashkit("diff", cwd=project.folder, env=env)
    assert "update a 'New' in Ops renamed (renamed in Grafana; the source says Ops)" in plan.out
    (entry,) = json.loads(dashkit("diff", "--format", "json", cwd=project.folder, env=env).out)["actions"]
    assert (entry["folder"], entry["live_folder"]) == ("Ops", "Ops renamed")
    assert "Ops renamed" in dashkit("diff", "--format", "markdown", cwd=project.folder, env=env).out
    assert dashkit("push", cwd=project.folder, env=env).code == 0
    assert dashkit("diff", "--exit-code", cwd=project.folder, env=env).code == 0
