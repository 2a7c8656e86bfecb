"""Pie chart: shares of a whole, as a disc or a ring."""

from __future__ import annotations

from collections.abc import Sequence

from dashkit.lint.values import mapping, text, texts
from dashkit.preview.data import Data
from dashkit.preview.fields.single_values import Single, single_values
from dashkit.preview.gauges.pie_slices import MARGIN, Slice, drawn_slices
from dashkit.preview.panels import other
from dashkit.preview.plots.legend import Item, drawn_legend, legend
from dashkit.preview.plots.series import numeric
from dashkit.preview.scene import Box, Options, Scene
from dashkit.preview.units.numerals import fixed


def draw(panel: Options, data: Data, box: Box) -> Scene:
    """Draw the panel ``piechart``."""
    options = mapping(panel.get("options"))
    values = [(number, one) for number, one in enumerate(single_values(panel, data)) if numeric(one.number) is not None]
    values = _sorted(values, options.get("sort"))
    if not values:
        return other.no_data(panel, data, box)
    total = sum(max(one.number or 0, 0) for _, one in values)
    listed = legend(*_legend(values, options, total), box)._replace(head="")
    room = box.inset(right=listed.box.width) if listed.side else box.inset(bottom=listed.box.height)
    slices = [_slice(number, one, total, texts(options.get("displayLabels"))) for number, one in values]
    centre = room.x + room.width / 2, room.y + room.height / 2
    radius = max(min(room.width, room.height) / 2 - MARGIN, 1)
    drawn = drawn_slices(slices, centre, radius, donut=options.get("pieType") == "donut")
    summary = f"{text(panel.get('title'))}: {', '.join(one.label for one in slices[:10])}"
    return Scene(box.width, box.height, [*drawn, *drawn_legend(listed)], summary=summary, notes=data.notes)


def _sorted(values: list[tuple[int, Single]], order: object) -> list[tuple[int, Single]]:
    if order == "none":
        return values
    return sorted(values, key=lambda value: value[1].number or 0, reverse=order != "asc")


def _legend(values: Sequence[tuple[int, Single]], options: Options, total: float) -> tuple[list[Item], Options]:
    wanted = mapping(options.get("legend"))
    columns = [one for one in ("value", "percent") if one in texts(wanted.get("values"))]
    items = [
        Item(number, one.name, one.colour, tuple(_said(one, column, total) for column in columns))
        for number, one in values
        if mapping(mapping(one.config.get("custom")).get("hideFrom")).get("legend") is not True
    ]
    return items, {"legend": {**wanted, "sortBy": None, "calcs": [column.capitalize() for column in columns]}}


def _said(value: Single, what: str, total: float) -> str:
    if what == "name":
        return value.name
    if what == "value":
        return value.text.whole
    decimals = numeric(value.config.get("decimals"))
    share = max(value.number or 0, 0) / total if total else 0
    return f"{fixed(share * 100, min(max(int(decimals), 0), 20) if decimals else 0)}%"


def _slice(number: int, value: Single, total: float, labels: Sequence[str]) -> Slice:
    lines = [_said(value, label, total) for label in ("name", "value", "percent") if label in labels]
    label = f"{value.name}: {value.text.whole} ({_said(value, 'percent', total)})"
    share = max(value.number or 0, 0) / total if total else 0
    return Slice(number, share, value.colour, lines, label, value.link)
