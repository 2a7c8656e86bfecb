"""The loop that writes: order, conflicts, lost answers, giving up, interruption."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from threading import Event, Thread
from typing import Any

import pytest

from dashkit.deploy.carry_out import carry_out
from dashkit.deploy.outcome import Content, Hooks
from dashkit.deploy.steps import Action, Step
from dashkit.errors import ConflictError, InputError, ServerError
from dashkit.model.item import Item, Ref
from dashkit.model.secret import Secret
from tests.support.memory_server import Server, board, create, errors, gone, group, lost, refused, update


def test_what_somebody_changed_since_the_plan_is_a_conflict_and_the_rest_goes_on() -> None:
    one, two = group("one", "a"), group("two", "b")
    server = Server(group("one", "a", wait="9m"), two)
    steps = [update(one, group("one", "a", "c")), update(two, group("two", "b", "d"))]
    kept: list[Step] = []
    result = carry_out(steps, server, hooks=Hooks(keep=lambda todo: kept.extend(todo) or "name"))
    assert errors(result) == ["f/one: changed by someone since the plan was made", ""]
    assert isinstance(result.errors[0], ConflictError)
    assert (kept, result.kept) == ([steps[1]], "name")
    assert server.objects[one.ref] == group("one", "a", wait="9m")


def test_it_is_read_again_kept_and_compared_once_more_right_before_the_write() -> None:
    base = group("one", "a")
    server = Server(base)

    def keep(steps: Sequence[Step]) -> str:
        server.log.append("keep")
        return ""

    carry_out([update(base, group("one"))], server, hooks=Hooks(keep=keep))
    assert server.log == ["read alert-rules", "keep", "read alert-rules", "put alert-rules/f/one"]


def test_an_edit_after_the_journal_is_a_conflict_too() -> None:
    base = group("one", "a")
    server = Server(base)

    def keep(steps: Sequence[Step]) -> str:
        server.objects[base.ref] = group("one", "a", "theirs")
        return "name"

    result = carry_out([update(base, group("one"))], server, hooks=Hooks(keep=keep))
    assert errors(result) == ["f/one: changed by someone since the plan was made"]
    assert server.objects[base.ref] == group("one", "a", "theirs")


def test_a_group_that_appeared_since_the_plan_is_not_replaced_by_creating_one() -> None:
    server = Server(group("one", "theirs"))
    result = carry_out([create(group("one", "a"))], server)
    assert errors(result) == ["f/one: changed by someone since the plan was made"]


def test_of_equal_annotations_each_is_written_after_the_one_before() -> None:
    """Otherwise a lost answer would be taken for a lost write: the others make up the count."""

    class Stored(Server):
        """Counts equal annotations, as Grafana's answers are read."""

        writers = 4

        def put(self, item: Item, live: Item | None, secrets: Any = None) -> None:
            number = item.key.rpartition("-")[2]
            if number == "1":
                time.sleep(0.05)  # the one behind it would overtake it
            super().put(
                replace(item, key=f"{item.key[:5]}{f'-{len(self.objects)}' if self.objects else ''}"), live, secrets
            )

    server = Stored()
    steps = [create(Item("annotations", key, "", {})) for key in ("1-abc", "1-abc-1", "1-abc-2")]
    server.answers["1-abc-1"] = [lost]
    result = carry_out(steps, server)
    assert errors(result) == ["", "", ""]
    assert sorted(ref.key for ref in server.objects) == ["1-abc", "1-abc-1", "1-abc-2"]


def test_a_rule_that_moves_makes_no_conflict_for_the_group_that_it_leaves() -> None:
    old, new = group("old", "a", "b"), group("new", "a")
    server = Server(old)
    move = Step(Action.CREATE, new.ref, "new", item=new, takes=(old,))

    def put(item: Item, live: Item | None, secrets: Any = None) -> None:
        """As Grafana does: a rule is in one group only."""
        uids = {rule["uid"] for rule in item.content["rules"]}
        for ref, other in list(server.objects.items()):
            left = [rule for rule in other.content["rules"] if rule["uid"] not in uids]
            server.objects[ref] = replace(other, content={**other.content, "rules": left})
        server.objects[item.ref] = item

    server.put = put  # type: ignore[method-assign]
    leave = Step(Action.DELETE, old.ref, "old", old, group("old", "b"))
    assert errors(carry_out([move, leave], server)) == ["", ""]


def test_a_group_from_which_a_rule_moves_is_compared_too() -> None:
    old, new = group("old", "a"), group("new", "a")
    server = Server(group("old", "a", wait="9m"))
    result = carry_out([Step(Action.CREATE, new.ref, "new", item=new, takes=(old,))], server)
    assert errors(result) == ["f/new: changed by someone since the plan was made"]


def test_a_lost_answer_is_looked_up_and_not_sent_again() -> None:
    server = Server(board("a"))
    server.answers["a"] = [lost]
    assert errors(carry_out([update(board("a"), board("a", 2, x=1))], server)) == [""]
    assert server.log == ["put dashboards/a", "read dashboards"]


def test_a_write_that_did_not_arrive_is_sent_three_times_at_the_most() -> None:
    server = Server(board("a"))
    server.answers["a"] = [refused] * 9
    assert errors(carry_out([update(board("a"), board("a", 2, x=1))], server)) == ["database is locked"]
    assert server.log.count("put dashboards/a") == 3


def test_a_write_is_not_sent_again_over_what_somebody_else_wrote_meanwhile() -> None:
    server = Server(board("a"))

    def overtaken(do: Callable[[], None]) -> None:
        server.objects[Ref("dashboards", "a")] = board("a", 5, theirs=True)
        raise ServerError("no answer")

    server.answers["a"] = [overtaken]
    assert errors(carry_out([update(board("a"), board("a", 2, x=1))], server)) == [
        "a: saved by someone at the same time (no answer)"
    ]
    assert server.log.count("put dashboards/a") == 1


def test_after_three_without_an_answer_nothing_more_is_sent() -> None:
    server = Server()
    for number in range(9):
        server.answers[f"d{number}"] = [gone] * 9
    result = carry_out([create(board(f"d{number}")) for number in range(9)], server)
    assert errors(result)[2:4] == [
        "cannot connect",
        "not tried: none of the last three writes got an answer from Grafana",
    ]
    assert [outcome.tried for outcome in result.outcomes] == [True] * 3 + [False] * 6
    assert len({line for line in server.log if line.startswith("put")}) == 3


def test_an_answer_in_between_starts_the_count_anew() -> None:
    server = Server()
    for number in (0, 1, 3, 4):
        server.answers[f"d{number}"] = [gone] * 9
    result = carry_out([create(board(f"d{number}")) for number in range(5)], server)
    assert [outcome.tried for outcome in result.outcomes] == [True] * 5


def test_an_interrupt_tells_what_is_done_and_what_was_not_tried() -> None:
    server = Server()

    def stop(do: Callable[[], None]) -> None:
        do()
        raise KeyboardInterrupt

    server.answers["b"] = [stop]
    result = carry_out([create(board(uid)) for uid in ("a", "b", "c")], server)
    assert result.interrupted
    assert errors(result)[0] == ""
    assert errors(result)[2] == "not tried: interrupted"
    assert not result.outcomes[2].tried
    assert Ref("dashboards", "c") not in server.objects


def test_a_write_in_a_thread_that_the_pool_does_not_wait_for_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """An interrupt may come while the pool starts a thread: the thread runs, and the pool does not know of it."""
    begun, threads, late = Event(), [], []

    def lost(call: Callable[[Step], None], steps: Iterable[Step], workers: int) -> Iterator[None]:
        first, second = steps
        late.append(lambda: call(second))
        threads.append(Thread(target=call, args=(first,)))
        threads[0].start()
        assert begun.wait(5)
        raise KeyboardInterrupt
        yield

    def slow(do: Callable[[], None]) -> None:
        begun.set()
        time.sleep(0.1)
        do()

    monkeypatch.setattr("dashkit.deploy.carry_out.ordered_map", lost)
    server = Server()
    server.answers["a"] = [slow]
    result = carry_out([create(board(uid)) for uid in ("a", "b")], server)
    threads[0].join()
    assert result.interrupted
    assert errors(result) == ["", "not tried: interrupted"]
    assert Ref("dashboards", "a") in server.objects
    late[0]()  # what the pool still had in its queue
    assert Ref("dashboards", "b") not in server.objects


def test_what_lies_in_a_folder_that_could_not_be_made_fails_with_that_reason() -> None:
    def folder(uid: str, parent: str = "") -> Item:
        return Item("folders", uid, uid, {"title": uid, "folder": parent})

    def denied(do: Callable[[], None]) -> None:
        raise ServerError("no", status=403)

    server = Server()
    server.answers["team"] = [denied]
    inside = replace(board("a"), content={**board("a").content, "folder": "service"})
    result = carry_out([create(folder("team")), create(folder("service", "team")), create(inside)], server)
    why = "its folder 'team' could not be created: no"
    assert errors(result) == ["no", why, why]


def test_nothing_is_written_where_the_journal_cannot_be() -> None:
    def keep(steps: Sequence[Step]) -> str:
        raise InputError("disk full")

    server = Server()
    with pytest.raises(InputError, match="disk full"):
        carry_out([create(board("a"))], server, hooks=Hooks(keep=keep))
    assert server.log == []


def test_secrets_that_a_write_goes_without_are_told() -> None:
    point = Item("contact-points", "p", "p", {"name": "p"}, ("url", "token", "key"))
    there = replace(point, secrets=("token",))
    server = Server(there)
    known = {"url": Secret("x")}
    result = carry_out([update(there, point)], server, wanted=lambda step, kept: Content(point, known))
    assert [outcome.missing for outcome in result.outcomes] == [("key",)]


def test_a_group_that_somebody_edits_after_a_failed_write_is_not_written_over() -> None:
    base = group("one", "a")
    server = Server(base)

    def overtaken(do: Callable[[], None]) -> None:
        server.objects[base.ref] = group("one", "a", "theirs")
        raise ServerError("database is locked", status=500)

    server.answers[base.key] = [overtaken]
    assert errors(carry_out([update(base, group("one"))], server)) == ["database is locked"]
    assert server.objects[base.ref] == group("one", "a", "theirs")


def test_what_a_cut_off_creation_left_is_gone_on_with() -> None:
    def half(do: Callable[[], None]) -> None:
        server.objects[Ref("alert-rules", "f/one")] = group("one", "a")
        raise ServerError("no answer")

    server = Server()
    server.answers["f/one"] = [half]
    assert errors(carry_out([create(group("one", "a", "b"))], server)) == [""]
    assert server.objects[Ref("alert-rules", "f/one")] == group("one", "a", "b")


def test_a_secret_whose_write_failed_is_not_called_done_since_all_else_was_there() -> None:
    point = Item("contact-points", "p", "p", {"name": "p"}, ("url",))
    server = Server(point)
    server.answers["p"] = [refused] * 9
    known = {"url": Secret("x")}
    result = carry_out([update(point, point)], server, wanted=lambda step, kept: Content(point, known))
    assert errors(result) == ["database is locked"]
    assert server.log.count("put contact-points/p") == 3


def test_a_folder_without_an_answer_is_no_reason_to_give_up_on_the_rest() -> None:
    folder = Item("folders", "team", "team", {"title": "team", "folder": ""})
    inside = [replace(board(f"in{n}"), content={**board(f"in{n}").content, "folder": "team"}) for n in range(5)]
    server = Server()
    server.answers["team"] = [gone] * 9
    result = carry_out([create(item) for item in (folder, *inside, board("at-the-root"))], server)
    assert errors(result)[-1] == ""
    assert set(errors(result)[1:-1]) == {"its folder 'team' could not be created: cannot connect"}


def test_a_contact_point_that_we_renamed_makes_no_conflict_for_the_tree_that_refers_to_it() -> None:
    def point(name: str) -> Item:
        return Item("contact-points", "p", name, {"name": name, "settings": {}})

    def tree(receiver: str, **more: Any) -> Item:
        return Item("policies", "tree", "tree", {"receiver": receiver, **more})

    server = Server(point("old"), tree("old"))

    def renaming(do: Callable[[], None]) -> None:
        """As Grafana does: what refers to it is changed along."""
        do()
        server.objects[Ref("policies", "tree")] = tree("new")

    server.answers["p"] = [renaming]
    steps = [update(point("old"), point("new")), update(tree("old"), tree("new", group_by=["x"]))]
    assert errors(carry_out(steps, server)) == ["", ""]


@pytest.mark.parametrize(
    ("status", "kind", "conflict", "untouched"),
    [
        (400, "dashboards", False, True),
        (499, "dashboards", False, True),
        (500, "dashboards", False, False),
        (399, "dashboards", False, False),
        (403, "teams", False, False),  # a team takes several requests: the first may have been accepted
        (409, "teams", True, True),
    ],
)
def test_what_was_refused_outright_is_told_apart_from_what_may_be_half_written(
    status: int, kind: str, conflict: bool, untouched: bool
) -> None:
    def answer(do: Callable[[], None]) -> None:
        raise (ConflictError if conflict else ServerError)("no", status=status)

    server = Server()
    item = replace(board("a"), kind=kind)
    server.answers["a"] = [answer] * 3
    (outcome,) = carry_out([create(item)], server).outcomes
    assert outcome.untouched is untouched


def test_progress_counts_what_is_done_of_what_is_tried() -> None:
    gone_since, seen = board("b"), []
    server = Server(board("a"))
    steps = [
        update(gone_since, board("b", title="new")),
        update(board("a"), board("a", title="new")),
        create(board("c")),
    ]
    carry_out(steps, server, hooks=Hooks(progress=lambda done, total: seen.append((done, total))))
    assert seen[-1][0] == seen[-1][1]
    assert [done for done, _ in seen] == list(range(1, len(seen) + 1))


@pytest.mark.parametrize(
    ("there", "said"),
    [
        (board("a"), ""),
        (board("a", description="theirs"), "a: it exists by now, with other content"),
        (None, "a: taken"),
    ],
)
def test_a_dashboard_that_a_list_did_not_show_is_looked_at_before_it_is_a_conflict(
    there: Item | None, said: str
) -> None:
    def conflict(do: Callable[[], None]) -> None:
        raise ConflictError("taken", status=412, where="a")

    server = Server(*([there] if there else []))
    server.answers["a"] = [conflict]
    assert errors(carry_out([create(board("a"))], server)) == [said]
