"""Gauges of which one series says what holds, such as the phase of a pod: the label that has the states, and which holds."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from dashkit.preview.sample.seed import fraction, label_seed, pick
from dashkit.preview.sample.signals import Flag, Signal
from dashkit.preview.sample.words import vocabulary, words

_STATES = ("phase", "state", "status", "sync_status", "health_status", "health")
_GOOD = ("running", "bound", "ready", "healthy", "synced", "succeeded", "success", "active", "available", "ok", "up", "online",
         "established", "leader", "normal", "enabled")  # fmt: skip
_NORMALLY_FALSE = vocabulary("pressure unavailable unschedulable problem deadlock corrupt readonly failed")
_SET = re.compile(r"1,? (?:for|with)\b|.*\bstate of\b", re.IGNORECASE)
#: Of how many entities one is in another state than it should be, all the time.
_ODD = 0.08


def state_labels(name: str, help_text: str, values: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the labels of which each entity has one value at a time."""
    if not (name.endswith(("_info", "_phase", "_condition")) or _SET.match(help_text)):
        return []
    if "condition" in values and "status" in values:
        return ["status"]
    return [label for label in _STATES if len(values.get(label, ())) > 1]


def state_signal(
    name: str, labels: Mapping[str, str], states: Sequence[str], values: Mapping[str, Sequence[str]]
) -> Signal | None:
    """Return 1 for the series whose states hold and 0 for the others; series of ``_info`` metrics are not there instead.

    Now and then, for some minutes, an entity is in another state. None means that a series is never there.
    """
    entity = label_seed({label: value for label, value in labels.items() if label not in states})
    other = 0.0 if not name.endswith("_info") else None
    usual = {label: _usual(label, labels, values[label], entity) for label in states}
    rare = {label: pick(values[label], "rare", entity, label) for label in states}
    is_usual = all(labels[label] == usual[label] for label in states)
    is_rare = all(labels[label] == rare[label] for label in states) and rare != usual
    if not is_usual and not is_rare:
        return Flag("", other, other) if other is not None else None
    if rare == usual:
        return Flag("", 1.0, 1.0)
    return Flag(entity, 1.0, other, chance=0.06) if is_usual else Flag(entity, other, 1.0, chance=0.06)


def _usual(label: str, labels: Mapping[str, str], values: Sequence[str], entity: str) -> str:
    condition = labels.get("condition")
    if condition is not None and label == "status":
        wanted = "false" if frozenset(words(condition)) & _NORMALLY_FALSE else "true"
        return next((value for value in values if value.lower() == wanted), values[0])
    good = next((value for word in _GOOD for value in values if value.lower() == word), values[0])
    return pick(values, "odd", entity, label) if fraction("odd", entity, label) < _ODD else good
