"""What a panel may leave out wherever it stands: defaults of Grafana's own, and what it never reads.

Grafana fills in what is missing before it draws a panel (its options first, then the settings of fields), and removes settings of
fields that the kind does not have.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dashkit.authoring.paths import Json
from dashkit.quiet.kinds import AXES, FIELDS, GRAPHS, LEGENDS, NO_FIELDS, TILES
from dashkit.quiet.traces import Rule, at, drop, equal

_ANYTHING = object()
_FILLED = "Grafana fills in the same"
_NOT_READ = "a panel of this kind does not read it"
_HIDE_NOTHING = {"legend": False, "tooltip": False, "viz": False}
#: What `graph`, the kind before Grafana's time series, had on the panel itself.
_OF_GRAPH = (
    "aliasColors", "bars", "dashLength", "dashes", "fill", "fillGradient", "hiddenSeries", "legend", "lines", "linewidth",
    "nullPointMode", "percentage", "pointradius", "points", "renderer", "seriesOverrides", "spaceLength", "stack",
    "steppedLine", "thresholds", "timeRegions", "tooltip", "xaxis", "yaxes", "yaxis",
)  # fmt: skip
_CHART_OPTIONS = (
    "legend", "tooltip", "reduceOptions", "orientation", "graphMode", "colorMode", "justifyMode", "textMode", "displayMode",
    "showUnfilled", "alertThreshold",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """A place that says nothing in these kinds of panels if it has the value. Without kinds: in all."""

    path: str
    value: Any
    reason: str
    kinds: frozenset[str] = frozenset()


def _standard(path: str, value: Any, reason: str = _FILLED) -> Row:
    return Row(f"fieldConfig.defaults.{path}", value, reason, FIELDS)


def _custom(path: str, value: Any, kinds: frozenset[str]) -> Row:
    return Row(f"fieldConfig.defaults.custom.{path}", value, _FILLED, kinds)


ROWS: tuple[Row, ...] = (
    # The panel itself. Grafana does not store these, and has them as its defaults.
    Row("description", "", "there is none"),
    Row("links", [], "there are none"),
    Row("transformations", [], "there are none"),
    Row("transparent", False, _FILLED),
    Row("hideTimeOverride", False, _FILLED),
    Row("repeat", "", "it is not repeated"),
    *(Row(key, _ANYTHING, "only the retired kind graph reads it", GRAPHS | TILES) for key in _OF_GRAPH),
    # Standard options of fields.
    _standard("links", [], "there are none"),
    _standard("actions", [], "there are none"),
    _standard("mappings", []),
    _standard("unit", "", "there is none"),
    Row("fieldConfig.defaults.noValue", "", "there is none", TILES),
    _standard("fieldMinMax", False),
    _standard("unitScale", True, "only Grafana 10.3 reads it, and fills in the same"),
    Row("fieldConfig", _ANYTHING, "a panel of this kind has no fields", NO_FIELDS),
    *(Row(key, _ANYTHING, "a panel of this kind makes no queries", NO_FIELDS) for key in ("targets", "datasource")),
    # Settings of fields in a graph.
    _custom("hideFrom", _HIDE_NOTHING, LEGENDS | TILES),
    _custom("axisLabel", "", AXES),
    _custom("axisPlacement", "auto", AXES),
    _custom("axisColorMode", "text", AXES),
    _custom("axisBorderShow", False, AXES),
    _custom("axisCenteredZero", False, AXES),
    _custom("scaleDistribution", {"type": "linear"}, AXES | {"heatmap"}),
    _custom("pointSize", 5, GRAPHS),
    _custom("barAlignment", 0, GRAPHS),
    _custom("barWidthFactor", 0.6, GRAPHS),
    _custom("insertNulls", False, GRAPHS | {"state-timeline"}),
    _custom("spanNulls", False, frozenset(("state-timeline",))),
    _custom("showValues", False, GRAPHS),
    _custom("inspect", False, frozenset(("table",))),
    # Options.
    Row("options.legend.asTable", _ANYTHING, "a legend is a table by its displayMode", LEGENDS | {"stat"}),
    Row("options.tooltip.hideZeros", False, _FILLED, GRAPHS | {"barchart", "piechart"}),
    Row("options.text", {}, "texts have the size that fits", TILES),
    Row("options.alertThreshold", _ANYTHING, _NOT_READ, GRAPHS),
    Row("options.frameIndex", 0, _FILLED, frozenset(("table",))),
    Row("options.sortBy", [], "there is none", frozenset(("table",))),
    *(Row(f"options.{key}", _ANYTHING, _NOT_READ, frozenset(("stat", "gauge"))) for key in ("legend", "tooltip")),
    Row("options.showTypeIcons", False, _FILLED, frozenset(("table",))),
    *(Row(f"options.{key}", _ANYTHING, _NOT_READ, frozenset(("text",))) for key in _CHART_OPTIONS),
    *(Row(f"options.{key}", _ANYTHING, _NOT_READ, frozenset(("bargauge",)))
      for key in ("graphMode", "colorMode", "justifyMode", "textMode", "wideLayout")),
)  # fmt: skip


def _description(panel: Json) -> Iterator[str]:
    text = panel.get("description")
    if isinstance(text, str) and text.strip() and text != text.rstrip():
        panel["description"] = text.rstrip()
        yield "description"


def _rule(row: Row) -> Rule:
    def apply(panel: Json) -> Iterator[str]:
        value = at(panel, row.path)
        if value is not None and (row.value is _ANYTHING or equal(value, row.value)):
            yield from drop(panel, row.path)

    return Rule(row.reason, apply, kinds=row.kinds)


RULES: tuple[Rule, ...] = (
    Rule("a description is Markdown, in which spaces at the end say nothing", _description, "rewritten"),
    *map(_rule, ROWS),
)
