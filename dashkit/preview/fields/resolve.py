"""What a panel's options say of each field: the defaults, then the overrides that match it.

https://grafana.com/docs/grafana/latest/panels-visualizations/configure-overrides/
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple, TypeGuard

from dashkit.lint.values import mapping, objects, text
from dashkit.preview.fields.matchers import Candidate, FieldMatcher, field_matcher
from dashkit.preview.fields.names import display_names, titled, untitled
from dashkit.preview.frames import Field, Frame

#: A whole number may be larger than any float.
_LARGEST = 1.7e308
Range = tuple[float, float]


class _Rule(NamedTuple):
    matches: FieldMatcher
    properties: Sequence[tuple[Sequence[str], Any]]


def resolved(frames: Sequence[Frame], field_config: Mapping[str, Any]) -> list[Frame]:
    """Return frames whose fields have all their options in ``config``.

    What the datasource and transformations set wins over the panel's defaults, as in Grafana; overrides win over both.
    """
    defaults, rules = mapping(field_config.get("defaults")), _rules(field_config)
    names = display_names([untitled(frame) for frame in frames])
    result = []
    for number, frame in enumerate(frames):
        fields = []
        for field, name in zip(frame.fields, names[number], strict=True):
            config = _with_defaults(field.config, defaults)
            for rule in rules:
                shown = titled(text(config.get("displayName")), field, name, frame, number)
                if rule.matches(Candidate(field, shown, frame)):
                    for path, value in rule.properties:
                        config = _with(config, path, value)
            fields.append(replace(field, config=_sound(config), known_as=""))
        result.append(frame.with_fields(fields))
    return result


def numeric_range(frames: Sequence[Frame]) -> Range | None:
    """Return the lowest and the highest of all numbers, which colours and gauges range over; None without numbers."""
    return _range(
        value for frame in frames for field in frame.fields if field.type == "number" for value in field.values
    )


def field_range(field: Field, shared: Range | None) -> Range | None:
    """Return the range of one field: its limits, else those of its own numbers if it says so, else the shared ones."""
    own = _range(field.values) if field.config.get("fieldMinMax") is True else shared
    low, high = field.config.get("min"), field.config.get("max")
    low = low if _is_number(low) else own and own[0]
    high = high if _is_number(high) else own and own[1]
    return None if low is None or high is None else (low, high)


def _range(values: Iterable[Any]) -> Range | None:
    numbers = [value for value in values if _is_number(value)]
    return (min(numbers), max(numbers)) if numbers else None


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and -_LARGEST < value < _LARGEST


def _rules(field_config: Mapping[str, Any]) -> list[_Rule]:
    rules = []
    for override in objects(field_config.get("overrides")):
        matches = field_matcher(override.get("matcher"))
        if matches is not None:
            properties = [
                (text(one.get("id")).split("."), one.get("value")) for one in objects(override.get("properties"))
            ]
            rules.append(_Rule(matches, [(path, value) for path, value in properties if all(path)]))
    return rules


def _with_defaults(own: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    config = {**_present(defaults), **_present(own)}
    custom = {**_present(mapping(defaults.get("custom"))), **_present(mapping(own.get("custom")))}
    return {**config, "custom": custom} if custom else config


def _present(options: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in options.items() if value is not None}


def _with(config: Mapping[str, Any], path: Sequence[str], value: Any) -> dict[str, Any]:
    """Return options with one of them changed, or removed if the value is None."""
    key, *rest = path
    if rest:
        return {**config, key: _with(mapping(config.get(key)), rest, value)}
    return {**config, key: value} if value is not None else {name: one for name, one in config.items() if name != key}


def _sound(config: dict[str, Any]) -> dict[str, Any]:
    """Return options as Grafana repairs them: limits in order, and colours from thresholds where there are some."""
    low, high = config.get("min"), config.get("max")
    if _is_number(low) and _is_number(high) and low > high:
        config = {**config, "min": high, "max": low}
    return config if "color" in config or "thresholds" not in config else {**config, "color": {"mode": "thresholds"}}
