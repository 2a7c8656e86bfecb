"""PromQL over sample data: the laws that real data keeps, and that no text is too much for it."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashkit.compiler.alerts import compile_alerts
from dashkit.compiler.compile import Sources
from dashkit.model.alerts import AlertGroup, RecordingRule
from dashkit.preview.sample.evaluator import Evaluator
from dashkit.preview.sample.fallback import Level
from dashkit.preview.sample.recorded import recorded_expressions
from dashkit.preview.sample.signals import Clock
from dashkit.preview.sample.vectors import Series
from dashkit.promql import interpolate
from dashkit.promql.interpolate import Chosen
from tests.conftest import ROOT, SHARED
from tests.support.project import catalogues, dashboards, is_prometheus

STEP = 60
NOW = 1_790_000_040
HOUR = Clock(range(NOW - 3600, NOW + 1, STEP))
ONCE = Clock([NOW])
HTTP = 'http_requests_total{system="shop"}'
BUCKETS = 'http_request_duration_seconds_bucket{system="shop"}'


@cache
def evaluator() -> Evaluator:
    return Evaluator(catalogues(), recorded_expressions(rules()))


@cache
def rules() -> tuple[RecordingRule, ...]:
    found = compile_alerts(Sources(ROOT, (ROOT / "dashboards",)))
    return tuple(rule for group in found if isinstance(group, AlertGroup) for rule in group.recordings)


def series(expr: str, clock: Clock = HOUR, legend: str = "") -> list[Series]:
    return evaluator().evaluate(expr, clock, Level(), legend)


def numbers(expr: str, clock: Clock = HOUR) -> list[float]:
    """The values of the only series of an expression."""
    (one,) = series(expr, clock)
    assert None not in one.values
    return [value for value in one.values if value is not None]


def number(expr: str) -> float:
    (value,) = numbers(expr, ONCE)
    return value


def labels(expr: str) -> list[dict[str, str]]:
    return [dict(one.labels) for one in series(expr, ONCE)]


def summed(parts: Sequence[Series]) -> list[float]:
    return [
        sum(value for value in column if value is not None)
        for column in zip(*(one.values for one in parts), strict=True)
    ]


def test_the_same_query_has_the_same_answer_in_each_run() -> None:
    other = Evaluator(catalogues(), recorded_expressions(rules()))
    for expr in (f"rate({HTTP}[5m])", "up", f"histogram_quantile(0.9, rate({BUCKETS}[5m]))", "unknown{job='a'}"):
        assert other.evaluate(expr, HOUR, Level()) == series(expr)


@pytest.mark.parametrize(
    "expr",
    [
        f"sum(rate({HTTP}[5m]))",
        "up",
        "http_requests_total",
        f"histogram_quantile(0.95, sum by (le) (rate({BUCKETS}[5m])))",
        "max_over_time(active_users[10m])",
        "rate(unknown_total[5m])",
        "increase(kube_pod_container_status_restarts_total[1h])",
        "time() - dashkit_backup_last_success_timestamp_seconds",
    ],
)
def test_a_later_range_shows_the_same_values_where_it_overlaps(expr: str) -> None:
    later = {
        tuple(sorted(one.labels.items())): one.values for one in series(expr, Clock(at + STEP for at in HOUR.times))
    }
    for one in series(expr):
        assert later[tuple(sorted(one.labels.items()))][:-1] == pytest.approx(one.values[1:], rel=1e-9, nan_ok=True)


@pytest.mark.parametrize(
    ("whole", "parts"),
    [
        (f"sum(rate({HTTP}[5m]))", f"sum by (service) (rate({HTTP}[5m]))"),
        (f"sum(rate({HTTP}[5m]))", f"rate({HTTP}[5m])"),
        (f"sum(increase({HTTP}[1h]))", f"sum by (status) (increase({HTTP}[1h]))"),
        ("sum(container_memory_working_set_bytes)", "sum by (namespace) (container_memory_working_set_bytes)"),
        ("sum(rate(my_http_requests_total[5m]))", "sum without (instance) (rate(my_http_requests_total[5m]))"),
    ],
)
def test_a_sum_is_what_its_parts_add_up_to(whole: str, parts: str) -> None:
    assert summed(series(parts)) == pytest.approx(numbers(whole))


@pytest.mark.parametrize(
    ("curves", "values"),
    [
        (f"sum(rate({HTTP}[5m]))", f"sum(abs(rate({HTTP}[5m])))"),
        (f"avg by (service) (rate({HTTP}[5m]))", f"avg by (service) (abs(rate({HTTP}[5m])))"),
        (f"sum(rate({HTTP}[5m] offset 1h)) / 4 - 1", f"sum(abs(rate({HTTP}[5m] offset 1h))) / 4 - 1"),
        (f"5 - sum(rate({HTTP}[5m]))", f"5 - sum(abs(rate({HTTP}[5m])))"),
        ("node_load1 - node_load1 * 2", "abs(node_load1) - node_load1 * 2"),
        ("sum(node_load1) + sum(node_load1)", "sum(abs(node_load1)) + sum(abs(node_load1))"),
        (
            f"sum by (job) (rate({HTTP}[5m])) or sum by (job) (node_load1)",
            f"sum by (job) (abs(rate({HTTP}[5m]))) or sum by (job) (node_load1)",
        ),
    ],
)
def test_curves_and_values_are_calculated_alike(curves: str, values: str) -> None:
    mine, other = ({tuple(sorted(one.labels.items())): one.values for one in series(expr)} for expr in (curves, values))
    assert mine
    assert mine.keys() == other.keys()
    for key, found in mine.items():
        assert found == pytest.approx(other[key])


def test_a_mean_over_time_is_the_mean_of_the_values() -> None:
    fine = Clock(NOW - 3600 + step * 2 for step in range(1, 1801))
    values = numbers("sum(node_load1)", fine)
    assert number("avg_over_time(sum(node_load1)[1h:])") == pytest.approx(sum(values) / len(values), rel=1e-3)


def test_an_increase_is_the_difference_of_the_counter() -> None:
    counter = 'http_requests_total{system="shop", service="data-processor", status="200", method="GET", endpoint="/api/orders"}'
    assert number(f"{counter} - {counter} offset 30m") == pytest.approx(number(f"increase({counter}[30m])"), rel=1e-6)
    assert number(f"increase({counter}[30m])") == pytest.approx(1800 * number(f"rate({counter}[30m])"))


def test_quantiles_rise() -> None:
    for by in ("le", "le, service", "le, method, endpoint"):
        found = [
            series(f"histogram_quantile({wanted}, sum by ({by}) (rate({BUCKETS}[5m])))") for wanted in (0.5, 0.95, 0.99)
        ]
        for median, slow, slowest in zip(*found, strict=True):
            for column in zip(median.values, slow.values, slowest.values, strict=True):
                low, high, highest = (value or math.nan for value in column)
                assert 0 < low < high < highest <= 2.5


@pytest.mark.parametrize("by", ["", "by (service)", "by (endpoint)", "by (instance, method)"])
def test_errors_are_a_small_part_of_all_requests(by: str) -> None:
    errors = 'http_requests_total{system="shop", status=~"5.."}'
    for one in series(f"sum {by} (rate({errors}[5m])) / sum {by} (rate({HTTP}[5m]))"):
        assert all(value is not None and 0 <= value < 0.01 for value in one.values)


@pytest.mark.parametrize(
    "expr",
    [
        "sum by (service, status) (rate(http_requests_total{system='shop'}[5m]))",
        "sum by (cluster, shard) (rate(unknown_total{cluster='a'}[5m]))",
        "histogram_quantile(0.9, sum by (le, zone) (rate(unknown_bucket[5m])))",
        "sum by (pod, phase) (unknown) / on (pod) group_left (owner) max by (pod, owner) (other)",
    ],
)
def test_every_label_that_is_asked_for_is_there(expr: str) -> None:
    wanted = {
        "http": {"service", "status"},
        "cluster": {"cluster", "shard"},
        "histogram": {"zone"},
        "phase": {"pod", "phase", "owner"},
    }
    asked = next(names for word, names in wanted.items() if word in expr)
    found = labels(expr)
    assert found
    assert all(asked <= set(one) for one in found)


def test_a_legend_names_labels_of_an_unknown_metric_too() -> None:
    assert all(set(one.labels) >= {"shelf", "row"} for one in series("unknown", ONCE, "{{shelf}} {{ row }}"))


@pytest.mark.parametrize(
    ("expr", "result"),
    [
        ("1 + 2 * 3", 7),
        ("-2 ^ 2", -4),
        ("7 % 4", 3),
        ("1 / 0", math.inf),
        ("vector(5) > bool 3", 1),
        ("vector(2) == bool 3", 0),
        ("vector(2) * vector(4)", 8),
        ("vector(1) or vector(2)", 1),
        ("vector(1) and vector(2)", 1),
        ("absent(process_max_fds < 0)", 1),
        ("scalar(vector(3)) + 1", 4),
        ("abs(vector(-3))", 3),
        ("ceil(vector(1.2)) + floor(vector(1.8))", 3),
        ("round(vector(7.6), 5)", 10),
        ("clamp(vector(7), 1, 5)", 5),
        ("clamp_min(vector(-7), 1)", 1),
        ("clamp_max(vector(7), 3)", 3),
        ("ln(exp(vector(2)))", 2),
        ("log2(vector(8)) + log10(vector(100))", 5),
        ("sqrt(vector(9)) * sgn(vector(-2))", -3),
        ("time()", NOW),
        ("timestamp(vector(1))", NOW),
        ("hour(vector(7200))", 2),
        ("day_of_week(vector(0))", 4),
        ("days_in_month(vector(0))", 31),
        ("month() + year() * 0", 9),
        ("count(topk(2, up))", 2),
        ("count(bottomk(3, up))", 3),
        ("quantile(0.5, vector(4))", 4),
        ("stddev(vector(4)) + stdvar(vector(4))", 0),
        ("group(up)", 1),
        ("sum(count_values('v', vector(1)))", 1),
        ("count(limitk(2, up))", 2),
        ("changes(vector(1)[5m:])", 0),
        ("resets(vector(1)[5m:])", 0),
        ("time() - min_over_time(vector(time())[5m:1m])", 300),
        ("time() - max_over_time(vector(time())[5m:1m])", 0),
        ("time() - avg_over_time(vector(time())[5m:1m])", 150),
        ("predict_linear(vector(time())[5m:], 100) - time()", 100),
        ("delta(vector(time())[10m:])", 600),
        ("deriv(vector(time())[10m:])", 1),
        ("rate(vector(time())[10m:])", 1),
        ("last_over_time(vector(3)[5m:])", 3),
        ("quantile_over_time(0.5, vector(3)[5m:])", 3),
        ("count_over_time(vector(3)[1m:])", 4),
        ("sum_over_time(vector(3)[1m:])", 12),
        ("sum(up @ end()) == bool sum(up)", 1),
        ("sum(sort_desc(up)) == bool sum(up)", 1),
    ],
)
def test_functions_and_operators(expr: str, result: float) -> None:
    assert number(expr) == pytest.approx(result)


def test_labels_are_replaced_and_joined() -> None:
    replaced = 'label_replace(vector(1), "new", "x$1", "old", "(.*)")'
    assert labels(replaced) == [{"new": "x"}]
    assert labels(f'label_join({replaced}, "both", "-", "new", "new")') == [{"new": "x", "both": "x-x"}]


def test_matching_keeps_the_labels_that_prometheus_keeps() -> None:
    limits = "process_open_fds{system='shop'} / on (instance) group_left (service) process_max_fds{system='shop'}"
    assert all({"instance", "service", "job"} <= set(one) and "__name__" not in one for one in labels(limits))
    assert all(set(one) == {"instance"} for one in labels("process_open_fds / on (instance) process_max_fds"))
    assert all(one["__name__"] == "up" for one in labels("up == 1"))
    assert labels("up == 7") == []


def test_unless_leaves_what_the_other_side_has_not() -> None:
    every = {one["instance"] for one in labels("up")}
    shop = {one["instance"] for one in labels("up{system='shop'}")}
    rest = {one["instance"] for one in labels("up unless on (instance) up{system='shop'}")}
    assert rest == every - shop


def test_what_is_at_the_end_is_the_same_at_all_times() -> None:
    for one in series(f"topk(1, sum by (service) (rate({HTTP}[5m] @ end())))"):
        assert len(set(one.values)) == 1


def test_rules_are_evaluated_with_their_labels() -> None:
    found = series('slo:error_ratio:rate1h{system="shop", service="api-gateway", slo="availability"}')
    assert [one.labels["environment"] for one in found] == ["production"]
    assert all(value is not None and 0 < value < 0.01 for value in found[0].values)


def test_rules_that_use_each_other_in_a_circle_end() -> None:
    circle = Evaluator([], {"a:b": "c:d + 1", "c:d": "a:b"})
    assert circle.evaluate("a:b", ONCE, Level())


def test_a_comparison_that_never_holds_is_empty_for_a_known_metric_and_ignored_for_an_unknown_one() -> None:
    assert series("process_max_fds < 0") == []
    assert series("unknown_metric < 0") != []


def test_a_metric_without_the_series_that_is_asked_for_is_invented_and_said_to_be() -> None:
    expr = 'process_open_fds{job="kafka"}'
    assert {one["job"] for one in labels(expr)} == {"kafka"}
    assert evaluator().notes(expr) == ["no catalogue lists such series of process_open_fds: its data is invented"]
    assert evaluator().notes("process_open_fds") == []


def test_made_up_percentages_stay_between_nothing_and_all() -> None:
    level = Level(0.2, 0.7, 0.0, 1.0)
    for one in evaluator().evaluate("sum(unknown_total) / 0.01", HOUR, level):
        assert all(value is not None and 0 <= value <= 1 for value in one.values)


WORDS = """
    up http_requests_total unknown{a="b"} sum( ) rate( [5m] [1h:5m] by (a,b) without (c) / * - ^ % == > or and unless on(a)
    ignoring(b) group_left(c) histogram_quantile(0.9, topk(3, 1 0 -1 Inf NaN "text" , offset 5m @ end() label_replace(
    {__name__=~".+"} {a=~"[[x"} {b=~"("} absent( time() vector( count_values("v", $x [[y]] é ` #
"""
FRAGMENTS = st.sampled_from(WORDS.split())


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.lists(FRAGMENTS, max_size=12).map(" ".join), st.text(max_size=30)))
def test_no_text_is_too_much(text: str) -> None:
    for one in series(text, Clock([NOW - 60, NOW]), text):
        assert len(one.values) == 2
    evaluator().notes(text)


def test_what_the_parser_panics_at_is_invented() -> None:
    assert series("up offset NaN", ONCE)
    assert "cannot be read" in evaluator().notes("up offset NaN")[0]


VECTORS = st.recursive(
    st.sampled_from(["up", "http_requests_total", "unknown", "node_load1", "kube_pod_status_phase", "slo:events:rate5m", "vector(0)"]),
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["sum", "avg by (job)", "max without (job)", "count by (x)", "topk(2, ", "quantile(2, "]), inner).map(
            lambda pair: f"{pair[0]}{'' if pair[0].endswith(' ') else '('}{pair[1]})"
        ),
        st.tuples(inner, st.sampled_from(["+", "/", "%", "^", "> bool", "<", "and", "or", "unless", "* on (job)"]), inner).map(
            lambda parts: f"({' '.join(parts)})"
        ),
        st.tuples(
            st.sampled_from(["rate", "max_over_time", "deriv", "changes", "avg_over_time", "stddev_over_time", "absent_over_time"]), inner
        ).map(lambda pair: f"{pair[0]}({pair[1]}[10m:1m])"),
        st.tuples(st.sampled_from(["abs", "exp", "ln", "sqrt", "hour", "sort", "absent", "acosh", "-", "round"]), inner).map(
            lambda pair: f"{pair[0]}({pair[1]})"
        ),
    ),
    max_leaves=5,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(VECTORS)
def test_no_valid_expression_is_too_much(expr: str) -> None:
    for one in series(expr, Clock([NOW - 60, NOW])):
        assert len(one.values) == 2
        assert any(value is not None for value in one.values)


BUILT_IN = interpolate.built_in(NOW - 3600, NOW, STEP, 15)


def filled(text: str) -> str:
    values = {"environment": Chosen(("production",))}
    return interpolate.interpolate(text, values, BUILT_IN, interpolate.prometheus)


def expressions(spec: Any) -> Iterator[tuple[dict[str, Any], str]]:
    """The PromQL of a dashboard, with its panel."""
    for panel in [*spec.get("panels", ()), *(row for part in spec.get("rows") or () for row in part.get("panels", ()))]:
        yield from expressions(panel)
        for target in panel.get("targets") or ():
            if isinstance(target.get("expr"), str) and target["expr"]:
                yield panel, target["expr"]


def test_each_query_of_the_project_finds_something_believable() -> None:
    wrong = []
    for dashboard in dashboards():
        for panel, expr in expressions(dashboard.spec):
            if not is_prometheus(panel, {"datasource": panel.get("datasource")}) or "| json" in expr:
                continue
            found = [value for one in series(filled(expr), HOUR) for value in one.values if value is not None]
            unit = panel.get("fieldConfig", {}).get("defaults", {}).get("unit")
            most = 1.001 if unit == "percentunit" else math.inf
            if not found or not all(math.isfinite(value) and value <= most for value in found):
                wrong.append((dashboard.title, panel.get("title"), expr))
            if unit in ("s", "bytes", "reqps", "percentunit") and min(found, default=0) < -1:
                wrong.append((dashboard.title, panel.get("title"), expr))
    assert wrong == []


def test_the_queries_of_other_dashboards_find_something_too() -> None:
    corpus = sorted((SHARED / "corpus").glob("*.json"))
    if not corpus:
        pytest.skip(f"no dashboards in {SHARED / 'corpus'}")
    empty = []
    for path in corpus:
        for panel, expr in expressions(json.loads(path.read_text(encoding="utf-8"))):
            # A comparison need not hold, and the alerts that there are, are those that a catalogue lists.
            if not series(filled(expr), Clock([NOW - 60, NOW])) and not re.search(r"[<>=]\s*\d|ALERTS", expr):
                empty.append((path.name, panel.get("title"), expr))
    assert empty == []
