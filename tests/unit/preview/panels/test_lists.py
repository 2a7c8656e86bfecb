"""Lists of what only a server knows: a box says what they would show. Dashboards are listed if they are known."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from dashkit.preview.data import Data, TimeRange
from dashkit.preview.panels import draw
from dashkit.preview.scene import Box, Group, Html, Scene, Text
from tests.support.scenes import found, texts

BOX = Box(0, 0, 400, 300)
KINDS = ["alertlist", "annolist", "dashlist", "gettingstarted", "news", "pluginlist", "welcome"]
BOARDS = [
    {"title": "Web <b>", "uid": "we/b", "folder": "Team", "tags": ["prod", "web"]},
    {"title": "Api", "uid": "api", "folder": ""},
    {"title": "Database", "uid": "db", "folder": "Team", "tags": ["prod"]},
]


def drawn(kind: str, box: Box = BOX, boards: Any = None, **options: Any) -> Scene:
    panel = {"type": kind, "options": options, **({} if boards is None else {"_dashboards": boards})}
    return draw(panel, Data((), TimeRange(0, 1)), box)


def words(scene: Scene) -> str:
    return " ".join(texts(scene))


@pytest.mark.parametrize("kind", KINDS)
def test_a_box_says_where_the_content_comes_from(kind: str) -> None:
    scene = drawn(kind)
    assert "this panel" in words(scene).lower()
    assert scene.notes


def test_alerts_show_their_filters() -> None:
    scene = drawn(
        "alertlist", stateFilter={"firing": True, "noData": True, "normal": False}, alertName="High", groupBy=["job", "pod"],
        alertInstanceLabelFilter='{job="api"}', maxItems=20, folder={"title": "Infra"}, dashboardAlerts=True,
    )  # fmt: skip
    shown = texts(scene)
    assert {
        "States: firing, no data",
        "Name: High",
        "Grouped by: job, pod",
        'Labels: {job="api"}',
        "At most: 20",
    } <= set(shown)
    assert {"Folder: Infra", "Only: alerts of this dashboard"} <= set(shown)


def test_options_that_say_nothing_are_not_shown() -> None:
    assert not [text for text in texts(drawn("alertlist", alertName="")) if ":" in text and "server" not in text]


def test_annotations_and_news_show_their_filters() -> None:
    assert "Tags: deploy" in texts(drawn("annolist", tags=["deploy"]))
    assert "Feed: https://x.org/feed.xml" in texts(drawn("news", feedUrl="https://x.org/feed.xml"))


def test_dashboards_that_are_not_known_are_described() -> None:
    scene = drawn("dashlist", showSearch=True, showStarred=False, query="web", tags=["prod"])
    assert "lists dashboards that a search finds" in words(scene)
    assert {"Search: web", "Tags: prod"} <= set(texts(scene))


def test_starred_dashboards_are_never_known() -> None:
    assert "starred dashboards" in words(drawn("dashlist", boards=BOARDS))


def test_known_dashboards_are_listed_by_title_with_folder_and_link() -> None:
    scene = drawn("dashlist", boards=BOARDS, showSearch=True)
    assert [text for text in texts(scene) if text] == ["Search", "Api", "Database", "Team", "Web <b>", "Team"]
    assert [group.link for group in found(scene, Group) if group.link] == ["/d/api", "/d/db", "/d/we%2Fb"]
    page = next(shape.html for shape in scene.shapes if isinstance(shape, Html))
    assert '<a href="/d/we%2Fb">Web &lt;b&gt;</a>' in page


@pytest.mark.parametrize(
    ("options", "titles"),
    [
        ({"query": "DATA"}, ["Database"]),
        ({"tags": ["prod"]}, ["Database", "Web <b>"]),
        ({"tags": ["prod", "web"]}, ["Web <b>"]),
        ({"maxItems": 1}, ["Api"]),
    ],
)
def test_dashboards_are_searched(options: dict[str, Any], titles: list[str]) -> None:
    scene = drawn("dashlist", boards=BOARDS, showSearch=True, showHeadings=False, **options)
    assert [text.text for text in found(scene, Text) if text.size == 14] == titles


anything = some.recursive(
    some.none() | some.booleans() | some.integers(-9, 99) | some.floats() | some.text(max_size=5),
    lambda inner: (
        some.lists(inner, max_size=3) | some.dictionaries(some.sampled_from(["title", "uid", "firing", "tags"]), inner)
    ),
    max_leaves=5,
)
names = some.sampled_from(
    [
        "stateFilter",
        "folder",
        "datasource",
        "groupBy",
        "maxItems",
        "viewMode",
        "tags",
        "query",
        "showSearch",
        "showStarred",
        "feedUrl",
    ]
)


@given(some.sampled_from(KINDS), some.dictionaries(names, anything), anything, some.floats(0, 200))
def test_odd_options_do_not_raise(kind: str, options: Any, boards: Any, width: float) -> None:
    assert drawn(kind, Box(0, 0, width, 60), boards, **options).summary
