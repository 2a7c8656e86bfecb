"""The kinds of panels that are drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dashkit.lint.values import mapping, text
from dashkit.preview.data import Data
from dashkit.preview.panels import (
    barchart,
    bargauge,
    candlestick,
    dashlist,
    gauge,
    heatmap,
    histogram,
    lists,
    logs,
    other,
    piechart,
    stat,
    state_timeline,
    status_history,
    table,
    texts,
    timeseries,
    xy,
)
from dashkit.preview.scene import Box, Options, Scene
from dashkit.preview.tables.old_tables import field_config_of

Draw = Callable[[Options, Data, Box], Scene]

_KINDS: Mapping[str, Draw] = {
    "alertlist": lists.alert_list,
    "annolist": lists.annotation_list,
    "barchart": barchart.draw,
    "bargauge": bargauge.draw,
    "candlestick": candlestick.draw,
    "dashlist": dashlist.draw,
    "gauge": gauge.draw,
    "gettingstarted": lists.welcome,
    "heatmap": heatmap.draw,
    "histogram": histogram.draw,
    "logs": logs.draw,
    "news": lists.news,
    "piechart": piechart.draw,
    "pluginlist": lists.plugin_list,
    "stat": stat.draw,
    "state-timeline": state_timeline.draw,
    "status-history": status_history.draw,
    "table": table.draw,
    "table-old": table.draw,
    "text": texts.draw,
    "timeseries": timeseries.draw,
    "trend": xy.draw_trend,
    "welcome": lists.welcome,
    "xychart": xy.draw_xychart,
}

_THRESHOLDS = {"mode": "absolute", "steps": [{"color": "green", "value": None}, {"color": "red", "value": 80}]}
#: Panels that say so if there is no data.
_NEEDS_DATA = frozenset(("timeseries",))
#: The colour mode of panels whose options name none; that of all others is ``thresholds``.
_PALETTE = frozenset(
    ("timeseries", "barchart", "piechart", "histogram", "trend", "xychart", "candlestick", "nodeGraph", "flamegraph")
)
#: Panels whose content reaches their border.
UNPADDED = frozenset(("stat",))


def field_config(panel: Options) -> Mapping[str, Any]:
    """Return the field options of a panel with what its type has where they say nothing."""
    kind, given = text(panel.get("type")), mapping(panel.get("fieldConfig"))
    if not given and kind in ("table", "table-old"):
        given = field_config_of(panel.get("styles"))
    defaults = mapping(given.get("defaults"))
    mode = "palette-classic" if kind in _PALETTE else "continuous-GrYlRd" if kind == "state-timeline" else "thresholds"
    usual = {"color": {"mode": mode}, "thresholds": _THRESHOLDS}
    return {
        **given,
        "defaults": {**usual, **{key: value for key, value in defaults.items() if value not in (None, {})}},
    }


def draw(panel: Options, data: Data, box: Box) -> Scene:
    """Draw the content of a panel; other types than those above as a box that names the type."""
    kind = text(panel.get("type"))
    if kind in _NEEDS_DATA and not any(frame.length for frame in data.frames):
        return other.no_data(panel, data, box)
    return _KINDS.get(kind, other.draw)(panel, data, box)
