"""The scale that shows some values, with the limits and the distribution that a field's options ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashkit.lint.values import mapping
from dashkit.preview.plots.scale import Limits, Scale, linear_range, log_range
from dashkit.preview.plots.series import numeric

_BASES = (2, 10)
#: The range of a logarithmic axis that has no other.
_LOG_EMPTY = (1.0, 100.0)
#: What is less far from zero is zero: a hundredth of it may be no number.
_SMALLEST = 1e-290


def value_scale(
    values: Sequence[float], config: Mapping[str, Any], start: float, end: float, *, zero: bool = False
) -> Scale:
    """Return the scale of values along pixels from ``start`` to ``end``.

    Args:
        config: the options of the field that the axis belongs to.
        zero: begin at zero, as bars do, unless values lie on both sides of it or the options say otherwise.
    """
    custom = mapping(config.get("custom"))
    values = [value if abs(value) > _SMALLEST else 0.0 for value in values]
    low, high = min(values, default=None), max(values, default=None)
    limits = _limits(config, custom, high, zero=zero)
    distribution = mapping(custom.get("scaleDistribution"))
    if distribution.get("type") == "log":
        base = numeric(distribution.get("log"))
        base = base if base in _BASES else 10.0
        positive = [value for value in values if value > _SMALLEST]
        bottom, top = log_range(min(positive, default=None), max(positive, default=None), base, limits)
        bottom, top = (bottom, top) if _SMALLEST < bottom < top else _LOG_EMPTY
        return Scale(bottom, top, start, end, "log", base)
    bottom, top = linear_range(low, high, limits)
    if distribution.get("type") == "symlog":
        return Scale(bottom, top, start, end, "symlog", threshold=_threshold(distribution))
    return Scale(bottom, top, start, end)


def _threshold(distribution: Mapping[str, Any]) -> float:
    threshold = abs(numeric(distribution.get("linearThreshold")) or 1.0)
    return threshold if threshold > _SMALLEST else 1.0


def _limits(config: Mapping[str, Any], custom: Mapping[str, Any], high: float | None, *, zero: bool) -> Limits:
    soft_low, soft_high = numeric(custom.get("axisSoftMin")), numeric(custom.get("axisSoftMax"))
    if zero and soft_low is None:
        soft_low = 0.0
    if zero and soft_high is None and high is not None and high <= 0:
        soft_high = 0.0
    centred = custom.get("axisCenteredZero") is True
    return Limits(numeric(config.get("min")), numeric(config.get("max")), soft_low, soft_high, centred)
