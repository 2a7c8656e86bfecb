"""What is asked of a Prometheus, and what its answers come to."""

from __future__ import annotations

import re
from typing import Any

import pytest
import responses

from dashkit._http import Connection, Settings
from dashkit.metrics.prometheus import Prometheus

URL = "http://prometheus.test"


@pytest.fixture
def prometheus() -> Prometheus:
    return Prometheus(Connection(Settings(URL)))


@responses.activate
@pytest.mark.parametrize("label", ["../../../admin/secret?x=#", "a/b", ".."])
def test_a_label_leads_nowhere_outside_the_api(prometheus: Prometheus, label: str) -> None:
    def answer(request: Any) -> tuple[int, dict[str, str], str]:
        assert request.path_url.startswith("/api/v1/label/")
        assert request.path_url.count("/") == 5
        return 200, {}, '{"status": "success", "data": ["x"]}'

    responses.add_callback("GET", url=re.compile(f"{URL}/.*"), callback=answer)
    prometheus.label_values(label)
    assert len(responses.calls) == (label != "..")


@responses.activate
def test_points_without_a_time_are_left_out(prometheus: Prometheus) -> None:
    result = [{"metric": {"a": "b"}, "values": [[None, None], [1, "2"], [2, None]]}]
    answer = {"status": "success", "data": {"resultType": "matrix", "result": result}}
    responses.post(f"{URL}/api/v1/query_range", json=answer)
    (series,) = prometheus.measured("x", 0, 10, 1)
    assert series.times == (1.0, 2.0)
    assert str(series.values) == "(2.0, nan)"
