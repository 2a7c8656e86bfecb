"""Conditions of the v2 schema, as `show_when` makes them."""

from __future__ import annotations

from typing import Any

from dashkit.authoring.call import Call
from dashkit.authoring.conditions import Condition, Test
from dashkit.document.v2.loose import mapping, objects, spec_of, text

Json = dict[str, Any]

_WORDS = {"equals": "equals", "notEquals": "not_equals", "matches": "matches", "notMatches": "not_matches"}


def plain_condition(condition: Any) -> Json:
    """Return a condition in the one form that says the same: what `show_when` writes."""
    return _condition(condition).to_json_data()


def _condition(condition: Any) -> Condition:
    group = spec_of(condition)
    tests = [Test(text(item.get("kind")), dict(spec_of(item))) for item in objects(group.get("items"))]
    match = "any" if group.get("condition") == "or" else "all"
    if group.get("visibility") == "hide":
        tests = [test.opposite() for test in tests]
        match = "all" if match == "any" else "any"
    # Of a single thing, all is any.
    return Condition(tuple(tests), "any" if match == "any" and len(tests) > 1 else "all")


def show_when(condition: Any) -> Call:
    """Return the call that makes a condition."""
    said = _condition(condition)
    calls = [Call("show_when", (), _said(test)) for test in said.tests]
    named: Json = {"match": "any"} if said.match == "any" else {}
    merged: Json = {}
    for call in calls:
        if merged.keys() & call.keywords.keys():
            return Call("show_when", tuple(calls), named)
        merged |= call.keywords
    return Call("show_when", (), {**merged, **named})


def _said(test: Test) -> Json:
    spec = mapping(test.spec)
    if "variable" in spec:
        return {"variable": spec["variable"], _WORDS.get(str(spec.get("operator")), "equals"): spec.get("value")}
    if test.kind.endswith("Data"):
        return {"has_data": spec.get("value")}
    return {"range_longer_than" if test.longer else "range_up_to": spec.get("value")}
