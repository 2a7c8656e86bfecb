"""Which archives stay."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashkit.backup.archive_name import archive_name, stamp_of
from dashkit.backup.retention import FUTURE, UNPROVEN, RetentionPolicy, Stamp, retain

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def stamps(*ages: float, context: str = "prod") -> list[Stamp]:
    """Archives of so many days ago."""
    moments = [NOW - timedelta(days=age) for age in ages]
    return [Stamp(archive_name(context, moment), context, moment) for moment in moments]


def kept(archives: list[Stamp], policy: RetentionPolicy, proven: frozenset[str] | None = None) -> list[float]:
    names = proven if proven is not None else frozenset(stamp.name for stamp in archives)
    decisions = retain(archives, policy, NOW, names)
    return [(NOW - decision.stamp.moment) / timedelta(days=1) for decision in decisions if decision.keep]


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (RetentionPolicy(last=2), [0, 0.25]),
        (RetentionPolicy(daily=3), [0, 1, 2]),
        # The newest of each week (they begin on Monday; day 0 is a Saturday).
        (RetentionPolicy(weekly=3), [0, 6, 13]),
        (RetentionPolicy(monthly=2), [0, 20.9]),
        (RetentionPolicy(within=timedelta(days=2)), [0, 0.25, 0.5, 1, 2]),
        (RetentionPolicy(last=1, monthly=3), [0, 20.9, 55]),
    ],
)
def test_each_rule_keeps_the_newest_of_its_period(policy: RetentionPolicy, expected: list[float]) -> None:
    ages = [0, 0.25, 0.5, 1, 2, 6, 7, 13, 20.9, 21, 30, 55]
    assert kept(stamps(*ages), policy) == expected


def test_every_kept_archive_says_why() -> None:
    decisions = retain(stamps(0, 1, 9), RetentionPolicy(last=1, daily=2), NOW, frozenset({stamps(0)[0].name}))
    assert [decision.reasons for decision in decisions] == [
        ("newest", "day 1 of 2", "newest that is verified"),
        ("day 2 of 2",),
        (),
    ]


def test_the_newest_that_is_verified_stays_whatever_the_policy_says() -> None:
    archives = stamps(0, 1, 2, 3)
    assert kept(archives, RetentionPolicy(last=1), frozenset({archives[2].name, archives[3].name})) == [0, 2]


def test_without_a_verified_one_nothing_goes() -> None:
    decisions = retain(stamps(0, 1, 2), RetentionPolicy(last=1), NOW, frozenset())
    assert [decision.keep for decision in decisions] == [True, True, True]
    assert decisions[1].reasons == (UNPROVEN,)


def test_an_empty_policy_removes_nothing() -> None:
    assert kept(stamps(0, 100), RetentionPolicy()) == [0, 100]


def test_one_context_does_not_push_another_out() -> None:
    archives = stamps(0, 1) + stamps(50, 60, context="staging")
    assert kept(archives, RetentionPolicy(last=1)) == [0, 50]


def test_an_incomplete_one_takes_no_place_and_goes_for_a_younger_whole_one() -> None:
    whole = stamps(1, 5)
    torsos = [replace(stamp, name=f"x-{stamp.name}", state="incomplete") for stamp in stamps(0, 3)]
    part = [replace(stamp, name=f"p-{stamp.name}", state="part") for stamp in stamps(0, 2)]
    everything = [*whole, *torsos, *part]
    decisions = retain(everything, RetentionPolicy(last=1), NOW, frozenset(stamp.name for stamp in everything))
    kept = {decision.stamp for decision in decisions if decision.keep}
    assert kept == {whole[0], torsos[0], part[0]}


@given(
    st.lists(st.integers(0, 4000), max_size=30, unique=True),
    st.integers(0, 4),
    st.integers(0, 4),
    st.integers(0, 4),
    st.integers(0, 4),
)
def test_laws_of_retention(hours: list[int], last: int, daily: int, weekly: int, monthly: int) -> None:
    archives = stamps(*(hour / 24 for hour in hours))
    policy = RetentionPolicy(last, daily, weekly, monthly)
    proven = frozenset(stamp.name for stamp in archives)
    decisions = retain(archives, policy, NOW, proven)
    # Each archive is decided on once; with any rule the newest stays; to decide again on what stayed removes nothing.
    assert sorted(decision.stamp.name for decision in decisions) == sorted(stamp.name for stamp in archives)
    if archives:
        assert decisions[0].keep
    left = [decision.stamp for decision in decisions if decision.keep]
    assert all(decision.keep for decision in retain(left, policy, NOW, proven))
    if not policy.empty:
        assert len(left) <= max(1, last + daily + weekly + monthly)


@pytest.mark.parametrize(
    "name",
    [
        "a.zip",
        "dashkit-prod-2026.zip",
        "dashkit-prod-20269921T100000Z.zip",
        ".dashkit-prod-20261121T100000Z.zip.partial",
    ],
)
def test_other_files_are_no_archives(name: str) -> None:
    assert stamp_of(name) is None


def test_a_name_says_context_and_time() -> None:
    name = archive_name("My Prod/EU", NOW)
    assert name == "dashkit-my-prod-eu-3c8afd-20261121T120000Z.zip"
    assert stamp_of(name, 5) == Stamp(name, "my-prod-eu-3c8afd", NOW, 5)
    assert archive_name("prod", NOW) == "dashkit-prod-20261121T120000Z.zip"


@pytest.mark.parametrize(("one", "other"), [("Prod", "prod"), ("本番", "試験"), ("a b", "a-b")])
def test_two_contexts_never_share_a_name(one: str, other: str) -> None:
    assert archive_name(one, NOW) != archive_name(other, NOW)


def test_one_of_the_future_is_never_the_newest_and_crowds_none_out() -> None:
    today, future = stamps(0, 1, 2, 3), stamps(-1, -30_000)
    every = frozenset(stamp.name for stamp in (*today, *future))
    both = retain([*today, *future], RetentionPolicy(last=2), NOW, every)
    assert [decision for decision in both if decision.stamp in today] == retain(
        today, RetentionPolicy(last=2), NOW, every
    )
    assert {decision.reasons for decision in both if decision.stamp in future} == {(FUTURE,)}


def test_the_clocks_of_two_machines_may_differ_a_little() -> None:
    (soon,) = stamps(-5 / 1440)
    assert retain([soon], RetentionPolicy(last=1), NOW, frozenset({soon.name}))[0].reasons[0] == "newest"
