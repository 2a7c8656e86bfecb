"""Bar gauge: one bar for each value, between a minimum and a maximum."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from dashkit.lint.values import mapping, text
from dashkit.preview.data import Data
from dashkit.preview.display.theme import TEXT
from dashkit.preview.fields.single_values import Single, longest, nothing, said, single_values, without_needless_name
from dashkit.preview.gauges.bar_layout import PADDING, BarLayout, BarOptions, bar_layout
from dashkit.preview.gauges.bars import cells_length, drawn_bar, drawn_cells, filled_length
from dashkit.preview.gauges.fit_text import baseline, drawn_value, text_size
from dashkit.preview.gauges.grid import column, orientation_of, row
from dashkit.preview.gauges.scroll import scrolled
from dashkit.preview.plots.legend import Item, drawn_legend, legend
from dashkit.preview.plots.series import numeric
from dashkit.preview.scene import Box, Group, Options, Scene, Shape, Text

_SPACING, _CELL_SPACING = 10, 2
_NARROWEST, _LOWEST, _HIGHEST = 8.0, 16.0, 300.0
_LIMITS = (0.0, 100.0)


class _Look(NamedTuple):
    mode: str
    value_mode: str
    unfilled: bool
    bars: BarOptions


def draw(panel: Options, data: Data, box: Box) -> Scene:
    """Draw the panel ``bargauge``."""
    options = mapping(panel.get("options"))
    values = without_needless_name(panel, single_values(panel, data) or [nothing(panel)])
    listed = legend(_items(values, options), options, box)
    room = box.inset(right=listed.box.width) if listed.side else box.inset(bottom=listed.box.height)
    vertical = orientation_of(options.get("orientation"), room) == "vertical"
    look = _look(options, vertical)
    places = _places(options, len(values), room, look)
    name, value_text = longest(values)
    shapes = [
        Group([_drawn(value, place, look, bar_layout(place, name, value_text.whole, look.bars))], series=number)
        for number, (value, place) in enumerate(zip(values, places, strict=True))
    ]
    bars = scrolled(shapes, room, places[-1].right, places[-1].bottom, f"bars{panel.get('id')}")
    content = [*bars, *drawn_legend(listed)]
    return Scene(box.width, box.height, content, summary=said(panel, values), notes=data.notes)


def _items(values: Sequence[Single], options: Options) -> list[Item]:
    """Return the entries of the legend, which bar gauges have on request only."""
    if mapping(options.get("legend")).get("showLegend") is not True:
        return []
    return [Item(number, value.name, value.colour) for number, value in enumerate(values)]


def _look(options: Options, vertical: bool) -> _Look:
    value_mode = text(options.get("valueMode")) or "color"
    return _Look(
        text(options.get("displayMode")) or "gradient",
        value_mode,
        options.get("showUnfilled") is not False,
        BarOptions(
            vertical,
            text(options.get("namePlacement")) or "auto",
            value_mode != "hidden",
            text_size(options, "titleSize"),
            text_size(options, "valueSize"),
        ),
    )


def _places(options: Options, count: int, box: Box, look: _Look) -> list[Box]:
    spacing = _CELL_SPACING if look.mode == "lcd" else _SPACING
    manual = options.get("sizing") == "manual"

    def limit(key: str, usual: float) -> float:
        given = numeric(options.get(key)) if manual else None
        return usual if given is None else given

    if look.bars.vertical:
        return row(count, box, spacing, limit("minVizWidth", _NARROWEST))
    return column(count, box, spacing, limit("minVizHeight", _LOWEST), limit("maxVizHeight", _HIGHEST))


def _drawn(value: Single, place: Box, look: _Look, layout: BarLayout) -> Group:
    limits = value.range or _LIMITS
    vertical = look.bars.vertical
    if look.mode == "lcd":
        shapes = drawn_cells(value, limits, layout.bar, vertical=vertical, unfilled=look.unfilled)
        end = cells_length(layout.bar.height if vertical else layout.bar.width)
    else:
        gradient = look.mode == "gradient"
        shapes = drawn_bar(value, limits, layout.bar, vertical=vertical, gradient=gradient, unfilled=look.unfilled)
        end = layout.bar.height if vertical else layout.bar.width
    if not look.unfilled and look.mode != "lcd":
        end = filled_length(value, limits, end)
    shapes += _name(value, layout, vertical)
    shapes += _value(value, look, layout, end)
    label = f"{value.name}: {value.text.whole}" if value.name else ""
    return Group(shapes, label=label, link=value.link)


def _name(value: Single, layout: BarLayout, vertical: bool) -> list[Shape]:
    box, size = layout.name, layout.name_size
    if not value.name or not box.width:
        return []
    y = baseline(box.y, box.height, size)
    if vertical:
        return [Text(box.x + box.width / 2, y, value.name, size, TEXT.primary, "middle", width=box.width)]
    if box.bottom > layout.bar.y:
        return [Text(box.right - PADDING, y, value.name, size, TEXT.primary, "end", width=box.width - PADDING)]
    return [Text(box.x, y, value.name, size, TEXT.primary, width=box.width)]


def _value(value: Single, look: _Look, layout: BarLayout, end: float) -> list[Shape]:
    """Return the number of a bar, which follows its end."""
    if look.value_mode == "hidden":
        return []
    ink = TEXT.primary if look.value_mode == "text" else value.colour
    box, size = layout.value, layout.value_size
    if look.bars.vertical:
        top = layout.bar.bottom - end - box.height
        line = baseline(top, box.height, size)
        return [*drawn_value(value.text, box.x, line, size, ink, room=box.width, align=0.5)]
    line = baseline(box.y, box.height, size)
    x, room = layout.bar.x + end + PADDING, max(box.width - 2 * PADDING, 1)
    return [*drawn_value(value.text, x, line, size, ink, room=room, align=1)]
