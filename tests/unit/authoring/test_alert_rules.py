"""Alerts as they are written: from panels' expressions to rules."""

from __future__ import annotations

import pytest

from dashkit.authoring.alerts import HIGH, MEDIUM, fires, in_rules, in_words, limit_alerts, quiet, rule_group
from dashkit.authoring.indicators import Indicator
from dashkit.authoring.limits import Limit
from dashkit.authoring.series import gauge_at, quantile_at, sample_labels, series, share_at
from dashkit.model.alerts import AlertRule, AlertSeverity, Runbook

RUNBOOK = Runbook(("look",), ("mend",))


def rules(limit: Limit, **more: object) -> list[AlertRule]:
    text = {"summary": "s", "description": "{value} of {limit}", "symptom": "x"}
    return limit_alerts("X", "x", limit, sample=gauge_at("x"), runbook=RUNBOOK, **text, **more)  # type: ignore[arg-type]


def test_a_limit_gives_a_warning_and_a_critical_alert() -> None:
    warning, critical = rules(Limit(target=1, warning=2, critical=3))
    assert [(rule.condition, rule.severity) for rule in (warning, critical)] == [("x > 2", MEDIUM), ("x > 3", HIGH)]


def test_a_floor_is_undercut() -> None:
    assert [rule.condition for rule in rules(Limit(target=3, warning=2, critical=1, floor=True))] == ["x < 2", "x < 1"]


def test_one_value_for_both_gives_one_alert() -> None:
    assert [rule.severity for rule in rules(Limit(target=1, warning=2, critical=2))] == [HIGH]


def test_the_description_says_value_and_limit_in_their_unit() -> None:
    warning = rules(Limit(target=0.01, warning=0.02, critical=0.03), unit="percentunit")[0]
    assert warning.description == "{{ $value | humanizePercentage }} of 2 %"


@pytest.mark.parametrize(
    ("expr", "condition"),
    [
        ("sum(x)", "sum(x) > 1"),
        ("a / b", "a / b > 1"),
        ("a or b", "(a or b) > 1"),
        ("(a and b) or c", "((a and b) or c) > 1"),
        ("sum(a or b)", "sum(a or b) > 1"),
        ("a == 0", "(a == 0) > 1"),
    ],
)
def test_the_comparison_is_of_the_whole_expression(expr: str, condition: str) -> None:
    rule = AlertRule("X", expr, AlertSeverity.HIGH, "", "", "", RUNBOOK, above=1)
    assert rule.condition == condition


def test_a_panel_expression_becomes_that_of_a_rule() -> None:
    expr = 'rate(x{environment="$environment"}[$__rate_interval]) / rate(y{e="${environment:regex}"}[5m])'
    assert in_rules(expr, {"environment": "p"}) == 'rate(x{environment="p"}[5m]) / rate(y{e="p"}[5m])'


def test_a_variable_without_a_value_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"\$instance needs a value"):
        in_rules('x{instance="$instance"}', {})


def test_a_group_takes_lists_apart_in_their_order() -> None:
    one, two = rules(Limit(target=1, warning=2, critical=3))
    assert rule_group("g", "shop", [one], two).rules == (one, two)


def test_an_indicator_says_what_good_is() -> None:
    indicator = Indicator(
        "Errors", "x", Limit(target=0.001, warning=0.005, critical=0.01), "percentunit", "Share of failures."
    )
    assert indicator.says() == "Share of failures. Good: below 0.1 %; warns above 0.5 %; critical above 1 %."


def test_an_indicator_of_which_none_is_good_says_so() -> None:
    assert (
        "Good: none"
        in Indicator("Letters", "x", Limit(target=0, warning=100, critical=1000), "short", "Letters.").says()
    )


def test_an_indicator_without_samples_makes_no_alerts() -> None:
    indicator = Indicator("Errors", "x", Limit(target=1, warning=2, critical=3), "short", "Errors.")
    with pytest.raises(ValueError, match="has no sample="):
        indicator.alerts("X", where="it", symptom="errors", runbook=RUNBOOK)


def test_the_panels_of_an_indicator_take_their_thresholds_from_its_limit() -> None:
    indicator = Indicator("Errors", "x", Limit(target=0.001, warning=0.005, critical=0.01), "percentunit", "Errors.")
    steps = indicator.stat().field_config["defaults"]["thresholds"]["steps"]
    assert [step.get("value") for step in steps] == [None, 0.005, 0.01]


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [(0.005, "percentunit", "0.5 %"), (0.2, "s", "200 ms"), (300, "s", "5 min"), (1000, "reqps", "1,000 requests per second"),
     (1.5 * 2**30, "bytes", "1.5 GiB"), (40000, "ops", "40,000")],
)  # fmt: skip
def test_limits_for_people(value: float, unit: str, words: str) -> None:
    assert in_words(value, unit) == words


def test_series_of_a_selector_have_the_first_of_each_alternative() -> None:
    assert sample_labels('a="b", status=~"5..|429", code!="1", any=~".+"') == {"a": "b", "status": "500", "any": "x"}
    assert series('up{job=~"a|b"}', instance="i") == 'up{instance="i", job="a"}'


def test_a_share_of_a_counter_is_made_of_two_series() -> None:
    made = share_at('r{status=~"5.."}', "r{}")(0.25)
    assert made == {'r{status="other"}': "0+750000x100", 'r{status="500"}': "0+250000x100"}


def test_a_quantile_lies_right_around_its_value() -> None:
    bounds = list(quantile_at("d", "")(2.0))
    assert bounds == ['d_bucket{le="1.998"}', 'd_bucket{le="2.002"}', 'd_bucket{le="+Inf"}']


def test_fires_and_quiet_say_which_they_are() -> None:
    assert fires({"x": "1"}).fires
    assert not quiet({"x": "1"}, at="5m").fires
