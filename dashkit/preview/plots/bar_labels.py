"""The values that stand at the ends of bars, all in one size that fits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from dashkit.preview.display.theme import TEXT
from dashkit.preview.scene import Box, Text
from dashkit.preview.text import text_width

_SMALLEST, _LARGEST = 8, 30
#: The part of a bar's width that a text may take.
_PART = 0.65
#: From a bar to its text, as a part of the bar's width, and at most in pixels.
_OFFSETS = {True: (0.1, 5), False: (0.15, 10)}
_SAMPLE = 14


class Labelled(NamedTuple):
    """A bar in pixels, and its text; the far end of a negative one is below, or at the left."""

    box: Box
    text: str
    negative: bool


def drawn_labels(bars: Sequence[Labelled], plot: Box, *, upright: bool, always: bool, size: float | None) -> list[Text]:
    """Return the texts of bars.

    Args:
        always: show them even if they are small or overlap.
        size: their size, or None for one that fits.
    """
    if not bars:
        return []
    part, most = _OFFSETS[upright]
    thickness = min(bar.box.width if upright else bar.box.height for bar in bars)
    offset = min(most, round(part * thickness))
    if size is None:
        size = _fitting(bars, plot, thickness, offset, upright=upright)
        if size < _SMALLEST and not always:
            return []
        size = max(size, _SMALLEST)
    texts = [_placed(bar, offset, size, upright=upright) for bar in bars]
    return texts if always else _apart(texts)


def _fitting(bars: Sequence[Labelled], plot: Box, thickness: float, offset: float, *, upright: bool) -> float:
    """Return the largest size in which each text fits beside the end of its bar."""
    beyond = min(_beyond(bar, plot, upright=upright) for bar in bars) - offset
    width, height = (thickness * _PART, beyond) if upright else (beyond, thickness * _PART)
    widest = max(text_width(bar.text, _SAMPLE) for bar in bars)
    return round(max(0.0, min(_LARGEST, height, width / (widest + 2) * _SAMPLE)))


def _beyond(bar: Labelled, plot: Box, *, upright: bool) -> float:
    if upright:
        return plot.bottom - bar.box.bottom if bar.negative else bar.box.y - plot.y
    return bar.box.x - plot.x if bar.negative else plot.right - bar.box.right


def _placed(bar: Labelled, offset: float, size: float, *, upright: bool) -> Text:
    box = bar.box
    if upright:
        y = box.bottom + offset + size * 0.73 if bar.negative else box.y - offset
        return Text(box.x + box.width / 2, y, bar.text, size, TEXT.primary, "middle")
    anchor: Any = "end" if bar.negative else "start"
    x = box.x - offset if bar.negative else box.right + offset
    return Text(x, box.y + box.height / 2 + size * 0.36, bar.text, size, TEXT.primary, anchor)


def _apart(texts: Sequence[Text]) -> list[Text]:
    """Return texts without those that overlap an earlier one."""
    kept: list[tuple[Text, Box]] = []
    for one in texts:
        box = _extent(one)
        if not any(_overlap(box, other) for _, other in kept):
            kept.append((one, box))
    return [one for one, _ in kept]


def _extent(label: Text) -> Box:
    width = text_width(label.text, label.size)
    left = {"start": 0.0, "middle": width / 2, "end": width}[label.anchor]
    return Box(label.x - left, label.y - label.size * 0.9, width, label.size)


def _overlap(one: Box, other: Box) -> bool:
    beside = one.x >= other.right or other.x >= one.right
    return not (beside or one.y >= other.bottom or other.y >= one.bottom)
