"""Conditions of the v2 schema in one form: there are several ways to say the same."""

from __future__ import annotations

from typing import Any

from dashkit.authoring.conditions import Condition, Test
from dashkit.document.v2.loose import objects, spec_of, text

Json = dict[str, Any]


def plain_condition(condition: Any) -> Json:
    """Return a condition in the one form that says the same: what `show_when` writes."""
    return condition_of(condition).to_json_data()


def condition_of(condition: Any) -> Condition:
    """Return a condition of a document as an author writes one: what has to hold for something to be shown."""
    group = spec_of(condition)
    tests = [Test(text(item.get("kind")), dict(spec_of(item))) for item in objects(group.get("items"))]
    match = "any" if group.get("condition") == "or" else "all"
    if group.get("visibility") == "hide":
        tests = [test.opposite() for test in tests]
        match = "all" if match == "any" else "any"
    # Of a single thing, all is any.
    return Condition(tuple(tests), "any" if match == "any" and len(tests) > 1 else "all")
