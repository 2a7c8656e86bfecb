"""The client of grafana.com on what a server, a proxy or a network may make of its questions."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from dashkit._http import Connection, Settings
from dashkit._http.retry import TRIES
from dashkit.errors import ServerError
from dashkit.market.client import Marketplace, Revision, marketplace
from tests.support.market import Market, fault, listing, send, serving

DOCUMENT = {"title": "Hosts", "panels": [], "__inputs": [{"name": "DS", "type": "datasource"}]}


@pytest.fixture
def market() -> Iterator[Market]:
    with serving() as running:
        running.publish(1860, DOCUMENT)
        yield running


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    taken: list[float] = []
    monkeypatch.setattr("dashkit._http.connection.sleep", taken.append)
    return taken


def test_the_newest_revision_is_the_one_with_the_highest_number(market: Market) -> None:
    answer = listing(1860, [9, 10, 2])
    market.faults.append(fault(answer))
    assert marketplace(market.url).latest(1860) == Revision(10, "2026-03-10T06:33:51.000Z", "What is new in 10")
    assert market.asked == ["/api/dashboards/1860/revisions"]
    assert market.agents == {"dashkit"}


def test_a_revision_comes_as_it_was_published(market: Market) -> None:
    assert marketplace(f"{market.url}/").download(1860, 1) == DOCUMENT
    assert market.asked == ["/api/dashboards/1860/revisions/1/download"]


@pytest.mark.parametrize(
    "items", [None, [], {}, [None], [{"revision": "7"}], [{"revision": True}], [{"revision": 0}], [{"number": 1}]]
)
def test_a_list_without_a_revision_is_said(market: Market, items: Any) -> None:
    market.faults.append(fault({"items": items}))
    with pytest.raises(ServerError, match="dashboard 1860 has no revisions"):
        marketplace(market.url).latest(1860)


def test_what_a_revision_does_not_say_is_empty(market: Market) -> None:
    market.faults.append(fault({"items": [{"revision": 3, "createdAt": None, "description": 5}]}))
    assert marketplace(market.url).latest(1860) == Revision(3)


def test_what_does_not_exist_is_said(market: Market) -> None:
    with pytest.raises(ServerError, match="there is no dashboard 5") as absent:
        marketplace(market.url).latest(5)
    assert absent.value.status == 404
    with pytest.raises(ServerError, match="dashboard 1860 has no revision 99"):
        marketplace(market.url).download(1860, 99)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (fault({}, 500), "answered 500"),
        (fault({"message": "glsa_secret"}, 403), "answered 403"),
        (fault({}, 302, Location="https://mirror.example.org/x?token=secret"), "redirects to 'https://mirror.example.org/x'"),
        (fault(b"<html>Log in</html>", kind="text/html"), "a web page instead of JSON"),
        (fault(b'{"title": '), "broken JSON"),
        (fault(b"\x1f\x8b", Content_Encoding="gzip"), ""),
        (fault(b"nonsense", Content_Encoding="gzip"), "could not be decompressed"),
        (fault([DOCUMENT]), "JSON that is not an object"),
    ],
)  # fmt: skip
def test_an_answer_that_is_no_dashboard_is_an_error(
    market: Market, pauses: list[float], answer: Callable[[BaseHTTPRequestHandler], None], said: str
) -> None:
    market.faults.append(answer)
    with pytest.raises(ServerError) as error:
        marketplace(market.url).download(1860, 1)
    assert said in str(error.value)
    assert "secret" not in f"{error.value}{error.value.hint}"


def test_a_body_that_breaks_off_is_asked_for_again(market: Market, pauses: list[float]) -> None:
    market.faults += [fault(DOCUMENT, more=50)]
    assert marketplace(market.url).download(1860, 1) == DOCUMENT
    market.faults += [fault(DOCUMENT, more=50)] * TRIES
    with pytest.raises(ServerError, match="broke in the middle"):
        marketplace(market.url).download(1860, 1)


def test_an_answer_that_is_too_long_is_not_read_to_its_end(market: Market) -> None:
    asker = Marketplace(Connection(Settings(market.url, most_bytes=100_000)))
    market.publish(1, {"text": "x" * 99_000})
    assert len(asker.download(1, 1)["text"]) == 99_000
    market.publish(1, {"text": "x" * 100_000})
    with pytest.raises(ServerError, match="more than 100,000 bytes"):
        asker.download(1, 2)
    assert len(market.asked) == 2


def test_a_server_that_says_nothing_is_given_up(market: Market, pauses: list[float]) -> None:
    over = threading.Event()

    def hold(handler: BaseHTTPRequestHandler) -> None:
        over.wait(30)
        send(handler, DOCUMENT)

    def stop_within(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "100")
        handler.end_headers()
        handler.wfile.write(b"{")
        handler.wfile.flush()
        over.wait(30)

    try:
        for silent in (hold, stop_within):
            market.faults += [silent] * TRIES
            with pytest.raises(ServerError, match="no answer within the timeout"):
                Marketplace(Connection(Settings(market.url, read_timeout=0.1, most_bytes=1000))).download(1860, 1)
    finally:
        over.set()


def test_a_server_that_asks_for_a_pause_gets_it(market: Market, pauses: list[float]) -> None:
    market.faults += [fault({}, 429, Retry_After="7"), fault({}, 503)]
    assert marketplace(market.url).download(1860, 1) == DOCUMENT
    assert pauses[0] == 7
    assert len(pauses) == 2


def test_a_server_that_wants_a_rest_is_asked_no_more(market: Market, pauses: list[float]) -> None:
    market.faults += [fault({}, 429, Retry_After="3600")]
    asker = marketplace(market.url)
    for _ in range(3):
        with pytest.raises(ServerError, match="429") as error:
            asker.download(1860, 1)
        assert error.value.status == 429
    assert len(market.asked) == 1
    assert pauses == []


def test_a_server_that_never_answered_is_asked_no_more(pauses: list[float]) -> None:
    asker = marketplace("http://127.0.0.1:9")
    for _ in range(3):
        with pytest.raises(ServerError, match="Connection refused") as error:
            asker.latest(1)
        assert "market.url" in error.value.hint
    assert len(pauses) == TRIES - 1
