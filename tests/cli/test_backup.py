"""`dashkit backup`, `archive` and `forget`, as an operator and cron use them."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import requests

from dashkit.model.kinds import KINDS
from dashkit.sandbox.app import RunningSandbox
from dashkit.sandbox.faults import Fault
from tests.conftest import Program, environment
from tests.support.archived import counts, shown
from tests.support.filled import SECRETS


def archives(folder: Path) -> list[Path]:
    return sorted((folder / "backups").glob("dashkit-*.zip"))


def test_a_backup_holds_everything_and_verifies(filled: RunningSandbox, tmp_path: Path, dashkit: Program) -> None:
    result = dashkit("backup", cwd=tmp_path, env=environment(filled))
    assert result.code == 0, result.err
    (path,) = archives(tmp_path)
    assert result.out.strip() == str(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    found = counts(shown(dashkit, tmp_path))
    modern = filled.sandbox.flavour.modern
    assert {kind for kind, number in found.items() if not number} == (set() if modern else {"public-dashboards"})
    assert found["dashboards"] == (4 if modern else 3)
    result = dashkit("archive", "verify", "latest", cwd=tmp_path)
    assert (result.code, "is intact" in result.err) == (0, True)


def test_no_secret_is_in_an_archive_or_in_what_is_said(
    filled: RunningSandbox, tmp_path: Path, dashkit: Program
) -> None:
    result = dashkit("backup", "-vv", cwd=tmp_path, env=environment(filled))
    tree = dashkit("backup", "--format", "tree", "-o", "tree", cwd=tmp_path, env=environment(filled))
    texts = [result.out, result.err, tree.out, tree.err, *(p.read_text() for p in (tmp_path / "tree").rglob("*.json"))]
    assert len(texts) > 30
    assert [secret for secret in (*SECRETS, "first-one") for text in texts if secret in text] == []


def test_quiet_says_nothing_on_success(server: RunningSandbox, tmp_path: Path, dashkit: Program) -> None:
    result = dashkit("backup", "-q", cwd=tmp_path, env=environment(server))
    assert (result.code, result.out, result.err) == (0, "", "")


def test_a_backup_goes_through_a_pipe(server: RunningSandbox, tmp_path: Path) -> None:
    env = {**os.environ, **environment(server)}
    done = subprocess.run(
        [sys.executable, "-m", "dashkit", "backup", "-o", "-"], cwd=tmp_path, env=env, capture_output=True, check=True
    )
    path = tmp_path / "piped.zip"
    path.write_bytes(done.stdout)
    verified = subprocess.run(
        [sys.executable, "-m", "dashkit", "archive", "verify", str(path)], cwd=tmp_path, env=env, capture_output=True
    )
    assert verified.returncode == 0, verified.stderr


def test_a_tree_is_the_same_when_nothing_changed(server: RunningSandbox, tmp_path: Path, dashkit: Program) -> None:
    def state() -> dict[str, bytes]:
        return {
            str(path): path.read_bytes()
            for path in (tmp_path / "tree").rglob("*")
            if path.is_file() and not path.name.startswith(".")
        }

    command = ("backup", "--format", "tree", "--output", "tree")
    assert dashkit(*command, cwd=tmp_path, env=environment(server)).code == 0
    before = state()
    assert dashkit(*command, cwd=tmp_path, env=environment(server)).code == 0
    assert state() == before
    requests.delete(f"{server.url}/api/dashboards/uid/bk-two", auth=("admin", "admin"), timeout=5).raise_for_status()
    assert dashkit(*command, cwd=tmp_path, env=environment(server)).code == 0
    gone = {Path(name).relative_to(tmp_path).as_posix() for name in before.keys() - state().keys()}
    assert gone == {"tree/org-1/dashboards/bk-two.json", "tree/org-1/dashboard-permissions/bk-two.json"}
    assert dashkit("archive", "verify", "tree", cwd=tmp_path).code == 0


def test_kinds_and_exclude_choose(server: RunningSandbox, tmp_path: Path, dashkit: Program) -> None:
    assert dashkit("backup", "--kinds", "dashboards,folders", cwd=tmp_path, env=environment(server)).code == 0
    assert set(counts(shown(dashkit, tmp_path))) == {"dashboards", "folders"}
    assert dashkit("backup", "--exclude", "users", "-o", "other", cwd=tmp_path, env=environment(server)).code == 0
    (other,) = (tmp_path / "other").glob("dashkit-*.zip")
    found = counts(shown(dashkit, tmp_path, str(other)))
    assert "users" not in found
    assert "dashboards" in found
    wrong = dashkit("backup", "--kinds", "dashbords", cwd=tmp_path, env=environment(server))
    assert (wrong.code, "did you mean 'dashboards'?" in wrong.err) == (2, True)


def test_all_organisations_go_into_one_archive(filled: RunningSandbox, tmp_path: Path, dashkit: Program) -> None:
    requests.post(
        f"{filled.url}/api/folders", json={"uid": "theirs", "title": "Theirs"}, auth=("admin", "admin"),
        headers={"X-Grafana-Org-Id": "2"}, timeout=5,
    ).raise_for_status()  # fmt: skip
    assert dashkit("backup", "--all-orgs", cwd=tmp_path, env=environment(filled)).code == 0
    data = shown(dashkit, tmp_path)
    assert [entry["name"] for entry in data["organisations"]] == ["Main Org.", "bk-second"]
    assert "org-2/folders/theirs.json" in {entry["path"] for entry in data["objects"]}
    # What belongs to the server is there once.
    assert len([entry for entry in data["objects"] if entry["key"] == "admin"]) == 1


def token(running: RunningSandbox, role: str) -> dict[str, str]:
    store = running.sandbox.store
    _, key = store.add_token(store.add_account(f"robot-{role}", role, disabled=False, uid=role), f"t-{role}")
    return {"DASHKIT_URL": running.url, "DASHKIT_TOKEN": key}


def test_an_admin_token_is_enough_but_for_the_servers_own(
    filled: RunningSandbox, tmp_path: Path, dashkit: Program
) -> None:
    result = dashkit("backup", cwd=tmp_path, env=token(filled, "Admin"))
    assert result.code == 0, result.err
    assert "skipped users: out of reach" in result.err
    refused = dashkit("backup", "--kinds", "users", "-o", "other", cwd=tmp_path, env=token(filled, "Admin"))
    assert refused.code == 4
    assert [path.name for path in (tmp_path / "other").iterdir()] == [".dashkit.lock"]


def test_a_lesser_token_makes_an_archive_that_says_it_is_not_complete(
    filled: RunningSandbox, tmp_path: Path, dashkit: Program
) -> None:
    result = dashkit("backup", cwd=tmp_path, env=token(filled, "Viewer"))
    assert result.code == 5
    assert "dashboards: this credential sees only what is shared with it" in result.err
    assert not shown(dashkit, tmp_path)["complete"]
    verified = dashkit("archive", "verify", "latest", cwd=tmp_path)
    assert verified.code == 1
    assert "not read in full" in verified.out


def test_a_wrong_token_leaves_no_archive(filled: RunningSandbox, tmp_path: Path, dashkit: Program) -> None:
    env = {"DASHKIT_URL": filled.url, "DASHKIT_TOKEN": "glsa_wrong"}
    result = dashkit("backup", cwd=tmp_path, env=env)
    assert result.code == 4
    assert archives(tmp_path) == []
    assert "glsa_wrong" not in result.out + result.err


@pytest.mark.parametrize(
    "fault", [Fault("/api/annotations", status=500), Fault("/api/annotations", drop=True, times=9)]
)
def test_one_kind_that_fails_leaves_the_others_and_is_said(
    server: RunningSandbox, tmp_path: Path, dashkit: Program, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashkit._http.connection.sleep", lambda seconds: None)
    fault.times = 9
    server.sandbox.faults.add(fault)
    result = dashkit("backup", "--metrics-file", "m.prom", cwd=tmp_path, env=environment(server))
    assert result.code == 5
    assert "annotations:" in result.err
    assert "the archive is incomplete: 1 kind" in result.err
    data = shown(dashkit, tmp_path)
    assert [entry["kind"] for entry in data["kinds"] if entry["failure"]] == ["annotations"]
    assert counts(data)["dashboards"] == 3
    assert 'dashkit_backup_failures{context="environment"} 1' in (tmp_path / "m.prom").read_text()


@pytest.mark.parametrize(
    "fault",
    [
        Fault("/api/.*", status=429, headers={"Retry-After": "0"}),
        Fault("/api/.*", status=503),
        Fault("/api/.*", drop=True),
        Fault("/apis/.*/dashboards", status=502, body="<html>bad gateway</html>"),
    ],
    ids=["throttled", "unavailable", "cut", "proxy"],
)
def test_a_passing_fault_is_survived(
    server: RunningSandbox, tmp_path: Path, dashkit: Program, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashkit._http.connection.sleep", lambda seconds: None)
    assert dashkit("backup", "-q", cwd=tmp_path, env=environment(server)).code == 0
    whole = counts(shown(dashkit, tmp_path))
    for path in archives(tmp_path):
        path.unlink()
    fault.times = 2
    server.sandbox.faults.add(fault)
    assert dashkit("backup", "-q", cwd=tmp_path, env=environment(server)).code == 0
    assert counts(shown(dashkit, tmp_path)) == whole


def test_half_a_list_is_never_taken_for_the_whole(server: RunningSandbox, tmp_path: Path, dashkit: Program) -> None:
    """A proxy's page, or a list that lacks what the server counts."""
    listing = "/apis/dashboard.grafana.app/v0alpha1/namespaces/default/dashboards"
    for body in ("<html>log in</html>", {"items": [], "metadata": {}}, {"items": [], "metadata": {"continue": ""}}):
        server.sandbox.faults.add(Fault(listing, status=200, body=body))
        result = dashkit("backup", "--kinds", "dashboards,folders", cwd=tmp_path, env=environment(server))
        assert result.code == 5, body
        for path in archives(tmp_path):
            path.unlink()


def test_history_and_since(server: RunningSandbox, tmp_path: Path, dashkit: Program) -> None:
    assert dashkit("backup", "--history", "2", "--since", "2026-01-01", cwd=tmp_path, env=environment(server)).code == 0
    found = counts(shown(dashkit, tmp_path))
    assert found["dashboard-versions"] == 3
    assert found["annotations"] == 0
    assert dashkit("backup", "--since", "yesterday", cwd=tmp_path, env=environment(server)).code == 2
    assert dashkit("backup", "--kinds", "dashboard-versions", cwd=tmp_path, env=environment(server)).code == 2


def test_alert_made_annotations_are_left_out_and_many_are_paged(
    sandbox: RunningSandbox, tmp_path: Path, dashkit: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashkit.grafana.kinds.annotations._PAGE", 10)
    store = sandbox.sandbox.store
    base: dict[str, Any] = {"tags": [], "data": {}, "dashboardUID": ""}
    for number in range(60):
        # Long regions reach over many pages, and a dozen share one moment.
        start = 1700000000000 + (number // 15) * 1000
        store.add_annotation({**base, "text": f"n{number}", "time": start - (number % 7) * 5000, "timeEnd": start})
    store.add_annotation({**base, "text": "alert", "time": 1, "timeEnd": 2, "alertId": 5})
    assert dashkit("backup", "--kinds", "annotations", cwd=tmp_path, env=environment(sandbox)).code == 0
    data = shown(dashkit, tmp_path)
    assert sorted(entry["name"] for entry in data["objects"]) == sorted(f"n{number}" for number in range(60))


def test_two_at_once_are_refused(server: RunningSandbox, tmp_path: Path, dashkit: Program) -> None:
    from filelock import FileLock

    (tmp_path / "backups").mkdir()
    with FileLock(tmp_path / "backups" / ".dashkit.lock"):
        result = dashkit("backup", cwd=tmp_path, env=environment(server))
    assert (result.code, "another backup is in progress" in result.err) == (6, True)
    assert dashkit("backup", cwd=tmp_path, env=environment(server)).code == 0


def test_a_full_disk_leaves_no_archive(server: RunningSandbox, tmp_path: Path) -> None:
    """A real one: a limit on the size of files stands for the disk."""
    code = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096));"
        "from dashkit.cli.main import run; sys.exit(run(['backup', '-q']))"
    )
    # Else the limit would cut off the bytecode of modules, too.
    env = {**os.environ, **environment(server), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=env, capture_output=True, text=True)
    assert done.returncode == 3, done.stderr
    assert "File too large" in done.stderr
    assert [path.name for path in (tmp_path / "backups").iterdir()] == [".dashkit.lock"]


def test_a_directory_that_cannot_be_written_is_said(server: RunningSandbox, tmp_path: Path, dashkit: Program) -> None:
    (tmp_path / "backups").write_text("a file")
    result = dashkit("backup", cwd=tmp_path, env=environment(server))
    assert result.code == 3
    assert "backups" in result.err


def test_metrics_tell_how_it_went(server: RunningSandbox, tmp_path: Path, dashkit: Program) -> None:
    assert dashkit("backup", "-q", "--metrics-file", "m.prom", cwd=tmp_path, env=environment(server)).code == 0
    good = (tmp_path / "m.prom").read_text()
    assert 'dashkit_backup_objects{context="environment",kind="dashboards"} 3' in good
    success = next(line for line in good.splitlines() if line.startswith("dashkit_backup_last_success"))
    bad = dashkit(
        "backup", "--metrics-file", "m.prom", cwd=tmp_path, env={**environment(server), "DASHKIT_PASSWORD": "wrong"}
    )
    assert bad.code == 4
    text = (tmp_path / "m.prom").read_text()
    assert success in text
    assert 'dashkit_backup_failures{context="environment"} 1' in text


def test_metrics_tell_that_a_token_is_not_set(tmp_path: Path, dashkit: Program) -> None:
    (tmp_path / "dashkit.yaml").write_text("contexts: {prod: {url: http://127.0.0.1:1, token_env: NOT_SET}}\n")
    result = dashkit("backup", "-q", "-c", "prod", "--metrics-file", "m.prom", cwd=tmp_path)
    assert result.code == 2
    assert 'dashkit_backup_failures{context="prod"} 1' in (tmp_path / "m.prom").read_text()


def test_the_metrics_are_ones_that_prometheus_reads(server: RunningSandbox, tmp_path: Path, dashkit: Program) -> None:
    from prometheus_client.parser import text_string_to_metric_families

    assert dashkit("backup", "-q", "--metrics-file", "m.prom", cwd=tmp_path, env=environment(server)).code == 0
    families = {family.name: family for family in text_string_to_metric_families((tmp_path / "m.prom").read_text())}
    assert families["dashkit_backup_size_bytes"].samples[0].value == archives(tmp_path)[0].stat().st_size


def test_forget_keeps_by_the_policy_and_tells_why(server: RunningSandbox, tmp_path: Path, dashkit: Program) -> None:
    folder = tmp_path / "backups"
    assert dashkit("backup", "-q", cwd=tmp_path, env=environment(server)).code == 0
    (path,) = archives(tmp_path)
    for day in range(1, 6):
        (folder / f"dashkit-environment-2026110{day}T030000Z.zip").write_bytes(path.read_bytes())
    (folder / "notes.txt").write_text("mine")
    dry = dashkit("forget", "--keep-last", "2", "--dry-run", "--format", "json", cwd=tmp_path)
    assert [entry["keep"] for entry in json.loads(dry.out)] == [True, True, False, False, False, False]
    assert len(archives(tmp_path)) == 6
    result = dashkit("forget", "--keep-last", "2", cwd=tmp_path)
    assert result.code == 0
    assert "keep   " + path.name in result.out
    assert len(archives(tmp_path)) == 2
    assert (folder / "notes.txt").exists()


def test_forget_never_removes_the_last_whole_one(server: RunningSandbox, tmp_path: Path, dashkit: Program) -> None:
    folder = tmp_path / "backups"
    assert dashkit("backup", "-q", cwd=tmp_path, env=environment(server)).code == 0
    (path,) = archives(tmp_path)
    whole = folder / "dashkit-environment-20260101T030000Z.zip"
    path.rename(whole)
    for day in (1, 2):
        (folder / f"dashkit-environment-2026110{day}T030000Z.zip").write_bytes(whole.read_bytes()[:-10])
    result = dashkit("forget", "--keep-last", "1", cwd=tmp_path)
    assert result.code == 0
    assert "20261102T030000Z.zip: there is no seal" in result.err
    assert [entry.name for entry in archives(tmp_path)] == [whole.name, "dashkit-environment-20261102T030000Z.zip"]
    whole.unlink()
    (folder / "dashkit-environment-20261101T030000Z.zip").write_bytes(b"broken")
    refused = dashkit("forget", "--keep-last", "1", cwd=tmp_path)
    assert refused.code == 6
    assert len(archives(tmp_path)) == 2


def test_forget_refuses_an_empty_policy(tmp_path: Path, dashkit: Program) -> None:
    result = dashkit("forget", cwd=tmp_path)
    assert result.code == 2
    assert "--keep-last 7" in result.err
    assert dashkit("forget", "--keep-within", "soon", cwd=tmp_path).code == 2


def test_backup_and_forget_in_one_go(server: RunningSandbox, tmp_path: Path, dashkit: Program) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    for name in ("dashkit-environment-20250101T000000Z.zip", "dashkit-other-20250101T000000Z.zip"):
        (folder / name).write_bytes(b"old")
    result = dashkit("backup", "-q", "--forget", "--keep-last", "1", cwd=tmp_path, env=environment(server))
    assert result.code == 0
    names = [path.name for path in archives(tmp_path)]
    assert "dashkit-environment-20250101T000000Z.zip" not in names
    # Another context's is not touched.
    assert "dashkit-other-20250101T000000Z.zip" in names
    assert dashkit("backup", "--forget", cwd=tmp_path, env=environment(server)).code == 2
    assert dashkit("backup", "--keep-last", "1", cwd=tmp_path, env=environment(server)).code == 2


def test_list_shows_age_and_size(server: RunningSandbox, tmp_path: Path, dashkit: Program) -> None:
    assert "no archives" in dashkit("archive", "list", cwd=tmp_path).err
    assert dashkit("backup", "-q", cwd=tmp_path, env=environment(server)).code == 0
    listed = dashkit("archive", "list", cwd=tmp_path)
    assert archives(tmp_path)[0].name in listed.out
    assert "just now" in listed.out
    data = json.loads(dashkit("archive", "list", "--format", "json", cwd=tmp_path).out)
    assert data[0]["context"] == "environment"


def test_diff_tells_what_changed_since(filled: RunningSandbox, tmp_path: Path, dashkit: Program) -> None:
    env = environment(filled)
    assert dashkit("backup", "-q", cwd=tmp_path, env=env).code == 0
    same = dashkit("archive", "diff", "latest", "--exit-code", cwd=tmp_path, env=env)
    assert (same.code, same.out) == (0, "No differences.\n")
    old = archives(tmp_path)[0].rename(tmp_path / "old.zip")
    auth = ("admin", "admin")
    stored = requests.get(f"{filled.url}/api/dashboards/uid/bk-two", auth=auth, timeout=5).json()["dashboard"]
    requests.post(
        f"{filled.url}/api/dashboards/db", json={"dashboard": {**stored, "title": "Zwei"}}, auth=auth, timeout=5
    ).raise_for_status()
    requests.delete(f"{filled.url}/api/dashboards/uid/BK-two", auth=auth, timeout=5).raise_for_status()
    live = dashkit("archive", "diff", str(old), "--kinds", "dashboards", "--exit-code", cwd=tmp_path, env=env)
    assert live.code == 1
    assert "- gone dashboard BK-two 'Twin'" in live.out
    assert "~ changed dashboard bk-two 'Zwei'" in live.out
    assert "setting title 'Two' -> 'Zwei'" in live.out
    assert dashkit("backup", "-q", cwd=tmp_path, env=env).code == 0
    two = dashkit("archive", "diff", str(old), "latest", "--format", "json", cwd=tmp_path)
    found = {(entry["change"], entry["kind"], entry["key"]) for entry in json.loads(two.out)}
    assert found == {
        ("gone", "dashboards", "BK-two"), ("gone", "dashboard-permissions", "BK-two"), ("changed", "dashboards", "bk-two"),
    }  # fmt: skip


def test_extract_writes_members_or_plain_dashboards(filled: RunningSandbox, tmp_path: Path, dashkit: Program) -> None:
    assert dashkit("backup", "-q", cwd=tmp_path, env=environment(filled)).code == 0
    one = dashkit("archive", "extract", "latest", "--only", "bk-one", "--spec", "-o", "-", cwd=tmp_path)
    document = json.loads(one.out)
    assert (document["uid"], document["title"]) == ("bk-one", "One")
    assert dashkit("archive", "extract", "latest", "-o", "all", cwd=tmp_path).code == 0
    files = [path.relative_to(tmp_path / "all").as_posix() for path in (tmp_path / "all").rglob("*.json")]
    assert "org-1/dashboards/bk-one.json" in files
    assert len(files) == len(shown(dashkit, tmp_path)["objects"])
    assert (
        dashkit("archive", "extract", "latest", "--only", "Team", "--only", "bk-two", "-o", "some", cwd=tmp_path).code
        == 0
    )
    some = [path.relative_to(tmp_path / "some").as_posix() for path in (tmp_path / "some").rglob("*.json")]
    assert {"org-1/folders/bk-team.json", "org-1/dashboards/bk-one.json", "org-1/dashboards/bk-two.json"} <= set(some)
    assert "org-1/dashboard-permissions/bk-one.json" in some
    assert not [name for name in some if "datasources" in name]
    assert dashkit("archive", "extract", "latest", "--only", "nothing", "-o", "x", cwd=tmp_path).code == 3
    assert dashkit("archive", "extract", "latest", "-o", "-", cwd=tmp_path).code == 3


def test_a_hostile_title_does_not_reach_the_terminal(sandbox: RunningSandbox, tmp_path: Path, dashkit: Program) -> None:
    evil = "\x1b]0;owned\x07\x1b[2J"
    auth = ("admin", "admin")
    spec = {"uid": "evil", "title": f"{evil}title", "panels": [], "tags": [evil]}
    requests.post(f"{sandbox.url}/api/dashboards/db", json={"dashboard": spec}, auth=auth, timeout=5).raise_for_status()
    body = {"name": f"{evil}team"}
    requests.post(f"{sandbox.url}/api/teams", json=body, auth=auth, timeout=5).raise_for_status()
    env = environment(sandbox)
    said = []
    for command in (
        ["backup"], ["archive", "show", "latest", "-v"], ["archive", "verify", "latest"],
        ["restore", "latest", "--dry-run", "-v"], ["archive", "extract", "latest", "-o", "out"],
    ):  # fmt: skip
        result = dashkit(*command, cwd=tmp_path, env=env)
        assert result.code == 0, result.err
        said.append(result.out + result.err)
    requests.delete(f"{sandbox.url}/api/dashboards/uid/evil", auth=auth, timeout=5).raise_for_status()
    said.append(dashkit("archive", "diff", "latest", cwd=tmp_path, env=env).out)
    said.append(dashkit("restore", "latest", "--yes", cwd=tmp_path, env=env).out)
    assert "\x1b" not in "".join(said)
    assert "owned" in "".join(said)
    assert all(name.isprintable() for path in (tmp_path / "out").rglob("*") for name in [path.name])


def test_a_context_says_where_its_archives_are(server: RunningSandbox, tmp_path: Path, dashkit: Program) -> None:
    (tmp_path / "dashkit.yaml").write_text(
        f"contexts:\n  here:\n    url: {server.url}\n    user: admin\n    password_env: P\n    backups: safe/place\n"
    )
    assert dashkit("backup", "-q", "-c", "here", cwd=tmp_path, env={"P": "admin"}).code == 0
    (path,) = (tmp_path / "safe" / "place").glob("dashkit-here-*.zip")
    assert dashkit("archive", "verify", "latest", "-c", "here", cwd=tmp_path).code == 0
    assert dashkit("archive", "verify", path.name, "-c", "here", cwd=tmp_path).code == 0


def test_a_url_with_credentials_is_refused(server: RunningSandbox, tmp_path: Path, dashkit: Program) -> None:
    result = dashkit("backup", "-o", "s3://key:hidden@bucket/x", cwd=tmp_path, env=environment(server))
    assert result.code == 2
    assert "hidden" not in result.err


def test_the_help_names_every_kind(dashkit: Program) -> None:
    text = dashkit("backup", "--help").out
    assert [kind.name for kind in KINDS if kind.name not in text] == []


def test_names_say_what_is_whole_and_the_newest_is_a_whole_one(
    server: RunningSandbox, tmp_path: Path, dashkit: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashkit._http.connection.sleep", lambda seconds: None)
    env = environment(server)
    assert dashkit("backup", "-q", cwd=tmp_path, env=env).code == 0
    whole = archives(tmp_path)[0].name
    assert dashkit("backup", "-q", "--kinds", "dashboards", cwd=tmp_path, env=env).code == 0
    server.sandbox.faults.add(Fault("/api/annotations", status=500, times=9))
    assert dashkit("backup", "-q", cwd=tmp_path, env=env).code == 5
    names = [path.name for path in archives(tmp_path)]
    assert [name.rpartition("Z")[2] for name in names] == [".zip", "-part.zip", "-incomplete.zip"]
    listed = dashkit("archive", "list", cwd=tmp_path).out
    assert "  incomplete" in listed
    data = json.loads(dashkit("archive", "list", "--format", "json", cwd=tmp_path).out)
    assert [entry["state"] for entry in data] == ["incomplete", "part", "whole"]
    assert shown(dashkit, tmp_path)["complete"]
    warned = dashkit("archive", "diff", names[2], whole, cwd=tmp_path)
    assert "not compared: annotations" in warned.err
    # Neither takes the place of the whole one.
    kept = dashkit("forget", "--keep-last", "1", "--format", "json", cwd=tmp_path)
    assert {entry["name"]: entry["keep"] for entry in json.loads(kept.out)} == dict.fromkeys(names, True)
    # One of the future is no younger one; and it is not the newest.
    future = "dashkit-environment-20991231T000000Z.zip"
    shutil.copy(tmp_path / "backups" / whole, tmp_path / "backups" / future)
    told = dashkit("forget", "--keep-last", "1", cwd=tmp_path)
    assert f"{future} is dated in the future" in told.err
    assert "dated in the future" in dashkit("archive", "list", cwd=tmp_path).out
    assert [path.name for path in archives(tmp_path)] == [*names, future]
    (tmp_path / "backups" / names[2]).rename(
        tmp_path / "backups" / "dashkit-environment-20251231T000000Z-incomplete.zip"
    )
    assert dashkit("forget", "--keep-last", "1", cwd=tmp_path).code == 0
    assert [path.name for path in archives(tmp_path)] == [*names[:2], future]


def test_a_first_tree_that_was_cut_off_can_be_written_again(
    server: RunningSandbox, tmp_path: Path, dashkit: Program
) -> None:
    (tmp_path / "tree" / "org-1" / "folders").mkdir(parents=True)
    (tmp_path / "tree" / "org-1" / "folders" / "left.json").write_text("{")
    assert dashkit("backup", "--format", "tree", "-o", "tree", cwd=tmp_path, env=environment(server)).code == 0
    assert not (tmp_path / "tree" / "org-1" / "folders" / "left.json").exists()
    assert dashkit("archive", "verify", "tree", cwd=tmp_path).code == 0


def test_a_run_that_is_ended_leaves_nothing(server: RunningSandbox, tmp_path: Path) -> None:
    server.sandbox.faults.add(Fault("/api/datasources", latency=20))
    env = {**os.environ, **environment(server)}
    process = subprocess.Popen(
        [sys.executable, "-m", "dashkit", "backup"], cwd=tmp_path, env=env, stderr=subprocess.PIPE
    )
    deadline = time.monotonic() + 15
    while ("GET", "/api/datasources") not in server.sandbox.requests and time.monotonic() < deadline:
        time.sleep(0.05)
    process.terminate()
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert b"interrupted" in said
    assert [path.name for path in (tmp_path / "backups").iterdir()] == [".dashkit.lock"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("archive", "verify", "nofile.zip"), 3), (("archive", "verify", "latest:nowhere"), 3),
        (("archive", "list", "--archives", "typo"), 3), (("forget", "--archives", "typo", "--keep-last", "1"), 3),
        (("backup", "-o", "x.zip"), 2), (("backup", "--metrics-file", "typo/x.prom"), 2),
    ],
)  # fmt: skip
def test_a_name_of_nothing_is_told(
    server: RunningSandbox, tmp_path: Path, dashkit: Program, arguments: tuple[str, ...], code: int
) -> None:
    result = dashkit(*arguments, cwd=tmp_path, env=environment(server))
    assert result.code == code, result.out + result.err
    assert not list(tmp_path.glob("*.zip"))


def test_a_directory_of_archives_is_no_archive(server: RunningSandbox, tmp_path: Path, dashkit: Program) -> None:
    assert dashkit("backup", "-q", cwd=tmp_path, env=environment(server)).code == 0
    result = dashkit("archive", "verify", "backups", cwd=tmp_path)
    assert (result.code, f"backups/{archives(tmp_path)[0].name}" in result.err) == (3, True)
