"""`dashkit doctor alert` and `dashkit doctor routing` without servers: by the source, and what they refuse."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from tests.conftest import Program, Project

_STATUS = {
    "versionInfo": {"version": "0.27.0"},
    "cluster": {"status": "settling", "peers": [{}, {}]},
    "config": {
        "original": "route: {receiver: chat}\nreceivers:\n"
        "- {name: chat, webhook_configs: [{url: 'https://hooks.example.org/s3cret-path'}]}\n"
    },
}


class _QueriesOnly(BaseHTTPRequestHandler):
    """A server that answers queries as Prometheus does, and has nothing else of it; and an Alertmanager's status.

    Below ``/no-rules`` it also says that it has no rules.
    """

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        known = {
            "/api/v2/status": _STATUS,
            "/no-rules/api/v1/rules": {"status": "success", "data": {"groups": []}},
        }
        names = {"status": "success", "data": []} if path.endswith("/api/v1/label/__name__/values") else None
        found = known.get(path, names)
        self._answer(404 if found is None else 200, json.dumps(found).encode())

    def do_POST(self) -> None:
        asked = self.rfile.read(int(self.headers["Content-Length"]))
        result = [{"metric": {}, "value": [1, "1"]}] if asked.startswith(b"query=vector%281%29&time") else []
        data = {"resultType": "vector", "result": result}
        self._answer(200, json.dumps({"status": "success", "data": data}).encode())

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture(scope="module")
def queries_only() -> Iterator[str]:
    listening = ThreadingHTTPServer(("127.0.0.1", 0), _QueriesOnly)
    Thread(target=listening.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://127.0.0.1:{listening.server_port}"
    listening.shutdown()
    listening.server_close()


def test_routing_of_the_source_needs_no_server(shop: Project, dashkit: Program) -> None:
    result = dashkit("doctor", "routing", cwd=shop.folder)
    assert (result.code, result.err) == (0, "")
    assert result.out.splitlines() == [
        "by the routing of the source",
        "severity=high system=shop: 1 alert",
        "  -> chat (grouped by system, alertname; after 30s, again after 4h)",
    ]
    data = json.loads(dashkit("doctor", "routing", "--format", "json", cwd=shop.folder).out)
    assert (data["source"], data["differences"], data["ways"][0]["alerts"]) == ("the source", None, ["ShopBroken"])


def test_routing_never_prints_what_the_receivers_of_an_alertmanager_hold(
    shop: Project, dashkit: Program, queries_only: str
) -> None:
    for form in ("text", "json"):
        result = dashkit("doctor", "routing", "--alertmanager", queries_only, "--format", form, cwd=shop.folder)
        assert result.code == 0, result.err
        assert "s3cret" not in result.out + result.err
    text = dashkit("doctor", "routing", "--alertmanager", queries_only, cwd=shop.folder).out
    assert "no route matches ShopBroken\n" in text
    assert 'not as in the source: route 1 {severity="high"} is missing\n' in text


def test_an_alert_is_explained_by_a_server_with_only_the_query_api(
    shop: Project, dashkit: Program, queries_only: str
) -> None:
    result = dashkit("doctor", "alert", "ShopBroken", "--prometheus", queries_only, cwd=shop.folder)
    assert result.code == 0, result.err
    assert result.out.startswith(
        "ShopBroken (high) does not fire: no data\n  because there is no metric errors_total\n"
    )
    assert "chat (grouped by system, alertname; after 30s, again after 4h), by route 1" in result.out


def test_without_a_url_the_prometheus_behind_the_datasource_of_the_alerts_is_asked(
    shop: Project, dashkit: Program, queries_only: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: set[str] = set()
    monkeypatch.setattr(_QueriesOnly, "log_request", lambda self, *_: seen.add(self.path.partition("?")[0]))
    shop.write("dashkit.yaml", "project: test\nalerts: {datasource: metrics}\n")
    result = dashkit("doctor", "alert", "ShopBroken", cwd=shop.folder, env={"DASHKIT_URL": queries_only})
    assert (result.code, "no metric errors_total" in result.out) == (0, True), result.err
    assert {path.partition("/api/v1/")[0] for path in seen} == {"/api/datasources/proxy/uid/metrics"}


def test_alerts_that_only_grafana_evaluates_are_not_said_to_be_missing(
    shop: Project, dashkit: Program, queries_only: str
) -> None:
    shop.write("dashboards/alerts/shop.py", _ALWAYS)

    def verdicts(url: str) -> list[str]:
        result = dashkit("doctor", "alert", "Always", "--prometheus", url, "--format", "json", cwd=shop.folder)
        return [alert["verdict"] for alert in json.loads(result.out)["alerts"]]

    assert verdicts(f"{queries_only}/no-rules") == ["not_loaded", "not_loaded"]
    assert verdicts(queries_only) == ["due", "no_data"]
    shop.write("dashkit.yaml", "project: test\ncontexts: {a: {url: 'http://a', evaluator: grafana}}\n")
    assert verdicts(f"{queries_only}/no-rules") == ["elsewhere", "no_data"]


_ALWAYS = """
from dashkit.authoring import plain_alert, rule_group
groups = [rule_group("g", "s", plain_alert("Always", "vector(1)"), plain_alert("Always", "vector(2)", severity="high"))]
"""


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("alert ShopBrokn --prometheus http://x:1", "did you mean ShopBroken?"),
        ("alert ShopBroken --severity low --prometheus http://x:1", "it has: high"),
        ("alert ShopBroken --prometheus localhost:9090", "--prometheus is not a URL such as http://localhost:9090"),
        ("alert ShopBroken --prometheus http://a:b@x:1", "set DASHKIT_PROMETHEUS_USER"),
        ("routing --alertmanager http://a:b@x:1", "set DASHKIT_ALERTMANAGER_USER"),
        ("routing --send ShopBroken", "--send needs an Alertmanager"),
        ("routing --wait 1m", "--severity and --wait are for --send"),
        ("routing --send ShopBroken --alertmanager http://x:1 --wait soon", "--wait: 'soon' is not a duration"),
    ],
)
def test_what_makes_no_sense_is_refused(shop: Project, dashkit: Program, command: str, words: str) -> None:
    result = dashkit("doctor", *command.split(), cwd=shop.folder)
    assert result.code == 2, result.err
    assert words in result.err


def test_a_name_of_two_alerts_needs_the_severity_to_be_sent(shop: Project, dashkit: Program, queries_only: str) -> None:
    shop.write("dashboards/alerts/shop.py", _ALWAYS)
    command = ["doctor", "routing", "--alertmanager", queries_only, "--send", "Always"]
    result = dashkit(*command, cwd=shop.folder)
    assert (result.code, "--severity, one of: none, high" in result.err) == (2, True)
    result = dashkit(*command, "--severity", "high", cwd=shop.folder)
    assert (result.code, "no terminal to confirm it on" in result.err) == (6, True)


def test_a_project_without_routing_says_where_to_get_it_from(shop: Project, dashkit: Program) -> None:
    (shop.folder / "dashboards/alerts/routing.py").unlink()
    result = dashkit("doctor", "routing", cwd=shop.folder)
    assert result.code == 2
    assert "the alert modules have no `routing`" in result.err
    assert "--alertmanager http://localhost:9093" in result.err


def test_a_server_that_is_none_is_told(
    shop: Project, dashkit: Program, monkeypatch: pytest.MonkeyPatch, queries_only: str
) -> None:
    monkeypatch.setattr("dashkit._http.connection.sleep", lambda seconds: None)
    for command in ("alert ShopBroken --prometheus", "routing --alertmanager"):
        result = dashkit("doctor", *command.split(), "http://127.0.0.1:1", cwd=shop.folder)
        assert result.code == 4
        assert "running there? --" in result.err
    result = dashkit("doctor", "routing", "--alertmanager", f"{queries_only}/other", cwd=shop.folder)
    assert (result.code, "is this an Alertmanager?" in result.err) == (4, True)


def test_credentials_of_an_alertmanager_come_from_the_environment(
    shop: Project, dashkit: Program, queries_only: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str | None] = []
    monkeypatch.setattr(_QueriesOnly, "log_request", lambda self, *_: seen.append(self.headers.get("Authorization")))
    command = ["doctor", "routing", "--alertmanager", queries_only]
    dashkit(*command, cwd=shop.folder, env={"DASHKIT_ALERTMANAGER_TOKEN": "a-secret-token"})
    dashkit(
        *command, cwd=shop.folder, env={"DASHKIT_ALERTMANAGER_USER": "u", "DASHKIT_ALERTMANAGER_PASSWORD": "secret-pw"}
    )
    assert seen == ["Bearer a-secret-token", "Basic dTpzZWNyZXQtcHc="]
