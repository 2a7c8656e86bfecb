"""Thresholds that are not in ascending order, or without a base.

Grafana goes through the steps in their order and stops at the first one above the value: of red at 90 before orange
at 70, 80 is green and 95 is orange, and red is never seen. The first step has no value (or null): it is the colour of
all that is below the second. Where the panel does not use its thresholds it is an info.

Bad::

    {"steps": [{"color": "green"}, {"color": "red", "value": 90}, {"color": "orange", "value": 70}]}

Good::

    {"steps": [{"color": "green"}, {"color": "orange", "value": 70}, {"color": "red", "value": 90}]}
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Panel, mapping, objects
from dashkit.model.problem import Severity


@rule("DK205", Severity.ERROR, on=Panel)
def threshold_order(panel: Panel, facts: Facts) -> Iterator[Finding]:
    for pointer, steps in _steps(panel):
        severity = None if panel.uses_thresholds or "overrides" in pointer else Severity.INFO
        values = [step.get("value") for step in steps[1:]]
        if any(value is None or isinstance(value, str) for value in values):
            yield Finding("only the first threshold may be without a number", pointer=pointer, severity=severity)
            continue
        numbers = [float(value) for value in values if isinstance(value, int | float)]
        wrong = next(((low, high) for low, high in pairwise(numbers) if high < low), None)
        if wrong:
            message = f"thresholds out of order: {wrong[1]:g} stands behind {wrong[0]:g}, whose colour is never seen"
            yield Finding(message, "the steps in ascending order", pointer=pointer, severity=severity)


def _steps(panel: Panel) -> Iterator[tuple[str, list[Any]]]:
    steps = objects(mapping(panel.defaults.get("thresholds")).get("steps"))
    if steps:
        yield "/fieldConfig/defaults/thresholds/steps", list(steps)
    for number, override in enumerate(panel.overrides):
        for index, entry in enumerate(objects(override.get("properties"))):
            if entry.get("id") == "thresholds":
                steps = objects(mapping(entry.get("value")).get("steps"))
                yield f"/fieldConfig/overrides/{number}/properties/{index}/value/steps", list(steps)
