"""Faults that no server makes on demand, and what becomes of them."""

from __future__ import annotations

import base64
import inspect
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import requests
import responses
from requests import exceptions as foreign

from dashkit._http import Connection, Settings, retry
from dashkit._http.errors import translate
from dashkit.errors import ConfigError, ServerError
from dashkit.model.secret import Secret

URL = "http://127.0.0.1:9"


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    taken: list[float] = []
    monkeypatch.setattr("dashkit._http.connection.sleep", taken.append)
    return taken


@pytest.fixture
def connection() -> Iterator[Connection]:
    made = Connection(Settings(url=f"{URL}/grafana", token=Secret("glsa_x"), org_id=2, headers={"X-Team": Secret("t")}))
    yield made
    made.close()


@responses.activate
def test_requests_carry_what_the_settings_say(connection: Connection) -> None:
    responses.get(f"{URL}/grafana/api/org", json={"id": 1})
    assert connection.get("/api/org", {"a": "b"}).json() == {"id": 1}
    sent = responses.calls[0].request
    assert sent.headers["Authorization"] == "Bearer glsa_x"
    assert sent.headers["X-Grafana-Org-Id"] == "2"
    assert sent.headers["X-Team"] == "t"
    assert sent.url == f"{URL}/grafana/api/org?a=b"


@responses.activate
@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_read_is_tried_again(connection: Connection, pauses: list[float], status: int) -> None:
    responses.get(f"{URL}/grafana/x", status=status)
    responses.get(f"{URL}/grafana/x", json=1)
    assert connection.get("/x").json() == 1
    assert len(pauses) == 1


@responses.activate
@pytest.mark.parametrize("status", [400, 401, 403, 404, 412, 500])
def test_an_answer_that_will_not_change_is_not_asked_for_again(
    connection: Connection, pauses: list[float], status: int
) -> None:
    responses.get(f"{URL}/grafana/x", status=status)
    assert connection.get("/x").status == status
    assert len(responses.calls) == 1


@responses.activate
@pytest.mark.parametrize(
    "fault", [500, 502, 503, foreign.ReadTimeout(), foreign.ConnectionError("Connection reset by peer")]
)
def test_a_write_that_may_have_arrived_is_sent_once(
    connection: Connection, pauses: list[float], fault: int | Exception
) -> None:
    if isinstance(fault, int):
        responses.post(f"{URL}/grafana/x", status=fault)
        assert connection.write("POST", "/x", {}).status == fault
    else:
        responses.post(f"{URL}/grafana/x", body=fault)
        with pytest.raises(ServerError):
            connection.write("POST", "/x", {})
    assert len(responses.calls) == 1


@responses.activate
def test_a_write_that_was_turned_away_is_sent_again(connection: Connection, pauses: list[float]) -> None:
    responses.post(f"{URL}/grafana/x", status=429, headers={"Retry-After": "2"})
    responses.post(f"{URL}/grafana/x", body=foreign.ConnectTimeout())
    responses.post(f"{URL}/grafana/x", json={})
    assert connection.write("POST", "/x", {}).ok
    assert pauses[0] == 2.0
    assert len(responses.calls) == 3


@responses.activate
def test_a_repeated_delete_that_finds_nothing_is_done(connection: Connection, pauses: list[float]) -> None:
    responses.delete(f"{URL}/grafana/x", body=foreign.ReadTimeout())
    responses.delete(f"{URL}/grafana/x", status=404)
    assert connection.delete("/x").status == 200
    responses.delete(f"{URL}/grafana/y", status=404)
    assert connection.delete("/y").status == 404


@responses.activate
def test_patience_has_an_end(connection: Connection, pauses: list[float]) -> None:
    responses.get(f"{URL}/grafana/x", status=503)
    assert connection.get("/x").status == 503
    assert len(responses.calls) == retry.TRIES


@responses.activate
def test_a_server_that_asks_for_too_long_a_wait_is_not_waited_for(connection: Connection, pauses: list[float]) -> None:
    responses.get(f"{URL}/grafana/x", status=429, headers={"Retry-After": "3600"})
    assert connection.get("/x").status == 429
    assert pauses == []


def test_retry_after_may_be_a_date() -> None:
    soon = (datetime.now(UTC) + timedelta(seconds=10)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    wait = retry.pause(0, soon)
    assert wait is not None
    assert 7 < wait <= 10
    assert retry.pause(0, "nonsense") is not None
    assert all((retry.pause(attempt, None) or 0) <= 10 for attempt in range(20))


@responses.activate
def test_a_redirect_says_where_to(connection: Connection) -> None:
    responses.get(f"{URL}/grafana/x", status=302, headers={"Location": "https://sso.example.org/login?state=secret"})
    with pytest.raises(ServerError, match=r"redirects to 'https://sso\.example\.org/login'"):
        connection.get("/x")


@responses.activate
@pytest.mark.parametrize("body", ["<html>log in</html>", "  <!doctype html>", "not json"])
def test_a_page_instead_of_json_is_said_to_be_one(connection: Connection, body: str) -> None:
    responses.get(f"{URL}/grafana/x", body=body, content_type="text/plain")
    with pytest.raises(ServerError, match=r"web page|broken JSON"):
        connection.get("/x").json()


def test_nobody_listening_is_a_clear_error(pauses: list[float]) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(ServerError, match="Connection refused") as refused:
        Connection(Settings(url=url, read_timeout=1)).get("/api/health")
    assert refused.value.status == 0
    assert refused.value.hint


def _foreign_exceptions() -> list[type[Exception]]:
    return [
        cls
        for _, cls in inspect.getmembers(foreign, inspect.isclass)
        if issubclass(cls, requests.RequestException) and cls is not requests.RequestException
    ]


@pytest.mark.parametrize("cls", _foreign_exceptions(), ids=lambda cls: cls.__name__)
def test_every_exception_of_requests_becomes_one_of_ours(cls: type[Exception]) -> None:
    if cls is foreign.JSONDecodeError:
        error = cls("x", "", 0)
    else:
        error = cls("http://user:hush@proxy:3128 glsa_hush")
    assert isinstance(error, requests.RequestException)
    ours = translate(error, "http://x")
    assert isinstance(ours, ServerError | ConfigError)
    assert "hush" not in str(ours) + ours.hint


def test_the_proxy_that_refused_is_named_without_its_password() -> None:
    error = translate(foreign.ProxyError("http://user:hush@proxy:3128"), "http://x", "http://user:hush@proxy:3128/")
    assert str(error) == "http://x: the proxy proxy:3128 refused or could not be reached"


def test_user_and_password_are_sent_as_utf_8() -> None:
    with responses.RequestsMock() as mock:
        mock.get(f"{URL}/x", json={})
        Connection(Settings(url=URL, user="jürgen", password=Secret("pässword"))).get("/x")
        sent = mock.calls[0].request.headers["Authorization"].removeprefix("Basic ")
    assert base64.b64decode(sent).decode() == "jürgen:pässword"


def test_netrc_does_not_outrank_the_token(
    connection: Connection, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path_factory.mktemp("n") / "netrc"
    netrc.write_text("machine 127.0.0.1 login a password b\n")
    monkeypatch.setenv("NETRC", str(netrc))
    with responses.RequestsMock() as mock:
        mock.get(f"{URL}/grafana/x", json={})
        connection.get("/x")
        assert mock.calls[0].request.headers["Authorization"] == "Bearer glsa_x"
