"""Ranges and ticks of axes of values, as Grafana's plots choose them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

#: Free space above and below the values, as a part of their range.
_PADDING = 0.1
#: The range of a plot without values.
_EMPTY = (0.0, 100.0)
_TINY = 1e-24
#: What numbers a plot steps by, times powers of ten.
_STEPS = (1.0, 2.0, 2.5, 5.0)

Distribution = Literal["linear", "log", "symlog"]


@dataclass(frozen=True, slots=True)
class Limits:
    """What an author says of an axis: hard limits cut values off, soft ones are a least range."""

    low: float | None = None
    high: float | None = None
    soft_low: float | None = None
    soft_high: float | None = None
    centred: bool = False


@dataclass(frozen=True, slots=True)
class Scale:
    """Values from ``low`` to ``high`` along pixels from ``start`` to ``end``."""

    low: float
    high: float
    start: float
    end: float
    distribution: Distribution = "linear"
    #: The base of a logarithmic scale.
    base: float = 10
    #: Where a symmetrical logarithmic scale becomes linear.
    threshold: float = 1

    def forward(self) -> Callable[[float], float]:
        """Return the function from a value to its pixel."""
        bend = self._bend()
        low, high = bend(self.low), bend(self.high)
        factor = (self.end - self.start) / (high - low or 1)
        offset = self.start - low * factor
        if self.distribution == "linear":
            return lambda value: offset + value * factor
        return lambda value: offset + bend(value) * factor

    def _bend(self) -> Callable[[float], float]:
        if self.distribution == "log":
            smallest = self.low / 10
            return lambda value: math.log(value if value > 0 else smallest)
        if self.distribution == "symlog":
            threshold = self.threshold
            return lambda value: math.asinh(value / threshold)
        return lambda value: value


def linear_range(low: float | None, high: float | None, limits: Limits = Limits()) -> tuple[float, float]:
    """Return the range of a linear axis that shows values from ``low`` to ``high`` (None without values).

    It leaves some space, ends at round numbers, and does not pass zero unless a value does.
    """
    if limits.low is not None and limits.high is not None:
        return _valid(limits.low, limits.high)
    if low is None or high is None:
        known = (limits.low if limits.low is not None else limits.soft_low,
                 limits.high if limits.high is not None else limits.soft_high)  # fmt: skip
        return _valid(known[0] if known[0] is not None else _EMPTY[0], known[1] if known[1] is not None else _EMPTY[1])
    low = limits.low if limits.low is not None else low
    high = limits.high if limits.high is not None else high
    bottom, top = _padded(low, high)
    # A soft limit is where the axis ends, as long as no value lies beyond it.
    if limits.soft_low is not None and low >= limits.soft_low:
        bottom = limits.soft_low
    if limits.soft_high is not None and high <= limits.soft_high:
        top = limits.soft_high
    if limits.centred:
        reach = max(abs(bottom), abs(top))
        bottom, top = -reach, reach
    return _valid(limits.low if limits.low is not None else bottom, limits.high if limits.high is not None else top)


def _padded(low: float, high: float) -> tuple[float, float]:
    delta = high - low
    largest = max(abs(low), abs(high))
    # Differences this far below the values themselves are errors of rounding.
    if delta < _TINY or (largest and abs(math.log10(largest) - math.log10(delta)) > 10):
        delta = _TINY if low == 0 or high == 0 else 0.0
    reach = delta or largest or 1000.0
    step = 10.0 ** math.floor(math.log10(reach)) / 10

    def space(end: float) -> float:
        return reach * ((0.1 if end == 0 else 1) if delta == 0 else _PADDING)

    bottom = _rounded(math.floor(_rounded((low - space(low)) / step)) * step)
    top = _rounded(math.ceil(_rounded((high + space(high)) / step)) * step)
    if low >= 0 and bottom <= 0:
        bottom = 0.0
    if high <= 0 and top >= 0:
        top = 0.0
    return (0.0, 100.0) if bottom == top == 0 or reach == _TINY else (bottom, top)


def _rounded(value: float) -> float:
    """Drop the noise of binary fractions."""
    return float(f"{value:.12g}")


def _valid(low: float, high: float) -> tuple[float, float]:
    return (low, high) if low < high else _EMPTY


def log_range(
    low: float | None, high: float | None, base: float = 10, limits: Limits = Limits()
) -> tuple[float, float]:
    """Return the range of a logarithmic axis: whole magnitudes around the positive values."""
    low = limits.low if limits.low is not None else low
    high = limits.high if limits.high is not None else high
    if low is None or high is None or low <= 0 or high <= 0:
        return (1.0, 100.0) if not high or high <= 0 else (min(1.0, high / base), high)
    bottom = base ** math.floor(_rounded(math.log(low, base)))
    top = base ** math.ceil(_rounded(math.log(high, base)))
    if bottom == top:
        bottom, top = bottom / base, top * base
    return (limits.low if limits.low is not None else bottom, limits.high if limits.high is not None else top)


def step_of(low: float, high: float, pixels: float, space: float, *, binary: bool = False) -> float:
    """Return the smallest round step whose ticks are at least ``space`` pixels apart."""
    least = (high - low) * space / max(pixels, 1)
    if least <= 0 or not math.isfinite(least):
        return 1.0
    if binary:
        return float(2 ** max(0, math.ceil(math.log2(least))))
    power = math.floor(math.log10(least)) - 1
    return next(
        _rounded(step * 10.0**exponent)
        for exponent in range(power, power + 4)
        for step in _STEPS
        if _rounded(step * 10.0**exponent) >= least * (1 - 1e-9)
    )


def ticks(low: float, high: float, step: float) -> list[float]:
    """Return the multiples of ``step`` between two values."""
    first = math.ceil(_rounded(low / step))
    last = math.floor(_rounded(high / step))
    return [_rounded(number * step) for number in range(first, min(last, first + 1000) + 1)]


def decimals_of(step: float) -> int:
    """Return how many decimals the multiples of a step have."""
    text = f"{step:.12f}".rstrip("0")
    return len(text.partition(".")[2])


def log_ticks(low: float, high: float, base: float = 10) -> list[tuple[float, bool]]:
    """Return the ticks of a logarithmic axis; the whole magnitudes, which are labelled, are marked True."""
    found: list[tuple[float, bool]] = []
    exponent = math.floor(_rounded(math.log(low, base)))
    while base**exponent <= high * (1 + 1e-9) and len(found) < 1000:
        magnitude = _rounded(base**exponent)
        for factor in range(1, max(2, int(base))) if base == 10 else (1,):
            value = _rounded(magnitude * factor)
            if low * (1 - 1e-9) <= value <= high * (1 + 1e-9):
                found.append((value, factor == 1))
        exponent += 1
    return found
