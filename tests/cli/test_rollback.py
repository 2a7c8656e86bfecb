"""`dashkit rollback`: a push is taken back, and nothing that came after it is lost unseen."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests

from dashkit.app import push, rollback
from dashkit.archive.manifest import ArchiveOrigin
from dashkit.backup.journal import Record
from dashkit.backup.journal_store import StoreJournal, open_journal
from dashkit.sandbox.app import RunningSandbox, Sandbox
from dashkit.sandbox.faults import Fault
from dashkit.sandbox.flavour import FLAVOURS
from dashkit.sandbox.store import Store
from tests.conftest import SAVE, Program, Project, environment
from tests.support.alerting import ALERTS, evaluated, ruler

AUTH = ("admin", "admin")


def title(running: RunningSandbox, uid: str) -> str | None:
    answer = requests.get(f"{running.url}/api/dashboards/uid/{uid}", auth=AUTH, timeout=5)
    return str(answer.json()["dashboard"]["title"]) if answer.ok else None


def edit(running: RunningSandbox, uid: str, name: str) -> None:
    stored = requests.get(f"{running.url}/api/dashboards/uid/{uid}", auth=AUTH, timeout=5).json()
    body = {
        "dashboard": {**stored["dashboard"], "title": name},
        "folderUid": stored["meta"]["folderUid"],
        "message": "by hand",
    }
    requests.post(f"{running.url}/api/dashboards/db", json=body, auth=AUTH, timeout=5).raise_for_status()


@pytest.fixture
def pushed(project: Project, each_sandbox: RunningSandbox, dashkit: Program) -> RunningSandbox:
    """Two pushes: the first makes `one` and `two`; the second changes `one`, deletes `two` and makes `three`."""
    env = environment(each_sandbox)
    project.dashboard("one", title="First")
    two = project.dashboard("two", title="Second")
    assert dashkit("push", cwd=project.folder, env=env).code == 0
    project.dashboard("one", title="Changed")
    two.unlink()
    project.dashboard("three", title="Third")
    result = dashkit("push", "--prune", "--yes", cwd=project.folder, env=env)
    assert result.code == 0, result.out + result.err
    return each_sandbox


def test_the_last_push_is_taken_back(pushed: RunningSandbox, project: Project, dashkit: Program) -> None:
    env = environment(pushed)
    dry = dashkit("rollback", "--dry-run", cwd=project.folder, env=env)
    assert dry.code == 0
    assert title(pushed, "one") == "Changed"
    result = dashkit("rollback", "--yes", cwd=project.folder, env=env)
    assert result.code == 0, result.out + result.err
    assert "setting title 'Changed' -> 'First'" in result.out
    assert [title(pushed, uid) for uid in ("one", "two", "three")] == ["First", "Second", None]
    # What came back is the project's own: a push is not refused, and brings the source's state.
    again = dashkit("push", "--prune", "--yes", cwd=project.folder, env=env)
    assert again.code == 0, again.out
    assert [title(pushed, uid) for uid in ("one", "two", "three")] == ["Changed", None, "Third"]


def test_each_push_that_is_kept_can_be_named(pushed: RunningSandbox, project: Project, dashkit: Program) -> None:
    env = environment(pushed)
    listed = dashkit("rollback", "--list", cwd=project.folder, env=env).out.splitlines()
    names = [line.split()[0] for line in listed]
    assert [line.split(maxsplit=1)[1] for line in listed] == ["1 changed, 1 created, 1 deleted", "2 created"]
    data = json.loads(dashkit("rollback", "--list", "--format", "json", cwd=project.folder, env=env).out)
    assert data[1] == {"name": names[1], "rollback": False, "changed": 0, "created": 2, "deleted": 0}
    older = dashkit("rollback", names[1], "--yes", cwd=project.folder, env=env)
    assert older.code == 6
    assert f"it was pushed again since ({names[0]})" in older.out
    assert title(pushed, "one") == "Changed"
    assert dashkit("rollback", names[0], "--yes", cwd=project.folder, env=env).code == 0
    # Now all is as the older one left it.
    assert dashkit("rollback", names[1], "--yes", cwd=project.folder, env=env).code == 0
    assert [title(pushed, uid) for uid in ("one", "two", "three")] == [None, None, None]
    unknown = dashkit("rollback", "20200101T000000Z", "--yes", cwd=project.folder, env=env)
    assert (unknown.code, "--list" in unknown.err) == (3, True)


def test_what_was_changed_since_is_never_overwritten_unseen(
    pushed: RunningSandbox, project: Project, dashkit: Program
) -> None:
    env = environment(pushed)
    edit(pushed, "one", "By hand")
    refused = dashkit("rollback", "--yes", cwd=project.folder, env=env)
    assert refused.code == 6
    assert "it was saved since by admin" in refused.out
    assert [title(pushed, uid) for uid in ("one", "two", "three")] == ["By hand", None, "Third"]
    skipped = dashkit("rollback", "--yes", "--on-conflict", "skip", cwd=project.folder, env=env)
    assert skipped.code == 0, skipped.out + skipped.err
    assert [title(pushed, uid) for uid in ("one", "two", "three")] == ["By hand", "Second", None]
    over = dashkit("rollback", "--yes", "--on-conflict", "overwrite", cwd=project.folder, env=env)
    assert over.code == 0
    assert title(pushed, "one") == "First"


def test_a_rollback_can_be_taken_back(pushed: RunningSandbox, project: Project, dashkit: Program) -> None:
    env = environment(pushed)
    assert dashkit("rollback", "--yes", cwd=project.folder, env=env).code == 0
    # Without a name it is the last push that is meant, and there is nothing more to take back of that.
    again = dashkit("rollback", "--yes", cwd=project.folder, env=env)
    assert (again.code, "already as before" in again.out) == (0, True)
    first, second, *_ = dashkit("rollback", "--list", cwd=project.folder, env=env).out.splitlines()
    name = first.split()[0]
    assert f"(a rollback of {second.split()[0]})" in first
    result = dashkit("rollback", name, "--yes", cwd=project.folder, env=env)
    assert result.code == 0, result.out + result.err
    assert [title(pushed, uid) for uid in ("one", "two", "three")] == ["Changed", None, "Third"]


def test_a_journal_is_not_applied_to_another_server(pushed: RunningSandbox, project: Project, dashkit: Program) -> None:
    with RunningSandbox(Sandbox(Store(), pushed.sandbox.flavour)) as other:
        result = dashkit("rollback", "--yes", cwd=project.folder, env=environment(other))
        assert (result.code, "points to another server" in result.err) == (6, True)
        assert title(other, "two") is None


def test_permissions_of_a_deleted_dashboard_come_back(
    project: Project, each_sandbox: RunningSandbox, dashkit: Program
) -> None:
    env = environment(each_sandbox)
    path = project.dashboard("one")
    assert dashkit("push", cwd=project.folder, env=env).code == 0
    url = f"{each_sandbox.url}/api/dashboards/uid/one/permissions"
    requests.post(url, json={"items": [{"role": "Viewer", "permission": 2}]}, auth=AUTH, timeout=5).raise_for_status()
    path.unlink()
    assert dashkit("push", "--prune", "--yes", cwd=project.folder, env=env).code == 0
    result = dashkit("rollback", "--yes", cwd=project.folder, env=env)
    assert result.code == 0, result.out + result.err
    found = requests.get(url, auth=AUTH, timeout=5).json()
    assert [(entry["role"], entry["permission"]) for entry in found] == [("Viewer", 2)]


def test_an_edit_between_plan_and_rollback_is_not_deleted(
    pushed: RunningSandbox, project: Project, dashkit: Program
) -> None:
    real = rollback.roll_back

    def late(*arguments: Any, **more: Any) -> Any:
        edit(pushed, "three", "By hand")
        return real(*arguments, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rollback, "roll_back", late)
        result = dashkit("rollback", "--yes", cwd=project.folder, env=environment(pushed))
    assert result.code == 5
    assert title(pushed, "three") == "By hand"


def test_an_edit_that_a_push_overwrote_comes_back_as_an_edit(
    project: Project, each_sandbox: RunningSandbox, dashkit: Program
) -> None:
    env = environment(each_sandbox)
    project.dashboard("one", title="First")
    assert dashkit("push", cwd=project.folder, env=env).code == 0
    edit(each_sandbox, "one", "By hand")
    assert dashkit("push", "--on-drift", "overwrite", cwd=project.folder, env=env).code == 0
    assert dashkit("rollback", "--yes", cwd=project.folder, env=env).code == 0
    assert title(each_sandbox, "one") == "By hand"
    refused = dashkit("push", cwd=project.folder, env=env)
    assert (refused.code, "edited in the UI, overwritten by a push, and brought back by a rollback" in refused.out) == (
        6,
        True,
    )


def test_without_a_journal_grafanas_versions_are_used(
    pushed: RunningSandbox, project: Project, dashkit: Program
) -> None:
    env = environment(pushed)
    name = dashkit("rollback", "--list", cwd=project.folder, env=env).out.split()[0]
    shutil.rmtree(project.folder / ".dashkit" / "pushes")
    result = dashkit("rollback", "--yes", "--format", "json", cwd=project.folder, env=env)
    assert result.code == 0, result.err
    assert json.loads(result.out)["push"] == name
    # What was deleted has no versions any more.
    assert [title(pushed, uid) for uid in ("one", "two", "three")] == ["First", None, None]
    assert dashkit("diff", cwd=project.folder, env=env).code == 0
    # The rollback is no push: a second one does not put the push back.
    shutil.rmtree(project.folder / ".dashkit" / "pushes")
    again = dashkit("rollback", "--yes", cwd=project.folder, env=env)
    assert (again.code, "1 already as before" in again.out) == (0, True)
    assert title(pushed, "one") == "First"


def test_nobody_there_to_confirm_is_a_refusal(pushed: RunningSandbox, project: Project, dashkit: Program) -> None:
    result = dashkit("rollback", cwd=project.folder, env=environment(pushed))
    assert (result.code, "of which three would be deleted" in result.err) == (6, True)
    assert title(pushed, "one") == "Changed"


def test_a_push_that_changes_nothing_keeps_nothing(pushed: RunningSandbox, project: Project, dashkit: Program) -> None:
    env = environment(pushed)
    before = dashkit("rollback", "--list", cwd=project.folder, env=env).out
    assert dashkit("push", cwd=project.folder, env=env).code == 0
    assert dashkit("push", "--dry-run", cwd=project.folder, env=env).code == 0
    assert dashkit("rollback", "--list", cwd=project.folder, env=env).out == before


def test_a_journal_that_cannot_be_written_stops_the_push(
    project: Project, sandbox: RunningSandbox, dashkit: Program
) -> None:
    (project.folder / ".dashkit").mkdir()
    (project.folder / ".dashkit" / "pushes").write_text("in the way")
    project.dashboard("one")
    result = dashkit("push", cwd=project.folder, env=environment(sandbox))
    assert result.code == 3
    assert title(sandbox, "one") is None


def test_the_last_twenty_pushes_stay(project: Project, sandbox: RunningSandbox, dashkit: Program) -> None:
    env = environment(sandbox)
    folder = project.folder / ".dashkit" / "pushes"
    folder.mkdir(parents=True)
    for number in range(25):
        (folder / f"dashkit-test.environment-202601{number + 1:02}T000000Z.zip").write_bytes(b"")
    (folder / "dashkit-other-20250101T000000Z.zip").write_bytes(b"")
    project.dashboard("one")
    assert dashkit("push", cwd=project.folder, env=env).code == 0
    assert len(list(folder.glob("dashkit-test.environment-*.zip"))) == 20
    assert (folder / "dashkit-other-20250101T000000Z.zip").exists()


def test_a_context_says_where_its_journal_is(
    project: Project, sandbox: RunningSandbox, dashkit: Program, tmp_path: Path
) -> None:
    lines = [
        "project: test",
        "contexts:",
        "  here:",
        f"    url: {sandbox.url}",
        "    user: admin",
        "    password_env: P",
        f"    journal: {tmp_path}/journal",
    ]
    project.write("dashkit.yaml", "\n".join(lines) + "\n")
    project.dashboard("one")
    assert dashkit("push", cwd=project.folder, env={"P": "admin"}).code == 0
    assert len(list((tmp_path / "journal").glob("dashkit-test.here-*.zip"))) == 1
    assert not (project.folder / ".dashkit" / "pushes").exists()


def test_a_push_that_broke_in_the_middle_is_taken_back(
    project: Project, each_sandbox: RunningSandbox, dashkit: Program
) -> None:
    env = environment(each_sandbox)
    for name in ("one", "two"):
        project.dashboard(name, title=f"Old {name}")
    assert dashkit("push", cwd=project.folder, env=env).code == 0
    for name in ("one", "two"):
        project.dashboard(name, title=f"New {name}")
    each_sandbox.sandbox.faults.add(Fault(SAVE, method="POST|PUT", status=403, body={"message": "no"}))
    broken = dashkit("push", cwd=project.folder, env=env)
    assert broken.code == 5
    assert sorted(str(title(each_sandbox, uid)) for uid in ("one", "two")) in (
        ["New one", "Old two"],
        ["New two", "Old one"],
    )
    result = dashkit("rollback", "--yes", "-v", cwd=project.folder, env=env)
    assert result.code == 0, result.out
    assert [title(each_sandbox, uid) for uid in ("one", "two")] == ["Old one", "Old two"]


def test_rules_that_a_push_changed_come_back(shop: Project, each_sandbox: RunningSandbox, dashkit: Program) -> None:
    evaluated(shop, each_sandbox)
    assert dashkit("rules", "push", cwd=shop.folder).code == 0
    before = limits(each_sandbox)
    shop.write("dashboards/alerts/shop.py", ALERTS.format(limit=2))
    assert dashkit("rules", "push", cwd=shop.folder).code == 0
    assert limits(each_sandbox) != before
    result = dashkit("rollback", "--yes", cwd=shop.folder)
    assert result.code == 0, result.out + result.err
    assert limits(each_sandbox) == before
    # What came back is as the first push left it; that one is taken back too, and the rules are gone.
    first = dashkit("rollback", "--list", cwd=shop.folder).out.splitlines()[-1].split()[0]
    assert dashkit("rollback", first, "--yes", cwd=shop.folder).code == 0
    assert limits(each_sandbox) == []


def test_a_group_that_was_renamed_comes_back_with_its_rules(
    shop: Project, each_sandbox: RunningSandbox, dashkit: Program
) -> None:
    evaluated(shop, each_sandbox)
    assert dashkit("rules", "push", cwd=shop.folder).code == 0
    shop.write("dashboards/alerts/shop.py", ALERTS.format(limit=1).replace('"shop", "shop",', '"store", "shop",'))
    assert dashkit("rules", "push", cwd=shop.folder).code == 0
    result = dashkit("rollback", "--yes", cwd=shop.folder)
    assert result.code == 0, result.out + result.err
    names = [group["name"] for groups in ruler(each_sandbox).values() for group in groups]
    assert names == ["shop"]
    assert limits(each_sandbox) == [[1]]


def limits(running: RunningSandbox) -> list[Any]:
    """The limit of each alert."""
    groups = [group for found in ruler(running).values() for group in found]
    alerts = [rule["grafana_alert"] for group in groups for rule in group["rules"]]
    return [alert["data"][-1]["model"]["conditions"][0]["evaluator"]["params"] for alert in alerts]


def test_without_a_journal_what_was_edited_since_is_a_conflict(
    pushed: RunningSandbox, project: Project, dashkit: Program
) -> None:
    env = environment(pushed)
    name = dashkit("rollback", "--list", cwd=project.folder, env=env).out.split()[0]
    shutil.rmtree(project.folder / ".dashkit" / "pushes")
    edit(pushed, "one", "By hand")
    for which in ([], [name]):
        refused = dashkit("rollback", *which, "--yes", cwd=project.folder, env=env)
        assert refused.code == 6, refused.out + refused.err
        assert "it was saved since by admin" in refused.out
        assert [title(pushed, uid) for uid in ("one", "three")] == ["By hand", "Third"]


def test_a_push_that_wrote_nothing_is_passed_over(pushed: RunningSandbox, project: Project, dashkit: Program) -> None:
    env = environment(pushed)
    project.dashboard("one", title="Never")
    pushed.sandbox.faults.add(Fault(SAVE, method="POST|PUT", status=403, body={"message": "no"}))
    assert dashkit("push", cwd=project.folder, env=env).code == 4
    broken = dashkit("rollback", "--list", cwd=project.folder, env=env).out.split()[0]
    result = dashkit("rollback", "--yes", cwd=project.folder, env=env)
    assert result.code == 0, result.out + result.err
    assert f"skipped, because nothing of it was written: push {broken}" in result.err
    assert [title(pushed, uid) for uid in ("one", "two", "three")] == ["First", "Second", None]
    # That was rolled back; another one does not go further back.
    again = dashkit("rollback", "--yes", cwd=project.folder, env=env)
    assert (again.code, title(pushed, "one")) == (0, "First")


def test_what_a_rollback_wrote_is_no_edit_in_the_ui(pushed: RunningSandbox, project: Project, dashkit: Program) -> None:
    env = environment(pushed)
    assert dashkit("rollback", "--yes", cwd=project.folder, env=env).code == 0
    project.dashboard("one", title="Later")
    result = dashkit("push", cwd=project.folder, env=env)
    assert result.code == 0, result.out
    assert title(pushed, "one") == "Later"


def test_pushes_of_one_second_have_names_of_their_own_and_old_names_stay_readable(tmp_path: Path) -> None:
    now = datetime(2026, 11, 24, 12, 0, 0, 5, tzinfo=UTC)
    journal = open_journal(str(tmp_path), "shop.prod")

    def keep(name: str, place: StoreJournal = journal, *, rollback: bool = False) -> str:
        origin = ArchiveOrigin("1", "2026-11-24T12:00:00Z", "prod", "https://g", "12.3.3", {1: "Main Org."})
        return place.keep(
            lambda push: Record(push, (), frozenset({name}), frozenset()), origin, now, [], rollback=rollback
        )

    first, undone, second = keep("a"), keep("b", rollback=True), keep("c")
    elsewhere = keep("d", open_journal(str(tmp_path / "elsewhere"), "shop.prod"))
    old = tmp_path / "dashkit-shop.prod-20251124T120000Z.zip"
    shutil.copy(next(tmp_path.glob(f"*{first}.zip")), old)
    assert journal.names(now) == [(second, False), (undone, True), (first, False), ("20251124T120000Z", False)]
    shutil.copy(old, tmp_path / "dashkit-shop.prod-20990101T120000Z.zip")
    assert journal.names(now)[0] == (second, False)
    assert journal.names(now)[-1] == ("20990101T120000Z", False)
    assert elsewhere[:16] == first[:16]
    assert elsewhere != first
    record = journal.read("20251124T120000Z", "https://g", 1)
    assert record is not None
    assert record.created == {"a"}


def test_of_two_pushes_from_one_place_the_second_is_refused(
    pushed: RunningSandbox, project: Project, dashkit: Program
) -> None:
    from filelock import FileLock

    env = environment(pushed)
    with FileLock(project.folder / ".dashkit" / "write-environment.lock"):
        for command in (["push"], ["rollback", "--yes"]):
            refused = dashkit(*command, cwd=project.folder, env=env)
            assert (refused.code, "another push, restore or rollback to environment is in progress" in refused.err) == (
                6,
                True,
            )
        assert dashkit("diff", cwd=project.folder, env=env).code == 0
        assert dashkit("push", "--dry-run", cwd=project.folder, env=env).code == 0


def test_a_push_that_lost_against_an_edit_is_passed_over(
    pushed: RunningSandbox, project: Project, dashkit: Program
) -> None:
    env = environment(pushed)
    project.dashboard("three", title="Later")
    refusal = {"message": "The dashboard has been changed by someone else", "status": "version-mismatch"}
    pushed.sandbox.faults.add(Fault(SAVE, method="POST|PUT", status=412, body=refusal))
    assert dashkit("push", cwd=project.folder, env=env).code == 4
    edit(pushed, "three", "By hand")
    plan = dashkit("rollback", "--dry-run", cwd=project.folder, env=env)
    assert "skipped, because nothing of it was written" in plan.err
    assert "it was saved since by admin" in plan.out  # of the push before, which made it
    assert title(pushed, "three") == "By hand"


def test_a_dashboard_moved_since_the_push_is_a_conflict(
    pushed: RunningSandbox, project: Project, dashkit: Program
) -> None:
    env = environment(pushed)
    store = pushed.sandbox.store
    made = requests.post(f"{pushed.url}/api/folders", json={"uid": "theirs", "title": "Theirs"}, auth=AUTH, timeout=5)
    made.raise_for_status()
    moved = store.dashboard("one")
    assert moved is not None
    store._run("UPDATE dashboard SET folder = 'theirs' WHERE uid = 'one'")  # a move makes no version on some servers
    refused = dashkit("rollback", "--yes", cwd=project.folder, env=env)
    assert (refused.code, "it was moved to another folder since" in refused.out) == (6, True)


def test_what_a_push_did_not_write_is_nothing_of_its_rollback(
    pushed: RunningSandbox, project: Project, dashkit: Program
) -> None:
    env = environment(pushed)
    for name in ("one", "three", "four"):
        project.dashboard(name, title=f"Better {name}")
    # A person saves `one` first, and makes `four` meanwhile.
    real = push.apply

    def late(*arguments: Any, **more: Any) -> Any:
        edit(pushed, "one", "By hand")
        body = {"dashboard": {"uid": "four", "title": "Theirs", "panels": []}}
        requests.post(f"{pushed.url}/api/dashboards/db", json=body, auth=AUTH, timeout=5).raise_for_status()
        return real(*arguments, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(push, "apply", late)
        assert dashkit("push", cwd=project.folder, env=env).code == 5
    listed = dashkit("rollback", "--list", cwd=project.folder, env=env).out.splitlines()[0]
    assert listed.split(maxsplit=1)[1] == "1 changed"
    result = dashkit("rollback", "--yes", "--on-conflict", "overwrite", cwd=project.folder, env=env)
    assert result.code == 0, result.out
    assert [title(pushed, uid) for uid in ("one", "three", "four")] == ["By hand", "Third", "Theirs"]


def test_a_push_that_was_undone_by_hand_is_still_the_last_one(
    pushed: RunningSandbox, project: Project, dashkit: Program
) -> None:
    env = environment(pushed)
    project.dashboard("three", title="Bad")
    assert dashkit("push", cwd=project.folder, env=env).code == 0
    edit(pushed, "three", "Third")
    result = dashkit("rollback", "--yes", cwd=project.folder, env=env)
    assert (result.code, "1 already as before" in result.out) == (0, True)
    assert title(pushed, "one") == "Changed"


def test_without_a_journal_a_dashboard_goes_back_into_its_folder_where_versions_say_which(
    project: Project, dashkit: Program
) -> None:
    with RunningSandbox(Sandbox(Store(), FLAVOURS["12.4"])) as running:
        env = environment(running)
        module = project.dashboard("one", folder="ops")
        assert dashkit("push", cwd=project.folder, env=env).code == 0
        before = requests.get(f"{running.url}/api/dashboards/uid/one", auth=AUTH, timeout=5).json()["meta"]["folderUid"]
        module.unlink()
        project.dashboard("one", folder="elsewhere", title="Moved")
        assert dashkit("push", cwd=project.folder, env=env).code == 0
        shutil.rmtree(project.folder / ".dashkit" / "pushes")
        result = dashkit("rollback", "--yes", cwd=project.folder, env=env)
        assert result.code == 0, result.out + result.err
        now = requests.get(f"{running.url}/api/dashboards/uid/one", auth=AUTH, timeout=5).json()
        assert (now["meta"]["folderUid"], now["dashboard"]["title"]) == (before, "one")
