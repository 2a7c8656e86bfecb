"""Tables."""

from __future__ import annotations

from collections.abc import Sequence

from dashkit.lint.values import mapping, text
from dashkit.preview.data import Data
from dashkit.preview.display.theme import BORDER, TEXT
from dashkit.preview.fields.names import display_names, frame_name
from dashkit.preview.frames import Frame
from dashkit.preview.panels.other import NO_DATA, no_data
from dashkit.preview.scene import Box, Html, Options, Path, Rect, Scene, Shape, Text
from dashkit.preview.tables.columns import columns
from dashkit.preview.tables.html import table_html
from dashkit.preview.tables.makers import makers
from dashkit.preview.tables.picture import drawn_table
from dashkit.preview.tables.rows import ordered, totals

_HEIGHTS = {"sm": 36.0, "md": 42.0, "lg": 48.0}
#: The box that names the table that is shown, if there are several.
_CHOICE, _ABOVE = 32.0, 8.0


def draw(panel: Options, data: Data, box: Box) -> Scene:
    """Draw the panel ``table``."""
    options = mapping(panel.get("options"))
    number = _chosen(options.get("frameIndex"), len(data.frames))
    frame = data.frames[number] if data.frames else Frame(())
    several = len(data.frames) > 1
    room = box.inset(bottom=_CHOICE + _ABOVE) if several else box
    shown = columns(frame, data.frames, options, box.width, data.zone) if frame.fields else []
    if not shown:
        return no_data(panel, data, box)
    names = display_names(data.frames)[number]
    rows = ordered(frame, names, options)
    cells = makers(shown, frame, names, data)
    below = totals(shown, len(rows), options)
    height = _HEIGHTS.get(text(options.get("cellHeight")), _HEIGHTS["sm"])
    header = options.get("showHeader") is not False
    drawn = drawn_table(shown, cells, rows, below, height, header, room)
    shapes: list[Shape] = [Html(room, table_html(shown, cells, rows, below, height, header, room.width), tuple(drawn))]
    if not rows:
        shapes.append(
            Text(room.x + room.width / 2, room.y + room.height / 2 + 5, NO_DATA, 14, TEXT.secondary, "middle")
        )
    notes = data.notes
    if several:
        name = frame_name(frame, number)
        shapes += _choice(name, Box(box.x, box.bottom - _CHOICE, box.width, _CHOICE))
        notes = (*notes, f"shows table {number + 1} of {len(data.frames)}: {name}")
    listed = ", ".join(column.name for column in shown[:10])
    summary = f"{text(panel.get('title')) or 'Table'}: {len(rows)} rows of {listed}"
    return Scene(box.width, box.height, shapes, summary=summary, notes=notes)


def _chosen(option: object, count: int) -> int:
    return option if isinstance(option, int) and 0 <= option < count else 0


def _choice(name: str, box: Box) -> Sequence[Shape]:
    """Return the box in which Grafana lets people choose another table."""
    edge = Rect(box.x + 0.5, box.y + 0.5, box.width - 1, box.height - 1, None, BORDER.medium, radius=2)
    x, y = box.right - 18, box.y + box.height / 2
    arrow = Path([("M", x - 4, y - 2), ("L", x, y + 2), ("L", x + 4, y - 2)], stroke=TEXT.secondary, width=1.5)
    label = Text(box.x + 8, y + 5, name, 14, TEXT.primary, width=max(1.0, box.width - 40))
    return [edge, arrow, label]
