"""How several values share a panel: beside each other, below each other, or in a grid."""

from __future__ import annotations

import math
from typing import Literal

from dashkit.preview.scene import Box

Orientation = Literal["auto", "horizontal", "vertical"]


def orientation_of(wanted: object, box: Box) -> Orientation:
    """Return the orientation that options name; automatically, values in a wide box stand beside each other."""
    if wanted == "horizontal" or wanted == "vertical":
        return wanted
    return "vertical" if box.width > box.height else "horizontal"


def row(count: int, box: Box, spacing: float, least: float = 0) -> list[Box]:
    """Return places beside each other, each at least so wide; they may reach beyond the box."""
    width = max((box.width + spacing) / max(count, 1) - spacing, least)
    return [Box(box.x + number * (width + spacing), box.y, width, box.height) for number in range(count)]


def column(count: int, box: Box, spacing: float, least: float = 0, most: float = math.inf) -> list[Box]:
    """Return places below each other, each between so high; they may reach beyond the box."""
    height = max(min((box.height + spacing) / max(count, 1) - spacing, most), least)
    return [Box(box.x, box.y + number * (height + spacing), box.width, height) for number in range(count)]


def arranged(
    wanted: object, count: int, box: Box, spacing: float, least_width: float = 0, least_height: float = 0
) -> list[Box]:
    """Return places in the orientation that options name, and otherwise in a grid."""
    if wanted == "vertical":
        return row(count, box, spacing, least_width)
    if wanted == "horizontal":
        return column(count, box, spacing, least_height)
    return grid(count, box, spacing)


def grid(count: int, box: Box, spacing: float) -> list[Box]:
    """Return places in as many columns and rows as give the largest squares; the last row fills its width."""
    if count < 1:
        return []
    across = _columns(count, box, spacing)
    down = math.ceil(count / across)
    height = max(0.0, (box.height + spacing) / down - spacing)
    places: list[Box] = []
    for number in range(down):
        members = min(across, count - number * across)
        line = Box(box.x, box.y + number * (height + spacing), box.width, height)
        places += row(members, line, spacing)
    return places


def _columns(count: int, box: Box, spacing: float) -> int:
    def side(across: int) -> float:
        down = math.ceil(count / across)
        return min((box.width + spacing) / across, (box.height + spacing) / down) - spacing

    largest = max(map(side, range(1, count + 1)))
    fitting = math.floor((box.width + spacing) / max(largest + spacing, 1e-9) + 1e-9)
    return min(max(fitting, 1), count)
