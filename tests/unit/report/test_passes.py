"""A pass of `dashkit watch` as lines for a person."""

from __future__ import annotations

import pytest

from dashkit.model.passes import Fault, Held, Pass, Pushed
from dashkit.report.passes import pass_data, pass_text

URL = "http://127.0.0.1:3000"


def dashboards(count: int, *, created: bool = False) -> tuple[Pushed, ...]:
    return tuple(Pushed("dashboard", f"d{n}", f"Title {n}", created, f"{URL}/d/d{n}") for n in range(count))


HELD = Held("dashboard", "a", "A", "edited in the UI", "dashkit absorb a --context dev")


@pytest.mark.parametrize(
    ("done", "lines"),
    [
        (Pass(same=2), ["12:00:00 nothing to push: 2 dashboards unchanged"]),
        (Pass(same=1, still=("a",)), ["12:00:00 nothing to push: 1 dashboard unchanged; still left alone: a"]),
        (Pass(dashboards(1), seconds=0.43), [f"12:00:00 updated d0 {URL}/d/d0 in 0.4 s"]),
        (Pass(dashboards(5, created=True), seconds=1), [f"12:00:00 5 created {URL}/dashboards in 1.0 s"]),
        (
            Pass((Pushed("alert group", "x/shop", "shop", False, f"{URL}/alerting/list"),)),
            [f"12:00:00 updated alert group shop {URL}/alerting/list in 0.0 s"],
        ),
        (
            Pass(gone=("a", "b")),
            ["12:00:00 a, b left the source and stay in Grafana (`dashkit push --prune` deletes)"],
        ),
        (
            Pass(held=(HELD,)),
            ["12:00:00 left alone a: edited in the UI", "    -> dashkit absorb a --context dev"],
        ),
        (
            Pass(faults=(Fault("shop.py:3", "NameError: x", "did you mean y?", "z = x"),)),
            ["12:00:00 shop.py:3: error: NameError: x", "    | z = x", "    -> did you mean y?"],
        ),
        (Pass(silent="refused"), ["12:00:00 Grafana does not answer, and is asked again: refused"]),
    ],
)  # fmt: skip
def test_a_pass_is_a_line_with_what_needs_attention_below_it(done: Pass, lines: list[str]) -> None:
    assert list(pass_text(done, when="12:00:00")) == lines


def test_many_dashboards_are_named_on_request() -> None:
    lines = list(pass_text(Pass(dashboards(4)), when="", verbose=True))
    assert lines[1:] == [f"    updated d{n} {URL}/d/d{n}" for n in range(4)]


def test_that_grafana_does_not_answer_is_said_once() -> None:
    done = Pass(silent="refused", faults=(Fault("shop.py:3", "NameError: x"),))
    assert len(list(pass_text(done, when="", waiting=True))) == 1


def test_control_characters_of_a_title_from_grafana_do_not_reach_the_terminal() -> None:
    held = Held("alert group", "x", "evil\x1b[2J", "by \x1b[0m", "")
    assert not any("\x1b" in line for line in pass_text(Pass(held=(held,)), when=""))


def test_json_has_every_field_of_a_pass() -> None:
    data = pass_data(Pass(dashboards(1), 3, (HELD,), ("b",), (Fault("w", "m"),), gone=("c",), silent="s"), when="now")
    assert data["left_alone"][0]["hint"] == HELD.hint
    assert (data["unchanged"], data["still_left_alone"], data["gone_from_source"]) == (3, ["b"], ["c"])
    assert data["no_answer"] == "s"
