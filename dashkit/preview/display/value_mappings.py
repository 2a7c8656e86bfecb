"""Value mappings: texts, colours and icons in the place of values.

https://grafana.com/docs/grafana/latest/panels-visualizations/configure-value-mappings/
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from dashkit.lint.javascript import is_global
from dashkit.lint.values import mapping, objects, text
from dashkit.preview.display.colour import Colour
from dashkit.preview.display.theme import named
from dashkit.preview.fields.regex import pattern
from dashkit.preview.units.numerals import written


class Mapped(NamedTuple):
    """What is shown in the place of a value. What the mapping leaves alone is None."""

    text: str | None
    colour: Colour | None
    icon: str | None


Mapper = Callable[[Any], Mapped | None]


def mapper(mappings: Any) -> Mapper | None:
    """Return the function that maps a value by the first mapping that knows it; None without mappings."""
    steps = [
        make(mapping(one.get("options")))
        for one in _modern(objects(mappings))
        if (make := _KINDS.get(text(one.get("type"))))
    ]
    if not steps:
        return None
    if len(steps) == 1:
        return steps[0]
    return lambda value: next((found for step in steps if (found := step(value))), None)


def _modern(mappings: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return mappings in today's form; dashboards before Grafana 8 have one for each value (1) or range (2)."""
    values: dict[str, Any] = {}
    found: list[Mapping[str, Any]] = []
    for one in mappings:
        kind, result = one.get("type"), {"text": one.get("text")}
        if kind == 2:
            found.append({"type": "range", "options": {"from": one.get("from"), "to": one.get("to"), "result": result}})
        elif kind != 1:
            found.append(one)
        elif one.get("value") == "null":
            found.append({"type": "special", "options": {"match": "null", "result": result}})
        elif one.get("value") is not None:
            values[key_of(one["value"])] = result
    return [{"type": "value", "options": values}, *found] if values else found


def key_of(value: Any) -> str:
    """Return what JavaScript calls a value among the keys of an object."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return written(value)
    if isinstance(value, list | tuple):
        return ",".join("" if one is None else key_of(one) for one in value)
    return str(value)


def _result(options: Any) -> Mapped:
    result = mapping(options)
    shown, colour, icon = result.get("text"), result.get("color"), result.get("icon")
    return Mapped(
        None if shown is None else key_of(shown),
        named(colour) if colour and isinstance(colour, str) else None,
        icon if icon and isinstance(icon, str) else None,
    )


def _values(options: Mapping[str, Any]) -> Mapper:
    results = {key: _result(result) for key, result in options.items() if isinstance(result, Mapping)}
    return lambda value: None if value is None else results.get(key_of(value))


def _range(options: Mapping[str, Any]) -> Mapper:
    low, high = _bound(options.get("from"), -math.inf), _bound(options.get("to"), math.inf)
    result = _result(options.get("result"))

    def find(value: Any) -> Mapped | None:
        number = _number(value)
        return result if number is not None and low <= number <= high else None

    return find


def _bound(value: Any, otherwise: float) -> float:
    number = _number(value)
    return otherwise if number is None else number


def _number(value: Any) -> float | None:
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return None
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _regex(options: Mapping[str, Any]) -> Mapper:
    source = text(options.get("pattern"))
    found, result = pattern(source), _result(options.get("result"))
    if found is None:
        return lambda _: None
    regex = found
    every = is_global(source)

    def find(value: Any) -> Mapped | None:
        # Numbers are not matched, whatever their text is.
        if not isinstance(value, str) or not regex.search(value):
            return None
        if result.text is None:
            return result
        shown = result.text
        return result._replace(text=regex.sub(lambda at: _filled(shown, at), value, count=0 if every else 1))

    return find


_REFERENCE = re.compile(r"\$(?:(\$)|(&)|(\d{1,2})|<([^>]*)>)")


def _filled(replacement: str, at: re.Match[str]) -> str:
    """Return a replacement with what JavaScript puts for ``$1``, ``$<name>``, ``$&`` and ``$$``."""

    def fill(reference: re.Match[str]) -> str:
        dollar, everything, number, name = reference.groups()
        if dollar:
            return "$"
        if everything:
            return at[0]
        if name is not None:
            return (at[name] or "") if name in at.re.groupindex else reference[0]
        group = int(number)
        return (at[group] or "") if 0 < group <= at.re.groups else reference[0]

    return _REFERENCE.sub(fill, replacement)


def _special(options: Mapping[str, Any]) -> Mapper:
    fits = _SPECIAL.get(text(options.get("match")))
    result = _result(options.get("result"))
    return lambda value: result if fits is not None and fits(value) else None


def _is_nan(value: Any) -> bool:
    return isinstance(value, float) and math.isnan(value)


_SPECIAL: dict[str, Callable[[Any], bool]] = {
    "null": lambda value: value is None,
    "nan": _is_nan,
    "null+nan": lambda value: value is None or _is_nan(value),
    "true": lambda value: value is True or value == "true",
    "false": lambda value: value is False or value == "false",
    "empty": lambda value: isinstance(value, str) and not value,
}
_KINDS: dict[str, Callable[[Mapping[str, Any]], Mapper]] = {
    "value": _values,
    "range": _range,
    "regex": _regex,
    "special": _special,
}
