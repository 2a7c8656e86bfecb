"""Numbers are shown without a unit.

0.25 may be seconds, a share or a rate. ``short``, ``none`` and ``string`` are units too: they say that the author
thought of it. Panels whose value mappings replace the number, and stats that show a text field, need none.

Bad::

    {"type": "timeseries", "fieldConfig": {"defaults": {}}}

Good::

    {"type": "timeseries", "fieldConfig": {"defaults": {"unit": "s"}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Panel, mapping, objects
from dashkit.model.problem import Severity

_KINDS = frozenset(
    {"timeseries", "stat", "gauge", "bargauge", "graph", "singlestat", "heatmap", "histogram", "piechart"}
)


@rule("DK203", Severity.INFO, on=Panel)
def unit(panel: Panel, facts: Facts) -> Iterator[Finding]:
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
