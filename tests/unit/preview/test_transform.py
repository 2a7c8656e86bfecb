"""Transformations: recorded from Grafana 12.3.3, and what its own package does not hold."""

from __future__ import annotations

import copy
import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashkit.preview.fields.names import display_names
from dashkit.preview.fields.resolve import resolved
from dashkit.preview.frames import Field, FieldType, Frame
from dashkit.preview.transform import transformed
from dashkit.preview.transform.apply import TRANSFORMATIONS

FACTS = json.loads((Path(__file__).parents[2] / "preview/facts/transformations.json").read_text(encoding="utf-8"))
SPECIAL = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


def number(value: Any) -> Any:
    return SPECIAL.get(value, value) if isinstance(value, str) else value


def read(frame: dict[str, Any]) -> Frame:
    fields = [
        Field(name, kind, [number(one) if kind == "number" else one for one in values], labels or {}, config)
        for name, kind, values, labels, config in frame["fields"]
    ]
    return Frame(tuple(fields), frame.get("name") or "", frame.get("refId") or "", frame.get("meta", {}))


def same(value: Any, wanted: Any) -> bool:
    """Return whether a value is the recorded one. Of a calculation over nothing, NaN is recorded; here it is None."""
    if isinstance(wanted, list):
        return isinstance(value, list) and len(value) == len(wanted) and all(map(same, value, wanted))
    if not isinstance(value, str):
        wanted = number(wanted)
    if isinstance(wanted, bool) or isinstance(value, bool) or not isinstance(wanted, int | float):
        return bool(value == wanted) and type(value) is type(wanted)
    if value is None or math.isnan(wanted):
        return math.isnan(wanted) and (value is None or math.isnan(value))
    return math.isclose(value, wanted, rel_tol=1e-12, abs_tol=1e-15)


def described(frames: Sequence[Frame]) -> list[Any]:
    """Return frames without their values, with the names that are shown."""
    return [
        (
            frame.name,
            frame.ref_id,
            [
                (field.name, name, field.type, dict(field.labels), dict(field.config))
                for field, name in zip(frame.fields, names, strict=True)
            ],
        )
        for frame, names in zip(frames, display_names(resolved(frames, {})), strict=True)
    ]


@pytest.mark.parametrize(
    "case", FACTS["cases"], ids=[f"{number}-{case['id']}" for number, case in enumerate(FACTS["cases"])]
)
def test_a_transformation_gives_what_grafana_recorded(case: dict[str, Any]) -> None:
    frames = [
        read({**frame, "fields": [[n, kind, values, labels, {}] for n, _, kind, labels, values in frame["fields"]]})
        for frame in FACTS["inputs"][case["input"]]
    ]
    result, notes = transformed(frames, [{"id": case["id"], "options": case["options"]}])
    assert notes == []
    expected = [
        (frame["name"] or "", frame["refId"] or "", [(*head, labels or {}) for *head, labels, _ in frame["fields"]])
        for frame in case["output"]
    ]
    assert [(name, ref_id, [field[:4] for field in fields]) for name, ref_id, fields in described(result)] == expected
    assert [list(field.values) for frame in result for field in frame.fields] == [
        values for frame in case["output"] for *_, values in frame["fields"]
    ]


@pytest.mark.parametrize(
    "chain",
    FACTS["chains"],
    ids=[f"{at}-{'-'.join(one['id'] for one in chain['transformations'])}" for at, chain in enumerate(FACTS["chains"])],
)
def test_transformations_give_what_grafana_recorded(chain: dict[str, Any]) -> None:
    result, notes = transformed([read(FACTS["frames"][at]) for at in chain["frames"]], chain["transformations"])
    assert notes == []
    assert described(result) == [
        (frame.get("name", ""), frame.get("refId", ""), [tuple(field[:5]) for field in frame["fields"]])
        for frame in chain["output"]
    ]
    for frame, wanted in zip(result, chain["output"], strict=True):
        for field, (*_, values) in zip(frame.fields, wanted["fields"], strict=True):
            assert same(list(field.values), values), (field.name, list(field.values), values)


def series(name: str, values: list[Any], ref_id: str = "A", **labels: str) -> Frame:
    times = [1000 * (row + 1) for row in range(len(values))]
    return Frame((Field("Time", "time", times), Field(name, "number", values, labels)), ref_id=ref_id)


def table(ref_id: str = "A", **columns: list[Any]) -> Frame:
    return Frame(tuple(Field(name, kind_of(values), values) for name, values in columns.items()), ref_id=ref_id)


def kind_of(values: list[Any]) -> FieldType:
    return "string" if any(isinstance(value, str) for value in values) else "number"


def run(frames: Sequence[Frame], name: str, **options: Any) -> list[Frame]:
    result, notes = transformed(frames, [{"id": name, "options": options}])
    assert notes == []
    return result


def columns(frame: Frame) -> dict[str, list[Any]]:
    return {field.name: list(field.values) for field in frame.fields}


def test_time_series_table_has_a_row_for_each_series_with_its_trend() -> None:
    api, auth = series("Value", [1, 2, None], service="api"), series("Value", [5, 9], service="auth", env="dev")
    (result,) = run([api, auth], "timeSeriesTable", A={"stat": "max"})
    assert result.ref_id == "timeSeriesTable-A"
    assert columns(result)["service"] == ["api", "auth"]
    assert columns(result)["env"] == ["", "dev"]
    trends = columns(result)["Trend #A"]
    assert [trend.fields for trend in trends] == [api.fields, auth.fields]
    assert [trend.meta["value"] for trend in trends] == [2, 9]


def test_time_series_table_has_a_table_for_each_query_and_leaves_other_data_alone() -> None:
    other = table("C", host=["x"])
    result = run([series("Value", [1], "A"), other, series("Value", [2], "B")], "timeSeriesTable")
    assert result[0] is other
    assert [[field.name for field in frame.fields] for frame in result[1:]] == [["Trend #A"], ["Trend #B"]]
    assert columns(result[2])["Trend #B"][0].meta["value"] == 2


def test_rows_to_fields_names_values_and_labels() -> None:
    (result,) = run([table(service=["api", "auth"], env=["prod", "dev"], Value=[5, 3])], "rowsToFields")
    assert result.ref_id == "rowsToFields-A"
    assert [(one.name, one.type, list(one.values), dict(one.labels)) for one in result.fields] == [
        ("api", "number", [5], {"env": "prod"}),
        ("auth", "number", [3], {"env": "dev"}),
    ]


def test_rows_to_fields_takes_options_from_columns() -> None:
    rules = [
        {"fieldName": "title", "handlerKey": "field.name"},
        {"fieldName": "limit", "handlerKey": "threshold1"},
        {"fieldName": "host", "handlerKey": "__ignore"},
    ]
    given = table(host=["x"], title=["CPU"], unit=["percent"], Max=[100], value=[7], limit=[80], color=["red"])
    (result,) = run([given], "rowsToFields", mappings=rules)
    (field,) = result.fields
    assert (field.name, list(field.values), dict(field.labels)) == ("CPU", [7], {})
    assert (field.config["unit"], field.config["max"]) == ("percent", 100)
    assert field.config["color"] == {"mode": "fixed", "fixedColor": "red"}
    assert field.config["thresholds"]["steps"][-1] == {"color": "red", "value": 80}


def test_config_from_data_sets_options_and_drops_the_frame_that_held_them() -> None:
    settings_frame = table("config", Max=[10, 50], what=["s", "ms"])
    result = run(
        [settings_frame, series("Value", [1])],
        "configFromData",
        configRefId="config",
        mappings=[{"fieldName": "what", "handlerKey": "unit", "reducerId": "first"}],
    )
    assert [frame.ref_id for frame in result] == ["A"]
    time, value = result[0].fields
    assert dict(time.config) == {}
    assert dict(value.config) == {"max": 50, "unit": "s"}


def test_config_from_data_writes_value_mappings() -> None:
    rules = [{"fieldName": name, "handlerKey": f"mappings.{name}"} for name in ("value", "text", "color")]
    given = table("config", value=[0, 1], text=["down", "up"], color=["red", "green"])
    result = run([given, series("Value", [1])], "configFromData", mappings=rules)
    assert result[0].fields[1].config["mappings"] == [
        {
            "type": "value",
            "options": {
                "0": {"text": "down", "color": "red", "index": 0},
                "1": {"text": "up", "color": "green", "index": 1},
            },
        }
    ]


def test_partition_makes_a_frame_for_each_value() -> None:
    given = table(host=["a", "b", "a"], v=[1, 2, 3])
    labelled = run([given], "partitionByValues", fields=["host"])
    assert [(dict(frame.fields[0].labels), list(frame.fields[0].values)) for frame in labelled] == [
        ({"host": "a"}, [1, 3]),
        ({"host": "b"}, [2]),
    ]
    naming = {"asLabels": False, "withNames": True, "separator1": "=", "separator2": " "}
    named = run([given], "partitionByValues", fields=["host"], keepFields=True, naming=naming)
    assert [(frame.name, len(frame.fields)) for frame in named] == [("host=a", 2), ("host=b", 2)]


LONG = Frame(
    (
        Field("Time", "time", [1000, 1000, 2000]),
        Field("host", "string", ["a", "b", "a"]),
        Field("v", "number", [1, 2, 3]),
    )
)


def test_prepare_time_series_splits_rows_by_their_texts() -> None:
    first, second = run([LONG], "prepareTimeSeries", format="multi")
    assert (dict(first.fields[1].labels), columns(first)) == ({"host": "a"}, {"Time": [1000, 2000], "v": [1, 3]})
    assert (dict(second.fields[1].labels), columns(second)) == ({"host": "b"}, {"Time": [1000], "v": [2]})
    assert first.meta["type"] == "timeseries-multi"


def test_prepare_time_series_puts_series_side_by_side() -> None:
    (wide,) = run([LONG], "prepareTimeSeries", format="wide")
    assert [list(field.values) for field in wide.fields] == [[1000, 2000], [1, 3], [2, None]]
    assert display_names([wide]) == [["Time", "v a", "v b"]]


def test_prepare_time_series_writes_series_as_rows() -> None:
    (rows,) = run([series("v", [1, 3], host="a"), series("v", [2], host="b")], "prepareTimeSeries", format="long")
    assert columns(rows) == {"Time": [1000, 1000, 2000], "v": [1, 2, 3], "host": ["a", "b", "a"]}


def test_join_by_labels_makes_columns_of_one_label() -> None:
    frames = [
        series("Value", [10, 200], what="Temp", cluster="A"),
        series("Value", [10, 200], what="Temp", cluster="B"),
        series("Value", [22, 28], what="Speed", cluster="B"),
    ]
    (result,) = run(frames, "joinByLabels", value="what")
    assert columns(result) == {
        "cluster": ["A", "A", "B", "B"],
        "Temp": [10, 200, 10, 200],
        "Speed": [None, None, 22, 28],
    }


@pytest.mark.parametrize(
    ("options", "values", "expected"),
    [
        ({}, ['{"a": 1, "b": {"c": "x"}}', "no"], {"a": [1, None], "b": [{"c": "x"}, None]}),
        ({"format": "json", "jsonPaths": [{"path": "b.c[0]", "alias": "c"}]}, ['{"b": {"c": [7]}}'], {"c": [7]}),
        (
            {"format": "kvp"},
            ['level=info took=3 msg="all is well"'],
            {"level": ["info"], "took": [3], "msg": ["all is well"]},
        ),
        ({"format": "auto"}, ["a=1, b=true"], {"a": [1], "b": [True]}),
        (
            {"format": "regexp", "regExp": "/(?<word>\\w+)-(?<n>\\d+)/"},
            ["x-5", "?"],
            {"word": ["x", None], "n": [5, None]},
        ),
        ({"format": "delimiter", "delimiter": ";"}, ["a;b"], {"a": [True], "b": [True]}),
    ],
)
def test_extract_fields_reads_what_texts_hold(options: Any, values: list[Any], expected: dict[str, Any]) -> None:
    given = [table(line=values)]
    (result,) = run(given, "extractFields", source="line", replace=True, **options)
    got = {name: [None if one != one else one for one in column] for name, column in columns(result).items()}
    assert got == expected
    (kept,) = run(given, "extractFields", source="line", **options)
    assert list(columns(kept)) == ["line", *expected]


@pytest.mark.parametrize(
    ("template", "renamed"),
    [
        ("$1", "one"),
        ("$2-$1", "two-one"),
        ("[$&]", "[one two]"),
        ("$$1", "$1"),
        ("$<last>", "two"),
        ("x$<nobody>", "x"),
        ("$10", "one0"),
        ("$3", "$3"),
        ("$0", "$0"),
    ],
)
def test_a_name_is_replaced_as_javascript_does(template: str, renamed: str) -> None:
    frames = [Frame((Field("one two", "number", [1]),))]
    result = run(frames, "renameByRegex", regex="(\\w+) (?<last>\\w+)", renamePattern=template)
    assert display_names(result) == [[renamed]]


def test_all_matches_are_replaced_only_if_the_regex_says_so() -> None:
    frames = [Frame((Field("a.b.c", "number", [1]),))]
    assert display_names(run(frames, "renameByRegex", regex="/\\./g", renamePattern="-")) == [["a-b-c"]]
    assert display_names(run(frames, "renameByRegex", regex="/\\./", renamePattern="-")) == [["a-b.c"]]


def test_a_histogram_may_count_all_fields_together() -> None:
    given = [table(a=[1, 2, None], b=[2, 12, math.inf])]
    (result,) = run(given, "histogram", bucketSize=10, combine=True)
    assert columns(result) == {"xMin": [0, 10], "xMax": [10, 20], "count": [3, 1]}
    assert display_names([result]) == [["xMin", "xMax", "Count"]]


def test_a_histogram_of_equal_values_has_one_bucket() -> None:
    (result,) = run([table(a=[5, 5, 5])], "histogram")
    assert columns(result) == {"xMin": [5], "xMax": [6], "a": [3]}


def test_append_puts_rows_below_each_other() -> None:
    (result,) = run([table(a=[1], b=["x"]), table("B", a=[2], c=["y"])], "append")
    assert columns(result) == {"a": [1, 2], "b": ["x", None], "c": [None, "y"]}


def test_a_series_to_columns_is_a_join() -> None:
    frames = [table(k=["a"], v=[1]), table("B", k=["a"], w=[2])]
    assert run(frames, "seriesToColumns", byField="k") == run(frames, "joinByField", byField="k")


def test_disabled_transformations_and_those_of_annotations_are_left_out() -> None:
    frames = [table(a=[1, 2])]
    limit = {"id": "limit", "options": {"limitField": 1}}
    assert transformed(frames, [{**limit, "disabled": True}, {**limit, "topic": "annotations"}]).frames == frames
    assert transformed(frames, [limit]).frames != frames


def test_a_filter_chooses_the_frames_that_are_transformed() -> None:
    frames = [table("A", a=[1, 2]), table("B", a=[1, 2])]
    limit = {"id": "limit", "options": {"limitField": 1}, "filter": {"id": "byRefId", "options": "B"}}
    assert [frame.length for frame in transformed(frames, [limit]).frames] == [2, 1]


def test_a_field_keeps_the_number_that_told_it_from_others_until_the_panel_draws_it() -> None:
    fields = (Field("job", "string", ["a"]), Field("job", "string", ["b"]), Field("x", "string", ["c"]))
    steps = [
        {"id": "filterFieldsByName", "options": {"include": {"pattern": "^x$|job 2"}}},
        {"id": "organize", "options": {"excludeByName": {"x": True}}},
    ]
    found = transformed([Frame(fields)], steps).frames
    override = {"matcher": {"id": "byName", "options": "job 2"}, "properties": [{"id": "unit", "value": "s"}]}
    (shown,) = resolved(found, {"overrides": [override]})
    assert (display_names([shown]), shown.fields[0].config["unit"]) == ([["job"]], "s")
    renaming = {"id": "organize", "options": {"renameByName": {"job 2": "Job"}}}
    assert display_names(transformed([Frame(fields)], [*steps, renaming]).frames) == [["Job"]]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ({"id": "heatmap"}, "transformation 'heatmap' is not previewed"),
        ({}, "transformation '' is not previewed"),
        ({"id": "renameByRegex", "options": {"regex": "("}}, 'the regex "(" is invalid'),
        ({"id": "filterFieldsByName", "options": {"include": {"pattern": "("}}}, 'the regex "(" is invalid'),
        ({"id": "reduce", "options": {"mode": "sideways"}}, 'mode "sideways" is none of seriesToRows, reduceFields'),
        ({"id": "reduce", "options": {"fields": {"id": "nosuch"}}}, "its matcher of fields is unknown"),
        ({"id": "limit", "options": {"limitField": "many"}}, 'limitField "many" is no number'),
        ({"id": "limit", "filter": {"id": "nosuch", "options": "A"}}, 'the matcher "nosuch" of its frames is unknown'),
        ({"id": "filterFrames", "options": {"include": {"id": "byIndex"}}}, 'the matcher "byIndex" is unknown'),
        ({"id": "calculateField", "options": {"mode": "reduceRow", "reduce": {"reducer": "x"}}}, 'calculation "x"'),
        ({"id": "calculateField", "options": {"mode": "binary", "binary": {"operator": "%"}}}, 'operator "%"'),
        (
            {"id": "calculateField", "options": {"mode": "windowFunctions", "window": {"field": "a", "windowSize": 0}}},
            "no rows",
        ),
        (
            {"id": "filterByValue", "options": {"filters": [{"config": {"id": "near"}}]}},
            'the condition "near" is unknown',
        ),
        ({"id": "formatTime", "options": {"timezone": "Mars/North"}}, 'the timezone "Mars/North" is unknown'),
        ({"id": "formatString", "options": {"outputFormat": "Rot13"}}, 'the format "Rot13" is unknown'),
        ({"id": "convertFieldType", "options": {"conversions": [{"destinationType": "enum"}]}}, 'the type "enum"'),
        ({"id": "extractFields", "options": {"format": "regexp", "regExp": "x", "source": "a"}}, "names no group"),
        ({"id": "joinByLabels", "options": {}}, "names no label"),
    ],
)
def test_what_cannot_be_previewed_is_said_and_leaves_the_data_as_it_is(written: dict[str, Any], said: str) -> None:
    frames = [table(a=[1, 2])]
    result, notes = transformed(frames, [written])
    assert result == frames
    assert len(notes) == 1
    assert said in notes[0]


def test_a_join_whose_rows_multiply_is_refused() -> None:
    side = table(k=["a"] * 1000, v=list(range(1000)))
    _, notes = transformed([side, side], [{"id": "joinByField", "options": {"byField": "k", "mode": "inner"}}])
    assert notes == ["transformation 'joinByField' is not previewed: its rows multiply: more than 200000"]


def test_a_table_of_many_rows_is_merged_at_once() -> None:
    keys = [f"row {number}" for number in range(5000)]
    (result,) = run([table(k=keys, v=list(range(5000))), table("B", k=keys, w=list(range(5000)))], "merge")
    assert result.length == 5000


NAMES = ["Time", "Value", "env", "service", "a", "v", "k", ""]
VALUES: dict[FieldType, st.SearchStrategy[Any]] = {
    "time": st.none() | st.integers(0, 5).map(lambda one: one * 1000),
    "number": st.none() | st.integers(-9, 99) | st.floats(width=32),
    "string": st.none() | st.sampled_from(["", "x", "5", '{"a": [1]}', "a=1 b=2", "2024-01-02", "true"]),
    "boolean": st.none() | st.booleans(),
    "other": st.none()
    | st.lists(st.integers(0, 3), max_size=2)
    | st.dictionaries(st.sampled_from("ab"), st.integers(0, 3)),
}
CONFIGS: list[dict[str, Any]] = [
    {},
    {"displayName": "a"},
    {"displayNameFromDS": "v", "unit": "s"},
    {"displayName": 3, "custom": []},
]


@st.composite
def any_frames(draw: st.DrawFn) -> list[Frame]:
    frames = []
    for _ in range(draw(st.integers(0, 3))):
        length = draw(st.integers(0, 4))
        fields = []
        for kind in draw(st.lists(st.sampled_from(list(VALUES)), max_size=4)):
            values = draw(st.lists(VALUES[kind], min_size=length, max_size=length))
            labels = draw(
                st.dictionaries(st.sampled_from(["a", "service"]), st.sampled_from(["x", "y", ""]), max_size=2)
            )
            fields.append(Field(draw(st.sampled_from(NAMES)), kind, values, labels, draw(st.sampled_from(CONFIGS))))
        name, ref_id = draw(st.sampled_from(["", "n"])), draw(st.sampled_from(["", "A", "B", "config"]))
        frames.append(Frame(tuple(fields), name, ref_id))
    return frames


WRITTEN: list[dict[str, Any]] = [
    *({"id": case["id"], "options": case["options"]} for case in FACTS["cases"]),
    *(step for chain in FACTS["chains"] for step in chain["transformations"]),
    *({"id": name, "options": {}} for name in [*TRANSFORMATIONS, "nosuch"]),
    {"id": "timeSeriesTable", "options": {"A": {"stat": "max"}}},
    {"id": "rowsToFields", "options": {"mappings": [{"fieldName": "a", "handlerKey": "threshold1"}]}},
    {
        "id": "configFromData",
        "options": {
            "configRefId": "A",
            "applyTo": {"id": "byName", "options": "Value"},
            "mappings": [
                {"fieldName": "a", "handlerKey": "mappings.value", "reducerId": "max"},
                {"fieldName": "v", "handlerKey": "mappings.text"},
            ],
        },
    },
    {"id": "partitionByValues", "options": {"fields": ["a", "v"], "naming": {"asLabels": False, "append": True}}},
    *({"id": "prepareTimeSeries", "options": {"format": form}} for form in ("wide", "multi", "long")),
    {"id": "joinByLabels", "options": {"value": "a", "join": ["service"]}},
    *(
        {"id": "extractFields", "options": {"source": "a", "format": form, "regExp": "/(?<b>.)/", "replace": True}}
        for form in ("auto", "json", "kvp", "delimiter", "regexp")
    ),
    {
        "id": "extractFields",
        "options": {"source": "v", "format": "json", "jsonPaths": [{"path": "a[0]", "alias": "b"}]},
    },
    {"id": "limit", "filter": {"id": "invertMatch", "options": {"id": "byRefId", "options": "A"}}},
]
ODD: st.SearchStrategy[Any] = (
    st.none()
    | st.booleans()
    | st.integers(-3, 9)
    | st.floats()
    | st.sampled_from([*NAMES, "(", "$1", "/(?<a>.)/g", "1e999", "mean", "all"])
    | st.lists(st.sampled_from(["a", 1, None]), max_size=2)
    | st.dictionaries(st.sampled_from(["id", "options", "a"]), st.sampled_from(["a", 1, None]), max_size=2)
)


@st.composite
def spoiled(draw: st.DrawFn) -> dict[str, Any]:
    """Return a transformation as somebody wrote it, with some of its options replaced."""

    def spoil(value: Any) -> Any:
        if draw(st.integers(0, 7)) == 0:
            return draw(ODD)
        if isinstance(value, dict):
            return {key: spoil(one) for key, one in value.items()}
        return [spoil(one) for one in value] if isinstance(value, list) else value

    written = draw(st.sampled_from(WRITTEN))
    return {key: one if key == "id" else spoil(one) for key, one in written.items()}


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(frames=any_frames(), steps=st.lists(spoiled(), min_size=1, max_size=3))
def test_no_transformation_fails_or_changes_its_input(frames: list[Frame], steps: list[dict[str, Any]]) -> None:
    before = repr(copy.deepcopy((frames, steps)))
    result, notes = transformed(frames, steps)
    assert repr((frames, steps)) == before
    assert all(len(field.values) == frame.length for frame in result for field in frame.fields)
    assert len(display_names(result)) == len(result)
    assert len(notes) <= len(steps)
