"""What is around a panel's content: border, title and padding."""

from __future__ import annotations

from dashkit.preview.layout import Size
from dashkit.preview.scene import Box

BORDER, PADDING, HEADER = 1, 8, 32


def content_size(outer: Size, *, titled: bool, padded: bool = True) -> Box:
    """Return the room for a panel's content, with its own corner as the origin."""
    around = 2 * BORDER + (2 * PADDING if padded else 0)
    return Box(0, 0, max(0.0, outer.width - around), max(0.0, outer.height - around - (HEADER if titled else 0)))


def content_corner(*, titled: bool, padded: bool = True) -> tuple[float, float]:
    """Return where the content begins, from the corner of the panel."""
    inside = BORDER + (PADDING if padded else 0)
    return inside, inside + (HEADER if titled else 0)
