"""A colour in both themes. What is drawn differs between dark and light in its colours only."""

from __future__ import annotations

import colorsys
import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple


class Colour(NamedTuple):
    """What to paint with in the dark and in the light theme: ``#rrggbb``, or ``#rrggbbaa`` if it is translucent."""

    dark: str
    light: str

    def each(self, change: Callable[[str], str]) -> Colour:
        return Colour(change(self.dark), change(self.light))


class Channels(NamedTuple):
    """How much of red, green and blue a paint has, up to 255, and how opaque it is, up to 1."""

    red: float
    green: float
    blue: float
    alpha: float = 1


def same(paint: str) -> Colour:
    """Return a colour that is the same in both themes."""
    return Colour(paint, paint)


@lru_cache(maxsize=4096)
def channels(paint: str) -> Channels:
    """Return what a paint consists of."""
    red, green, blue = (int(paint[at : at + 2], 16) for at in (1, 3, 5))
    return Channels(red, green, blue, int(paint[7:9], 16) / 255 if len(paint) > 7 else 1)


def paint_of(of: Channels) -> str:
    """Return the paint that consists of something."""
    red, green, blue, alpha = (int(min(max(value, 0), 255) + 0.5) for value in (*of[:3], of.alpha * 255))
    return f"#{red:02x}{green:02x}{blue:02x}{'' if alpha == 255 else f'{alpha:02x}'}"


def faded(colour: Colour, alpha: float) -> Colour:
    """Return a colour that is so opaque, from 0 to 1, however opaque it was."""
    return colour.each(lambda paint: paint_of(channels(paint)._replace(alpha=alpha)))


def is_opaque(colour: Colour) -> bool:
    """Return whether nothing shines through a colour."""
    return all(channels(paint).alpha == 1 for paint in colour)


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """Return the colour on the way from the first, at 0, to the second, at 1."""
    return Colour(*(_mixed(*pair, share) for pair in zip(first, second, strict=True)))


def over(colour: Colour, ground: Colour) -> Colour:
    """Return what a translucent colour looks like on an opaque one."""
    return Colour(*(_over(*pair) for pair in zip(colour, ground, strict=True)))


def shift(colour: Colour, *, hue: float = 0, lightness: float = 0) -> Colour:
    """Return the colour so many degrees further around the wheel, then lighter or darker by some of the 1 there is."""
    return colour.each(lambda paint: _shifted(paint, hue, lightness))


def lighten(colour: Colour, amount: float) -> Colour:
    """Return a colour nearer to white by some of all lightness there is, which is 1."""
    return shift(colour, lightness=amount)


def darken(colour: Colour, amount: float) -> Colour:
    """Return a colour nearer to black by some of all lightness there is, which is 1."""
    return shift(colour, lightness=-amount)


def brighten(colour: Colour, amount: float) -> Colour:
    """Return a colour with more of red, green and blue alike, which go up to 1."""
    more = math.ceil(255 * amount - 0.5)

    def brighter(paint: str) -> str:
        red, green, blue, alpha = channels(paint)
        return paint_of(Channels(red + more, green + more, blue + more, alpha))

    return colour.each(brighter)


def spline(colours: Sequence[Colour]) -> Callable[[float], Colour]:
    """Return the function from a share of the way, from 0 to 1, to its colour on a smooth curve by two or more colours.

    The curve is a cubic B-spline in red, green and blue, which begins at the first colour and ends at the last.
    https://en.wikipedia.org/wiki/B-spline
    """
    spans = len(colours) - 1
    dark, light = (_continued([channels(paint) for paint in paints]) for paints in zip(*colours, strict=True))

    def at(share: float) -> Colour:
        place = min(max(share, 0), 1) * spans
        span = min(int(place), spans - 1)
        weights = _weights(place - span)
        return Colour(_weighed(dark[span : span + 4], weights), _weighed(light[span : span + 4], weights))

    return at


def brightness(paint: str) -> float:
    """Return how bright a paint is to the eye, from 0 to 255.

    https://www.w3.org/TR/AERT/#color-contrast
    """
    red, green, blue, _ = channels(paint)
    return (red * 299 + green * 587 + blue * 114) / 1000


def luminance(paint: str) -> float:
    """Return how much light a paint gives, from 0 to 1.

    https://www.w3.org/TR/WCAG20/#relativeluminancedef
    """
    red, green, blue = (_linear(value / 255) for value in channels(paint)[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """Return how well two paints stand out from each other, from 1 to 21."""
    darker, lighter = sorted((luminance(first), luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.03928 else float(((value + 0.055) / 1.055) ** 2.4)


def _mixed(first: str, second: str, share: float) -> str:
    pairs = zip(channels(first), channels(second), strict=True)
    return paint_of(Channels(*(start + (end - start) * share for start, end in pairs)))


def _over(paint: str, ground: str) -> str:
    share = channels(paint).alpha
    return _mixed(ground, paint_of(channels(paint)._replace(alpha=1)), share)


def _shifted(paint: str, hue: float, lightness: float) -> str:
    *values, alpha = channels(paint)
    if hue:
        values = _turned(values, hue, 0)
    if lightness:
        values = _turned(values, 0, lightness)
    red, green, blue = values
    return paint_of(Channels(red, green, blue, alpha))


def _turned(values: Sequence[float], hue: float, lightness: float) -> list[float]:
    old_hue, old_lightness, saturation = colorsys.rgb_to_hls(*(value / 255 for value in values))
    new_lightness = min(max(old_lightness + lightness, 0), 1)
    turned = colorsys.hls_to_rgb((old_hue + hue / 360) % 1, _cut(new_lightness), _cut(saturation))
    return [value * 255 for value in turned]


def _cut(share: float) -> float:
    # Grafana's library for colours cuts these off too; the result may differ by one otherwise.
    return int(share * 10000) / 10000


def _continued(points: list[Channels]) -> list[Channels]:
    """Return points with one more at each end, as if the curve were mirrored there; so it meets the first and the last."""
    return [_beyond(points[0], points[1]), *points, _beyond(points[-1], points[-2])]


def _beyond(end: Channels, before: Channels) -> Channels:
    return Channels(*(2 * value - other for value, other in zip(end, before, strict=True)))


def _weights(along: float) -> tuple[float, float, float, float]:
    """Return what the four points around a place on the curve count, in sixths."""
    square, cube = along**2, along**3
    return (
        1 - 3 * along + 3 * square - cube,
        4 - 6 * square + 3 * cube,
        1 + 3 * along + 3 * square - 3 * cube,
        cube,
    )


def _weighed(points: Sequence[Channels], weights: tuple[float, float, float, float]) -> str:
    first, second, third, fourth = weights
    return paint_of(
        Channels(*((first * a + second * b + third * c + fourth * d) / 6 for a, b, c, d in zip(*points, strict=True)))
    )
