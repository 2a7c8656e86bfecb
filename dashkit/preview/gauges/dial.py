"""The dial of a gauge: an arc for the value, around it a ring of thresholds."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from dashkit.lint.values import mapping
from dashkit.preview.display.colour import Colour
from dashkit.preview.display.processor import threshold_steps
from dashkit.preview.display.theme import BACKGROUND, TEXT
from dashkit.preview.fields.resolve import Range
from dashkit.preview.fields.single_values import Single, share_of
from dashkit.preview.gauges.arcs import band, on_circle
from dashkit.preview.gauges.dial_form import Form
from dashkit.preview.gauges.fit_text import fitted_size
from dashkit.preview.plots.series import numeric
from dashkit.preview.scene import Box, Path, Shape, Text
from dashkit.preview.units.numerals import written

_MARGIN = 5
#: The arc is this part of the dial, but not wider than so many pixels; the ring is this part of the arc.
_ARC, _WIDEST_ARC, _RING = 1 / 5.5, 40, 1 / 5
#: With labels, the arc is narrower.
_LABELLED = 1 / 1.5
#: The largest number in a dial is so many times as high as the arc is wide; labels are a part of it.
_NUMBER, _LABEL = 1.7, 1 / 2.5
#: In a rounder dial the number is so wide, as a part of the radius inside.
_INSIDE = 1.4
#: From the centre to the baseline of the number, as a part of its font; in a rounder dial it stands in the middle.
_DROP, _DROP_ROUND = 0.67, 0.364
_PERCENT = (0.0, 100.0)


class DialOptions(NamedTuple):
    """What an author says of dials; without a size, the number is as large as it can be."""

    form: Form
    ring: bool
    labels: bool
    value_size: float | None


class _Dial(NamedTuple):
    """Where a dial is, in pixels. ``radius`` is that of the arc's outer edge."""

    form: Form
    centre: tuple[float, float]
    radius: float
    arc: float
    ring: float
    number: float
    label: float

    def angle(self, share: float) -> float:
        return self.form.start + self.form.sweep * share


def drawn_dial(value: Single, box: Box, options: DialOptions) -> list[Shape]:
    """Return the dial of a value in the middle of a box."""
    limits = value.range or _PERCENT
    share = share_of(value.number, limits)
    neutral = numeric(mapping(value.config.get("custom")).get("neutral"))
    dial = _dial(value, box, options)
    shapes = _arc(dial, share_of(neutral, limits), share, value.colour)
    # The scale of thresholds in percent is one of percent too.
    percent = mapping(value.config.get("thresholds")).get("mode") == "percentage"
    scale = _PERCENT if percent else limits
    marks = _marks(value.config, scale)
    if options.ring:
        shapes += [_ring(dial, start, end, colour, scale) for start, end, colour in marks]
    if options.labels:
        ends = [marks[-1][1]] if dial.form.below < 1 else []
        shapes += [_label(dial, place, scale) for place in dict.fromkeys([*(start for start, _, _ in marks), *ends])]
    x, y = dial.centre
    line = y + dial.number * (_DROP if dial.form.width is None else _DROP_ROUND)
    return [*shapes, Text(x, line, value.text.whole, dial.number, value.colour, "middle", width=box.width)]


def _dial(value: Single, box: Box, options: DialOptions) -> _Dial:
    form, size = options.form, min(box.width, box.height)
    arc = min(size * _ARC, _WIDEST_ARC) * (_LABELLED if options.labels else 1)
    ring = arc * _RING if options.ring else 0
    if form.width is None:
        beside = (arc + ring + (10 if options.labels else 0)) * 2 + 10
        room, most = min(box.width, size * 1.3) * 0.9 - beside, arc * _NUMBER
    else:
        room, most = _outer(box, form, 0) * (1 - form.width) * _INSIDE, float("inf")
    number = options.value_size or fitted_size(value.text.whole, room, size, most=most)
    label = number * _LABEL if options.labels else 0
    outer = _outer(box, form, label)
    x, y = box.x + box.width / 2, box.y + (box.height - label - outer * (1 + form.below)) / 2 + outer
    radius = max(outer - ring - label - (1 if label else 0), 1)
    return _Dial(form, (x, y), radius, arc if form.width is None else radius * form.width, ring, number, label)


def _outer(box: Box, form: Form, label: float) -> float:
    """Return the radius of a dial with its labels, of which those at both ends reach a little lower."""
    width, height = box.width - 2 * _MARGIN, box.height - 2 * _MARGIN - label
    return max(min(width / 2, height / (1 + form.below)), 1)


def _arc(dial: _Dial, neutral: float, share: float, colour: Colour) -> list[Shape]:
    low, high = sorted((neutral, share))
    shapes: list[Shape] = []
    count = dial.form.segments
    for number in range(count):
        start = number / count
        end = (number + 1 - (dial.form.spacing if count > 1 else 0)) / count
        shapes.append(_part(dial, start, end, BACKGROUND.secondary))
        if max(start, low) < min(end, high):
            shapes.append(_part(dial, max(start, low), min(end, high), colour))
    return shapes


def _part(dial: _Dial, start: float, end: float, colour: Colour) -> Path:
    inner, outer = dial.radius - dial.arc + 0.5, dial.radius - 0.5
    return Path(band(dial.centre, inner, outer, dial.angle(start), dial.angle(end)), colour)


def _marks(config: Mapping[str, Any], limits: Range) -> list[tuple[float, float, Colour]]:
    """Return where each threshold begins and ends between the limits, and its colour."""
    low, high = limits
    steps = threshold_steps(config, low, high)
    ends = [*(start for start, _ in steps[1:]), math.inf]
    marks = [(max(start, low), min(end, high), colour) for (start, colour), end in zip(steps, ends, strict=False)]
    return [mark for mark in marks if mark[0] < mark[1]] or [(low, high, TEXT.secondary)]


def _ring(dial: _Dial, start: float, end: float, colour: Colour, limits: Range) -> Shape:
    angles = dial.angle(share_of(start, limits)), dial.angle(share_of(end, limits))
    return Path(band(dial.centre, dial.radius + 1.5, dial.radius + dial.ring + 0.5, *angles), colour)


def _label(dial: _Dial, at: float, limits: Range) -> Text:
    angle = dial.angle(share_of(at, limits))
    # Text stands on its baseline, upright as seen from the centre.
    x, y = on_circle(dial.centre, dial.radius + dial.ring + 1 + dial.label * 0.15, angle)
    return Text(x, y, written(at), dial.label, TEXT.primary, "middle", turn=math.degrees(angle) + 90)
