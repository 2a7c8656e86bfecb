"""Data through a Grafana: what it is asked, and the frames of its answers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from dashkit.errors import ServerError
from dashkit.model.live import Datasource
from dashkit.preview.data import TimeRange
from dashkit.preview.sources.grafana import GrafanaData
from dashkit.preview.sources.grafana_frames import answers_of
from dashkit.preview.sources.port import View

VIEW = View(TimeRange(1_700_000_000_000, 1_700_003_600_000), 15_000, points=500)
FRAME = {
    "schema": {
        "name": "api", "refId": "A", "meta": {"type": "timeseries-multi"},
        "fields": [
            {"name": "Time", "type": "time", "config": {"interval": 15000}},
            {"name": "Value", "type": "number", "labels": {"job": "api"}, "config": {"displayNameFromDS": "api"}},
        ],
    },
    "data": {"values": [[1, 2, 3], [None, 5, None]], "entities": [None, {"NaN": [0], "Inf": [2]}]},
}  # fmt: skip


class Server:
    url = "http://grafana.example"

    def __init__(self, results: Mapping[str, Any] | None = None) -> None:
        self.answer = results or {}
        self.asked: list[Any] = []

    def datasources(self) -> list[Datasource]:
        return [Datasource("p1", "Main", "prometheus", True), Datasource("l1", "Logs", "loki", False)]

    def results(self, queries: Sequence[Mapping[str, Any]], start: str, end: str) -> Mapping[str, Any]:
        self.asked.append((list(queries), start, end))
        return self.answer

    def marks(self, start: str, end: str, tags: Sequence[str]) -> list[dict[str, Any]]:
        self.asked.append((start, end, list(tags)))
        return [{"time": 5, "timeEnd": 9, "text": "Deployed", "tags": ["deploy"]}]


def data(server: Server, mapped: Mapping[str, str] | None = None) -> GrafanaData:
    return GrafanaData(server, lambda uid: pytest.fail("no Prometheus here"), mapped or {})


def test_frames_have_the_names_labels_and_numbers_that_grafana_sends() -> None:
    (answer,) = answers_of({"A": {"frames": [FRAME]}}, ["A"])
    (frame,) = answer.frames
    time, value = frame.fields
    assert (frame.name, frame.ref_id, frame.meta["type"]) == ("api", "A", "timeseries-multi")
    assert (time.type, time.config) == ("time", {"interval": 15000})
    assert (value.labels, value.config) == ({"job": "api"}, {"displayNameFromDS": "api"})
    assert math.isnan(value.values[0])
    assert list(value.values[1:]) == [5, math.inf]


def test_an_error_of_a_query_is_its_answer_and_what_is_missing_is_empty() -> None:
    answers = answers_of({"A": {"error": "bad query"}}, ["A", "B"])
    assert [(answer.error, len(answer.frames)) for answer in answers] == [("bad query", 0), ("", 0)]


@pytest.mark.parametrize(
    "odd", [{"schema": 1}, {"data": {"values": 3}}, {"schema": {"fields": [{}]}, "data": {"values": [4]}}, {}]
)
def test_frames_of_odd_shapes_are_empty(odd: dict[str, Any]) -> None:
    (answer,) = answers_of({"A": {"frames": [odd]}}, ["A"])
    assert all(not field.values for frame in answer.frames for field in frame.fields)


def test_all_queries_of_a_panel_are_asked_together_with_the_datasources_of_that_grafana() -> None:
    server = Server({"A": {"frames": [FRAME]}, "B": {"frames": []}})
    targets = [
        {"refId": "A", "expr": "up", "datasource": {"type": "prometheus", "uid": "ours"}},
        {"refId": "B", "expression": "$A", "datasource": {"type": "__expr__", "uid": "__expr__"}},
    ]
    answers = data(server, {"ours": "p1"}).ask({}, targets, VIEW)
    ((queries, start, end),) = server.asked
    assert [query["datasource"]["uid"] for query in queries] == ["p1", "__expr__"]
    assert [(query["intervalMs"], query["maxDataPoints"]) for query in queries] == [(15_000, 500)] * 2
    assert (start, end) == ("1700000000000", "1700003600000")
    assert len(answers[0].frames) == 1


def test_without_a_name_the_default_datasource_of_the_type_is_asked() -> None:
    server = Server()
    data(server).ask({}, [{"refId": "A", "datasource": {"type": "loki"}}], VIEW)
    assert server.asked[0][0][0]["datasource"] == {"uid": "l1", "type": "loki"}


def test_a_datasource_that_the_server_lacks_is_named() -> None:
    with pytest.raises(ServerError, match="no datasource 'gone'"):
        data(Server()).ask({}, [{"refId": "A", "datasource": {"type": "prometheus", "uid": "gone"}}], VIEW)


def test_annotations_of_grafana_itself_are_found_by_their_tags() -> None:
    server = Server()
    entry = {
        "datasource": {"type": "grafana", "uid": "-- Grafana --"},
        "target": {"tags": ["deploy"]},
        "iconColor": "blue",
    }
    (mark,) = data(server).annotations(entry, VIEW)
    assert (mark.start, mark.end, mark.text, mark.colour, mark.tags) == (5, 9, "Deployed", "blue", ("deploy",))
    assert server.asked == [("1700000000000", "1700003600000", ["deploy"])]


def test_a_datasource_variable_lists_those_of_its_type() -> None:
    assert data(Server()).values({"type": "datasource"}, "prometheus", VIEW) == ["Main"]


def test_a_table_of_a_prometheus_has_a_column_for_each_label() -> None:
    server = Server({"A": {"frames": [FRAME]}, "B": {"frames": []}})
    target = {
        "refId": "A",
        "expr": "up",
        "format": "table",
        "instant": True,
        "datasource": {"type": "prometheus", "uid": "p1"},
    }
    answers = data(server).ask({}, [target, {**target, "refId": "B"}], VIEW)
    (frame,) = answers[0].frames
    assert [field.name for field in frame.fields] == ["Time", "job", "Value #A"]
