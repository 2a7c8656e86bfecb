"""dashkit.lock: what is written is read again, and what is broken is named with its line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashkit.errors import InputError
from dashkit.market import lock
from dashkit.market.lock import Pinned, State

SHA = "0123456789" * 6 + "abcd"
HOSTS = Pinned(1860, 37, SHA, "Hosts", "hosts", "dashboards/hosts.py", SHA)
# What JSON can say: any text but lone surrogates.
TEXTS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=30)
PINS = st.builds(
    Pinned,
    st.integers(1, 2**31),
    st.integers(1, 9999),
    st.from_regex(r"[0-9a-f]{64}", fullmatch=True),
    TEXTS,
    st.from_regex(r"[A-Za-z0-9_-]{1,40}", fullmatch=True),
    st.from_regex(r"([a-z0-9_-]{1,8}/){0,2}[a-z0-9_]{1,8}\.(py|json)", fullmatch=True),
    st.just(SHA),
    st.dictionaries(st.sampled_from(["title", "uid", "as"]), TEXTS),
)


@given(st.lists(PINS, max_size=5, unique_by=lambda one: one.id))
def test_what_is_written_is_read_again(tmp_path_factory: pytest.TempPathFactory, pins: list[Pinned]) -> None:
    path = tmp_path_factory.mktemp("lock") / lock.NAME
    lock.write(path, pins)
    assert lock.read(path) == {one.id: one for one in pins}
    assert not lock.write(path, lock.read(path).values())


def test_entries_stand_in_the_order_of_their_ids(tmp_path: Path) -> None:
    path, another = tmp_path / lock.NAME, tmp_path / "another"
    pins = [replace(HOSTS, id=number) for number in (3, 20, 1)]
    lock.write(path, pins)
    lock.write(another, reversed(pins))
    assert path.read_bytes() == another.read_bytes()
    assert list(lock.read(path)) == [1, 3, 20]


def test_without_a_file_nothing_is_pinned(tmp_path: Path) -> None:
    assert lock.read(tmp_path / lock.NAME) == {}


@pytest.mark.parametrize(
    ("old", "new", "said", "line"),
    [
        ("- id: 1860", "<<<<<<< HEAD\n- id: 1860", "not valid YAML", 6),
        ("version: 1", "version: 2", "which this dashkit does not know", 0),
        ("revision: 37", "revision: '37'", "`revision` is not a number", 5),
        ("revision: 37", "revision: true", "`revision` is not a number", 5),
        ("id: 1860", "id: 0", "`id` is not a number from 1 on", 5),
        ("  title: Hosts\n", "", "an entry has no `title`", 5),
        ("title: Hosts", "title: [Hosts]", "`title` is not a text", 5),
        ("title: Hosts", "title: Hosts\n  titel: x", "unknown key `titel`", 5),
        ("title: Hosts", "title: Hosts\n  title: x", "duplicate key `title`", 9),
        (f"\n  sha256: {SHA}", "\n  sha256: abc", "`sha256` is not a SHA-256", 5),
        ("file: dashboards/hosts.py", "file: ../hosts.py", "is not a path below", 5),
        ("file: dashboards/hosts.py", "file: /etc/passwd", "is not a path below", 5),
        ("file: dashboards/hosts.py", "file: a\\..\\..\\hosts.py", "is not a path below", 5),
        ("file: dashboards/hosts.py", "file: ''", "is not a path below", 5),
        ("title: Hosts", "title: Hosts\n  options: [a]", "`options` is not a mapping", 5),
    ],
)
def test_what_is_broken_is_named_with_its_line(tmp_path: Path, old: str, new: str, said: str, line: int) -> None:
    path = tmp_path / lock.NAME
    lock.write(path, [HOSTS])
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(InputError, match=said) as error:
        lock.read(path)
    assert error.value.where == (f"{path}:{line}" if line else str(path))
    assert error.value.hint


@pytest.mark.parametrize("data", [b"", b"[]", b"a: 1\n---\nb: 2\n", b"version: 1\ndashboards: 7", b"\xff\xfe\x00", b"version: 1\ndashboards: [[]]"])  # fmt: skip
def test_what_is_no_lock_file_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / lock.NAME
    path.write_bytes(data)
    with pytest.raises(InputError):
        lock.read(path)


def test_a_dashboard_has_one_entry(tmp_path: Path) -> None:
    path = tmp_path / lock.NAME
    lock.write(path, [HOSTS, HOSTS])
    with pytest.raises(InputError, match="dashboard 1860 has two entries"):
        lock.read(path)


def test_the_state_of_a_file_does_not_depend_on_the_ends_of_its_lines(tmp_path: Path) -> None:
    path = tmp_path / "dashboards/hosts.py"
    pin = replace(HOSTS, file_sha256=lock.file_digest(b"a\nb\n"))
    assert lock.state(pin, tmp_path) is State.MISSING
    path.parent.mkdir()
    path.write_bytes(b"a\nb\n")
    assert lock.state(pin, tmp_path) is State.AS_IMPORTED
    path.write_bytes(b"a\r\nb\r\n")
    assert lock.state(pin, tmp_path) is State.AS_IMPORTED
    path.write_bytes(b"a\nb\n# mine\n")
    assert lock.state(pin, tmp_path) is State.EDITED
