"""Take a catalogue from a live Prometheus: types, labels, values up to a bound, numbers of series.

What comes out is the form that `dashkit.metrics.catalogue` reads.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

from dashkit.metrics.catalogue import KINDS

#: Up to so many series of a name are read one by one; of more only names and values of labels are asked.
_FEW = 5000
_HOUR = 3600
#: How the description of a catalogue begins that was pulled, and may be pulled again.
TAKEN = "Taken from"
_RESERVED = frozenset({"__name__", "job", "instance"})


class MetricSource(Protocol):
    """The Prometheus that is read."""

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
    """What to take: names and jobs by regular expression, and how many values of a label at the most."""

    name: str = ".*"
    job: str = ".*"
    values: int = 50


@dataclass(frozen=True, slots=True)
class _Family:
    """A metric with the stored names that belong to it."""

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
    """The catalogue of all metrics that have series now; its keys in a fixed order."""
    name_of = re.compile(wanted.name)
    counts = {
        key: count for key, count in source.counts().items() if name_of.fullmatch(key) or name_of.fullmatch(_base(key))
    }
    metadata = source.metadata()
    families = _families(counts, metadata)
    targets = [labels for labels in source.targets() if re.fullmatch(wanted.job, labels.get("job", ""))]
    added = {(labels.get("job", ""), labels.get("instance", "")): frozenset(labels) for labels in targets}
    metrics: dict[str, Any] = {}
    jobs: dict[str, set[str]] = defaultdict(set)
    with ThreadPoolExecutor(4) as pool:
        read = pool.map(lambda family: _labels(source, family, counts, now), families)
        for done, (family, found) in enumerate(zip(families, read, strict=True), 1):
            progress(done, len(families))
            mine = [labels for labels in found.series if re.fullmatch(wanted.job, labels.get("job", ""))]
            if found.series and not mine:
                continue
            for labels in mine:
                if "job" in labels:
                    jobs[labels["job"]].add(labels.get("instance", "unknown"))
            about = metadata.get(family.name, {})
            count = sum(counts.get(stored, 0) for stored in family.names)
            metrics[family.name] = _entry(family, about, mine or found.series, found, added, wanted.values, count)
    return {
        "name": name,
        "about": f"{TAKEN} {_without_credentials(source.url)}.",
        "scrape": {"jobs": _jobs(jobs, targets)},
        "metrics": dict(sorted(metrics.items())),
    }


def _families(counts: Mapping[str, int], metadata: Mapping[str, Mapping[str, str]]) -> list[_Family]:
    """Stored names as metrics: buckets, sums and counts under the name of their histogram or summary."""
    taken: set[str] = set()
    found = []
    for base, about in sorted(metadata.items()):
        kind = about.get("type", "")
        parts = tuple(f"{base}{suffix}" for suffix in ("_bucket", "_sum", "_count"))
        if kind == "histogram" and parts[0] in counts:
            found.append(_Family(base, kind, parts))
            taken.update(parts)
        elif kind == "summary" and base in counts:
            found.append(_Family(base, kind, (base, *parts[1:])))
            taken.update((base, *parts[1:]))
    for stored in sorted(counts):
        if stored.endswith("_bucket") and stored not in taken and f"{_base(stored)}_count" in counts:
            base = _base(stored)  # a histogram that nobody describes
            found.append(
                _Family(base, "histogram", tuple(f"{base}{suffix}" for suffix in ("_bucket", "_sum", "_count")))
            )
            taken.update(found[-1].names)
    for stored in sorted(counts.keys() - taken):
        kind = metadata.get(stored, {}).get("type", "")
        found.append(
            _Family(stored, kind if kind in KINDS and kind not in ("histogram", "summary") else "untyped", (stored,))
        )
    return sorted(found, key=lambda family: family.name)


def _base(stored: str) -> str:
    return re.sub(r"_(bucket|sum|count)$", "", stored)


@dataclass(frozen=True, slots=True)
class _Found:
    """The labels of a metric's series; ``values`` instead where they were too many to read one by one."""

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
    series: list[dict[str, str]],
    found: _Found,
    added: Mapping[tuple[str, str], frozenset[str]],
    bound: int,
    count: int,
) -> dict[str, Any]:
    own = {"le"} if family.kind == "histogram" else {"quantile"} if family.kind == "summary" else set()
    values: dict[str, set[str]] = defaultdict(set)
    mine: list[frozenset[str]] = []
    for labels in series:
        for label, value in labels.items():
            values[label].add(value)
        # What its own target adds is scraping's; the same label on another target's series may be the exporter's.
        scraped = added.get((labels.get("job", ""), labels.get("instance", "")), frozenset())
        mine.append(frozenset(labels) - scraped - _RESERVED - own)
    for label, listed in found.values.items():
        values[label].update(listed)
    unread = found.values.keys() - _RESERVED - own - frozenset().union(*added.values(), frozenset())
    names = sorted(frozenset(unread).union(*mine))
    optional = [label for label in names if mine and not all(label in labels for labels in mine)]
    jobs = sorted(values.get("job", ()))
    entry: dict[str, Any] = {"type": family.kind, "help": about.get("help") or "(none given)"}
    if about.get("unit"):
        entry["unit"] = about["unit"]
    if names:
        entry["labels"] = {label: _shown(values[label], bound) for label in names}
    opened = [label for label in names if len(values[label]) > bound]
    entry |= {"open": opened} if opened else {}
    entry |= {"optional": optional} if optional else {}
    if family.kind == "histogram":
        limits = sorted({float(value) for value in values.get("le", ()) if value not in ("+Inf", "Inf")})
        entry["buckets"] = [int(limit) if limit.is_integer() else limit for limit in limits] or [1]
    if jobs:
        entry["jobs"] = jobs
    entry["series"] = count
    return entry


def _shown(values: Iterable[str], bound: int) -> list[str]:
    return sorted(values)[:bound]


def _jobs(seen: Mapping[str, set[str]], targets: list[dict[str, str]]) -> dict[str, Any]:
    """The jobs with their instances, those with the same added labels together."""
    result: dict[str, Any] = {}
    for job in sorted(seen):
        groups: dict[tuple[tuple[str, str], ...], set[str]] = defaultdict(set)
        for labels in targets:
            if labels.get("job") == job:
                more = tuple(sorted((key, value) for key, value in labels.items() if key not in _RESERVED))
                groups[more].add(labels.get("instance", "unknown"))
        if not groups:
            groups[()] = seen[job]
        result[job] = [
            {**({"labels": dict(more)} if more else {}), "instances": sorted(instances)}
            for more, instances in sorted(groups.items())
        ]
    return result


def _without_credentials(url: str) -> str:
    return re.sub(r"//[^/@]*@", "//", url)
