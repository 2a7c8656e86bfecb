"""The base series of sample data: believable by themselves, and in proportion to each other."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest

from dashkit.metrics.catalogue import Catalogue, Metric, read_catalogue
from dashkit.metrics.label_sets import LabelSets
from dashkit.preview.sample.base import MOST, Base, BaseSeries, Entity, diverse
from dashkit.preview.sample.context import Wanted
from dashkit.preview.sample.invented import demanded, invented_values
from dashkit.preview.sample.signals import Clock, Values, growth, values
from dashkit.preview.sample.unknown import unknown_series
from dashkit.promql.nodes import Matcher
from tests.support.project import catalogues

NOW = 1_790_000_000.0
WEEK = Clock([NOW - 7 * 86_400 + step * 1800 for step in range(7 * 48)])

MANY = ", ".join(f"a{number}" for number in range(50))
CATALOGUE = f"""
name: shop
scrape:
  labels: {{system: shop}}
  jobs:
    api: {{instances: ["api-0", "api-1", "api-2"]}}
metrics:
  http_requests_total: {{type: counter, help: Requests., labels: {{status: ["200", "404", "500"], method: [GET, POST]}}}}
  http_request_duration_seconds: {{type: histogram, help: Duration., buckets: [0.01, 0.1, 1], labels: {{method: [GET, POST]}}}}
  rpc_seconds: {{type: summary, help: Duration.}}
  jobs_success_total: {{type: counter, help: Jobs that ended well.}}
  jobs_failed_total: {{type: counter, help: Jobs that failed.}}
  jobs_total: {{type: counter, help: Jobs.}}
  disk_used_bytes: {{type: gauge, unit: bytes, help: Used.}}
  disk_free_bytes: {{type: gauge, unit: bytes, help: Free.}}
  disk_capacity_bytes: {{type: gauge, unit: bytes, help: All.}}
  cpu_seconds_total: {{type: counter, help: CPU time., labels: {{cpu: ["0"], mode: [idle, user, system, iowait, softirq, irq, nice, steal]}}}}
  error_ratio: {{type: gauge, unit: ratio, help: Share that fails.}}
  satisfaction: {{type: gauge, help: "From 1 to 5."}}
  pod_status_phase: {{type: gauge, help: "1 for the phase that a pod is in.", each: {{pods: [pod]}}, labels: {{phase: [Failed, Pending, Running]}}}}
  version_info: {{type: gauge, help: "1, with the version.", labels: {{version: ["1.4"]}}}}
  backup_last_success_timestamp_seconds: {{type: gauge, unit: seconds, help: When the last backup ended.}}
  cert_expiry_days: {{type: gauge, unit: days, help: Days until it expires.}}
  many: {{type: gauge, help: Many., labels: {{a: [{MANY}], b: [x, y, z]}}}}
tables:
  pods: [{{pod: api-0}}, {{pod: api-1}}]
"""


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Base:
    return Base([catalogue(tmp_path_factory.mktemp("catalogue"))])


def catalogue(folder: Path) -> Catalogue:
    path = folder / "shop.yaml"
    path.write_text(CATALOGUE, encoding="utf-8")
    return read_catalogue(path)


def rates(series: BaseSeries, clock: Clock = WEEK, window: float = 300) -> list[float]:
    return [value / window for value in numbers(growth(series.signal, clock, window))]


def numbers(found: Values) -> list[float]:
    assert None not in found
    return [value for value in found if value is not None]


def levels(base: Base, name: str) -> list[list[float]]:
    return [numbers(values(one.signal, WEEK)) for one in base.series(name)]


def summed(columns: Sequence[Sequence[float]]) -> list[float]:
    return [sum(column) for column in zip(*columns, strict=True)]


def test_a_series_has_the_labels_of_its_target_and_of_its_sample(base: Base) -> None:
    found = [one.labels for one in base.series("http_requests_total")]
    assert len(found) == 3 * 6
    assert found[0] == {
        "__name__": "http_requests_total", "job": "api", "instance": "api-0", "system": "shop", "status": "200", "method": "GET",
    }  # fmt: skip


def test_the_same_catalogue_makes_the_same_values(base: Base, tmp_path: Path) -> None:
    again = Base([catalogue(tmp_path)])
    for name in base.names:
        mine, other = base.series(name), again.series(name)
        assert [values(one.signal, WEEK) for one in mine] == [values(one.signal, WEEK) for one in other]


def test_two_instances_are_not_alike(base: Base) -> None:
    one, two, *_ = levels(base, "disk_used_bytes")
    assert one != two


def test_server_errors_are_rare_and_other_failures_less_so(base: Base) -> None:
    by_status = {
        status: sum(rates(one)[-1] for one in base.series("http_requests_total") if one.labels["status"] == status)
        for status in ("200", "404", "500")
    }
    assert 0 < by_status["500"] < by_status["404"] / 10 < by_status["200"] / 100


def test_a_counter_only_grows_by_what_its_rate_says(base: Base) -> None:
    series = base.series("http_requests_total")[0]
    hour = Clock([NOW + step * 60 for step in range(60)])
    counted = numbers(values(series.signal, hour))
    assert all(new > old for old, new in pairwise(counted))
    grown = numbers(growth(series.signal, Clock([hour.times[-1]]), hour.times[-1] - hour.times[0]))[0]
    assert counted[-1] - counted[0] == pytest.approx(grown)


def test_good_and_failed_jobs_are_together_all_jobs(base: Base) -> None:
    for place in range(3):
        every, good, failed = (rates(base.series(f"jobs{part}_total")[place]) for part in ("", "_success", "_failed"))
        assert summed([good, failed]) == pytest.approx(every)
        assert all(0 < part < whole / 10 for part, whole in zip(failed, every, strict=True))


def test_what_is_used_and_what_is_free_are_together_the_capacity(base: Base) -> None:
    for used, free, capacity in zip(
        *(levels(base, f"disk_{part}_bytes") for part in ("used", "free", "capacity")), strict=True
    ):
        assert summed([used, free]) == pytest.approx(capacity)
        assert all(0 < part < whole for part, whole in zip(used, capacity, strict=True))


def test_the_modes_of_a_cpu_take_a_second_of_each_second(base: Base) -> None:
    modes = [rates(one) for one in base.series("cpu_seconds_total") if one.labels["instance"] == "api-0"]
    assert summed(modes) == pytest.approx([1.0] * len(WEEK.times))
    assert all(value >= 0 for mode in modes for value in mode)


def test_buckets_rise_and_the_last_one_is_the_count(base: Base) -> None:
    stem = "http_request_duration_seconds"
    buckets = [rates(one) for one in base.series(f"{stem}_bucket")[:4]]
    assert [one.labels["le"] for one in base.series(f"{stem}_bucket")[:4]] == ["0.01", "0.1", "1", "+Inf"]
    for column in zip(*buckets, strict=True):
        assert 0 <= column[0] <= column[1] <= column[2] <= column[3]
    assert buckets[3] == pytest.approx(rates(base.series(f"{stem}_count")[0]))


def test_the_mean_of_a_histogram_lies_between_its_buckets(base: Base) -> None:
    stem = "http_request_duration_seconds"
    sums, counts = rates(base.series(f"{stem}_sum")[0]), rates(base.series(f"{stem}_count")[0])
    assert all(0.01 < one / other < 1 for one, other in zip(sums, counts, strict=True))


def test_the_quantiles_of_a_summary_are_in_order(base: Base) -> None:
    found = {one.labels["quantile"]: values(one.signal, WEEK) for one in base.series("rpc_seconds")[:3]}
    for column in zip(*(numbers(found[quantile]) for quantile in ("0.5", "0.9", "0.99")), strict=True):
        assert 0 < column[0] < column[1] < column[2]


def test_a_ratio_stays_below_one_and_a_score_between_the_ends_that_its_help_names(base: Base) -> None:
    assert all(0 < value < 1 for one in levels(base, "error_ratio") for value in one)
    assert all(1 < value < 5 for one in levels(base, "satisfaction") for value in one)


def test_a_pod_is_in_one_phase_at_a_time(base: Base) -> None:
    for pod in ("api-0", "api-1"):
        phases = [
            numbers(values(one.signal, WEEK))
            for one in base.series("pod_status_phase")
            if one.labels["pod"] == pod and one.labels["instance"] == "api-0"
        ]
        assert len(phases) == 3
        assert summed(phases) == [1.0] * len(WEEK.times)


def test_targets_are_up_most_of_the_time(base: Base) -> None:
    every = [value for one in levels(base, "up") for value in one]
    assert set(every) <= {0.0, 1.0}
    assert sum(every) / len(every) > 0.97


def test_an_info_is_one(base: Base) -> None:
    assert {value for one in levels(base, "version_info") for value in one} == {1.0}


def test_the_last_backup_was_within_a_day_and_a_certificate_will_expire(base: Base) -> None:
    for one in levels(base, "backup_last_success_timestamp_seconds"):
        assert all(0 <= at - value < 86_400 for at, value in zip(WEEK.times, one, strict=True))
    assert all(0 < value < 86 for one in levels(base, "cert_expiry_days") for value in one)


def test_of_many_series_each_value_of_a_label_is_kept(base: Base) -> None:
    found = [one.labels for one in base.series("many")]
    assert len(found) == MOST
    assert {labels["a"] for labels in found} == {f"a{number}" for number in range(50)}
    assert {labels["b"] for labels in found} == {"x", "y", "z"}
    assert {labels["instance"] for labels in found} == {"api-0", "api-1", "api-2"}


def test_few_series_are_all_kept_in_their_order() -> None:
    metric = Metric("many", "gauge", "", "", LabelSets(), frozenset(), (), frozenset())
    every = [Entity(metric, {"a": str(number)}) for number in range(5)]
    assert diverse(every, 5) == every
    assert [entity.labels["a"] for entity in diverse(every, 3)] == sorted(
        entity.labels["a"] for entity in diverse(every, 3)
    )


def test_an_unknown_metric_has_the_labels_and_values_that_an_expression_needs() -> None:
    wanted = Wanted(
        (("zone", ("a", "b")), ("status", ("200", "500"))), frozenset({"zone"}), frozenset({"my_http_requests_total"})
    )
    found = unknown_series("my_http_requests_total", wanted)
    assert {(one.labels["zone"], one.labels["status"]) for one in found} == {
        ("a", "200"), ("a", "500"), ("b", "200"), ("b", "500")
    }  # fmt: skip
    ok, failed = (sum(rates(one)[0] for one in found if one.labels["status"] == status) for status in ("200", "500"))
    assert 0 < failed < ok / 100


def test_an_unknown_histogram_has_buckets_of_its_unit() -> None:
    found = unknown_series("rpc_seconds_bucket", Wanted(names=frozenset({"rpc_seconds_bucket"})))
    bounds = [one.labels["le"] for one in found]
    assert bounds[0] == "0.005"
    assert "+Inf" in bounds


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("a|b", ["a", "b"]),
        ("(a|b)", ["a", "b"]),
        ("5..", ["500"]),
        ("4..|5..", ["400", "500"]),
        (".*", []),
        (".+", []),
        (".*api.*", ["api"]),
        ("integrations/.*", ["integrations/app"]),
        (r"10\.0\.0\.1:9100", ["10.0.0.1:9100"]),
        ("((", []),
    ],
)
def test_values_that_a_pattern_asks_for(pattern: str, found: list[str]) -> None:
    assert demanded(Matcher("label", "=~", pattern)) == found


def test_a_label_without_a_list_of_values_gets_some_made_from_its_name() -> None:
    assert invented_values("customer_id") == ("customer-a", "customer-b", "customer-c")


def test_every_metric_of_the_project_has_values() -> None:
    base = Base(catalogues())
    clock = Clock([NOW - 60, NOW])
    empty = [
        name
        for name in base.names
        if not any(value is not None for one in base.series(name) for value in values(one.signal, clock))
    ]
    assert empty == []
