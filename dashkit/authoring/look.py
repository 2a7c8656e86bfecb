"""Colours that carry meaning: thresholds and value mappings."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dashkit.authoring import checks
from dashkit.authoring.arguments import Form, NotSayableError
from dashkit.authoring.call import Call
from dashkit.authoring.choices import Number
from dashkit.authoring.conform import MismatchError, conform


def _check(where: str, name: str, value: Any, kind: Any, check: Callable[[Any], Any] | None = None) -> Any:
    try:
        value = conform(kind)(value)
        if check is not None:
            check(value)
    except MismatchError as error:
        raise ValueError(f"{where}: {name}{value!r} {error}") from None
    return value


@dataclass(frozen=True, slots=True)
class Thresholds:
    """A base colour, and the colour from each value upwards."""

    base: str
    steps: tuple[tuple[Number, str], ...] = ()
    percentage: bool = False

    def to_json_data(self) -> dict[str, Any]:
        steps: list[dict[str, Any]] = [{"color": self.base}]
        steps += [{"color": color, "value": value} for value, color in self.steps]
        return {"mode": "percentage" if self.percentage else "absolute", "steps": steps}


def thresholds(base: str, *steps: tuple[Number, str], percentage: bool = False) -> Thresholds:
    """Define thresholds: ``thresholds("green", (0.5, "orange"), (1, "red"))`` is green below 0.5, orange from 0.5, red from 1.

    With ``percentage``, the values are percentages of the way from the panel's ``min`` to its ``max``.

    Raises:
        ValueError: the values do not rise, or something is not a colour.
    """
    _check("thresholds", "", base, str, checks.color)
    for step in steps:
        if not isinstance(step, tuple) or len(step) != 2:
            raise ValueError(f'thresholds: {step!r} is not a step; write a value and a colour: (0.5, "orange")')
        if isinstance(step[0], str) and not isinstance(step[1], str):
            raise ValueError(
                f"thresholds: {step!r} is the wrong way round; write the value first: ({step[1]!r}, {step[0]!r})"
            )
        _check("thresholds", "", step[0], Number)
        _check("thresholds", "", step[1], str, checks.color)
    values = [value for value, _ in steps]
    if values != sorted(set(values)):
        raise ValueError(f"the values of thresholds must rise: {values}")
    return Thresholds(base, steps, percentage)


def _read_thresholds(value: Any) -> Call:
    base, *steps = value["steps"]
    told = [(step["value"], step["color"]) for step in steps]
    keywords = {"percentage": True} if value["mode"] == "percentage" else {}
    call = Call("thresholds", (base["color"], *told), keywords)
    if call.make().to_json_data() != value:
        raise NotSayableError
    return call


THRESHOLDS = Form(lambda value: value.to_json_data(), _read_thresholds, calls=True)

_SPECIAL = ("null", "nan", "null+nan", "true", "false", "empty")


@dataclass(frozen=True, slots=True)
class Mapping:
    """A text and a colour for a value, a range of values, or the texts that a pattern matches."""

    value: Number | str | tuple[Number | None, Number | None]
    text: str | None
    color: str = ""

    def to_json_data(self) -> dict[str, Any]:
        result = {**({} if self.text is None else {"text": self.text}), **({"color": self.color} if self.color else {})}
        if isinstance(self.value, tuple):
            bounds = {key: bound for key, bound in zip(("from", "to"), self.value, strict=True) if bound is not None}
            return {"type": "range", "options": {**bounds, "result": result}}
        if self.value in _SPECIAL:
            return {"type": "special", "options": {"match": self.value, "result": result}}
        if isinstance(self.value, str) and _is_pattern(self.value):
            return {"type": "regex", "options": {"pattern": self.value, "result": result}}
        whole = isinstance(self.value, float) and self.value.is_integer()  # Grafana compares with 1, not with 1.0
        return {"type": "value", "options": {str(int(self.value) if whole else self.value): result}}


def _is_pattern(value: str) -> bool:
    return len(value) > 2 and value.startswith("/") and re.fullmatch(r"/.*/[gimsuy]*", value, re.DOTALL) is not None


def mapping(
    value: Number | str | tuple[Number | None, Number | None], text: str | None = None, color: str = ""
) -> Mapping:
    """Show a value as a text, in a colour: ``mapping(0, "down", "red")``.

    A pair is a range, with None for no bound: ``mapping((0, 10), "low")``. A text between slashes is a pattern:
    ``mapping("/5../", "error")``. ``"null"`` means no data; ``"nan"``, ``"null+nan"``, ``"true"``, ``"false"`` and
    ``"empty"`` mean what they say. Without a text, the value itself is shown.
    """
    if isinstance(value, tuple):
        bounds = [_check("mapping", "", bound, Number | None) for bound in value] if len(value) == 2 else []
        if not bounds or (None not in bounds and bounds[0] > bounds[1]):
            raise ValueError(f"mapping: {value!r} is not a range; write its ends, the lower one first: (0, 10)")
    else:
        value = _check("mapping", "", value, Number | str)
    _check("mapping", "", text, str | None)
    if color:
        _check("mapping", "", color, str, checks.color)
    return Mapping(value, text, color)


def _read_mapping(entry: Any) -> Call:
    options = entry["options"]
    match entry["type"]:
        case "value":
            ((value, result),) = options.items()
            value = int(value) if re.fullmatch(r"-?\d{1,15}", value) else value
        case "range":
            value, result = (options.get("from"), options.get("to")), options["result"]
        case "special":
            value, result = options["match"], options["result"]
        case "regex":
            value, result = options["pattern"], options["result"]
        case _:
            raise NotSayableError
    text, color = result.get("text"), result.get("color", "")
    call = Call("mapping", (value, text, color) if color else (value,) if text is None else (value, text))
    if call.make().to_json_data() != entry:
        raise NotSayableError
    return call


def _read_mappings(value: Any) -> list[Call]:
    if not value:
        raise NotSayableError
    return [_read_mapping(entry) for entry in value]


MAPPINGS = Form(
    lambda value: [entry.to_json_data() for entry in value] or None,
    _read_mappings,
    calls=True,
)
