"""Every series of the catalogue with its value at any moment."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from dashkit.metrics.catalogue import Catalogue, Metric, Scraped
from scripts.demo_exporter.curves import Curve, Total, Windows, below, seed_of
from scripts.demo_exporter.incidents import Effect, Incident
from scripts.demo_exporter.profiles import PROFILES, Profile

Sample = tuple[str, dict[str, str], float]
"""Name, the exporter's own labels, value."""


#: Of the observations of a histogram: how many are of a slower kind, and how much slower.
_SLOWER_SHARE, _SLOWER = 0.12, 1.5


@dataclass(frozen=True)
class Series:
    """One metric with one label set on one target; a histogram is all its buckets, its sum and its count."""

    metric: Metric
    target: Scraped
    labels: Mapping[str, str]
    curve: Curve
    median: float
    spread: float
    start: float
    effects: tuple[tuple[Windows, Effect], ...]
    step: float = 0.0
    clock: bool = False
    sparse: bool = False

    def samples(self, t: float) -> Iterator[Sample]:
        """What the exporter would answer at ``t``."""
        labels = dict(self.labels)
        if self.metric.kind == "histogram":
            yield from self._histogram(t, labels)
        elif self.metric.kind in ("counter", "untyped"):
            yield self.metric.name, labels, self._counter(t)
        elif (value := self._gauge(t)) or not self.sparse:
            yield self.metric.name, labels, value

    def _gauge(self, t: float) -> float:
        value = t // self.step * (self.step if self.clock else 1) if self.step else self.curve.value(t)
        for windows, effect in self.effects:
            if windows.on(t):
                value = effect.value if effect.value is not None else value * effect.factor
        return value

    def _counter(self, t: float) -> float:
        # A counter that stands still on an ordinary day has nothing to multiply: its incident states the rate itself.
        extra = sum(
            effect.value * _time_inside(windows, t) for windows, effect in self.effects if effect.value is not None
        )
        return self._total.at(t) + extra

    def _histogram(self, t: float, labels: dict[str, str]) -> Iterator[Sample]:
        parts = [*self._parts(self._total, t, 1.0), *self._parts(self._slower, t, _SLOWER)]
        count = sum(part for part, _ in parts)
        for bound in self.metric.buckets:
            value = sum(part * below(bound, median, self.spread) for part, median in parts)
            yield f"{self.metric.name}_bucket", {**labels, "le": f"{float(bound)}"}, value
        yield f"{self.metric.name}_bucket", {**labels, "le": "+Inf"}, count
        yield f"{self.metric.name}_count", labels, count
        mean = math.exp(self.spread**2 / 2)
        yield f"{self.metric.name}_sum", labels, sum(part * median * mean for part, median in parts)

    def _parts(self, total: Total, t: float, slower: float) -> Iterator[tuple[float, float]]:
        """How many observations there were of each median: the usual one, and those of incidents."""
        inside = [total.inside(index, t) for index in range(len(self.effects))]
        yield total.at(t) - sum(inside), self.median * slower
        for part, (_, effect) in zip(inside, self.effects, strict=True):
            yield part, self.median * slower * effect.stretch

    @cached_property
    def _total(self) -> Total:
        return self._of(self.curve)

    @cached_property
    def _slower(self) -> Total:
        """A second kind of event, slower, whose share moves with the hour: so do the quantiles."""
        base = self.curve.base * _SLOWER_SHARE
        return self._of(replace(self.curve, base=base, swing=0.5, noise=0.3, seed=self.curve.seed + 1))

    def _of(self, curve: Curve) -> Total:
        return Total(curve, self.start, tuple((windows, effect.factor) for windows, effect in self.effects))


def _time_inside(windows: Windows, t: float) -> float:
    return sum(min(t, end) - start for start, end in windows.intervals if start < t)


def all_series(
    catalogues: Iterable[Catalogue], start: float, incidents: Iterable[tuple[Incident, Windows]] = ()
) -> Iterator[Series]:
    """The series of all targets; counters stand at zero at ``start``."""
    known, every = list(incidents), list(catalogues)
    for catalogue in every:
        for metric in catalogue.metrics:
            recorded = metric.name in catalogue.recorded
            holders = (
                [target for other in every for target in other.targets] if recorded else catalogue.targets_of(metric)
            )
            for target in holders:
                profile = PROFILES.get(f"{target.job}/{metric.name}") or PROFILES.get(metric.name) or _default(metric)
                for labels in metric.samples:
                    yield _series(metric, target, labels, profile, start, known)


def _series(
    metric: Metric,
    target: Scraped,
    labels: Mapping[str, str],
    profile: Profile,
    start: float,
    incidents: list[tuple[Incident, Windows]],
) -> Series:
    seen = {**labels, **target.added}
    base = profile.base
    for name, value in labels.items():
        if name in metric.free or name in profile.scale:
            base *= _share(profile, metric, name, value)
    if metric.name == "kube_node_status_condition":
        base = float((labels["condition"] == "Ready") == (labels["status"] == "true") and labels["status"] != "unknown")
    if metric.name == "probe_ssl_earliest_cert_expiry":
        base = start + 75 * 86_400
    median = next((profile.medians[value] for value in labels.values() if value in profile.medians), profile.median)
    effects = tuple(
        (windows, effect)
        for incident, windows in incidents
        for effect in incident.effects
        if effect.metric == metric.name and effect.where.items() <= seen.items()
    )
    # Twins of a job differ a little, and not all have their peak at the same hour.
    seed = seed_of(profile.like or metric.name, *map(str, sorted(seen.items())))
    swing, noise = (0.0, 0.0) if profile.swing == profile.noise == 0 else (profile.swing, profile.noise)
    curve = Curve(base, swing, noise, 13 + seed % 3, seed)
    return Series(
        metric,
        target,
        labels,
        curve,
        median,
        profile.spread,
        start,
        effects,
        profile.step,
        profile.clock,
        profile.sparse,
    )


def _share(profile: Profile, metric: Metric, name: str, value: str) -> float:
    """The part of the base that goes to one value of a label."""
    if name in profile.scale:
        return profile.scale[name].get(value, 1.0)
    values = metric.samples.values(name)
    if metric.kind in ("gauge", "untyped") and name not in profile.split:
        return 1.0
    given = profile.split.get(name, {})
    if value in given:
        return given[value]
    rest = [other for other in values if other not in given]
    return max(0.0, 1 - sum(given.get(other, 0.0) for other in values)) / len(rest)


def _default(metric: Metric) -> Profile:
    if metric.kind == "gauge":
        return Profile(1, 0.0, 0.0)
    return Profile(0.5)
