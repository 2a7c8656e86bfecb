"""What `dashkit doctor` reads has the same shape on each server."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest

from dashkit.doctor.grafana_logs import line_row, newest_line
from dashkit.doctor.row import State
from dashkit.model.health import Verdict
from dashkit.model.live import Datasource
from tests.contract.conftest import Rig
from tests.support.stub import stub

NOW = float(int(time.time()))
LINE = {"stream": {"app": "shop"}, "values": [[f"{int(NOW - 3600)}000000000", "hello"]]}


def _behind(path: str) -> tuple[int, bytes]:
    """What a Prometheus, and what a Loki with one line an hour old, answer."""
    if path.startswith("/loki/") and "vector" not in path:
        return 200, json.dumps({"status": "success", "data": {"resultType": "streams", "result": [LINE]}}).encode()
    result = [{"metric": {}, "value": [4, "2"]}]
    scalar = {"resultType": "scalar", "result": [4, "2"]}
    data = {"resultType": "vector", "result": result} if path.startswith("/loki/") else scalar
    return 200, json.dumps({"status": "success", "data": data}).encode()


@pytest.fixture(scope="module")
def behind() -> Iterator[str]:
    with stub(_behind) as url:
        yield url


def test_health_and_settings_have_what_the_rows_need(rig: Rig) -> None:
    health, settings = rig.grafana.health(), rig.grafana.settings()
    assert health.database == "ok"
    assert health.clock is not None
    assert abs(health.clock - time.time()) < 60
    assert settings.edition == "Open Source"
    assert isinstance(settings.renderer, bool)
    assert rig.grafana.certificate_ends() is None


def test_each_verdict_on_a_datasource(rig: Rig, behind: str) -> None:
    modern = rig.grafana.server.number >= (11,)
    wanted = {
        ("prometheus", behind): Verdict.OK,
        ("prometheus", "http://127.0.0.1:9"): Verdict.FAILED,
        ("loki", behind): Verdict.OK if modern else Verdict.NO_CHECK,
        ("loki", "http://127.0.0.1:9"): Verdict.FAILED if modern else Verdict.NO_CHECK,
        ("grafana-testdata-datasource" if modern else "testdata", ""): Verdict.OK if modern else Verdict.NO_CHECK,
        ("alertmanager", behind): Verdict.NOT_RUNNING,
        ("acme-unknown-datasource", behind): Verdict.NO_PLUGIN,
    }
    found, backends = {}, frozenset[str]()
    for number, (kind, url) in enumerate(wanted):
        uid = rig.uid(f"ds{number}")
        rig.api("POST", "/api/datasources", {"uid": uid, "name": uid, "type": kind, "url": url, "access": "proxy"})
        try:
            found[kind, url] = rig.grafana.datasource_health(uid)
            backends |= rig.grafana.settings().backends
        finally:
            rig.connection.delete(f"/api/datasources/uid/{uid}")
    assert {key: health.verdict for key, health in found.items()} == wanted
    assert {"prometheus", "loki"} <= backends
    assert "alertmanager" not in backends
    assert "connection refused" in found["prometheus", "http://127.0.0.1:9"].message


def test_the_newest_line_of_a_loki_is_in_the_frames_of_a_real_server(rig: Rig, behind: str) -> None:
    if rig.connection.write("POST", "/api/ds/query", {}).status == 501:
        pytest.skip("the sandbox runs no queries")
    uid = rig.uid("loki")
    rig.api("POST", "/api/datasources", {"uid": uid, "name": uid, "type": "loki", "url": behind, "access": "proxy"})
    try:
        entry = Datasource(uid, uid, "loki")
        start, end = (str(int(moment * 1000)) for moment in (NOW - 86_400, NOW))
        results = rig.grafana.results([newest_line(entry, '{app="shop"}')], start, end)
    finally:
        rig.connection.delete(f"/api/datasources/uid/{uid}")
    row = line_row(entry, '{app="shop"}', results, NOW)
    assert (row.state, row.evidence) == (State.WARNING, "the newest line is 1 h old")
