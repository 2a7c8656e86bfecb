"""A dashboard as a page shows it: titles, links, annotations, files, and what a push would change."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from dashkit.errors import ServerError
from dashkit.preview.compared import Compared, pairs, picture, picture_name
from dashkit.preview.compared import page as comparison_page
from dashkit.preview.data import Annotation
from dashkit.preview.frames import Field, Frame
from dashkit.preview.links import safe_url
from dashkit.preview.sources.port import Answer, Board, Listed, View
from dashkit.preview.sources.steps import steps_of
from dashkit.preview.static_site import file_name, site
from dashkit.preview.view import Asked, dashboard_links, opened, panels, parts
from tests.support.scenes import texts

NOW = datetime(2024, 5, 15, 12, tzinfo=UTC)


class Made:
    """Answers each query with one series, and notes what it was asked."""

    title, remote = "made up", False

    def __init__(self) -> None:
        self.asked: list[tuple[Mapping[str, Any], View]] = []

    def ask(self, panel: Mapping[str, Any], targets: Sequence[Mapping[str, Any]], view: View) -> list[Answer]:
        self.asked += [(target, view) for target in targets]
        times = [view.time.start + number * view.interval for number in range(5)]
        fields = (Field("Time", "time", times), Field("Value", "number", [1.0, 2.0, 3.0, 2.0, 1.0], {"job": "api"}))
        return [Answer([Frame(fields, ref_id="A")]) for _ in targets]

    def values(self, variable: Mapping[str, Any], query: str, view: View) -> list[str]:
        return ["api", "db"]

    def annotations(self, annotation: Mapping[str, Any], view: View) -> list[Annotation]:
        if annotation.get("name") == "broken":
            raise ServerError("cannot be asked")
        return [Annotation(view.time.start, view.time.start, "Deployed", "blue")]


def panel(number: int, **more: Any) -> dict[str, Any]:
    target = {
        "refId": "A",
        "expr": 'rate(x{job=~"$job"}[$__rate_interval])',
        "datasource": {"type": "prometheus", "uid": "$ds"},
    }
    place = {"x": 0, "y": 8 * number, "w": 12, "h": 8}
    return {
        "id": number,
        "type": "timeseries",
        "title": f"Of $job {number}",
        "gridPos": place,
        "targets": [target],
        **more,
    }


JOB = {"type": "query", "name": "job", "query": "label_values(job)", "multi": True, "current": {"value": ["api"]}}


def board(*shown: Mapping[str, Any], **more: Any) -> Board:
    spec = {"uid": "made", "title": "Made", "panels": list(shown), "templating": {"list": [JOB]}, **more}
    return Board(Listed("made", "Made", ("Ops",)), spec, {1: "x.py:3"})


def test_titles_and_queries_get_the_values_of_variables() -> None:
    data = Made()
    found = list(
        parts(opened(board(panel(1)), Asked(variables={"job": ["api", "db"]}), data, 15_000, (), NOW), data, 1408)
    )
    assert found[1]["title"] == "Of api + db 1"
    assert data.asked[0][0]["expr"] == 'rate(x{job=~"(api|db)"}[60s])'


def test_a_panel_asks_for_as_many_points_as_it_is_wide_and_no_more_often_than_data_is_collected() -> None:
    data = Made()
    shown = opened(board(panel(1), panel(2, interval="5m"), panel(3, maxDataPoints=10)), Asked(), data, 15_000, (), NOW)
    list(panels(shown, data, 1408))
    assert sorted((view.interval, view.points) for _, view in data.asked) == [
        (30_000, 700),
        (300_000, 700),
        (1_800_000, 10),
    ]


@pytest.mark.parametrize(
    ("more", "expr", "step"),
    [
        ({"interval": "2m"}, "x[2m] 480s", 120_000),
        ({"intervalFactor": 4}, "x[2m] 60s", 120_000),
        ({"interval": "$every"}, "x[5m] 1200s", 300_000),
        ({"interval": "$__rate_interval"}, "x[1m] 60s", 60_000),
        ({"interval": "$__interval"}, "x[30s] 120s", 30_000),
        ({}, "x[30s] 60s", 30_000),
    ],
)
def test_a_query_of_a_prometheus_gets_the_intervals_of_its_own_step(
    more: Mapping[str, Any], expr: str, step: float
) -> None:
    data = Made()
    target = {"expr": "x[$__interval] $__rate_interval", "datasource": {"uid": "p"}, **more}
    every = {"type": "custom", "name": "every", "query": "5m,10m"}
    shown = opened(board(panel(1, targets=[target]), templating={"list": [every]}), Asked(), data, 15_000, (), NOW)
    list(panels(shown, data, 1408))
    ((asked, view),) = data.asked
    assert (asked["expr"], steps_of(asked, view).step) == (expr, step)


def test_the_least_interval_of_a_panel_can_be_a_variable_and_titles_write_it_in_words() -> None:
    data = Made()
    every = {"type": "custom", "name": "every", "query": "90s"}
    shown = opened(
        board(panel(1, interval="$every", title="By $__interval"), templating={"list": [every]}),
        Asked(), data, 15_000, (), NOW,
    )  # fmt: skip
    (part,) = panels(shown, data, 1408)
    assert (data.asked[0][1].interval, "By 1m" in part["html"]) == (90_000, True)


def test_values_are_written_for_a_prometheus_where_only_its_uid_is_known() -> None:
    data = Made()
    target = {"expr": 'x{job=~"$job"}', "datasource": {"uid": "$ds"}}
    shown = opened(board(panel(1, targets=[target])), Asked(variables={"job": ["api", "db"]}), data, 15_000, (), NOW)
    list(panels(shown, data, 1408))
    assert data.asked[0][0]["expr"] == 'x{job=~"(api|db)"}'


def test_annotations_are_asked_at_a_hundred_points() -> None:
    seen: list[View] = []

    class Noted(Made):
        def annotations(self, annotation: Mapping[str, Any], view: View) -> list[Annotation]:
            seen.append(view)
            return []

    opened(board(annotations={"list": [{"expr": "up"}]}), Asked(width=2000), Noted(), 15_000, (), NOW)
    assert [(view.points, view.interval) for view in seen] == [(100, 300_000)]


@pytest.mark.parametrize(("schema", "rows"), [(30, 2), (31, 1)])
def test_fields_of_labels_are_put_together_in_old_dashboards(schema: int, rows: int) -> None:
    class Two(Made):
        def ask(self, panel: Mapping[str, Any], targets: Sequence[Mapping[str, Any]], view: View) -> list[Answer]:
            values = [Field("Value", "number", [1.0], {"job": job}) for job in ("api", "db")]
            return [Answer([Frame((Field("Time", "time", [0.0]), value)) for value in values])]

    table = panel(1, type="table", transformations=[{"id": "labelsToFields"}])
    data = Two()
    shown = opened(board(table, schemaVersion=schema), Asked(), data, 15_000, (), NOW)
    (part,) = panels(shown, data, 1408)
    assert sum(job in part["html"] for job in (">api<", ">db<")) == rows


def test_a_panel_may_have_a_time_range_of_its_own() -> None:
    data = Made()
    shown = opened(board(panel(1, timeFrom="1h", timeShift="1d")), Asked(), data, 15_000, (), NOW)
    list(panels(shown, data, 1408))
    (_, view) = data.asked[0]
    assert view.time.width == 3_600_000
    assert NOW.timestamp() * 1000 - view.time.end == 86_400_000


def test_a_panel_can_show_the_data_of_another() -> None:
    other = panel(2, targets=[{"refId": "A", "panelId": 1, "datasource": {"uid": "-- Dashboard --"}}])
    data = Made()
    list(panels(opened(board(panel(1), other), Asked(), data, 15_000, (), NOW), data, 1408))
    assert [target["expr"] for target, _ in data.asked] == ['rate(x{job=~"api"}[60s])'] * 2


def test_panels_that_show_each_others_data_say_what_is_missing() -> None:
    def other(number: int, shown: int) -> dict[str, Any]:
        return panel(number, targets=[{"refId": "A", "panelId": shown, "datasource": {"uid": "-- Dashboard --"}}])

    data = Made()
    found = list(panels(opened(board(other(1, 2), other(2, 1)), Asked(), data, 15_000, (), NOW), data, 1408))
    assert ["which is not in this dashboard" in part["error"] for part in found] == [True, True]


def test_a_panel_that_cannot_be_drawn_hides_no_other() -> None:
    class Faulty(Made):
        def ask(self, panel: Mapping[str, Any], targets: Sequence[Mapping[str, Any]], view: View) -> list[Answer]:
            if panel["id"] == 1:
                raise ZeroDivisionError("by nothing")
            return super().ask(panel, targets, view)

    data = Faulty()
    shown = opened(board(panel(1), panel(2)), Asked(), data, 15_000, (), NOW)
    found = list(panels(shown, data, 1408))
    assert ["cannot be drawn" in part["html"] for part in found] == [True, False]


def test_a_list_of_dashboards_has_those_that_there_are() -> None:
    listed = [Listed("a", "Alpha", ("Ops",), ("shop",)), Listed("b", "Beta", (), ())]
    options = {"showSearch": True, "showStarred": False, "showHeadings": False, "tags": ["shop"]}
    kinds = {"type": "dashlist", "options": options, "targets": []}
    shown = opened(board(panel(1, **kinds)), Asked(), Made(), 15_000, listed, NOW)
    (part,) = panels(shown, Made(), 1408)
    assert 'href="/d/a"' in part["html"]
    assert "Beta" not in part["html"]


def test_hidden_queries_are_not_asked() -> None:
    data = Made()
    hidden = panel(1)
    hidden["targets"] = [{**hidden["targets"][0], "hide": True}]
    list(panels(opened(board(hidden), Asked(), data, 15_000, (), NOW), data, 1408))
    assert data.asked == []


def test_annotations_that_cannot_be_asked_hide_nothing() -> None:
    marks = [{"name": "broken"}, {"name": "good"}, {"name": "off", "enable": False}]
    shown = opened(board(panel(1), annotations={"list": marks}), Asked(), Made(), 15_000, (), NOW)
    assert [mark.text for mark in shown.page.annotations] == ["Deployed"]


def test_links_by_tag_lead_to_the_dashboards_that_have_it() -> None:
    listed = [Listed("made", "Made", (), ("shop",)), Listed("a", "A", (), ("shop", "x")), Listed("b", "B", (), ("x",))]
    link = {"type": "dashboards", "tags": ["shop"], "includeVars": True, "keepTime": True}
    spec = {"uid": "made", "links": [link]}
    shown = opened(board(), Asked(start="now-1h", end="now"), Made(), 15_000, (), NOW)
    (found,) = dashboard_links(spec, listed, Asked(start="now-1h", end="now"), shown.variables)
    assert (found.title, found.url) == ("A", "/d/a?from=now-1h&to=now&var-job=api")
    (menu,) = dashboard_links({**spec, "links": [{**link, "asDropdown": True, "title": "Shop"}]}, listed, Asked(), ())
    assert [one.title for one in menu.menu] == ["A"]


def test_values_of_variables_are_escaped_in_addresses_and_readable_in_titles() -> None:
    evil = {"type": "textbox", "name": "v", "query": "a&b=c d"}
    links = [{"title": "To $v", "url": "https://x.org/?q=$v&${__url_time_range}&${__all_variables}"}]
    shown = opened(board(panel(1, links=links), templating={"list": [evil]}), Asked(), Made(), 15_000, (), NOW)
    (link,) = shown.links_of(shown.sections[0].items[0])
    assert link.title == "To a&b=c d"
    assert link.url == "https://x.org/?q=a%26b%3Dc%20d&from=1715752800000&to=1715774400000&var-v=a%26b%3Dc+d"


@pytest.mark.parametrize(
    ("url", "safe"),
    [("https://x.org/a", True), ("/d/x", True), ("javascript:alert(1)", False), (" JavaScript:x", False), ("data:text/html,x", False),
     ("d/x?a=b:c", True), ("mailto:a@example.org", True), ("vbscript:x", False)],
)  # fmt: skip
def test_only_addresses_that_run_nothing_are_linked(url: str, safe: bool) -> None:
    assert bool(safe_url(url)) is safe


def test_a_request_with_odd_numbers_gets_a_usual_page() -> None:
    assert Asked.of([("width", "x")]).width == 1408
    assert Asked.of([("width", "999999")]).width == 8000
    asked = Asked.of([("var-a", "1"), ("var-a", "2"), ("folded", "r1"), ("open", "r2")])
    assert (asked.variables, asked.folded, asked.opened) == ({"a": ["1", "2"]}, {"r1"}, {"r2"})


def test_a_site_opens_without_a_server() -> None:
    row = {"id": 9, "type": "row", "title": "More", "collapsed": True, "gridPos": {"x": 0, "y": 40, "w": 24, "h": 1}}
    shown = board(
        panel(1), {**row, "panels": [panel(2)]}, links=[{"type": "link", "title": "Other", "url": "/d/other/x"}]
    )
    other = Board(Listed("other", "Other", ()), {"uid": "other", "title": "Other", "panels": []})
    files = {name: make().decode() for name, make in site([shown, other], Made(), 15_000, NOW)}
    assert sorted(files) == ["index.html", "made.html", "other.html"]
    page = files["made.html"]
    assert 'href="other.html"' in page
    assert 'href="index.html"' in page
    assert page.count("<svg") >= 4  # both panels, in both layouts
    assert not re.search(r'(?:src|href)="(?:https?:|/)', page)
    assert not re.search(r"url\((?!\"data:|#)", page)
    assert "made up" in page


def test_a_page_of_a_site_is_small_before_it_has_data() -> None:
    empty = Board(Listed("made", "Made", ()), {"uid": "made", "title": "Made", "panels": []})
    for _, make in site([empty], Made(), 15_000, NOW):
        assert len(make()) < 300_000


def test_names_of_files_are_safe_and_different() -> None:
    assert file_name("a-b_c.1") == "a-b_c.1"
    odd = [file_name(name) for name in ("../../etc", "a/b", "a b", "..", ".hidden", "", "x" * 300, "x" * 301)]
    assert len(set(odd)) == len(odd)
    assert all(re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,220}", name) for name in odd)


def changed(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> Compared:
    return Compared("made", "Made", "Ops", "update", [("~", "panel 'A' unit")], before, after)


def test_panels_that_differ_are_drawn_before_and_after() -> None:
    before = board(panel(1), panel(2), panel(3)).spec
    after = board(panel(1), panel(2, title="New"), panel(4)).spec
    found = list(pairs(changed(before, after), Made(), 15_000, NOW))
    assert [(pair.title, pair.state) for pair in found] == [
        ("New", "changed"),
        ("Of api 4", "added"),
        ("Of api 3", "removed"),
    ]
    drawn = [texts(picture(pair)) for pair in found]
    assert {"Of api 2", "New", "before", "after"} <= set(drawn[0])
    assert "not there" in drawn[1]
    assert picture_name(changed(before, after), found[0]) == "made-p2-changed.png"


def test_a_panel_that_only_moved_is_not_drawn() -> None:
    moved = panel(1)
    moved["gridPos"] = {"x": 12, "y": 8, "w": 12, "h": 8}
    assert list(pairs(changed(board(panel(1)).spec, board(moved).spec), Made(), 15_000, NOW)) == []


def test_a_dashboard_that_is_new_or_goes_is_drawn_on_one_side() -> None:
    spec = board(panel(1)).spec
    assert [pair.state for pair in pairs(changed(None, spec), Made(), 15_000, NOW)] == ["added"]
    assert [pair.state for pair in pairs(changed(spec, None), Made(), 15_000, NOW)] == ["removed"]


def test_the_page_of_changes_stands_alone() -> None:
    before, after = board(panel(1)).spec, board(panel(1, title="<b>New</b>")).spec
    html = comparison_page([changed(before, after)], "prod", Made(), 15_000, NOW).decode()
    assert "&lt;b&gt;New&lt;/b&gt;" in html
    assert "panel &#39;A&#39; unit" in html
    assert not re.search(r'src="', html)
