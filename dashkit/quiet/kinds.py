"""Kinds of panels by what they share in Grafana: the options of graphs, of axes, of legends, of fields."""

from __future__ import annotations

#: They draw series over something, by the same settings of fields.
GRAPHS = frozenset(("timeseries", "trend", "candlestick"))
#: They draw values on axes.
AXES = GRAPHS | {"barchart", "histogram", "xychart"}
#: They show states as boxes.
STATES = frozenset(("state-timeline", "status-history"))
#: They have a legend of series, which is shown unless one says otherwise.
LEGENDS = AXES | STATES | {"piechart"}
#: They show a number for each series.
TILES = frozenset(("stat", "gauge", "bargauge"))
#: They have settings of fields. Where a kind leaves one of the standard ones out, Grafana removes it when it loads the panel.
FIELDS = LEGENDS | TILES | {"table", "heatmap"}
#: They have no settings of fields at all.
NO_FIELDS = frozenset(("text", "news", "dashlist", "annolist", "alertlist"))
