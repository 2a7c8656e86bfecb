"""Tables: columns, the order of rows, kinds of cells, footers."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from dashkit.preview.data import Data, TimeRange
from dashkit.preview.display.theme import TEXT, named, readable_on
from dashkit.preview.draw import Page
from dashkit.preview.draw import drawn as drawn_panel
from dashkit.preview.fields.resolve import resolved
from dashkit.preview.frames import Field, Frame
from dashkit.preview.layout import Item, Size
from dashkit.preview.panels import draw, field_config
from dashkit.preview.sample.source import Sample
from dashkit.preview.scene import Box, Gradient, Group, Html, Path, Radial, Rect, Scene, Text
from tests.support.scenes import found, texts

BOX = Box(0, 0, 600, 300)
THRESHOLDS = {
    "mode": "absolute",
    "steps": [{"color": "green", "value": None}, {"color": "orange", "value": 10}, {"color": "red", "value": 50}],
}


def frame(**columns: list[Any]) -> Frame:
    return Frame(tuple(Field(name, _kind(values), values) for name, values in columns.items()))


def _kind(values: list[Any]) -> Any:
    known = [value for value in values if value is not None]
    return "number" if all(type(value) in (int, float) for value in known) else "string" if all(isinstance(value, str) for value in known) else "other"  # fmt: skip


def drawn(
    *frames: Frame, custom: Any = None, box: Box = BOX, overrides: Any = (), defaults: Any = None, **options: Any
) -> Scene:
    """Draw a table of frames; ``custom`` are the options of all columns, ``options`` those of the panel."""
    panel = {
        "type": "table",
        "options": options,
        "fieldConfig": {
            "defaults": {"custom": custom or {}, "thresholds": THRESHOLDS, **(defaults or {})},
            "overrides": list(overrides),
        },
    }
    return draw(panel, Data(resolved(frames, field_config(panel)), TimeRange(0, 1000)), box)


def override(name: str, **properties: Any) -> dict[str, Any]:
    ids = [{"id": key.replace("__", "."), "value": value} for key, value in properties.items()]
    return {"matcher": {"id": "byName", "options": name}, "properties": ids}


def cells(kind: str, **options: Any) -> dict[str, Any]:
    return {"cellOptions": {"type": kind, **options}}


def said(scene: Scene, words: str) -> Text:
    return next(text for text in found(scene, Text) if text.text == words)


def html(scene: Scene) -> str:
    return next(shape.html for shape in scene.shapes if isinstance(shape, Html))


def fills(scene: Scene) -> list[Any]:
    return [rect.fill for rect in found(scene, Rect) if rect.height > 20 and rect.width > 2 and rect.fill is not None]


class TestColumns:
    def test_each_field_has_a_header_and_a_text_for_each_row(self) -> None:
        assert texts(drawn(frame(name=["a", "b"], value=[1, 2]))) == ["name", "value", "a", "1", "b", "2"]

    def test_columns_share_the_width(self) -> None:
        scene = drawn(frame(a=["x"], b=["y"], c=["z"]))
        assert [said(scene, word).x for word in "xyz"] == [6, 206, 406]

    def test_a_column_with_a_width_leaves_the_rest_to_the_others(self) -> None:
        scene = drawn(frame(a=["x"], b=["y"], c=["z"]), overrides=[override("a", custom__width=100)])
        assert [said(scene, word).x for word in "xyz"] == [6, 106, 356]

    @pytest.mark.parametrize(("least", "second"), [(None, 156), (260, 266)])
    def test_no_column_gets_narrower_than_its_least_width(self, least: int | None, second: float) -> None:
        custom = {"minWidth": least} if least else {}
        scene = drawn(frame(a=["x"], b=["y"]), custom=custom, box=Box(0, 0, 270, 100))
        assert said(scene, "y").x == second

    def test_numbers_stand_at_the_right_and_texts_at_the_left(self) -> None:
        scene = drawn(frame(name=["x"], value=[5]))
        assert (said(scene, "x").anchor, said(scene, "5").anchor) == ("start", "end")
        assert said(scene, "5").x == 594

    @pytest.mark.parametrize(("align", "anchor"), [("left", "start"), ("center", "middle"), ("right", "end")])
    def test_options_align_a_column(self, align: str, anchor: str) -> None:
        assert said(drawn(frame(value=[5]), custom={"align": align}), "5").anchor == anchor

    @pytest.mark.parametrize("hidden", [{"custom__hidden": True}, {"custom__hideFrom": {"viz": True}}])
    def test_hidden_columns_are_left_out(self, hidden: dict[str, Any]) -> None:
        assert texts(drawn(frame(a=["x"], b=["y"]), overrides=[override("a", **hidden)])) == ["b", "y"]

    def test_a_table_can_do_without_its_header(self) -> None:
        assert texts(drawn(frame(a=["x"]), showHeader=False)) == ["x"]

    @pytest.mark.parametrize(("size", "height"), [("sm", 36), ("md", 42), ("lg", 48), ("odd", 36)])
    def test_rows_have_one_of_three_heights(self, size: str, height: float) -> None:
        scene = drawn(frame(a=["x", "y"]), cellHeight=size)
        assert said(scene, "y").y - said(scene, "x").y == pytest.approx(height)

    def test_texts_that_wrap_make_their_row_higher(self) -> None:
        words = "many words " * 20
        scene = drawn(frame(a=[words, "next"]), custom={"wrapText": True}, box=Box(0, 0, 200, 900))
        lines = [text for text in texts(scene) if text.startswith(("many", "words"))]
        assert len(lines) > 3
        assert said(scene, "next").y > 29 + 22 * len(lines)

    def test_without_rows_the_header_stays(self) -> None:
        assert texts(drawn(frame(a=[], b=[]))) == ["a", "b", "No data"]

    def test_without_columns_there_is_no_data(self) -> None:
        assert texts(drawn()) == ["No data"]
        assert texts(drawn(frame(a=[1]), custom={"hidden": True})) == ["No data"]


class TestRows:
    def test_rows_are_sorted_by_a_column_and_an_arrow_says_so(self) -> None:
        scene = drawn(frame(value=[2, None, 10, 1]), sortBy=[{"displayName": "value", "desc": True}])
        assert texts(scene) == ["value", "10", "2", "1"]
        assert found(scene, Path)
        assert not found(drawn(frame(value=[1])), Path)

    def test_texts_are_sorted_as_people_do_it(self) -> None:
        scene = drawn(frame(name=["pod-10", "Pod-9", "a"]), sortBy=[{"displayName": "name"}])
        assert texts(scene)[1:] == ["a", "Pod-9", "pod-10"]

    def test_later_columns_decide_where_earlier_ones_are_equal(self) -> None:
        order = [{"displayName": "a"}, {"displayName": "b", "desc": True}]
        scene = drawn(frame(a=["x", "x", "w"], b=[1, 2, 3]), sortBy=order)
        assert texts(scene)[2:] == ["w", "3", "x", "2", "x", "1"]

    def test_a_picture_has_no_more_rows_than_there_is_room_for(self) -> None:
        scene = drawn(frame(a=[f"row {number}" for number in range(5000)]))
        assert len(texts(scene)) < 12

    def test_a_page_has_some_hundred_rows_and_says_how_many_more_there_are(self) -> None:
        page = html(drawn(frame(a=[f"row {number}" for number in range(5000)])))
        assert page.count("<tr>") <= 500
        assert f"and {5000 - page.count('<td')} more rows" in page

    def test_of_several_tables_the_chosen_one_is_shown(self) -> None:
        first, second = (
            Frame((Field("a", "string", ["x"]),), name="one"),
            Frame((Field("b", "string", ["y"]),), name="two"),
        )
        scene = drawn(first, second, frameIndex=1)
        assert {"two", "two b", "y"} == set(texts(scene))
        assert any("2 of 2" in note for note in scene.notes)

    @pytest.mark.parametrize("index", [7, -1, "1", None])
    def test_a_table_that_does_not_exist_is_the_first_one(self, index: Any) -> None:
        assert "x" in texts(drawn(frame(a=["x"]), frame(b=["y"]), frameIndex=index))


class TestCells:
    def test_values_are_shown_in_their_unit(self) -> None:
        assert "1.50 s" in texts(drawn(frame(a=[1.5]), defaults={"unit": "s"}))

    def test_coloured_texts_have_the_colour_of_their_threshold(self) -> None:
        scene = drawn(frame(a=[1, 20, 60]), custom=cells("color-text"))
        assert [said(scene, word).fill for word in ("1", "20", "60")] == [named("green"), named("orange"), named("red")]

    def test_coloured_backgrounds_are_plain_or_run_from_another_shade(self) -> None:
        plain = drawn(frame(a=[60]), custom=cells("color-background", mode="basic"))
        assert fills(plain) == [named("red")]
        assert said(plain, "60").fill == readable_on(named("red"))
        (shade,) = fills(drawn(frame(a=[60]), custom=cells("color-background", mode="gradient")))
        assert isinstance(shade, Gradient)
        assert shade.stops[1][1] == named("red") != shade.stops[0][1]

    def test_a_background_can_be_that_of_the_whole_row(self) -> None:
        row = override("a", custom__cellOptions={"type": "color-background", "mode": "basic", "applyToRow": True})
        scene = drawn(frame(a=[60, 1], b=["x", "y"]), overrides=[row])
        assert fills(scene) == [named("red")] * 2 + [named("green")] * 2
        assert said(scene, "x").fill == readable_on(named("red"))

    def test_the_bar_of_a_gauge_is_as_long_as_its_value(self) -> None:
        scene = drawn(frame(a=[25, 50, 100]), custom=cells("gauge", mode="basic"), defaults={"min": 0, "max": 100})
        quarter, half, whole = (rect.x + rect.width for rect in found(scene, Rect) if rect.width == 2)
        assert whole - half == pytest.approx(2 * (half - quarter), abs=2)
        assert texts(scene)[1:] == ["25", "50", "100"]

    def test_a_gradient_runs_through_the_thresholds_that_are_reached(self) -> None:
        scene = drawn(frame(a=[20]), custom=cells("gauge", mode="gradient"), defaults={"min": 0, "max": 100})
        (paint,) = (rect.fill for rect in found(scene, Rect) if isinstance(rect.fill, Gradient))
        assert {colour for _, colour in paint.stops} == {named("green"), named("orange")}

    def test_lamps_are_lit_up_to_the_value(self) -> None:
        scene = drawn(frame(a=[50]), custom=cells("gauge", mode="lcd"), defaults={"min": 0, "max": 100})
        lamps = [rect for rect in found(scene, Rect) if rect.height == 22]
        lit = [lamp for lamp in lamps if isinstance(lamp.fill, Radial)]
        dark = [lamp for lamp in lamps if not isinstance(lamp.fill, Radial)]
        assert len(lit) == pytest.approx(len(dark), abs=1)
        assert max(lamp.x for lamp in lit) < min(lamp.x for lamp in dark)

    @pytest.mark.parametrize(
        ("mode", "ink"), [("color", named("orange")), ("text", TEXT.primary), (None, TEXT.primary)]
    )
    def test_the_value_of_a_gauge_may_have_its_colour(self, mode: str | None, ink: Any) -> None:
        assert said(drawn(frame(a=[20]), custom=cells("gauge", valueDisplayMode=mode)), "20").fill == ink

    def test_the_value_of_a_gauge_can_be_hidden(self) -> None:
        assert texts(drawn(frame(a=[20]), custom=cells("gauge", valueDisplayMode="hidden"))) == ["a"]

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("lcd-gauge", cells("gauge", mode="lcd")), ("gradient-gauge", cells("gauge", mode="gradient")),
            ("color-background", cells("color-background", mode="gradient")), ("color-text", cells("color-text")),
            ("color-background-solid", cells("color-background", mode="basic")), ("basic", cells("gauge", mode="basic")),
        ],
    )  # fmt: skip
    def test_kinds_of_cells_had_other_names_before(self, old: str, new: dict[str, Any]) -> None:
        data = frame(a=[1, 60])
        assert drawn(data, custom={"displayMode": old}).shapes == drawn(data, custom=new).shapes

    def test_series_are_lines_with_their_value(self) -> None:
        times = Field("Time", "time", [0, 1000, 2000])
        cell = Frame((times, Field("Value", "number", [1, 3, 2])), meta={"value": 7})
        source = Frame((Field("trend", "other", [cell]),))
        scene = drawn(source, custom=cells("sparkline"))
        assert "7" in texts(scene)
        assert any(path.stroke for path in found(scene, Path))
        assert "7" not in texts(drawn(source, custom=cells("sparkline", hideValue=True)))

    def test_structures_are_written_as_json(self) -> None:
        data = frame(a=[{"b": [1, None]}, None])
        assert '{"b":[1,null]}' in texts(drawn(data))
        assert '{"b":1}' in texts(drawn(frame(a=['{"b": 1}']), custom=cells("json-view")))

    def test_lists_become_pills_whose_colour_comes_from_their_text(self) -> None:
        scene = drawn(frame(a=["x, y", '["x"]']), custom=cells("pill"))
        assert [text for text in texts(scene) if text in "xy"] == ["x", "y", "x"]
        first, second, again = (rect.fill for rect in found(scene, Rect) if rect.radius == 10)
        assert first == again != second

    def test_a_mapping_chooses_the_colour_and_the_text_of_a_pill(self) -> None:
        mappings = [{"type": "value", "options": {"x": {"color": "red", "text": "X!"}}}]
        scene = drawn(frame(a=["x"]), custom=cells("pill"), defaults={"mappings": mappings})
        assert "X!" in texts(scene)
        assert [rect.fill for rect in found(scene, Rect) if rect.radius == 10] == [named("red")]

    def test_markdown_is_laid_out(self) -> None:
        scene = drawn(frame(a=["some **bold** words"]), custom=cells("markdown"))
        assert said(scene, "bold").weight == 500
        assert "<strong>bold</strong>" in html(scene)

    def test_pages_load_images_from_safe_addresses_only(self) -> None:
        page = html(drawn(frame(a=["https://x.org/a.png", "javascript:alert(1)"]), custom=cells("image", alt="logo")))
        assert page.count("<img") == 1
        assert 'src="https://x.org/a.png" alt="logo"' in page

    def test_texts_are_escaped(self) -> None:
        page = html(drawn(frame(**{"<b>name": ["<script>alert(1)</script>"]})))
        assert not [tag for tag in ("<script>", "<b>") if tag in page]

    def test_long_texts_are_cut_off_but_can_be_read(self) -> None:
        words = "word " * 30
        assert f'title="{words}"' in html(drawn(frame(a=[words])))
        assert 'title="short"' not in html(drawn(frame(a=["short"])))

    def test_ids_of_gradients_are_those_of_equal_gradients_only(self) -> None:
        page = html(
            drawn(frame(a=[20, 60, 20]), custom=cells("gauge", mode="gradient"), defaults={"min": 0, "max": 100})
        )
        names = [part.split('"')[0] for part in page.split('<linearGradient id="')[1:]]
        assert names[0] == names[2] != names[1]


class TestFooters:
    def test_a_calculation_stands_below_its_column_and_its_name_at_the_left(self) -> None:
        footer = {"show": True, "reducer": ["sum"], "fields": ["b"]}
        scene = drawn(frame(a=["x", "y"], b=[1, 2], c=[5, 6]), footer=footer)
        assert texts(scene)[-2:] == ["Total", "3"]
        assert said(scene, "3").x == 394

    @pytest.mark.parametrize("fields", ["", [], [""], None])
    def test_all_numbers_have_a_footer_if_no_fields_are_named(self, fields: Any) -> None:
        footer = {"show": True, "reducer": ["max"], "fields": fields}
        assert texts(drawn(frame(a=["x"], b=[1], c=[5]), footer=footer))[-3:] == ["Max", "1", "5"]

    def test_fields_ask_for_their_own_calculations(self) -> None:
        overrides = [
            override("a", custom__footer={"reducers": ["count"]}), override("b", custom__footer={"reducers": ["sum", "mean"]}),
        ]  # fmt: skip
        scene = drawn(frame(a=["x", "y"], b=[1, 2]), overrides=overrides)
        assert texts(scene)[-6:] == ["Count", "2", "Total", "3", "Mean", "1.50"]

    def test_texts_have_no_mean(self) -> None:
        scene = drawn(frame(b=[1], a=["x"]), custom={"footer": {"reducers": ["mean"]}})
        assert texts(scene)[-2:] == ["Mean", "1"]

    def test_rows_can_be_counted(self) -> None:
        footer = {"show": True, "reducer": ["count"], "countRows": True}
        assert texts(drawn(frame(a=["x", "y"], b=["z", "z"]), footer=footer))[-2:] == ["Count", "2"]

    def test_a_footer_that_is_off_is_not_shown(self) -> None:
        assert "Total" not in texts(drawn(frame(a=["x"], b=[1]), footer={"show": False, "reducer": ["sum"]}))

    def test_rows_end_above_the_footer(self) -> None:
        footer = {"show": True, "reducer": ["sum"]}
        scene = drawn(frame(a=["x"] * 50, b=[1] * 50), footer=footer)
        body = next(group.clip for group in found(scene, Group) if group.clip and group.clip.y == 29)
        assert body.bottom < said(scene, "Total").y - 10


class TestLinks:
    def links(self, scene: Scene) -> list[str]:
        return [group.link for group in found(scene, Group) if group.link]

    def link(self, url: str, data: Frame | None = None, name: str = "a") -> list[str]:
        data = data or frame(a=["x y"], b=[1.5])
        return self.links(
            drawn(data, overrides=[override(name, links=[{"url": url, "title": "t"}])], defaults={"unit": "s"})
        )

    def test_variables_in_addresses_are_those_of_the_row(self) -> None:
        assert self.link("/d/x?a=${__value.raw}&b=${__data.fields.b}&n=${__data.fields[1].numeric}") == [
            "/d/x?a=x%20y&b=1.50%20s&n=1.5"
        ]

    def test_fields_are_named_in_several_ways(self) -> None:
        data = frame(a=["x"], **{"long name": [2]})
        assert self.link('/?${__data.fields["long name"]}${__data.fields[long name].numeric}', data) == ["/?2%20s2"]
        assert self.link("/?${__data.fields.missing}|", data) == ["/?|"]

    def test_hidden_fields_can_be_linked_to(self) -> None:
        overrides = [override("b", custom__hidden=True), override("a", links=[{"url": "/${__data.fields.b}"}])]
        assert self.links(drawn(frame(a=["x"], b=[7]), overrides=overrides)) == ["/7"]

    def test_names_and_labels_of_the_field_are_filled_in(self) -> None:
        source = Frame((Field("a", "number", [1], {"job": "api server"}),))
        panel = [
            {
                "matcher": {"id": "byType", "options": "number"},
                "properties": [{"id": "links", "value": [{"url": "/${__field.name}/${__field.labels.job}"}]}],
            }
        ]
        assert self.links(drawn(source, overrides=panel)) == ["/a/api%20server"]

    def test_the_time_range_is_filled_in(self) -> None:
        assert self.link("/d/x?${__url_time_range}&${__all_variables}") == ["/d/x?from=0&to=1000&"]

    def test_the_time_of_a_row_is_filled_in(self) -> None:
        source = Frame((Field("Time", "time", [5000]), Field("a", "string", ["x"])))
        assert self.link("/?at=${__value.time}", source) == ["/?at=5000"]

    @pytest.mark.parametrize(
        "address",
        [
            "javascript:alert(1)",
            " JavaScript:x",
            "java\nscript:x",
            "data:text/html,x",
            "vbscript:x",
            "\x01javascript:x",
        ],
    )
    def test_addresses_that_run_something_are_left_out(self, address: str) -> None:
        assert self.link(address) == []
        assert self.link("${__value.raw:raw}", frame(a=[address])) == []
        assert "script:" not in html(drawn(frame(a=["x"]), overrides=[override("a", links=[{"url": address}])]))

    @pytest.mark.parametrize("address", ["https://x.org/", "http://x.org", "mailto:a@x.org", "/d/x", "d/x?a=b:c", "#x"])
    def test_other_addresses_are_links(self, address: str) -> None:
        assert self.link(address) == [address]

    def test_pages_show_all_links_of_a_cell(self) -> None:
        links = [{"url": "/one", "title": "<One>"}, {"url": "/two", "title": "Two", "targetBlank": True}]
        page = html(drawn(frame(a=["x"]), overrides=[override("a", links=links)]))
        assert '<a href="/one" title="&lt;One&gt;">x</a>' in page
        assert '<a href="/two" title="Two" target="_blank" rel="noopener noreferrer">' in page

    def test_cells_can_list_their_links(self) -> None:
        links = [{"url": "/one", "title": "One"}, {"url": "/two", "title": "Two"}]
        scene = drawn(frame(a=["x"]), custom=cells("data-links"), defaults={"links": links})
        assert "One, Two" in texts(scene)


class TestOldTables:
    def drawn(self, data: Frame, *styles: dict[str, Any]) -> Scene:
        panel = {"type": "table-old", "styles": list(styles)}
        return draw(panel, Data(resolved([data], field_config(panel)), TimeRange(0, 1000)), BOX)

    def test_styles_name_hide_and_write_columns(self) -> None:
        scene = self.drawn(
            frame(Time=["x"], Value=[1.25]),
            {"pattern": "Time", "type": "hidden"},
            {"pattern": "/Val.*/", "type": "number", "alias": "Cost", "unit": "s", "decimals": 1},
        )
        assert texts(scene) == ["Cost", "1.3 s"]

    def test_the_style_of_all_columns_is_only_for_those_that_have_none(self) -> None:
        styles = {"pattern": "a", "decimals": 1}, {"pattern": "/.*/", "unit": "s", "decimals": 2, "type": "string"}
        assert texts(self.drawn(frame(a=[1.25], b=[2.25]), *styles)) == ["a", "b", "1.3 s", "2.25 s"]

    @pytest.mark.parametrize(("schema", "head"), [(16, "Styled"), (24, "Told")])
    def test_styles_win_in_dashboards_of_their_time(self, schema: int, head: str) -> None:
        override = {
            "matcher": {"id": "byName", "options": "Value"},
            "properties": [{"id": "displayName", "value": "Told"}],
        }
        panel = {
            "id": 1, "type": "table", "styles": [{"pattern": "Value", "alias": "Styled"}],
            "fieldConfig": {"defaults": {}, "overrides": [override]},
            "targets": [{"expr": "up", "format": "table", "instant": True, "datasource": {"type": "prometheus"}}],
        }  # fmt: skip
        page = Page({"schemaVersion": schema, "panels": [panel]}, {}, TimeRange(0, 3_600_000))
        picture = drawn_panel(Item("p1", panel, 0, 0, 12, 8), page, Sample([]), Size(600, 300))
        assert head in texts(picture.scene)

    def test_styles_colour_cells_by_thresholds(self) -> None:
        style = {"pattern": "a", "type": "number", "colorMode": "cell", "colors": ["green", "red"], "thresholds": ["5"]}
        assert fills(self.drawn(frame(a=[1, 9]), style)) == [named("green"), named("red")]

    def test_styles_link_cells(self) -> None:
        style = {"pattern": "a", "link": True, "linkUrl": "/d/${__cell}/$__cell_1", "linkTooltip": "go"}
        scene = self.drawn(frame(a=["x"], b=["y"]), style)
        assert [group.link for group in found(scene, Group) if group.link] == ["/d/x/y"]


anything = some.recursive(
    some.none() | some.booleans() | some.integers(-(2**53), 2**53) | some.floats() | some.text(max_size=5),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)
kinds = some.sampled_from(
    [
        "auto",
        "color-text",
        "color-background",
        "gauge",
        "sparkline",
        "json-view",
        "data-links",
        "image",
        "pill",
        "markdown",
        "?",
    ]
)
columns = some.one_of(
    some.tuples(some.just("number"), some.none() | some.floats() | some.integers(-(2**53), 2**53)),
    some.tuples(some.just("string"), some.none() | some.text(max_size=9)),
    some.tuples(some.just("time"), some.none() | some.integers(-(10**15), 10**15)),
    some.tuples(some.just("boolean"), some.none() | some.booleans()),
    some.tuples(some.just("other"), anything),
)
fields = some.lists(some.tuples(columns, some.text(max_size=4)), min_size=1, max_size=3)
option_names = ["sortBy", "footer", "frameIndex", "showHeader", "cellHeight"]
custom_names = [
    "width",
    "minWidth",
    "align",
    "hidden",
    "hideFrom",
    "footer",
    "wrapText",
    "wrapHeaderText",
    "displayMode",
]


@given(
    fields,
    some.dictionaries(some.sampled_from(option_names), anything),
    some.dictionaries(some.sampled_from(custom_names), anything),
    some.dictionaries(some.sampled_from(["mode", "valueDisplayMode", "hideValue", "applyToRow", "wrapText"]), anything),
    kinds,
    some.dictionaries(
        some.sampled_from(["unit", "decimals", "min", "max", "links", "mappings", "thresholds", "color"]), anything
    ),
)
def test_odd_options_and_data_do_not_raise(
    columns: Any, options: Any, custom: Any, style: Any, kind: str, defaults: Any
) -> None:
    source = Frame(tuple(Field(name, kind, [value, None]) for (kind, value), name in columns))
    custom = {**custom, "cellOptions": {**style, "type": kind}}
    scene = drawn(source, custom=custom, defaults=defaults, box=Box(0, 0, 100, 60), **options)
    assert all(math.isfinite(text.x + text.y) for text in found(scene, Text))
