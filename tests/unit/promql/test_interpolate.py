"""Values of variables in texts, in each of Grafana's formats."""

from __future__ import annotations

import pytest

from dashkit.promql.interpolate import Chosen, built_in, filled, glob, interpolate, prometheus, shown, sql

TWO = Chosen(("a.b", "c d"), several=True, texts=("A", "C"), name="job")
ONE = Chosen(("it's",), name="job")


@pytest.mark.parametrize(
    ("form", "two", "one"),
    [
        ("csv", "a.b,c d", "it's"),
        ("raw", "a.b,c d", "it's"),
        ("text", "A + C", "it's"),
        ("pipe", "a.b|c d", "it's"),
        ("json", '["a.b", "c d"]', '"it\'s"'),
        ("doublequote", '"a.b","c d"', '"it\'s"'),
        ("singlequote", "'a.b','c d'", "'it\\'s'"),
        ("sqlstring", "'a.b','c d'", "'it''s'"),
        ("glob", "{a.b,c d}", "it's"),
        ("regex", r"(a\.b|c d)", "it's"),
        ("lucene", r'("a.b" OR "c\ d")', "it's"),
        ("percentencode", "%7Ba.b%2Cc%20d%7D", "it%27s"),
        ("distributed", "a.b,job=c d", "it's"),
        ("queryparam", "var-job=a.b&var-job=c%20d", "var-job=it%27s"),
    ],
)
def test_each_format_writes_one_and_several_values_as_grafana_does(form: str, two: str, one: str) -> None:
    assert interpolate(f"${{job:{form}}}", {"job": TWO}, {}, glob) == two
    assert interpolate(f"[[job:{form}]]", {"job": ONE}, {}, glob) == one


def test_prometheus_gets_several_values_as_an_escaped_alternative() -> None:
    assert interpolate('{job=~"$job"}', {"job": TWO}, {}, prometheus) == r'{job=~"(a\\.b|c d)"}'


def test_a_single_value_cannot_end_the_string_that_it_stands_in() -> None:
    hostile = Chosen(('x"} or up{a="',))
    assert interpolate('up{job="$job"}', {"job": hostile}, {}, prometheus) == 'up{job="x\\"} or up{a=\\""}'


def test_a_value_cannot_end_the_text_of_a_database_query() -> None:
    hostile = Chosen(("'; DROP TABLE x; --", "b"), several=True)
    assert interpolate("in ($v)", {"v": hostile}, {}, sql) == "in ('''; DROP TABLE x; --','b')"


def test_the_authors_text_for_all_is_inserted_as_it_is() -> None:
    assert interpolate('"$job"', {"job": Chosen((".*",), raw=True, label="All")}, {}, prometheus) == '".*"'


def test_titles_show_what_people_call_the_values() -> None:
    every = Chosen(("a", "b"), several=True, label="All")
    assert interpolate("Of $job", {"job": TWO}, {}, shown) == "Of A + C"
    assert interpolate("Of $job", {"job": every}, {}, shown) == "Of All"
    assert interpolate("Of $job", {"job": Chosen((".*",), raw=True, label="All")}, {}, shown) == "Of All"


def test_unknown_variables_and_groups_of_regular_expressions_stay() -> None:
    assert interpolate("$unknown $1 ${other}", {}, {}, glob) == "$unknown $1 ${other}"


def test_times_are_written_as_dates_where_a_format_asks_for_it() -> None:
    known = built_in(1_700_000_000, 1_700_003_600, 15, 15)
    assert interpolate("${__from:date:iso}", {}, known, glob) == "2023-11-14T22:13:20.000Z"
    assert interpolate("${__from:date:seconds}", {}, known, glob) == "1700000000"
    assert interpolate("${__from:date:YYYY-MM-DD}", {}, known, glob) == "2023-11-14"


def test_intervals_are_written_in_seconds_or_below_one_in_milliseconds() -> None:
    known = built_in(0, 60, 0.2, 15)
    assert (known["__interval"], known["__interval_ms"], known["__rate_interval"]) == ("200ms", "200", "60s")


def test_all_texts_of_a_value_are_filled_and_nothing_else() -> None:
    value = {"a": ["$x", 1, None], "b": {"c": "y$x"}}
    assert filled(value, lambda text: text.replace("$x", "1")) == {"a": ["1", 1, None], "b": {"c": "y1"}}
