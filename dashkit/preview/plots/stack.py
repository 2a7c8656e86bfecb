"""Put series on top of each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from dashkit.lint.values import mapping, text
from dashkit.preview.plots.series import Series


class Stacked(NamedTuple):
    """Where a series lies in its stack: from ``bottom`` to ``top`` at each time."""

    times: Sequence[float]
    bottom: Sequence[float]
    top: Sequence[float | None]


def stacked(series: Sequence[Series]) -> dict[int, Stacked]:
    """Return the layers of those series that are stacked, by number.

    Positive and negative values grow away from zero, each on their own. In a stack of percents, the sum is 1.
    """
    groups: dict[tuple[str, ...], list[Series]] = {}
    for one in series:
        stacking = mapping(one.custom.get("stacking"))
        mode = text(stacking.get("mode"))
        if mode in ("normal", "percent"):
            style = text(one.custom.get("drawStyle"))
            key = (mode, text(stacking.get("group")), style, text(one.field.config.get("unit")))
            groups.setdefault(key, []).append(one)
    found: dict[int, Stacked] = {}
    for (mode, *_), members in groups.items():
        found |= _layers(members, percent=mode == "percent")
    return found


def _layers(members: Sequence[Series], *, percent: bool) -> dict[int, Stacked]:
    times = sorted({at for one in members for at in one.times})
    values = {one.number: dict(zip(one.times, one.values, strict=True)) for one in members}
    totals = {at: sum(abs(values[one.number].get(at) or 0) for one in members) for at in times} if percent else {}
    up, down = dict.fromkeys(times, 0.0), dict.fromkeys(times, 0.0)
    found = {}
    for one in members:
        own = values[one.number]
        negative = all(value is None or value <= 0 for value in one.values) and any(one.values)
        sums = down if negative else up
        bottom, top = [], list[float | None]()
        for at in times:
            value = own.get(at)
            bottom.append(sums[at])
            if value is not None and percent:
                value = value / totals[at] if totals[at] else 0.0
            if value is not None:
                sums[at] += value
            # A series without a value here lies flat on the one below, unless the gap is its own.
            top.append(None if at in own and value is None else sums[at])
        found[one.number] = Stacked(times, bottom, top)
    return found
