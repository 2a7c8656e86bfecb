"""How much of a whole falls to each value of a label: most requests succeed, and most CPU time is idle."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping

from dashkit.preview.sample.seed import between
from dashkit.preview.sample.words import BAD, GOOD, vocabulary, words

_OUTCOMES = vocabulary(
    """
    status code status_code response_code http_status http_status_code http_code result outcome state phase level
    severity reason grpc_code grpc_status status_class code_class rcode error type
    """
)
#: Labels that say where something runs. It is spread about evenly.
_PLACES = vocabulary(
    """
    instance pod node host hostname server cluster environment env region zone replica cpu shard job service system
    namespace app component device
    """
)
_FIXED = {
    "method": {"get": 1.0, "post": 0.4, "put": 0.12, "patch": 0.05, "delete": 0.04, "head": 0.03, "options": 0.02},
    "verb": {"get": 1.0, "list": 0.3, "watch": 0.3, "update": 0.2, "create": 0.1, "patch": 0.1, "delete": 0.03},
    "mode": {"idle": 0.72, "user": 0.17, "system": 0.07, "iowait": 0.02, "softirq": 0.008, "irq": 0.004, "nice": 0.004,
             "steal": 0.004},
    "level": {"info": 1.0, "debug": 0.3, "trace": 0.1, "warn": 0.03, "warning": 0.03, "error": 0.008, "err": 0.008,
              "critical": 0.001, "fatal": 0.0005},
    "state": {"idle": 1.0, "active": 0.3, "waiting": 0.05, "idle in transaction": 0.04, "disabled": 0.01},
    "escalated": {"true": 0.15, "false": 0.85},
    "outcome": {"correct": 0.75, "wrong": 0.25},
}  # fmt: skip
#: What went as it should, though not as one would like.
_REFUSALS = ("status", "result", "outcome")
_REFUSED = ("declined", "skipped", "pending", "partial", "unknown", "ignored")
_STATUS = re.compile(r"([1-5])(?:\d\d|xx)", re.IGNORECASE)
#: By the first digit of an HTTP status.
_BY_STATUS = {"1": 0.001, "2": 1.0, "3": 0.06, "4": 0.02, "5": 0.00012}


def weight(labels: Mapping[str, str], varied: Iterable[str]) -> float:
    """Return the share of a series among those that differ in the ``varied`` labels, 1 being usual."""
    return math.prod(of_value(label, labels[label], labels) for label in varied if label in labels)


def of_value(label: str, value: str, labels: Mapping[str, str]) -> float:
    """Return the share of one value of a label. How often something fails differs from place to place."""
    fixed = _FIXED.get(label, {}).get(value.lower())
    if fixed is not None:
        return fixed
    found = _STATUS.fullmatch(value)
    if found is not None:
        return _BY_STATUS[found[1]] * _luck(label, value, labels)
    if label in _OUTCOMES and is_bad(value):
        return 0.0007 * _luck(label, value, labels)
    if label in _OUTCOMES and frozenset(words(value)) & GOOD:
        return 1.0
    if label in _REFUSALS and value.lower() in _REFUSED:
        return 0.04 * _luck(label, value, labels)
    if label in _PLACES:
        return between(0.85, 1.15, "weight", label, value)
    if label in ("le", "quantile", "unit", "uid", "id"):
        return 1.0
    return between(0.35, 1.5, "weight", label, value)


def is_bad(value: str) -> bool:
    """Return whether a value says that something went wrong."""
    return not BAD.isdisjoint(words(value))


def _luck(label: str, value: str, labels: Mapping[str, str]) -> float:
    where = [labels.get(one, "") for one in ("system", "service", "job", "namespace", "endpoint", "handler", "route")]
    return between(0.4, 2.0, "luck", label, value, *where)
