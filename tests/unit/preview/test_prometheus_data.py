"""Data of a Prometheus: what is asked, and the frames that its answers become."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pytest

from dashkit.errors import ServerError
from dashkit.metrics.prometheus import Measured as Result
from dashkit.preview.data import TimeRange
from dashkit.preview.fields.names import display_names
from dashkit.preview.sources.port import View
from dashkit.preview.sources.prometheus import PrometheusData
from dashkit.preview.sources.prometheus_frames import Measured, frames_of, series_name

VIEW = View(TimeRange(1_700_000_005_000, 1_700_003_605_000), 15_000)
PROMETHEUS = {"type": "prometheus", "uid": "p"}
API = {"__name__": "up", "job": "api", "instance": "i"}


class Server:
    url = "http://prometheus.example"

    def __init__(self, *found: Result, error: str = "") -> None:
        self.found, self.error, self.asked = list(found), error, list[tuple[Any, ...]]()

    def measured(self, expr: str, start: float | None, end: float, step: float) -> list[Result]:
        self.asked.append((expr, start, end, step))
        if self.error:
            raise ServerError(self.error)
        return self.found

    def label_values(self, label: str, match: str = "") -> list[str]:
        self.asked.append((label, match))
        return ["a", "b"] if label != "__name__" else ["http_total", "up"]

    def label_names(self, match: str = "") -> list[str]:
        return ["job", "instance"]


@pytest.mark.parametrize(
    ("form", "labels", "name"),
    [
        ("", API, 'up{instance="i", job="api"}'),
        ("{{job}} of {{ instance }}", API, "api of i"),
        ("{{gone}}!", API, "!"),
        ("__auto", API, ""),
        ("__auto", {}, "sum(up)"),
        ("", {}, "sum(up)"),
    ],
)
def test_series_have_the_names_that_grafanas_datasource_gives_them(
    form: str, labels: Mapping[str, str], name: str
) -> None:
    assert series_name(labels, {"legendFormat": form, "expr": "sum(up)"}) == name


def test_a_range_is_asked_at_whole_multiples_of_the_step() -> None:
    server = Server(Result(API, (1_700_000_010.0,), (1.0,)))
    target = {"refId": "A", "expr": "up", "datasource": PROMETHEUS, "legendFormat": "{{job}}"}
    (answer,) = PrometheusData(server).ask({}, [target], VIEW)
    (_, start, end, step) = server.asked[0]
    assert (start % 15, end % 15, step) == (0, 0, 15)
    (frame,) = answer.frames
    assert (frame.name, frame.ref_id, list(frame.fields[0].values)) == ("", "A", [1_700_000_010_000.0])
    assert (frame.fields[1].name, frame.fields[1].config) == ("up", {"displayNameFromDS": "api"})


def test_a_legend_that_says_what_tells_series_apart_leaves_out_the_metric() -> None:
    other = {**API, "instance": "j"}
    server = Server(Result(API, (1.0,), (1.0,)), Result(other, (1.0,), (1.0,)))
    auto = {"refId": "A", "expr": "up", "datasource": PROMETHEUS, "legendFormat": "__auto"}
    missing = {**auto, "refId": "B", "legendFormat": "{{none}}"}
    named, unnamed = PrometheusData(server).ask({}, [auto, missing], VIEW)
    assert [frame.fields[1].config["displayNameFromDS"] for frame in named.frames] == [
        '{__name__="up", instance="i", job="api"}', '{__name__="up", instance="j", job="api"}',
    ]  # fmt: skip
    assert display_names(unnamed.frames)[0] == ["Time", 'up {__name__="up", instance="i", job="api"}']


def test_a_table_has_its_labels_as_they_come_and_its_rows_by_time() -> None:
    series = [Measured({"job": "b"}, [1.0, 3.0], [5.0, 6.0]), Measured({"job": "c", "a": "x"}, [1.0, 2.0], [7.0, 8.0])]
    (frame,) = frames_of(series, {"refId": "A", "format": "table"}, 1)
    assert [field.name for field in frame.fields] == ["Time", "job", "a", "Value"]
    assert list(frame.fields[-1].values) == [5.0, 7.0, 8.0, 6.0]


def test_buckets_of_several_label_sets_are_heatmaps_of_their_own() -> None:
    series = [
        Measured({"le": le, "job": job}, [1.0], [value])
        for job, value in (("a", 4.0), ("b", 1.0))
        for le, value in (("1", value), ("+Inf", value + 1))
    ]
    found = frames_of(series, {"format": "heatmap"}, 1)
    assert [[list(field.values) for field in frame.fields[1:]] for frame in found] == [[[4.0], [1.0]], [[1.0], [1.0]]]


def test_an_instant_query_asks_for_the_end_of_the_range() -> None:
    server = Server(Result(API, (1_700_003_605.0,), (1.0,)))
    PrometheusData(server).ask({}, [{"expr": "up", "instant": True, "datasource": PROMETHEUS}], VIEW)
    assert server.asked == [("up", None, 1_700_003_605, 15)]


def test_a_query_may_have_a_longer_interval_of_its_own() -> None:
    server = Server()
    PrometheusData(server).ask({}, [{"expr": "up", "interval": "5m", "datasource": PROMETHEUS}], VIEW)
    assert server.asked[0][3] == 300


def test_an_error_is_the_answer_of_its_query_only() -> None:
    broken = PrometheusData(Server(error="parse error: no"))
    answers = broken.ask(
        {}, [{"expr": "up{", "datasource": PROMETHEUS}, {"expr": "x", "datasource": {"type": "loki"}}], VIEW
    )
    assert answers[0].error == "parse error: no"
    assert "loki is not asked" in answers[1].notes[0]


def test_a_table_has_a_column_for_each_label_and_says_whose_values_it_has() -> None:
    series = [Measured(API, [1.0], [5.0]), Measured({"job": "b"}, [1.0], [6.0])]
    (frame,) = frames_of(series, {"refId": "B", "format": "table", "instant": True}, 1, several=True)
    assert [field.name for field in frame.fields] == ["Time", "__name__", "instance", "job", "Value #B"]
    assert [list(field.values) for field in frame.fields[2:]] == [["i", ""], ["api", "b"], [5.0, 6.0]]
    (alone,) = frames_of(series, {"refId": "B", "format": "table", "instant": True}, 1)
    assert alone.fields[-1].name == "Value"


def test_buckets_have_what_is_in_them_and_not_in_smaller_ones() -> None:
    series = [
        Measured({"le": "+Inf"}, [1.0, 2.0], [9.0, 9.0]), Measured({"le": "0.5"}, [1.0, 2.0], [4.0, math.nan]),
        Measured({"le": "1"}, [1.0, 2.0], [6.0, 8.0]),
    ]  # fmt: skip
    (frame,) = frames_of(series, {"format": "heatmap"}, 1)
    assert [field.name for field in frame.fields] == ["Time", "0.5", "1", "+Inf"]
    assert [list(field.values) for field in frame.fields[1:]] == [[4.0, None], [2.0, 8.0], [3.0, 1.0]]


@pytest.mark.parametrize(
    ("query", "values", "asked"),
    [
        ("label_values(job)", ["a", "b"], ("job", "")),
        ('label_values(up{a="b,c"}, job)', ["a", "b"], ("job", 'up{a="b,c"}')),
        ("label_names()", ["job", "instance"], None),
        ("metrics(http.*)", ["http_total"], ("__name__", "")),
    ],
)
def test_variables_ask_as_grafana_does(query: str, values: list[str], asked: tuple[Any, ...] | None) -> None:
    server = Server()
    assert PrometheusData(server).values({"type": "query"}, query, VIEW) == values
    assert server.asked == ([asked] if asked else [])


def test_the_result_of_a_query_is_written_for_a_variables_regex() -> None:
    server = Server(Result({"__name__": "up", "job": "api"}, (10.0,), (1.0,)))
    assert PrometheusData(server).values({"type": "query"}, "query_result(up)", VIEW) == ['up{job="api"} 1 10000']


def test_runs_above_zero_are_annotations() -> None:
    times = tuple(1_700_000_010.0 + 15 * number for number in range(6))
    server = Server(Result({"version": "v2"}, times, (0, 1, 1, 0, 1, 0)))
    entry = {"name": "Deploys", "expr": "x", "textFormat": "to {{version}}", "iconColor": "blue", "tagKeys": "version"}
    found = PrometheusData(server).annotations(entry, VIEW)
    assert [(one.end - one.start, one.text, one.colour, one.tags) for one in found] == [
        (15_000, "Deploys: to v2", "blue", ("v2",)), (0, "Deploys: to v2", "blue", ("v2",)),
    ]  # fmt: skip
