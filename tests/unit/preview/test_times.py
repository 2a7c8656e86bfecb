"""Time ranges as Grafana writes them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from dashkit.preview.times import instant, range_of, time_range, zone_of

NOW = datetime(2024, 5, 15, 13, 45, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "start", "end"),
    [
        ("now", "2024-05-15T13:45:30", "2024-05-15T13:45:30"),
        ("now-1h", "2024-05-15T12:45:30", "2024-05-15T12:45:30"),
        ("now-1d/d", "2024-05-14T00:00:00", "2024-05-14T23:59:59.999000"),
        ("now/w", "2024-05-12T00:00:00", "2024-05-18T23:59:59.999000"),
        ("now/M", "2024-05-01T00:00:00", "2024-05-31T23:59:59.999000"),
        ("now-1M", "2024-04-15T13:45:30", "2024-04-15T13:45:30"),
        ("now-1y/y", "2023-01-01T00:00:00", "2023-12-31T23:59:59.999000"),
        ("now/h", "2024-05-15T13:00:00", "2024-05-15T13:59:59.999000"),
        ("now-1h-30m", "2024-05-15T12:15:30", "2024-05-15T12:15:30"),
        ("2024-01-02", "2024-01-02T00:00:00", "2024-01-02T00:00:00"),
        ("2024-01-02T03:04:05.000Z", "2024-01-02T03:04:05", "2024-01-02T03:04:05"),
        ("1704164645000", "2024-01-02T03:04:05", "2024-01-02T03:04:05"),
    ],
)
def test_a_time_is_read_as_the_start_or_the_end_of_a_range(written: str, start: str, end: str) -> None:
    first, last = instant(written, NOW, UTC), instant(written, NOW, UTC, end=True)
    assert first is not None
    assert last is not None
    assert first.isoformat().removesuffix("+00:00") == start
    assert last.isoformat().removesuffix("+00:00") == end


@pytest.mark.parametrize(
    "written",
    [
        "",
        "yesterday",
        "now-1x",
        "now--1h",
        "2024-13-01",
        "²",
        "9" * 30,
        "now-99999999999999d",
        "now-9999y",
        "9999-12-31",
        "0001-01-01",
    ],
)
def test_what_is_no_time_is_none(written: str) -> None:
    assert instant(written, NOW, UTC) is None


def test_the_last_day_of_a_long_month_becomes_that_of_a_shorter_one() -> None:
    found = instant("now-1M", datetime(2024, 3, 31, tzinfo=UTC), UTC)
    assert found is not None
    assert found.isoformat() == "2024-02-29T00:00:00+00:00"


def test_days_begin_at_midnight_of_the_dashboards_zone() -> None:
    found = range_of({"time": {"from": "now/d", "to": "now"}, "timezone": "Europe/Berlin"}, NOW)
    assert (
        datetime.fromtimestamp(found.start / 1000, ZoneInfo("Europe/Berlin")).isoformat() == "2024-05-15T00:00:00+02:00"
    )


def test_a_range_that_cannot_be_read_is_the_last_six_hours() -> None:
    for written in ({"from": "now", "to": "now-1h"}, {"from": "x"}, {}):
        assert time_range(written, NOW, UTC).width == 6 * 3_600_000


def test_an_unknown_zone_is_utc() -> None:
    assert zone_of({"timezone": "Mars/Olympus"}) is UTC
