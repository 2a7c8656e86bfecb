"""Many rectangles that share a few looks, such as cells and states: one path for each look keeps a picture small."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from dashkit.preview.display.colour import Colour
from dashkit.preview.scene import Box, Group, Path, Segment, Shape


class Look(NamedTuple):
    """How a tile is painted; ``series`` is the entry of the legend that shows and hides it."""

    fill: Colour
    stroke: Colour | None = None
    width: float = 0
    series: int | None = None


def drawn_tiles(tiles: Iterable[tuple[Box, Look]]) -> list[Shape]:
    """Return rectangles as shapes. A stroke lies inside of its rectangle."""
    looks: dict[Look, list[Segment]] = {}
    for box, look in tiles:
        inside = look.width / 2 if look.stroke else 0.0
        left, top, right, bottom = box.x + inside, box.y + inside, box.right - inside, box.bottom - inside
        looks.setdefault(look, []).extend(
            (("M", left, top), ("L", right, top), ("L", right, bottom), ("L", left, bottom), ("Z",))
        )
    return [_painted(look, segments) for look, segments in looks.items()]


def _painted(look: Look, segments: list[Segment]) -> Shape:
    path = Path(segments, look.fill, look.stroke, look.width or 1)
    return path if look.series is None else Group((path,), series=look.series)
