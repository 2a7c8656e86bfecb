"""The order of a table's rows, and what stands below them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from dashkit.lint.values import mapping, objects, text, texts
from dashkit.preview.fields.reduce import NAMES, reduced
from dashkit.preview.fields.scalars import as_float, text_of
from dashkit.preview.frames import Field, Frame
from dashkit.preview.scene import Options
from dashkit.preview.tables.columns import Column
from dashkit.preview.tables.sparkline import last_value
from dashkit.preview.transform.order import collation

#: Calculations whose results are numbers of values, without the unit of the field.
_COUNTS = frozenset(("count", "countAll", "changeCount", "distinctCount"))
#: Calculations that make sense for any values, not for numbers only.
_OF_ANY = _COUNTS | {"first", "firstNotNull", "last", "lastNotNull", "allValues", "uniqueValues"}


class Total(NamedTuple):
    """A line in the footer of a column."""

    label: str
    value: str


Totals = Sequence[Sequence[Total]]
"""The lines below each column."""


def ordered(frame: Frame, names: Sequence[str], options: Options) -> list[int]:
    """Return the numbers of the rows in the order that the options ask for."""
    rows = list(range(frame.length))
    for wanted in reversed(objects(options.get("sortBy"))):
        name = text(wanted.get("displayName"))
        if name in names:
            keys = _keys(frame.fields[names.index(name)])
            rows.sort(key=lambda row, keys=keys: keys[row], reverse=wanted.get("desc") is True)  # type: ignore[misc]
    return rows


def _keys(field: Field) -> list[Any]:
    if field.type in ("number", "time", "boolean"):
        return [_number(value) for value in field.values]
    if any(isinstance(value, Frame) for value in field.values):
        return [_number(last_value(value) if isinstance(value, Frame) else value) for value in field.values]
    return [collation(text_of(value), numbers=True) for value in field.values]


def _number(value: Any) -> float:
    """Return what to sort a number by; what is none comes first."""
    number = as_float(value) if isinstance(value, int | float) else -math.inf
    return number if number == number else -math.inf


def totals(columns: Sequence[Column], rows: int, options: Options) -> Totals:
    """Return the lines below each column, as many for each; none if the table has no footer."""
    asked = [_reducers(mapping(column.field.config.get("custom"))) for column in columns]
    if any(asked):
        found = [_of_field(column, reducers) for column, reducers in zip(columns, asked, strict=True)]
    else:
        found = _of_table(columns, rows, mapping(options.get("footer")))
    count = max(map(len, found), default=0)
    if not count:
        return []
    labels = [tuple(total.label for total in lines) for lines in found if lines]
    if not found[0] and len(set(labels)) == 1:
        # The same calculations everywhere: their names stand once, at the left.
        found = [[Total("", total.value) for total in lines] for lines in found]
        found[0] = [Total(label, "") for label in labels[0]]
    return [[*lines, *[Total("", "")] * (count - len(lines))] for lines in found]


def _reducers(custom: Mapping[str, Any]) -> list[str]:
    return texts(mapping(custom.get("footer")).get("reducers"))


def _of_table(columns: Sequence[Column], rows: int, footer: Mapping[str, Any]) -> list[list[Total]]:
    """Return what options of the table as a whole ask for, as before Grafana 12.3."""
    none: list[list[Total]] = [[] for _ in columns]
    if footer.get("show") is not True:
        return none
    reducers = texts(footer.get("reducer"))
    if footer.get("countRows") is True and reducers == ["count"]:
        value = str(rows)
        return [[Total("Count", value if len(columns) == 1 else "")], [Total("", value)], *none[2:]][: len(columns)]
    names = footer.get("fields")
    wanted = (
        {name for name in names if name}
        if isinstance(names, list) and all(isinstance(one, str) for one in names)
        else set()
    )
    return [_of_field(column, reducers) if _is_wanted(column, wanted) else [] for column in columns]


def _is_wanted(column: Column, names: set[str]) -> bool:
    return column.field.type == "number" and (not names or bool({column.name, column.field.name} & names))


def _of_field(column: Column, reducers: Sequence[str]) -> list[Total]:
    fitting = [one for one in reducers if column.field.type in ("number", "boolean") or one in _OF_ANY]
    results = reduced(column.field.values, fitting)
    return [Total(NAMES.get(one, one), _written(column, one, results[one])) for one in fitting if one in results]


def _written(column: Column, reducer: str, value: Any) -> str:
    if reducer in _COUNTS:
        return text_of(value)
    if isinstance(value, list):
        return ", ".join(column.show(one).text.whole for one in value)
    return column.show(value).text.whole
