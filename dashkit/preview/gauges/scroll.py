"""Content that is larger than its box: pages scroll it, pictures cut it off."""

from __future__ import annotations

from collections.abc import Sequence

from dashkit.preview.scene import Box, Group, Html, Scene, Shape
from dashkit.preview.svg import both, svg


def scrolled(shapes: Sequence[Shape], box: Box, width: float, height: float, name: str) -> list[Shape]:
    """Return shapes in a box; they are so wide and high together. ``name`` is unique in the page."""
    cut = Group(shapes, clip=box)
    if width <= box.width + 1 and height <= box.height + 1:
        return [cut]
    return [Html(box, svg(Scene(width, height, shapes), both, name=name), (cut,))]
