"""Panels that show single values, drawn for tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import strategies as some

from dashkit.preview.data import Data, TimeRange
from dashkit.preview.fields.resolve import resolved
from dashkit.preview.frames import Field, Frame
from dashkit.preview.panels import draw, field_config
from dashkit.preview.scene import Box, Scene

START = 1_700_000_000_000
BOX = Box(0, 0, 344, 110)
STEPS = [{"color": "green", "value": None}, {"color": "orange", "value": 50}, {"color": "red", "value": 80}]
THRESHOLDS = {"mode": "absolute", "steps": STEPS}


def courses(**columns: Sequence[float | None]) -> Frame:
    """Return columns of numbers, one a minute."""
    count = max((len(values) for values in columns.values()), default=0)
    time = Field("Time", "time", [START + number * 60_000 for number in range(count)])
    return Frame((time, *(Field(name, "number", list(values)) for name, values in columns.items())))


def rows(**numbers: float | None) -> Frame:
    """Return a table with a name and a number in each row."""
    return Frame((Field("name", "string", list(numbers)), Field("count", "number", list(numbers.values()))))


def drawn(
    kind: str,
    frames: Frame | Sequence[Frame],
    options: Mapping[str, Any] | None = None,
    defaults: Mapping[str, Any] | None = None,
    box: Box = BOX,
) -> Scene:
    """Draw a panel of a type with its options and the defaults of its fields."""
    config = {"defaults": {"thresholds": THRESHOLDS, **(defaults or {})}, "overrides": []}
    panel = {"id": 1, "type": kind, "title": "Title", "options": dict(options or {}), "fieldConfig": config}
    given = [frames] if isinstance(frames, Frame) else frames
    length = max((frame.length for frame in given), default=0)
    time = TimeRange(START, START + max(length - 1, 1) * 60_000)
    return draw(panel, Data(resolved(given, field_config(panel)), time), box)


_WORDS = (
    "", "auto", "horizontal", "vertical", "percentage", "percentunit", "lcd", "table", "right", "red", "last", "/.*/", "(", "value",
)  # fmt: skip
_KEYS = (
    "mode",
    "steps",
    "value",
    "color",
    "values",
    "calcs",
    "fields",
    "limit",
    "titleSize",
    "placement",
    "options",
    "type",
)
_PLAIN = some.none() | some.booleans() | some.integers() | some.floats() | some.sampled_from(_WORDS)

ODD: some.SearchStrategy[Any] = some.recursive(
    _PLAIN,
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.sampled_from(_KEYS), inner, max_size=3),
    max_leaves=6,
)
"""Any JSON where something else is expected."""

ODD_NUMBERS = some.lists(some.none() | some.floats() | some.integers(-3, 3), max_size=4)

ODD_DEFAULTS = some.dictionaries(
    some.sampled_from(
        [
            "min",
            "max",
            "decimals",
            "unit",
            "color",
            "thresholds",
            "mappings",
            "noValue",
            "displayName",
            "links",
            "custom",
        ]
    ),
    ODD,
    max_size=3,
)

ODD_SIZES = some.builds(Box, some.just(0.0), some.just(0.0), some.floats(0, 900), some.floats(0, 900))


def odd_options(*names: str) -> some.SearchStrategy[dict[str, Any]]:
    """Return options of a panel with any values."""
    return some.dictionaries(some.sampled_from(["reduceOptions", "text", "orientation", *names]), ODD, max_size=5)
