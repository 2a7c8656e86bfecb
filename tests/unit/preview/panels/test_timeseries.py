"""Time series: axes, lines, bars, points, stacks, thresholds, gaps."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from dashkit.preview.data import Annotation, Data, TimeRange
from dashkit.preview.display.theme import PALETTE, named
from dashkit.preview.fields.resolve import resolved
from dashkit.preview.frames import Field, Frame
from dashkit.preview.panels import draw, field_config
from dashkit.preview.plots.series import plotted, series_of
from dashkit.preview.scene import Box, Circle, Gradient, Line, Path, Rect, Scene, Text
from tests.support.scenes import found, series, texts

START = 1_700_000_000_000
MINUTE = 60_000
BOX = Box(0, 0, 446, 246)


def frame(interval: int = 0, **columns: list[float | None]) -> Frame:
    count = len(next(iter(columns.values())))
    times = [START + number * MINUTE for number in range(count)]
    time = Field("Time", "time", times, config={"interval": interval} if interval else {})
    return Frame((time, *(Field(name, "number", values) for name, values in columns.items())))


def drawn(source: Frame, custom: dict[str, Any] | None = None, box: Box = BOX, **more: Any) -> Scene:
    """Draw frames; ``more`` are the panel's options, ``defaults`` those of fields."""
    defaults = {"custom": custom or {}, **more.pop("defaults", {})}
    panel = {"type": "timeseries", "fieldConfig": {"defaults": defaults, "overrides": more.pop("overrides", [])}}
    annotations = more.pop("annotations", ())
    panel["options"] = {"legend": {"showLegend": True, "displayMode": "list", "placement": "bottom"}, **more}
    frames = resolved([source], field_config(panel))
    time = TimeRange(START, START + (source.length - 1 or 1) * MINUTE)
    return draw(panel, Data(frames, time, annotations=annotations), box)


def path_of(scene: Scene, number: int = 0) -> Path:
    return next(shape for shape in series(scene, number) if isinstance(shape, Path) and shape.stroke)


def heights(path: Path) -> list[float]:
    return [segment[-1] for segment in path.segments if len(segment) > 1]


def test_each_series_has_the_next_colour_of_the_palette_and_an_entry_in_the_legend() -> None:
    scene = drawn(frame(a=[1, 2], b=[3, 4]))
    assert [path_of(scene, number).stroke for number in (0, 1)] == [PALETTE[0], PALETTE[1]]
    assert {"a", "b"} <= set(texts(scene))


def test_higher_values_are_higher_up_and_the_line_runs_from_edge_to_edge() -> None:
    path = path_of(drawn(frame(a=[1, 5, 3])))
    low, high, middle = heights(path)
    assert low > middle > high
    assert path.segments[0][1] < path.segments[1][1] < path.segments[2][1]


def test_values_on_the_axis_have_the_unit() -> None:
    assert {"0 req/s", "50 req/s", "100 req/s"} <= set(texts(drawn(frame(a=[0, 120]), defaults={"unit": "reqps"})))


def test_times_stand_below_the_plot() -> None:
    scene = drawn(frame(a=[0.0] * 61))
    assert [text.text for text in found(scene, Text) if text.anchor == "middle"][:2] == ["22:20", "22:30"]


def test_a_gap_breaks_the_line_and_can_be_bridged() -> None:
    gap = frame(a=[1, 2, None, 3, 4])
    assert len([shape for shape in series(drawn(gap), 0) if isinstance(shape, Path)]) == 2
    assert len([shape for shape in series(drawn(gap, {"spanNulls": True}), 0) if isinstance(shape, Path)]) == 1
    assert len([shape for shape in series(drawn(gap, {"spanNulls": MINUTE}), 0) if isinstance(shape, Path)]) == 2


def test_a_step_that_the_datasource_skipped_is_a_gap() -> None:
    source = frame(interval=MINUTE, a=[1, 2, 3, 4])
    time = source.fields[0]
    late = Field("Time", "time", [*time.values[:2], *(at + 10 * MINUTE for at in time.values[2:])], config=time.config)
    scene = drawn(source.with_fields([late, source.fields[1]]))
    assert len([shape for shape in series(scene, 0) if isinstance(shape, Path)]) == 2


def test_a_value_between_two_gaps_is_a_point() -> None:
    scene = drawn(frame(a=[None, 3, None, *[1.0] * 200]))
    assert len([shape for shape in series(scene, 0) if isinstance(shape, Circle)]) == 1


def test_points_are_shown_where_they_are_far_apart() -> None:
    few, many = frame(a=[1, 2, 3]), frame(a=[1.0] * 200)
    assert len(found(drawn(few), Circle)) == 3
    assert found(drawn(many), Circle) == []
    assert len(found(drawn(many, {"showPoints": "always"}), Circle)) == 200
    assert found(drawn(few, {"showPoints": "never"}), Circle) == []


def test_an_area_reaches_down_to_zero() -> None:
    scene = drawn(frame(a=[-5, 5]), {"fillOpacity": 20})
    area = next(shape for shape in series(scene, 0) if isinstance(shape, Path) and shape.fill)
    first, second, base, *_ = heights(area)
    assert second < base < first


def test_stacked_series_lie_on_top_of_each_other() -> None:
    stacking = {"stacking": {"mode": "normal", "group": "A"}, "fillOpacity": 10}
    scene = drawn(frame(a=[10, 10], b=[5, 5]), stacking)
    assert max(heights(path_of(scene, 1))) < min(heights(path_of(scene, 0)))
    assert "15" in texts(scene)


def test_a_stack_of_percents_ends_at_a_hundred() -> None:
    scene = drawn(frame(a=[10, 30], b=[30, 10]), {"stacking": {"mode": "percent", "group": "A"}}, defaults={"max": 1})
    assert "100%" in texts(scene)
    assert len(set(heights(path_of(scene, 1)))) == 1


def test_bars_stand_on_zero_and_do_not_touch() -> None:
    bars = [
        shape
        for shape in series(drawn(frame(a=[5, 10, 5]), {"drawStyle": "bars"}, defaults={"min": 0}), 0)
        if isinstance(shape, Rect)
    ]
    assert len({round(bar.y + bar.height, 3) for bar in bars}) == 1
    assert bars[1].height == pytest.approx(2 * bars[0].height)
    assert bars[0].x + bars[0].width < bars[1].x


def test_an_override_puts_a_series_on_an_axis_of_its_own() -> None:
    override = {
        "matcher": {"id": "byName", "options": "b"},
        "properties": [{"id": "unit", "value": "percent"}, {"id": "custom.axisPlacement", "value": "right"}],
    }
    scene = drawn(frame(a=[0, 100], b=[0, 1]), overrides=[override], defaults={"unit": "reqps"})
    right = [text for text in found(scene, Text) if text.text.endswith("%")]
    left = [text for text in found(scene, Text) if text.text.endswith("req/s")]
    assert min(text.x for text in right) > max(text.x for text in left)


def test_a_hidden_axis_takes_no_room() -> None:
    assert "50" not in texts(drawn(frame(a=[0, 100]), {"axisPlacement": "hidden"}))


def test_thresholds_are_lines_and_areas() -> None:
    steps = [{"color": "green", "value": None}, {"color": "red", "value": 5}]
    scene = drawn(
        frame(a=[0, 9]),
        {"thresholdsStyle": {"mode": "line+area"}},
        defaults={"thresholds": {"mode": "absolute", "steps": steps}},
    )
    (line,) = [line for line in found(scene, Line) if line.width == 2]
    assert isinstance(line.stroke, tuple)
    assert line.stroke[0].startswith(named("red").dark)
    areas = [rect for rect in found(scene, Rect) if rect.width == line.x2 - line.x1 and rect.height > 1]
    assert len(areas) == 2


def test_a_scheme_colours_the_line_by_its_values() -> None:
    scene = drawn(frame(a=[0, 100]), {"gradientMode": "scheme"}, defaults={"color": {"mode": "continuous-GrYlRd"}})
    assert isinstance(path_of(scene).stroke, Gradient)


def test_a_logarithmic_axis_has_the_magnitudes() -> None:
    scene = drawn(frame(a=[1, 1000]), {"scaleDistribution": {"type": "log", "log": 10}})
    assert {"1", "10", "100", "1000"} <= set(texts(scene))


def test_ticks_never_repeat_a_text() -> None:
    shown = texts(drawn(frame(a=[0, 1, 2]), defaults={"decimals": 0, "unit": "none"}))
    assert len(shown) == len(set(shown))


def test_a_series_that_an_override_hides_stays_in_the_legend() -> None:
    override = {
        "matcher": {"id": "byName", "options": "b"},
        "properties": [{"id": "custom.hideFrom", "value": {"viz": True}}],
    }
    scene = drawn(frame(a=[1, 2], b=[3, 4]), overrides=[override])
    assert series(scene, 1) == []
    assert "b" in texts(scene)


def test_annotations_are_marked_and_say_what_they_are() -> None:
    mark = Annotation(START + MINUTE, START + MINUTE, "Deployed", "blue", ("v1",))
    scene = drawn(frame(a=[1, 2, 3]), annotations=(mark,))
    from dashkit.preview.scene import Group

    (group,) = [group for group in found(scene, Group) if group.label]
    assert group.label == "Deployed v1"


def test_a_long_series_is_thinned_and_keeps_its_extremes() -> None:
    values = [float(number % 7) for number in range(20_000)]
    values[7001] = 100.0
    path = path_of(drawn(frame(a=list(values))))
    assert len(path.segments) < 446 * 5
    full = path_of(drawn(frame(a=[0.0, 100.0])))
    assert min(heights(path)) == pytest.approx(min(heights(full)))


def test_a_table_legend_shows_the_calculations() -> None:
    legend = {"showLegend": True, "displayMode": "table", "placement": "bottom", "calcs": ["max", "mean"]}
    shown = texts(drawn(frame(a=[1, 3]), legend=legend))
    assert {"Name", "Max", "Mean", "3", "2"} <= set(shown)


@pytest.mark.parametrize(
    ("order", "names", "head"),
    [
        ({"sortBy": "Max", "sortDesc": True}, ["b10", "b9", "A1"], "Max ↓"),
        ({"sortBy": "Max"}, ["A1", "b9", "b10"], "Max ↑"),
        ({"sortBy": "Name", "sortDesc": False}, ["A1", "b9", "b10"], "Max"),
        ({"sortBy": "Mean"}, ["b10", "A1", "b9"], "Max"),
        ({}, ["b10", "A1", "b9"], "Max"),
    ],
)
def test_a_table_legend_is_sorted_as_it_says(order: dict[str, Any], names: list[str], head: str) -> None:
    legend = {"showLegend": True, "displayMode": "table", "placement": "bottom", "calcs": ["max"], **order}
    columns: dict[str, list[float | None]] = {"b10": [1, 9], "A1": [None, None], "b9": [3, 4]}
    shown = texts(drawn(frame(**columns), legend=legend, box=Box(0, 0, 446, 446)))
    assert [one for one in shown if one in names] == names
    assert head in shown


def test_a_table_legend_says_which_series_have_their_axis_on_the_right() -> None:
    side = {
        "matcher": {"id": "byName", "options": "b"},
        "properties": [{"id": "custom.axisPlacement", "value": "right"}],
    }
    legend = {"showLegend": True, "displayMode": "table", "placement": "bottom"}
    assert {"a", "b (right y-axis)"} <= set(texts(drawn(frame(a=[1, 2], b=[3, 4]), overrides=[side], legend=legend)))


def test_thresholds_are_those_of_the_first_series_that_shows_them() -> None:
    steps = [{"color": "green", "value": None}, {"color": "red", "value": 2}]
    override = {
        "matcher": {"id": "byName", "options": "b"},
        "properties": [
            {"id": "custom.thresholdsStyle", "value": {"mode": "dashed"}},
            {"id": "thresholds", "value": {"mode": "absolute", "steps": steps}},
        ],
    }
    dashed = [line for line in found(drawn(frame(a=[1, 4], b=[1, 4]), overrides=[override]), Line) if line.dash]
    assert len(dashed) == 1


def test_a_series_can_be_upside_down_and_keeps_its_values_in_words() -> None:
    down = {
        "matcher": {"id": "byName", "options": "b"},
        "properties": [{"id": "custom.transform", "value": "negative-Y"}],
    }
    legend = {"showLegend": True, "displayMode": "table", "placement": "bottom", "calcs": ["max"]}
    scene = drawn(frame(a=[1, 2], b=[3, 40]), overrides=[down], legend=legend)
    assert heights(path_of(scene, 1))[1] > heights(path_of(scene, 1))[0] > heights(path_of(scene, 0))[0]
    assert "40" in texts(scene)
    assert scene.readings is not None
    assert list(scene.readings.series[1].texts) == ["3", "40"]
    stack = {"stacking": {"mode": "normal", "group": "A"}}
    stacked = drawn(frame(a=[1, 2], b=[3, 40], c=[1, 1]), stack, overrides=[down])
    assert heights(path_of(stacked, 1))[1] > heights(path_of(stacked, 2))[1]


def test_a_constant_series_has_its_first_value_alone() -> None:
    (series_,) = series_of([frame(a=[None, 2, 3])])
    flat = series_._replace(custom={"transform": "constant"})
    assert plotted(flat).values == [None, 2, None]
    assert plotted(series_) is series_


def test_without_a_legend_the_plot_is_higher() -> None:
    with_legend, without = drawn(frame(a=[0, 1])), drawn(frame(a=[0, 1]), legend={"showLegend": False})
    assert max(heights(path_of(without))) > max(heights(path_of(with_legend)))


def test_the_pointer_reads_each_value_once() -> None:
    readings = drawn(frame(a=[1, None, 3], b=[4, 5, 6])).readings
    assert readings is not None
    assert [(one.name, list(one.texts)) for one in readings.series] == [("a", ["1", "", "3"]), ("b", ["4", "5", "6"])]


def test_no_data_says_so() -> None:
    assert texts(drawn(frame(a=[]))) == ["No data"]


ODD = some.recursive(
    some.none() | some.booleans() | some.integers(-5, 5) | some.floats() | some.sampled_from(["", "percent", "log", "bars", "x"]),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.sampled_from(["mode", "type", "log", "fill", "dash"]), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
NAMES = (
    "drawStyle", "lineInterpolation", "stacking", "thresholdsStyle", "scaleDistribution", "lineStyle", "spanNulls", "fillOpacity",
    "lineWidth", "pointSize", "axisPlacement", "axisLabel", "axisSoftMin", "axisSoftMax", "barWidthFactor", "gradientMode",
    "hideFrom", "showPoints", "barAlignment",
)  # fmt: skip


@settings(max_examples=200)
@given(
    some.dictionaries(some.sampled_from(NAMES), ODD, max_size=5),
    some.dictionaries(
        some.sampled_from(["min", "max", "decimals", "unit", "color", "thresholds", "mappings"]), ODD, max_size=3
    ),
    some.lists(some.none() | some.floats() | some.integers(-3, 3), max_size=5),
    some.dictionaries(some.sampled_from(["legend", "tooltip"]), ODD, max_size=2),
)
def test_odd_options_and_values_never_raise(
    custom: dict[str, Any], defaults: dict[str, Any], values: list[float | None], options: dict[str, Any]
) -> None:
    scene = drawn(frame(a=values, b=[1.0] * len(values)), custom, Box(0, 0, 60, 40), defaults=defaults, **options)
    assert scene.width == 60
