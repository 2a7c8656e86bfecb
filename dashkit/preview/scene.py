"""What a panel looks like, as values: shapes in pixels from the top left corner of the panel's content."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from dashkit.preview.display.colour import Colour


class Box(NamedTuple):
    """A rectangle in pixels."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    def inset(self, left: float = 0, top: float = 0, right: float = 0, bottom: float = 0) -> Box:
        """Return the rectangle that is left inside these margins."""
        width, height = max(0.0, self.width - left - right), max(0.0, self.height - top - bottom)
        return Box(self.x + left, self.y + top, width, height)


class Gradient(NamedTuple):
    """A colour that changes along a line from (x1, y1) to (x2, y2); each stop is an offset from 0 to 1 and a colour."""

    x1: float
    y1: float
    x2: float
    y2: float
    stops: tuple[tuple[float, Colour], ...]


class Radial(NamedTuple):
    """A colour that changes from the middle of an ellipse, where the offset is 0, to its edge."""

    x: float
    y: float
    across: float
    down: float
    stops: tuple[tuple[float, Colour], ...]


Paint = Colour | Gradient | Radial


class Rect(NamedTuple):
    x: float
    y: float
    width: float
    height: float
    fill: Paint | None = None
    stroke: Paint | None = None
    stroke_width: float = 1
    radius: float = 0


class Line(NamedTuple):
    x1: float
    y1: float
    x2: float
    y2: float
    stroke: Paint
    width: float = 1
    dash: tuple[float, ...] = ()


class Circle(NamedTuple):
    x: float
    y: float
    radius: float
    fill: Paint | None = None
    stroke: Paint | None = None
    stroke_width: float = 1


Segment = tuple[Any, ...]
"""A command of SVG's paths and its absolute coordinates: M, L and C, or Z alone."""


class Path(NamedTuple):
    """A line or area of any form."""

    segments: Sequence[Segment]
    fill: Paint | None = None
    stroke: Paint | None = None
    width: float = 1
    dash: tuple[float, ...] = ()


class Text(NamedTuple):
    """One line of text; ``y`` is its baseline. ``width`` is the room that it has: longer text is cut off with an ellipsis."""

    x: float
    y: float
    text: str
    size: float
    fill: Paint
    anchor: Literal["start", "middle", "end"] = "start"
    weight: int = 400
    mono: bool = False
    #: Degrees clockwise around (x, y).
    turn: float = 0
    width: float = 0


class Group(NamedTuple):
    """Shapes that belong together: cut off at ``clip``, shown and hidden as one ``series``, explained by a ``label``."""

    shapes: Sequence[Shape]
    clip: Box | None = None
    #: How far to the right, and down, they are moved.
    offset: tuple[float, float] = (0, 0)
    #: The number of the series in the legend.
    series: int | None = None
    #: Shown when the pointer rests on it.
    label: str = ""
    #: Where a click leads.
    link: str = ""


class Html(NamedTuple):
    """A part that a page shows as HTML, because it scrolls or wraps; ``drawn`` is its simpler form in a picture.

    ``html`` is safe to put into a page: whoever makes it has escaped it.
    """

    box: Box
    html: str
    drawn: Sequence[Shape] = ()


Shape = Rect | Line | Circle | Path | Text | Group | Html


class Reading(NamedTuple):
    """What can be read of one series: a text for each place (empty where it has no value), and its height in pixels."""

    number: int
    name: str
    colour: Colour
    texts: Sequence[str]
    heights: Sequence[float | None]


class Readings(NamedTuple):
    """What a pointer over a plot can read: at each place on the x axis, a text for each series."""

    #: The plot, in pixels.
    plot: Box
    #: The values at its left and right edge, times in milliseconds.
    start: float
    end: float
    #: The places, in the order of the axis, as values and as text.
    places: Sequence[float]
    titles: Sequence[str]
    series: Sequence[Reading]
    #: Whether a range of the plot can be chosen as a new time range.
    time: bool = True


class Scene(NamedTuple):
    """A panel's content."""

    width: float
    height: float
    shapes: Sequence[Shape]
    readings: Readings | None = None
    #: Said to those who do not see it.
    summary: str = ""
    #: What is not as Grafana would show it.
    notes: Sequence[str] = ()


Options = Mapping[str, Any]
"""Options of a panel, as its JSON has them."""
