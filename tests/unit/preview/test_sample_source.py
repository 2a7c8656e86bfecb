"""Sample data as the preview asks for it: frames of all datasources, values of variables, annotations."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest

from dashkit.model.alerts import RecordingRule
from dashkit.preview.data import TimeRange
from dashkit.preview.frames import Field, Frame
from dashkit.preview.sample.recorded import recorded_expressions
from dashkit.preview.sample.source import Sample
from dashkit.preview.sources.port import Answer, DataSource, View
from tests.conftest import SHARED
from tests.support.project import catalogues

NOW = 1_790_000_010_000.0
HOUR = View(TimeRange(NOW - 3_600_000, NOW), 60_000)
PROMETHEUS = {"type": "prometheus", "uid": "prometheus"}


@cache
def sample() -> Sample:
    return Sample(catalogues())


def ask(target: Mapping[str, Any], panel: Mapping[str, Any] | None = None, view: View = HOUR) -> Answer:
    (answer,) = sample().ask(
        panel or {"type": "timeseries"}, [{"refId": "A", "datasource": PROMETHEUS, **target}], view
    )
    assert answer.error == ""
    return answer


def frames(target: Mapping[str, Any], panel: Mapping[str, Any] | None = None) -> list[Frame]:
    return list(ask(target, panel).frames)


def field(frame: Frame, name: str) -> Field:
    return next(one for one in frame.fields if one.name == name)


def numbers(found: list[Frame]) -> list[float]:
    return [value for frame in found for one in frame.fields if one.type == "number" for value in one.values]


def test_it_is_a_source_of_data() -> None:
    source: DataSource = sample()
    assert source.title == "sample data"


def _shown(frame: Frame) -> str:
    return str(frame.fields[1].config.get("displayNameFromDS", ""))


def test_a_range_query_has_a_frame_for_each_series() -> None:
    found = frames(
        {"expr": 'sum by (service) (rate(http_requests_total{system="shop"}[5m]))', "legendFormat": "{{service}}"}
    )
    assert [_shown(frame) for frame in found] == ["api-gateway", "auth-service", "business-logic", "data-processor"]
    when, value = found[0].fields
    assert (when.name, when.type, when.config["interval"]) == ("Time", "time", 60_000)
    assert when.values[0] == NOW // 60_000 * 60_000 - 3_600_000
    assert len(when.values) == len(value.values) == 61
    assert value.labels == {"service": "api-gateway"}
    assert value.config["displayNameFromDS"] == "api-gateway"
    assert found[0].ref_id == "A"
    assert found[0].meta["type"] == "timeseries-multi"


@pytest.mark.parametrize(
    ("legend", "expr", "name"),
    [
        ("", "sum(up)", "sum(up)"),
        ("__auto", "sum(up)", "sum(up)"),
        ("__auto", "sum by (system) (up{system='shop'})", ""),
        ("", "sum by (system) (up{system='shop'})", '{system="shop"}'),
        ("", "topk(1, process_max_fds{instance='data-processor-0:8080'})", "process_max_fds{"),
        ("{{ system }} {{none}}!", "sum by (system) (up{system='shop'})", "shop !"),
    ],
)
def test_series_are_called_as_grafana_calls_them(legend: str, expr: str, name: str) -> None:
    (found,) = frames({"expr": expr, "legendFormat": legend})
    shown = _shown(found)
    assert shown == name or (name.endswith("{") and shown.startswith(name))


def test_an_instant_query_has_one_value_for_each_series() -> None:
    found = frames({"expr": "up{system='shop'}", "instant": True})
    assert {frame.length for frame in found} == {1}
    assert found[0].fields[0].values == [NOW]
    assert found[0].meta["type"] == "numeric-multi"


def test_a_table_has_a_column_for_each_label() -> None:
    (found,) = frames({"expr": "max by (service, instance) (up{system='shop'})", "format": "table", "instant": True})
    assert [one.name for one in found.fields] == ["Time", "instance", "service", "Value"]
    assert found.length == 9
    assert "api-gateway" in field(found, "service").values


def test_the_values_of_several_tables_are_told_apart() -> None:
    target = {"expr": "sum(up)", "format": "table", "instant": True, "datasource": PROMETHEUS}
    one, other = sample().ask({}, [{**target, "refId": "A"}, {**target, "refId": "B"}], HOUR)
    assert one.frames[0].fields[-1].name == "Value #A"
    assert other.frames[0].fields[-1].name == "Value #B"


def test_a_heatmap_has_the_buckets_without_those_below() -> None:
    expr = 'sum by (le) (increase(http_request_duration_seconds_bucket{system="shop"}[5m]))'
    (found,) = frames({"expr": expr, "format": "heatmap", "legendFormat": "{{le}}"}, {"type": "heatmap"})
    assert [one.name for one in found.fields[1:4]] == ["0.005", "0.01", "0.02"]
    assert found.fields[-1].name == "+Inf"
    every = frames({"expr": 'sum(increase(http_request_duration_seconds_count{system="shop"}[5m]))'})[0].fields[1]
    for place, count in enumerate(every.values):
        assert sum(one.values[place] for one in found.fields[1:]) == pytest.approx(count)


def test_times_without_a_value_are_left_out() -> None:
    (found,) = frames({"expr": "vector(time()) > 1790000000 - 1200"})
    assert len(found.fields[0].values) == len(found.fields[1].values) == 20
    assert min(found.fields[0].values) > 1_789_998_800_000


def test_a_step_is_at_least_what_the_query_wants_or_else_what_the_panel_does() -> None:
    assert frames({"expr": "sum(up)", "interval": "5m"})[0].fields[0].config["interval"] == 300_000
    assert frames({"expr": "sum(up)", "intervalFactor": 2})[0].fields[0].config["interval"] == 120_000
    assert frames({"expr": "sum(up)", "interval": "30s"})[0].fields[0].config["interval"] == 30_000


def test_a_query_without_an_expression_has_no_answer() -> None:
    assert ask({"expr": " "}) == Answer([], "", [])


def test_what_is_invented_is_noted() -> None:
    assert ask({"expr": "up"}).notes == []
    assert ask({"expr": "rate(unknown_total[5m])"}).notes == [
        "no catalogue lists a metric unknown_total: its data is invented"
    ]
    assert "cannot be read" in ask({"expr": "sum(up"}).notes[0]
    assert ask({"expr": "sum(up"}).frames != []


def test_rules_are_found_by_the_labels_that_they_add() -> None:
    rules = [RecordingRule("job:up:sum", f'sum(up{{job="{job}"}})', {"kind": f"{job}\\s"}) for job in ("node", "ci")]
    source = Sample(catalogues(), recorded_expressions(rules))
    (answer,) = source.ask(
        {}, [{"expr": 'job:up:sum{kind="node\\\\s"}', "datasource": PROMETHEUS, "instant": True}], HOUR
    )
    assert [frame.fields[1].labels for frame in answer.frames] == [{"__name__": "job:up:sum", "kind": "node\\s"}]
    assert answer.frames[0].fields[1].values == [4.0]


CSV = "time,name,value,on\n1700000000000,a,1.5,true\n1700000060000,,,false\n1700000120000,c,-2,"


@pytest.mark.parametrize("kind", ["testdata", "grafana-testdata-datasource"])
def test_test_data_is_what_the_query_says(kind: str) -> None:
    (found,) = frames({"datasource": {"type": kind}, "scenarioId": "csv_content", "csvContent": CSV})
    assert [(one.name, one.type) for one in found.fields] == [
        ("time", "time"), ("name", "string"), ("value", "number"), ("on", "boolean")
    ]  # fmt: skip
    assert found.fields[0].values == [1_700_000_000_000, 1_700_000_060_000, 1_700_000_120_000]
    assert found.fields[1].values == ["a", None, "c"]
    assert found.fields[2].values == [1.5, None, -2]
    assert found.fields[3].values == [True, False, None]


def test_a_date_is_a_time_and_text_in_a_column_of_times_stays_text() -> None:
    (found,) = frames(
        {
            "scenarioId": "csv_content",
            "csvContent": "time,Timeout\n2026-01-01T00:00:00Z,often",
            "datasource": {"type": "testdata"},
        }
    )
    assert found.fields[0].values == [1_767_225_600_000]
    assert (found.fields[1].type, found.fields[1].values) == ("string", ["often"])


def test_test_data_without_rows_or_content_is_empty() -> None:
    (found,) = frames({"datasource": {"type": "testdata"}, "scenarioId": "csv_content", "csvContent": "time,a"})
    assert found.length == 0
    assert frames({"datasource": {"type": "testdata"}, "scenarioId": "csv_content", "csvContent": ""}) == []


@pytest.mark.parametrize("name", ["look-series.json", "look-values.json"])
def test_the_dashboards_that_carry_their_data_show_it(name: str) -> None:
    path = SHARED / "display" / "look" / name
    if not path.exists():
        pytest.skip(f"no {path}")
    for panel in json.loads(path.read_text(encoding="utf-8"))["panels"]:
        for target in panel.get("targets", ()):
            (found,) = sample().ask(panel, [target], HOUR)[0].frames
            lines = target["csvContent"].strip().splitlines()
            assert [one.name for one in found.fields] == lines[0].split(",")
            assert found.length == len(lines) - 1
            assert (found.fields[0].type == "time") == ("time" in lines[0].split(",")[0])


LOKI = {"type": "loki", "uid": "loki"}


def test_log_lines_are_of_the_level_that_a_query_asks_for() -> None:
    (found,) = frames({"datasource": LOKI, "expr": '{service="api"} | json | level="ERROR"'}, {"type": "logs"})
    times, lines = field(found, "Time").values, field(found, "Line").values
    assert len(lines) > 5
    assert all(lines)
    assert list(times) == sorted(times, reverse=True)
    assert all(HOUR.time.start <= at <= HOUR.time.end for at in times)
    assert {labels["detected_level"] for labels in field(found, "labels").values} == {"error"}
    assert {labels["service"] for labels in field(found, "labels").values} == {"api"}
    assert len(set(field(found, "id").values)) == len(lines)


def test_slow_requests_took_as_long_as_the_query_says() -> None:
    (found,) = frames({"datasource": LOKI, "expr": '{a="b"} | json | duration_ms > 1000'}, {"type": "logs"})
    assert all(int(line.split()[-2]) >= 1000 for line in field(found, "Line").values)


def test_a_later_range_shows_the_same_lines() -> None:
    target = {"datasource": LOKI, "expr": '{a="b"}'}
    later = View(TimeRange(HOUR.time.start + 360_000, HOUR.time.end + 360_000), HOUR.interval)
    mine, other = (ask(target, {"type": "logs"}, view).frames[0] for view in (HOUR, later))
    shared = set(field(mine, "Line").values) & set(field(other, "Line").values)
    assert len(shared) > 50


def test_counted_lines_are_whole_and_errors_are_the_fewest() -> None:
    found = frames(
        {
            "datasource": LOKI,
            "expr": 'sum by (level) (count_over_time({a="b"} | json [1m]))',
            "legendFormat": "{{level}}",
        }
    )
    sums = {_shown(frame): sum(frame.fields[1].values) for frame in found}
    assert sums["error"] < sums["warn"] < sums["info"]
    assert all(value == int(value) for value in numbers(found))


ELASTIC = {
    "datasource": {"type": "elasticsearch", "uid": "logs"}, "query": "service:api AND level:ERROR",
    "bucketAggs": [{"type": "terms", "field": "logger.keyword"}, {"type": "date_histogram", "field": "@timestamp"}],
}  # fmt: skip


def test_other_datasources_have_series_by_what_they_group_by() -> None:
    answer = ask({**ELASTIC, "metrics": [{"type": "count"}]})
    assert [frame.name for frame in answer.frames] == ["orders", "payments", "http"]
    assert answer.notes == ["data of elasticsearch is invented"]


def test_logs_of_elasticsearch_are_lines() -> None:
    (found,) = frames({**ELASTIC, "metrics": [{"type": "logs"}]}, {"type": "logs"})
    assert {labels["level"] for labels in field(found, "labels").values} == {"error"}


def test_a_table_of_sql_has_the_columns_of_the_query() -> None:
    sql = 'SELECT p.service AS "Service", count(*) AS "Calls", max(at) AS "last time" FROM calls'
    (found,) = frames({"datasource": {"type": "postgres"}, "rawSql": sql, "format": "table"}, {"type": "table"})
    assert [(one.name, one.type) for one in found.fields] == [
        ("Service", "string"),
        ("Calls", "number"),
        ("last time", "time"),
    ]


@pytest.mark.parametrize(
    ("defaults", "low", "high"),
    [
        ({"unit": "percentunit"}, 0.2, 0.7),
        ({"min": 100, "max": 200}, 100, 200),
        ({"thresholds": {"steps": [{"color": "green", "value": None}, {"color": "red", "value": 80}]}}, 20, 80),
        ({"thresholds": {"steps": [{"color": "red", "value": None}, {"color": "green", "value": 80}]}}, 80, 90),
        (
            {
                "unit": "percentunit",
                "thresholds": {"steps": [{"color": "red", "value": None}, {"color": "green", "value": 0.99}]},
            },
            0.99,
            1,
        ),
        ({}, 10, 90),
    ],
)
def test_invented_values_suit_the_panel(defaults: dict[str, Any], low: float, high: float) -> None:
    panel = {"type": "timeseries", "fieldConfig": {"defaults": defaults}}
    found = numbers(frames({"datasource": {"type": "influxdb"}, "query": "SELECT 1", "alias": "a"}, panel))
    assert len(found) > 10
    assert all(low <= value <= high for value in found)
    assert len(set(found)) > 1


def test_expressions_are_calculated_from_the_other_queries() -> None:
    base = {
        "expr": 'count by (job) (up{system="shop", job!~"postgres|blackbox.*"})',
        "refId": "A",
        "datasource": PROMETHEUS,
    }
    expression = {"datasource": {"type": "__expr__", "uid": "__expr__"}}
    targets = [
        base,
        {**expression, "refId": "B", "type": "reduce", "expression": "A", "reducer": "max"},
        {**expression, "refId": "C", "type": "math", "expression": "$B * 10"},
        {**expression, "refId": "D", "type": "math", "expression": "$B + ${C}"},
        {**expression, "refId": "E", "type": "classic_conditions", "conditions": []},
    ]
    _, reduced, scaled, added, complex_one = sample().ask({}, targets, HOUR)
    assert numbers(list(reduced.frames)) == [2, 2, 2, 1]
    assert reduced.frames[0].fields[0].labels["job"] == "api-gateway"
    assert numbers(list(scaled.frames)) == [20, 20, 20, 10]
    assert numbers(list(added.frames)) == [22, 22, 22, 11]
    assert complex_one.notes == ["data of __expr__ is invented"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (
            'label_values(up{system="shop"}, service)',
            ["api-gateway", "auth-service", "business-logic", "data-processor"],
        ),
        ("label_values(http_requests_total{system='shop', status=~\"5..\"}, status)", ["500"]),
        ("label_values(up, nothing)", []),
        ("label_values(context)", ["prod", "staging"]),
        ("label_values(shelf)", ["shelf-a", "shelf-b", "shelf-c"]),
        ("label_values(unknown_metric, shelf)", ["shelf-a", "shelf-b", "shelf-c"]),
        ("metrics(^ci_builds)", ["ci_builds_total"]),
        ("metrics(()", []),
        ('query_result(sum(up{job="node"}))', ["{} 4 1790000010000"]),
        ("tag_values(something)", ["thing-a", "thing-b", "thing-c"]),
        ('{"find": "terms", "field": "shelf.keyword"}', ["shelf-a", "shelf-b", "shelf-c"]),
        ("{broken", ["thing-a", "thing-b", "thing-c"]),
        ("SELECT DISTINCT shelf FROM books", ["shelf-a", "shelf-b", "shelf-c"]),
        ("", ["thing-a", "thing-b", "thing-c"]),
    ],
)
def test_values_of_variables(query: str, found: list[str]) -> None:
    assert sample().values({"name": "thing", "type": "query"}, query, HOUR) == found


def test_names_of_labels_are_those_of_the_catalogues() -> None:
    assert {"job", "instance", "service", "status"} <= set(sample().values({}, "label_names()", HOUR))


def test_a_datasource_variable_offers_one() -> None:
    assert sample().values({"type": "datasource"}, "prometheus", HOUR) == ["prometheus"]


ROLLOUTS = {
    "name": "Rollouts", "iconColor": "blue", "datasource": PROMETHEUS, "titleFormat": "{{deployment}} rolled out",
    "expr": 'changes(kube_deployment_status_observed_generation{namespace="orchestrator"}[2m]) > 0',
}  # fmt: skip


@pytest.mark.parametrize("hours", [0.25, 1, 24, 24 * 7, 24 * 90])
def test_there_are_a_few_annotations_in_each_range(hours: float) -> None:
    view = View(TimeRange(NOW - hours * 3_600_000, NOW), 60_000)
    found = sample().annotations(ROLLOUTS, view)
    assert 1 <= len(found) <= 3
    assert all(view.time.start <= one.start == one.end <= view.time.end for one in found)
    assert {(one.text, one.colour) for one in found} == {("orchestrator rolled out", "blue")}
    assert found == sample().annotations(ROLLOUTS, view)


def test_annotations_by_tag_have_their_tags_and_the_built_in_query_finds_none() -> None:
    tagged = {"name": "Deployments", "target": {"tags": ["deployment"], "type": "tags"}}
    assert {one.tags for one in sample().annotations(tagged, HOUR)} == {("deployment",)}
    assert {one.text for one in sample().annotations(tagged, HOUR)} == {"Deployments"}
    assert sample().annotations({"builtIn": 1, "name": "Annotations & Alerts"}, HOUR) == []


@pytest.mark.parametrize(
    "target",
    [
        {}, {"expr": None}, {"expr": 7}, {"datasource": None, "expr": "up"}, {"datasource": "text", "expr": '{a="b"} |= "c"'},
        {"datasource": {"type": 3}}, {"datasource": LOKI}, {"datasource": LOKI, "expr": "sum(count_over_time({a=~\"(\"}[1m])"},
        {"datasource": {"type": "testdata"}, "scenarioId": "csv_content", "csvContent": 'a,b\n"broken'},
        {"datasource": {"type": "testdata"}, "scenarioId": "random_walk"},
        {"datasource": {"type": "__expr__"}, "type": "math", "expression": "$A / $B"},
        {"datasource": {"type": "elasticsearch"}, "bucketAggs": [3, {"type": "terms"}], "metrics": "x"},
        {"datasource": {"type": "influxdb"}, "groupBy": [{"type": "tag", "params": []}]},
        {"datasource": {"type": "cloudwatch"}, "dimensions": {"InstanceId": "*"}},
        {"datasource": {"type": "mysql"}, "rawSql": "select 1", "format": "table"},
        {"expr": "up", "interval": "often", "intervalFactor": "two"},
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["timeseries", "table", "logs", "heatmap", ""])
def test_odd_targets_are_answered(target: dict[str, Any], kind: str) -> None:
    (answer,) = sample().ask({"type": kind, "fieldConfig": None, "title": 3}, [target], HOUR)
    for frame in answer.frames:
        assert len({len(one.values) for one in frame.fields}) <= 1


def test_each_of_sixty_queries_of_a_dashboard_has_data() -> None:
    source = Sample(catalogues())
    view = View(TimeRange(NOW - 300 * 60_000, NOW), 60_000)
    quantiles = [
        f'histogram_quantile({wanted}, sum by (le, service) (rate(http_request_duration_seconds_bucket{{system="shop"}}[{window}m])))'
        for wanted in (0.5, 0.9)
        for window in range(5, 15)
    ]
    rates = [f'sum by (service) (rate(http_requests_total{{system="shop"}}[{window}m]))' for window in range(5, 25)]
    gauges = [f"max by (pod) (max_over_time(container_memory_working_set_bytes[{window}m]))" for window in range(5, 10)]
    ratios = [f"1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes + {number} * 0" for number in range(15)]
    for expr in (*quantiles, *rates, *gauges, *ratios):
        (answer,) = source.ask({}, [{"expr": expr, "datasource": PROMETHEUS}], view)
        assert answer.frames
