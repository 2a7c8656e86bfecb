"""Thresholds: their order and their scale."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from dashkit.lint.context import CheckContext
from dashkit.lint.elements import Panel, mapping, objects
from dashkit.lint.rule import Finding, rule
from dashkit.model.problem import Severity


@rule("DK205", Severity.ERROR, on=Panel)
def threshold_order(panel: Panel, context: CheckContext) -> Iterator[Finding]:
    """Thresholds that are not in ascending order, or without a base.

    Grafana goes through the steps in their order and stops at the first one above the value: of red at 90
    before orange at 70, 80 is green and 95 is orange, and red is never seen. The first step has no value (or
    null): it is the colour of all that is below the second. Where the panel does not use its thresholds it is
    an info.
    """
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


@rule("DK213", Severity.WARNING, on=Panel)
def threshold_scale(panel: Panel, context: CheckContext) -> Iterator[Finding]:
    """Thresholds or limits of 0 to 100 for a value of 0 to 1, or the other way round.

    With the unit ``percentunit`` 1 is 100 %: a threshold at 90 is never reached, and a gauge up to 100 never
    leaves its left end. With ``percent`` 100 is 100 %: of thresholds at 0.7 and 0.9 everything is beyond.
    """
    unit = panel.defaults.get("unit")
    thresholds = mapping(panel.defaults.get("thresholds"))
    shown = mapping(mapping(panel.defaults.get("custom")).get("thresholdsStyle")).get("mode", "off") != "off"
    if panel.kind in ("timeseries", "barchart", "histogram", "heatmap") and not shown:
        thresholds = {}
    if thresholds.get("mode") == "percentage":
        thresholds = {}
    steps = [step.get("value") for step in objects(thresholds.get("steps"))]
    numbers = [value for value in steps if isinstance(value, int | float) and value != 0]
    top = panel.defaults.get("max")
    if unit == "percentunit":
        beyond = [value for value in numbers if abs(value) > 2]
        if numbers and len(beyond) == len(numbers):
            message = f"with percentunit 1 is 100 %: no value reaches the threshold {beyond[0]:g}"
            # 80 is what Grafana proposes; nobody chose it.
            only_default = numbers == [80]
            severity = Severity.INFO if only_default else None
            yield Finding(message, pointer="/fieldConfig/defaults/thresholds", severity=severity)
        if isinstance(top, int | float) and top >= 50:
            yield Finding(f"with percentunit 1 is 100 %, but max is {top:g}", pointer="/fieldConfig/defaults/max")
    elif unit == "percent" and len(numbers) > 1 and all(0 < value <= 1 for value in numbers) and numbers[-1] < 1:
        message = f"with percent 100 is 100 %: nearly every value is beyond the threshold {numbers[-1]:g}"
        yield Finding(message, pointer="/fieldConfig/defaults/thresholds")


RULES = (
    threshold_order,
    threshold_scale,
)
