"""What panels of kinds that are gone could say, and panels of today cannot."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from dashkit.authoring.paths import Json
from dashkit.document.legacy_axis import bound
from dashkit.document.legacy_table import sorted_by
from dashkit.document.v2.loose import mapping, number, objects, text

Test = Callable[[Json], bool]


@dataclass(frozen=True, slots=True)
class Loss:
    """What a panel of these kinds says that is not carried over, in words."""

    kinds: tuple[str, ...]
    words: str
    test: Test


def _graph(words: str, test: Test) -> Loss:
    return Loss(("graph",), f"graph: {words}", test)


def _single(words: str, test: Test) -> Loss:
    return Loss(("singlestat", "grafana-singlestat-panel"), f"singlestat: {words}", test)


def _table(words: str, test: Test) -> Loss:
    return Loss(("table-old",), f"table: {words}", test)


def _pie(words: str, test: Test) -> Loss:
    return Loss(("grafana-piechart-panel",), f"pie chart: {words}", test)


def _stacked(panel: Json) -> bool:
    return bool(panel.get("stack"))


def _styles(panel: Json, test: Test) -> bool:
    return any(test(style) for style in objects(panel.get("styles")))


def _axes(panel: Json, test: Test) -> bool:
    return any(test(axis) for axis in objects(panel.get("yaxes")))


def _is_no_number(axis: Json, key: str) -> bool:
    return axis.get(key) not in (None, "", "auto") and bound(axis.get(key)) is None


def _thresholds(panel: Json, test: Test) -> bool:
    return any(test(one) for one in objects(panel.get("thresholds")))


def _affix(panel: Json) -> bool:
    """Return whether a text stands around a number that has a unit: today, the text would be the unit."""
    around = text(panel.get("prefix")), text(panel.get("postfix"))
    has_unit = text(panel.get("format")) not in ("", "none", "short")
    return all(around) or (has_unit and any(around))


_LOSSES = (
    _graph("bars and lines of the same series at once", lambda panel: bool(panel.get("bars") and panel.get("lines", True))),
    _graph(
        "the tooltip sums up stacked series (value_type)",
        lambda panel: _stacked(panel) and mapping(panel.get("tooltip")).get("value_type") == "cumulative",
    ),
    _graph(
        "an end of an axis that is no number",
        lambda panel: _axes(panel, lambda axis: any(_is_no_number(axis, key) for key in ("min", "max"))),
    ),
    _graph(
        "a threshold of the right axis is drawn at the left one",
        lambda panel: _thresholds(panel, lambda one: one.get("yaxis") == "right"),
    ),
    _graph("both axes have their zero at the same height (yaxis.align)",
           lambda panel: mapping(panel.get("yaxis")).get("align") is True),
    _graph(
        "the order in which series are drawn (zindex)",
        lambda panel: any(number(one.get("zindex")) for one in objects(panel.get("seriesOverrides"))),
    ),
    _single("a text before or after a number that has a unit", _affix),
    _single("the part of the tile that is a link (sparkline in full height)",
            lambda panel: mapping(panel.get("sparkline")).get("full") is True and bool(mapping(panel["sparkline"]).get("show"))),
    _single(
        "missing values no longer count as zero (nullPointMode)",
        lambda panel: panel.get("nullPointMode") == "null as zero" and panel.get("valueName", "avg") in ("avg", "min"),
    ),
    _single("the sizes of texts (valueFontSize and others)",
            lambda panel: text(panel.get("valueFontSize")) not in ("", "80%", "50%")),
    _table("rows made of JSON documents or annotations (transform)",
           lambda panel: panel.get("transform") in ("json", "annotations")),
    _table(
        "the column that rows are sorted by, which is said as a number",
        lambda panel: mapping(panel.get("sort")).get("col") is not None and not sorted_by(panel),
    ),
    _table("a column's title that quotes its pattern",
           lambda panel: _styles(panel, lambda style: "$" in text(style.get("alias")))),
    _table("the size of texts (fontSize)", lambda panel: text(panel.get("fontSize")) not in ("", "100%")),
    _pie("small slices as one (combine)", lambda panel: bool(number(mapping(panel.get("combine")).get("threshold")))),
    Loss(
        ("grafana-worldmap-panel",),
        "world map: places from an address or a query of its own (locationData)",
        lambda panel: text(panel.get("locationData")) in ("json endpoint", "jsonp endpoint", "json result"),
    ),
)  # fmt: skip


def losses(panel: Json) -> Iterator[str]:
    """Yield what a panel of a kind that is gone says and is not carried over."""
    for loss in _LOSSES:
        if panel.get("type") in loss.kinds and loss.test(panel):
            yield loss.words
