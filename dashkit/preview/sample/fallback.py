"""Series for what cannot be evaluated, around a level that is taken from the panel."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from dashkit.lint.values import mapping, objects, text
from dashkit.preview.sample import waves
from dashkit.preview.sample.context import Wanted
from dashkit.preview.sample.invented import invented_values
from dashkit.preview.sample.seed import between, label_seed
from dashkit.preview.sample.signals import Clock
from dashkit.preview.sample.unknown import label_sets
from dashkit.preview.sample.vectors import Series, Vector
from dashkit.preview.sample.waves import TRAFFIC
from dashkit.preview.sample.words import BAD, words

_MOST = 6


class Level(NamedTuple):
    """Values are mostly between ``low`` and ``high``, and always between ``least`` and ``most``."""

    low: float = 10.0
    high: float = 90.0
    least: float = -math.inf
    most: float = math.inf


_BY_UNIT: dict[str, tuple[float, float]] = {
    "percentunit": (0.2, 0.7),
    "percent": (20, 70),
    "s": (0.05, 0.4),
    "ms": (50, 400),
    "µs": (50, 400),
    "ns": (5e4, 4e5),
    "bytes": (1e8, 9e8),
    "decbytes": (1e8, 9e8),
    "bits": (1e8, 9e8),
    "Bps": (1e5, 9e5),
    "binBps": (1e5, 9e5),
    "bps": (1e6, 9e6),
    "dateTimeAsIso": (1.7e12, 1.8e12),
    "celsius": (35, 55),
    "bool": (1, 1),
    "bool_on_off": (1, 1),
    "bool_yes_no": (1, 1),
}
#: The lowest and the highest value that a unit can have, within reason.
_ENDS = {"percentunit": (0.0, 1.0), "percent": (0.0, 100.0), "s": (0.0, 1e8), "ms": (0.0, 1e11),
         "kbytes": (0.0, 1e10), "mbytes": (0.0, 1e7), "gbytes": (0.0, 1e5)}  # fmt: skip


def level_of(panel: Mapping[str, Any]) -> Level:
    """Return what values a panel seems to expect: from its ends, its thresholds, its unit and its title."""
    defaults = mapping(mapping(panel.get("fieldConfig")).get("defaults"))
    low, high = _number(defaults.get("min")), _number(defaults.get("max"))
    unit = text(defaults.get("unit"))
    least, most = _ENDS.get(unit, (-math.inf, math.inf))
    usual = _thresholds(defaults)
    if usual is None and low is not None and high is not None and low < high:
        usual = low + (high - low) * 0.25, low + (high - low) * 0.7
    if usual is None:
        usual = _BY_UNIT.get(unit, (10.0, 90.0))
        if not BAD.isdisjoint(words(text(panel.get("title")))):
            usual = usual[0] / 20, usual[1] / 20
    return Level(min(max(usual[0], least), most), min(max(usual[1], least), most), least, most)


def _thresholds(defaults: Mapping[str, Any]) -> tuple[float, float] | None:
    """Return values on the good side of the thresholds. The base colour tells which one that is."""
    thresholds = mapping(defaults.get("thresholds"))
    steps = objects(thresholds.get("steps"))
    numbers = [number for step in steps if (number := _number(step.get("value"))) is not None]
    if not numbers or thresholds.get("mode") == "percentage":
        return None
    first, last = numbers[0], numbers[-1]
    if steps and "red" in text(steps[0].get("color")) and _number(steps[0].get("value")) is None:
        return last + abs(last) * 0.005, last + abs(last) * 0.04
    return first * 0.35, first * 0.8


def tamed(vector: Vector, level: Level) -> Vector:
    """Return series whose values a unit can have: made-up parts may make a whole of two hundred percent."""
    numbers = [value for one in vector for value in one.values if value is not None and math.isfinite(value)]
    if not numbers or (min(numbers) >= level.least and max(numbers) <= level.most * 1.0001):
        return vector
    bottom, width = min(numbers), (max(numbers) - min(numbers)) or 1.0
    reach = level.high - level.low

    def fitted(value: float | None) -> float | None:
        return value if value is None or not math.isfinite(value) else level.low + (value - bottom) / width * reach

    return [Series(one.labels, [fitted(value) for value in one.values]) for one in vector]


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def invented_series(labels: Iterable[str], clock: Clock, level: Level, seed: str) -> Vector:
    """Return a few series with some labels; one without any is alone."""
    wished = [label for label in labels if label != "__name__"]
    needed = Wanted(tuple((label, invented_values(label)) for label in wished), frozenset(wished))
    sets: dict[str, Mapping[str, str]] = {}
    for found in label_sets(needed):
        kept = {label: found[label] for label in wished}
        sets.setdefault(label_seed(kept), kept)
    return [invented(kept, clock, level, f"{seed} {key}") for key, kept in list(sets.items())[:_MOST]]


def invented(labels: Mapping[str, str], clock: Clock, level: Level, seed: str) -> Series:
    """Return one series around a level."""
    mean = between(level.low, level.high, "invented", seed)
    curve = waves.wave(1.0, TRAFFIC, "invented", seed)
    reach = (level.high - level.low) / 2
    values = [min(max(mean + (value - 1.0) * reach, level.low), level.high) for value in clock.curve(curve)]
    return Series(labels, list(values))
