"""The base series: what the targets of the metric catalogues would send."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from dashkit.metrics.catalogue import Catalogue, Metric, Scraped
from dashkit.metrics.label_sets import LabelSets
from dashkit.preview.sample.histograms import histogram, summary, usual_buckets
from dashkit.preview.sample.levels import gauge
from dashkit.preview.sample.rates import counter
from dashkit.preview.sample.seed import fraction, label_seed, pick
from dashkit.preview.sample.signals import Flag, Signal
from dashkit.preview.sample.states import state_labels, state_signal
from dashkit.preview.sample.subject import Subject
from dashkit.preview.sample.words import BAD, GOOD, counter_stem, gauge_stem, role, words

#: How many series of a metric are enough to look at.
MOST = 60
#: How many label sets of a metric these are chosen from: labels of a catalogue may combine to millions.
_CANDIDATES = 50_000
#: Prometheus writes these for each target, whether or not a catalogue lists them.
_OF_TARGETS = {
    "up": "1 if the last scrape succeeded, else 0.",
    "scrape_duration_seconds": "",
    "scrape_samples_scraped": "",
    "scrape_samples_post_metric_relabeling": "",
    "scrape_series_added": "",
}
ALERTS = "ALERTS"
_GAUGES = ("gauge", "untyped")
#: Of how many containers there is something to say for a reason, such as why they wait.
_WITH_REASON = 0.12


class BaseSeries(NamedTuple):
    """A series: its labels, with its name, and what it does."""

    labels: Mapping[str, str]
    signal: Signal


class Entity(NamedTuple):
    """One label set of a metric on one target, as Prometheus stores it, without the name."""

    metric: Metric
    labels: Mapping[str, str]


class Base:
    """The base series by name. Each name is made once."""

    def __init__(self, catalogues: Sequence[Catalogue]) -> None:
        self.targets = [target for catalogue in catalogues for target in catalogue.targets]
        self._metrics: dict[str, list[tuple[Metric, list[Scraped]]]] = {}
        for catalogue in catalogues:
            for metric in catalogue.metrics:
                targets = self.targets if metric.name in catalogue.recorded else list(catalogue.targets_of(metric))
                for name in metric.series_names():
                    self._metrics.setdefault(name, []).append((metric, targets))
        for name, text in _OF_TARGETS.items():
            if self.targets:
                metric = Metric(name, "gauge", "", text, LabelSets(), frozenset(), (), frozenset())
                self._metrics.setdefault(name, [(metric, self.targets)])
        self._native = {metric.name: f"{metric.name}_bucket" for metric in self._all() if metric.kind == "histogram"}
        self._roles = roles_of((metric.name, metric.kind) for metric in self._all())
        self._made: dict[str, list[BaseSeries]] = {}

    def _all(self) -> Iterator[Metric]:
        return (metric for entries in self._metrics.values() for metric, _ in entries)

    @property
    def names(self) -> list[str]:
        return sorted(self._metrics)

    def labels(self) -> list[str]:
        """Return the names of all labels."""
        of_targets = {label for target in self.targets for label in target.added}
        return sorted(of_targets.union(*(metric.labels for metric in self._all())))

    def label_values(self, label: str) -> list[str]:
        """Return all values of a label."""
        of_targets = {target.added.get(label, "") for target in self.targets}
        of_metrics = frozenset[str]().union(*(metric.samples.values(label) for metric in self._all()))
        return sorted((of_targets | of_metrics) - {""})

    def knows(self, name: str) -> bool:
        return name in self._metrics or name in self._native

    def open_labels(self, name: str) -> frozenset[str]:
        """Return the labels that have more values than the catalogues list."""
        return frozenset().union(*(metric.open for metric, _ in self._metrics.get(name, ())))

    def series(self, name: str) -> list[BaseSeries]:
        """Return the series of a name: all of them, or enough to see each value of each label."""
        made = self._made.get(name)
        if made is None:
            stored = self._native.get(name, name)
            made = [
                one for metric, targets in self._metrics.get(stored, ()) for one in self._some(stored, metric, targets)
            ]
            made += self._alerts() if name == ALERTS else []
            self._made[name] = made
        return made

    def has(self, name: str, fits: Callable[[Mapping[str, str]], bool]) -> bool:
        """Return whether a metric has a series whose labels fit. Of a bucket, ``le`` is not looked at."""
        stored = self._native.get(name, name)
        listed = self._metrics.get(stored, ())
        return any(fits(entity.labels) for metric, targets in listed for entity in entities(metric, targets))

    def rest(self, name: str, fits: Callable[[Mapping[str, str]], bool]) -> Iterator[BaseSeries]:
        """Yield the series of a name whose labels fit, however many there are. Of a bucket, ``le`` is not looked at."""
        stored = self._native.get(name, name)
        for metric, targets in self._metrics.get(stored, ()):
            for entity in entities(metric, targets):
                if fits(entity.labels):
                    yield from self._of(stored, entity)

    def _some(self, name: str, metric: Metric, targets: Sequence[Scraped]) -> Iterator[BaseSeries]:
        for entity in diverse(list(entities(metric, targets)), MOST):
            yield from self._of(name, entity)

    def _of(self, name: str, entity: Entity) -> Iterator[BaseSeries]:
        metric = entity.metric
        roles = self._roles.get(_stem(metric.name, metric.kind), frozenset())
        varied = _varied(metric)
        subject = Subject(metric.name, entity.labels, varied, roles, metric.unit, metric.help)
        yield from stored_series(name, subject, metric)

    def _alerts(self) -> list[BaseSeries]:
        """Return two alerts that no rule is known for, so that lists of alerts have something to show."""
        found = []
        for alert, state, severity in (("InstanceSlow", "pending", "low"), ("DiskFillsUp", "firing", "medium")):
            if self.targets:
                labels = pick(self.targets, alert).added
                own = {"__name__": ALERTS, "alertname": alert, "alertstate": state, "severity": severity}
                found.append(BaseSeries({**labels, **own}, Flag("", 1.0, 1.0)))
        return found


def entities(metric: Metric, targets: Iterable[Scraped]) -> Iterator[Entity]:
    """Yield the label sets of a metric on its targets; what is empty is no label."""
    added = [target.added for target in targets] or [{}]
    for on_target, sample in itertools.product(added, metric.samples.some(_CANDIDATES)):
        labels = {**on_target, **sample}
        yield Entity(metric, {label: value for label, value in labels.items() if value != ""})


def diverse(every: list[Entity], most: int) -> list[Entity]:
    """Return at most so many, in their order: first of all those with a value that no other has."""
    if len(every) <= most:
        return every
    order = sorted(range(len(every)), key=lambda place: fraction("order", label_seed(every[place].labels)))
    seen: set[tuple[str, str]] = set()
    chosen: list[int] = []
    rest: list[int] = []
    for place in order:
        new = every[place].labels.items() - seen
        (chosen if new else rest).append(place)
        seen |= new
    return [every[place] for place in sorted((chosen + rest)[:most])]


def stored_series(name: str, subject: Subject, metric: Metric) -> Iterator[BaseSeries]:
    """Yield what Prometheus stores under a name for one label set of a metric."""
    labels = {"__name__": name, **subject.labels}
    if metric.kind in ("histogram", "summary") and name != metric.name:
        for suffix, bound, signal in histogram(subject, metric.buckets or usual_buckets(metric.name)):
            if name == metric.name + suffix:
                yield BaseSeries({**labels, "le": bound} if bound else labels, signal)
    elif metric.kind == "summary":
        listed = subject.labels.get("quantile")
        for quantile in (listed,) if listed else ("0.5", "0.9", "0.99"):
            yield BaseSeries({**labels, "quantile": quantile}, summary(subject, quantile))
    elif metric.kind == "counter":
        yield BaseSeries(labels, counter(subject))
    else:
        shown = _gauge(subject, metric)
        if shown is not None:
            yield BaseSeries(labels, shown)


def _gauge(subject: Subject, metric: Metric) -> Signal | None:
    values = {label: sorted(metric.samples.values(label)) for label in metric.free}
    if "reason" in values and metric.help.startswith("1"):
        # Kubernetes has such a series only while there is a reason.
        return Flag("", 1.0, 1.0) if fraction("reason", subject.name, subject.seed) < _WITH_REASON else None
    states = state_labels(metric.name, metric.help, values)
    return state_signal(metric.name, subject.labels, states, values) if states else gauge(subject)


def roles_of(metrics: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    """Return what metrics are to others about the same thing, by what their names share."""
    found: dict[str, set[str]] = {}
    for name, kind in metrics:
        said = frozenset(words(name))
        of_counter = "bad" if said & BAD else "good" if said & GOOD else "whole"
        found.setdefault(_stem(name, kind), set()).add(role(name) if kind in _GAUGES else of_counter)
    return {stem: frozenset(roles) for stem, roles in found.items()}


def _stem(name: str, kind: str) -> str:
    return f"gauge {gauge_stem(name)}" if kind in _GAUGES else f"counter {counter_stem(name)}"


def _varied(metric: Metric) -> tuple[str, ...]:
    return tuple(sorted(label for label in metric.free if len(metric.samples.values(label)) > 1))
