"""Dashboards of the v2 schema as pages and pictures show them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from dashkit.preview import pages
from dashkit.preview.compared import Compared, pairs
from dashkit.preview.data import Annotation
from dashkit.preview.dynamic.document import readable
from dashkit.preview.frames import Field, Frame
from dashkit.preview.picture import dashboard_picture
from dashkit.preview.scene import Group, Text
from dashkit.preview.sources.port import Answer, Board, Listed, View
from dashkit.preview.static_site import site
from dashkit.preview.view import Asked, Opened, opened, parts
from tests.support.dynamic import LEAVES, auto, board, grid, misshapen, panel, query, rows, tabs, thing
from tests.support.scenes import found as shapes
from tests.support.scenes import texts

NOW = datetime(2024, 5, 15, 12, tzinfo=UTC)
ENV = thing("CustomVariable", name="env", query="dev,prod", current={"text": "dev", "value": "dev"})


class Made:
    """Answers each query but those for ``nothing`` with one series, and notes what it was asked."""

    title, remote = "made up", False

    def __init__(self) -> None:
        self.asked: list[str] = []

    def ask(self, panel: Mapping[str, Any], targets: Sequence[Mapping[str, Any]], view: View) -> list[Answer]:
        self.asked += [str(target.get("expr")) for target in targets]
        times = [view.time.start, view.time.end]
        frame = Frame((Field("Time", "time", times), Field("Value", "number", [1.0, 2.0])))
        return [Answer([] if target.get("expr") == "nothing" else [frame]) for target in targets]

    def values(self, variable: Mapping[str, Any], query: str, view: View) -> list[str]:
        return ["api", "db"]

    def annotations(self, annotation: Mapping[str, Any], view: View) -> list[Annotation]:
        return []


def asking(number: int, expr: str) -> dict[str, Any]:
    one = query("p", refId="A")
    one["spec"]["query"]["spec"]["expr"] = expr
    return panel(number, data=thing("QueryGroup", queries=[one]))


def dynamic(layout: dict[str, Any], panels: int = 4, *, exprs: Mapping[int, str] | None = None, **more: Any) -> Board:
    spec = board(layout, panels, **more)
    for number, expr in (exprs or {}).items():
        spec["elements"][f"panel-{number}"] = asking(number, expr)
    return Board(Listed("made", "Made", ("Ops",)), {**readable(spec), "uid": "made"})


def show(shown: Board, asked: Asked | None = None, data: Made | None = None) -> tuple[Opened, list[Mapping[str, Any]]]:
    source = data or Made()
    found = opened(shown, asked or Asked(), source, 15_000, (), NOW)
    return found, list(parts(found, source, 1408))


def drawn(answer: Sequence[Mapping[str, Any]]) -> list[str]:
    return [part["key"] for part in answer if part["kind"] == "panel"]


def when(*items: dict[str, Any], **more: Any) -> dict[str, Any]:
    return thing("ConditionalRenderingGroup", **{"visibility": "show", "condition": "and", **more}, items=list(items))


PROD = when(thing("ConditionalRenderingVariable", variable="env", operator="equals", value="prod"))
WITH_DATA = when(thing("ConditionalRenderingData", value=True))
TWO_TABS = tabs({"title": "One", "layout": grid(1)}, {"title": "Two", "layout": grid(2)})


def test_only_the_panels_of_the_open_tab_are_asked_for() -> None:
    shown = dynamic(TWO_TABS, exprs={1: "first", 2: "second"})
    data = Made()
    assert drawn(show(shown, data=data)[1]) == ["p1"]
    assert data.asked == ["first"]
    assert drawn(show(shown, Asked.of([("dtab", "two")]))[1]) == ["p2"]


def test_the_bar_names_each_tab_and_marks_the_open_one() -> None:
    frame = show(dynamic(TWO_TABS), Asked.of([("dtab", "two")]))[1][0]["html"]
    assert re.findall(r'role="tab".*?aria-selected="(\w+)" data-slug="(\w+)"', frame) == [
        ("false", "one"),
        ("true", "two"),
    ]
    assert re.findall(r'<div class="pane".*?data-title="(\w+)"( hidden)?>', frame) == [("One", " hidden"), ("Two", "")]


def test_what_a_condition_hides_leaves_a_note_where_it_would_be() -> None:
    item = {"conditionalRendering": PROD}
    layout = rows(
        {"title": "Row", "conditionalRendering": PROD, "layout": grid(1)},
        {"title": "Seen", "layout": auto(2, item=item)},
    )
    frame, *shown = show(dynamic(layout, variables=[ENV]))[1]
    assert shown == []
    assert re.findall(r'class="absentee"[^>]*>(\w+) <small[^>]*>([^<]*)<', frame["html"]) == [
        ("Row", "hidden: env is not prod"),
        ("P2", "hidden: env is not prod"),
    ]
    chosen = show(dynamic(layout, variables=[ENV]), Asked(variables={"env": ["prod"]}))[1]
    assert drawn(chosen) == ["p1", "p2"]
    assert "hidden:" not in chosen[0]["html"]


def test_a_hidden_tab_is_marked_and_still_open_if_it_is_the_first() -> None:
    layout = tabs(
        {"title": "One", "conditionalRendering": PROD, "layout": grid(1)}, {"title": "Two", "layout": grid(2)}
    )
    frame, *shown = show(dynamic(layout, variables=[ENV]))[1]
    assert "hidden: env is not prod" in frame["html"]
    assert drawn(shown) == ["p1"]


def test_a_panel_that_wants_data_is_hidden_without_any() -> None:
    item = {"conditionalRendering": WITH_DATA}
    _, answer = show(dynamic(auto(1, 2, item=item), exprs={1: "nothing", 2: "something"}))
    assert drawn(answer) == ["p2"]
    assert "hidden: it has no data" in answer[0]["html"]
    data = Made()
    data.remote = True
    assert drawn(show(dynamic(auto(1, 2, item=item), exprs={1: "nothing", 2: "something"}), data=data)[1]) == ["p2"]


def test_a_condition_on_the_time_range_looks_at_the_one_that_is_shown() -> None:
    short = when(thing("ConditionalRenderingTimeRangeSize", value="1d"))
    board_ = dynamic(auto(1, item={"conditionalRendering": short}))
    assert drawn(show(board_, Asked(start="now-6h", end="now"))[1]) == ["p1"]
    assert drawn(show(board_, Asked(start="now-2d", end="now"))[1]) == []


def test_queries_in_a_row_get_the_values_of_its_own_variables() -> None:
    own = thing("CustomVariable", name="zone", query="eu,us-$env", current={"text": "eu", "value": "eu"})
    named = thing("QueryVariable", name="job", label="Its job", query={"group": "prometheus", "spec": {"query": "x"}})
    layout = rows(
        {"title": "Of $zone", "variables": [own, named], "layout": grid(1)}, {"title": "S", "layout": grid(2)}
    )
    shown = dynamic(layout, exprs={1: "a_$zone-$job", 2: "b_$zone"}, variables=[ENV])
    data = Made()
    frame = show(shown, data=data)[1][0]["html"]
    assert data.asked == ["a_eu-api", "b_$zone"]
    assert "Of eu" in frame
    assert 'aria-label="Variables of Of eu"' in frame
    assert "Its job" in frame
    data = Made()
    show(shown, Asked(variables={"job": ["db"]}), data)
    assert data.asked[0] == "a_eu-db"


def test_conditions_and_repeats_see_the_variables_of_the_row_around() -> None:
    own = thing("CustomVariable", name="env", query="prod", multi=True, includeAll=True, current={"value": ["$__all"]})
    inner = rows({"title": "$env", "repeat": {"value": "env"}, "conditionalRendering": PROD, "layout": grid(1)})
    shown = dynamic(rows({"title": "R", "variables": [own], "layout": inner}), variables=[ENV])
    assert drawn(show(shown)[1]) == ["p1"]


def test_a_picture_has_the_panels_of_all_tabs_each_below_the_name_of_its_tab() -> None:
    shown, _ = show(dynamic(TWO_TABS))
    scene = dashboard_picture(shown, Made(), 1440)
    assert [one for one in texts(scene) if one in ("One", "Two", "P1", "P2")] == ["One", "P1", "Two", "P2"]
    heights = [text.y for text in shapes(scene, Text) if text.text in ("One", "Two")]
    panels = [group.offset[1] for group in scene.shapes if isinstance(group, Group)]
    assert heights[0] < panels[0] < heights[1] < panels[1]
    assert scene.height > panels[1] + 8 * 38 - 8


def test_a_picture_says_what_is_hidden() -> None:
    layout = rows(
        {"title": "Row", "conditionalRendering": PROD, "layout": grid(1)},
        {"title": "Seen", "layout": auto(2, item={"conditionalRendering": PROD})},
    )
    other = tabs({"title": "Open", "layout": layout}, {"title": "Tab", "conditionalRendering": PROD, "layout": grid(3)})
    said = texts(dashboard_picture(show(dynamic(other, variables=[ENV]))[0], Made(), 1440))
    assert {f"{name} (hidden: env is not prod)" for name in ("Row", "P2", "Tab")} <= set(said)
    assert "P1" not in said
    assert "P3" not in said


def test_panels_of_a_picture_neither_overlap_nor_leave_it() -> None:
    inner = tabs({"title": "T", "layout": auto(1, 2, 3)}, {"title": "U", "layout": grid(4)})
    layout = rows({"title": "R", "layout": inner}, {"title": "S", "layout": rows({"title": "I", "layout": auto(5, 6)})})
    for width in (1440, 900, 600):
        shown = opened(dynamic(layout, 6), Asked(width=width - 32), Made(), 15_000, (), NOW)
        scene = dashboard_picture(shown, Made(), width)
        corners = [group.offset for group in scene.shapes if isinstance(group, Group)]
        assert len(set(corners)) == 6
        assert all(16 <= x < width and 16 <= y < scene.height for x, y in corners)
        assert [y for _, y in corners] == sorted(y for _, y in corners)


def test_a_page_of_a_site_has_the_panels_of_all_tabs() -> None:
    layout = rows({"title": "R", "collapse": True, "layout": TWO_TABS}, {"title": "S", "layout": auto(3, 4)})
    files = {name: make().decode() for name, make in site([dynamic(layout)], Made(), 15_000, NOW)}
    page = files["made.html"]
    for number in (1, 2, 3, 4):
        assert len(re.findall(rf'data-key="p{number}"', page)) == 2  # in both layouts
    assert page.count('<div class="content" aria-busy') == 0
    ids = re.findall(r'\bid="([^"]*)"', page)
    assert len(ids) == len(set(ids))
    assert "<noscript><style>" in page


def test_a_panel_that_moves_into_a_tab_has_not_changed_and_one_behind_a_condition_is_compared() -> None:
    before = dynamic(grid(1, 2), 2).spec
    hidden = auto(1, 2, item={"conditionalRendering": PROD})
    after_board = board(tabs({"title": "T", "layout": hidden}), 2, variables=[ENV])
    after_board["elements"]["panel-2"] = panel(2, "New")
    compared = Compared("made", "Made", "Ops", "update", [], before, readable(after_board))
    assert [(pair.title, pair.state) for pair in pairs(compared, Made(), 15_000, NOW)] == [("New", "changed")]


def test_findings_of_the_check_stand_beside_panels_in_tabs() -> None:
    from dashkit.model.problem import Problem, Severity

    problem = Problem(rule="DK301", severity=Severity.ERROR, message="bad", dashboard="made", panel_id=2)
    shown, _ = show(replace(dynamic(TWO_TABS), problems=[problem]))
    assert "DK301" in pages.frame(shown)


def everything() -> dict[str, Any]:
    repeat = {"mode": "variable", "value": "job"}
    every = thing("CustomVariable", name="job", query="a,b", multi=True, includeAll=True, current={"value": ["$__all"]})
    inner = rows(
        {"title": "I", "layout": grid(1, repeat=repeat), "variables": [thing("TextVariable", name="t")]},
        {"title": "C", "collapse": True, "layout": auto(2, item={"conditionalRendering": WITH_DATA, "repeat": repeat})},
        {"title": "H", "hideHeader": True, "layout": tabs({"title": "N", "layout": grid(3)}), "repeat": repeat},
    )
    layout = tabs({"title": "T", "layout": inner, "conditionalRendering": PROD}, {"layout": auto(4), "repeat": repeat})
    return board(layout, 4, variables=[ENV, every])


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 2**32), leaves=st.lists(LEAVES, min_size=1, max_size=5))
def test_no_misshapen_layout_is_a_crash(seed: int, leaves: list[Any]) -> None:
    spec = everything()
    spec["layout"] = misshapen({"layout": spec["layout"]}, seed, leaves)["layout"]
    shown, answer = show(Board(Listed("made", "Made", ()), readable(spec)))
    assert answer[0]["kind"] == "frame"
    assert dashboard_picture(shown, Made(), 1440).height > 0
