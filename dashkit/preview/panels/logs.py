"""Logs: lines with their time, and a colour for their level."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from dashkit.lint.values import mapping, text
from dashkit.preview.data import Data
from dashkit.preview.display.theme import TEXT
from dashkit.preview.panels.other import no_data
from dashkit.preview.scene import Box, Group, Html, Options, Path, Rect, Scene, Shape, Text
from dashkit.preview.text import text_width
from dashkit.preview.texts.log_html import MOST_LINES, Entry, logs_html
from dashkit.preview.texts.log_lines import LogLine, common_labels, log_lines, pretty
from dashkit.preview.texts.wrap import wrapped_code
from dashkit.preview.units import formatter

#: Letters of 12 pixels stand a little apart.
_FONT = 12.25
_HEIGHT, _BETWEEN = 18.85, 1.4
_BAR_X, _BAR, _INSET = 4.0, 3.0, 2.0
_CHEVRON, _MARGIN = 14.5, 8.5
_TIME = "time:YYYY-MM-DD HH:mm:ss.SSS"


def draw(panel: Options, data: Data, box: Box) -> Scene:
    """Draw the panel ``logs``."""
    options = mapping(panel.get("options"))
    ascending = options.get("sortOrder") == "Ascending"
    lines = log_lines(data.frames, ascending=ascending, dedup=text(options.get("dedupStrategy")))
    if not lines:
        return no_data(panel, data, box)
    shared = common_labels(lines)
    write = formatter(_TIME, data.zone)
    entries = [_entry(line, shared, options, lambda at: write(at, None).whole) for line in lines[:MOST_LINES]]
    above = f"Common labels: {' '.join(_pairs(shared)) or 'none'}" if options.get("showCommonLabels") is True else ""
    wrap, details = options.get("wrapLogMessage") is True, options.get("enableLogDetails") is not False
    html = logs_html(entries, above, len(lines) - len(entries), wrap=wrap, details=details)
    drawn = _drawn(entries, above, box, wrap=wrap, details=details)
    summary = f"{text(panel.get('title')) or 'Logs'}: {len(lines)} lines"
    part = Html(box, html, (Group(tuple(drawn), clip=box),))
    return Scene(box.width, box.height, (part,), summary=summary, notes=data.notes)


def _entry(line: LogLine, shared: Mapping[str, str], options: Options, write: Callable[[float], str]) -> Entry:
    time = write(line.at) if options.get("showTime") is not False and line.at is not None else ""
    own = {name: value for name, value in line.labels.items() if name not in shared}
    labels = _pairs(own) if options.get("showLabels") is True else []
    return Entry(line, time, labels, pretty(line.text) if options.get("prettifyLogMessage") is True else line.text)


def _pairs(labels: Mapping[str, str]) -> list[str]:
    return [f"{name}={value}" for name, value in sorted(labels.items())]


def _drawn(entries: Sequence[Entry], above: str, box: Box, *, wrap: bool, details: bool) -> list[Shape]:
    shapes: list[Shape] = []
    y = box.y
    if above:
        shapes.append(Text(box.x + _BAR_X, _baseline(y), above, 12, TEXT.secondary, width=max(1.0, box.width - _BAR_X)))
        y += _HEIGHT + _BETWEEN
    for entry in entries:
        if y >= box.bottom:
            break
        drawn, height = _line(entry, Box(box.x, y, box.width, box.bottom - y), wrap=wrap, details=details)
        shapes += drawn
        y += height + _BETWEEN
    return shapes


def _baseline(top: float) -> float:
    return top + _INSET + _HEIGHT / 2 + _FONT * 0.36 - 0.8


def _line(entry: Entry, room: Box, *, wrap: bool, details: bool) -> tuple[list[Shape], float]:
    """Return the shapes of a line and its height."""
    line = entry.line
    shapes: list[Shape] = []
    x = room.x + _BAR_X + _BAR + _MARGIN
    y = room.y + _INSET + (_HEIGHT - _INSET) / 2
    if details:
        middle = room.x + _CHEVRON
        shapes.append(
            Path(
                [("M", middle - 2, y - 3.5), ("L", middle + 1.5, y), ("L", middle - 2, y + 3.5)],
                stroke=TEXT.primary,
                width=1.5,
            )
        )
        x = middle + _MARGIN
    before = [part for part in (f"{line.times}x" if line.times > 1 else "", entry.time, *entry.labels) if part]
    space = text_width(" ", _FONT, mono=True)
    for part in before:
        shapes.append(Text(x, _baseline(room.y), part, _FONT, TEXT.primary, mono=True))
        x += text_width(part, _FONT, mono=True) + space
    width = max(1.0, room.right - x)
    most = int(room.height / _HEIGHT) + 1
    texts = wrapped_code(entry.text, width, _FONT, most=most) if wrap else entry.text.splitlines()[:most] or [""]
    for number, written in enumerate(texts):
        ink = Text(
            x, _baseline(room.y) + number * _HEIGHT, written.expandtabs(4), _FONT, TEXT.primary, mono=True, width=width
        )
        shapes.append(ink)
    height = len(texts) * _HEIGHT
    return [Rect(room.x + _BAR_X, room.y + _INSET, _BAR, height - _INSET, line.colour), *shapes], height
