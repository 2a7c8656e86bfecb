"""Font sizes that fit into boxes, and where the text in a box stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashkit.lint.values import mapping
from dashkit.preview.plots.series import numeric
from dashkit.preview.scene import Paint, Text
from dashkit.preview.text import fitted, text_width
from dashkit.preview.units import Text as Value

#: No panel has room for more.
_LARGEST = 2000.0
#: Texts are measured at this size, with some room to spare.
_MEASURED, _SPARE = 14, 2
#: From the middle of a line to its baseline, as a part of the font's size.
_BASELINE = 0.364


def text_size(options: Mapping[str, Any], key: str) -> float | None:
    """Return a size that an author sets in ``text``; None if it is automatic."""
    size = numeric(mapping(options.get("text")).get(key))
    return min(size, _LARGEST) if size is not None and size > 0 else None


def fitted_size(
    text: str, width: float, height: float, line: float = 1, *, most: float = float("inf"), weight: int = 400
) -> float:
    """Return the largest font size at which a text fits into a box; a line is ``line`` times the font high."""
    by_width = max(0.0, width) / (text_width(text, _MEASURED, weight) + _SPARE) * _MEASURED
    return min(by_width, max(0.0, height) / line, most)


def baseline(top: float, height: float, size: float) -> float:
    """Return the baseline of a line of text in the middle of a height."""
    return top + height / 2 + size * _BASELINE


def suffix_size(size: float) -> float:
    """Return the size of a unit behind a number of this size."""
    return size * (0.9 if size < 20 else 0.8 if size < 26 else 0.6)


def value_width(value: Value, size: float, weight: int = 400) -> float:
    """Return the width of a value whose unit is smaller than its number."""
    return text_width(value.prefix + value.text, size, weight) + text_width(value.suffix, suffix_size(size), weight)


def drawn_value(
    value: Value, x: float, y: float, size: float, fill: Paint, *, room: float, align: float = 0, weight: int = 400
) -> Sequence[Text]:
    """Return a value as texts on one baseline.

    Args:
        x: the left edge of its room.
        align: where it stands in its room: 0 is on the left, 0.5 in the middle, 1 on the right.
    """
    number, small = value.prefix + value.text, suffix_size(size)
    width = value_width(value, size, weight)
    if width > room + _SPARE:
        number, value = fitted(value.whole, room, size, weight), value._replace(suffix="")
        width = text_width(number, size, weight)
    start = x + (room - width) * align
    if not value.suffix:
        return [Text(start, y, number, size, fill, weight=weight)]
    meet = start + text_width(number, size, weight)
    # Pairs of letters are drawn somewhat closer than they were measured: that shows at a left edge, else in the gap.
    first = (
        Text(start, y, number, size, fill, weight=weight)
        if align == 0
        else Text(meet, y, number, size, fill, "end", weight)
    )
    return [first, Text(meet, y, value.suffix, small, fill, weight=weight)]
