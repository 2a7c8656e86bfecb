"""Calculations over values, as Grafana computes them."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from dashkit.preview.fields.reduce import NAMES, reduced
from tests.conftest import ROOT

FACTS: Any = json.loads((ROOT / "tests/preview/facts/display.json").read_text(encoding="utf-8"))
NAN = math.nan


def number(value: Any) -> Any:
    """Return a recorded value: JSON has no NaN."""
    return NAN if value == "NaN" else value


def same(found: Any, wanted: Any) -> bool:
    if isinstance(wanted, list):
        # In lists, NaN was recorded as null.
        return len(found) == len(wanted) and all(
            same(one, other) or (other is None and one != one) for one, other in zip(found, wanted, strict=True)
        )
    if wanted == "NaN":
        return isinstance(found, float) and math.isnan(found)
    return bool(found == wanted) and isinstance(found, bool) == isinstance(wanted, bool)


def test_calculations_are_called_as_in_grafana_and_in_its_order() -> None:
    assert list(NAMES.items()) == list(FACTS["reducers"].items())


@pytest.mark.parametrize("case", FACTS["reduced"].values(), ids=list(FACTS["reduced"]))
def test_each_calculation_gives_what_grafana_gives(case: Any) -> None:
    found = reduced([number(value) for value in case["values"]], case["results"])
    assert {one: (found[one], wanted) for one, wanted in case["results"].items() if not same(found[one], wanted)} == {}


def test_only_what_is_asked_for_is_there() -> None:
    assert reduced([1, 2], ["max", "nonsense", "mean"]) == {"max": 2, "mean": 1.5}


def test_old_names_still_mean_the_same() -> None:
    assert reduced([1, 2, None], ["avg", "current", "total"]) == {"avg": 1.5, "current": 2, "total": 3}


@pytest.mark.parametrize(
    ("values", "delta"),
    [
        ([1, 5, 2], 4),  # the fall itself counts nothing
        ([1, 5, 2, 6, 8], 6),  # nor does what comes next
        ([10, 20, 5, 6, 30], 34),
        ([7, None, 9], 2),
        ([5, 3, 1], 0),
    ],
)
def test_the_delta_of_a_counter_leaves_resets_out(values: Any, delta: float) -> None:
    assert reduced(values, ["delta"]) == {"delta": delta}


def test_what_is_missing_is_no_number_but_has_a_place() -> None:
    found = reduced([None, NAN, 3, None], ["first", "firstNotNull", "last", "lastNotNull", "min", "count", "countAll"])
    assert found == {
        "first": None, "firstNotNull": 3, "last": None, "lastNotNull": 3, "min": 3, "count": 2, "countAll": 4,
    }  # fmt: skip


def test_texts_have_no_mean_but_a_last_one() -> None:
    found = reduced(
        ["a", "b", "a"], ["lastNotNull", "mean", "max", "sum", "distinctCount", "changeCount", "uniqueValues"]
    )
    assert found == {
        "lastNotNull": "a", "mean": None, "max": None, "sum": 0, "distinctCount": 2, "changeCount": 2,
        "uniqueValues": ["a", "b"],
    }  # fmt: skip


def test_true_and_one_are_different_values() -> None:
    assert reduced([True, 1, 1.0], ["uniqueValues", "distinctCount"]) == {"uniqueValues": [True, 1], "distinctCount": 2}


def test_missing_values_alone_have_no_percentile() -> None:
    found = reduced([None, None], ["p50", "mean", "median", "variance", "allIsNull", "diffperc"])
    assert math.isnan(found.pop("median"))
    assert found == {"p50": None, "mean": None, "variance": 0, "allIsNull": True, "diffperc": 0}
