"""The catalogue by the names of stored series: their kinds, labels and values."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce

from dashkit.metrics.catalogue import Catalogue, Metric, Scraped
from dashkit.promql.labels import Labels
from dashkit.promql.nodes import Selector

#: Prometheus writes these for each alert, with the alert's own labels.
_OF_ALERTS = frozenset({"ALERTS", "ALERTS_FOR_STATE"})
#: Prometheus writes these for each target, whether or not the catalogue lists them.
_OF_TARGETS = frozenset(
    {"up", "scrape_duration_seconds", "scrape_samples_scraped", "scrape_samples_post_metric_relabeling", "scrape_series_added"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Series:
    """The series of one stored name, as one catalogue file describes them.

    ``kind`` is ``bucket`` for the buckets of a histogram and ``counter`` for its count and sum.
    ``values`` has the values of those labels whose values the catalogue lists completely.
    """

    metric: str
    kind: str
    labels: Labels
    values: Mapping[str, frozenset[str]]


class MetricIndex:
    """Look-ups by name, built once per run."""

    def __init__(self, catalogues: Iterable[Catalogue]) -> None:
        self._series: dict[str, list[Series]] = {}
        self._bases: dict[str, str] = {}
        self._nearest: dict[str, str] = {}
        found = list(catalogues)
        everywhere = [target for catalogue in found for target in catalogue.targets]
        for catalogue in found:
            for metric in catalogue.metrics:
                targets = everywhere if metric.name in catalogue.recorded else list(catalogue.targets_of(metric))
                self._add(metric, targets)

    def _add(self, metric: Metric, targets: list[Scraped]) -> None:
        values = {label: metric.samples.values(label) for label in metric.labels - metric.open}
        added = [target.added for target in targets]
        sure = frozenset.intersection(*map(frozenset, added)) if added else frozenset()
        possible = frozenset().union(*added)
        for label in possible - metric.open:
            values.setdefault(label, frozenset(labels[label] for labels in added if label in labels))
        self._bases[metric.name] = metric.kind
        for name in metric.series_names():
            own = _own_labels(name, metric)
            # Without a target it is unknown what scraping adds.
            always = (metric.labels - metric.optional) | own
            labels = Labels(sure | always, possible | metric.labels | own) if added else Labels(always)
            self.add(name, Series(metric.name, _stored_kind(name, metric), labels, values))

    def add(self, name: str, series: Series) -> None:
        """Add a description of a name, such as that of a recording rule."""
        self._series.setdefault(name, []).append(series)

    def find(self, selector: Selector) -> list[Series]:
        """Return the descriptions of a selector's name that its equality matchers do not exclude, or all if they exclude all."""
        if selector.name in _OF_ALERTS:
            return []  # each alert adds its own labels
        every = self._series.get(selector.name, [])
        return [series for series in every if _may_match(selector, series)] or every

    def knows(self, name: str) -> bool:
        return name in self._series or name in _OF_ALERTS or name in _OF_TARGETS

    def kind(self, selector: Selector) -> str:
        """Return ``counter``, ``gauge``, ``bucket`` or ``summary``, or nothing if the kind is unknown or ambiguous."""
        kinds = {series.kind for series in self.find(selector)}
        return kinds.pop() if len(kinds) == 1 else ""

    def base_kind(self, name: str) -> str:
        """Return the type that the catalogue lists for a name, such as ``histogram`` if its series have suffixes."""
        return self._bases.get(name, "")

    def labels(self, selector: Selector) -> Labels | None:
        """Return the labels of what a selector can find, or None if its name is unknown."""
        found = [series.labels for series in self.find(selector)]
        return reduce(Labels.either, found) if found else None

    def values(self, selector: Selector, label: str) -> frozenset[str]:
        """Return all values that a label has on what a selector can find, or nothing if they are not all known."""
        known = [series.values.get(label, frozenset()) for series in self.find(selector)]
        return frozenset().union(*known) if known and all(known) else frozenset()

    def nearest(self, name: str) -> str:
        """Return the known name that is most similar, or nothing."""
        if name not in self._nearest:
            near = difflib.get_close_matches(name, self._series, n=1, cutoff=0.75)
            self._nearest[name] = near[0] if near else ""
        return self._nearest[name]


def _own_labels(name: str, metric: Metric) -> frozenset[str]:
    if metric.kind == "histogram" and name.endswith("_bucket"):
        return frozenset({"le"})
    return frozenset({"quantile"}) if metric.kind == "summary" and name == metric.name else frozenset()


def _stored_kind(name: str, metric: Metric) -> str:
    if metric.kind == "histogram":
        return "bucket" if name.endswith("_bucket") else "counter"
    return "counter" if metric.kind == "summary" and name != metric.name else metric.kind


def _may_match(selector: Selector, series: Series) -> bool:
    for matcher in selector.matchers:
        if matcher.op == "=" and matcher.value and not matcher.variable:
            values = series.values.get(matcher.label)
            if values and matcher.value not in values:
                return False
    return True
