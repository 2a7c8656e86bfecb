"""What happens on the wire: half answers, wrong lengths, redirects. Real sockets, no mock."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from dashkit.sandbox.app import RunningSandbox
from dashkit.sandbox.faults import Fault
from tests.conftest import Program
from tests.support.archived import counts, shown

TOKEN = "glpat-not-to-be-seen"
Damage = Callable[["_Proxy", int, bytes], None]


class _Proxy(BaseHTTPRequestHandler):
    """Passes requests on, and damages some of the answers."""

    protocol_version = "HTTP/1.1"
    target = ""
    damage: Damage
    times: dict[str, int]
    seen: list[str]
    path_part = ""

    def do_GET(self) -> None:
        self.seen.append(self.path)
        upstream = http.client.HTTPConnection(urlsplit(self.target).netloc, timeout=10)
        upstream.request("GET", self.path, headers={"Authorization": self.headers["Authorization"]})
        answer = upstream.getresponse()
        body = answer.read()
        upstream.close()
        if self.path_part in self.path and self.times["left"] > 0:
            self.times["left"] -= 1
            self.damage(answer.status, body)  # type: ignore[call-arg,arg-type]
            return
        self.answer(answer.status, body, len(body))

    def answer(self, status: int, body: bytes, length: int) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        pass


def too_long(proxy: _Proxy, status: int, body: bytes) -> None:
    """Says more than comes, and hangs up."""
    proxy.answer(status, body, len(body) + 100)
    proxy.close_connection = True


def half(proxy: _Proxy, status: int, body: bytes) -> None:
    proxy.answer(status, body[: len(body) // 2], len(body))
    proxy.close_connection = True


def too_short(proxy: _Proxy, status: int, body: bytes) -> None:
    """Says less than there is: what is read is no JSON."""
    proxy.answer(status, body, len(body) // 2)
    proxy.close_connection = True


def chunks_cut(proxy: _Proxy, status: int, body: bytes) -> None:
    proxy.send_response(status)
    proxy.send_header("Content-Type", "application/json")
    proxy.send_header("Transfer-Encoding", "chunked")
    proxy.end_headers()
    proxy.wfile.write(b"%x\r\n%s" % (len(body), body[: len(body) // 2]))
    proxy.close_connection = True


def page(proxy: _Proxy, status: int, body: bytes) -> None:
    """What a gateway shows with a friendly 200."""
    proxy.answer(200, b"<html><body>We will be back soon</body></html>", 46)


@pytest.fixture
def proxied(server: RunningSandbox) -> Iterator[Callable[[Damage, int], tuple[str, list[str]]]]:
    """Starts a proxy that damages the first answers for dashboards."""
    running: list[ThreadingHTTPServer] = []

    def start(damage: Damage, times: int) -> tuple[str, list[str]]:
        seen: list[str] = []
        attributes = {
            "target": server.url, "damage": damage, "times": {"left": times}, "seen": seen, "path_part": "v0alpha1/namespaces",
        }  # fmt: skip
        httpd = ThreadingHTTPServer(("127.0.0.1", 0), type("Proxy", (_Proxy,), attributes))
        threading.Thread(target=httpd.serve_forever, daemon=True).start()
        running.append(httpd)
        return f"http://127.0.0.1:{httpd.server_address[1]}", seen

    yield start
    for httpd in running:
        httpd.shutdown()
        httpd.server_close()


def variables(url: str) -> dict[str, str]:
    return {"DASHKIT_URL": url, "DASHKIT_USER": "admin", "DASHKIT_PASSWORD": "admin"}


@pytest.mark.parametrize("damage", [too_long, half, too_short, chunks_cut, page])
@pytest.mark.parametrize("times", [1, 50])
def test_a_damaged_answer_is_asked_for_again_or_said(
    proxied: Callable[[Damage, int], tuple[str, list[str]]],
    tmp_path: Path,
    dashkit: Program,
    monkeypatch: pytest.MonkeyPatch,
    damage: Damage,
    times: int,
) -> None:
    monkeypatch.setattr("dashkit._http.connection.sleep", lambda seconds: None)
    url, _ = proxied(damage, times)
    result = dashkit("backup", cwd=tmp_path, env=variables(url))
    data = shown(dashkit, tmp_path)
    if result.code == 0:
        assert counts(data)["dashboards"] == 3
    else:
        # Never silently less.
        assert result.code == 5
        assert [entry["kind"] for entry in data["kinds"] if entry["failure"]] == ["dashboards"]
    if times > 1:
        assert result.code == 5


def test_a_redirect_to_another_host_gets_no_credentials(tmp_path: Path, dashkit: Program) -> None:
    received: list[str] = []

    class Thief(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            received.append(f"{self.path} {dict(self.headers)}")
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            pass

    thief = ThreadingHTTPServer(("127.0.0.1", 0), Thief)

    class Gateway(Thief):
        def do_GET(self) -> None:
            self.send_response(302)
            self.send_header("Location", f"http://127.0.0.1:{thief.server_address[1]}{self.path}")
            self.end_headers()

    gateway = ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
    for httpd in (thief, gateway):
        threading.Thread(target=httpd.serve_forever, daemon=True).start()
    try:
        env = {"DASHKIT_URL": f"http://127.0.0.1:{gateway.server_address[1]}", "DASHKIT_TOKEN": TOKEN}
        result = dashkit("backup", cwd=tmp_path, env=env)
    finally:
        for httpd in (thief, gateway):
            httpd.shutdown()
            httpd.server_close()
    assert result.code == 4
    assert "redirects to" in result.err
    assert received == []


def test_everything_that_dashkit_writes_is_private(server: RunningSandbox, tmp_path: Path, dashkit: Program) -> None:
    env = variables(server.url)
    for command in (
        ("backup", "-q"), ("backup", "-q", "--format", "tree", "-o", "tree"), ("archive", "extract", "latest", "-o", "out"),
    ):  # fmt: skip
        assert dashkit(*command, cwd=tmp_path, env=env).code == 0
    (tmp_path / "dashboards").mkdir()
    module = "from dashkit.authoring import new_dashboard as new, text\ndashboard = new('One', uid='one', panels=[text('x', 'y')])\n"
    (tmp_path / "dashboards" / "one.py").write_text(module)
    assert dashkit("push", "--no-check", cwd=tmp_path, env=env).code == 0
    written = [
        path
        for folder in ("backups", "tree", "out", ".dashkit")
        for path in (tmp_path / folder).rglob("*")
        if path.is_file()
    ]
    assert len(written) > 60
    assert {path for path in written if path.stat().st_mode & 0o077} == set()


@pytest.mark.parametrize(("times", "code"), [(2, 0), (50, 5)])
def test_an_answer_that_does_not_come_in_time_is_asked_for_again_or_said(
    server: RunningSandbox, tmp_path: Path, dashkit: Program, monkeypatch: pytest.MonkeyPatch, times: int, code: int
) -> None:
    monkeypatch.setattr("dashkit._http.connection.sleep", lambda seconds: None)
    (tmp_path / "dashkit.yaml").write_text(
        f"contexts:\n  slow: {{url: '{server.url}', user: admin, password_command: echo admin, timeouts: {{read: 0.3}}}}\n"
    )
    server.sandbox.faults.add(Fault("/api/playlists", latency=0.8, times=times))
    result = dashkit("backup", "-c", "slow", "--kinds", "playlists,dashboards,folders", cwd=tmp_path)
    assert result.code == code, result.err
    failed = [entry["kind"] for entry in shown(dashkit, tmp_path)["kinds"] if entry["failure"]]
    assert failed == ([] if code == 0 else ["playlists"])
    assert ("no answer within the timeout" in result.err) is bool(code)
