"""The pure pieces of backup and restore."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dashkit.archive.read import open_archive
from dashkit.archive.write import ZipWriter
from dashkit.backup.adapt import Adaptation, adapted, flat_titles
from dashkit.backup.changes import item_changes
from dashkit.backup.collect import collect
from dashkit.backup.metrics import BackupRun, metrics_text
from dashkit.backup.pristine import untouched
from dashkit.backup.progress import Begun
from dashkit.backup.secrets import from_environment, parse_secrets, secrets_of, template, variable
from dashkit.backup.select import select
from dashkit.backup.stores import open_store
from dashkit.deploy.equality import same_item
from dashkit.errors import InputError, ServerError, UsageError
from dashkit.grafana.kinds import HANDLERS
from dashkit.model.addresses import without_secrets
from dashkit.model.item import Item, Limits
from dashkit.model.kinds import KINDS, chosen
from tests.support.archives import dashboard, folder, write_zip


def test_each_kind_is_read_and_each_restored_kind_is_written() -> None:
    assert list(HANDLERS) == [kind.name for kind in KINDS]
    assert [kind.name for kind in KINDS if kind.restored != (HANDLERS[kind.name].write is not None)] == []


class BackupSource:
    """A server that answers as it is told."""

    url, version, organisation = "http://x", "12.3.3", (1, "Main Org.")

    def __init__(self, *, counts: tuple[int, int] = (1, 1), error: ServerError | None = None, unseen: str = "") -> None:
        self.counts, self.error, self.why = iter(counts), error, unseen

    def items(self, kind: str, limits: Limits | None = None) -> Iterator[Item]:
        yield dashboard("one")
        if self.error:
            raise self.error

    def count(self, kind: str) -> int | None:
        return next(self.counts)

    def unseen(self, kind: str) -> str:
        return self.why


def report(source: BackupSource, kind: str = "dashboards", **options: Any) -> tuple[str, bool]:
    with ZipWriter(io.BytesIO()) as writer:
        found = collect(source, chosen([kind]), writer, limits=Limits(), **options)[0]
    return found.why, found.failure


def test_a_count_that_differs_is_a_failure() -> None:
    assert report(BackupSource()) == ("", False)
    assert report(BackupSource(counts=(2, 2))) == ("1 were read, but the server reports 2", True)


@pytest.mark.parametrize("counts", [(0, 1), (1, 2), (2, 0)])
def test_people_at_work_during_a_backup_are_no_failure(counts: tuple[int, int]) -> None:
    assert report(BackupSource(counts=counts)) == ("", False)


def test_what_a_credential_sees_only_in_part_is_a_failure() -> None:
    assert report(BackupSource(unseen="only what is shared")) == ("only what is shared", True)


def test_what_breaks_in_the_middle_is_a_failure() -> None:
    assert report(BackupSource(error=ServerError("the connection broke"))) == ("the connection broke", True)


def test_a_kind_out_of_reach_is_a_failure_only_where_it_was_asked_for() -> None:
    denied = ServerError("Access denied", status=403)
    why, failure = report(BackupSource(error=denied), "users")
    assert (why.partition(":")[0], failure) == ("out of reach", False)
    assert report(BackupSource(error=denied), "users", asked=frozenset({"users"}))[1]
    assert report(BackupSource(error=denied), "dashboards")[1]
    absent = ServerError("Not found", status=404)
    assert report(BackupSource(error=absent), "public-dashboards") == ("this server does not serve them", False)
    assert report(BackupSource(error=absent), "folders")[1]


def test_kinds_are_chosen_by_name_and_a_wrong_one_gets_a_hint() -> None:
    assert [kind.name for kind in chosen(["dashboards, folders"])] == ["folders", "dashboards"]
    assert "users" not in {kind.name for kind in chosen((), ["users"])}
    assert "dashboard-versions" not in {kind.name for kind in chosen(())}
    with pytest.raises(UsageError) as caught:
        chosen(["dashbords"])
    assert caught.value.hint == "did you mean 'dashboards'?"


def test_metrics_keep_the_last_success_when_a_run_fails() -> None:
    good = metrics_text(BackupRun("prod", 1000.0, 2.5, 4096, 0, {"dashboards": 3}), "")
    assert 'dashkit_backup_last_success_timestamp_seconds{context="prod"} 1000' in good
    assert 'dashkit_backup_objects{context="prod",kind="dashboards"} 3' in good
    bad = metrics_text(BackupRun("prod", 2000.0, 1.0, 0, 1), good)
    assert 'dashkit_backup_last_success_timestamp_seconds{context="prod"} 1000' in bad
    assert 'dashkit_backup_last_run_timestamp_seconds{context="prod"} 2000' in bad
    assert 'dashkit_backup_failures{context="prod"} 1' in bad
    assert "last_success" not in metrics_text(BackupRun("prod", 1.0, 1.0, 0, 1), "")


def test_a_label_is_escaped() -> None:
    assert r'context="a\"b\\c"' in metrics_text(BackupRun('a"b\\c', 1, 1), "")


def permissions(*entries: dict[str, str]) -> Item:
    return Item("dashboard-permissions", "x", "x", {"permissions": list(entries)})


EDITOR, VIEWER = {"role": "Editor", "permission": "Edit"}, {"role": "Viewer", "permission": "View"}


@pytest.mark.parametrize(
    ("live", "expected"),
    [
        (permissions(), False),
        (permissions(EDITOR, VIEWER, {"user": "admin", "permission": "Admin"}), False),
        (Item("policies", "tree", "", {"receiver": "grafana-default-email", "group_by": ["x"]}), True),
        (Item("policies", "tree", "", {"receiver": "grafana-default-email", "routes": [{}]}), False),
        (Item("policies", "tree", "", {"receiver": "empty", "group_by": ["x"]}), True),
        (Item("preferences", "organisation", "", {}), True),
        (Item("preferences", "organisation", "", {"theme": "dark"}), False),
        (dashboard("x"), False),
    ],
)
def test_what_grafana_makes_itself_is_no_conflict(live: Item, expected: bool) -> None:
    assert untouched(live, live) is expected


def test_a_user_that_only_lacks_organisations_is_no_conflict() -> None:
    def user(name: str, **roles: str) -> Item:
        return Item("users", "ann", "Ann", {"login": "ann", "name": name, "organisations": roles})

    assert untouched(user("Ann", Main="Viewer"), user("Ann", Main="Viewer", Second="Admin"))
    assert not untouched(user("Anna", Main="Viewer"), user("Ann", Main="Viewer"))
    assert not untouched(user("Ann", Main="Admin"), user("Ann", Main="Viewer"))


def test_what_a_restore_has_begun_is_known_to_the_next(tmp_path: Path) -> None:
    path = tmp_path / "state" / "restore.begun"
    begun = Begun(path)
    for kind, key in (("teams", "a\nb"), ("folders", "ops"), ("playlists", "wall")):
        begun.note(kind, key)
    again = Begun(path)
    assert again.half_made("teams", "a\nb")
    assert again.half_made("folder-permissions", "ops")
    assert not again.half_made("dashboard-permissions", "ops")
    # What one request makes is there or not.
    assert not again.half_made("folders", "ops")
    assert not again.half_made("playlists", "wall")
    again.done()
    assert not Begun(path).half_made("teams", "a\nb")


def test_datasources_and_folder_are_mapped_where_they_stand() -> None:
    panel = {"datasource": {"type": "prometheus", "uid": "old"}, "targets": [{"datasource": {"uid": "old"}}]}
    adaptation = Adaptation("restored", {"old": "new"})
    spec = adapted(dashboard("x", panels=[panel]), adaptation)
    assert spec.content["folder"] == "restored"
    assert "old" not in str(spec.content["spec"])
    assert adapted(dashboard("x", folder="ops"), adaptation).content["folder"] == "ops"
    rules = Item(
        "alert-rules",
        "f/g",
        "g",
        {"folder": "f", "rules": [{"data": [{"datasourceUid": "old"}, {"datasourceUid": "__expr__"}]}]},
    )
    assert [query["datasourceUid"] for query in adapted(rules, adaptation).content["rules"][0]["data"]] == [
        "new",
        "__expr__",
    ]
    link = Item("correlations", "k", "k", {"sourceUID": "old", "targetUID": "x"})
    assert adapted(link, adaptation).content == {"sourceUID": "new", "targetUID": "x"}
    assert adapted(folder("top"), adaptation).content["folder"] == "restored"


def test_nested_folders_become_paths_where_folders_do_not_nest() -> None:
    folders = {item.key: item for item in (folder("a", title="A"), folder("b", title="B", parent="a"))}
    flat = flat_titles(folders)
    assert flat == {"a": "A", "b": "A / B"}
    assert adapted(folders["b"], Adaptation(flat=flat)).content == {"title": "A / B", "folder": ""}


def test_changes_are_told_in_the_words_of_dashboards() -> None:
    old, new = dashboard("x", title="Old", folder="a"), dashboard("x", title="New", folder="b")
    texts = [str(change) for change in item_changes(old, new)]
    assert texts == ["folder 'a' -> 'b'", "setting title 'Old' -> 'New'"]
    assert item_changes(old, old) == []
    timing = [Item("mute-timings", "n", "n", {"time_intervals": [{"weekdays": [day]}]}) for day in ("monday", "friday")]
    assert "time_intervals[0].weekdays" in str(item_changes(*timing)[0])


def test_defaults_that_a_server_adds_are_no_difference() -> None:
    plain = dashboard("x")
    spelt = Item(
        "dashboards", "x", "x", {**plain.content, "spec": {**plain.content["spec"], "editable": True, "links": []}}
    )
    assert plain.digest != spelt.digest
    assert same_item(plain, spelt)


SECRET_ITEMS = [
    Item("datasources", "pro m:#", "P", {}, ("basicAuthPassword",)),
    Item("contact-points", "slack", "S", {}, ("url", "nested.token")),
]


def test_a_template_filled_in_gives_the_secrets_back() -> None:
    lines = list(template(SECRET_ITEMS))
    assert len(lines) == 4
    filled = "\n".join(line.replace('""', f'"value {number}"') for number, line in enumerate(lines))
    known = parse_secrets(filled.encode(), where="s.yaml")
    assert secrets_of(SECRET_ITEMS[0], known)["basicAuthPassword"].reveal() == "value 1"
    assert sorted(secrets_of(SECRET_ITEMS[1], known)) == ["nested.token", "url"]
    # What stays empty is left out.
    assert parse_secrets("\n".join(lines).encode(), where="s.yaml") == {}


@pytest.mark.parametrize(
    "text",
    ["- a", "a: [b]", "a: {b: s3cr3t}", "a: s3cr3t: x", '!!python/object/apply:os.system ["echo s3cr3t"]', "a: 5"],
)
def test_a_wrong_file_of_secrets_is_refused_without_showing_one(text: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_secrets(text.encode(), where="s.yaml")
    assert "s3cr3t" not in f"{caught.value} {caught.value.hint}"


def test_secrets_come_from_the_environment_too() -> None:
    name = variable("datasources/pro m:#/basicAuthPassword")
    assert name == "DASHKIT_SECRET_DATASOURCES_PRO_M_BASICAUTHPASSWORD"
    known = from_environment(SECRET_ITEMS, {name: "x", "HOME": "/root"})
    assert {key: value.reveal() for key, value in known.items()} == {"datasources/pro m:#/basicAuthPassword": "x"}


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("http://u:p@h:9/x?y=1", "http://u@h:9/x?y=1"),
        ("https://:p@h/", "https://@h/"),
        ("root:pw@db:3306", "root@db:3306"),
        ("http://h/hook?api_key=abc&x=1", "http://h/hook?api_key=&x=1"),
        ("http://h/?x=1&X-Amz-Signature=abc;token=t", "http://h/?x=1&X-Amz-Signature=;token="),
        ("http://u@h/", ""),
        ("http://h:9090/p?monkey=1", ""),
        ("", ""),
        ("http://[broken", ""),
        ("h:3306", ""),
        ("mailto:a@example.org", "mailto@example.org"),
    ],
)
def test_a_secret_in_an_address_is_taken_out(address: str, expected: str) -> None:
    assert without_secrets(address) == ((expected, True) if expected else (address, False))


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    library = Item("library-panels", "lib", "Lib", {"folder": "a", "name": "Lib", "model": {}})
    panel = {"libraryPanel": {"uid": "lib"}}
    items = [
        dashboard("deep", folder="c", panels=[panel]), dashboard("other"), library, folder("c", title="C", parent="b"),
        folder("b", title="B", parent="a"), folder("a", title="A"),
        Item("dashboard-permissions", "deep", "deep", {"permissions": []}),
        Item("dashboard-permissions", "other", "other", {"permissions": []}),
        Item("alert-rules", "c/g", "g", {"folder": "c", "group": "g", "interval": 60, "rules": []}),
    ]  # fmt: skip
    return write_zip(tmp_path / "a.zip", items)


def selected(path: Path, *only: str, kinds: str = "") -> tuple[list[str], set[str]]:
    with open_archive(path) as archive:
        found = select(archive, chosen([kinds] if kinds else ()), only)
    return [f"{entry.kind}/{entry.key}" for entry in found.entries], {path.rpartition("/")[2] for path in found.needed}


def test_one_dashboard_brings_what_it_needs(tree: Path) -> None:
    entries, needed = selected(tree, "deep")
    assert entries == [
        "folders/a", "folders/b", "folders/c", "library-panels/lib", "dashboards/deep", "dashboard-permissions/deep",
    ]  # fmt: skip
    assert needed == {"a.json", "b.json", "c.json", "lib.json"}


@pytest.mark.parametrize("name", ["b", "B", "A/B"])
def test_a_folder_brings_all_that_is_in_it(tree: Path, name: str) -> None:
    entries, needed = selected(tree, name)
    assert "dashboards/deep" in entries
    assert "alert-rules/c/g" in entries
    assert "dashboards/other" not in entries
    assert needed == {"a.json", "lib.json"}


def test_kinds_narrow_what_only_names(tree: Path) -> None:
    entries, _ = selected(tree, "deep", kinds="dashboard-permissions")
    assert "dashboard-permissions/deep" in entries
    assert "dashboards/deep" not in entries


def test_a_name_that_is_not_there_gets_a_hint(tree: Path) -> None:
    with pytest.raises(InputError) as caught:
        selected(tree, "dep")
    assert caught.value.hint == "did you mean 'deep'?"


@pytest.mark.parametrize("scheme", ["", "file://"])
def test_a_store_never_puts_an_archive_over_another(scheme: str, tmp_path: Path) -> None:
    store, name = open_store(f"{scheme}{tmp_path}"), "dashkit-prod-20261121T200435Z.zip"
    with store.new(name) as pending:
        pending.stream.write(b"first")
    with pytest.raises(InputError), store.new(name) as pending:
        pending.stream.write(b"second")
    with store.local(name) as path:
        assert path.read_bytes() == b"first"
    with store.new(name, replaces=True) as pending:
        pending.stream.write(b"third")
    with store.local(name) as path:
        assert path.read_bytes() == b"third"


def test_an_archive_that_another_run_finishes_meanwhile_does_not_stop_a_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("dashkit-prod-20261121T200435Z.zip", ".dashkit-test-20261121T200436Z.zip.x.partial"):
        (tmp_path / name).touch()
    entries = list(os.scandir(tmp_path))
    (tmp_path / ".dashkit-test-20261121T200436Z.zip.x.partial").unlink()
    monkeypatch.setattr(os, "scandir", lambda _: entries)
    assert [stamp.name for stamp in open_store(str(tmp_path)).stamps()] == ["dashkit-prod-20261121T200435Z.zip"]
