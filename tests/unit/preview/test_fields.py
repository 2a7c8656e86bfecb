"""Options of fields: defaults, overrides, what the datasource says, ranges."""

from __future__ import annotations

import copy
import math
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dashkit.preview.fields.names import display_names
from dashkit.preview.fields.resolve import field_range, numeric_range, resolved
from dashkit.preview.frames import Field, Frame


def frame(*configs: dict[str, Any]) -> Frame:
    fields = [Field("Value", "number", [1, 5], {"pod": f"web-{i}"}, config) for i, config in enumerate(configs)]
    return Frame((Field("Time", "time", [1, 2]), *fields))


def override(matcher: dict[str, Any], **properties: Any) -> dict[str, Any]:
    entries = [{"id": name.replace("__", "."), "value": value} for name, value in properties.items()]
    return {"matcher": matcher, "properties": entries}


def options(given: Frame, **field_config: Any) -> list[Any]:
    """Return the options of the values of a frame, resolved."""
    return [dict(field.config) for field in resolved([given], field_config)[0].fields[1:]]


def by_name(name: str) -> dict[str, Any]:
    return {"id": "byName", "options": name}


def test_defaults_fill_in_what_the_datasource_did_not_set() -> None:
    given = frame({"unit": "ms", "custom": {"lineWidth": 2}}, {})
    defaults = {"unit": "s", "decimals": 2, "min": None, "custom": {"lineWidth": 9, "axisPlacement": "left"}}
    assert options(given, defaults=defaults) == [
        {"unit": "ms", "decimals": 2, "custom": {"lineWidth": 2, "axisPlacement": "left"}},
        {"unit": "s", "decimals": 2, "custom": {"lineWidth": 9, "axisPlacement": "left"}},
    ]


def test_overrides_win_over_all() -> None:
    given = frame({"unit": "ms"}, {})
    assert options(given, defaults={"unit": "s"}, overrides=[override(by_name("web-0"), unit="bytes")]) == [
        {"unit": "bytes"},
        {"unit": "s"},
    ]


def test_the_last_override_counts() -> None:
    rules = [override({"id": "numeric"}, unit="s", decimals=1), override({"id": "numeric"}, unit="ms")]
    assert options(frame({}), overrides=rules) == [{"unit": "ms", "decimals": 1}]


def test_an_override_reaches_into_nested_options() -> None:
    rule = override({"id": "numeric"}, custom__hideFrom={"viz": True}, custom__lineStyle__fill="dash")
    assert options(frame({"custom": {"lineWidth": 1}}), overrides=[rule]) == [
        {"custom": {"lineWidth": 1, "hideFrom": {"viz": True}, "lineStyle": {"fill": "dash"}}}
    ]


def test_an_override_without_a_value_removes_the_option() -> None:
    assert options(frame({"unit": "s"}), overrides=[override({"id": "numeric"}, unit=None)]) == [{}]


def test_later_overrides_find_a_field_by_the_title_that_earlier_ones_gave() -> None:
    rules = [
        override(by_name("web-1"), displayName="pod ${__field.labels.pod}"),
        override(by_name("pod web-1"), decimals=3),
        override(by_name("web-1"), decimals=9),
    ]
    given = frame({}, {})
    assert options(given, overrides=rules) == [{}, {"displayName": "pod ${__field.labels.pod}", "decimals": 3}]
    assert display_names(resolved([given], {"overrides": rules})) == [["Time", "web-0", "pod web-1"]]


def test_series_hidden_by_the_legend_are_all_but_the_named_ones() -> None:
    rule = {
        "__systemRef": "hideSeriesFrom",
        **override(
            {"id": "byNames", "options": {"mode": "exclude", "names": ["web-0"], "readOnly": True}},
            custom__hideFrom={"legend": False, "tooltip": False, "viz": True},
        ),
    }
    first, second = options(frame({}, {}), overrides=[rule])
    assert first == {}
    assert second["custom"]["hideFrom"]["viz"] is True


def test_limits_that_are_swapped_are_put_in_order() -> None:
    assert options(frame({}), defaults={"min": 5, "max": 1}) == [{"min": 1, "max": 5}]


def test_thresholds_colour_a_field_that_has_no_colour() -> None:
    steps = {"steps": [{"color": "green", "value": None}]}
    assert options(frame({}), defaults={"thresholds": steps})[0]["color"] == {"mode": "thresholds"}
    fixed = {"mode": "fixed", "fixedColor": "red"}
    assert options(frame({}), defaults={"thresholds": steps, "color": fixed})[0]["color"] == fixed


def test_an_override_of_an_unknown_kind_changes_nothing() -> None:
    rules = [override({"id": "nosuch"}, unit="s"), {"properties": [{"id": "unit", "value": "s"}]}]
    assert options(frame({}), overrides=rules) == [{}]


def test_a_range_spans_all_numbers() -> None:
    frames = [Frame((Field("a", "number", [3, None, math.nan]), Field("b", "string", ["99"]))), frame({})]
    assert numeric_range(frames) == (1, 5)
    assert numeric_range([Frame((Field("a", "number", [None, math.inf]),))]) is None


def test_a_field_may_have_its_own_range() -> None:
    shared = (0.0, 100.0)
    assert field_range(Field("a", "number", [1, 5]), shared) == (0, 100)
    assert field_range(Field("a", "number", [1, 5], config={"fieldMinMax": True}), shared) == (1, 5)
    assert field_range(Field("a", "number", [1, 5], config={"fieldMinMax": True, "max": 50}), shared) == (1, 50)
    assert field_range(Field("a", "number", [1, 5], config={"min": -5}), shared) == (-5, 100)
    assert field_range(Field("a", "number", []), None) is None


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-9, 99)
    | st.sampled_from(["", "numeric", "byName", "custom.a", "custom", "$x"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(
                ["id", "options", "matcher", "properties", "value", "custom", "min", "max", "names", "displayName"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=10,
)


@given(defaults=JSON, overrides=st.lists(JSON, max_size=3) | JSON)
def test_odd_options_neither_fail_nor_change_the_data(defaults: Any, overrides: Any) -> None:
    given_frames = [frame({"custom": {"a": {"b": 1}}}, {"custom": 3, "min": "x"})]
    before = copy.deepcopy(given_frames)
    assert len(resolved(given_frames, {"defaults": defaults, "overrides": overrides})) == 1
    assert given_frames == before
