"""Laws of the made-up metrics: what no real exporter would break, these do not break either."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scripts.demo_exporter.curves import Curve, Total, Windows, below
from scripts.demo_exporter.history import moments
from scripts.demo_exporter.incidents import INCIDENTS
from scripts.demo_exporter.model import Series, all_series
from scripts.demo_exporter.profiles import PROFILES
from scripts.demo_exporter.serve import epoch, targets
from tests.support.project import catalogues

START = epoch(1_800_000_000.0)
DAYS = st.floats(0, 29 * 86_400.0)
EVERY: list[Series] = list(
    all_series(catalogues(), START, [(entry, entry.windows(START, START + 30 * 86_400)) for entry in INCIDENTS])
)


@settings(max_examples=15, deadline=None)
@given(DAYS, st.floats(1, 7200))
def test_counters_only_grow(since: float, pause: float) -> None:
    for series in EVERY:
        if series.metric.kind in ("counter", "histogram"):
            before, after = (list(series.samples(START + t)) for t in (since, since + pause))
            for (name, labels, old), (_, _, new) in zip(before, after, strict=True):
                assert new >= old - 1e-6 * max(1.0, abs(old)), (name, labels)


@settings(max_examples=10, deadline=None)
@given(DAYS)
@example(1.192092896e-07)
def test_histograms_are_consistent(t: float) -> None:
    for series in EVERY:
        if series.metric.kind == "histogram":
            samples = list(series.samples(START + t))
            buckets = [value for name, _, value in samples if name.endswith("_bucket")]
            count = next(value for name, _, value in samples if name.endswith("_count"))
            assert buckets[-1] == count
            assert all(low <= high * (1 + 1e-9) + 1e-6 for low, high in itertools.pairwise(buckets))


@settings(max_examples=10, deadline=None)
@given(DAYS)
def test_the_same_moment_has_the_same_values(t: float) -> None:
    again = list(
        all_series(catalogues(), START, [(entry, entry.windows(START, START + 30 * 86_400)) for entry in INCIDENTS])
    )
    for one, other in zip(EVERY[::37], again[::37], strict=True):
        assert list(one.samples(START + t)) == list(other.samples(START + t))


@given(st.floats(0, 1e6), st.floats(1, 1e6), st.floats(0.1, 50))
def test_a_counter_gains_what_its_rate_says(since: float, length: float, base: float) -> None:
    curve = Curve(base, 0.3, 0.05, seed=7)
    parts = 2000
    step = length / parts
    summed = sum(curve.value(since + (index + 0.5) * step) for index in range(parts)) * step
    assert curve.integral(since, since + length) == pytest.approx(summed, rel=0.05)


def test_an_incident_multiplies_the_rate_while_it_is_on() -> None:
    curve = Curve(2.0, 0.0, 0.0)
    total = Total(curve, 0.0, ((Windows(((100.0, 200.0), (300.0, 350.0))), 10.0),))
    assert total.at(100.0) == pytest.approx(200.0)
    assert total.at(200.0) == pytest.approx(200.0 + 2000.0)
    assert total.at(400.0) == pytest.approx(800.0 + 9 * 2 * 150)


@given(st.floats(0.001, 100), st.floats(0.001, 100), st.floats(0.05, 2))
def test_the_share_below_a_bound_is_a_share(bound: float, median: float, spread: float) -> None:
    assert 0 <= below(bound, median, spread) <= 1
    assert below(median, median, spread) == pytest.approx(0.5)


def test_every_profile_belongs_to_a_catalogued_metric() -> None:
    names = {metric.name for catalogue in catalogues() for metric in catalogue.metrics}
    assert {name.rpartition("/")[2] for name in PROFILES} <= names


def test_every_effect_of_an_incident_touches_something() -> None:
    for incident in INCIDENTS:
        for effect in incident.effects:
            touched = [
                series
                for series in EVERY
                if series.metric.name == effect.metric
                and effect.where.items() <= {**series.labels, **series.target.added}.items()
            ]
            assert touched, (incident.name, effect)


def test_every_target_of_the_catalogue_is_served() -> None:
    wanted = {(target.job, target.instance) for catalogue in catalogues() for target in catalogue.targets}
    assert {(scraped.job, scraped.instance) for scraped, _ in targets(catalogues(), START, [])} == wanted


def test_the_past_ends_now_and_has_a_week_ago() -> None:
    end = 1_800_000_000.0
    times = moments(end)
    assert times == sorted(set(times))
    assert end - 60 <= times[-1] < end
    assert any(abs(t - (end - 7 * 86_400)) < 60 for t in times)
