"""Titles of fields that name each row, such as ``${__data.fields.city}``.

https://grafana.com/docs/grafana/latest/panels-visualizations/configure-data-links/#value-variables
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from dashkit.lint.values import text
from dashkit.preview.display.processor import processor
from dashkit.preview.frames import Field, Frame

_VARIABLE = re.compile(
    r"\$\{__data\.fields(?:\.(?P<name>[^\[\]{}]+)|\[(?:\"(?P<quoted>[^\"]+)\"|(?P<place>\d+))\])\}"
    r"|\$\{__cell_(?P<braced>\d+)\}|\$__cell_(?P<cell>\d+)"
)


def row_name(frame: Frame, names: Sequence[str], field: Field, row: int, name: str) -> str:
    """Return the name of a value in a row: its title, or else the texts beside it.

    Args:
        names: the names of the frame's fields.
        name: the name of the value's own field, which is added where the texts leave it open.
    """
    title = text(field.config.get("displayName"))
    if title:
        return _VARIABLE.sub(lambda found: _cell(frame, names, row, found), name)
    others = [one for one in frame.fields if one is not field]
    parts = [written for one in others if one.type == "string" and (written := _written(one, row))]
    if not parts or any(one.type == "number" for one in others):
        parts.append(name)
    return " ".join(parts)


def _written(field: Field, row: int) -> str:
    return processor(field.config, field.type)(field.values[row]).text.whole


def _cell(frame: Frame, names: Sequence[str], row: int, found: re.Match[str]) -> str:
    wanted = found["name"] or found["quoted"]
    number = found["place"] or found["braced"] or found["cell"]
    for place, field in enumerate(frame.fields):
        if (wanted and wanted in (field.name, names[place])) or (number and int(number) == place):
            return _written(field, row)
    return found[0]
