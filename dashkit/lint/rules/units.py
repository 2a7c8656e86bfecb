"""Units of values."""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.context import CheckContext
from dashkit.lint.elements import Panel
from dashkit.lint.rule import Finding, rule
from dashkit.lint.values import mapping, objects
from dashkit.model.grafana_names import unit_meant
from dashkit.model.problem import Severity

_KINDS = frozenset(
    {"timeseries", "stat", "gauge", "bargauge", "graph", "singlestat", "heatmap", "histogram", "piechart"}
)


@rule("DK203", Severity.INFO, on=Panel)
def unit(panel: Panel, context: CheckContext) -> Iterator[Finding]:
    """A panel whose numbers have no unit.

    0.25 may be seconds, a ratio or a rate. ``short``, ``none`` and ``string`` count as units: they show that it
    was considered. Panels with value mappings, and stats that show a text field, do not need one.
    """
    if panel.kind not in _KINDS or not panel.targets or panel.is_library:
        return
    if panel.kind in ("graph", "singlestat"):
        axes = objects(panel.json.get("yaxes"))
        known = bool(panel.json.get("format")) or any(axis.get("format") for axis in axes)
    else:
        known = any(value or "overrides" in pointer for pointer, value in panel.settings("unit"))
        calculated = mapping(panel.options.get("yAxis")).get("unit") if panel.kind == "heatmap" else ""
        fields = mapping(panel.options.get("reduceOptions")).get("fields")
        known = known or bool(calculated or fields or panel.defaults.get("mappings"))
    if not known:
        yield Finding("the numbers have no unit", pointer="/fieldConfig/defaults/unit")


@rule("DK204", Severity.WARNING, on=Panel)
def unknown_unit(panel: Panel, context: CheckContext) -> Iterator[Finding]:
    """A unit that looks like a typo of one of Grafana's.

    Grafana appends an unknown unit to the number unchanged: ``0.25 percentunits`` instead of 25 %. That is fine
    for ``suffix:orders`` and your own words, but not for a typo.
    """
    for pointer, value in panel.settings("unit"):
        meant = unit_meant(value) if isinstance(value, str) else ""
        if meant:
            yield Finding(f"unknown unit {value!r}", f"did you mean {meant!r}?", pointer=pointer)


RULES = (
    unit,
    unknown_unit,
)
