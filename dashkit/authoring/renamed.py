"""Names that options had at first. They work until 0.2, with a warning."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable
from types import FrameType
from typing import Any, NamedTuple


class Renamed(NamedTuple):
    """The new name, and the new value for an old one. None is: leave it out."""

    name: str
    value: Callable[[Any], Any]


def _as(name: str) -> Renamed:
    return Renamed(name, lambda value: value)


def _if_true(name: str, word: str) -> Renamed:
    return Renamed(name, lambda value: word if value else None)


RENAMED = {
    "minimum": _as("min"),
    "maximum": _as("max"),
    "no_data": _as("no_value"),
    "bars": _if_true("style", "bars"),
    "log": _if_true("scale", "log10"),
    "background": _if_true("color_mode", "background"),
    "names": _if_true("text_mode", "value_and_name"),
    "vertical": _if_true("orientation", "vertical"),
    "as_table": _if_true("format", "table"),
    "as_heatmap": _if_true("format", "heatmap"),
    "dashed": _if_true("line_style", "dash"),
    "right_axis": _if_true("axis_placement", "right"),
    "title": _as("display_name"),
    "width": _as("column_width"),
}

_HERE = os.path.dirname(__file__) + os.sep


def warn_renamed(text: str) -> None:
    """Warn at the line of the author's module that uses an old name."""
    level, frame = 1, sys._getframe(0)
    outer: FrameType | None = frame
    while outer is not None and outer.f_code.co_filename.startswith(_HERE):
        level, outer = level + 1, outer.f_back
    warnings.warn(text, FutureWarning, stacklevel=level)
