"""What is written is what is read, and whatever happened to it in between is told."""

from __future__ import annotations

import io
import random
import stat
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashkit.archive.manifest import FORMAT_VERSION, ArchiveError, KindReport
from dashkit.archive.member_paths import member_path
from dashkit.archive.read import open_archive
from dashkit.archive.seal import SIZE, SealingStream
from dashkit.archive.verify import verify
from dashkit.archive.write import ZipWriter
from dashkit.errors import InputError
from dashkit.model.item import Item, parse_item
from tests.support.archives import dashboard, finish, folder, write_tree, write_zip

ITEMS = [
    folder("ops", title="Operations"),
    dashboard("checkout", title="Checkout", folder="ops"),
    dashboard("CheckOut", title="Another"),
    Item(
        "users",
        "../../etc/passwd",
        "a hostile log-in",
        {"login": "../../etc/passwd", "organisations": {}},
        ("password",),
        {"id": 7},
    ),
    Item("mute-timings", "week\x1b[31mend/night", "", {"time_intervals": []}),
]


def told(path: Path) -> str:
    """What verify says of it, in one text; empty for a whole one."""
    try:
        with open_archive(path) as archive:
            return "; ".join(f"{fault.where}: {fault.text}" for fault in verify(archive) if not fault.note)
    except InputError as error:
        return str(error)


@pytest.mark.parametrize("write", [write_zip, write_tree])
def test_what_was_written_is_read(tmp_path: Path, write: object) -> None:
    path = write(tmp_path / "archive", ITEMS)  # type: ignore[operator]
    assert told(path) == ""
    with open_archive(path) as archive:
        assert sorted(archive.items(), key=lambda item: item.key) == sorted(ITEMS, key=lambda item: item.key)
        assert archive.manifest.origin.url == "https://grafana.example.org"


def test_the_same_objects_give_the_same_bytes_in_a_file_a_pipe_and_a_tree(tmp_path: Path) -> None:
    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.data = b""

        def writable(self) -> bool:
            return True

        def write(self, data: object) -> int:
            self.data += bytes(data)  # type: ignore[call-overload]
            return len(data)  # type: ignore[arg-type]

    pipe = Pipe()
    with ZipWriter(pipe) as writer:  # type: ignore[arg-type]
        finish(writer, ITEMS)
    path = write_zip(tmp_path / "a.zip", ITEMS)
    assert path.read_bytes() == pipe.data
    tree = write_tree(tmp_path / "tree", ITEMS)
    with open_archive(path) as archive:
        for entry in archive.manifest.entries:
            assert (tree / entry.path).read_bytes() == archive.read(entry)


def test_other_tools_open_it(tmp_path: Path) -> None:
    with zipfile.ZipFile(write_zip(tmp_path / "a.zip", ITEMS)) as opened:
        assert opened.testzip() is None
        assert "manifest.json" in opened.namelist()
        assert all(stat.S_IMODE(info.external_attr >> 16) == 0o600 for info in opened.infolist())


def test_a_cut_or_grown_archive_is_told(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", ITEMS)
    data = path.read_bytes()
    chance = random.Random(7)
    for size in [0, 1, SIZE, len(data) - 1, *chance.sample(range(len(data)), 40)]:
        path.write_bytes(data[:size])
        assert told(path), size
    for more in (b"\0", data):
        path.write_bytes(data + more)
        assert told(path)
    path.write_bytes(data)
    assert told(path) == ""


def test_one_flipped_bit_is_told_wherever_it_is(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", [*ITEMS, *(dashboard(f"more-{number}") for number in range(20))])
    data = path.read_bytes()
    chance = random.Random(1000)
    for _ in range(1000):
        at, bit = chance.randrange(len(data)), 1 << chance.randrange(8)
        path.write_bytes(data[:at] + bytes([data[at] ^ bit]) + data[at + 1 :])
        assert told(path), f"bit {bit} of byte {at} of {len(data)}"


def test_one_flipped_bit_of_a_tree_is_told(tmp_path: Path) -> None:
    tree = write_tree(tmp_path / "tree", ITEMS)
    files = sorted(path for path in tree.rglob("*") if path.is_file())
    chance = random.Random(1000)
    for _ in range(1000):
        path = chance.choice(files)
        data = path.read_bytes()
        at, bit = chance.randrange(len(data)), 1 << chance.randrange(8)
        path.write_bytes(data[:at] + bytes([data[at] ^ bit]) + data[at + 1 :])
        assert told(tree) or (path.name == "manifest.sha256" and at == len(data) - 1), f"{path}: bit {bit} of byte {at}"
        path.write_bytes(data)
    assert told(tree) == ""


def test_without_the_end_there_is_no_archive(tmp_path: Path) -> None:
    sink = io.BytesIO()
    with ZipWriter(sink) as writer:
        writer.add(1, ITEMS[0])
    (tmp_path / "a.zip").write_bytes(sink.getvalue())
    assert "seal" in told(tmp_path / "a.zip") or "too short" in told(tmp_path / "a.zip")


def _resealed(path: Path, change: object) -> Path:
    """An archive that somebody made on purpose: its members changed, and a right seal."""
    with zipfile.ZipFile(path) as old:
        members = {name: old.read(name) for name in old.namelist()}
    change(members)  # type: ignore[operator]
    with path.open("wb") as sink:
        stream = SealingStream(sink)
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:  # type: ignore[call-overload]
            for name, data in members.items():
                new.writestr(name, data)
            from dashkit.archive.seal import PLACEHOLDER

            new.comment = PLACEHOLDER
        stream.seal()
    return path


def test_a_forged_archive_reaches_no_path_of_its_own_choice(tmp_path: Path) -> None:
    def escape(members: dict[str, bytes]) -> None:
        manifest = members["manifest.json"].replace(b"org-1/dashboards/checkout.json", b"../../../checkout.json")
        members["manifest.json"] = manifest
        members["../../../checkout.json"] = members.pop("org-1/dashboards/checkout.json")

    path = _resealed(write_zip(tmp_path / "a.zip", ITEMS), escape)
    assert "is not that of its object" in told(path)


def test_a_member_that_nobody_named_is_told(tmp_path: Path) -> None:
    path = _resealed(write_zip(tmp_path / "a.zip", ITEMS), lambda members: members.update({"/etc/cron.d/x": b"* * *"}))
    assert "/etc/cron.d/x: is there, but the manifest does not name it" in told(path)


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    name = "org-1/dashboards/checkout.json"
    path = _resealed(write_zip(tmp_path / "a.zip", ITEMS), lambda members: members.update({name: b"0" * 300_000_000}))
    assert path.stat().st_size < 1_000_000
    assert "unpacks to more than" in told(path)


def test_a_later_format_is_refused_with_a_hint(tmp_path: Path) -> None:
    def later(members: dict[str, bytes]) -> None:
        old, new = f'"format_version": {FORMAT_VERSION}'.encode(), b'"format_version": 99'
        assert old in members["manifest.json"]
        members["manifest.json"] = members["manifest.json"].replace(old, new)

    assert "format version 99; this dashkit reads 1" in told(_resealed(write_zip(tmp_path / "a.zip", ITEMS), later))


@pytest.mark.parametrize("text", [b"", b"[]", b'{"format_version": 1}', b'{"format_version": 1, "dashkit": 3}', b"{"])
def test_a_broken_manifest_is_told(tmp_path: Path, text: bytes) -> None:
    path = _resealed(write_zip(tmp_path / "a.zip", ITEMS), lambda members: members.update({"manifest.json": text}))
    with pytest.raises(ArchiveError):
        open_archive(path)


def test_references_that_lead_nowhere_are_told(tmp_path: Path) -> None:
    panel = {
        "libraryPanel": {"uid": "lib"}, "datasource": {"uid": "prom"},
        "targets": [{"datasource": {"uid": "$ds"}}, {"datasource": "-- Mixed --"}],
    }  # fmt: skip
    items = [dashboard("lost", folder="nowhere", panels=[panel]), folder("ops")]
    kinds = {"dashboards": 1, "folders": 1, "library-panels": 0, "datasources": 0}
    path = write_zip(tmp_path / "a.zip", items, [KindReport(1, kind, number) for kind, number in kinds.items()])
    with open_archive(path) as archive:
        found = {(fault.text, fault.note) for fault in verify(archive)}
    assert found == {
        ("refers to folder 'nowhere', which is not in the archive", False),
        ("refers to library panel 'lib', which is not in the archive", True),
        ("refers to datasource 'prom', which is not in the archive", True),
    }
    # Of kinds that were not read, nothing can be said.
    path = write_zip(tmp_path / "b.zip", items[:1])
    assert told(path) == ""


def test_counts_that_do_not_fit_and_kinds_that_failed_are_told(tmp_path: Path) -> None:
    reports = [KindReport(1, "folders", 2), KindReport(1, "dashboards", 1, why="no answer", failure=True)]
    text = told(write_zip(tmp_path / "a.zip", [ITEMS[0], dashboard("one")], reports))
    assert "1 objects instead of 2" in text
    assert "not read in full: no answer" in text


def test_an_object_seen_twice_is_kept_once(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", [ITEMS[1], ITEMS[1]])
    with open_archive(path) as archive:
        assert len(archive.manifest.entries) == 1


def test_a_tree_drops_what_is_gone_and_keeps_what_was_not_read(tmp_path: Path) -> None:
    tree = write_tree(tmp_path / "tree", [folder("ops"), folder("old"), dashboard("one")])
    (tree / ".git").mkdir()
    (tree / "README.md").write_text("mine")
    failed = [KindReport(1, "folders", 1), KindReport(1, "dashboards", 0, why="no answer", failure=True)]
    write_tree(tree, [folder("ops")], failed)
    left = {path.relative_to(tree).as_posix() for path in tree.rglob("*.json")}
    assert left == {"manifest.json", "org-1/folders/ops.json", "org-1/dashboards/one.json"}
    assert (tree / "README.md").read_text() == "mine"


def test_a_tree_is_not_written_over_other_files(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(InputError, match="not empty and holds no backup"):
        write_tree(tmp_path, ITEMS)


def test_files_of_a_tree_are_private(tmp_path: Path) -> None:
    tree = write_tree(tmp_path / "tree", ITEMS)
    assert {stat.S_IMODE(path.stat().st_mode) for path in tree.rglob("*") if path.is_file()} == {0o600}


@given(st.text(max_size=60), st.text(max_size=60))
def test_paths_are_safe_and_apart_even_where_case_does_not_count(first: str, second: str) -> None:
    paths = [member_path(1, "users", key) for key in (first, second)]
    for path in paths:
        assert path.startswith("org-1/users/")
        name = path.removeprefix("org-1/users/")
        assert "/" not in name
        assert name.isascii()
        assert name.isprintable()
        assert len(name) <= 100
        assert not name.startswith(".")
    if first != second:
        assert paths[0].casefold() != paths[1].casefold()


@given(
    st.dictionaries(
        st.text(max_size=8), st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8), max_size=5
    )
)
def test_an_object_survives_its_document(content: dict[str, object]) -> None:
    item = Item("preferences", "k", "n", content, ("s",), {"id": 1})
    again = parse_item(item.document(), where="test")
    assert again == item
    assert again.digest == item.digest


def test_whole_numbers_are_the_same_however_they_are_written() -> None:
    assert Item("a", "k", "n", {"x": 1.0}).digest == Item("a", "k", "n", {"x": 1}).digest
    assert Item("a", "k", "n", {"x": 1.5}).digest != Item("a", "k", "n", {"x": 1}).digest
