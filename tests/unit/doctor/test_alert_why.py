"""Why an expression returns nothing, of servers that answer as told."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pytest

from dashkit.doctor.alert_parts import limit_of, shown_parts
from dashkit.doctor.alert_series import Parts
from dashkit.doctor.alert_state import moment
from dashkit.doctor.alert_why import Cause, Reason, Why
from dashkit.metrics.prometheus import Measured, QueryError
from dashkit.promql.tree import parse
from dashkit.report.doctor_alert import sparkline

Answers = Mapping[str, list[tuple[dict[str, str], float]]]


class Told:
    """A server that knows some queries; others have no result, and those with `boom` cannot be evaluated."""

    def __init__(self, answers: Answers, names: tuple[str, ...] = ()) -> None:
        self._answers, self._names = answers, names

    def measured(self, expr: str, start: float | None, end: float, step: float) -> list[Measured]:
        if "boom" in expr:
            raise QueryError("many-to-many matching not allowed")
        return [Measured(labels, (end,), (value,)) for labels, value in self._answers.get(expr, [])]

    def label_values(self, label: str, match: str = "") -> list[str]:
        return list(self._names)


def why(
    expr: str, answers: Answers, names: tuple[str, ...] = (), recorded: frozenset[str] = frozenset()
) -> list[Reason]:
    tree = parse(expr).tree
    assert tree is not None
    return Why(Parts(Told(answers, names), expr, 100.0, 6), recorded).empty(tree)


ONE = [({"job": "a"}, 4.0)]


@pytest.mark.parametrize(
    ("expr", "answers", "cause", "words"),
    [
        ("a > 5", {"a": ONE}, Cause.CALM, "the nearest value is 4, and has to be > 5 (20% away)"),
        ("5 < a", {"a": ONE}, Cause.CALM, "has to be > 5"),
        ("a > 5", {"a": [*ONE, ({"job": "b"}, 4.5)]}, Cause.CALM, '4.5 ({job="b"})'),
        ("a / b > 5", {"a / b": [({}, math.nan)]}, Cause.CALM, "is not a number now"),
        ("a unless b", {"a": ONE, "b": ONE}, Cause.CALM, "b excludes all of a"),
        ("a > 9 and a > 5", {"a": ONE}, Cause.CALM, "a: the nearest value is 4, and has to be > 9"),
        ("a > b", {"a": ONE, "b": ONE}, Cause.CALM, "no value of a is > b"),
        (
            "a > b",
            {"a": ONE, "b": [({"job": "b"}, 1.0)]},
            Cause.NO_MATCH,
            'job is "a" on the left, and "b" on the right',
        ),
        (
            "a and b",
            {"a": ONE, "b": [({"x": "y"}, 1.0)]},
            Cause.NO_MATCH,
            'x is missing on the left, and "y" on the right',
        ),
        ("a and on (job) b", {"a": ONE}, Cause.NO_DATA, "no metric b"),
        ("rate(a[5m]) > 1", {"last_over_time(a[5m])": ONE}, Cause.NO_DATA, "rate(a[5m]) returns nothing, though"),
        ("sum(a) > boom", {"sum(a)": ONE}, Cause.NO_DATA, "many-to-many"),
        ("-a > 1", {}, Cause.NO_DATA, "no metric a"),
        ("max_over_time(a[1h:1m]) > 1", {}, Cause.NO_DATA, "no metric a"),
        ('{job="a"} > 1', {}, Cause.NO_DATA, "no series matches"),
    ],
)
def test_a_reason_is_found(expr: str, answers: Answers, cause: Cause, words: str) -> None:
    reason = why(expr, answers)[0]
    assert reason.cause is cause, reason
    assert words in reason.text


def test_a_metric_without_samples_is_told_from_one_that_never_was() -> None:
    (reason,) = why("lost", {}, ("lost", "found"))
    assert "has had no sample for 6 h" in reason.text
    (reason,) = why("a:b", {}, (), frozenset({"a:b"}))
    assert "is recorded by a rule of the project" in reason.text
    assert "dashkit rules build" in reason.mend


def test_matchers_that_fit_only_one_by_one_are_told() -> None:
    there = 'count(last_over_time({__name__="x"}[21600s]))'
    by = {
        f'count by ({label}) (last_over_time({{__name__="x"}}[21600s]))': [({label: "1"}, 1.0)] for label in ("a", "b")
    }
    (reason,) = why('x{a="1", b="1"}', {there: [({}, 1.0)], **by})
    assert "none for all of them together" in reason.text
    together = 'count(last_over_time({__name__="x", a="1", b="1"}[21600s]))'
    (reason,) = why('x{a="1", b="1"}', {there: [({}, 1.0)], **by, together: [({}, 1.0)]})
    assert "had such series in the last 6 h, but has none now" in reason.text


def test_a_selector_of_what_is_not_well_is_calm_while_all_is_well() -> None:
    there: Answers = {'count(last_over_time({__name__="x"}[21600s]))': [({}, 1.0)]}
    synced: Answers = {'count by (state) (last_over_time({__name__="x"}[21600s]))': [({"state": "Synced"}, 3.0)]}
    (reason,) = why('x{state!="Synced"}', {**there, **synced})
    assert (reason.cause, reason.text) == (Cause.CALM, 'x has no series with state!="Synced": its state is "Synced"')
    (reason,) = why('x{state="Sinced"}', {**there, **synced})
    assert (reason.cause, "if there should be" in reason.mend) == (Cause.NO_DATA, True)


def test_the_parts_are_what_operators_combine_and_selectors_without_data() -> None:
    expr = parse("sum(rate(a[5m])) / sum(rate(b[5m])) > 1 and absent(c)")
    shown = [
        expr.text[slice(*node.span)] for node in shown_parts(expr, lambda node: "b" not in expr.text[slice(*node.span)])
    ]
    assert shown == ["sum(rate(a[5m]))", "sum(rate(b[5m]))", "b[5m]", "absent(c)", "c"]


def test_a_comparison_that_drops_nothing_is_no_limit() -> None:
    assert limit_of(parse("a > bool 1").tree) is None
    assert limit_of(parse("a > b").tree) is None
    limit = limit_of(parse("3 >= a").tree)
    assert limit is not None
    assert (limit.op, limit.number, limit.upper) == ("<=", 3.0, False)


def test_a_history_is_a_line_with_gaps() -> None:
    assert sparkline([0, None, 3.5, 7, math.inf]) == "▁ ▅██"
    assert sparkline([2, 2]) == "▁▁"
    assert sparkline([None]) == " "


@pytest.mark.parametrize(
    "text", ["2026-01-31T10:00:00.123456789Z", "2026-01-31T10:00:00Z", "2026-01-31T11:00:00+01:00"]
)
def test_a_time_of_go_is_read(text: str) -> None:
    assert moment(text) == 1769853600


def test_no_time_is_zero() -> None:
    assert moment("None") == 0
