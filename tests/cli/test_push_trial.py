"""``dashkit push --trial`` and ``dashkit forget --trials``: what changed, beside what is there, for a while."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from dashkit.sandbox.app import RunningSandbox
from tests.conftest import Program, Project, environment

ADMIN = ("admin", "admin")
LINKED = """\
uid, title = '{uid}', '{title}'
link = {{'title': 'to', 'type': 'link', 'url': '/d/{to}'}}
dashboard = {{'uid': uid, 'title': title, 'links': [link], 'panels': [{{'type': 'text', 'title': '{panel}', 'options': {{'content': 'x'}}}}]}}
"""


@pytest.fixture
def pushed(project: Project, sandbox: RunningSandbox, dashkit: Program, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Two dashboards that link to each other, pushed; then one is changed and one is new."""
    for name, value in (("URL", sandbox.url), ("USER", "admin"), ("PASSWORD", "admin"), ("UID_PREFIX", "st-")):
        monkeypatch.setenv(f"DASHKIT_{name}", value)
    write(project, "one", "two")
    write(project, "two", "one")
    assert dashkit("push", cwd=project.folder).code == 0
    write(project, "one", "three", panel="Changed")
    write(project, "three", "two")
    return project


def write(project: Project, uid: str, to: str, panel: str = "Text") -> None:
    project.write(f"dashboards/ops/{uid}.py", LINKED.format(uid=uid, title=uid.title(), to=to, panel=panel))


def api(running: RunningSandbox, path: str, method: str = "GET", **body: Any) -> Any:
    answer = requests.request(method, running.url + path, json=body or None, auth=ADMIN, timeout=10)
    return answer.json() if answer.ok else answer.status_code


def on_trial(running: RunningSandbox) -> dict[str, Any]:
    hits = api(running, "/api/search?type=dash-db")
    return {hit["uid"]: hit for hit in hits if any(tag.startswith("dashkit-trial:") for tag in hit["tags"])}


def test_a_trial_has_what_changed_in_a_folder_of_its_own(
    pushed: Project, sandbox: RunningSandbox, dashkit: Program
) -> None:
    before = api(sandbox, "/api/dashboards/uid/st-one")
    result = dashkit("push", "--trial", "pr-7", "--ttl", "2d", "--format", "json", cwd=pushed.folder)
    assert result.code == 0, result.err
    said = json.loads(result.out)
    assert [(row["source_uid"], row["change"]) for row in said["dashboards"]] == [("one", "changed"), ("three", "new")]
    left = datetime.fromisoformat(said["expires"]) - datetime.now(UTC)
    assert timedelta(days=1, hours=23) < left <= timedelta(days=2)
    hits = on_trial(sandbox)
    assert set(hits) == {"pr-7-st-one", "pr-7-st-three"}
    assert {hit["folderTitle"] for hit in hits.values()} == {"Trial pr-7"}
    assert all(not any(tag.startswith("dashkit:") for tag in hit["tags"]) for hit in hits.values())
    assert api(sandbox, "/api/dashboards/uid/st-one") == before
    assert said["dashboards"][0]["address"] == f"{sandbox.url}/d/pr-7-st-one"


def test_links_lead_to_what_is_on_trial_and_else_to_what_is_there(
    pushed: Project, sandbox: RunningSandbox, dashkit: Program
) -> None:
    dashkit("push", "--trial", "pr-7", cwd=pushed.folder)
    links = {
        uid: api(sandbox, f"/api/dashboards/uid/{uid}")["dashboard"]["links"][0]["url"] for uid in on_trial(sandbox)
    }
    assert links == {"pr-7-st-one": "/d/pr-7-st-three", "pr-7-st-three": "/d/st-two"}


def test_a_push_with_prune_leaves_a_trial_alone(pushed: Project, sandbox: RunningSandbox, dashkit: Program) -> None:
    dashkit("push", "--trial", "pr-7", cwd=pushed.folder)
    assert dashkit("push", "--prune", "--yes", cwd=pushed.folder).code == 0
    assert len(on_trial(sandbox)) == 2


def test_a_second_push_moves_the_end_and_drops_what_no_longer_changes(
    pushed: Project, sandbox: RunningSandbox, dashkit: Program
) -> None:
    dashkit("push", "--trial", "pr-7", "--ttl", "1h", cwd=pushed.folder)
    (pushed.folder / "dashboards/ops/three.py").unlink()
    write(pushed, "one", "two", panel="Changed")
    result = dashkit("push", "--trial", "pr-7", "--ttl", "9d", "--format", "markdown", cwd=pushed.folder)
    assert result.code == 0, result.err
    assert set(on_trial(sandbox)) == {"pr-7-st-one"}
    assert result.out.startswith("<!-- dashkit trial pr-7 -->\n### Trial pr-7: 1 dashboard to look at")
    assert f"| [One]({sandbox.url}/d/pr-7-st-one) | changed |" in result.out
    listed = json.loads(dashkit("forget", "--trials", "--dry-run", "--format", "json", cwd=pushed.folder).out)
    (trial,) = listed["trials"]
    assert datetime.fromisoformat(trial["expires"]) > datetime.now(UTC) + timedelta(days=8)
    assert not trial["over"]


def test_a_trial_of_nothing_says_so(pushed: Project, sandbox: RunningSandbox, dashkit: Program) -> None:
    dashkit("push", cwd=pushed.folder)
    result = dashkit("push", "--trial", "pr-7", cwd=pushed.folder)
    assert result.code == 0
    assert "a push would change nothing" in result.out
    assert api(sandbox, "/api/search?query=Trial") == []


def expired(project: Project, running: RunningSandbox, dashkit: Program) -> None:
    """A trial that ended in the past: its messages are written as it would have written them then."""
    assert dashkit("push", "--trial", "pr-7", cwd=project.folder).code == 0
    for uid in on_trial(running):
        stored = api(running, f"/api/dashboards/uid/{uid}")
        message = f"dashkit v1 uid={uid} sha256={'0' * 16} expires=20200101T000000Z"
        body = {"dashboard": stored["dashboard"], "folderUid": stored["meta"]["folderUid"], "message": message}
        assert isinstance(api(running, "/api/dashboards/db", "POST", **body), dict)


def test_what_has_expired_is_deleted_with_its_folder(
    pushed: Project, sandbox: RunningSandbox, dashkit: Program
) -> None:
    expired(pushed, sandbox, dashkit)
    assert len(on_trial(sandbox)) == 2
    result = dashkit("forget", "--trials", cwd=pushed.folder)
    assert result.code == 0, result.err
    assert "2 dashboards and 1 folder deleted" in result.err
    assert on_trial(sandbox) == {}
    assert [folder["title"] for folder in api(sandbox, "/api/folders")] == ["Ops"]


def test_what_has_not_expired_stays_until_it_is_named(
    pushed: Project, sandbox: RunningSandbox, dashkit: Program
) -> None:
    dashkit("push", "--trial", "pr-7", cwd=pushed.folder)
    assert dashkit("forget", "--trials", cwd=pushed.folder).code == 0
    assert len(on_trial(sandbox)) == 2
    assert dashkit("forget", "--trial", "other", cwd=pushed.folder).code == 2
    assert dashkit("forget", "--trial", "pr-7", cwd=pushed.folder).code == 0
    assert on_trial(sandbox) == {}


def test_a_folder_with_something_of_somebody_else_stays(
    pushed: Project, sandbox: RunningSandbox, dashkit: Program
) -> None:
    expired(pushed, sandbox, dashkit)
    uid = next(iter(on_trial(sandbox)))
    stored = api(sandbox, f"/api/dashboards/uid/{uid}")
    copy = {**stored["dashboard"], "uid": "mine", "id": None, "title": "My copy", "version": 0}
    api(sandbox, "/api/dashboards/db", "POST", dashboard=copy, folderUid=stored["meta"]["folderUid"])
    result = dashkit("forget", "--trials", cwd=pushed.folder)
    assert result.code == 0, result.err
    assert "folder 'Trial pr-7' stays: My copy is in it" in result.err
    assert "mine is a copy that somebody made: left alone" in result.out
    assert set(on_trial(sandbox)) == {"mine"}
    assert api(sandbox, "/api/dashboards/uid/mine")["meta"]["folderTitle"] == "Trial pr-7"


def test_a_dashboard_that_somebody_moved_to_another_folder_is_kept(
    pushed: Project, sandbox: RunningSandbox, dashkit: Program
) -> None:
    expired(pushed, sandbox, dashkit)
    (ops,) = (folder["uid"] for folder in api(sandbox, "/api/folders") if folder["title"] == "Ops")
    board = api(sandbox, "/api/dashboards/uid/pr-7-st-one")["dashboard"]
    api(sandbox, "/api/dashboards/db", "POST", dashboard=board, folderUid=ops)
    result = dashkit("forget", "--trials", cwd=pushed.folder)
    assert result.code == 0, result.err
    assert "pr-7-st-one was moved out of the trial's folder: left alone" in result.out
    assert set(on_trial(sandbox)) == {"pr-7-st-one"}


def test_an_end_that_is_no_time_is_none(pushed: Project, sandbox: RunningSandbox, dashkit: Program) -> None:
    expired(pushed, sandbox, dashkit)
    stored = api(sandbox, "/api/dashboards/uid/pr-7-st-one")
    message = f"dashkit v1 uid=pr-7-st-one sha256={'0' * 16} expires=99999999T999999Z"
    body = {"dashboard": stored["dashboard"], "folderUid": stored["meta"]["folderUid"], "message": message}
    api(sandbox, "/api/dashboards/db", "POST", **body)
    assert dashkit("forget", "--trials", cwd=pushed.folder).code == 0


def test_a_trial_never_touches_what_has_the_uid_already(
    pushed: Project, sandbox: RunningSandbox, dashkit: Program
) -> None:
    write(pushed, "b-c", "one")
    write(pushed, "c", "one")
    assert dashkit("push", "--only", "b-c", cwd=pushed.folder, env={"DASHKIT_UID_PREFIX": ""}).code == 0
    result = dashkit("push", "--trial", "b", "--only", "c", cwd=pushed.folder, env={"DASHKIT_UID_PREFIX": ""})
    assert result.code == 6
    assert "another dashboard has the uid b-c: choose another name for the trial" in result.out
    assert api(sandbox, "/api/dashboards/uid/b-c")["dashboard"]["title"] == "B-C"


def test_dashboards_of_one_title_are_told_apart_in_a_trial(
    project: Project, each_sandbox: RunningSandbox, dashkit: Program
) -> None:
    for uid in ("one", "two"):
        project.dashboard(uid, title="Same", folder=uid)
    result = dashkit("push", "--trial", "pr-7", cwd=project.folder, env=environment(each_sandbox))
    assert result.code == 0, result.err
    assert {hit["title"] for hit in on_trial(each_sandbox).values()} == {"Same (one)", "Same (two)"}


def test_a_trial_named_like_a_prefix_leaves_the_trials_there_alone(
    pushed: Project, sandbox: RunningSandbox, dashkit: Program
) -> None:
    dashkit("push", "--trial", "pr-7", cwd=pushed.folder)
    there = set(on_trial(sandbox))
    dashkit("push", "--trial", "st-", "--only", "three", cwd=pushed.folder, env={"DASHKIT_UID_PREFIX": ""})
    assert set(on_trial(sandbox)) == there | {"st--three"}


@pytest.mark.parametrize(
    ("name", "words"), [("", "is empty; is an environment variable missing?"), ("x", "has no trial 'x'")]
)
def test_only_a_trial_that_is_there_can_be_forgotten(pushed: Project, dashkit: Program, name: str, words: str) -> None:
    result = dashkit("forget", "--trial", name, cwd=pushed.folder)
    assert result.code == 2
    assert words in result.err


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--ttl", "3d"), "--ttl is for a trial"),
        (("--trial", "a b"), "is no name for a trial"),
        (("--trial", "x" * 21), "is no name for a trial"),
        (("--trial", "x", "--prune"), "--prune has no meaning with --trial"),
        (("--trial", "x", "--ttl", "0"), "--ttl must be longer than nothing"),
        (("--format", "markdown"), "--format markdown is for a trial"),
        # Each of these would otherwise be an ordinary push.
        (("--trial", ""), "is empty; is an environment variable missing?"),
    ],
)
def test_what_makes_no_sense_is_refused(
    pushed: Project, dashkit: Program, options: tuple[str, ...], words: str
) -> None:
    result = dashkit("push", *options, cwd=pushed.folder)
    assert result.code == 2
    assert words in result.err


def test_a_dry_run_writes_nothing(pushed: Project, sandbox: RunningSandbox, dashkit: Program) -> None:
    result = dashkit("push", "--trial", "pr-7", "--dry-run", cwd=pushed.folder)
    assert result.code == 0
    assert "would last until" in result.out
    assert on_trial(sandbox) == {}
