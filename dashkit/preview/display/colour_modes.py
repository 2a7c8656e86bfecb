"""Colour modes: which colour the options of a field give to a value, or to a whole series.

https://grafana.com/docs/grafana/latest/panels-visualizations/configure-standard-options/#color-scheme
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from dashkit.lint.values import mapping, objects, text
from dashkit.preview.display.colour import Colour, brighten, shift, spline
from dashkit.preview.display.theme import FALLBACK, PALETTE, by_name, named

Painter = Callable[[float, float], Colour]
"""Returns the colour of a value that is so far, as a share, on its way from the minimum to the maximum."""

_SCHEMES = {
    "continuous-GrYlRd": ("green", "yellow", "red"),
    "continuous-RdYlGr": ("red", "yellow", "green"),
    "continuous-BlYlRd": ("dark-blue", "super-light-yellow", "dark-red"),
    "continuous-YlRd": ("super-light-yellow", "dark-red"),
    "continuous-BlPu": ("blue", "purple"),
    "continuous-YlBl": ("super-light-yellow", "dark-blue"),
    "continuous-blues": ("panel-bg", "dark-blue"),
    "continuous-reds": ("panel-bg", "dark-red"),
    "continuous-greens": ("panel-bg", "dark-green"),
    "continuous-purples": ("panel-bg", "dark-purple"),
}
_DEFAULT = "thresholds"
_OF_SERIES = frozenset(("fixed", "shades", "palette-classic", "palette-classic-by-name"))

#: Series in shades of one colour: the colour, then lighter and darker by turns, then from the start again.
_SHADES = 11
_SHADE_LIGHTNESS = 35 / 600
_SHADE_HUE = 10 / 6


def mode_of(config: Mapping[str, Any]) -> str:
    """Return the colour mode of a field; that of thresholds if there is none that is known."""
    mode = text(mapping(config.get("color")).get("mode"))
    return mode if mode in _OF_SERIES or mode in _SCHEMES else _DEFAULT


def is_by_value(config: Mapping[str, Any]) -> bool:
    """Return whether each value has its colour, rather than the series."""
    return mode_of(config) not in _OF_SERIES


def scheme(mode: str) -> tuple[Colour, ...]:
    """Return the colours that a mode goes through from the minimum to the maximum; none if it has no such colours."""
    return tuple(named(name) for name in _SCHEMES.get(mode, ()))


def painter(config: Mapping[str, Any], series_index: int, name: str) -> Painter:
    """Return the function from a value to its colour."""
    mode = mode_of(config)
    if mode == "thresholds":
        return _by_thresholds(config)
    if colours := scheme(mode):
        along = spline(colours)
        return lambda _, percent: along(percent)
    colour = _of_series(mode, text(mapping(config.get("color")).get("fixedColor")), series_index, name)
    return lambda _, __: colour


def _of_series(mode: str, fixed: str, index: int, name: str) -> Colour:
    if mode == "palette-classic":
        return PALETTE[index % len(PALETTE)]
    if mode == "palette-classic-by-name":
        return by_name(name)
    return _shade(named(fixed), index) if mode == "shades" else named(fixed)


def _shade(colour: Colour, index: int) -> Colour:
    place = index % _SHADES
    steps = (place + 1) // 2
    if not steps:
        return colour
    if place % 2:
        return brighten(shift(colour, hue=steps * _SHADE_HUE), steps * _SHADE_LIGHTNESS)
    return shift(colour, hue=-steps * _SHADE_HUE, lightness=-steps * _SHADE_LIGHTNESS)


def _by_thresholds(config: Mapping[str, Any]) -> Painter:
    steps = _steps(config)
    if not steps:
        return lambda _, __: FALLBACK
    base, *others = steps
    percentage = _is_percentage(config)

    def colour_of(value: float, percent: float) -> Colour:
        compared = percent * 100 if percentage else value
        found = base[1]
        for start, colour in others:
            if not compared >= start:
                break
            found = colour
        return found

    return colour_of


def threshold_steps(config: Mapping[str, Any], low: float, high: float) -> list[tuple[float, Colour]]:
    """Return the value from which each threshold holds, and its colour, from below; the first holds from minus infinity.

    ``low`` and ``high`` are what percentages are between.
    """
    steps = _steps(config)
    if _is_percentage(config):
        steps = [(low + (high - low) * start / 100, colour) for start, colour in steps]
    return steps


def scheme_stops(config: Mapping[str, Any], low: float, high: float) -> tuple[tuple[float, Colour], ...]:
    """Return the stops of a gradient over the values from ``low``, at 0, to ``high``, at 1.

    Thresholds have hard edges. There are no stops if the mode gives one colour to a whole series.
    """
    mode = mode_of(config)
    if mode != "thresholds":
        colours = scheme(mode)
        return tuple((place / (len(colours) - 1), colour) for place, colour in enumerate(colours))
    steps = threshold_steps(config, low, high) or [(-math.inf, FALLBACK)]
    colour = next((colour for start, colour in reversed(steps) if start <= low), steps[0][1])
    stops = [(0.0, colour)]
    for start, following in steps:
        if low < start < high:
            place = (start - low) / (high - low)
            stops += [(place, colour), (place, following)]
            colour = following
    return (*stops, (1.0, colour))


def _is_percentage(config: Mapping[str, Any]) -> bool:
    return mapping(config.get("thresholds")).get("mode") == "percentage"


def _steps(config: Mapping[str, Any]) -> list[tuple[float, Colour]]:
    steps = objects(mapping(config.get("thresholds")).get("steps"))
    return [
        (_start(step.get("value")) if number else -math.inf, named(text(step.get("color"))))
        for number, step in enumerate(steps)
    ]


def _start(value: Any) -> float:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else -math.inf
