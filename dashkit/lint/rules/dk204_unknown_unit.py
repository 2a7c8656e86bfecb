"""A unit that is nearly one of Grafana's, but not quite.

Grafana writes an unknown unit behind the number as it is: ``0.25 percentunits`` instead of 25 %. That is right for
``suffix: orders`` and for words of your own; it is wrong for a slip of the pen.

Bad::

    {"unit": "percentunits"}

Good::

    {"unit": "percentunit"}
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.grafana_names import OWN_UNITS, UNITS
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Panel, objects
from dashkit.model.problem import Severity


@rule("DK204", Severity.WARNING, on=Panel)
def unknown_unit(panel: Panel, facts: Facts) -> Iterator[Finding]:
    for pointer, value in _units(panel):
        if value in UNITS or value.startswith(OWN_UNITS) or "$" in value or len(value) < 4 or " " in value:
            continue
        near = difflib.get_close_matches(value, UNITS, n=1, cutoff=0.85)
        if near:
            yield Finding(f"unit {value!r} is not one of Grafana's", f"did you mean {near[0]!r}?", pointer=pointer)


def _units(panel: Panel) -> Iterator[tuple[str, str]]:
    value = panel.defaults.get("unit")
    if isinstance(value, str):
        yield "/fieldConfig/defaults/unit", value
    for number, override in enumerate(panel.overrides):
        for index, entry in enumerate(objects(override.get("properties"))):
            if entry.get("id") == "unit" and isinstance(entry.get("value"), str):
                yield f"/fieldConfig/overrides/{number}/properties/{index}/value", str(entry["value"])
