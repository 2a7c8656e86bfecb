"""Gauge: a dial for each value, between a minimum and a maximum."""

from __future__ import annotations

from dashkit.lint.values import mapping
from dashkit.preview.data import Data
from dashkit.preview.display.theme import TEXT
from dashkit.preview.fields.single_values import Single, nothing, said, single_values, without_needless_name
from dashkit.preview.gauges.dial import DialOptions, drawn_dial
from dashkit.preview.gauges.dial_form import form_of
from dashkit.preview.gauges.fit_text import baseline, text_size
from dashkit.preview.gauges.grid import arranged
from dashkit.preview.gauges.scroll import scrolled
from dashkit.preview.plots.series import numeric
from dashkit.preview.scene import Box, Group, Options, Scene, Shape, Text

_SPACING = 8
#: How wide or high a dial is at least, where its size is set by hand but not named.
_SMALLEST = 75.0
#: The name below a dial: its font is a part of the dial's width, up to a size; its line is higher.
_NAME, _LARGEST_NAME, _NAME_LINE = 0.1, 20.0, 1.5


def draw(panel: Options, data: Data, box: Box) -> Scene:
    """Draw the panel ``gauge``."""
    options = mapping(panel.get("options"))
    values = without_needless_name(panel, single_values(panel, data) or [nothing(panel)])
    places = _places(options, len(values), box)
    shapes = [_gauge(value, place, options) for value, place in zip(values, places, strict=True)]
    content = scrolled(shapes, box, places[-1].right, places[-1].bottom, f"dials{panel.get('id')}")
    return Scene(box.width, box.height, content, summary=said(panel, values), notes=data.notes)


def _places(options: Options, count: int, box: Box) -> list[Box]:
    def least(key: str) -> float:
        given = numeric(options.get(key))
        return 0 if options.get("sizing") != "manual" else _SMALLEST if given is None else given

    return arranged(options.get("orientation"), count, box, _SPACING, least("minVizWidth"), least("minVizHeight"))


def _gauge(value: Single, box: Box, options: Options) -> Group:
    name_size = (text_size(options, "titleSize") or min(box.width * _NAME, _LARGEST_NAME)) if value.name else 0
    line = name_size * _NAME_LINE
    height = max(min(box.height - line, box.width), 0)
    top = box.y + (box.height - height - line) / 2
    look = DialOptions(
        form_of(options),
        options.get("showThresholdMarkers") is not False,
        options.get("showThresholdLabels") is True,
        text_size(options, "valueSize"),
    )
    shapes: list[Shape] = drawn_dial(value, Box(box.x, top, box.width, height), look)
    if value.name:
        y = baseline(top + height, line, name_size)
        shapes.append(Text(box.x + box.width / 2, y, value.name, name_size, TEXT.primary, "middle", width=box.width))
    label = f"{value.name}: {value.text.whole}" if value.name else ""
    return Group(shapes, clip=box, label=label, link=value.link)
