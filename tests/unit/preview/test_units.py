"""Numbers in units, as Grafana shows them."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from dashkit.model.grafana_names import UNITS
from dashkit.preview.units import Text, dates, format_value
from dashkit.preview.units.catalogue import FORMATTERS
from dashkit.preview.units.formats import format_time
from tests.conftest import ROOT

FACTS = ROOT / "tests/preview/facts"
HEAD, *UNIT_LINES = (json.loads(line) for line in (FACTS / "units.jsonl").read_text(encoding="utf-8").splitlines())
TIMES: Any = json.loads((FACTS / "modes_and_times.json").read_text(encoding="utf-8"))
#: When the facts were recorded.
RECORDED = datetime(2026, 11, 24, 12, tzinfo=UTC).timestamp() * 1000


@pytest.mark.parametrize("line", UNIT_LINES, ids=lambda line: line[0])
def test_each_number_is_shown_as_grafana_shows_it(line: Any) -> None:
    unit, *cells = line
    wrong = []
    for value, (prefix, suffix, *texts) in zip(HEAD["values"], cells, strict=True):
        for decimals, text in zip(HEAD["decimals"], texts, strict=False):
            found = format_value(unit, value, decimals, now=RECORDED)
            if found != (prefix, text, suffix):
                wrong.append((value, decimals, (prefix, text, suffix), found))
    assert wrong == []


def test_the_facts_cover_each_unit_of_grafana() -> None:
    recorded = {line[0] for line in UNIT_LINES if ":" not in line[0]}
    assert recorded == UNITS
    assert set(FORMATTERS) - {""} | dates.UNITS == UNITS


@pytest.mark.parametrize("line", TIMES["own_units"], ids=lambda line: line[0] or "none")
def test_units_of_ones_own(line: Any) -> None:
    unit, *wanted = line
    assert [list(format_value(unit, value)) for value in TIMES["values"]] == wanted


def test_the_whole_text_has_its_prefix_and_its_suffix() -> None:
    assert format_value("bytes", 1234567, 1).whole == "1.2 MiB"
    assert format_value("currencyEUR", -5).whole == "-€5"
    assert format_value("unheard of", 3).whole == "3 unheard of"


def test_without_decimals_a_number_has_three_significant_digits() -> None:
    texts = [format_value("none", value).text for value in (0.012345, 1.2345, 12.345, 123.45, 1234.5, 7.0)]
    assert texts == ["0.0123", "1.23", "12.3", "123", "1235", "7"]


def test_a_half_is_rounded_up_also_below_zero() -> None:
    assert [format_value("none", value, 0).text for value in (0.5, 1.5, 2.5, -0.5, -1.5)] == ["1", "2", "3", "0", "-1"]


def test_zeros_behind_the_point_can_be_left_out() -> None:
    assert format_value("s", 1.5, 3).trimmed().whole == "1.5 s"
    assert format_value("none", 20, 2).trimmed().whole == "20"
    assert format_value("none", 20, 0).trimmed().whole == "20"
    assert format_value("none", 1.5e-10).trimmed().whole == "1.5e-10"


def test_no_value_is_no_text() -> None:
    assert format_value("bytes", None) == Text("", "", "")


def test_no_number_is_too_large_or_too_small_for_any_unit() -> None:
    for unit, *_ in UNIT_LINES:
        assert format_value(unit, math.nan).whole == "NaN"
        for value in (math.inf, -math.inf, 1e300, -1e300, 10**30, 5e-324):
            for decimals in (None, 0, 30):
                said = format_value(unit, value, decimals).text
                # Words for durations have none below a millisecond.
                assert said or (unit.startswith("dtduration") and value == 5e-324)


def test_infinity_has_a_sign_of_its_own() -> None:
    assert format_value("percent", math.inf).whole == "∞%"
    assert format_value("dtdurations", -math.inf).whole == "-∞"


def test_a_date_is_shown_in_its_time_zone() -> None:
    summer = datetime(2024, 7, 1, 23, 30, tzinfo=UTC).timestamp() * 1000
    assert format_value("dateTimeAsIso", summer).text == "2024-07-01 23:30:00"
    assert format_value("dateTimeAsIso", summer, None, ZoneInfo("Europe/Berlin")).text == "2024-07-02 01:30:00"


def test_today_has_no_date_where_the_unit_says_so() -> None:
    noon = datetime(2024, 7, 1, 12, tzinfo=UTC).timestamp() * 1000
    hour = 3600 * 1000
    assert format_value("dateTimeAsUSNoDateIfToday", noon + hour, now=noon).text == "1:00:00 pm"
    assert format_value("dateTimeAsUSNoDateIfToday", noon + 13 * hour, now=noon).text == "07/02/2024 1:00:00 am"


def test_how_long_ago_a_time_was() -> None:
    for distance, ago, ahead in TIMES["from_now"]:
        now = TIMES["now"]
        assert format_value("dateTimeFromNow", now - distance, now=now).text == ago
        assert format_value("dateTimeFromNow", now + distance, now=now).text == ahead


def test_from_now_is_compared_with_the_clock_by_default() -> None:
    assert format_value("dateTimeFromNow", datetime.now(UTC).timestamp() * 1000 - 7_200_000).text == "2 hours ago"


@pytest.mark.parametrize("line", TIMES["formats"], ids=lambda line: f"{line[0]} {line[1]}")
def test_times_in_formats_of_ones_own(line: Any) -> None:
    form, zone, *wanted = line
    timezone = UTC if zone == "utc" else ZoneInfo(zone)
    assert [format_time(at, form, timezone) for at in TIMES["times"]] == wanted


def test_dates_beyond_those_of_python() -> None:
    far = 8.64e15
    assert format_time(far, "YYYY-MM-DD dddd", ZoneInfo("Europe/Berlin")) == "275760-09-13 Saturday"
    assert format_time(far + 1, "YYYY") == "Invalid date"
