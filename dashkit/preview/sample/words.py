"""What the name of a metric says, word by word."""

from __future__ import annotations

import re
from functools import lru_cache


def vocabulary(text: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(text.split())


_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
#: Words that some names put into one with their neighbours: `bytesreceived`.
_GLUED = re.compile(r"(bytes|memory|latency|threads|requests|connections|errors)")
#: Words that end in s and are no plural.
_SINGULAR = vocabulary("dns tls cfs aws gas bus os iops series redis rss sys redis kubernetes postgres https")
_SHORT = {"mem": "memory", "avail": "available", "conn": "connection", "req": "request", "sec": "second",
          "err": "error", "pct": "percent", "util": "utilization", "utilisation": "utilization", "pkt": "packet",
          "maximum": "max", "minimum": "min", "millisecond": "ms", "num": "number", "byte": "bytes", "second": "seconds",
          "milliseconds": "ms", "ok": "success", "succeeded": "success", "successful": "success", "hits": "hit",
          "dropped": "drop", "failed": "failure", "fail": "failure", "rejected": "reject", "aborted": "abort",
          "timedout": "timeout", "retried": "retry", "denied": "refused", "discarded": "drop"}  # fmt: skip


@lru_cache(maxsize=8192)
def words(name: str) -> tuple[str, ...]:
    """Return the words of a name in lower case: singular, and the usual abbreviations written out."""
    parts = (part for found in _WORD.findall(name) for part in _GLUED.split(found.lower()))
    return tuple(_plain(part) for part in parts if part)


def _plain(word: str) -> str:
    return _SHORT.get(_one(word)) or _one(word)


def _one(word: str) -> str:
    if len(word) < 3 or not word.endswith("s") or word in _SINGULAR or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-2] if word.endswith(("sses", "xes", "ches", "shes")) else word[:-1]


BAD = vocabulary(
    """
    error failure exception drop timeout reject refused abort retry invalid miss rollback lost loss corrupt oom
    restart evicted eviction crash deadlock conflict unavailable unhealthy dead panic throttled unsuccessful
    cancelled canceled overflow fault violation bad wrong blocked stalled leak reset expired discard
    """
)
GOOD = vocabulary("success hit commit correct valid good completed done accepted")

#: Words for the part of a whole that is in use, is not, and for the whole.
USED = vocabulary("used usage working active open allocated current busy inuse")
FREE = vocabulary("free available remaining unused idle")
LIMIT = vocabulary("limit max capacity total size quota allocatable")

#: What the names of related metrics differ in.
_OF_COUNTERS = BAD | GOOD | vocabulary("total count sum bucket seconds duration time latency created ms")
_OF_GAUGES = (
    USED
    | FREE
    | LIMIT
    | vocabulary("bytes cached cache buffer rss set pool hard spec status setting stat database resident request")
)


@lru_cache(maxsize=8192)
def counter_stem(name: str) -> str:
    """Return what the names of counters about the same thing share: requests, those that failed, and their duration."""
    return "_".join(word for word in words(name) if word not in _OF_COUNTERS) or name


@lru_cache(maxsize=8192)
def gauge_stem(name: str) -> str:
    """Return what the names of a whole and its parts share: ``max_fds`` and ``open_fds``."""
    return "_".join(dict.fromkeys(word for word in words(name) if word not in _OF_GAUGES)) or name


def role(name: str) -> str:
    """Return what part of a whole a gauge is by its name, such as ``used``, ``free`` or ``limit``; empty if neither."""
    found = frozenset(words(name))
    for one in ("buffer", "rss"):
        if one in found:
            return one
    if found & {"cached", "cache"} and "memory" in found:
        return "cache"
    if found & FREE:
        return "free" if "free" in found and "memory" in found else "available"
    if found & USED:
        return "used"
    return "limit" if found & LIMIT else ""
