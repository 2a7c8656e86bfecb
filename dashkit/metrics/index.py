"""The catalogue by the names under which Prometheus stores series: what kind they are and which labels they have."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dashkit.metrics.catalogue import Catalogue, Metric, Scraped
from dashkit.promql.labels import Labels
from dashkit.promql.nodes import Selector

#: Of every alert; with labels of its own.
_OF_ALERTS = frozenset({"ALERTS", "ALERTS_FOR_STATE"})
#: What Prometheus itself writes for each target, whatever the catalogue says of it.
_OF_TARGETS = frozenset(
    {"up", "scrape_duration_seconds", "scrape_samples_scraped", "scrape_samples_post_metric_relabeling", "scrape_series_added"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Series:
    """Series of one stored name, as one catalogue file describes them.

    ``kind`` is that of the stored series: ``bucket`` for the buckets of a histogram, ``counter`` for its count and sum.
    ``values`` are the values of each label, where the catalogue has them all.
    """

    metric: str
    kind: str
    labels: Labels
    values: Mapping[str, frozenset[str]]


class MetricIndex:
    """Look-ups by name; made once for a run."""

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
        values: dict[str, frozenset[str]] = {}
        for label in metric.labels - metric.open:
            values[label] = frozenset(sample[label] for sample in metric.samples)
        added = [target.added for target in targets]
        sure = frozenset.intersection(*map(frozenset, added)) if added else frozenset()
        possible = frozenset().union(*added)
        for label in possible - metric.open:
            values.setdefault(label, frozenset(labels[label] for labels in added if label in labels))
        self._bases[metric.name] = metric.kind
        for name in metric.series_names():
            own = _own_labels(name, metric)
            # Without a target nobody said what scraping adds.
            always = (metric.labels - metric.optional) | own
            labels = Labels(sure | always, possible | metric.labels | own) if added else Labels(always)
            self.add(name, Series(metric.name, _stored_kind(name, metric), labels, values))

    def add(self, name: str, series: Series) -> None:
        """One more description of a name, such as that of a recorded one."""
        self._series.setdefault(name, []).append(series)

    def find(self, selector: Selector) -> list[Series]:
        """What a selector can find: all descriptions of its name that its equality matchers do not exclude."""
        if selector.name in _OF_ALERTS:
            return []  # every alert adds labels of its own
        every = self._series.get(selector.name, [])
        return [series for series in every if _may_match(selector, series)] or every

    def knows(self, name: str) -> bool:
        return name in self._series or name in _OF_ALERTS or name in _OF_TARGETS

    def kind(self, selector: Selector) -> str:
        """``counter``, ``gauge``, ``bucket``, ``summary``, or empty where it is unknown or differs."""
        kinds = {series.kind for series in self.find(selector)}
        return kinds.pop() if len(kinds) == 1 else ""

    def base_kind(self, name: str) -> str:
        """The type under which the catalogue has a name: ``histogram`` for one whose series have suffixes."""
        return self._bases.get(name, "")

    def labels(self, selector: Selector) -> Labels | None:
        """The labels of what a selector can find; None where its name is unknown."""
        found = self.find(selector)
        if not found:
            return None
        result = found[0].labels
        for series in found[1:]:
            possible = None
            if result.possible is not None and series.labels.possible is not None:
                possible = result.possible | series.labels.possible
            result = Labels(result.sure & series.labels.sure, possible)
        return result

    def values(self, selector: Selector, label: str) -> frozenset[str]:
        """All values that a label is known to have there; empty where that is not known."""
        known = [series.values.get(label, frozenset()) for series in self.find(selector)]
        return frozenset().union(*known) if known and all(known) else frozenset()

    def nearest(self, name: str) -> str:
        """The known name that is most like this one; empty for none."""
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
