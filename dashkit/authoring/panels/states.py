"""States over time."""

from typing import Annotated, Any, Literal, Unpack

from dashkit.authoring.arguments import custom, option
from dashkit.authoring.checks import opacity
from dashkit.authoring.choices import Number, Visibility
from dashkit.authoring.fields import LegendOptions, TooltipOptions, ValueOptions, by_threshold_or_series
from dashkit.authoring.panel import Kind, Panel, PanelOptions, QueryLike, build


class StateOptions(ValueOptions, LegendOptions, TooltipOptions, PanelOptions, total=False):
    """What `state_timeline` and `status_history` share."""

    #: The height of a row, as a share of its room.
    row_height: Annotated[Number | None, option("rowHeight", 0.85)]
    #: Whether states are written.
    values: Annotated[Visibility | None, option("showValue", "auto")]
    #: How many rows a page has.
    per_page: Annotated[int | None, option("perPage")]
    #: The opacity of a state, in percent.
    fill: Annotated[int | None, custom("fillOpacity", 70, check=opacity)]
    #: The width of the edge of a state, in pixels.
    line_width: Annotated[int | None, custom("lineWidth", 0)]


class StateTimelineOptions(StateOptions, total=False):
    """The options of `state_timeline`."""

    #: Draw equal states that follow each other as one.
    merge: Annotated[bool | None, option("mergeValues", True)]
    #: Where the text of a state stands.
    align_value: Annotated[Literal["left", "center", "right"] | None, option("alignValue", "left")]
    #: Connect states over gaps: always, or over gaps of at most that many milliseconds.
    connect_nulls: Annotated[bool | int | None, custom("spanNulls")]


_DEFAULTS: dict[str, Any] = {
    # With the colour mode "thresholds", Grafana would merge states by threshold and show thresholds instead of names.
    "color": by_threshold_or_series,
    "legend": "none",
    "tooltip": "single",
    "tooltip_sort": "none",
}
STATE_TIMELINE = Kind("state-timeline", StateTimelineOptions, _DEFAULTS)


def state_timeline(title: str, *queries: QueryLike, **options: Unpack[StateTimelineOptions]) -> Panel:
    """Show states over time, with one row per series: up or down, phase, health."""
    return build(STATE_TIMELINE, title, queries, options)


class StatusHistoryOptions(StateOptions, total=False):
    """The options of `status_history`."""

    #: The width of a state, as a share of its room.
    column_width: Annotated[Number | None, option("colWidth", 0.9)]


STATUS_HISTORY = Kind("status-history", StatusHistoryOptions, {**_DEFAULTS, "row_height": 0.9, "line_width": 1})


def status_history(title: str, *queries: QueryLike, **options: Unpack[StatusHistoryOptions]) -> Panel:
    """Show states at regular times, with a box for each: checks, runs of a job."""
    return build(STATUS_HISTORY, title, queries, options)


KINDS = {"state_timeline": STATE_TIMELINE, "status_history": STATUS_HISTORY}
