"""How far apart the values of a query are."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dashkit.preview.intervals import duration_text, interval_of, rate_interval
from tests.conftest import ROOT

FACTS: Any = json.loads((ROOT / "tests/preview/facts/display.json").read_text(encoding="utf-8"))["intervals"]
LIMITS = {None: 0, "15s": 15_000, "1m": 60_000}
HOUR = 3_600_000


def test_the_interval_is_that_of_grafana() -> None:
    wrong = []
    for hours, points, least, text, milliseconds in FACTS:
        found = interval_of(hours * HOUR, points, LIMITS[least])
        if (found, duration_text(found)) != (milliseconds, text):
            wrong.append((hours, points, least, text, found))
    assert len(FACTS) > 200
    assert wrong == []


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [
        (1, "1ms"), (500, "500ms"), (999, "999ms"), (1000, "1s"), (15_000, "15s"), (90_000, "1m"), (HOUR, "1h"),
        (24 * HOUR, "1d"), (7 * 24 * HOUR, "7d"), (365 * 24 * HOUR, "1y"),
    ],
)  # fmt: skip
def test_a_duration_is_written_in_its_largest_unit(milliseconds: int, text: str) -> None:
    assert duration_text(milliseconds) == text


def test_steps_are_round_and_grow_with_the_range() -> None:
    steps = [interval_of(width, 1) for width in (9, 10, 15, 749, 750, 86_399_999, 86_400_000, 3_628_800_000)]
    assert steps == [1, 10, 20, 500, 1000, 12 * HOUR, 24 * HOUR, 365 * 24 * HOUR]


def test_a_range_without_length_and_a_panel_without_width_have_an_interval() -> None:
    assert interval_of(0, 100) == interval_of(-5, 100) == 1
    assert interval_of(HOUR, 0) == HOUR


def test_the_interval_of_rates_has_four_samples() -> None:
    assert rate_interval(15_000, 15_000) == 60_000
    assert rate_interval(60_000, 15_000) == 75_000
