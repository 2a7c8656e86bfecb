"""An axis of Grafana's old graph panel in the settings that fields have today."""

from __future__ import annotations

import math
from typing import Any

from dashkit.document.edit import set_given
from dashkit.document.v2.loose import number, text

#: Bases of logarithms with the basis that draws the same scale today.
_BASES = {2: 2, 10: 10, 32: 2, 1024: 2}


def is_percent_stack(old: dict[str, Any]) -> bool:
    """Return whether series are drawn as shares of their sum, which has a scale of its own."""
    return bool(old.get("stack") and old.get("percentage"))


def axis_settings(axis: dict[str, Any], custom: dict[str, Any], *, percent: bool = False) -> dict[str, Any]:
    """Return unit, limits and decimals of an axis. Its label, visibility and scale go into ``custom``.

    Args:
        percent: it is the axis of shares of a sum, whose ends were percentages, which today's scale of 0 to 1 does not have.
    """
    defaults: dict[str, Any] = {}
    ends = {} if percent else {key: bound(axis.get(key)) for key in ("min", "max")}
    set_given(defaults, unit=text(axis.get("format")), **ends, decimals=bound(axis.get("decimals")))
    set_given(custom, axisLabel=axis.get("label"))
    if axis.get("show") is False:
        custom["axisPlacement"] = "hidden"
    base = _BASES.get(axis.get("logBase") or 1)
    if base:
        custom["scaleDistribution"] = {"log": base, "type": "log"}
    return defaults


def bound(value: Any) -> int | float | None:
    """Return the number that an end of an axis or a number of decimals is, which may be written as a text."""
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
        if not math.isfinite(value):
            return None
        return int(value) if value.is_integer() else value
    return number(value)
