"""``dashkit check --live`` through a Grafana: what is asked of it, and what its answers and failures become."""

from __future__ import annotations

import json
from typing import Any

import pytest
import responses

from tests.conftest import Program, Project

URL = "http://127.0.0.1:3999"
ENV = {"DASHKIT_URL": URL, "DASHKIT_TOKEN": "glsa_secret"}
PROXY = f"{URL}/api/datasources/proxy/uid/main"


@pytest.fixture
def grafana() -> Any:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.get(
            f"{URL}/api/datasources",
            json=[
                {"uid": "other", "name": "Other", "type": "prometheus"},
                {"uid": "main", "name": "Main", "type": "prometheus", "isDefault": True},
            ],
        )
        yield mock


def frame(*values: float) -> dict[str, Any]:
    fields = [{"name": "Time", "type": "time"}, {"name": "Value", "type": "number"}]
    return {"schema": {"fields": fields}, "data": {"values": [list(range(len(values))), list(values)]}}


def answer(*frames: dict[str, Any], error: str = "") -> dict[str, Any]:
    return {"results": {"A": {"frames": list(frames), **({"error": error} if error else {})}}}


def check(dashkit: Program, project: Project, *arguments: str) -> Any:
    return dashkit(
        "check", "--live", "--format", "json", "--min-severity", "info", *arguments, cwd=project.folder, env=ENV
    )


def test_a_query_is_sent_as_a_panel_sends_it(project: Project, dashkit: Program, grafana: Any) -> None:
    project.dashboard("a", expr="sum(rate(up[$__rate_interval]))", extra="")
    grafana.post(f"{URL}/api/ds/query", json=answer(frame(1, 2)))
    result = check(dashkit, project)
    assert result.code == 0, result.err
    (sent,) = [call.request for call in grafana.calls if call.request.url.endswith("/api/ds/query")]
    body = json.loads(sent.body)
    (query,) = body["queries"]
    assert query["datasource"] == {"uid": "main", "type": "prometheus"}
    assert query["expr"] == "sum(rate(up[375s]))"
    assert (query["refId"], query["range"], query["instant"]) == ("A", True, False)
    assert int(body["to"]) - int(body["from"]) == 6 * 3600 * 1000
    assert json.loads(result.out)["live"]["verdicts"]["data"] == 1


def test_an_error_of_the_datasource_is_the_panels(project: Project, dashkit: Program, grafana: Any) -> None:
    project.dashboard("a", extra="")
    grafana.post(f"{URL}/api/ds/query", status=400, json=answer(error="bad_data: many-to-many matching"))
    result = check(dashkit, project)
    problem = next(entry for entry in json.loads(result.out)["problems"] if entry["rule"] == "DK701")
    assert problem["message"] == "bad_data: many-to-many matching"
    assert result.code == 1


def test_an_empty_answer_is_looked_into_through_the_proxy(project: Project, dashkit: Program, grafana: Any) -> None:
    project.dashboard("a", expr='up{job="gone"}', extra="")
    grafana.post(f"{URL}/api/ds/query", json=answer())
    empty = {"status": "success", "data": {"resultType": "vector", "result": []}}
    full = {"status": "success", "data": {"resultType": "vector", "result": [{"metric": {}, "value": [0, "3"]}]}}

    def tell(request: Any) -> tuple[int, dict[str, str], str]:
        return 200, {}, json.dumps(empty if b"gone" in request.body else full)

    grafana.add_callback(responses.POST, f"{PROXY}/api/v1/query", tell)
    result = check(dashkit, project)
    problem = next(entry for entry in json.loads(result.out)["problems"] if entry["rule"] == "DK703")
    assert problem["message"] == 'up has no series with job="gone"'


def test_a_token_that_may_not_is_told_what_it_lacks(project: Project, dashkit: Program) -> None:
    project.dashboard("a", extra="")
    with responses.RequestsMock() as mock:
        mock.get(f"{URL}/api/datasources", status=403, json={"message": "Access denied"})
        result = check(dashkit, project)
    assert result.code == 4
    assert "datasources:read" in result.err
    assert "glsa_secret" not in result.out + result.err


def test_whom_to_ask_is_said_with_live_only(project: Project, dashkit: Program) -> None:
    assert dashkit("check", "--prometheus", "http://localhost:9090", cwd=project.folder).code == 2
    both = dashkit("check", "--live", "--prometheus", "http://localhost:9090", "--context", "x", cwd=project.folder)
    assert both.code == 2
    assert dashkit("check", "--live", "--max-time", "soon", cwd=project.folder, env=ENV).code == 2


def test_no_server_is_asked_without_live(project: Project, dashkit: Program) -> None:
    project.dashboard("a", extra="")
    with responses.RequestsMock() as mock:
        assert dashkit("check", cwd=project.folder, env=ENV).code == 0
        assert len(mock.calls) == 0


def test_a_run_that_could_ask_nothing_is_no_pass(project: Project, dashkit: Program) -> None:
    module = "from dashkit.authoring import new_dashboard as new, datasource_variable, logs, loki\n"
    panel = "logs('L', loki('{job=\"x\"}'))"
    project.write(
        "dashboards/x.py",
        f"{module}dashboard = new('X', uid='x', variables=[datasource_variable('loki', 'loki')], panels=[{panel}])\n",
    )
    result = dashkit("check", "--live", "--prometheus", "http://127.0.0.1:9", cwd=project.folder)
    assert result.code == 4, (result.out, result.err)
    assert "no query could be run" in result.err
