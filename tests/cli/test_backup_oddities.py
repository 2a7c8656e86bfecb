"""What servers hold and answer that nobody would think of: a backup tells, a restore loses nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import requests

from dashkit.archive.read import open_archive
from dashkit.sandbox.app import RunningSandbox, Sandbox
from dashkit.sandbox.faults import Fault
from dashkit.sandbox.flavour import FLAVOURS
from dashkit.sandbox.store import Store
from tests.conftest import Program, environment
from tests.support.archived import connection, shown
from tests.support.filled import PROVISIONING, X, dashboard, send

AUTH = ("admin", "admin")


def save(running: RunningSandbox, spec: dict[str, Any], folder: str = "") -> None:
    body = {"dashboard": spec, "folderUid": folder, "overwrite": True}
    requests.post(f"{running.url}/api/dashboards/db", json=body, auth=AUTH, timeout=5).raise_for_status()


def get(running: RunningSandbox, path: str) -> Any:
    answer = requests.get(running.url + path, auth=AUTH, timeout=5)
    return answer.json() if answer.ok else None


def backed_up(running: RunningSandbox, folder: Path, dashkit: Program, *more: str, code: int = 0) -> dict[str, Any]:
    result = dashkit("backup", *more, cwd=folder, env=environment(running))
    assert result.code == code, result.out + result.err
    return shown(dashkit, folder)


@pytest.mark.parametrize(
    "odd",
    [
        {"panels": 5},
        {"tags": 5},
        {"panels": [{"type": "row", "panels": 7}, None, "x"]},
        {"rows": [None]},
        {"x": 1e20, "y": 1.9e19},
    ],
    ids=["panels", "tags", "rows", "legacy-rows", "numbers"],
)
def test_a_dashboard_of_an_odd_form_is_kept_as_it_is(
    each_sandbox: RunningSandbox, tmp_path: Path, dashkit: Program, odd: dict[str, Any]
) -> None:
    store = each_sandbox.sandbox.store
    save(each_sandbox, dashboard("odd", "Odd"))
    stored = store.dashboard("odd")
    assert stored is not None
    store._run("UPDATE dashboard SET spec = ? WHERE uid = 'odd'", json.dumps({**stored.spec, **odd}).encode())
    backed_up(each_sandbox, tmp_path, dashkit)
    assert dashkit("archive", "verify", "latest", cwd=tmp_path).code == 0
    assert dashkit("restore", "latest", "--dry-run", cwd=tmp_path, env=environment(each_sandbox)).code == 0


def test_namesakes_are_all_kept(each_sandbox: RunningSandbox, tmp_path: Path, dashkit: Program) -> None:
    names = ("Wall", "Wall", "Wall (2)", "Wall")
    for number, name in enumerate(names):
        items = [{"type": "dashboard_by_tag", "value": f"t{number // 2}"}]
        send(connection(each_sandbox), "POST", "/api/playlists", {"name": name, "interval": "1m", "items": items})
    data = backed_up(each_sandbox, tmp_path, dashkit, "--kinds", "playlists")
    assert len(data["objects"]) == 4
    with RunningSandbox(Sandbox(Store(), each_sandbox.sandbox.flavour)) as other:
        assert dashkit("restore", "latest", "--yes", cwd=tmp_path, env=environment(other)).code == 0
        assert sorted(entry["name"] for entry in get(other, "/api/playlists")) == sorted(names)
        again = dashkit("restore", "latest", cwd=tmp_path, env=environment(other))
        assert "4 already there" in again.out


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/library-elements", {"result": {"elements": None, "totalCount": 0}}),
        ("/api/teams/search", None),
        ("/api/v1/provisioning/policies", None),
        ("/api/org/preferences", ["x"]),
        ("/api/ruler/grafana/api/v1/rules", {"Folder": None}),
        ("/api/annotations", [{"id": 1}]),
        ("/api/playlists", [{"name": "no uid"}]),
    ],
)
def test_an_odd_answer_costs_one_kind_and_is_said(
    server: RunningSandbox, tmp_path: Path, dashkit: Program, path: str, body: Any
) -> None:
    server.sandbox.faults.add(Fault(path, method="GET", status=200, body=body if body is not None else "null", times=3))
    result = dashkit("backup", cwd=tmp_path, env=environment(server))
    assert result.code == 5, result.err
    failed = [entry["kind"] for entry in shown(dashkit, tmp_path)["kinds"] if entry["failure"]]
    assert len(failed) in (1, 2)
    assert "dashboards" not in failed


def test_one_kind_alone_that_fails_keeps_what_was_read(
    server: RunningSandbox, tmp_path: Path, dashkit: Program
) -> None:
    store = server.sandbox.store
    _, key = store.add_token(store.add_account("v", "Viewer", disabled=False, uid="v"), "t")
    env = {"DASHKIT_URL": server.url, "DASHKIT_TOKEN": key}
    result = dashkit("backup", "--kinds", "dashboards", cwd=tmp_path, env=env)
    assert result.code == 5
    assert len(shown(dashkit, tmp_path)["objects"]) == 3


def test_the_word_for_the_root_is_the_root(server: RunningSandbox, tmp_path: Path, dashkit: Program) -> None:
    server.sandbox.store._run("UPDATE dashboard SET folder = 'general' WHERE uid = 'bk-two'")
    backed_up(server, tmp_path, dashkit)
    assert dashkit("archive", "verify", "latest", cwd=tmp_path).code == 0


def test_a_conversion_that_failed_is_never_kept_as_nothing(
    server: RunningSandbox, tmp_path: Path, dashkit: Program
) -> None:
    listing = "/apis/dashboard.grafana.app/v0alpha1/namespaces/default/dashboards"
    item = {
        "metadata": {"name": "future", "generation": 1, "annotations": {}}, "spec": None,
        "status": {"conversion": {"failed": True, "storedVersion": "v9", "error": "not yet"}},
    }  # fmt: skip
    server.sandbox.faults.add(Fault(listing, status=200, body={"items": [item], "metadata": {}}))
    result = dashkit("backup", "--kinds", "dashboards,folders", cwd=tmp_path, env=environment(server))
    assert result.code == 5
    assert "future" not in {entry["key"] for entry in shown(dashkit, tmp_path)["objects"]}


@pytest.mark.parametrize(
    "setting",
    [{"url": "https://u:hidden-1@h/x"}, {"url": "http://h/?token=hidden-1"}, {"list": ["https://h/?api_key=hidden-1"]}],
)
def test_secrets_in_addresses_are_taken_out_and_asked_for(
    each_sandbox: RunningSandbox, tmp_path: Path, dashkit: Program, setting: dict[str, Any]
) -> None:
    point = {"uid": "hook", "name": "hook", "type": "teams", "settings": setting}
    send(connection(each_sandbox), "POST", f"{PROVISIONING}/contact-points", point, headers=X)
    source = {"uid": "db", "name": "db", "type": "mysql", "url": "root:hidden-1@db:3306"}
    send(connection(each_sandbox), "POST", "/api/datasources", source)
    backed_up(each_sandbox, tmp_path, dashkit)
    (path,) = (tmp_path / "backups").glob("*.zip")
    with open_archive(path) as archive:
        assert b"hidden-1" not in b"".join(archive.read(entry) for entry in archive.manifest.entries)
    lines = dashkit("restore", "latest", "--secrets-template", cwd=tmp_path).out
    assert "datasources/db/url" in lines
    assert "contact-points/hook/" in lines


def test_a_password_in_an_address_survives_an_overwrite(
    server: RunningSandbox, tmp_path: Path, dashkit: Program
) -> None:
    backed_up(server, tmp_path, dashkit)
    before = get(server, "/api/datasources/uid/bk-loki")
    send(connection(server), "PUT", "/api/datasources/uid/bk-loki", {**before, "jsonData": {"maxLines": 5}})
    command = ("restore", "latest", "--on-conflict", "overwrite", "--yes")
    assert dashkit(*command, cwd=tmp_path, env=environment(server)).code == 0
    assert get(server, "/api/datasources/uid/bk-loki")["url"] == before["url"]
    # At another address the password is not known, and nothing is written without it.
    live = get(server, "/api/datasources/uid/bk-loki")
    send(connection(server), "PUT", "/api/datasources/uid/bk-loki", {**live, "url": "http://reader:pw@elsewhere"})
    result = dashkit(*command, cwd=tmp_path, env=environment(server))
    assert result.code == 4
    assert "the secret in its url is not known" in result.out
    assert get(server, "/api/datasources/uid/bk-loki")["url"] == "http://reader:pw@elsewhere"


def test_a_tree_that_the_server_refuses_leaves_the_old_one(
    server: RunningSandbox, tmp_path: Path, dashkit: Program
) -> None:
    """12 takes the mark of provisioning off only by a reset."""
    backed_up(server, tmp_path, dashkit, "--kinds", "policies")
    live = {"receiver": "bk-pager", "group_by": ["service"]}
    send(connection(server), "PUT", f"{PROVISIONING}/policies", live)  # provisioned
    command = ("restore", "latest", "--on-conflict", "overwrite", "--yes")
    server.sandbox.store.delete_document("contact-point", "bk-point")
    server.sandbox.store.delete_document("contact-point", "bk-mail")
    send(
        connection(server),
        "POST",
        f"{PROVISIONING}/contact-points",
        {"uid": "o", "name": "other", "type": "email", "settings": {}},
        headers=X,
    )
    server.sandbox.store.put_document(
        "policies", "tree", {"receiver": "other", "group_by": ["service"], "provenance": "api"}
    )
    result = dashkit(*command, cwd=tmp_path, env=environment(server))
    assert result.code == 4, result.out
    assert get(server, f"{PROVISIONING}/policies")["receiver"] == "other"


def test_a_default_datasource_is_not_replaced_unseen(server: RunningSandbox, tmp_path: Path, dashkit: Program) -> None:
    backed_up(server, tmp_path, dashkit, "--kinds", "datasources")
    requests.delete(f"{server.url}/api/datasources/uid/bk-prom", auth=AUTH, timeout=5).raise_for_status()
    other = {"uid": "p2", "name": "P2", "type": "prometheus", "isDefault": True}
    send(connection(server), "POST", "/api/datasources", other)
    refused = dashkit("restore", "latest", "--yes", cwd=tmp_path, env=environment(server))
    assert (refused.code, "it would be the default instead of 'p2'" in refused.out) == (6, True)
    over = dashkit("restore", "latest", "--yes", "--on-conflict", "overwrite", cwd=tmp_path, env=environment(server))
    assert over.code == 0
    assert get(server, "/api/datasources/uid/bk-prom")["isDefault"]


def test_permissions_that_somebody_set_are_a_conflict(filled: RunningSandbox, tmp_path: Path, dashkit: Program) -> None:
    backed_up(filled, tmp_path, dashkit)
    for items in ([], [{"userId": 1, "permission": 4}], [{"role": "Viewer", "permission": 1}]):
        send(connection(filled), "POST", "/api/folders/bk-team/permissions", {"items": items})
        result = dashkit("restore", "latest", "--yes", cwd=tmp_path, env=environment(filled))
        assert result.code == 6, (items, result.out)


def test_users_come_into_the_organisation_that_takes_the_place_of_theirs(
    filled: RunningSandbox, tmp_path: Path, dashkit: Program
) -> None:
    backed_up(filled, tmp_path, dashkit)
    with RunningSandbox(Sandbox(Store(), filled.sandbox.flavour)) as other:
        made = send(connection(other), "POST", "/api/orgs", {"name": "Acme"})["orgId"]
        env = environment(other) | {"DASHKIT_ORG_ID": str(made)}
        kinds = "organisations,users,teams"
        # The admin is at home in both organisations there, and stays so.
        result = dashkit("restore", "latest", "--kinds", kinds, "--on-conflict", "skip", "--yes", cwd=tmp_path, env=env)
        assert result.code == 0, result.out + result.err
        users = {user["login"]: user for user in other.sandbox.store.documents("user")}
        assert users["bk-ann"]["roles"] == {str(made): "Viewer"}


def test_snapshots_that_cannot_come_back_are_said(
    each_sandbox: RunningSandbox, tmp_path: Path, dashkit: Program
) -> None:
    save(each_sandbox, dashboard("one", "One"))
    send(
        connection(each_sandbox),
        "POST",
        "/api/snapshots",
        {"name": "n", "key": "k1", "dashboard": dashboard("one", "One"), "expires": 3600},
    )
    store = each_sandbox.sandbox.store
    entry = store.document("snapshot", "k1")
    assert entry is not None
    store.put_document("snapshot", "k2", {**entry, "key": "k2", "external": True, "externalUrl": "https://elsewhere"})
    backed_up(each_sandbox, tmp_path, dashkit)
    with RunningSandbox(Sandbox(Store(), each_sandbox.sandbox.flavour)) as other:
        result = dashkit("restore", "latest", "--yes", cwd=tmp_path, env=environment(other))
        assert result.code == 0, result.out + result.err
        assert "skipped snapshot k2 'n': another service stores it" in result.out
        assert [entry["key"] for entry in get(other, "/api/dashboard/snapshots")] == ["k1"]


def test_a_library_panel_brings_its_own_folder(server: RunningSandbox, tmp_path: Path, dashkit: Program) -> None:
    send(connection(server), "POST", "/api/folders", {"uid": "apart", "title": "Apart"})
    library = {"uid": "far", "name": "Far", "kind": 1, "model": {"type": "text"}, "folderUid": "apart"}
    send(connection(server), "POST", "/api/library-elements", library)
    spec = dashboard("uses", "Uses")
    spec["panels"].append(
        {"id": 9, "libraryPanel": {"uid": "far", "name": "Far"}, "gridPos": {"h": 1, "w": 1, "x": 0, "y": 9}}
    )
    save(server, spec)
    backed_up(server, tmp_path, dashkit)
    with RunningSandbox(Sandbox(Store(), FLAVOURS["12.3"])) as other:
        command = ("restore", "latest", "--only", "uses", "--kinds", "dashboards", "--yes")
        result = dashkit(*command, cwd=tmp_path, env=environment(other))
        assert result.code == 0, result.out + result.err


def test_correlations_of_one_content_are_all_kept(
    each_sandbox: RunningSandbox, tmp_path: Path, dashkit: Program
) -> None:
    for uid in ("a", "b"):
        send(connection(each_sandbox), "POST", "/api/datasources", {"uid": uid, "name": uid, "type": "x"})
    body = {"label": "l", "targetUID": "b", "type": "query", "config": {"field": "f", "target": {}, "type": "query"}}
    for _ in range(3):
        send(connection(each_sandbox), "POST", "/api/datasources/uid/a/correlations", body)
    assert len(backed_up(each_sandbox, tmp_path, dashkit, "--kinds", "correlations")["objects"]) == 3
    result = dashkit("restore", "latest", cwd=tmp_path, env=environment(each_sandbox))
    assert "3 already there" in result.out


def test_mapped_correlations_are_not_doubled(server: RunningSandbox, tmp_path: Path, dashkit: Program) -> None:
    backed_up(server, tmp_path, dashkit)
    with RunningSandbox(Sandbox(Store(), FLAVOURS["12.3"])) as other:
        for uid in ("prom-new", "bk-loki"):
            send(connection(other), "POST", "/api/datasources", {"uid": uid, "name": uid, "type": "x"})
        command = ("restore", "latest", "--kinds", "correlations", "--map-datasource", "bk-prom=prom-new", "--yes")
        for _ in range(2):
            assert dashkit(*command, cwd=tmp_path, env=environment(other)).code == 0
        assert [entry["sourceUID"] for entry in other.sandbox.store.documents("correlation")] == ["prom-new"]


def test_an_archive_of_young_annotations_does_not_call_the_old_ones_new(
    server: RunningSandbox, tmp_path: Path, dashkit: Program
) -> None:
    backed_up(server, tmp_path, dashkit, "--since", "2026-01-01")
    assert "annotations since 2026-01-01" in dashkit("archive", "show", "latest", cwd=tmp_path).out
    result = dashkit("archive", "diff", "latest", "--exit-code", cwd=tmp_path, env=environment(server))
    assert result.code == 0, result.out


def test_a_token_of_another_organisation_is_refused(
    each_sandbox: RunningSandbox, tmp_path: Path, dashkit: Program
) -> None:
    store = each_sandbox.sandbox.store
    _, key = store.add_token(store.add_account("a", "Admin", disabled=False, uid="a"), "t")
    env = {"DASHKIT_URL": each_sandbox.url, "DASHKIT_TOKEN": key, "DASHKIT_ORG_ID": "7"}
    result = dashkit("backup", cwd=tmp_path, env=env)
    assert result.code == (4 if each_sandbox.sandbox.flavour.modern else 6)
    assert not list((tmp_path / "backups").glob("*.zip"))


@pytest.mark.parametrize(
    "arguments",
    [
        ("--since", "3000y"), ("-o", "memory://x"), ("-o", "github://x"), ("-o", "data://x"), ("--kinds", ""),
        ("--kinds", "folders", "--exclude", "folders"), ("--forget", "--keep-within", "9999999999999y"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_before_anything_is_read(
    server: RunningSandbox, tmp_path: Path, dashkit: Program, arguments: tuple[str, ...]
) -> None:
    result = dashkit("backup", *arguments, cwd=tmp_path, env=environment(server))
    assert result.code == 2, result.err
    assert "Traceback" not in result.err


@pytest.mark.parametrize("damage", [b"x" * 200, b"", b"\xff\xfe"])
def test_a_damaged_tree_is_told(server: RunningSandbox, tmp_path: Path, dashkit: Program, damage: bytes) -> None:
    backed_up_tree = dashkit("backup", "--format", "tree", "-o", "tree", cwd=tmp_path, env=environment(server))
    assert backed_up_tree.code == 0
    (tmp_path / "tree" / "manifest.sha256").write_bytes(damage)
    assert dashkit("archive", "verify", "tree", cwd=tmp_path).code == 1


def test_the_newest_is_that_of_the_context(server: RunningSandbox, tmp_path: Path, dashkit: Program) -> None:
    place = "user: admin, password_command: echo admin"
    (tmp_path / "dashkit.yaml").write_text(
        f"contexts:\n  prod: {{url: '{server.url}', {place}}}\n  stag: {{url: '{server.url}', {place}, protected: true}}\n"
    )
    for name in ("prod", "stag"):
        assert dashkit("backup", "-q", "-c", name, cwd=tmp_path).code == 0
    assert "prod (" in dashkit("archive", "show", "latest", cwd=tmp_path).out
    assert "stag (" in dashkit("archive", "show", "latest:stag", cwd=tmp_path).out
    assert "stag (" in dashkit("archive", "show", "latest", "-c", "stag", cwd=tmp_path).out
    missing = dashkit("archive", "show", "latest:nowhere", cwd=tmp_path)
    assert (missing.code, "no archive of nowhere" in missing.err) == (3, True)


def test_metrics_that_cannot_be_written_do_not_hide_the_archive(
    server: RunningSandbox, tmp_path: Path, dashkit: Program
) -> None:
    (tmp_path / "dashkit.prom").mkdir()
    (tmp_path / "dashkit.prom" / "x").write_text("in the way")
    result = dashkit("backup", "--metrics-file", "dashkit.prom", cwd=tmp_path, env=environment(server))
    assert result.code == 3
    assert ".zip" in result.out
    assert "dashkit.prom" in result.err
