"""Order and scale of thresholds."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from dashkit.lint.context import CheckContext
from dashkit.lint.elements import Panel
from dashkit.lint.rule import Finding, rule
from dashkit.lint.values import mapping, objects
from dashkit.model.problem import Severity


@rule("DK205", Severity.ERROR, on=Panel)
def threshold_order(panel: Panel, context: CheckContext) -> Iterator[Finding]:
    """Thresholds that are not in ascending order, or without a base.

    Grafana goes through the steps in order and stops at the first one above the value. With red at 90 before
    orange at 70, a value of 80 is green, 95 is orange, and red never appears. The first step has no value (or
    null): it is the colour of everything below the second. If the panel does not use its thresholds, this is
    an info.
    """
    for pointer, thresholds in panel.settings("thresholds"):
        steps = objects(mapping(thresholds).get("steps"))
        pointer = f"{pointer}/steps"
        severity = None if panel.uses_thresholds or "overrides" in pointer else Severity.INFO
        values = [step.get("value") for step in steps[1:]]
        if any(value is None or isinstance(value, str) for value in values):
            yield Finding("only the first threshold may have no number", pointer=pointer, severity=severity)
            continue
        numbers = [float(value) for value in values if isinstance(value, int | float)]
        wrong = next(((low, high) for low, high in pairwise(numbers) if high < low), None)
        if wrong:
            message = f"thresholds out of order: {wrong[1]:g} after {wrong[0]:g}, whose colour never appears"
            yield Finding(message, "sort the steps in ascending order", pointer=pointer, severity=severity)


@rule("DK213", Severity.WARNING, on=Panel)
def threshold_scale(panel: Panel, context: CheckContext) -> Iterator[Finding]:
    """Thresholds or limits that do not fit the scale of the unit.

    With the unit ``percentunit``, 1 is 100 %: a threshold at 90 is never reached, and a gauge up to 100 never
    leaves its left end. With ``percent``, 100 is 100 %: almost every value is above thresholds of 0.7 and 0.9.
    """
    unit = panel.defaults.get("unit")
    thresholds = mapping(panel.defaults.get("thresholds"))
    shown = mapping(mapping(panel.defaults.get("custom")).get("thresholdsStyle")).get("mode", "off") != "off"
    invisible = panel.kind in ("timeseries", "barchart", "histogram", "heatmap") and not shown
    if invisible or thresholds.get("mode") == "percentage":
        thresholds = {}
    steps = [step.get("value") for step in objects(thresholds.get("steps"))]
    numbers = [value for value in steps if isinstance(value, int | float) and value != 0]
    top = panel.defaults.get("max")
    if unit == "percentunit":
        beyond = [value for value in numbers if abs(value) > 2]
        if numbers and len(beyond) == len(numbers):
            message = f"with percentunit, 1 is 100 %: no value reaches the threshold {beyond[0]:g}"
            # 80 is Grafana's default, not a deliberate choice.
            severity = Severity.INFO if numbers == [80] else None
            yield Finding(message, pointer="/fieldConfig/defaults/thresholds", severity=severity)
        if isinstance(top, int | float) and top >= 50:
            yield Finding(f"with percentunit, 1 is 100 %, but max is {top:g}", pointer="/fieldConfig/defaults/max")
    elif unit == "percent" and len(numbers) > 1 and all(0 < value <= 1 for value in numbers) and numbers[-1] < 1:
        message = f"with percent, 100 is 100 %: almost every value is above the threshold {numbers[-1]:g}"
        yield Finding(message, pointer="/fieldConfig/defaults/thresholds")


RULES = (
    threshold_order,
    threshold_scale,
)
