"""Conditions of the v2 schema, as `show_when` makes them."""

from __future__ import annotations

from typing import Any

from dashkit.authoring.call import Call
from dashkit.authoring.conditions import Test
from dashkit.document.v2.loose import mapping
from dashkit.quiet.conditions import condition_of

Json = dict[str, Any]

_WORDS = {"equals": "equals", "notEquals": "not_equals", "matches": "matches", "notMatches": "not_matches"}


def show_when(condition: Any) -> Call:
    """Return the call that makes a condition."""
    said = condition_of(condition)
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
