"""Thresholds or limits of 0 to 100 for a value of 0 to 1, or the other way round.

With the unit ``percentunit`` 1 is 100 %: a threshold at 90 is never reached, and a gauge up to 100 never leaves its
left end. With ``percent`` 100 is 100 %: of thresholds at 0.7 and 0.9 everything is beyond.

Bad::

    {"unit": "percentunit", "thresholds": {"steps": [{"color": "green"}, {"color": "red", "value": 90}]}}

Good::

    {"unit": "percentunit", "thresholds": {"steps": [{"color": "green"}, {"color": "red", "value": 0.9}]}}
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Panel, mapping, objects
from dashkit.model.problem import Severity


@rule("DK213", Severity.WARNING, on=Panel)
def threshold_scale(panel: Panel, facts: Facts) -> Iterator[Finding]:
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
