"""Panels: a function for each kind that is more than its JSON, and the table of its arguments. See `panel` for the others."""

from dashkit.authoring.panel import Kind
from dashkit.authoring.panels import charts, distributions, lists, maps, states, tables, texts, tiles, timeseries

#: The kinds that have a helper, by its name.
KINDS: dict[str, Kind] = {
    **timeseries.KINDS,
    **tiles.KINDS,
    **tables.KINDS,
    **charts.KINDS,
    **distributions.KINDS,
    **states.KINDS,
    **texts.KINDS,
    **lists.KINDS,
    **maps.KINDS,
}
