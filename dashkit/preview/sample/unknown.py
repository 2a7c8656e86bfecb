"""Base series of metrics that no catalogue knows: the name says what they are, the expression which labels they have."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

from dashkit.metrics.catalogue import Metric
from dashkit.metrics.label_sets import LabelSets
from dashkit.preview.sample.base import BaseSeries, roles_of, stored_series
from dashkit.preview.sample.context import Wanted
from dashkit.preview.sample.histograms import usual_buckets
from dashkit.preview.sample.invented import invented_values, is_place
from dashkit.preview.sample.seed import fraction, label_seed
from dashkit.preview.sample.signals import Flag
from dashkit.preview.sample.subject import Subject
from dashkit.preview.sample.words import counter_stem, gauge_stem

#: How many label sets to make, and how many values of one label.
_SETS = 18
_VALUES = 4
_ROWS = 6


def unknown_series(name: str, wanted: Wanted) -> list[BaseSeries]:
    """Return a few series for a metric, with the labels that an expression needs."""
    kind, stem = kind_of(name, wanted)
    every = roles_of((other, kind_of(other, wanted)[0]) for other in wanted.names | {name})
    roles = every.get(f"gauge {gauge_stem(name)}" if kind == "gauge" else f"counter {counter_stem(stem)}", frozenset())
    every_set = label_sets(wanted)
    varied = tuple(label for label, _ in wanted.values if not is_place(label))
    metric = Metric(stem, kind, "", "", LabelSets((every_set,)), frozenset(varied), usual_buckets(stem), frozenset())
    stored = f"{stem}_bucket" if kind == "histogram" and name == stem else name
    equal = dict(wanted.equal)
    found = []
    for labels in every_set:
        subject = Subject(stem, labels, varied, roles)
        if name in equal and kind == "gauge":
            found.append(_equal(name, subject, equal[name]))
        else:
            found += stored_series(stored, subject, metric)
    return found


def kind_of(name: str, wanted: Wanted) -> tuple[str, str]:
    """Return the kind of a metric, and its name without the suffix of a stored series."""
    if name.endswith("_bucket") or name in wanted.buckets:
        return "histogram", name.removesuffix("_bucket")
    for suffix in ("_count", "_sum"):
        stem = name.removesuffix(suffix)
        others = {f"{stem}_bucket", f"{stem}_sum", f"{stem}_count"} - {name}
        if stem != name and (others & wanted.names or (suffix == "_sum" and name in wanted.counters)):
            return "histogram", stem
    # Shown as it is, a total without a past says more than one that grew for weeks.
    return ("counter" if name in wanted.counters else "gauge"), name


def _equal(name: str, subject: Subject, number: float) -> BaseSeries:
    """Return a series that mostly is the number that it is compared with."""
    other = 0.0 if number else 1.0
    usual = number if fraction("equal", name, subject.seed) < 0.7 else other
    return BaseSeries({"__name__": name, **subject.labels}, Flag(subject.seed, usual, other))


def label_sets(wanted: Wanted) -> list[Mapping[str, str]]:
    """Return label sets: places go together, as a pod is on one node, and all other labels combine."""
    values = dict(wanted.values)
    for label in ("job", "instance"):
        values.setdefault(label, invented_values(label))
    places = [label for label in values if is_place(label)]
    count = max((len(found) for label, found in wanted.values if label in places), default=2)
    rows = [{label: values[label][row % len(values[label])] for label in places} for row in range(min(count, _ROWS))]
    room = max(1, _SETS // max(1, len(rows)))
    parts: list[Sequence[Mapping[str, str]]] = [rows]
    for label in values:
        if label not in places:
            most = min(room, _VALUES) if label in wanted.kept or len(values[label]) > 1 else 1
            parts.append([{label: value} for value in values[label][: max(1, most)]])
            room = max(1, room // len(parts[-1]))
    found: dict[str, Mapping[str, str]] = {}
    for combination in itertools.product(*parts):
        labels = {label: value for part in combination for label, value in part.items() if value}
        found.setdefault(label_seed(labels), labels)
    return list(found.values())
