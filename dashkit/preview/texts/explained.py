"""A box that says in words what a panel would show, where that needs a server."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dashkit.lint.values import text, texts
from dashkit.preview.data import Data
from dashkit.preview.display.theme import BORDER, TEXT
from dashkit.preview.plots.series import numeric
from dashkit.preview.scene import Box, Group, Options, Rect, Scene, Shape, Text
from dashkit.preview.texts.wrap import wrapped

_FONT, _LINE = 14.0, 22.0
_SMALL, _SMALL_LINE = 12.0, 18.0
_PADDING = 8.0

Facts = Sequence[tuple[str, str]]
"""What options say, each with what it is called; those without a text are not shown."""


def explained(panel: Options, data: Data, box: Box, sentence: str, facts: Facts) -> Scene:
    """Return a box with a sentence, and below it what the options say."""
    edge = Rect(box.x + 0.5, box.y + 0.5, max(0.0, box.width - 1), max(0.0, box.height - 1), None, BORDER.weak, 1, 2)
    shapes = [edge, *explanation(sentence, facts, box.inset(_PADDING, _PADDING, _PADDING, _PADDING))]
    said = "; ".join(f"{name}: {value}" for name, value in facts if value)
    summary = f"{text(panel.get('title')) or text(panel.get('type'))}: {sentence} {said}".strip()
    return Scene(
        box.width, box.height, (Group(tuple(shapes), clip=box),), summary=summary, notes=(*data.notes, sentence)
    )


def explanation(sentence: str, facts: Facts, box: Box) -> list[Shape]:
    """Return a sentence and facts as lines of text."""
    shapes: list[Shape] = []
    y = box.y
    for line in wrapped(sentence, box.width, _FONT, most=20):
        shapes.append(Text(box.x, y + _LINE / 2 + _FONT * 0.36, line, _FONT, TEXT.primary))
        y += _LINE
    for name, value in facts:
        for line in wrapped(f"{name}: {value}", box.width, _SMALL, most=10) if value else []:
            shapes.append(Text(box.x, y + _SMALL_LINE / 2 + _SMALL * 0.36, line, _SMALL, TEXT.secondary))
            y += _SMALL_LINE
    return shapes


def number_text(option: Any) -> str:
    """Return an option that is a number as a text; empty if it is none."""
    number = numeric(option)
    return "" if number is None else f"{number:g}"


def joined(option: Any) -> str:
    """Return the texts of a list, with commas between them."""
    return ", ".join(texts(option))
