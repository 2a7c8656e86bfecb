"""The form of a dial: where its arc begins and ends, how wide it is, and whether it has segments."""

from __future__ import annotations

import math
from typing import NamedTuple

from dashkit.preview.plots.series import numeric
from dashkit.preview.scene import Options

#: Options that only gauges of the newer form have.
_NEWER = ("shape", "barWidthFactor", "segmentCount")
_WIDTH, _SPACING, _MOST_SEGMENTS = 0.5, 0.3, 100
#: Of the arc's radius, if the width is 1.
_WIDEST = 0.5


class Form(NamedTuple):
    """Angles are in radians, clockwise from the right."""

    start: float
    sweep: float
    #: The width of the arc as a part of its radius; None is that of the classic dial.
    width: float | None = None
    segments: int = 1
    #: The part of a segment that is left empty.
    spacing: float = 0

    @property
    def below(self) -> float:
        """Return how far the arc reaches below its centre, as a part of its radius."""
        return 1 if self.sweep >= 2 * math.pi else math.sin(self.start)


#: Begins on the left, somewhat below its middle, and ends on the right.
CLASSIC = Form(0.9 * math.pi, 1.2 * math.pi)
_ROUND = Form(math.radians(145), math.radians(250))
_CIRCLE = Form(math.radians(-90), math.radians(360))


def form_of(options: Options) -> Form:
    """Return the form that the options of a gauge ask for."""
    if not any(key in options for key in _NEWER):
        return CLASSIC
    width, segments = numeric(options.get("barWidthFactor")), numeric(options.get("segmentCount"))
    spacing = numeric(options.get("segmentSpacing"))
    form = _CIRCLE if options.get("shape") == "circle" else _ROUND
    return form._replace(
        width=min(max(_WIDTH if width is None else width, 0.05), 1) * _WIDEST,
        segments=int(min(max(segments or 1, 1), _MOST_SEGMENTS)),
        spacing=min(max(_SPACING if spacing is None else spacing, 0), 0.9),
    )
