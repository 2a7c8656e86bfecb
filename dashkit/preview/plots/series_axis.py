"""The axis of values that the options of a series ask for."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dashkit.lint.values import text
from dashkit.preview.display.theme import TEXT
from dashkit.preview.plots.axes import MARGIN, ValueAxis, value_axis
from dashkit.preview.plots.number_axis import number_marks
from dashkit.preview.plots.scale import Scale
from dashkit.preview.plots.series import Series, axis_decimals, axis_text
from dashkit.preview.scene import Box

#: Units whose axes have ticks at powers of two.
_BINARY = frozenset(("bytes", "bits", "kbytes", "mbytes", "gbytes", "tbytes", "pbytes", "binBps", "binbps"))

Show = Callable[[float, int], str]


def series_axis(series: Series, scale: Scale, panel: float, show: Show | None = None) -> ValueAxis:
    """Return the vertical axis of a series in a panel that is so wide; ``show`` writes other texts than its values."""
    custom = series.custom
    return value_axis(
        scale,
        show or axis_text(series),
        side="right" if custom.get("axisPlacement") == "right" else "left",
        label=text(custom.get("axisLabel")),
        colour=series.colour if custom.get("axisColorMode") == "series" else TEXT.primary,
        grid=custom.get("axisGridShow") is not False,
        binary=_is_binary(series),
        decimals=axis_decimals(series),
        widest=panel,
    )


def is_hidden(series: Series) -> bool:
    """Return whether the axis of a series is not shown."""
    return series.custom.get("axisPlacement") == "hidden"


def beside(room: Box, axis: ValueAxis, *, hidden: bool) -> Box:
    """Return the room that an axis leaves for the plot."""
    width = MARGIN if hidden else axis.width
    return room.inset(MARGIN, right=width) if axis.side == "right" else room.inset(width, right=MARGIN)


def series_marks(series: Series, scale: Scale, show: Show | None = None) -> list[tuple[float, str]]:
    """Return the ticks of a series' axis that lies below a plot: the pixel and the text of each."""
    return number_marks(scale, show or axis_text(series), binary=_is_binary(series), decimals=axis_decimals(series))


def notes_on_units(series: Sequence[Series]) -> tuple[str, ...]:
    """Return what to say if series have different units: they share an axis here, where Grafana has one for each."""
    units = {text(one.field.config.get("unit")) for one in series}
    return ("series with different units share one axis",) if len(units) > 1 else ()


def _is_binary(series: Series) -> bool:
    return text(series.field.config.get("unit")) in _BINARY
