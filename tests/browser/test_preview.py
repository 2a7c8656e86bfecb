"""The pages in a real browser."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dashkit.preview.dynamic.document import readable
from dashkit.preview.pages import Failed
from dashkit.preview.sample.source import Sample
from dashkit.preview.sources.port import Board, Listed
from dashkit.preview.static_site import site
from tests.conftest import Project
from tests.support.browser import Open, settled
from tests.support.dynamic import auto, board, grid, panel, rows, tabs, thing
from tests.support.pages import Boards, csv_panel, dashboard, served

if TYPE_CHECKING:
    from playwright.sync_api import Page

CSV = "time,api,auth\n" + "\n".join(f"{1700000000000 + 60000 * n},{100 + n},{50 - n}" for n in range(60))
TIME = {"from": "2023-11-14T22:13:20Z", "to": "2023-11-14T23:13:20Z"}
JOBS = {
    "type": "custom",
    "name": "job",
    "query": "red,green,blue",
    "multi": True,
    "includeAll": True,
    "current": {"value": ["red"]},
}
ONE = {"type": "custom", "name": "one", "query": "first,second", "current": {"value": "first"}}


def shown(*panels: dict[str, Any], **more: Any) -> dict[str, Any]:
    return dashboard("made", *panels, time=TIME, **more)


@pytest.fixture
def boards() -> Boards:
    return Boards(shown(csv_panel(CSV, title="Of $one and $job"), templating={"list": [ONE, JOBS]}))


@pytest.fixture
def address(boards: Boards) -> Iterator[str]:
    with served(boards) as found:
        yield found


def title(page: Page) -> str:
    return page.locator(".panel h3").first.inner_text()


def test_the_index_finds_dashboards_by_title_folder_and_tag(boards: Boards, address: str, open_page: Open) -> None:
    boards.specs["x"] = dashboard("x", title="Payments", tags=["money"])
    page = open_page(address)
    page.fill("#search", "money made")
    assert page.locator(".index li:visible").all_inner_texts() == ["Payments money"]
    page.click("text=Payments")
    assert page.url.endswith("/d/x")


def test_the_pointer_reads_the_values_that_the_data_has(address: str, open_page: Open) -> None:
    page = open_page(f"{address}/d/made")
    box = page.locator(".content svg").first.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] - 12, box["y"] + 60)
    rows = page.locator("#tip tr").all_inner_texts()
    assert [row.split() for row in rows] == [["api", "159"], ["auth", "-9"]]
    page.mouse.move(5, 5)
    assert page.locator("#tip").is_hidden()


def test_dragging_over_a_plot_chooses_a_time_range_and_back_undoes_it(address: str, open_page: Open) -> None:
    page = open_page(f"{address}/d/made")
    box = page.locator(".content svg").first.bounding_box()
    assert box
    page.mouse.move(box["x"] + 200, box["y"] + 50)
    page.mouse.down()
    page.mouse.move(box["x"] + 300, box["y"] + 50, steps=4)
    page.mouse.up()
    page.wait_for_url("**from=17*")
    settled(page)
    assert "2023-11-14 22:" in page.locator("#range option:checked").inner_text()
    page.go_back()
    settled(page)
    assert "from=" not in page.url


def test_times_can_be_written_and_what_is_shown_stands_there(address: str, open_page: Open) -> None:
    page = open_page(f"{address}/d/made")
    page.click("text=from, to")
    page.fill("#times [name=from]", "2023-11-14 22:20")
    page.fill("#times [name=to]", "2023-11-14 22:40")
    page.click("#times button")
    page.wait_for_url("**from=2023-11-14+22%3A20*")
    settled(page)
    assert ">22:25<" in page.locator(".content svg").first.inner_html()


def test_variables_change_what_is_shown_and_stay_in_the_address(address: str, open_page: Open) -> None:
    page = open_page(f"{address}/d/made")
    assert title(page) == "Of first and red"
    page.select_option('select[name="one"]', "second")
    page.wait_for_selector("h3:has-text('Of second')")
    page.click("details.variable summary")
    page.check('input[name="job"][value="blue"]')
    page.wait_for_selector("h3:has-text('red + blue')")
    assert page.locator("details.variable").get_attribute("open") is not None
    page.check('input[name="job"][value="$__all"]')
    page.wait_for_selector("h3:has-text('and All')")
    page.reload()
    settled(page)
    assert title(page) == "Of second and All"


def test_a_save_shows_within_a_second_and_keeps_place_and_variables(
    boards: Boards, address: str, open_page: Open
) -> None:
    more = [csv_panel(CSV, title=f"Panel {number}") for number in range(6)]
    boards.specs["made"] = shown(*more, templating={"list": [ONE]})
    page = open_page(f"{address}/d/made?var-one=second", height=600)
    page.evaluate("window.scrollTo(0, 700)")
    boards.specs["made"] = shown(*more, csv_panel(CSV, title="A new one of $one"), templating={"list": [ONE]})
    boards.changed()
    page.wait_for_selector("h3:has-text('A new one of second')", timeout=3000)
    assert page.evaluate("window.scrollY") == 700


def test_a_broken_module_shows_and_heals(boards: Boards, address: str, open_page: Open) -> None:
    page = open_page(f"{address}/d/made")
    boards.failed = [Failed("dashboards/x.py:3", "NameError: no foo")]
    boards.changed()
    page.wait_for_selector("#banner >> text=NameError: no foo")
    assert title(page) == "Of first and red"
    boards.failed = []
    boards.changed()
    page.wait_for_selector("#banner .failure", state="detached")


def test_rows_fold_and_fetch_their_panels_when_they_open(boards: Boards, address: str, open_page: Open) -> None:
    row = {"type": "row", "title": "More", "collapsed": True, "panels": [{**csv_panel(CSV, title="Inside"), "id": 9}]}
    boards.specs["made"] = shown(row)
    page = open_page(f"{address}/d/made")
    fold = page.locator(".fold")
    assert fold.get_attribute("aria-expanded") == "false"
    assert page.locator("text=Inside").is_hidden()
    fold.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".panel .content svg")
    assert page.locator(".fold").get_attribute("aria-expanded") == "true"


def test_a_click_in_the_legend_shows_one_series_and_another_all(address: str, open_page: Open) -> None:
    page = open_page(f"{address}/d/made")

    def lines() -> list[bool]:
        return [page.locator(f'svg [data-series="{number}"]').is_visible() for number in (0, 1)]

    page.click(".legend button >> nth=0")
    assert lines() == [True, False]
    page.click(".legend button >> nth=0")
    assert lines() == [True, True]


def test_both_themes_can_be_chosen_and_stay(address: str, open_page: Open) -> None:
    page = open_page(f"{address}/d/made")

    def ground() -> str:
        return str(page.evaluate("getComputedStyle(document.querySelector('.panel')).backgroundColor"))

    dark = ground()
    page.click("#theme")
    assert ground() != dark
    page.reload()
    settled(page)
    assert ground() == "rgb(255, 255, 255)"


@pytest.mark.parametrize("width", [360, 1440, 3840])
def test_panels_fit_any_width_and_none_overlaps(boards: Boards, address: str, open_page: Open, width: int) -> None:
    panels = [
        {**csv_panel(CSV, title=f"Panel {n}"), "gridPos": {"x": 8 * (n % 3), "y": 8 * (n // 3), "w": 8, "h": 8}}
        for n in range(6)
    ]
    boards.specs["made"] = shown(*panels)
    page = open_page(f"{address}/d/made", width=width)
    boxes = [one.bounding_box() for one in page.locator(".panel").all()]
    for number, one in enumerate(boxes):
        assert one is not None
        assert one["x"] >= 0
        assert one["x"] + one["width"] <= width
        for other in boxes[:number]:
            assert other is not None
            apart = one["x"] >= other["x"] + other["width"] or one["y"] >= other["y"] + other["height"]
            assert apart or other["x"] >= one["x"] + one["width"]
    drawn = page.locator(".content svg").first.bounding_box()
    assert drawn is not None
    content = page.locator(".content").first.bounding_box()
    assert content is not None
    assert abs(drawn["width"] - content["width"]) < 1.5


def dynamic(layout: dict[str, Any], panels: int = 4, **more: Any) -> dict[str, Any]:
    """A dashboard of the v2 schema, with data in its panels."""
    spec = board(layout, panels, **more)
    for number in range(1, panels + 1):
        target = {"scenarioId": "csv_content", "csvContent": CSV}
        asked = thing("PanelQuery", refId="A", query={"kind": "DataQuery", "group": "testdata", "spec": target})
        spec["elements"][f"panel-{number}"] = panel(number, data=thing("QueryGroup", queries=[asked]))
    return {**readable(spec), "uid": "made", "title": "Made"}


INNER = tabs({"title": "Deep one", "layout": grid(2)}, {"title": "Deep two", "layout": auto(3, 4)})
TABS = tabs({"title": "First", "layout": grid(1)}, {"title": "Second tab", "layout": INNER})


def titles(page: Page) -> list[str]:
    return page.locator(".panel:visible h3").all_inner_texts()


def test_a_click_on_a_tab_shows_that_one_and_the_address_keeps_it(
    boards: Boards, address: str, open_page: Open
) -> None:
    boards.specs["made"] = dynamic(TABS)
    page = open_page(f"{address}/d/made")
    assert titles(page) == ["P1"]
    page.get_by_role("tab", name="Second tab").click()
    page.wait_for_selector('.panel[data-key="p2"] .content svg')
    assert titles(page) == ["P2"]
    page.get_by_role("tab", name="Deep two").click()
    page.wait_for_selector('.panel[data-key="p4"] .content svg')
    assert titles(page) == ["P3", "P4"]
    assert page.url.endswith("?dtab=second-tab&second-tab-dtab=deep-two")
    page.reload()
    settled(page)
    assert titles(page) == ["P3", "P4"]
    page.go_back()
    page.wait_for_selector('.panel[data-key="p2"] .content svg')
    assert titles(page) == ["P2"]


def test_the_keyboard_reaches_tabs_and_a_save_leaves_the_open_one(
    boards: Boards, address: str, open_page: Open
) -> None:
    boards.specs["made"] = dynamic(TABS)
    page = open_page(f"{address}/d/made")
    page.get_by_role("tab", name="First").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_selector('.panel[data-key="p2"] .content svg')
    boards.specs["made"] = dynamic(
        tabs({"title": "New", "layout": grid(3)}, *(one["spec"] for one in TABS["spec"]["tabs"]))
    )
    boards.changed()
    page.wait_for_selector("text=New")
    settled(page)
    assert titles(page) == ["P2"]
    assert page.evaluate("document.activeElement.getAttribute('role')") == "tab"


def test_a_row_with_rows_in_it_folds_as_one(boards: Boards, address: str, open_page: Open) -> None:
    inner = rows({"title": "In", "layout": grid(1)}, {"title": "Too", "collapse": True, "layout": auto(2)})
    boards.specs["made"] = dynamic(rows({"title": "Out", "layout": inner}, {"hideHeader": True, "layout": grid(3)}))
    page = open_page(f"{address}/d/made")
    assert titles(page) == ["P1", "P3"]
    page.get_by_role("button", name="Out").click()
    assert titles(page) == ["P3"]
    page.get_by_role("button", name="Out").click()
    page.get_by_role("button", name="Too").click()
    page.wait_for_selector('.panel[data-key="p2"] .content svg')
    assert titles(page) == ["P1", "P2", "P3"]


@pytest.mark.parametrize(("width", "across"), [(1440, 3), (1024, 2), (360, 1)])
def test_panels_of_an_auto_grid_are_drawn_as_wide_as_the_browser_makes_them(
    boards: Boards, address: str, open_page: Open, width: int, across: int
) -> None:
    boards.specs["made"] = dynamic(rows({"title": "R", "layout": auto(1, 2, 3, 4, rowHeightMode="short")}))
    page = open_page(f"{address}/d/made", width=width)
    boxes = [one.bounding_box() for one in page.locator(".panel").all()]
    assert len({round(box["x"]) for box in boxes if box}) == across
    assert {round(box["height"]) for box in boxes if box} == {168}
    for content in page.locator(".content").all():
        drawn, room = content.locator("svg").first.bounding_box(), content.bounding_box()
        assert drawn is not None
        assert room is not None
        assert abs(drawn["width"] - room["width"]) < 1.5


@pytest.mark.parametrize("height", [1000, 1300])
def test_an_auto_grid_fills_the_screen_if_it_says_so(
    boards: Boards, address: str, open_page: Open, height: int
) -> None:
    filling = auto(1, 2, 3, rowHeightMode="short", fillScreen=True, maxColumnCount=2)
    layout = tabs(
        {
            "title": "T",
            "layout": rows({"title": "R", "layout": grid(4)}, {"title": "S", "fillScreen": True, "layout": filling}),
        }
    )
    one = thing("CustomVariable", name="one", query="first,second")
    boards.specs["made"] = dynamic(layout, variables=[one])
    page = open_page(f"{address}/d/made", height=height)
    assert page.evaluate("document.documentElement.scrollHeight") <= height
    low = [box["y"] + box["height"] for one in page.locator(".panel").all() if (box := one.bounding_box())]
    assert height - 80 < max(low) <= height
    boxes = [content.bounding_box() for content in page.locator(".content").all()]
    drawn = [content.locator("svg").first.bounding_box() for content in page.locator(".content").all()]
    assert all(box and svg and abs(box["height"] - svg["height"]) < 1.5 for box, svg in zip(boxes, drawn, strict=True))


def test_what_a_condition_hides_comes_and_goes_with_its_variable(boards: Boards, address: str, open_page: Open) -> None:
    is_second = thing("ConditionalRenderingVariable", variable="one", operator="equals", value="second")
    group = thing("ConditionalRenderingGroup", visibility="show", condition="and", items=[is_second])
    one = thing("CustomVariable", name="one", query="first,second", current={"text": "first", "value": "first"})
    layout = rows({"title": "R", "conditionalRendering": group, "layout": grid(1)}, {"title": "S", "layout": grid(2)})
    boards.specs["made"] = dynamic(layout, variables=[one])
    page = open_page(f"{address}/d/made")
    assert titles(page) == ["P2"]
    assert page.locator(".absentee").inner_text() == "R hidden: one is not second"
    page.select_option('select[name="one"]', "second")
    page.wait_for_selector('.panel[data-key="p1"] .content svg')
    assert page.locator(".absentee").count() == 0


@pytest.fixture
def file(tmp_path: Path) -> str:
    """The address of a page with tabs in a site of files."""
    for name, make in site([Board(Listed("made", "Made", ()), dynamic(TABS))], Sample(()), 15_000, datetime.now(UTC)):
        (tmp_path / name).write_bytes(make())
    return (tmp_path / "made.html").as_uri()


@pytest.mark.parametrize("width", [1440, 360])
def test_tabs_of_a_page_without_a_server_open_and_keep_their_address(file: str, open_page: Open, width: int) -> None:
    page = open_page(file, width=width)
    assert titles(page) == ["P1"]
    page.get_by_role("tab", name="Second tab").click()
    page.get_by_role("tab", name="Deep two").click()
    assert titles(page) == ["P3", "P4"]
    assert titles(open_page(f"{file}?dtab=second-tab", width=width)) == ["P2"]


def test_without_javascript_all_tabs_of_a_page_are_to_be_seen(file: str, open_page: Open) -> None:
    assert titles(open_page(file, java_script_enabled=False)) == ["P1", "P2", "P3", "P4"]


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_nothing_serious_stands_in_the_way_of_screen_readers(
    boards: Boards, address: str, open_page: Open, theme: str
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    description = {"description": "What it shows"}
    boards.specs["made"] = shown(
        csv_panel(CSV, **description), {"type": "row", "title": "A row"}, csv_panel("time,a"),
        templating={"list": [ONE, JOBS, {"type": "textbox", "name": "text", "query": "x"}]},
        links=[{"type": "link", "title": "A link", "url": "/d/made"}],
    )  # fmt: skip
    condition = thing("ConditionalRenderingVariable", variable="one", operator="equals", value="x")
    hidden = {"conditionalRendering": thing("ConditionalRenderingGroup", items=[condition])}
    layout = tabs(
        {"title": "A", "layout": rows({"title": "R", "layout": INNER}, {"title": "S", **hidden})},
        {"title": "B", **hidden},
    )
    one = thing("CustomVariable", name="one", query="first,second")
    boards.specs["dynamic"] = {**dynamic(layout, variables=[one]), "uid": "dynamic"}
    for path in ("/", "/d/made", "/d/dynamic"):
        page = open_page(f"{address}{path}")
        page.evaluate(f"document.documentElement.dataset.theme = {json.dumps(theme)}")
        found = Axe().run(page).response["violations"]
        serious = [
            (one["id"], [node["html"] for node in one["nodes"]][:3])
            for one in found
            if one["impact"] in ("serious", "critical")
        ]
        assert serious == []


@pytest.fixture
def following(project: Project) -> Iterator[str]:
    """The program itself, serving a project."""
    project.dashboard("checkout", title="Checkout")
    command = [sys.executable, "-m", "dashkit", "preview", "--port", "0"]
    with subprocess.Popen(
        command, cwd=project.folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0


def test_the_program_follows_each_save(following: str, project: Project, open_page: Open) -> None:
    page = open_page(following)
    page.wait_for_selector("text=Checkout")
    page.goto(f"{following}d/checkout")
    page.wait_for_selector(".panel .content svg")
    place = page.locator(".place").get_attribute("data-place")
    assert place == "dashboards/ops/checkout.py:2"
    module = project.dashboard("checkout", title="Checkout", expr="sum(")
    page.wait_for_selector(".note.error summary", timeout=10_000)
    good = module.read_text()
    module.write_text(good.replace("panels=[", "panels=[gone, "))
    page.wait_for_selector("#banner >> text=name 'gone' is not defined", timeout=5000)
    assert page.locator(".panel").count() == 1
    project.dashboard("checkout", title="Checkout")
    page.wait_for_selector("#banner .failure", state="detached", timeout=5000)
