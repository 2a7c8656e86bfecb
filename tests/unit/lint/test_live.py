"""What a live check asks, and what it makes of the answers."""

from __future__ import annotations

from typing import Any

import pytest

from dashkit.lint.live import ALL, Budget, LiveReport, Span, Verdict, interpolate, run
from dashkit.lint.subjects import Board
from tests.rules.building import Scripted, applied, board_of

SPAN = Span(0, 6 * 3600)


def asked(case: dict[str, Any], **script: Any) -> tuple[LiveReport, Scripted]:
    board = board_of(applied(case))
    assert isinstance(board, Board)
    server = Scripted(script)
    return run([board], server, Budget(workers=1), now=1_000_000), server


def variable(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": "query", "query": f"label_values(up, {name})", **more}


@pytest.mark.parametrize(
    ("text", "values", "filled"),
    [
        ('up{job="$job"}', {"job": ["api"]}, 'up{job="api"}'),
        ('up{job=~"$job"}', {"job": ["a.b", "c"]}, 'up{job=~"(a\\\\.b|c)"}'),
        ('up{job=~"${job:pipe}"}', {"job": ["a.b", "c"]}, 'up{job=~"a.b|c"}'),
        ('up{job=~"${job:csv}"}', {"job": ["a", "c"]}, 'up{job=~"a,c"}'),
        ('up{job=~"[[job]]"}', {"job": [f"{ALL}.+"]}, 'up{job=~".+"}'),
        ("rate(up[$__rate_interval])", {}, "rate(up[375s])"),
        ("up[${__range_s}s]", {}, "up[21600s]"),
        ("up @ ${__to:date:seconds}", {}, "up @ 21600"),
        ("up{job='$other'}", {}, "up{job='$other'}"),
    ],
)
def test_variables_are_filled_in_as_grafana_does(text: str, values: dict[str, list[str]], filled: str) -> None:
    assert interpolate(text, values, SPAN) == filled


def test_a_chained_variable_is_asked_with_the_value_of_the_one_it_needs() -> None:
    case = {
        "expr": 'up{instance=~"$instance"}',
        "variables": [variable("instance", query='label_values(up{job="$job"}, instance)'), variable("job")],
    }
    report, server = asked(case, values={"job": ["api", "web"], "instance": ["a:1"]}, data={'up{instance=~"a:1"}': 1})
    assert server.asked == ["up", 'up{job="api"}', 'up{instance=~"a:1"}']
    assert [outcome.verdict for outcome in report.outcomes] == [Verdict.DATA]


@pytest.mark.parametrize(
    ("more", "chosen"),
    [
        ({}, "api"),
        ({"current": {"value": "web"}}, "web"),
        ({"current": {"value": "gone"}}, "api"),
        ({"includeAll": True}, "(api|web)"),
        ({"includeAll": True, "allValue": ".+"}, ".+"),
        ({"regex": "/w(?<value>.*)/"}, "eb"),
        ({"regex": "/(w.*)/"}, "web"),
    ],
)
def test_what_is_selected_when_the_dashboard_opens(more: dict[str, Any], chosen: str) -> None:
    case = {"expr": 'up{job=~"$job"}', "variables": [variable("job", **more)]}
    _report, server = asked(case, values={"job": ["api", "web"]})
    assert server.asked[1] == f'up{{job=~"{chosen}"}}'


def test_identical_questions_are_asked_once() -> None:
    panels = [{"id": number, "gridPos": {"x": 0, "y": number * 8, "w": 12, "h": 8}} for number in range(1, 6)]
    report, server = asked({"panels": panels}, data={"sum(up)": 1})
    assert server.asked == ["sum(up)"]
    assert (report.asked, report.reused) == (1, 4)
    assert report.count(Verdict.DATA) == 5


def test_a_panel_is_empty_only_if_all_its_queries_are() -> None:
    panels = [
        {"id": 1, "title": "Half", "targets": [{"refId": "A", "expr": "up"}, {"refId": "B", "expr": "gone"}]},
        {"id": 2, "title": "Empty", "gridPos": {"x": 12, "y": 0, "w": 12, "h": 8}, "targets": [{"refId": "A", "expr": "gone"}]},
        {"id": 3, "title": "Says so", "gridPos": {"x": 0, "y": 8, "w": 12, "h": 8},
         "fieldConfig": {"defaults": {"noValue": "None"}}, "targets": [{"refId": "A", "expr": "up == 0"}]},
    ]  # fmt: skip
    report, _server = asked({"panels": panels}, data={"up": 1}, exists=['"up"'])
    assert [panel.title for panel in report.empty] == ["Empty"]


def test_a_range_that_misses_all_its_points_is_asked_once_more_at_its_end() -> None:
    class Late(Scripted):
        def ask(self, asked: Any) -> tuple[int, str]:
            return (1, "") if asked.instant else (0, "")

    board = board_of(applied({"expr": "slo:error_ratio:rate30d"}))
    assert isinstance(board, Board)
    report = run([board], Late({}), Budget(), now=0)
    assert report.count(Verdict.DATA) == 1


def test_hidden_queries_and_expressions_are_not_asked() -> None:
    targets = [
        {"refId": "A", "expr": "up", "hide": True},
        {"refId": "B", "type": "math", "expression": "$A", "datasource": {"type": "__expr__", "uid": "__expr__"}},
    ]
    report, server = asked({"panel": {"targets": targets}})
    assert server.asked == []
    assert report.outcomes == []
