"""Objectives: budgets, burn rates, and the rules that follow."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashkit.authoring.limits import Limit
from dashkit.authoring.slo import (
    FAST,
    SLOW,
    BurnRate,
    Latency,
    Objective,
    Ratio,
    bucket,
    burn_rate_alerts,
    recording_rules,
)
from dashkit.model.alerts import AlertSeverity, RecordingRule, Runbook, number
from dashkit.model.durations import canonical, duration, seconds
from tests.support.reading import read

REQUESTS = Ratio('requests_total{job="api"}', 'requests_total{job="api", status=~"5.."}')
RUNBOOK = Runbook(("look",), ("mend",))


def objective(target: float = 0.999, **more: object) -> Objective:
    return Objective("shop", "api", "availability", REQUESTS, target, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(("rate", "factor"), [(FAST[0], 14.4), (FAST[1], 6.0), (SLOW[0], 3.0), (SLOW[1], 1.0)], ids=str)
def test_the_factors_for_thirty_days_are_those_of_the_workbook(rate: BurnRate, factor: float) -> None:
    assert rate.factor("30d") == pytest.approx(factor)


def test_another_window_gives_other_factors() -> None:
    assert BurnRate("1h", "5m", 0.02).factor("7d") == pytest.approx(3.36)


def test_the_budget_left_is_one_minus_what_is_used() -> None:
    assert objective().budget_left("r") == "1 - (r) / 0.001"
    assert objective().budget_used("r") == "(r) / 0.001"


def test_a_threshold_that_cannot_be_exceeded_is_an_error() -> None:
    """14.4 times a budget of 10 % would be 144 % failures."""
    with pytest.raises(ValueError, match="cannot be exceeded"):
        burn_rate_alerts(objective(0.9), "X", runbook=RUNBOOK, symptom="errors", what="x")


def test_the_least_target_that_can_still_page_is_accepted() -> None:
    assert burn_rate_alerts(objective(0.94), "X", runbook=RUNBOOK, symptom="errors", what="x")


def test_a_burn_is_a_page_and_a_ticket_each_over_two_windows_with_a_floor() -> None:
    page, ticket = burn_rate_alerts(objective(floor=3), "ShopBurn", runbook=RUNBOOK, symptom="errors", what="the shop")
    assert (page.severity, ticket.severity) == (AlertSeverity.CRITICAL, AlertSeverity.MEDIUM)
    assert (page.labels["burn"], ticket.labels["burn"]) == ("fast", "slow")
    windows = {selector.name for selector in read(page.expr).selectors}
    assert windows == {f"slo:error_ratio:rate{window}" for window in ("1h", "5m", "6h", "30m")} | {"slo:events:rate5m"}
    assert "> 0.0144" in page.expr
    assert "> 3)" in page.expr


def test_recording_rules_cover_every_window_that_the_alerts_read() -> None:
    recorded = {rule.record for rule in recording_rules(objective())}
    alerts = burn_rate_alerts(objective(), "X", runbook=RUNBOOK, symptom="errors", what="x")
    read_by_alerts = {selector.name for alert in alerts for selector in read(alert.expr).selectors}
    assert read_by_alerts <= recorded
    assert "slo:error_ratio:rate30d" in recorded


def test_recorded_series_carry_whose_they_are() -> None:
    rules: list[RecordingRule] = recording_rules(objective())
    assert all(rule.labels == {"system": "shop", "service": "api", "slo": "availability"} for rule in rules)


def test_a_ratio_without_failures_is_zero_not_nothing() -> None:
    assert " or 0 * " in REQUESTS.bad_rate("5m")


@pytest.mark.parametrize(
    ("limit", "matcher"), [(2, r'le=~"2|2\\.0"'), (0.5, 'le="0.5"'), (1800, r'le=~"1800|1800\\.0"')]
)
def test_a_bucket_is_found_whichever_way_its_bound_is_written(limit: float, matcher: str) -> None:
    assert bucket(limit) == matcher


def test_slow_events_are_all_but_those_in_the_bucket() -> None:
    sli = Latency("d_seconds", 'job="api"', 2)
    names = [selector.name for selector in read(sli.bad_rate("5m")).selectors]
    assert names == ["d_seconds_count", "d_seconds_bucket"]


def test_limits_must_go_one_way() -> None:
    with pytest.raises(ValueError, match="must rise"):
        Limit(target=2, warning=1, critical=3)
    with pytest.raises(ValueError, match="must fall"):
        Limit(target=0.9, warning=0.95, critical=0.8, floor=True)


@given(st.integers(1, 10**7))
def test_a_duration_written_back_means_the_same(value: int) -> None:
    text = canonical(f"{value}s")
    assert seconds(text) == value
    assert canonical(text) == text


@pytest.mark.parametrize(
    ("text", "written"), [("0m", "0s"), ("90m", "1h30m"), ("60s", "1m"), ("14d", "2w"), ("8d", "8d")]
)
def test_durations_are_written_as_grafana_writes_them(text: str, written: str) -> None:
    assert canonical(text) == written


@pytest.mark.parametrize("text", ["", "5", "m5", "5 m", "1.5h", "5x"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a duration"):
        seconds(text)


@pytest.mark.parametrize(
    ("value", "words"), [(90, "90 s"), (120, "2 min"), (3600, "1 h"), (2592000, "30 days"), (50, "50 s")]
)
def test_durations_for_people(value: float, words: str) -> None:
    assert duration(value) == words


@given(st.floats(1e-9, 1e12))
def test_numbers_in_rules_lose_nothing_that_matters(value: float) -> None:
    text = number(value)
    assert "e" not in text
    assert float(text) == pytest.approx(value, abs=1e-12)
