"""Bars, buckets, states and points: whatever options and data say, there is a picture."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as some

from dashkit.preview.data import Data, TimeRange
from dashkit.preview.fields.resolve import resolved
from dashkit.preview.frames import Field, FieldType, Frame
from dashkit.preview.pages import readings_data
from dashkit.preview.panels import draw, field_config
from dashkit.preview.scene import Box
from dashkit.preview.svg import both, svg

START = 1_700_000_000_000
HOUR = 3_600_000
KINDS = ["barchart", "histogram", "heatmap", "state-timeline", "status-history", "trend", "xychart", "candlestick"]
OPTIONS = """
    orientation stacking barWidth groupWidth barRadius showValue xField colorByField xTickLabelRotation xTickLabelSpacing
    xTickLabelMaxLength legend text bucketSize bucketCount bucketOffset combine calculate calculation cellGap color
    filterValues rowsFrame yAxis mergeValues alignValue rowHeight colWidth mapping series dims fields mode candleStyle colors
    colorStrategy includeAllFields
"""
CUSTOM = """
    lineWidth fillOpacity gradientMode spanNulls scaleDistribution axisPlacement axisLabel axisSoftMin axisSoftMax
    axisCenteredZero stacking hideFrom thresholdsStyle pointSize show
"""
DEFAULTS = ["unit", "min", "max", "mappings", "thresholds", "color"]
KEYS = [
    "type",
    "mode",
    "value",
    "color",
    "steps",
    "options",
    "matcher",
    "id",
    "log",
    "fixed",
    "text",
    "xBuckets",
    "yBuckets",
]
WORDS = [
    "always",
    "horizontal",
    "percent",
    "normal",
    "log",
    "le",
    "1m",
    "size",
    "count",
    "thresholds",
    "scheme",
    "opacity",
    "volume",
]
NAMES = [
    "time",
    "Value",
    "0.1",
    "+Inf",
    "open",
    "high",
    "low",
    "close",
    "volume",
    "xMin",
    "xMax",
    "yMin",
    "count",
    "<b>" * 99,
]

leaves = (
    some.none() | some.booleans() | some.integers(-5, 200) | some.floats(-1e9, 1e9) | some.sampled_from(WORDS) | some.text(max_size=3)
)  # fmt: skip
anything = some.recursive(
    leaves, lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.sampled_from(KEYS), inner, max_size=4), max_leaves=6
)  # fmt: skip
numbers = some.none() | some.floats() | some.integers(-3, 9) | some.sampled_from([True, "x", 1e300, 1e-300])
columns: dict[FieldType, some.SearchStrategy[Any]] = {
    "time": some.none() | some.integers(START - HOUR, START + 2 * HOUR) | some.sampled_from([0, 1e300]),
    "number": numbers,
    "string": some.none() | some.text(max_size=3),
    "boolean": some.none() | some.booleans(),
    "other": anything,
}


def chosen(names: list[str]) -> some.SearchStrategy[dict[str, Any]]:
    return some.dictionaries(some.sampled_from(names), anything, max_size=5)


@some.composite
def frames(pick: some.DrawFn) -> Frame:
    length = pick(some.integers(0, 5))
    fields = []
    for kind in pick(some.lists(some.sampled_from(list(columns)), max_size=6)):
        values = pick(some.lists(columns[kind], min_size=length, max_size=length))
        labels = pick(some.sampled_from([{}, {"le": "0.1"}]))
        config = pick(some.sampled_from([{}, {"interval": 1000}]))
        fields.append(Field(pick(some.sampled_from(NAMES)), kind, values, labels, config))
    return Frame(tuple(fields), meta=pick(some.sampled_from([{}, {"type": "heatmap-cells"}, {"type": "heatmap-rows"}])))


@settings(deadline=None)
@given(
    some.sampled_from(KINDS), chosen(OPTIONS.split()), chosen(CUSTOM.split()), chosen(DEFAULTS), some.lists(frames(), max_size=2),
    some.sampled_from([(0, 0), (100, 60), (600, 300), (50, 900)]),
)  # fmt: skip
def test_there_is_a_picture_of_anything(
    kind: str, options: Any, custom: Any, defaults: Any, data: list[Frame], size: tuple[int, int]
) -> None:
    config = {"defaults": {**defaults, "custom": custom}, "overrides": []}
    panel = {"type": kind, "title": "t", "options": options, "fieldConfig": config}
    shown = Data(resolved(data, field_config(panel)), TimeRange(START, START + HOUR))
    scene = draw(panel, shown, Box(0, 0, *size))
    picture = svg(scene, both)
    assert (scene.width, scene.height) == size
    assert '"nan' not in picture
    assert "<b>" not in picture
    if scene.readings:
        counts = {len(one.texts) for one in scene.readings.series} | {len(one.heights) for one in scene.readings.series}
        assert counts <= {len(scene.readings.places)}
        assert len(scene.readings.titles) == len(scene.readings.places)
        readings_data(scene.readings)
