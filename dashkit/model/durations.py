"""Durations in Prometheus' notation, and for display."""

from __future__ import annotations

import re

#: The units that Prometheus reads. It does not write years and milliseconds back.
_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800, "y": 31_536_000}
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}


def seconds(text: str) -> float:
    """Return the seconds of a Prometheus duration: ``1h30m`` is 5400.0, and ``0`` needs no unit.

    Raises:
        ValueError: it is something else, or longer than a number can say.
    """
    if text == "0":
        return 0.0
    parts = re.findall(r"(\d+)(ms|[smhdwy])", text)
    if not parts or "".join(count + unit for count, unit in parts) != text:
        raise ValueError(f"{text!r} is not a duration such as 5m or 1h30m")
    try:
        return float(sum(int(count) * _SECONDS[unit] for count, unit in parts))
    except OverflowError:
        raise ValueError(f"{text[:20]}... is too long") from None


def is_duration(value: object) -> bool:
    """Return whether a value is a Prometheus duration. A bare 0 counts."""
    try:
        seconds(str(value))
    except ValueError:
        return False
    return True


def canonical(text: str) -> str:
    """Return a duration the way Prometheus and Grafana write it: ``90m`` is ``1h30m``, ``0m`` is ``0s``."""
    rest, parts = int(seconds(text)), []
    for unit, size in reversed(_UNITS.items()):
        if unit != "w" or rest % size == 0:
            count, rest = divmod(rest, size)
            parts += [f"{count}{unit}"] if count else []
    return "".join(parts) or "0s"


def duration(value: float) -> str:
    """Format seconds for display: ``90 s``, ``5 min``, ``2.7 h``, ``30 days``."""
    for size, name in ((86_400, "days"), (3600, "h"), (60, "min")):
        if value >= 2 * size or (value >= size and value % size == 0):
            return f"{round(value / size, 1):g} {name}"
    return f"{value:g} s"
