"""Text: Markdown, HTML and code, as HTML on a page and laid out in a picture."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from dashkit.preview.data import Data, TimeRange
from dashkit.preview.display.theme import BACKGROUND, TEXT
from dashkit.preview.panels import draw
from dashkit.preview.scene import Box, Circle, Group, Html, Line, Rect, Scene, Text
from tests.support.scenes import found, texts

BOX = Box(0, 0, 400, 600)


def drawn(content: Any, mode: Any = "markdown", box: Box = BOX, **options: Any) -> Scene:
    panel = {"type": "text", "options": {"content": content, "mode": mode, **options}}
    return draw(panel, Data((), TimeRange(0, 1)), box)


def said(scene: Scene, words: str) -> Text:
    return next(text for text in found(scene, Text) if text.text == words)


def html(scene: Scene) -> str:
    return next(shape.html for shape in scene.shapes if isinstance(shape, Html))


class TestPictures:
    def test_headings_are_larger_the_higher_they_are(self) -> None:
        scene = drawn("# one\n## two\n### three\n\nplain")
        sizes = [said(scene, word).size for word in ("one", "two", "three", "plain")]
        assert sizes == sorted(sizes, reverse=True)
        assert len(set(sizes)) == 4

    def test_blocks_stand_below_each_other(self) -> None:
        scene = drawn("# one\n\ntwo\n\n- three\n- four\n\n```\nfive\n```\n\n> six")
        heights = [said(scene, word).y for word in ("one", "two", "three", "four", "five", "six")]
        assert heights == sorted(heights)
        assert len(set(heights)) == 6

    def test_paragraphs_wrap_at_the_width(self) -> None:
        narrow, wide = drawn("words " * 40, box=Box(0, 0, 200, 600)), drawn("words " * 40, box=Box(0, 0, 400, 600))
        assert len(texts(narrow)) > len(texts(wide)) > 1

    def test_a_word_that_is_too_long_is_broken(self) -> None:
        assert len(texts(drawn("x" * 200, box=Box(0, 0, 100, 600)))) > 5

    def test_bold_words_follow_the_others_in_their_line(self) -> None:
        scene = drawn("some **bold** words")
        some_, bold, words = said(scene, "some"), said(scene, "bold"), said(scene, "words")
        assert some_.weight == words.weight == 400 < bold.weight
        assert some_.x < bold.x < words.x
        assert some_.y == bold.y == words.y

    def test_words_without_a_space_between_them_stay_together(self) -> None:
        scene = drawn("**a**b, **c** d")
        gap = said(scene, "c").x - said(scene, "b,").x
        assert said(scene, "b,").x - said(scene, "a").x < 12
        assert gap > 12

    def test_code_has_a_box_around_it(self) -> None:
        scene = drawn("run `make all` now")
        (box,) = (rect for rect in found(scene, Rect) if rect.fill == BACKGROUND.canvas)
        code = said(scene, "make all")
        assert code.mono
        assert box.x < code.x < box.x + box.width < said(scene, "now").x

    def test_blocks_of_code_keep_their_spaces(self) -> None:
        assert texts(drawn("```\nif x:\n    y\n```")) == ["if x:", "    y"]

    def test_links_are_coloured_and_lead_somewhere(self) -> None:
        scene = drawn("to [the docs](https://x.org/docs)")
        assert said(scene, "the docs").fill == TEXT.link
        assert [group.link for group in found(scene, Group) if group.link] == ["https://x.org/docs"]

    def test_links_that_run_something_lead_nowhere(self) -> None:
        scene = drawn('<a href="javascript:alert(1)">x</a>', mode="html")
        assert not [group for group in found(scene, Group) if group.link]

    def test_items_of_lists_have_marks_and_are_indented_by_depth(self) -> None:
        scene = drawn("- one\n  - two\n\n7. seven\n8. eight")
        assert said(scene, "one").x < said(scene, "two").x
        assert len(found(scene, Circle)) == 2
        assert {"7.", "8."} <= set(texts(scene))

    def test_the_cells_of_a_table_stand_in_rows_and_columns(self) -> None:
        scene = drawn("| a | b |\n|---|---|\n| c | d |")
        a, b, c, d = (said(scene, word) for word in "abcd")
        assert (a.y, c.y) == (b.y, d.y)
        assert (a.x, b.x) == (c.x, d.x)
        assert a.weight > c.weight
        assert len([rect for rect in found(scene, Rect) if rect.stroke]) == 4

    def test_tables_that_are_too_wide_wrap_in_their_wide_columns(self) -> None:
        scene = drawn(f"| a | b |\n|---|---|\n| short | {'long ' * 40} |")
        assert "short" in texts(scene)
        assert max(rect.x + rect.width for rect in found(scene, Rect)) <= BOX.width + 1

    def test_breaks_and_struck_out_words_are_drawn(self) -> None:
        scene = drawn("one<br>two ~~three~~")
        assert said(scene, "one").y < said(scene, "two").y
        assert len(found(scene, Line)) == 1

    def test_html_is_laid_out_too(self) -> None:
        scene = drawn("<div>one</div><div>two <b>three</b></div><hr><img alt='a picture' src='/x.png'>", mode="html")
        assert said(scene, "one").y < said(scene, "two").y < said(scene, "a picture").y

    def test_what_lies_below_the_panel_is_not_drawn(self) -> None:
        assert len(texts(drawn("line\n\n" * 500, box=Box(0, 0, 200, 100)))) < 10


class TestPages:
    def test_markdown_becomes_html(self) -> None:
        assert "<h1>one</h1>" in html(drawn("# one"))

    @pytest.mark.parametrize("mode", ["markdown", "html"])
    def test_nothing_that_runs_gets_into_a_page(self, mode: str) -> None:
        hostile = '<script>alert(1)</script><img src=x onerror=alert(1)><iframe src="/"></iframe><b class="bar">x</b>'
        page = html(drawn(hostile, mode=mode))
        assert not [word for word in ("script", "onerror", "iframe", "bar") if word in page]

    def test_code_is_escaped(self) -> None:
        assert "&lt;b&gt;" in html(drawn("<b>", mode="code"))


class TestCode:
    def test_lines_are_monospaced_and_may_have_numbers(self) -> None:
        scene = drawn("one\n\ttwo", mode="code", code={"showLineNumbers": True})
        assert texts(scene) == ["1", "one", "2", "    two"]
        assert all(text.mono for text in found(scene, Text))
        assert texts(drawn("one", mode="code")) == ["one"]


def test_before_grafana_7_the_text_stood_in_the_panel() -> None:
    scene = draw({"type": "text", "mode": "html", "content": "<b>old</b>"}, Data((), TimeRange(0, 1)), BOX)
    assert texts(scene) == ["old"]


def test_the_summary_is_the_text() -> None:
    assert drawn("# One\n\ntwo **three**").summary == "Text: One two three"


pieces = some.sampled_from(["<td>", "</table>", "<table>", "<tr>", "</ul>", "<li>", "<ol start=x>", "</a>", "<a href=>", "#", "|", "`", "\n", "- ", "> ", "\t"])  # fmt: skip


@given(
    some.lists(pieces | some.text(max_size=5)).map("".join),
    some.sampled_from(["markdown", "html", "code", None, 3]),
    some.floats(0, 200),
)
def test_odd_texts_do_not_raise(content: str, mode: Any, width: float) -> None:
    scene = drawn(content, mode, Box(0, 0, width, 60), code={"showLineNumbers": True})
    assert all(math.isfinite(text.x + text.y) for text in found(scene, Text))


@pytest.mark.parametrize("content", [None, 3, [], {}])
def test_a_content_that_is_no_text_is_empty(content: Any) -> None:
    assert texts(drawn(content)) == []
