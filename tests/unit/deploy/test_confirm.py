"""What is read at the end, where success of a save proves nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from dashkit.deploy.carry_out import carry_out
from dashkit.deploy.outcome import Result
from dashkit.errors import ConflictError, ServerError
from dashkit.model.item import Item, Limits
from dashkit.model.live import Version
from tests.support.memory_server import Server, board, errors, update


def saved_with(message: str, version: int, uid: str = "a", **spec: Any) -> Item:
    item = board(uid, version, **spec)
    return Item(item.kind, item.key, item.name, item.content, server={"version": version, "message": message})


def version(number: int, message: str, who: str) -> Version:
    return Version(number, message, "2026-01-02T03:04:05Z", who, {})


def push(then: Callable[[Server], None], *history: Version, readable: bool = True) -> Result:
    """Save version 6 over 5, after which the server is as ``then`` makes it, with that history."""
    base, item = board("a", 5), saved_with("ours", 6, description="ours")
    server = Server(base)
    server.histories["a"] = list(history) if readable else None

    def save(do: Callable[[], None]) -> None:
        do()
        then(server)

    server.answers["a"] = [save]
    return carry_out([update(base, item)], server)


def stands(item: Item) -> Callable[[Server], None]:
    def then(server: Server) -> None:
        server.objects[item.ref] = item

    return then


def test_what_is_stored_as_it_was_sent_needs_no_look_at_versions() -> None:
    assert errors(push(lambda server: None)) == [""]


def test_a_save_that_another_one_came_over_is_a_conflict_with_both_authors() -> None:
    theirs = saved_with("", 7, description="theirs")
    result = push(stands(theirs), version(7, "", "jo"), version(6, "ours", "ci"), version(5, "", "ci"))
    assert isinstance(result.errors[0], ConflictError)
    assert errors(result) == ["a: two saves at the same time: version 7 by jo is current, this one is version 6 by ci"]


def test_a_save_over_somebody_elses_is_told_too() -> None:
    ours = saved_with("ours", 7, description="ours")
    result = push(stands(ours), version(7, "ours", "ci"), version(6, "", "jo"), version(5, "", "ci"))
    assert errors(result) == [
        "a: two saves at the same time: this one is current, as version 7 by ci, over version 6 by jo"
    ]


def test_a_form_of_the_servers_own_is_no_conflict() -> None:
    raised = saved_with("ours", 6, description="ours", refresh="5s")
    assert errors(push(stands(raised), version(6, "ours", "ci"), version(5, "", "ci"))) == [""]


def test_success_without_a_save_is_a_conflict() -> None:
    untouched = board("a", 5)
    assert errors(push(stands(untouched), version(5, "", "ci"))) == [
        "a: Grafana reported success, but it was not saved"
    ]


def test_success_and_nothing_there_is_an_error() -> None:
    result = push(lambda server: server.objects.clear())
    assert errors(result) == ["Grafana reported success, but it is not there"]


def test_a_save_with_the_number_of_its_base_is_one_that_was_deleted_and_made_anew() -> None:
    recreated = saved_with("ours", 1, description="ours")
    (error,) = errors(push(stands(recreated), version(1, "ours", "ci")))
    assert "deleted by someone since the plan was made" in error
    same_number = saved_with("ours", 5, description="ours")
    (error,) = errors(push(stands(same_number), version(5, "ours", "ci")))
    assert "deleted by someone since the plan was made" in error


def test_all_that_met_another_save_are_told_in_one_read() -> None:
    bases, items = [board(uid, 5) for uid in "ab"], [saved_with("ours", 6, uid, description="ours") for uid in "ab"]
    server = Server(*bases)

    def lose(uid: str) -> Callable[[Callable[[], None]], None]:
        def save(do: Callable[[], None]) -> None:
            theirs = board(uid, 7, description="theirs")
            server.objects[theirs.ref] = theirs

        return save

    for uid in "ab":
        server.histories[uid] = [version(7, "", "jo"), version(5, "", "ci")]
        server.answers[uid] = [lose(uid)]
    result = carry_out([update(base, item) for base, item in zip(bases, items, strict=True)], server)
    assert [isinstance(error, ConflictError) for error in result.errors] == [True, True]
    assert [error.status for error in result.errors if isinstance(error, ConflictError)] == [409, 409]


def test_what_may_not_be_looked_into_is_a_conflict_only_where_it_differs() -> None:
    assert errors(push(stands(saved_with("", 7, description="ours")), readable=False)) == [""]
    (error,) = errors(push(stands(saved_with("", 7, description="theirs")), readable=False))
    assert "may not read who saved it" in error


def test_a_read_that_fails_is_told_of_what_was_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(server: Server) -> None:
        def items(kind: str, limits: Limits | None = None) -> Iterator[Item]:
            raise ServerError("no answer")

        monkeypatch.setattr(server, "items", items)

    (error,) = errors(push(broken))
    assert error == "a: saved, but it could not be read back: no answer"


def test_versions_that_cannot_be_read_are_no_proof() -> None:
    class Broken(Server):
        def versions(self, uid: str, limit: int = 20) -> list[Version] | None:
            raise ServerError("busy", status=500)

    base, item = board("a", 5), saved_with("ours", 6, description="ours")
    server = Broken(base)
    server.histories["a"] = []
    server.answers["a"] = [lambda do: None]  # success, and nothing is stored
    (error,) = errors(carry_out([update(base, item)], server))
    assert error == "a: saved, but it could not be read back: busy"


def test_an_interrupt_of_the_last_look_still_tells_what_was_saved() -> None:
    class Slow(Server):
        def items(self, kind: str, limits: Limits | None = None) -> Iterator[Item]:
            raise KeyboardInterrupt

    base, item = board("a", 5), saved_with("ours", 6, description="ours")
    server = Slow(base)
    server.histories["a"] = []
    result = carry_out([update(base, item)], server)
    assert result.interrupted
    assert errors(result) == ["a: saved, but it could not be read back: interrupted"]
