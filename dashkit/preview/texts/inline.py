"""Lay out text in several styles: words in lines, as a browser sets them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from dashkit.preview.display.theme import BACKGROUND, BORDER, TEXT
from dashkit.preview.scene import Box, Group, Line, Rect, Shape, Text
from dashkit.preview.text import text_width
from dashkit.preview.texts.html_blocks import Run
from dashkit.preview.texts.wrap import pieces

BOLD = 500
_CODE = 12.0
#: Code stands in a box, this far from its edge, which is that far from other text.
_INSIDE, _OUTSIDE = 5.0, 2.0


class Part(NamedTuple):
    """Words of one style in a line, and where they begin and end."""

    text: str
    run: Run
    start: float
    end: float


SetLine = Sequence[Part]


def lines_of(runs: Sequence[Run], width: float, size: float, weight: int) -> list[SetLine]:
    """Return the lines of a text; ``size`` and ``weight`` are those of plain words."""
    lines: list[SetLine] = []
    line: list[Part] = []
    space = text_width(" ", size, weight)
    for word, run, apart in _words(runs):
        if word == "\n":
            lines.append(line)
            line = []
            continue
        for piece in pieces(word, max(width - 2 * _margin(run), 1), *_font(run, size, weight), mono=run.code):
            start = line[-1].end + (space if apart else 0) if line else 0.0
            needed = text_width(piece, *_font(run, size, weight), mono=run.code) + 2 * _margin(run)
            if line and start + needed > width:
                lines.append(line)
                line, start = [], 0.0
            before = line[-1] if line else None
            if before and before.run is run and not run.code:
                joined = f"{before.text}{' ' if apart else ''}{piece}"
                line[-1] = before._replace(text=joined, end=start + needed)
            else:
                line.append(Part(piece, run, start, start + needed))
            apart = False
    return [*lines, line] if line or not lines else lines


def line_width(line: SetLine) -> float:
    """Return where the last word of a line ends."""
    return line[-1].end if line else 0.0


def drawn_line(line: SetLine, x: float, middle: float, size: float, weight: int) -> list[Shape]:
    """Return a line that begins at ``x``, with its middle at a height."""
    shapes: list[Shape] = []
    for part in line:
        font, bold = _font(part.run, size, weight)
        left, right = x + part.start + _margin(part.run), x + part.end - _margin(part.run)
        words: list[Shape] = []
        if part.run.code:
            edge = Box(left - _INSIDE, middle - 11, right - left + 2 * _INSIDE, 22).inset(0.5, 0.5, 0.5, 0.5)
            words.append(Rect(*edge, BACKGROUND.canvas, BORDER.medium, radius=4))
        ink = TEXT.link if part.run.link else TEXT.primary
        words.append(Text(left, middle + font * 0.36, part.text, font, ink, weight=bold, mono=part.run.code))
        if part.run.strike:
            words.append(Line(left, middle + 1, right, middle + 1, ink))
        shapes += [Group(words, link=part.run.link)] if part.run.link else words
    return shapes


def _font(run: Run, size: float, weight: int) -> tuple[float, int]:
    return (_CODE, 400) if run.code else (size, max(weight, BOLD) if run.bold else weight)


def _margin(run: Run) -> float:
    return _INSIDE + _OUTSIDE if run.code else 0.0


def _words(runs: Sequence[Run]) -> Iterator[tuple[str, Run, bool]]:
    """Yield words and breaks, each with its style and whether there is a space before it."""
    apart = False
    for run in runs:
        if run.text == "\n":
            yield "\n", run, False
            apart = False
            continue
        words = run.text.split()
        # Code stays in one box.
        for number, word in enumerate([" ".join(words)] if run.code and words else words):
            yield word, run, apart or number > 0 or run.text[:1].isspace()
            apart = False
        apart = apart if not words and not run.text[:1].isspace() else run.text[-1:].isspace()
