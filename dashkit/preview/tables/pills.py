"""Pills: short texts in coloured boxes, as a cell of a table lists them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from dashkit.lint.values import mapping, text
from dashkit.preview.display.colour import Colour
from dashkit.preview.display.colour_modes import mode_of
from dashkit.preview.display.processor import Shown
from dashkit.preview.display.theme import by_name, named
from dashkit.preview.display.value_mappings import mapper
from dashkit.preview.fields.scalars import text_of

Pill = tuple[str, Colour]


def pills(value: Any, config: Mapping[str, Any], show: Callable[[Any], Shown]) -> list[Pill]:
    """Return the pills of a value: one for each text of a list, or between commas.

    Their colour is that of their mapping, or the one that the options fix, or else comes from the text.
    """
    find = mapper(config.get("mappings"))
    fixed = text(mapping(config.get("color")).get("fixedColor")) if mode_of(config) == "fixed" else ""
    found: list[Pill] = []
    for one in _parts(value):
        mapped = find(one) if find else None
        colour = mapped.colour if mapped and mapped.colour else named(fixed) if fixed else by_name(text_of(one))
        found.append((show(one).text.whole, colour))
    return found


def _parts(value: Any) -> list[Any]:
    if isinstance(value, str):
        value = _listed(value.strip())
    if isinstance(value, list | tuple):
        return [one for one in value if one not in (None, "")]
    return [] if value is None else [value]


def _listed(written: str) -> list[Any]:
    if written.startswith("["):
        try:
            found = json.loads(written)
        except (ValueError, RecursionError):
            found = None
        if isinstance(found, list):
            return found
    return [part.strip() for part in written.split(",")]
