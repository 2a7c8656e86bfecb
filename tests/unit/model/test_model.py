"""Panel ids, folder names, version messages, secrets."""

from __future__ import annotations

import pickle

import pytest

from dashkit.model.addresses import without_secrets
from dashkit.model.folder import folder_title, folder_uid, parse_folder
from dashkit.model.marker import MESSAGE_LIMIT, Marker, parse_marker
from dashkit.model.panel_id import panel_id, panel_ids
from dashkit.model.secret import Secret


def test_a_key_has_one_id_on_each_machine() -> None:
    assert panel_id("Latency/p95") == 44006915
    assert all(0 < panel_id(str(number)) < 2**31 for number in range(1000))


def test_taken_ids_are_avoided_without_moving_others() -> None:
    first = panel_ids(["a", "b"])
    second = panel_ids(["a", "b"], taken=[first[0]])
    assert second[0] != first[0]
    assert second[1] == first[1]


@pytest.mark.parametrize("text", ["A/B", " A / B ", "/A//B/"])
def test_folder_paths(text: str) -> None:
    assert parse_folder(text) == ("A", "B")


def test_the_root_has_a_name_and_no_path() -> None:
    assert parse_folder("") == parse_folder("General") == ()


def test_folder_uids_are_legal_readable_and_distinct() -> None:
    assert folder_uid(("Team A", "Service")).startswith("team-a-service-")
    assert len(folder_uid(("x" * 90,))) <= 40
    assert folder_uid(("A", "B")) != folder_uid(("A-B",))
    assert folder_uid(("Ünïcode",)) != folder_uid(("Ün",))
    assert folder_title("data_platform-x") == "Data platform x"


def test_a_message_round_trips_with_any_text() -> None:
    marker = Marker("shop-1", "0123456789abcdef", "abc123-dirty")
    for text in (
        "",
        "fix",
        "with | bar and dashkit v1 uid=x sha256=ffffffffffffffff",
        "long " * 300,
        "é" * 300,
        "two\nlines",
    ):
        message = marker.message(text)
        assert len(message.encode()) <= MESSAGE_LIMIT
        assert parse_marker(message) == marker


@pytest.mark.parametrize("message", ["", "Initial save", "dashkit v1", "dashkit v1 uid=x sha256=ff tail"])
def test_other_messages_are_not_ours(message: str) -> None:
    assert parse_marker(message) is None


def test_a_secret_shows_itself_only_when_asked() -> None:
    secret = Secret("hush")
    assert "hush" not in f"{secret} {secret!r} {[secret]} {vars()['secret']}"
    assert secret.reveal() == "hush"
    with pytest.raises(TypeError):
        pickle.dumps(secret)


def test_a_password_with_an_at_sign_leaves_nothing_behind() -> None:
    assert without_secrets("http://user:p@ss@proxy:3128/x") == ("http://user@proxy:3128/x", True)
    assert without_secrets("http://proxy:3128/a@b") == ("http://proxy:3128/a@b", False)
