"""What gauges stand at, guessed from their names, units and help texts."""

from __future__ import annotations

import re

from dashkit.preview.sample import waves
from dashkit.preview.sample.parts import part, replicas, resource
from dashkit.preview.sample.rates import traffic
from dashkit.preview.sample.seed import between
from dashkit.preview.sample.signals import Flag, Gauge, Moment, Signal
from dashkit.preview.sample.subject import Subject
from dashkit.preview.sample.waves import ERRORS, LEVEL, TRAFFIC
from dashkit.preview.sample.weights import weight
from dashkit.preview.sample.words import BAD, gauge_stem, vocabulary, words

_MIB, _GIB = 1024.0**2, 1024.0**3
_DAY = 86_400.0

#: What is good the nearer it is to all.
_HIGH = vocabulary(
    "accuracy success coverage hit confidence availability efficiency uptime health satisfaction quality score"
)
_DOWN = vocabulary("readonly pressure degraded down failing maintenance paused disabled stale split disconnected") | BAD
_FLAGS = vocabulary(
    "up online ready healthy connected alive reachable enabled leader running readonly status state stable"
)
_RANGE = re.compile(r"\b(\d+(?:\.\d+)?)\s*(?:to|-|\.\.)\s*(\d+(?:\.\d+)?)\b")
_FLAG_HELP = re.compile(
    r"(?:whether|boolean|1 (?:if|for|means|when)\b|.*\b1 (?:if|for|means|=|is|when)\b.*\b0\b)", re.IGNORECASE
)
_INFO_HELP = re.compile(r"1, with|1 for each|a metric with a constant", re.IGNORECASE)
_MEAN_HELP = re.compile(r"\b(?:mean|average|share|ratio)\b", re.IGNORECASE)

#: Words of a name, and what such a gauge stands at; the first that fits counts.
_LEVELS: tuple[tuple[str, float], ...] = (
    ("resident memory", 210 * _MIB), ("memory", 340 * _MIB), ("heap", 180 * _MIB), ("database bytes", 6 * _GIB),
    ("block bytes", 9 * _GIB), ("backup bytes", 40 * _MIB), ("bytes", 64 * _MIB), ("temperature", 47.0), ("temp", 47.0),
    ("celsius", 47.0), ("fahrenheit", 110.0), ("humidity", 44.0), ("volt", 12.0), ("watt", 140.0), ("ampere", 1.2),
    ("hertz", 2.4e9), ("rpm", 1400.0), ("cpu load", 0.3), ("load", 0.9), ("tx duration", 4.0), ("backup seconds", 95.0),
    ("lag seconds", 1.5), ("age seconds", 300.0), ("scrape duration", 0.035), ("per seconds", 18.0), ("seconds", 0.12),
    ("ms", 45.0), ("latency", 0.04), ("complexity", 5.5), ("series", 1.8e5), ("scrape sample", 900.0), ("object", 340.0),
    ("goroutine", 90.0), ("thread", 24.0), ("user", 85.0), ("agent", 40.0), ("numbackend", 14.0), ("connection", 22.0),
    ("flight", 6.0), ("queue", 7.0), ("depth", 4.0), ("pending", 3.0), ("waiting", 2.0), ("backlog", 9.0), ("lock", 8.0),
    ("activity count", 20.0), ("node", 3.0), ("generation", 7.0), ("pod", 8.0), ("fd", 60.0),
)  # fmt: skip
_BY_WORDS = tuple((frozenset(text.split()), level) for text, level in _LEVELS)
_USUAL = 24.0
#: What does not follow the hours of work.
_STEADY = vocabulary("bytes series temperature celsius object complexity generation")
_MEASURES = vocabulary("seconds ms load per volt watt ampere temperature celsius latency complexity")


def gauge(subject: Subject) -> Signal:
    """Return what a gauge does."""
    said = frozenset(words(subject.name))
    if subject.name.endswith("_info") or _INFO_HELP.match(subject.help):
        return Gauge(waves.constant(1.0))
    if ":" in subject.name and said & {"rate", "irate"}:
        # Recorded by a rule that nobody gave: what it is the rate of stands in the middle.
        return Gauge(traffic(subject._replace(name=subject.name.split(":")[1])))
    return (
        _flag(subject)
        or resource(subject)
        or _moment(subject)
        or replicas(subject)
        or _share(subject)
        or part(subject)
        or _level(subject)
    )


def _flag(subject: Subject) -> Signal | None:
    spelled = words(subject.name)
    named = subject.name == "up" or subject.name.endswith(("_up", "_success"))
    if not (
        named
        or _FLAG_HELP.match(subject.help)
        or (not subject.help and spelled and spelled[-1] in _FLAGS and "thread" not in spelled)
    ):
        return None
    down = bool(frozenset(spelled) & _DOWN)
    return Flag(f"{subject.name} {subject.seed}", 0.0 if down else 1.0, 1.0 if down else 0.0)


def _moment(subject: Subject) -> Signal | None:
    """Return a point in time, or a time since or until one; None for other gauges."""
    said = frozenset(words(subject.name))
    # The last run and the last that went well are the same one.
    seed = " ".join(word for word in words(gauge_stem(subject.name)) if word not in ("success", "run")) + subject.seed
    scale = 1000.0 if "ms" in said else 1.0
    if said & {"expiry", "expiration", "expire"}:
        if "day" in said or subject.unit == "days":
            return Moment(seed, 85 * _DAY, next=True, since=-1, scale=1 / _DAY)
        return Moment(seed, 85 * _DAY, next=True, scale=scale)
    if "after" in said and "not" in said:
        return Moment(seed, 85 * _DAY, next=True, scale=scale)
    if "uptime" in said and not said & {"ratio", "percent"}:
        return Moment(seed, 21 * _DAY, since=1, scale=scale)
    if said & {"boot", "start", "started", "created", "creation"} and said & {
        "time",
        "timestamp",
        "created",
        "seconds",
    }:
        return Moment(seed, 21 * _DAY, scale=scale)
    if said & {"highest", "latest", "newest"} and "timestamp" in said:
        return Moment("newest", 20.0, scale=scale)
    if said & {"timestamp", "date"} or ("last" in said and said & {"time", "heartbeat"}):
        return Moment(seed, _DAY if "backup" in said else _DAY / 4, scale=scale)
    return None


def _share(subject: Subject) -> Signal | None:
    """Return a ratio, a percentage or a score between two ends; None for other gauges."""
    said, seed = frozenset(words(subject.name)), (subject.name, subject.seed)
    asked = _RANGE.search(subject.help)
    if subject.unit in ("ratio", "percentunit") or said & {"ratio", "fraction", "utilization"}:
        low, high = 0.0, 1.0
    elif subject.unit == "percent" or said & {"percent", "percentage"}:
        low, high = 0.0, 100.0
    elif asked and float(asked[1]) < float(asked[2]):
        low, high = float(asked[1]), float(asked[2])
    else:
        return None
    place = (
        between(0.8, 0.95, *seed)
        if said & _HIGH
        else between(0.01, 0.05, *seed)
        if said & BAD
        else between(0.25, 0.6, *seed)
    )
    return Gauge(waves.wave(low + (high - low) * place, LEVEL, *seed))


def _level(subject: Subject) -> Signal:
    said, seed = frozenset(words(subject.name)) | frozenset(words(subject.unit)), (subject.name, subject.seed)
    if said & BAD and not said & {"seconds", "bytes"}:
        # Whatever should not be there mostly is not.
        return Gauge(waves.wave(between(0.0, 0.55, "bad", *seed), ERRORS, *seed), whole=True)
    level = next((level for needed, level in _BY_WORDS if needed <= said), _USUAL)
    mean = level * between(0.6, 1.5, "level", *seed) * weight(subject.labels, subject.varied)
    whole = not said & _MEASURES and not _MEAN_HELP.search(subject.help)
    return Gauge(waves.wave(mean, LEVEL if said & _STEADY else TRAFFIC, *seed), whole=whole)
