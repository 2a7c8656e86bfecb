"""Wholes and their parts: what is used, what is free, and how much there is."""

from __future__ import annotations

from dashkit.preview.sample import waves
from dashkit.preview.sample.seed import between, pick
from dashkit.preview.sample.signals import Flag, Gauge, Signal
from dashkit.preview.sample.subject import Subject
from dashkit.preview.sample.waves import LEVEL
from dashkit.preview.sample.words import BAD, gauge_stem, role, vocabulary, words

_MIB, _GIB = 1024.0**2, 1024.0**3

#: Words of a name, and what such a whole holds; the first that fits counts.
_WHOLES: tuple[tuple[str, float], ...] = (
    ("container memory", 512 * _MIB), ("pod memory", 512 * _MIB), ("node memory", 16 * _GIB), ("host memory", 16 * _GIB),
    ("heap", _GIB), ("memory", 2 * _GIB), ("ram", 16 * _GIB), ("swap", 2 * _GIB), ("file descriptor", 1024.0),
    ("fd", 1024.0), ("cluster bytes", 4096 * _GIB), ("bytes", 100 * _GIB), ("inode", 6.5e6), ("file", 6.5e6),
    ("connection", 100.0), ("thread", 200.0), ("worker", 16.0), ("queue", 1000.0), ("cpu", 4.0), ("core", 4.0),
    ("interval", 60.0), ("timeout", 30.0), ("seconds", 60.0), ("pod", 110.0),
)  # fmt: skip
_BY_WORDS = tuple((frozenset(text.split()), size) for text, size in _WHOLES)
_USUAL = 100.0
#: The share of a whole by role, as a base and a factor of what is in use.
_SHARES = {"used": (0.0, 1.0), "rss": (0.0, 0.75), "available": (1.0, -1.0), "free": (0.35, -0.35),
           "cache": (0.5, -0.5), "buffer": (0.05, -0.05)}  # fmt: skip
#: What a container requests of a resource, what it may use at most, and what a node has.
_RESOURCES = {"cpu": (0.25, 1.0, 8.0), "memory": (256 * _MIB, 512 * _MIB, 16 * _GIB), "pods": (1.0, 1.0, 110.0),
              "ephemeral_storage": (_GIB, 2 * _GIB, 100 * _GIB), "storage": (8 * _GIB, 16 * _GIB, 100 * _GIB)}  # fmt: skip
_UNITS = vocabulary("bytes seconds ms core total count number ratio percent")
_BOUNDS = vocabulary("limit capacity quota max")
_SETTINGS = vocabulary("interval timeout period")
_MEASURED = vocabulary("duration latency lag age delay time tx")
_STORAGE = vocabulary("used free available filesystem disk volume memory")


def resource(subject: Subject) -> Signal | None:
    """Return what a gauge of Kubernetes says of a resource; None if it is no such gauge."""
    said = frozenset(words(subject.name))
    sizes = _RESOURCES.get(subject.labels.get("resource", ""))
    if sizes is None or not said & {"resource", "allocatable", "capacity", "quota"}:
        return None
    return Gauge(waves.constant(sizes[0 if "request" in said else 2 if said & {"allocatable", "capacity"} else 1]))


def replicas(subject: Subject) -> Signal | None:
    """Return a number of replicas: as many as wanted, but for a while now and then; None for other gauges."""
    said = frozenset(words(subject.name))
    if "replica" not in said:
        return None
    wanted = pick((2.0, 2.0, 3.0, 3.0, 4.0), "replicas", subject.seed)
    seed = f"replicas {subject.seed}"
    if said & {"max", "min"}:
        return Gauge(waves.constant(10.0 if "max" in said else 2.0))
    if said & (BAD | {"missing", "misscheduled"}):
        return Flag(seed, 0.0, 1.0)
    if said & {"available", "ready"}:
        return Flag(seed, wanted, wanted - 1)
    return Gauge(waves.constant(wanted))


def part(subject: Subject) -> Signal | None:
    """Return how much of a whole is used or free, or how large the whole is; None if the gauge is neither."""
    said = frozenset(words(subject.name)) | frozenset(words(subject.unit))
    if said & {"rss", "working"}:
        said |= {"bytes", "memory"}
    place = role(subject.name)
    parts = subject.roles - {"limit", ""}
    if place in ("", "limit"):
        return Gauge(waves.constant(_whole(said))) if parts or _is_bound(subject.name, said) else None
    if not subject.roles & {"limit", ""} and not ("bytes" in said and said & _STORAGE):
        return None
    if place == "free" and "memory" not in said:
        place = "available"
    base, factor = _SHARES[place]
    stem = gauge_stem(subject.name)
    used = waves.wave(between(0.25, 0.72, "used", stem, subject.seed), LEVEL, "used", stem, subject.seed)
    share = waves.plus(waves.constant(base), waves.scaled(used, factor))
    return Gauge(waves.scaled(share, _whole(said)), whole="cpu" not in said)


def _is_bound(name: str, said: frozenset[str]) -> bool:
    """Return whether a name is that of a limit or a setting, which does not change."""
    if said & _MEASURED:
        return False
    bare = [word for word in words(name) if word not in _UNITS]
    return "max" in said or not (_BOUNDS | _SETTINGS).isdisjoint(bare[-1:])


def _whole(said: frozenset[str]) -> float:
    return next((size for needed, size in _BY_WORDS if needed <= said), _USUAL)
