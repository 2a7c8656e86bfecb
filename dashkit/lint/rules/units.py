"""Units of numbers."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from dashkit.lint.context import CheckContext
from dashkit.lint.elements import Panel, mapping, objects
from dashkit.lint.grafana_names import OWN_UNITS, UNITS
from dashkit.lint.rule import Finding, rule
from dashkit.model.problem import Severity

_KINDS = frozenset(
    {"timeseries", "stat", "gauge", "bargauge", "graph", "singlestat", "heatmap", "histogram", "piechart"}
)


@rule("DK203", Severity.INFO, on=Panel)
def unit(panel: Panel, context: CheckContext) -> Iterator[Finding]:
    """Numbers are shown without a unit.

    0.25 may be seconds, a share or a rate. ``short``, ``none`` and ``string`` are units too: they say that the
    author thought of it. Panels whose value mappings replace the number, and stats that show a text field, need
    none.
    """
    if panel.kind not in _KINDS or not panel.targets or panel.is_library:
        return
    if panel.kind in ("graph", "singlestat"):
        axes = objects(panel.json.get("yaxes"))
        known = bool(panel.json.get("format")) or any(axis.get("format") for axis in axes)
    else:
        properties = (entry for override in panel.overrides for entry in objects(override.get("properties")))
        known = bool(panel.defaults.get("unit")) or any(entry.get("id") == "unit" for entry in properties)
        calculated = mapping(panel.options.get("yAxis")).get("unit") if panel.kind == "heatmap" else ""
        fields = mapping(panel.options.get("reduceOptions")).get("fields")
        known = known or bool(calculated or fields or panel.defaults.get("mappings"))
    if not known:
        yield Finding("the numbers have no unit", pointer="/fieldConfig/defaults/unit")


@rule("DK204", Severity.WARNING, on=Panel)
def unknown_unit(panel: Panel, context: CheckContext) -> Iterator[Finding]:
    """A unit that is nearly one of Grafana's, but not quite.

    Grafana writes an unknown unit behind the number as it is: ``0.25 percentunits`` instead of 25 %. That is
    right for ``suffix: orders`` and for words of your own; it is wrong for a slip of the pen.
    """
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


RULES = (
    unit,
    unknown_unit,
)
