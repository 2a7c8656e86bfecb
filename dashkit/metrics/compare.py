"""The differences between a catalogue and a server's current metrics."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class MetricChange:
    """One difference. ``sign`` is ``+`` (new on the server), ``-`` (gone from it) or ``~``."""

    sign: str
    metric: str
    what: str


@dataclass(frozen=True, slots=True)
class Described:
    """A metric to compare. ``open`` are the labels that have more values than ``labels`` lists."""

    kind: str
    labels: Mapping[str, frozenset[str]]
    open: frozenset[str]


def described(document: Mapping[str, Any]) -> dict[str, Described]:
    """Return the metrics of a catalogue document, such as `dashkit.metrics.pull` builds."""
    return {
        name: Described(
            entry["type"],
            {label: frozenset(values) for label, values in entry.get("labels", {}).items()},
            frozenset(entry.get("open", ())),
        )
        for name, entry in document["metrics"].items()
    }


def compare(
    known: Mapping[str, Described], live: Mapping[str, Described], ignored: Iterable[str] = ()
) -> Iterator[MetricChange]:
    """Yield the changes from the catalogue to the server, sorted by name. Labels that scraping adds are ``ignored``."""
    skip = frozenset(ignored)
    for name in sorted(known.keys() | live.keys()):
        old, new = known.get(name), live.get(name)
        if old is None:
            assert new is not None
            labels = ", ".join(sorted(new.labels)) or "no labels"
            yield MetricChange("+", name, f"{new.kind}, {labels}")
        elif new is None:
            yield MetricChange("-", name, "the server has no such series")
        else:
            yield from _changed(name, old, new, skip)


def _changed(name: str, old: Described, new: Described, skip: frozenset[str]) -> Iterator[MetricChange]:
    if old.kind != new.kind and new.kind != "untyped":
        yield MetricChange("~", name, f"{old.kind} -> {new.kind}")
    for label in sorted((old.labels.keys() | new.labels.keys()) - skip):
        if label not in old.labels:
            yield MetricChange("+", name, f"label {label}")
        elif label not in new.labels:
            yield MetricChange("-", name, f"label {label}")
        elif label not in old.open and label not in new.open:
            if more := new.labels[label] - old.labels[label]:
                yield MetricChange("~", name, f"label {label} also has {_few(more)}")
            if gone := old.labels[label] - new.labels[label]:
                yield MetricChange("~", name, f"label {label} no longer has {_few(gone)}")


def _few(values: frozenset[str]) -> str:
    return ", ".join(sorted(values)[:5]) + (", ..." if len(values) > 5 else "")
