"""What a live check asks, and what it makes of the answers."""

from __future__ import annotations

from typing import Any

import pytest

from dashkit.errors import ServerError
from dashkit.lint.elements import Board
from dashkit.lint.interpolate import Span, interpolate
from dashkit.lint.live import LiveReport, Verdict, run
from dashkit.lint.queries import Budget
from dashkit.promql.interpolate import Chosen
from tests.rules.building import Scripted, applied, board_of

SPAN = Span(0, 6 * 3600)


def asked(case: dict[str, Any], **script: Any) -> tuple[LiveReport, Scripted]:
    board = board_of(applied(case))
    assert isinstance(board, Board)
    server = Scripted(script)
    return run([board], server, Budget(workers=1), now=1_000_000), server


def variable(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": "query", "query": f"label_values(up, {name})", **more}


ONE, SEVERAL = Chosen(("a.b",)), Chosen(("a.b", "c"), several=True)


@pytest.mark.parametrize(
    ("text", "chosen", "filled"),
    [
        ('up{job="$job"}', ONE, 'up{job="a.b"}'),
        ('up{job="$job"}', Chosen(('a"b\\c',)), 'up{job="a\\"b\\\\c"}'),
        ('up{job=~"$job"}', SEVERAL, 'up{job=~"(a\\\\.b|c)"}'),
        # One value of a variable that can have several is a pattern too.
        ('up{job=~"$job"}', Chosen(("(none)",), several=True), 'up{job=~"\\\\(none\\\\)"}'),
        # Escaped for the pattern, and that for the string it stands in.
        ('up{job=~"$job"}', Chosen(("a/b\\c",), several=True), r'up{job=~"a/b\\\\c"}'),
        ('up{job=~"$job"}', Chosen(('a"b',), several=True), r'up{job=~"a\\\"b"}'),
        ('up{job=~"${job:pipe}"}', SEVERAL, 'up{job=~"a.b|c"}'),
        ('up{job=~"${job:csv}"}', SEVERAL, 'up{job=~"a.b,c"}'),
        ("${job:doublequote}", SEVERAL, '"a.b","c"'),
        ("${job:glob}", SEVERAL, "{a.b,c}"),
        ('up{job=~"[[job]]"}', Chosen((".+",), raw=True), 'up{job=~".+"}'),
        ("rate(up[$__rate_interval])", ONE, "rate(up[375s])"),
        ("up[${__range_s}s]", ONE, "up[21600s]"),
        ("up @ ${__to:date:seconds}", ONE, "up @ 21600"),
        ("up{job='$other'}", ONE, "up{job='$other'}"),
    ],
)
def test_variables_are_filled_in_as_grafana_does(text: str, chosen: Chosen, filled: str) -> None:
    assert interpolate(text, {"job": chosen}, SPAN) == filled


def test_the_rate_interval_is_at_least_four_scrapes() -> None:
    assert interpolate("$__rate_interval", {}, Span(0, 900, scrape=60)) == "240s"


def test_a_chained_variable_is_asked_with_the_value_of_the_one_it_needs() -> None:
    case = {
        "expr": 'up{instance=~"$instance"}',
        "variables": [variable("instance", query='label_values(up{job="$job"}, instance)'), variable("job")],
    }
    report, server = asked(case, values={"job": ["api", "web"], "instance": ["a:1"]}, data={'up{instance=~"a:1"}': 1})
    assert server.asked == ["up", 'up{job="api"}', 'up{instance=~"a:1"}']
    assert [outcome.verdict for outcome in report.outcomes] == [Verdict.DATA]


@pytest.mark.parametrize(
    ("query", "chosen"), [("label_names()", "pod"), ("metrics(.*_total)", "jobs_total"), ("metrics(()", "")]
)
def test_names_of_labels_and_metrics_are_asked_for(query: str, chosen: str) -> None:
    case = {"expr": 'up{job=~"$job"}', "variables": [variable("job", query=query)]}
    _report, server = asked(case, names=["pod", "job"], values={"__name__": ["up", "jobs_total"]})
    assert server.asked[-1] == f'up{{job=~"{chosen}"}}'


@pytest.mark.parametrize(
    ("more", "chosen"),
    [
        ({}, "api"),
        ({"current": {"value": "web"}}, "web"),
        ({"current": {"value": "gone"}}, "api"),
        ({"includeAll": True}, "(api|web)"),
        ({"includeAll": True, "allValue": ".+"}, ".+"),
        ({"regex": "/w(?<value>.*)/"}, "eb"),
        ({"regex": "/W(.*)/i"}, "eb"),
        ({"regex": "web"}, "web"),
        ({"regex": "we"}, ""),
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


def test_a_question_that_fails_is_its_panels_problem_and_the_others_are_asked() -> None:
    class Broken(Scripted):
        def ask(self, asked: Any) -> tuple[int, str]:
            if "gone" in asked.expr:
                raise ServerError("no answer within the time-out")
            return 1, ""

    panels = [
        {"id": 1, "targets": [{"refId": "A", "expr": "gone"}]},
        {"id": 2, "gridPos": {"x": 12, "y": 0, "w": 12, "h": 8}},
    ]
    board = board_of(applied({"panels": panels}))
    assert isinstance(board, Board)
    report = run([board], Broken({}), Budget(), now=0)
    assert [outcome.verdict for outcome in report.outcomes] == [Verdict.ERROR, Verdict.DATA]
    assert report.outcomes[0].detail == "no answer within the time-out"


@pytest.mark.parametrize("status", [0, 401])
def test_a_server_that_answers_nothing_ends_the_run(status: int) -> None:
    class Gone(Scripted):
        def ask(self, asked: Any) -> tuple[int, str]:
            raise ServerError("cannot connect", status=status)

    board = board_of(applied({}))
    assert isinstance(board, Board)
    with pytest.raises(ServerError, match="cannot connect"):
        run([board], Gone({}), Budget(), now=0)


def test_what_a_server_would_not_say_is_not_made_up() -> None:
    class Silent(Scripted):
        def exists(self, datasource: str, expr: str, at: float) -> bool | None:
            return None

    board = board_of(applied({"expr": "big_metric"}))
    assert isinstance(board, Board)
    (outcome,) = run([board], Silent({}), Budget(), now=0).outcomes
    assert (outcome.verdict, outcome.detail) == (
        Verdict.EMPTY,
        "no data now, and the server does not reveal why",
    )


@pytest.mark.parametrize("expr", ["up unless on () maintenance", "(up > 5) or (old > 5)", "up and on () absent(gone)"])
def test_what_is_optional_is_not_to_blame(expr: str) -> None:
    report, _server = asked({"expr": expr}, exists=['"up"'])
    assert [outcome.verdict for outcome in report.outcomes] == [Verdict.EMPTY]


def test_the_same_query_over_another_time_is_another_question() -> None:
    boards = []
    for number, start in enumerate(("now-1h", "now-30d")):
        board = board_of(applied({"dashboard": {"uid": str(number), "time": {"from": start, "to": "now"}}}))
        assert isinstance(board, Board)
        boards.append(board)
    server = Scripted({"data": {"sum(up)": 1}})
    assert run(boards, server, Budget(workers=1), now=0).asked == 2


def test_a_datasource_that_does_not_exist_is_an_error() -> None:
    class Without(Scripted):
        def datasource(self, kind: str, wanted: str) -> str:
            raise LookupError(f"this Grafana has no datasource {wanted!r}")

    board = board_of(applied({"panel": {"datasource": {"type": "prometheus", "uid": "gone"}}}))
    assert isinstance(board, Board)
    (outcome,) = run([board], Without({}), Budget(), now=0).outcomes
    assert (outcome.verdict, outcome.detail) == (Verdict.ERROR, "this Grafana has no datasource 'gone'")


def test_diagnosis_does_not_spend_the_budget() -> None:
    board = board_of(applied({"expr": "gone_metric"}))
    assert isinstance(board, Board)
    (outcome,) = run([board], Scripted({}), Budget(queries=1, workers=1), now=0).outcomes
    assert outcome.verdict is Verdict.NO_METRIC
