"""Cells of a heatmap: how many values lie in a bucket during a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from dashkit.lint.values import mapping, text
from dashkit.preview.display.processor import own_decimals
from dashkit.preview.fields.names import display_names
from dashkit.preview.fields.scalars import number_of
from dashkit.preview.frames import Field, Frame, first_of_type
from dashkit.preview.plots.series import numeric
from dashkit.preview.scene import Options
from dashkit.preview.transform.join import with_one_time
from dashkit.preview.units import formatter

Ends = tuple[float, float]
_LAYOUTS = ("le", "ge", "unknown")


class Heat(NamedTuple):
    """Counts by column and row. Columns and rows go from one value to another, rows from below.

    Rows that have names are numbered instead; ``layout`` says which end of a row its name is of: ``le`` for the upper one,
    ``ge`` for the lower one, ``unknown`` for neither.
    """

    columns: Sequence[Ends]
    rows: Sequence[Ends]
    counts: Sequence[Sequence[float | None]]
    #: The options of a field with counts.
    config: Mapping[str, object]
    names: Sequence[str] = ()
    layout: str = "unknown"
    #: What stands at the lower end of the lowest row.
    lowest: str = ""
    #: The base of a logarithmic axis; 0 for a linear one.
    base: float = 0


def heat_of_buckets(frames: Sequence[Frame], options: Options) -> Heat | None:
    """Return the cells of frames that have buckets: a field for each, or a row for each cell; None if there are none."""
    filled = [frame for frame in frames if frame.length]
    cells = next((frame for frame in filled if _is_cells(frame)), None)
    return _of_cells(cells) if cells else _of_rows(filled, options)


def _is_cells(frame: Frame) -> bool:
    names = {field.name for field in frame.fields}
    return frame.meta.get("type") == "heatmap-cells" or ("yMin" in names and bool(names & {"xMin", "xMax", "x"}))


def _of_rows(frames: Sequence[Frame], options: Options) -> Heat | None:
    joined = with_one_time(_by_bound(frames))
    if not joined:
        return None
    frame, names = joined[0], display_names(joined)[0]
    time = first_of_type(frame, "time")
    buckets = [(field, name) for field, name in zip(frame.fields, names, strict=True) if field.type == "number"]
    if time is None or not buckets:
        return None
    times = [(at, row) for row, at in enumerate(map(numeric, time.values)) if at is not None]
    times.sort()
    interval = numeric(time.config.get("interval")) or 0.0
    step = min((later - earlier for (earlier, _), (later, _) in pairwise(times) if later > earlier), default=interval)
    first = buckets[0][0]
    layout = text(mapping(options.get("rowsFrame")).get("layout"))
    if layout not in _LAYOUTS:
        layout = next((name for name in ("le", "ge") if name in first.labels), "unknown")
    axis = mapping(options.get("yAxis"))
    return Heat(
        # The time of a value is when its column ends.
        columns=[(at - step, at) for at, _ in times],
        rows=[(float(number), number + 1.0) for number in range(len(buckets))],
        counts=[[numeric(field.values[row]) for field, _ in buckets] for _, row in times],
        config=first.config,
        names=[_bound_text(name, axis) for _, name in buckets],
        layout=layout,
        lowest=_bound_text("0.0", axis) if layout == "le" and "le" in first.labels else "",
    )


def _by_bound(frames: Sequence[Frame]) -> Sequence[Frame]:
    """Return frames ordered by their names if all are numbers."""
    if len(frames) < 2:
        return frames
    names = [
        next((name for name, field in zip(own, frame.fields, strict=True) if field.type == "number"), "")
        for frame, own in zip(frames, display_names(frames), strict=True)
    ]
    bounds = [number_of(name.replace("Inf", "Infinity") if name.endswith("Inf") else name or "?") for name in names]
    if any(bound != bound for bound in bounds):
        return frames
    return [frame for _, _, frame in sorted(zip(bounds, range(len(frames)), frames, strict=True))]


def _bound_text(name: str, axis: Options) -> str:
    """Return the name of a bucket, in the unit of the axis if it is a number."""
    unit, decimals = text(axis.get("unit")), own_decimals(axis)
    number = number_of(name or "?")
    if (not unit and decimals is None) or number != number:
        return name
    return formatter(unit or "short")(number, decimals).whole


def _of_cells(frame: Frame) -> Heat | None:
    fields = {field.name: field for field in frame.fields}
    time = next((fields[name] for name in ("xMax", "xMin", "x") if name in fields), first_of_type(frame, "time"))
    low, high = fields.get("yMin") or fields.get("y"), fields.get("yMax")
    used = (time, low, high)
    count = fields.get("count") or next((one for one in frame.fields if one.type == "number" and one not in used), None)
    if time is None or low is None or count is None:
        return None
    times = sorted({at for at in map(numeric, time.values) if at is not None})
    step = min((later - earlier for earlier, later in pairwise(times)), default=0.0)
    starts = sorted({value for value in map(numeric, low.values) if value is not None})
    size = min((later - earlier for earlier, later in pairwise(starts)), default=1.0)
    cells: dict[tuple[float, Ends], float] = {}
    for row, (at, start, number) in enumerate(
        zip(map(numeric, time.values), map(numeric, low.values), map(numeric, count.values), strict=True)
    ):
        end = numeric(high.values[row]) if high else None if start is None else start + size
        if at is not None and start is not None and number is not None and end is not None and start < end:
            cells[at, (start, end)] = number
    rows = sorted({ends for _, ends in cells})
    if not rows:
        return None
    shift = 0.0 if time.name == "xMin" else step / 2 if time.name == "x" else step
    return Heat(
        columns=[(at - shift, at - shift + step) for at in times],
        rows=rows,
        counts=[[cells.get((at, ends)) for ends in rows] for at in times],
        config=count.config,
        base=_base(low, rows),
    )


def _base(field: Field, rows: Sequence[Ends]) -> float:
    """Return the base of a logarithmic axis if a field asks for one, or if its buckets grow as those of histograms do."""
    distribution = mapping(mapping(field.config.get("custom")).get("scaleDistribution"))
    if rows[0][0] <= 0:
        return 0
    if distribution.get("type") == "log":
        base = numeric(distribution.get("log"))
        return base if base in (2, 10) else 2.0
    widths = [end - start for start, end in rows]
    return 2.0 if len(rows) > 2 and max(widths) > 3 * min(widths) else 0
