"""Take a catalogue from a live Prometheus: types, labels, some of their values, and the number of series.

The result has the form that `dashkit.metrics.catalogue` reads.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from dashkit._parallel import ordered_map
from dashkit.metrics.catalogue import KINDS

#: A name with more series than this is not read series by series: only its label names and values are requested.
_FEW = 5000
_HOUR = 3600
_SUFFIXES = ("_bucket", "_sum", "_count")
#: The start of a pulled catalogue's description. Such a catalogue may be pulled again.
TAKEN = "Taken from"
_RESERVED = frozenset({"__name__", "job", "instance"})


class MetricSource(Protocol):
    """The Prometheus to read from."""

    @property
    def url(self) -> str: ...
    def counts(self) -> dict[str, int]: ...
    def metadata(self) -> dict[str, dict[str, str]]: ...
    def targets(self) -> list[dict[str, str]]: ...
    def series(self, match: str, start: float, end: float) -> list[dict[str, str]]: ...
    def label_names(self, match: str) -> list[str]: ...
    def label_values(self, label: str, match: str = "") -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Filter:
    """What to take: names and jobs as regular expressions, and at most so many ``values`` of a label."""

    name: str = ".*"
    job: str = ".*"
    values: int = 50


@dataclass(frozen=True, slots=True)
class _Family:
    """A metric and the names of its stored series."""

    name: str
    kind: str
    names: tuple[str, ...]


def pull(
    source: MetricSource,
    wanted: Filter,
    *,
    name: str,
    now: float,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> dict[str, Any]:
    """Return a catalogue document of all metrics that currently have series. Its keys are in a fixed order."""
    names = re.compile(wanted.name)
    counts = {
        key: count for key, count in source.counts().items() if names.fullmatch(key) or names.fullmatch(_base(key))
    }
    metadata = source.metadata()
    families = _families(counts, metadata)
    targets = [labels for labels in source.targets() if re.fullmatch(wanted.job, labels.get("job", ""))]
    added = {(labels.get("job", ""), labels.get("instance", "")): frozenset(labels) for labels in targets}
    metrics: dict[str, Any] = {}
    jobs: dict[str, set[str]] = defaultdict(set)
    read = ordered_map(lambda family: _labels(source, family, counts, now), families, workers=4)
    for done, (family, found) in enumerate(zip(families, read, strict=True), 1):
        progress(done, len(families))
        series = [labels for labels in found.series if re.fullmatch(wanted.job, labels.get("job", ""))]
        if found.series and not series:
            continue
        for labels in series:
            if "job" in labels:
                jobs[labels["job"]].add(labels.get("instance", "unknown"))
        about = metadata.get(family.name, {})
        count = sum(counts.get(stored, 0) for stored in family.names)
        metrics[family.name] = _entry(family, about, _Found(series, found.values), added, wanted.values, count)
    return {
        "name": name,
        "about": f"{TAKEN} {re.sub('//[^/@]*@', '//', source.url)}.",
        "scrape": {"jobs": _jobs(jobs, targets)},
        "metrics": dict(sorted(metrics.items())),
    }


def _families(counts: Mapping[str, int], metadata: Mapping[str, Mapping[str, str]]) -> list[_Family]:
    """Group stored names into metrics: buckets, sums and counts belong to their histogram or summary."""
    taken: set[str] = set()
    found = []

    def add(name: str, kind: str, names: tuple[str, ...]) -> None:
        found.append(_Family(name, kind, names))
        taken.update(names)

    for base, about in sorted(metadata.items()):
        parts = tuple(base + suffix for suffix in _SUFFIXES)
        if about.get("type") == "histogram" and parts[0] in counts:
            add(base, "histogram", parts)
        elif about.get("type") == "summary" and base in counts:
            add(base, "summary", (base, *parts[1:]))
    for stored in sorted(counts):
        base = _base(stored)
        if stored.endswith("_bucket") and stored not in taken and f"{base}_count" in counts:
            add(base, "histogram", tuple(base + suffix for suffix in _SUFFIXES))  # one without metadata
    for stored in sorted(counts.keys() - taken):
        kind = metadata.get(stored, {}).get("type", "")
        add(stored, kind if kind in KINDS and kind not in ("histogram", "summary") else "untyped", (stored,))
    return sorted(found, key=lambda family: family.name)


def _base(stored: str) -> str:
    return next((stored.removesuffix(suffix) for suffix in _SUFFIXES if stored.endswith(suffix)), stored)


@dataclass(frozen=True, slots=True)
class _Found:
    """The labels of a metric's series, or only their ``values`` if there are too many series to read one by one."""

    series: list[dict[str, str]]
    values: Mapping[str, list[str]]


def _labels(source: MetricSource, family: _Family, counts: Mapping[str, int], now: float) -> _Found:
    stored = next((name for name in family.names if name in counts), family.names[0])
    match = f'{{__name__="{stored}"}}'
    if counts.get(stored, 0) <= _FEW:
        return _Found(source.series(match, now - _HOUR, now), {})
    names = [label for label in source.label_names(match) if label != "__name__"]
    return _Found([], {label: source.label_values(label, match) for label in names})


def _entry(
    family: _Family,
    about: Mapping[str, str],
    found: _Found,
    added: Mapping[tuple[str, str], frozenset[str]],
    bound: int,
    count: int,
) -> dict[str, Any]:
    own = {"le"} if family.kind == "histogram" else {"quantile"} if family.kind == "summary" else set()
    values: dict[str, set[str]] = defaultdict(set)
    exported: list[frozenset[str]] = []
    for labels in found.series:
        for label, value in labels.items():
            values[label].add(value)
        # A label that its own target adds comes from scraping. On another target's series it may be the exporter's.
        scraped = added.get((labels.get("job", ""), labels.get("instance", "")), frozenset())
        exported.append(frozenset(labels) - scraped - _RESERVED - own)
    for label, listed in found.values.items():
        values[label].update(listed)
    unread = found.values.keys() - _RESERVED - own - frozenset().union(*added.values(), frozenset())
    names = sorted(frozenset(unread).union(*exported))
    entry: dict[str, Any] = {"type": family.kind, "help": about.get("help") or "(none given)"}
    if about.get("unit"):
        entry["unit"] = about["unit"]
    if names:
        entry["labels"] = {label: sorted(values[label])[:bound] for label in names}
    if opened := [label for label in names if len(values[label]) > bound]:
        entry["open"] = opened
    if optional := [label for label in names if any(label not in labels for labels in exported)]:
        entry["optional"] = optional
    if family.kind == "histogram":
        limits = sorted({float(value) for value in values.get("le", ()) if value not in ("+Inf", "Inf")})
        entry["buckets"] = [int(limit) if limit.is_integer() else limit for limit in limits] or [1]
    if jobs := sorted(values.get("job", ())):
        entry["jobs"] = jobs
    entry["series"] = count
    return entry


def _jobs(seen: Mapping[str, set[str]], targets: list[dict[str, str]]) -> dict[str, Any]:
    """Return the jobs with their instances, grouped by the labels that scraping adds."""
    result: dict[str, Any] = {}
    for job in sorted(seen):
        groups: dict[tuple[tuple[str, str], ...], set[str]] = defaultdict(set)
        for labels in targets:
            if labels.get("job") == job:
                added = tuple(sorted((key, value) for key, value in labels.items() if key not in _RESERVED))
                groups[added].add(labels.get("instance", "unknown"))
        if not groups:
            groups[()] = seen[job]
        result[job] = [
            {**({"labels": dict(added)} if added else {}), "instances": sorted(instances)}
            for added, instances in sorted(groups.items())
        ]
    return result
