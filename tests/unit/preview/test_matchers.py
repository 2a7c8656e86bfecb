"""Matchers of fields and frames."""

from __future__ import annotations

from typing import Any

import pytest

from dashkit.preview.fields.matchers import candidates, field_matcher, frame_matcher
from dashkit.preview.frames import Field, Frame

API = Frame((Field("Time", "time", [1000, 2000]), Field("Value", "number", [1, 2], {"a": "api"})), ref_id="A")
AUTH = Frame((Field("Time", "time", [1000, 2000]), Field("Value", "number", [1, 2], {"a": "auth"})), ref_id="B")
TABLE = Frame(
    (
        Field("t", "time", [1000, 2000]),
        Field("host", "string", ["x", "y"]),
        Field("up", "boolean", [True, False]),
        Field("n", "number", [5, None]),
        Field("o", "other", [{}, {}]),
    ),
    name="tbl",
    ref_id="C",
)
FRAMES = [API, AUTH, TABLE]


def matched(written: Any) -> str:
    """Return X for each field that matches, by frame."""
    matches = field_matcher(written)
    assert matches is not None
    return " ".join("".join("X" if matches(one) else "." for one in fields) for fields in candidates(FRAMES))


@pytest.mark.parametrize(
    ("kind", "options", "expected"),
    [
        ("byName", "Time", "X. X. ....."),
        ("byName", "Value", ".X .X ....."),
        ("byName", "api", ".X .. ....."),
        ("byName", "tbl n", ".. .. ...X."),
        ("byName", "", ".. .. ....."),
        ("byRegexp", "a.*", ".X .X ....."),
        ("byRegexp", "/^A/i", ".X .X ....."),
        ("byRegexp", "api|Time", "XX X. ....."),
        ("byRegexp", "pi", ".. .. ....."),
        ("byRegexp", "/pi/", ".X .. ....."),
        ("byRegexp", "[", ".. .. ....."),
        ("byRegexp", None, ".. .. ....."),
        ("byType", "number", ".X .X ...X."),
        ("byTypes", ["number", "time"], "XX XX X..X."),
        ("byFrameRefID", "B", ".. XX ....."),
        ("byNames", {"names": ["api"]}, ".X .. ....."),
        ("byNames", {"mode": "include", "names": ["api", "tbl n"]}, ".X .. ...X."),
        ("byNames", {"mode": "exclude", "names": ["api"], "prefix": "All except:", "readOnly": True}, "X. XX XXXXX"),
        ("byNames", None, ".. .. ....."),
        ("byRegexpOrNames", {"names": ["t"], "pattern": "/^a/"}, ".X .X X...."),
        ("numeric", None, ".X .X ...X."),
        ("time", {}, "X. X. X...."),
        ("first", None, "X. X. X...."),
        ("firstTimeField", None, "X. X. X...."),
        ("anyMatch", [{"id": "byName", "options": "api"}, {"id": "byType", "options": "string"}], ".X .. .X..."),
        ("allMatch", [{"id": "byType", "options": "number"}, {"id": "byName", "options": "api"}], ".X .. ....."),
        ("allMatch", [], "XX XX XXXXX"),
        ("anyMatch", [], ".. .. ....."),
        ("invertMatch", {"id": "byType", "options": "number"}, "X. X. XXX.X"),
        ("alwaysMatch", None, "XX XX XXXXX"),
        ("neverMatch", None, ".. .. ....."),
    ],
)
def test_fields_match_as_in_grafana(kind: str, options: Any, expected: str) -> None:
    assert matched({"id": kind, "options": options}) == expected


@pytest.mark.parametrize(
    ("reducer", "operator", "value", "expected"),
    [
        ("sum", "eq", 3, ".X .X ....."),
        ("sum", "eq", "3", ".X .X ....."),
        ("lastNotNull", "neq", 2, "X. X. XXXXX"),
        ("max", "gt", 2, "X. X. X..X."),
        ("max", "gte", 2, "XX XX X..X."),
        ("count", "lt", 2, ".. .. ...X."),
        ("countAll", "lte", 2, "XX XX XXXXX"),
        ("", "lte", 2, ".. .. ....."),
        ("max", "~", 2, ".. .. ....."),
    ],
)
def test_fields_match_by_a_calculation(reducer: str, operator: str, value: Any, expected: str) -> None:
    assert matched({"id": "byValue", "options": {"reducer": reducer, "op": operator, "value": value}}) == expected


@pytest.mark.parametrize("written", [None, {}, [], {"id": "nosuch"}, {"id": 3}, "byName"])
def test_an_unknown_matcher_is_none(written: Any) -> None:
    assert field_matcher(written) is None
    assert frame_matcher(written) is None


@pytest.mark.parametrize(
    ("kind", "options", "expected"),
    [
        ("byName", "tbl", ["C"]),
        ("byName", "tb", []),
        ("byName", "/tb/", ["C"]),
        ("byRefId", "A", ["A"]),
        ("byRefId", "A|C", ["A", "C"]),
        ("byRefId", "/[AB]/", ["A", "B"]),
        ("byRefId", "/(/", []),
        ("anyMatch", [{"id": "byRefId", "options": "A"}, {"id": "byName", "options": "tbl"}], ["A", "C"]),
        ("allMatch", [{"id": "byRefId", "options": "A"}, {"id": "byName", "options": "tbl"}], []),
        ("invertMatch", {"id": "byRefId", "options": "A"}, ["B", "C"]),
        ("alwaysMatch", None, ["A", "B", "C"]),
        ("neverMatch", None, []),
    ],
)
def test_frames_match_as_in_grafana(kind: str, options: Any, expected: list[str]) -> None:
    matches = frame_matcher({"id": kind, "options": options})
    assert matches is not None
    assert [frame.ref_id for frame in FRAMES if matches(frame)] == expected


def test_a_query_named_by_its_letter_is_not_another_that_begins_with_it() -> None:
    matches = frame_matcher({"id": "byRefId", "options": "A|B"})
    assert matches is not None
    assert not matches(Frame((), ref_id="AB"))
