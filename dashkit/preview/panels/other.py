"""What stands in for panels that are not drawn, and for those without data."""

from __future__ import annotations

from dashkit.lint.values import mapping, text
from dashkit.model.words import counted
from dashkit.preview.data import Data
from dashkit.preview.display.theme import BORDER, TEXT
from dashkit.preview.scene import Box, Options, Rect, Scene, Shape, Text

NO_DATA = "No data"


def draw(panel: Options, data: Data, box: Box) -> Scene:
    """Draw a box with the type of the panel and how much its queries answered."""
    kind = text(panel.get("type")) or "untyped"
    found = f"{counted(len(data.frames), 'frame')} of data" if data.frames else "no data"
    x, y, room = box.width / 2, box.height / 2, box.width - 16
    shapes: list[Shape] = [
        Rect(0.5, 0.5, box.width - 1, box.height - 1, None, BORDER.medium, 1, 4),
        Text(x, y - 16, f"{kind} panel", 14, TEXT.primary, "middle", width=room),
        Text(x, y + 6, found, 12, TEXT.secondary, "middle", width=room),
        Text(x, y + 24, "is not previewed", 12, TEXT.secondary, "middle", width=room),
    ]
    notes = (*data.notes, f"a panel of type {kind!r} is not previewed")
    return Scene(box.width, box.height, shapes, summary=f"{text(panel.get('title'))}: {kind} panel", notes=notes)


def no_data(panel: Options, data: Data, box: Box) -> Scene:
    """Draw what Grafana shows where queries find nothing."""
    shown = text(mapping(mapping(panel.get("fieldConfig")).get("defaults")).get("noValue")) or NO_DATA
    size = min(18.0, box.height / 2)
    line = Text(box.width / 2, box.height / 2 + size * 0.36, shown, size, TEXT.secondary, "middle", width=box.width)
    return Scene(box.width, box.height, (line,), summary=f"{text(panel.get('title'))}: {shown}", notes=data.notes)


def failed(panel: Options, message: str, box: Box) -> Scene:
    """Draw a message in place of a panel."""
    line = Text(8, box.height / 2, message, 12, TEXT.secondary, width=box.width - 16)
    return Scene(box.width, box.height, (line,), summary=f"{text(panel.get('title'))}: {message}", notes=(message,))
