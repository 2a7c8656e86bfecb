"""Where name, number and change of a stat stand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from dashkit.preview.display.colour import Colour
from dashkit.preview.gauges.fit_text import baseline, drawn_value, value_width
from dashkit.preview.gauges.stat_layout import LINE, VALUE_WEIGHT, Layout
from dashkit.preview.scene import Box, Path, Segment, Shape, Text
from dashkit.preview.text import text_width
from dashkit.preview.units import Text as Value

#: Between texts that stand beside each other, as a part of the smaller one's font.
_GAP = 0.5
#: The arrow of a change, as a part of its font.
_ARROW = 0.85


class Words(NamedTuple):
    """What a tile says; empty parts and a change of None are not shown."""

    name: str
    value: Value
    change: float | None
    ink: Colour
    name_ink: Colour
    change_ink: Colour


def drawn_words(words: Words, layout: Layout, box: Box, *, centred: bool) -> list[Shape]:
    """Return the texts of a tile, in the middle or from the left of its box."""
    top = bool(layout.chart) and not centred
    if layout.wide:
        return _beside(words, layout, box, centred, top)
    lines = [size * LINE for size in (layout.name if words.name else 0, layout.value, layout.change)]
    y = box.y if top else box.y + (box.height - sum(lines)) / 2
    shapes: list[Shape] = []
    if words.name:
        x = box.x + box.width / 2 if centred else box.x
        anchor: Literal["start", "middle"] = "middle" if centred else "start"
        line = baseline(y, lines[0], layout.name)
        shapes.append(Text(x, line, words.name, layout.name, words.name_ink, anchor, width=box.width))
    align = 0.5 if centred else 0
    shapes += _value(words, layout.value, box.x, baseline(y + lines[0], lines[1], layout.value), box.width, align)
    if words.change is not None:
        start = box.x + (box.width - _change_width(words.change, layout.change)) * align
        shapes += _change(words, layout.change, start, y + lines[0] + lines[1])
    return shapes


def _beside(words: Words, layout: Layout, box: Box, centred: bool, top: bool) -> list[Shape]:
    height = max(layout.name, layout.value) * LINE if top else box.height
    name_width = text_width(words.name, layout.name) if words.name else 0
    number_width = value_width(words.value, layout.value, VALUE_WEIGHT)
    change_width = _change_width(words.change, layout.change) if words.change is not None else 0
    gaps = [layout.name * _GAP if words.name else 0, layout.change * _GAP if words.change is not None else 0]
    if centred:
        start = box.x + max(0.0, box.width - name_width - number_width - change_width - sum(gaps)) / 2
        number = start + name_width + gaps[0]
    else:
        start, number = box.x, box.right - number_width - change_width - gaps[1]
    shapes: list[Shape] = []
    if words.name:
        line = baseline(box.y, height, layout.name)
        shapes.append(Text(start, line, words.name, layout.name, words.name_ink, width=name_width + 1))
    room = max(number_width, 1.0)
    shapes += _value(words, layout.value, number, baseline(box.y, height, layout.value), room, 0)
    if words.change is not None:
        shapes += _change(
            words, layout.change, number + number_width + gaps[1], box.y + (height - layout.change * LINE) / 2
        )
    return shapes


def _value(words: Words, size: float, x: float, y: float, room: float, align: float) -> Sequence[Shape]:
    if not words.value.whole or not size:
        return ()
    return drawn_value(words.value, x, y, size, words.ink, room=room, align=align, weight=VALUE_WEIGHT)


def _percent(change: float) -> str:
    return f"{round(change * 100, 2):,g}%"


def _change_width(change: float, size: float) -> float:
    return size * (_ARROW + _GAP / 2) + text_width(_percent(change), size, VALUE_WEIGHT)


def _change(words: Words, size: float, x: float, top: float) -> list[Shape]:
    """Return a change in percent with an arrow that points up or down."""
    change = words.change or 0
    height, side = size * LINE, size * _ARROW
    middle, half = top + height / 2, side * 0.35
    rise = half if change >= 0 else -half
    left, right = x + side / 2 - half, x + side / 2 + half
    arrow: list[Segment] = [("M", left, middle + rise), ("L", right, middle - rise)]
    arrow += [("M", right - half, middle - rise), ("L", right, middle - rise), ("L", right, middle - rise / 8)]
    if not change:
        arrow = [("M", left, middle), ("L", right, middle)]
    words_x = x + side + size * _GAP / 2
    return [
        Path(arrow, stroke=words.change_ink, width=max(1.0, size / 9)),
        Text(words_x, baseline(top, height, size), _percent(change), size, words.change_ink, weight=VALUE_WEIGHT),
    ]
