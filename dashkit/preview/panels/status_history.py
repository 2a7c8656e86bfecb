"""Status histories: the state of something at regular times."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import tzinfo
from itertools import pairwise

from dashkit.lint.values import mapping
from dashkit.preview.data import Data, TimeRange
from dashkit.preview.display.theme import FALLBACK
from dashkit.preview.panels import other
from dashkit.preview.plots.axes import FONT
from dashkit.preview.plots.lane_plot import Piece, Style, draw_lanes, line_width, part_of
from dashkit.preview.plots.lanes import Lane, lanes_of
from dashkit.preview.plots.number_axis import drawn_marks
from dashkit.preview.plots.scale import Scale
from dashkit.preview.plots.time_ticks import time_text, time_ticks
from dashkit.preview.scene import Box, Options, Scene, Shape
from dashkit.preview.text import text_width

_LINE = 1
#: The free space between two times of the axis.
_APART = 18


def draw(panel: Options, data: Data, box: Box) -> Scene:
    """Draw the panel ``status-history``."""
    lanes = lanes_of(data.frames, thresholds=False)
    if not lanes:
        return other.no_data(panel, data, box)
    part = part_of(mapping(panel.get("options")).get("colWidth"))
    times = sorted({at for lane in lanes for at in lane.times})
    pitch = min((later - earlier for earlier, later in pairwise(times)), default=data.time.width)
    span = _range(times, pitch, data.time)

    def axis(plot: Box) -> list[Shape]:
        x = Scale(*span, plot.x, plot.right).forward()
        return drawn_marks(
            [(x(at), written) for at, written in _marks(times, pitch, span, plot.width, data.zone)], plot
        )

    def pieces(lane: Lane, scale: Scale) -> Iterator[Piece]:
        x, line = scale.forward(), line_width(lane, _LINE)
        width = max(1, round(part * abs(x(pitch) - x(0)) - line))
        for at, value in zip(lane.times, lane.values, strict=True):
            if value is not None:
                left = round(x(at) - width / 2 - line / 2)
                shown = lane.show(value)
                yield Piece(left, left + width, shown.text.whole, shown.colour or FALLBACK)

    return draw_lanes(panel, data, box, lanes, span, axis, pieces, Style(_LINE, "center"))


def _range(times: Sequence[float], pitch: float, time: TimeRange) -> tuple[float, float]:
    """Return the range of the axis, which shows the first and the last column whole."""
    start = times[0] - pitch / 2 if times and time.start <= times[0] else time.start
    end = times[-1] + pitch / 2 if times and time.end >= times[-1] else time.end
    return (start, end) if start < end else (time.start, time.end)


def _marks(
    times: Sequence[float], pitch: float, span: tuple[float, float], pixels: float, zone: tzinfo
) -> list[tuple[float, str]]:
    """Return the times that the axis shows: those of columns, as far apart as round times would be."""
    usual = time_ticks(*span, pixels, lambda sample: text_width(sample, FONT) + _APART, zone)
    length = span[1] - span[0]
    step = usual[1][0] - usual[0][0] if len(usual) > 1 else length
    skip = max(1, -int(-step // pitch)) if pitch else 1
    return [(at, time_text(at, step, length, zone)) for at in times[::skip] if span[0] <= at <= span[1]]
