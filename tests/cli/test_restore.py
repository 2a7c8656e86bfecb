"""`dashkit restore`: what comes back, what is refused, what is asked."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from dashkit.archive.read import open_archive
from dashkit.backup.progress import progress_file
from dashkit.sandbox.app import RunningSandbox, Sandbox
from dashkit.sandbox.faults import Fault
from dashkit.sandbox.flavour import FLAVOURS
from dashkit.sandbox.store import Store
from tests.conftest import Program, environment
from tests.support.archived import connection, counts, shown
from tests.support.filled import PROVISIONING, SECRETS, dashboard, send

AUTH = ("admin", "admin")


@pytest.fixture
def empty(filled: RunningSandbox) -> Iterator[RunningSandbox]:
    """Another server of the same version, with nothing on it."""
    with RunningSandbox(Sandbox(Store(), filled.sandbox.flavour)) as running:
        yield running


def get(running: RunningSandbox, path: str) -> Any:
    answer = requests.get(running.url + path, auth=AUTH, timeout=5)
    return answer.json() if answer.ok else None


def save(running: RunningSandbox, spec: dict[str, Any], folder: str = "") -> None:
    body = {"dashboard": spec, "folderUid": folder, "overwrite": True}
    requests.post(f"{running.url}/api/dashboards/db", json=body, auth=AUTH, timeout=5).raise_for_status()


@pytest.fixture
def archive(filled: RunningSandbox, tmp_path: Path, dashkit: Program) -> str:
    """The filled server's."""
    assert dashkit("backup", "-q", cwd=tmp_path, env=environment(filled)).code == 0
    return str(next((tmp_path / "backups").glob("*.zip")))


def test_a_server_comes_back_and_a_second_run_has_nothing_to_do(
    archive: str, filled: RunningSandbox, empty: RunningSandbox, tmp_path: Path, dashkit: Program
) -> None:
    result = dashkit("restore", archive, "--yes", cwd=tmp_path, env=environment(empty))
    assert result.code == 0, result.out + result.err
    assert "These secrets still have to be set" in result.out
    assert "datasources/bk-prom/httpHeaderValue1" in result.out
    again = dashkit("restore", archive, cwd=tmp_path, env=environment(empty))
    assert again.code == 0
    assert "already there." in again.out
    same = dashkit("archive", "diff", archive, "--exit-code", cwd=tmp_path, env=environment(empty))
    assert (same.code, same.out) == (0, "No differences.\n")


def test_a_dry_run_writes_nothing(archive: str, empty: RunningSandbox, tmp_path: Path, dashkit: Program) -> None:
    result = dashkit("restore", archive, "--dry-run", cwd=tmp_path, env=environment(empty))
    assert result.code == 0
    assert "to create" in result.out
    assert {method for method, _ in empty.sandbox.requests} == {"GET"}


def test_nobody_there_to_confirm_is_a_refusal(
    archive: str, empty: RunningSandbox, tmp_path: Path, dashkit: Program
) -> None:
    result = dashkit("restore", archive, cwd=tmp_path, env=environment(empty))
    assert (result.code, "add --yes" in result.err) == (6, True)
    assert {method for method, _ in empty.sandbox.requests} == {"GET"}


def test_what_differs_is_refused_skipped_or_overwritten(
    archive: str, filled: RunningSandbox, tmp_path: Path, dashkit: Program
) -> None:
    env = environment(filled)
    save(filled, dashboard("bk-two", "By hand"))
    requests.delete(f"{filled.url}/api/dashboards/uid/BK-two", auth=AUTH, timeout=5).raise_for_status()
    refused = dashkit("restore", archive, "--yes", cwd=tmp_path, env=env)
    assert refused.code == 6
    assert "! refused dashboard bk-two 'Two'" in refused.out
    assert "setting title 'By hand' -> 'Two'" in refused.out
    assert "nothing was written" in refused.err
    assert get(filled, "/api/dashboards/uid/BK-two") is None
    skipped = dashkit("restore", archive, "--yes", "--on-conflict", "skip", cwd=tmp_path, env=env)
    assert skipped.code == 0, skipped.out + skipped.err
    assert get(filled, "/api/dashboards/uid/BK-two")["dashboard"]["title"] == "Twin"
    assert get(filled, "/api/dashboards/uid/bk-two")["dashboard"]["title"] == "By hand"
    over = dashkit("restore", archive, "--yes", "--on-conflict", "overwrite", cwd=tmp_path, env=env)
    assert over.code == 0, over.out + over.err
    assert get(filled, "/api/dashboards/uid/bk-two")["dashboard"]["title"] == "Two"


def test_one_dashboard_comes_with_what_it_needs(
    archive: str, filled: RunningSandbox, empty: RunningSandbox, tmp_path: Path, dashkit: Program
) -> None:
    command = ("restore", archive, "--only", "bk-one", "--kinds", "dashboards", "--yes", "--format", "json")
    kinds = ("--kinds", "organisations,teams,users")
    assert (
        dashkit("restore", archive, *kinds, "--on-conflict", "skip", "--yes", cwd=tmp_path, env=environment(empty)).code
        == 0
    )
    result = dashkit(*command, cwd=tmp_path, env=environment(empty))
    assert result.code == 0, result.out + result.err
    done = [f"{step['kind']}/{step['key']}" for step in json.loads(result.out)["steps"] if step["done"]]
    keys = ["bk-team", "bk-below"] if filled.sandbox.flavour.modern else ["bk-team"]
    # Without its permissions a folder would be open to more people.
    permissions = [f"folder-permissions/{key}" for key in sorted(keys)]
    assert [*(f"folders/{key}" for key in keys), *permissions, "library-panels/bk-lib", "dashboards/bk-one"] == done


def test_into_a_folder_and_with_another_datasource(
    archive: str, filled: RunningSandbox, empty: RunningSandbox, tmp_path: Path, dashkit: Program
) -> None:
    command = [
        "restore", archive, "--kinds", "dashboards,folders,library-panels", "--into-folder", "Restored / 2026", "--yes",
        "--map-datasource", "bk-prom=prom-new",
    ]  # fmt: skip
    result = dashkit(*command, cwd=tmp_path, env=environment(empty))
    if not filled.sandbox.flavour.modern:
        assert (result.code, "no nested folders" in result.err) == (2, True)
        return
    assert result.code == 0, result.out + result.err
    stored = get(empty, "/api/dashboards/uid/bk-two")
    assert stored["dashboard"]["panels"][0]["datasource"]["uid"] == "prom-new"
    parent = get(empty, f"/api/folders/{stored['meta']['folderUid']}")
    assert (parent["title"], parent["parents"][0]["title"]) == ("2026", "Restored")
    assert get(empty, "/api/folders/bk-team")["parentUid"] == parent["uid"]
    # Again there is nothing to do: what was mapped is compared as mapped.
    assert "already there." in dashkit(*command[:-3], *command[-2:], cwd=tmp_path, env=environment(empty)).out


def test_a_nested_archive_goes_onto_a_server_without_nested_folders(
    server: RunningSandbox, tmp_path: Path, dashkit: Program
) -> None:
    assert dashkit("backup", "-q", cwd=tmp_path, env=environment(server)).code == 0
    with RunningSandbox(Sandbox(Store(), FLAVOURS["10.1"])) as old:
        kinds = "dashboards,folders,library-panels"
        result = dashkit("restore", "latest", "--kinds", kinds, "--yes", cwd=tmp_path, env=environment(old))
        assert result.code == 0, result.out + result.err
        assert get(old, "/api/folders/bk-below")["title"] == "Team / Below"
        again = dashkit("restore", "latest", "--kinds", kinds, cwd=tmp_path, env=environment(old))
        assert again.code == 0
        assert "already there." in again.out


def test_secrets_come_from_a_file_that_the_template_made(
    archive: str, empty: RunningSandbox, tmp_path: Path, dashkit: Program
) -> None:
    template = dashkit("restore", archive, "--secrets-template", cwd=tmp_path)
    assert template.code == 0
    lines = template.out.splitlines()
    assert [line for line in lines if not line.startswith("#")] == [
        'users/admin/password: ""', 'users/bk-ann/password: ""', 'datasources/bk-loki/url: ""',
        'datasources/bk-prom/httpHeaderValue1: ""', 'contact-points/bk-point/password: ""',
    ]  # fmt: skip
    assert "# the whole value, of which the archive has 'http://reader@127.0.0.1:3100'" in lines
    lines = [line for line in lines if not line.startswith("#")]
    values = ["x", "chosen-one", f"http://reader:{SECRETS[2]}@127.0.0.1:3100", SECRETS[0], SECRETS[1]]
    (tmp_path / "s.yaml").write_text(
        "\n".join(line.replace('""', f'"{value}"') for line, value in zip(lines, values, strict=True))
    )
    result = dashkit("restore", archive, "--secrets", "s.yaml", "--yes", cwd=tmp_path, env=environment(empty))
    assert result.code == 0, result.out + result.err
    assert "s.yaml is readable by other users" in result.err
    assert "still to be set" not in result.out
    assert [value for value in values[1:] if value in result.out + result.err] == []
    assert get(empty, "/api/datasources/uid/bk-prom")["secureJsonFields"] == {"httpHeaderValue1": True}
    assert SECRETS[2] in get(empty, "/api/datasources/uid/bk-loki")["url"]
    stored = empty.sandbox.store.document("contact-point", "bk-point")
    assert stored is not None
    assert stored["settings"]["password"] == SECRETS[1]
    answer = requests.get(f"{empty.url}/api/org", auth=("bk-ann", "chosen-one"), timeout=5)
    assert answer.ok


def test_secrets_come_from_the_environment(
    archive: str, empty: RunningSandbox, tmp_path: Path, dashkit: Program
) -> None:
    env = environment(empty) | {"DASHKIT_SECRET_CONTACT_POINTS_BK_POINT_PASSWORD": "from-env"}
    assert dashkit("restore", archive, "--secrets", "env", "--yes", cwd=tmp_path, env=env).code == 0
    stored = empty.sandbox.store.document("contact-point", "bk-point")
    assert stored is not None
    assert stored["settings"]["password"] == "from-env"


def test_the_word_for_a_hidden_secret_is_never_written(
    archive: str, empty: RunningSandbox, tmp_path: Path, dashkit: Program
) -> None:
    assert dashkit("restore", archive, "--yes", cwd=tmp_path, env=environment(empty)).code == 0
    assert "[REDACTED]" not in str(empty.sandbox.store.documents("contact-point"))


def test_an_overwrite_keeps_the_secrets_that_the_server_has(
    archive: str, filled: RunningSandbox, tmp_path: Path, dashkit: Program
) -> None:
    path = f"{filled.url}/api/v1/provisioning/contact-points/bk-point"
    changed = {
        "name": "bk-pager",
        "type": "webhook",
        "settings": {"url": "http://127.0.0.1:9/new", "password": "[REDACTED]"},
    }
    requests.put(path, json=changed, auth=AUTH, headers={"X-Disable-Provenance": "1"}, timeout=5).raise_for_status()
    source = get(filled, "/api/datasources/uid/bk-prom")
    requests.put(
        f"{filled.url}/api/datasources/uid/bk-prom", json={**source, "name": "Renamed"}, auth=AUTH, timeout=5
    ).raise_for_status()
    result = dashkit("restore", archive, "--on-conflict", "overwrite", "--yes", cwd=tmp_path, env=environment(filled))
    assert result.code == 0, result.out + result.err
    stored = filled.sandbox.store.document("contact-point", "bk-point")
    assert stored is not None
    assert stored["settings"] == {"url": "http://127.0.0.1:9/hook", "username": "u", "password": SECRETS[1]}
    restored = get(filled, "/api/datasources/uid/bk-prom")
    assert (restored["name"], restored["secureJsonFields"]) == ("Prometheus", {"httpHeaderValue1": True})


def test_what_comes_back_can_be_edited_in_the_ui(
    archive: str, empty: RunningSandbox, tmp_path: Path, dashkit: Program
) -> None:
    assert dashkit("restore", archive, "--yes", cwd=tmp_path, env=environment(empty)).code == 0
    marks = [
        entry.get("provenance")
        for kind in ("contact-point", "mute-timing", "template", "policies")
        for entry in empty.sandbox.store.documents(kind)
    ]
    assert marks == [None] * len(marks)
    assert {rule.provenance for rule in empty.sandbox.store.rules()} == {""}


def test_one_failure_leaves_the_rest_going_and_a_second_run_mends_it(
    archive: str, filled: RunningSandbox, empty: RunningSandbox, tmp_path: Path, dashkit: Program
) -> None:
    empty.sandbox.faults.add(Fault("/api/playlists", method="POST", status=403, body={"message": "not today"}))
    result = dashkit("restore", archive, "--yes", cwd=tmp_path, env=environment(empty))
    assert result.code == 5
    assert "1 of" in result.out
    assert "playlists  Wall  Grafana answered 403: not today" in result.out
    assert get(empty, "/api/dashboards/uid/bk-two") is not None
    again = dashkit("restore", archive, "--yes", cwd=tmp_path, env=environment(empty))
    assert again.code == 0, again.out
    assert "1 to create" in again.out
    same = dashkit("archive", "diff", archive, "--exit-code", cwd=tmp_path, env=environment(empty))
    assert same.code == 0, same.out


@pytest.mark.parametrize(
    "path",
    ["/api/dashboards/db", "/api/annotations", "/api/teams", "/api/playlists", "/api/datasources", "/api/folders"],
)
def test_an_answer_that_never_came_makes_no_second_object(
    archive: str, filled: RunningSandbox, empty: RunningSandbox, tmp_path: Path, dashkit: Program, path: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr("dashkit._http.connection.sleep", lambda seconds: None)
    empty.sandbox.faults.add(Fault(path, method="POST", drop=True, after=True))
    empty.sandbox.faults.add(Fault(path, method="POST", status=500, body={"message": "database is locked"}))
    result = dashkit("restore", archive, "--yes", cwd=tmp_path, env=environment(empty))
    assert result.code == 0, result.out + result.err
    same = dashkit("archive", "diff", archive, "--exit-code", cwd=tmp_path, env=environment(empty))
    assert same.code == 0, same.out


def test_a_kind_that_cannot_be_read_there_is_not_written_blindly(
    archive: str, empty: RunningSandbox, tmp_path: Path, dashkit: Program
) -> None:
    store = empty.sandbox.store
    _, key = store.add_token(store.add_account("robot", "Admin", disabled=False, uid="robot"), "t")
    result = dashkit("restore", archive, "--yes", cwd=tmp_path, env={"DASHKIT_URL": empty.url, "DASHKIT_TOKEN": key})
    assert result.code == 5
    assert "the server's objects cannot be read" in result.out
    assert ("POST", "/api/admin/users") not in empty.sandbox.requests
    assert get(empty, "/api/dashboards/uid/bk-two") is not None


def test_a_damaged_archive_is_not_restored(
    archive: str, empty: RunningSandbox, tmp_path: Path, dashkit: Program
) -> None:
    path = Path(archive)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    result = dashkit("restore", archive, "--yes", cwd=tmp_path, env=environment(empty))
    assert (result.code, "its seal is broken" in result.err) == (3, True)
    assert list(empty.sandbox.requests) == []


def test_an_archive_of_several_organisations_asks_which(
    filled: RunningSandbox, empty: RunningSandbox, tmp_path: Path, dashkit: Program
) -> None:
    assert dashkit("backup", "-q", "--all-orgs", cwd=tmp_path, env=environment(filled)).code == 0
    vague = dashkit("restore", "latest", "--yes", cwd=tmp_path, env=environment(empty))
    assert (vague.code, "1 ('Main Org.'), 2 ('bk-second')" in vague.err) == (2, True)
    result = dashkit("restore", "latest", "--organisation", "Main Org.", "--yes", cwd=tmp_path, env=environment(empty))
    assert result.code == 0, result.out
    assert get(empty, "/api/dashboards/uid/bk-two") is not None


def test_a_backup_that_is_not_complete_is_restored_with_a_warning(
    filled: RunningSandbox, empty: RunningSandbox, tmp_path: Path, dashkit: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashkit._http.connection.sleep", lambda seconds: None)
    filled.sandbox.faults.add(Fault("/api/annotations", status=500, times=9))
    assert dashkit("backup", "-q", cwd=tmp_path, env=environment(filled)).code == 5
    result = dashkit("restore", "latest", "--yes", cwd=tmp_path, env=environment(empty))
    assert result.code == 0
    assert "is incomplete" in result.err
    assert counts(shown(dashkit, tmp_path))["annotations"] == 0


@pytest.mark.parametrize("argument", [["--map-datasource", "x"], ["--kinds", "nothing"], ["--secrets", "missing.yaml"]])
def test_wrong_arguments_are_refused_before_anything_is_written(
    archive: str, empty: RunningSandbox, tmp_path: Path, dashkit: Program, argument: list[str]
) -> None:
    result = dashkit("restore", archive, *argument, "--yes", cwd=tmp_path, env=environment(empty))
    assert result.code in (2, 3)
    assert {method for method, _ in empty.sandbox.requests} <= {"GET"}


def test_a_push_after_a_restore_knows_its_own(
    project: Any, each_sandbox: RunningSandbox, tmp_path: Path, dashkit: Program
) -> None:
    project.dashboard("mine")
    env = environment(each_sandbox)
    assert dashkit("push", cwd=project.folder, env=env).code == 0
    assert dashkit("backup", "-q", "-o", str(tmp_path / "b"), cwd=project.folder, env=env).code == 0
    requests.delete(f"{each_sandbox.url}/api/dashboards/uid/mine", auth=AUTH, timeout=5).raise_for_status()
    (path,) = (tmp_path / "b").glob("*.zip")
    assert dashkit("restore", str(path), "--yes", cwd=project.folder, env=env).code == 0
    result = dashkit("diff", "--exit-code", cwd=project.folder, env=env)
    assert result.code == 0, result.out
    assert connection(each_sandbox).get("/api/dashboards/uid/mine").ok


def test_a_secret_can_be_given_later(archive: str, empty: RunningSandbox, tmp_path: Path, dashkit: Program) -> None:
    assert dashkit("restore", archive, "--yes", cwd=tmp_path, env=environment(empty)).code == 0
    assert get(empty, "/api/datasources/uid/bk-prom")["secureJsonFields"] == {}
    (tmp_path / "s.yaml").write_text(
        'datasources/bk-prom/httpHeaderValue1: "later"\ndatasources/bk-prom/httpHeadrValue1: "x"\n'
    )
    later = dashkit("restore", archive, "--secrets", "s.yaml", "--yes", cwd=tmp_path, env=environment(empty))
    assert later.code == 0, later.out + later.err
    assert "its secrets are set" in later.out
    assert "did you mean 'datasources/bk-prom/httpHeaderValue1'?" in later.err
    assert get(empty, "/api/datasources/uid/bk-prom")["secureJsonFields"] == {"httpHeaderValue1": True}


def test_one_dashboard_goes_into_the_folder_that_is_named(
    archive: str, filled: RunningSandbox, empty: RunningSandbox, tmp_path: Path, dashkit: Program
) -> None:
    if not filled.sandbox.flavour.modern:
        pytest.skip("10 has no nested folders, and --into-folder is refused there")
    command = ("restore", archive, "--only", "bk-one", "--kinds", "dashboards", "--into-folder", "Back", "--yes")
    result = dashkit(*command, cwd=tmp_path, env=environment(empty))
    assert result.code == 5, (
        result.out
    )  # its library panel lies in a folder that is not there, as do permissions of a team
    command = ("restore", archive, "--only", "bk-two", "--kinds", "dashboards", "--into-folder", "Back", "--yes")
    assert dashkit(*command, cwd=tmp_path, env=environment(empty)).code == 0
    assert get(empty, "/api/dashboards/uid/bk-two")["meta"]["folderTitle"] == "Back"


def test_a_server_that_goes_away_ends_the_restore(
    archive: str,
    filled: RunningSandbox,
    empty: RunningSandbox,
    tmp_path: Path,
    dashkit: Program,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("dashkit._http.connection.sleep", lambda seconds: None)
    empty.sandbox.faults.add(Fault(".*", method="POST", drop=True, times=10_000))
    empty.sandbox.faults.add(Fault(".*", method="PUT", drop=True, times=10_000))
    result = dashkit("restore", archive, "--yes", cwd=tmp_path, env=environment(empty))
    assert result.code == 4
    assert "not tried: none of the last three writes got an answer from Grafana" in result.out
    assert len([method for method, _ in empty.sandbox.requests if method == "POST"]) < 20


def test_a_datasource_that_another_stands_for_is_not_made(
    archive: str, empty: RunningSandbox, tmp_path: Path, dashkit: Program
) -> None:
    command = (
        "restore",
        archive,
        "--kinds",
        "datasources",
        "--map-datasource",
        "bk-prom=other",
        "--map-datasource",
        "nope=x",
        "--yes",
    )
    result = dashkit(*command, cwd=tmp_path, env=environment(empty))
    assert result.code == 0
    assert get(empty, "/api/datasources/uid/bk-prom") is None
    assert "the archive has no datasource 'nope'" in result.err
    assert "the server has no datasource 'other'" in result.err


def test_what_a_restore_began_is_forgotten_once_all_is_there(
    archive: str, filled: RunningSandbox, tmp_path: Path, dashkit: Program
) -> None:
    state = tmp_path / ".dashkit"
    env = environment(filled)
    with open_archive(Path(archive)) as opened:
        begun = progress_file(state, "environment", opened)
    state.mkdir(exist_ok=True)
    begun.write_text("folders/bk-team\n")
    assert dashkit("restore", archive, "--yes", cwd=tmp_path, env=env).code == 0
    assert not begun.exists()
    # From now on a change is somebody's own again.
    url = f"{filled.url}/api/folders/bk-team/permissions"
    requests.post(url, json={"items": []}, auth=AUTH, timeout=5).raise_for_status()
    assert dashkit("restore", archive, "--yes", cwd=tmp_path, env=env).code == 6
    begun.write_text("folders/bk-team\n")
    resumed = dashkit("restore", archive, "--yes", cwd=tmp_path, env=env)
    assert (resumed.code, "begun by an interrupted restore" in resumed.out) == (0, True)


def test_a_second_run_names_all_secrets_that_are_still_to_be_set(
    archive: str, empty: RunningSandbox, tmp_path: Path, dashkit: Program
) -> None:
    """The first may have been cut off before it could say so."""
    env = environment(empty)
    first = dashkit("restore", archive, "--yes", cwd=tmp_path, env=env)
    again = dashkit("restore", archive, "--yes", cwd=tmp_path, env=env)
    unset = [line for line in first.out.splitlines() if line.startswith("  datasources/")]
    assert "  datasources/bk-prom/httpHeaderValue1" in unset
    assert [line for line in again.out.splitlines() if line.startswith("  datasources/")] == unset
    data = json.loads(dashkit("restore", archive, "--yes", "--format", "json", cwd=tmp_path, env=env).out)
    lacking = {step["key"]: step["missing_secrets"] for step in data["steps"] if step["kind"] == "datasources"}
    assert lacking["bk-prom"] == ["httpHeaderValue1"]


def test_what_is_secret_in_json_data_is_in_no_archive_and_comes_back(
    filled: RunningSandbox, empty: RunningSandbox, tmp_path: Path, dashkit: Program
) -> None:
    """Grafana hides nothing there; people and plugins write such things into it all the same."""
    query, address = "max_source_resolution=5m&token=hush-1", "https://jo:hush-4@example.org/x"
    hidden = {
        "customQueryParameters": query, "httpHeaderValue1": "hush-2", "apiKeys": ["hush-5"], "oauth.token": "hush-6",
        "nested": {"apiKey": "hush-3", "list": [{"url": address}]}, "secretId": "hush-8",
        "headers": [{"name": "Authorization", "value": "hush-7"}],
    }  # fmt: skip
    plain = {
        "tokenUri": "https://id.example.org/token", "authenticationType": "jwt", "tlsAuth": False, "timeInterval": "5s",
        "tokenId": "7", "searchTokenSeparator": ",", "password": "",
    }  # fmt: skip
    path = "/api/datasources/uid/bk-loki"
    send(connection(filled), "PUT", path, {**get(filled, path), "jsonData": {**plain, **hidden}})
    assert dashkit("backup", "-q", "--kinds", "datasources", cwd=tmp_path, env=environment(filled)).code == 0
    archive = next((tmp_path / "backups").glob("*.zip"))
    with zipfile.ZipFile(archive) as members:
        assert b"hush" not in b"".join(members.read(name) for name in members.namelist())
    template = dashkit("restore", str(archive), "--secrets-template", cwd=tmp_path)
    names = [line.partition(": ")[0] for line in template.out.splitlines() if "jsonData" in line]
    values = {
        "apiKeys.0": "hush-5", "customQueryParameters": query, "headers.0.value": "hush-7", "httpHeaderValue1": "hush-2",
        "nested.apiKey": "hush-3", "nested.list.0.url": address, "oauth~1token": "hush-6", "secretId": "hush-8",
    }  # fmt: skip
    assert names == [f"datasources/bk-loki/jsonData.{place}" for place in values]
    env = environment(empty)
    assert dashkit("restore", str(archive), "--yes", cwd=tmp_path, env=env).code == 0
    bare = get(empty, path)["jsonData"]
    assert {name: bare[name] for name in plain} == plain
    assert bare["customQueryParameters"] == "max_source_resolution=5m&token="
    lines = [f'{name}: "{value}"' for name, value in zip(names, values.values(), strict=True)]
    (tmp_path / "s.yaml").write_text("\n".join(lines))
    (tmp_path / "s.yaml").chmod(0o600)
    command = ("restore", str(archive), "--on-conflict", "overwrite", "--yes")
    assert dashkit(*command, "--secrets", "s.yaml", cwd=tmp_path, env=env).code == 0
    full = get(empty, path)["jsonData"]
    assert full == {**plain, **hidden}
    # Without them, what is set stays.
    send(connection(empty), "PUT", path, {**get(empty, path), "jsonData": {**full, "timeInterval": "9s"}})
    again = dashkit(*command, cwd=tmp_path, env=env)
    assert again.code == 0, again.out
    assert get(empty, path)["jsonData"] == full
    # What is another by now is not mixed with what is in the archive.
    other = {**full, "customQueryParameters": "timeout=10&token=theirs"}
    send(connection(empty), "PUT", path, {**get(empty, path), "jsonData": other})
    refused = dashkit(*command, cwd=tmp_path, env=env)
    assert (refused.code, "the secret in its customQueryParameters is not known" in refused.out) == (4, True)
    assert get(empty, path)["jsonData"] == other


@pytest.mark.parametrize(("old", "new"), [("12.3", "12.4"), ("12.4", "12.3")])
def test_a_policy_tree_sends_to_what_the_new_server_calls_its_default(
    old: str, new: str, tmp_path: Path, dashkit: Program
) -> None:
    with (
        RunningSandbox(Sandbox(Store(), FLAVOURS[old])) as first,
        RunningSandbox(Sandbox(Store(), FLAVOURS[new])) as second,
    ):
        theirs, fresh = (get(one, f"{PROVISIONING}/policies")["receiver"] for one in (first, second))
        assert theirs != fresh
        route = {"receiver": theirs, "object_matchers": [["team", "=", "shop"]]}
        tree = {"receiver": theirs, "group_by": ["alertname"], "routes": [route]}
        send(connection(first), "PUT", f"{PROVISIONING}/policies", tree)
        assert dashkit("backup", "-q", "--kinds", "policies", cwd=tmp_path, env=environment(first)).code == 0
        archive = str(next((tmp_path / "backups").glob("*.zip")))
        result = dashkit("restore", archive, "--yes", cwd=tmp_path, env=environment(second))
        assert result.code == 0, result.out + result.err
        found = get(second, f"{PROVISIONING}/policies")
        assert {found["receiver"], found["routes"][0]["receiver"]} == {fresh}
        assert "already there." in dashkit("restore", archive, cwd=tmp_path, env=environment(second)).out
