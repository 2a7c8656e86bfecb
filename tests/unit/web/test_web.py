"""The server of the pages: what it answers, and whom."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from dashkit.preview.pages import Failed
from dashkit.preview.sample.source import Sample
from dashkit.preview.sources.port import Answer
from dashkit.web.app import preview_app
from tests.support.loop import run
from tests.support.pages import Boards, csv_panel, dashboard, served

CSV = "time,api\n1700000000000,1\n1700000060000,2"
TIME = "from=1700000000000&to=1700000060000&width=1200"


@pytest.fixture
def boards() -> Boards:
    return Boards(dashboard("made", csv_panel(CSV), tags=["shop"]), dashboard("other", title="The other one"))


@pytest.fixture
def address(boards: Boards) -> Iterator[str]:
    with served(boards) as found:
        yield found


def lines(answer: requests.Response) -> list[dict[str, Any]]:
    return [json.loads(line) for line in answer.text.splitlines()]


def test_the_index_lists_the_dashboards_by_folder(address: str) -> None:
    page = requests.get(address, timeout=10).text
    assert "<h2>Made</h2>" in page
    assert 'href="/d/other">The other one</a>' in page


def test_a_dashboard_comes_as_its_frame_and_then_its_panels(address: str) -> None:
    parts = lines(requests.get(f"{address}/view/made?{TIME}", timeout=10))
    assert [part["kind"] for part in parts] == ["frame", "panel"]
    assert 'data-place="dashboards/made.py:7"' in parts[0]["html"]
    assert parts[1]["key"] == "p1"
    assert "<svg" in parts[1]["html"]


def test_a_panel_says_what_the_pointer_reads(address: str) -> None:
    html = lines(requests.get(f"{address}/view/made?{TIME}", timeout=10))[1]["html"]
    readings = json.loads(html.partition('<script type="application/json">')[2].partition("</script>")[0])
    assert readings["titles"] == ["2023-11-14 22:13:20", "2023-11-14 22:14:20"]
    assert [(one["name"], one["texts"]) for one in readings["series"]] == [("api", ["1", "2"])]


def test_folded_rows_send_no_panels(boards: Boards, address: str) -> None:
    row = {"id": 9, "type": "row", "collapsed": True, "gridPos": {"x": 0, "y": 0, "w": 24, "h": 1}}
    boards.specs["made"] = {"uid": "made", "title": "x", "panels": [{**row, "panels": [{**csv_panel(CSV), "id": 1}]}]}
    assert [part["kind"] for part in lines(requests.get(f"{address}/view/made?{TIME}", timeout=10))] == ["frame"]
    opened = lines(requests.get(f"{address}/view/made?{TIME}&open=r9", timeout=10))
    assert [part["kind"] for part in opened] == ["frame", "panel"]


def test_what_does_not_exist_is_404(address: str) -> None:
    for path in (
        "/d/gone",
        "/view/gone",
        "/static/../app.py",
        "/static/preview.html",
        f"/static/{'x' * 5000}",
        "/other",
    ):
        assert requests.get(f"{address}{path}", timeout=10).status_code == 404


def test_a_dashboard_that_cannot_be_shown_says_so_once(boards: Boards, address: str) -> None:
    boards.specs["made"] = {"uid": "made", "title": "x", "panels": [{"id": 1, "gridPos": {"x": float("inf")}}]}
    (part,) = lines(requests.get(f"{address}/view/made?{TIME}", timeout=10))
    assert "cannot be shown" in part["html"]


def test_a_broken_module_is_named_above_each_page(boards: Boards, address: str) -> None:
    boards.failed = [Failed("dashboards/x.py:3", "NameError: name 'foo' is not defined", excerpt="panels=[foo]")]
    for path in ("/", "/d/made", "/banner"):
        page = requests.get(f"{address}{path}", timeout=10).text
        assert "dashboards/x.py:3" in page
        assert "name &#39;foo&#39; is not defined" in page


def test_pages_run_only_the_scripts_of_this_server(address: str) -> None:
    policy = requests.get(f"{address}/d/made", timeout=10).headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "default-src 'none'" in policy


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "evil.example:80"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://["},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"},
    ],
)
def test_pages_of_other_servers_are_refused(address: str, headers: dict[str, str]) -> None:
    answer = requests.get(f"{address}/view/made?{TIME}", headers=headers, timeout=10)
    assert answer.status_code in (403, 421)
    assert "svg" not in answer.text


def test_a_link_from_elsewhere_may_open_a_page(address: str) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert requests.get(f"{address}/d/made", headers=headers, timeout=10).status_code == 200


def test_nothing_can_be_sent_to_the_server(address: str) -> None:
    assert requests.post(f"{address}/view/made", data="x", timeout=10).status_code == 405


def test_with_a_token_only_the_printed_address_opens_the_pages(boards: Boards) -> None:
    with served(boards, token="right") as address:
        assert requests.get(address, timeout=10).status_code == 401
        assert requests.get(f"{address}/?token=wrong", timeout=10).status_code == 401
        session = requests.Session()
        assert session.get(f"{address}/?token=right", timeout=10).status_code == 200
        assert session.get(f"{address}/view/made?{TIME}", timeout=10).status_code == 200
        cookie = next(iter(session.cookies))
        assert cookie.has_nonstandard_attr("HttpOnly")
        others = {"Cookie": f'session={{"a":1}}; bad name=x; {cookie.name}={cookie.value}'}
        assert requests.get(address, headers=others, timeout=10).status_code == 200


@pytest.mark.parametrize(
    ("asked", "opened"),
    [
        ("/d/made/x?from=now-1h&token=right&var-a=b c", "/d/made/x?from=now-1h&var-a=b+c"),
        ("//evil.example/?token=right", "/evil.example/"),
        ("/%5Cevil.example/?token=right", "/evil.example/"),
    ],
)
def test_the_token_leaves_the_address_and_the_rest_stays(boards: Boards, asked: str, opened: str) -> None:
    with served(boards, token="right") as address:
        answer = requests.get(f"{address}{asked}", timeout=10, allow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, opened)


def test_several_previews_at_one_address_do_not_share_their_cookie(boards: Boards) -> None:
    session = requests.Session()
    with served(boards, token="one") as first, served(boards, token="two") as second:
        for address, token in ((first, "one"), (second, "two")):
            assert session.get(f"{address}/?token={token}", timeout=10).status_code == 200
        assert session.get(first, timeout=10).status_code == 200


@pytest.mark.parametrize(("host", "status"), [("192.0.2.7:8042", 200), ("192.0.2.8:8042", 421), ("[::1]:8042", 200)])
def test_the_address_that_a_request_came_to_is_a_name_of_the_server(boards: Boards, host: str, status: int) -> None:
    answers: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request"}

    async def send(message: Any) -> None:
        answers.append(message)

    scope = {
        "type": "http", "method": "GET", "path": "/banner", "query_string": b"", "headers": [(b"host", host.encode())],
        "server": ("192.0.2.7", 8042),
    }  # fmt: skip
    run(preview_app(boards, lambda: Sample(()))(scope, receive, send))  # type: ignore[arg-type]
    assert answers[0]["status"] == status


def test_a_uid_may_have_a_slash(boards: Boards, address: str) -> None:
    boards.specs["shop/eu"] = dashboard("shop/eu", csv_panel(CSV), title="Shop in Europe")
    assert 'href="/d/shop%2Feu"' in requests.get(address, timeout=10).text
    for path in ("/d/shop%2Feu", "/d/shop%2Feu/shop-in-europe"):
        assert "Shop in Europe" in requests.get(f"{address}{path}", timeout=10).text
    parts = lines(requests.get(f"{address}/view/shop%2Feu?{TIME}", timeout=10))
    assert [part["kind"] for part in parts] == ["frame", "panel"]


@pytest.mark.parametrize(
    "query",
    [
        "from=99999999999999999999&to=now", "from=now-99999999999999d", "from=now-99999999M", "from=²", "width=²", "width=" + "9" * 400,
        "from=0001-01-01&to=9999-12-31", "from=1800-01-01T00:00:00&to=2800-01-01T00:00:00",
    ],
)  # fmt: skip
def test_odd_times_and_widths_are_shown_somehow(address: str, query: str) -> None:
    parts = lines(requests.get(f"{address}/view/made?{query}", timeout=10))
    assert [part["kind"] for part in parts] == ["frame", "panel"]
    assert "cannot be" not in parts[1]["html"]


def test_slow_data_holds_up_no_other_page(boards: Boards) -> None:
    answering = threading.Event()

    class Slow(Sample):
        def ask(self, panel: Any, targets: Any, view: Any) -> list[Answer]:
            answering.wait(20)
            return super().ask(panel, targets, view)

    slow = Slow(())
    with served(boards, lambda: slow) as address:
        waiting = [requests.get(f"{address}/view/made?{TIME}", stream=True, timeout=10) for _ in range(40)]
        assert requests.get(f"{address}/d/other", timeout=10).status_code == 200
        assert requests.get(f"{address}/static/inter.ttf", timeout=10).status_code == 200
        answering.set()
        assert [len(lines(one)) for one in waiting] == [2] * len(waiting)


def test_hostile_texts_of_a_dashboard_are_only_texts(boards: Boards, address: str) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    csv = f'time,"{evil}"\n1700000000000,1\n1700000060000,2'
    boards.specs["made"] = dashboard(
        "made", csv_panel(csv, title=evil, description=evil), title=evil, tags=[evil],
        links=[{"type": "link", "title": evil, "url": "javascript:alert(1)"}, {"type": "link", "title": evil, "url": f"/d/x?{evil}"}],
        templating={"list": [{"type": "custom", "name": "v", "label": evil, "query": f"{evil},b", "current": {}}]},
    )  # fmt: skip
    pages = [requests.get(f"{address}{path}", timeout=10).text for path in ("/", "/d/made")]
    parts = [part["html"] for part in lines(requests.get(f"{address}/view/made?{TIME}", timeout=10))]
    for text in (*pages, *parts):
        assert "<script>alert" not in text
        assert "<img" not in text
        assert "javascript:" not in text


def test_a_page_hears_of_what_changed_before_it_could_listen(boards: Boards, address: str) -> None:
    for path in ("/", "/d/made", "/d/gone"):
        assert 'data-version="0"' in requests.get(f"{address}{path}", timeout=10).text
    boards.changed()
    with requests.get(f"{address}/events?seen=0", stream=True, timeout=10) as answer:
        assert next(answer.iter_lines()) == b"event: changed"
