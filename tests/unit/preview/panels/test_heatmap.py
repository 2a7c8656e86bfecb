"""Heatmaps: buckets of frames, counted cells, colours, the axis of buckets, the legend."""

from __future__ import annotations

from typing import Any

import pytest

from dashkit.preview.data import Data, TimeRange
from dashkit.preview.display.colour_schemes import scheme_colours
from dashkit.preview.fields.resolve import resolved
from dashkit.preview.frames import Field, Frame
from dashkit.preview.panels import draw, field_config
from dashkit.preview.plots.bucketing import heat_of_values
from dashkit.preview.scene import Box, Gradient, Path, Rect, Scene, Text
from tests.support.scenes import found, texts

BOX = Box(0, 0, 600, 300)
START = 1_700_000_000_000
MINUTE = 60_000
COUNTS = {"0.1": [1, 5, 0], "0.5": [10, 20, 3], "1": [0, 2, 8]}


def buckets(counts: dict[str, list[Any]] = COUNTS, labels: tuple[str, ...] = ("le",)) -> Frame:
    length = len(next(iter(counts.values())))
    times = [START + (number + 1) * 10 * MINUTE for number in range(length)]
    fields = [
        Field(name, "number", column, dict.fromkeys(labels, name), {"displayNameFromDS": name})
        for name, column in counts.items()
    ]
    return Frame((Field("Time", "time", times), *fields), meta={"type": "heatmap-rows"})


def drawn(*frames: Frame, box: Box = BOX, **options: Any) -> Scene:
    panel = {"type": "heatmap", "options": {"filterValues": {"le": 1e-9}, **options}}
    return draw(panel, Data(resolved(frames, field_config(panel)), TimeRange(START, START + 60 * MINUTE)), box)


def cells(scene: Scene) -> dict[tuple[int, int], str]:
    """Return the dark colour of each cell, by its column from the left and its row from below."""
    places = {}
    for path in found(scene, Path):
        for at in range(0, len(path.segments), 5):
            _, left, top = path.segments[at]
            places[round(left), round(top)] = path.fill.dark  # type: ignore[union-attr]
    columns = sorted({left for left, _ in places})
    rows = sorted({top for _, top in places}, reverse=True)
    return {(columns.index(left), rows.index(top)): fill for (left, top), fill in places.items()}


def sizes(scene: Scene) -> tuple[float, float]:
    """Return width and height of a cell."""
    (_, left, top), _, (_, right, bottom) = found(scene, Path)[0].segments[:3]
    return right - left, bottom - top


def axis(scene: Scene) -> list[str]:
    """Return the texts of the vertical axis from below."""
    marks = [text for text in found(scene, Text) if text.anchor == "end" and text.x < 100]
    return [text.text for text in sorted(marks, key=lambda text: -text.y) if text.text]


def test_there_is_a_cell_for_each_count_that_is_not_filtered() -> None:
    assert set(cells(drawn(buckets()))) == {(0, 0), (0, 1), (1, 0), (1, 1), (1, 2), (2, 1), (2, 2)}
    assert (0, 0) not in cells(drawn(buckets(), filterValues={"le": 1}))
    assert (1, 1) not in cells(drawn(buckets(), filterValues={"le": 0, "ge": 20}))


def test_a_column_ends_at_its_time() -> None:
    scene = drawn(buckets())
    times = {text.text: text.x for text in found(scene, Text) if ":" in text.text}
    left = min(segment[1] for path in found(scene, Path) for segment in path.segments if segment[0] == "M")
    assert left < times["22:20"], "the first column is from 22:13 to 22:23"
    assert scene.readings is not None
    assert left == pytest.approx(scene.readings.plot.x)


def test_many_are_pale_on_dark_and_deep_on_bright() -> None:
    scene = drawn(buckets(), color={"scheme": "Oranges", "steps": 64})
    few, many = scheme_colours("Oranges", 64)[0], scheme_colours("Oranges", 64)[-1]
    assert (few.dark, few.light) == (many.light, many.dark)
    assert cells(scene)[1, 1] == many.dark
    assert cells(scene)[0, 0] == few.dark


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("Spectral", "#9e0142"),
        ("RdYlGn", "#a50026"),
        ("Blues", "#f7fbff"),
        ("Turbo", "#8d0b00"),
        ("Viridis", "#ffe722"),
    ],
)
def test_a_scheme_ends_at_its_own_colour(name: str, most: str) -> None:
    assert cells(drawn(buckets(), color={"scheme": name}))[1, 1] == most


def test_an_unknown_scheme_is_that_of_a_rainbow() -> None:
    assert scheme_colours("?", 8) == scheme_colours("Spectral", 8)


def test_colours_can_be_reversed_and_fewer() -> None:
    assert scheme_colours("Oranges", 8, reverse=True) == scheme_colours("Oranges", 8)[::-1]
    scene = drawn(buckets(), color={"scheme": "Oranges", "steps": 2})
    assert len(set(cells(scene).values())) == 2


def test_one_colour_can_be_more_or_less_opaque() -> None:
    def alpha(scale: str) -> int:
        scene = drawn(buckets(), color={"mode": "opacity", "fill": "#ff0000", "scale": scale, "exponent": 0.5})
        assert cells(scene)[1, 1] == "#ff0000"
        return int(cells(scene)[1, 0][7:], 16)

    assert alpha("exponential") > alpha("linear") > 0


def test_colours_can_go_between_other_limits() -> None:
    scene = drawn(buckets(), color={"min": 0, "max": 5})
    assert cells(scene)[1, 1] == cells(scene)[1, 0]
    assert "5" in texts(scene)


def test_names_of_buckets_are_those_of_their_upper_ends() -> None:
    assert axis(drawn(buckets(), yAxis={"unit": "s"}))[:4] == ["0 s", "100 ms", "500 ms", "1 s"]


def test_names_stand_at_the_end_that_the_layout_says() -> None:
    def height(layout: str) -> float:
        scene = drawn(buckets(), rowsFrame={"layout": layout})
        return next(text.y for text in found(scene, Text) if text.text == "0.5")

    assert height("le") < height("unknown") < height("ge")
    assert "0.0" not in texts(drawn(buckets(labels=())))


def test_the_axis_can_be_reversed_moved_hidden_and_named() -> None:
    upright, reverse = drawn(buckets()), drawn(buckets(), yAxis={"reverse": True})
    top, bottom = (next(text.y for text in found(scene, Text) if text.text == "0.1") for scene in (reverse, upright))
    assert top < bottom
    right = drawn(buckets(), yAxis={"axisPlacement": "right", "axisLabel": "Latency"})
    assert next(text for text in found(right, Text) if text.text == "0.5").x > 500
    assert "Latency" in texts(right)
    assert "0.5" not in texts(drawn(buckets(), yAxis={"axisPlacement": "hidden"}))


def test_a_low_panel_shows_fewer_names() -> None:
    many = buckets({str(number): [1, 2, 3] for number in range(1, 30)})
    assert len(axis(drawn(many))) > len(axis(drawn(many, box=Box(0, 0, 600, 150)))) > 2


def test_a_gap_is_left_between_cells() -> None:
    (wide, high), (narrow, low) = (sizes(drawn(buckets(), cellGap=gap)) for gap in (0, 5))
    assert (wide - narrow, high - low) == pytest.approx((5, 5))


def test_counts_can_stand_in_cells() -> None:
    assert "20" in texts(drawn(buckets(), showValue="auto", legend={"show": False}))
    assert "20" not in texts(drawn(buckets(), legend={"show": False}))


def test_the_legend_goes_from_the_fewest_to_the_most() -> None:
    scene = drawn(buckets())
    strip = next(rect for rect in found(scene, Rect) if isinstance(rect.fill, Gradient))
    assert strip.width == 300
    low, high = (text for text in found(scene, Text) if text.y > strip.y)
    assert (low.text, high.text) == ("1", "20")
    assert not [
        rect for rect in found(drawn(buckets(), legend={"show": False}), Rect) if isinstance(rect.fill, Gradient)
    ]


def test_series_of_one_bucket_each_are_joined_in_the_order_of_their_bounds() -> None:
    each = [
        Frame((Field("Time", "time", [START, START + MINUTE]), Field("Value", "number", [1, 2], {"le": bound})))
        for bound in ("10", "2", "+Inf")
    ]
    assert axis(drawn(*each))[:4] == ["0.0", "2", "10", "+Inf"]


def test_cells_of_a_frame_have_numbers_on_the_axis() -> None:
    frame = Frame(
        (
            Field("xMax", "time", [START + MINUTE, START + MINUTE, START + 2 * MINUTE]),
            Field("yMin", "number", [0, 10, 10]),
            Field("yMax", "number", [10, 20, 20]),
            Field("count", "number", [1, 5, 9]),
        ),
        meta={"type": "heatmap-cells"},
    )
    scene = drawn(frame, yAxis={"unit": "ms"})
    assert set(cells(scene)) == {(0, 0), (0, 1), (1, 1)}
    assert {"0 ms", "20 ms"} <= set(texts(scene))


def spread() -> Frame:
    """Return values that grow for an hour."""
    times = [START + number * MINUTE for number in range(60)]
    return Frame((Field("Time", "time", times), Field("v", "number", [float(number) for number in range(60)])))


def test_values_can_be_counted() -> None:
    scene = drawn(spread(), calculate=True, calculation={"yBuckets": {"mode": "size", "value": "30"}})
    rows = {row for _, row in cells(scene)}
    assert rows == {0, 1}
    sized = {"xBuckets": {"mode": "size", "value": "30m"}, "yBuckets": {"mode": "size", "value": "60"}}
    assert {count for _, count in cells(drawn(spread(), calculate=True, calculation=sized))} == {0}
    many = {"xBuckets": {"mode": "count", "value": "60"}, "yBuckets": {"mode": "count", "value": "60"}}
    assert len(cells(drawn(spread(), calculate=True, calculation=many))) == 60


@pytest.mark.parametrize(
    ("most", "height"), [(0.16, 0.015), (0.09, 0.01), (0.3, 0.03), (0.7, 0.075), (14, 1), (20, 2), (140, 15), (330, 35)]
)
def test_the_height_of_counted_buckets_is_half_a_round_number_or_a_whole_one(most: float, height: float) -> None:
    time, values = Field("Time", "time", [0.0, 60_000.0]), Field("a", "number", [0.0, most])
    heat = heat_of_values([Frame((time, values))], {})
    assert heat is not None
    low, high = heat.rows[0]
    assert high - low == pytest.approx(height)


def test_values_can_be_counted_on_a_logarithmic_axis() -> None:
    calculation = {"yBuckets": {"scale": {"type": "log", "log": 2}}}
    scene = drawn(spread(), calculate=True, calculation=calculation)
    assert {row for _, row in cells(scene)} == set(range(6)), "one for each power of two from 1 to 32"


def test_a_pointer_reads_the_buckets_of_a_column_from_above() -> None:
    readings = drawn(buckets()).readings
    assert readings is not None
    assert [one.name for one in readings.series] == ["1", "0.5", "0.1"]
    assert [list(one.texts) for one in readings.series] == [["", "2", "8"], ["10", "20", "3"], ["1", "5", ""]]
    assert readings.time


def test_without_cells_there_is_no_data() -> None:
    assert texts(drawn()) == ["No data"]
    assert texts(drawn(buckets({"1": [0, 0, 0]}))) == ["No data"]
    assert texts(drawn(Frame((Field("v", "number", [1]),)))) == ["No data"]
