"""Ranges and ticks of axes."""

from __future__ import annotations

import math
from datetime import timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as some

from dashkit.preview.plots.scale import (
    Limits,
    Scale,
    decimals_of,
    linear_range,
    log_range,
    log_ticks,
    step_of,
    ticks,
)
from dashkit.preview.plots.time_ticks import time_ticks

HOUR = 3_600_000
START = 1_700_000_000_000
NUMBERS = some.floats(-1e12, 1e12).map(lambda value: round(value, 6))


def test_a_range_has_space_and_ends_at_round_numbers() -> None:
    assert linear_range(17, 166) == (0, 190)
    assert linear_range(-40, 120) == (-60, 140)


def test_a_range_does_not_pass_zero_unless_a_value_does() -> None:
    assert linear_range(1, 100)[0] == 0
    assert linear_range(-100, -1)[1] == 0


def test_equal_values_stand_in_the_middle_of_a_range() -> None:
    assert linear_range(5, 5) == (0, 10)
    assert linear_range(0, 0) == (0, 100)


def test_hard_limits_are_kept_and_soft_ones_are_the_least_that_is_shown() -> None:
    assert linear_range(3, 500, Limits(low=0, high=100)) == (0, 100)
    assert linear_range(3, 50, Limits(soft_low=0, soft_high=100)) == (0, 100)
    assert linear_range(3, 500, Limits(soft_high=100))[1] > 500


def test_without_values_an_axis_shows_its_limits_or_up_to_a_hundred() -> None:
    assert linear_range(None, None) == (0, 100)
    assert linear_range(None, None, Limits(high=1)) == (0, 1)


def test_zero_can_be_kept_in_the_middle() -> None:
    low, high = linear_range(-1, 40, Limits(centred=True))
    assert low == -high


@given(NUMBERS, NUMBERS)
def test_a_range_contains_its_values(one: float, other: float) -> None:
    low, high = min(one, other), max(one, other)
    bottom, top = linear_range(low, high)
    assert bottom < top
    assert bottom <= low + abs(low) * 1e-9
    assert top >= high - abs(high) * 1e-9


@given(NUMBERS, NUMBERS, some.floats(30, 2000))
def test_ticks_are_far_enough_apart_and_inside(one: float, other: float, pixels: float) -> None:
    low, high = linear_range(min(one, other), max(one, other))
    step = step_of(low, high, pixels, 30)
    assert step * pixels / (high - low) >= 30 * (1 - 1e-6)
    assert all(low - step * 1e-6 <= tick <= high + step * 1e-6 for tick in ticks(low, high, step))


def test_steps_of_bytes_are_powers_of_two() -> None:
    assert step_of(0, 10_000, 300, 30, binary=True) == 1024


def test_ticks_have_as_many_decimals_as_their_step() -> None:
    assert [decimals_of(step) for step in (20, 2.5, 0.01, 1e-7)] == [0, 1, 2, 7]


def test_a_logarithmic_axis_has_whole_magnitudes() -> None:
    assert log_range(3, 4000) == (1, 10_000)
    assert log_range(None, None) == (1, 100)
    labelled = [value for value, whole in log_ticks(1, 1000) if whole]
    assert labelled == [1, 10, 100, 1000]


def test_scales_place_values_in_proportion() -> None:
    assert Scale(0, 10, 100, 0).forward()(5) == 50
    assert Scale(1, 100, 0, 100, "log").forward()(10) == pytest.approx(50)
    assert Scale(-100, 100, 0, 100, "symlog").forward()(0) == pytest.approx(50)
    assert math.isfinite(Scale(1, 100, 0, 100, "log").forward()(0))


def test_times_have_round_steps_and_short_texts() -> None:
    texts = [text for _, text in time_ticks(START, START + HOUR, 380, lambda sample: 49)]
    assert texts == ["22:20", "22:30", "22:40", "22:50", "23:00", "23:10"]


def test_days_begin_at_midnight_of_the_zone() -> None:
    zone = timezone(timedelta(hours=5, minutes=30))
    found = time_ticks(START, START + 10 * 24 * HOUR, 400, lambda sample: 60, zone)
    assert {(place / 1000 + 5.5 * 3600) % 86400 for place, _ in found} == {0}
    assert [text for _, text in found][:2] == ["11/17", "11/19"]


def test_long_ranges_are_written_in_months_and_years() -> None:
    year = 365 * 24 * HOUR
    assert [text for _, text in time_ticks(START, START + 2 * year, 300, lambda sample: 60)][:2] == [
        "2024-01",
        "2024-07",
    ]
    assert time_ticks(START, START + 40 * year, 300, lambda sample: 60)[0][1] == "2030"
