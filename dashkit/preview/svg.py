"""Write a scene as SVG."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from html import escape
from typing import Any

from dashkit.preview.display.colour import Colour
from dashkit.preview.scene import (
    Box,
    Circle,
    Gradient,
    Group,
    Html,
    Line,
    Paint,
    Path,
    Radial,
    Rect,
    Scene,
    Segment,
    Shape,
    Text,
)
from dashkit.preview.text import FAMILY, MONO_FAMILY, fitted

Ink = Callable[[Colour], str]
"""Returns what SVG and CSS call a colour."""


def dark(colour: Colour) -> str:
    """Write colours of the dark theme."""
    return colour.dark


def light(colour: Colour) -> str:
    """Write colours of the light theme."""
    return colour.light


def both(colour: Colour) -> str:
    """Write colours for a page that can switch between the themes."""
    return colour.dark if colour.dark == colour.light else f"light-dark({colour.light},{colour.dark})"


def xml(text: str) -> str:
    """Return a text as XML can hold it: escaped, and without the characters that it forbids."""
    return escape(_FORBIDDEN.sub("", text))


_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def number(value: float) -> str:
    """Return a coordinate to a tenth of a pixel, as short as it can be written."""
    text = f"{value:.1f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def svg(scene: Scene, ink: Ink, *, name: str = "", parts: bool = False) -> str:
    """Return a scene as an SVG element.

    Args:
        ink: `dark`, `light` or `both`.
        name: makes ids unique where a page has several scenes.
        parts: leave out what a page shows as HTML.
    """
    writer = _Writer(ink, name, parts)
    body = "".join(writer.shapes(scene.shapes))
    definitions = f"<defs>{''.join(writer.definitions)}</defs>" if writer.definitions else ""
    label = f' role="img" aria-label="{xml(scene.summary)}"' if scene.summary else ' aria-hidden="true"'
    width, height = number(scene.width), number(scene.height)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
        f' font-optical-sizing="none" font-family="{FAMILY}, Helvetica, Arial, sans-serif"{label}>{definitions}{body}</svg>'
    )


class _Writer:
    """Collects definitions (gradients, clip paths) while shapes are written."""

    def __init__(self, ink: Ink, name: str, parts: bool) -> None:
        self._ink, self._name, self._parts = ink, name, parts
        self.definitions: list[str] = []
        self._known: dict[Any, str] = {}

    def shapes(self, shapes: Iterable[Shape]) -> Iterable[str]:
        for shape in shapes:
            match shape:
                case Rect():
                    yield self._rect(shape)
                case Path():
                    yield self._path(shape)
                case Line():
                    yield self._line(shape)
                case Text():
                    yield self._text(shape)
                case Circle():
                    yield self._circle(shape)
                case Group():
                    yield self._group(shape)
                case Html():
                    if not self._parts:
                        yield from self.shapes(shape.drawn)

    def _rect(self, rect: Rect) -> str:
        radius = f' rx="{number(rect.radius)}"' if rect.radius else ""
        place = f'x="{number(rect.x)}" y="{number(rect.y)}"'
        size = f'width="{number(max(0, rect.width))}" height="{number(max(0, rect.height))}"'
        return f"<rect {place} {size}{radius}{self._look(rect.fill, rect.stroke, rect.stroke_width)}/>"

    def _path(self, path: Path) -> str:
        look = self._look(path.fill, path.stroke, path.width, path.dash)
        join = ' stroke-linejoin="round"' if path.stroke else ""
        return f'<path d="{written(path.segments)}"{look}{join}/>'

    def _line(self, line: Line) -> str:
        ends = f'x1="{number(line.x1)}" y1="{number(line.y1)}" x2="{number(line.x2)}" y2="{number(line.y2)}"'
        return f"<line {ends}{self._look(None, line.stroke, line.width, line.dash)}/>"

    def _circle(self, circle: Circle) -> str:
        place = f'cx="{number(circle.x)}" cy="{number(circle.y)}" r="{number(circle.radius)}"'
        return f"<circle {place}{self._look(circle.fill, circle.stroke, circle.stroke_width)}/>"

    def _text(self, text: Text) -> str:
        shown = text.text
        if text.width:
            shown = fitted(shown, text.width, text.size, text.weight, mono=text.mono)
        more = f' text-anchor="{text.anchor}"' if text.anchor != "start" else ""
        more += f' font-weight="{text.weight}"' if text.weight != 400 else ""
        more += f' font-family="{MONO_FAMILY}, monospace"' if text.mono else ""
        x, y = number(text.x), number(text.y)
        more += f' transform="rotate({number(text.turn)} {x} {y})"' if text.turn else ""
        title = f"<title>{xml(text.text)}</title>" if shown != text.text else ""
        fill = self._paint(text.fill)
        return (
            f'<text x="{x}" y="{y}" font-size="{number(text.size)}" fill="{fill}"{more} xml:space="preserve">'
            f"{xml(shown)}{title}</text>"
        )

    def _group(self, group: Group) -> str:
        more = f' clip-path="url(#{self._clip(group.clip)})"' if group.clip else ""
        if group.offset != (0, 0):
            more += f' transform="translate({number(group.offset[0])} {number(group.offset[1])})"'
        more += f' data-series="{group.series}"' if group.series is not None else ""
        title = f"<title>{xml(group.label)}</title>" if group.label else ""
        body = f"<g{more}>{title}{''.join(self.shapes(group.shapes))}</g>"
        return f'<a href="{xml(group.link)}">{body}</a>' if group.link else body

    def _look(self, fill: Paint | None, stroke: Paint | None, width: float = 1, dash: Sequence[float] = ()) -> str:
        look = f' fill="{self._paint(fill)}"' if fill else ' fill="none"'
        if stroke:
            look += f' stroke="{self._paint(stroke)}"'
            look += f' stroke-width="{number(width)}"' if width != 1 else ""
            look += f' stroke-dasharray="{" ".join(map(number, dash))}"' if dash else ""
        return look

    def _paint(self, paint: Paint) -> str:
        return self._ink(paint) if isinstance(paint, Colour) else f"url(#{self._gradient(paint)})"

    def _gradient(self, gradient: Gradient | Radial) -> str:
        if gradient not in self._known:
            if isinstance(gradient, Gradient):
                element = "linearGradient"
                place = " ".join(f'{key}="{number(getattr(gradient, key))}"' for key in ("x1", "y1", "x2", "y2"))
            else:
                element = "radialGradient"
                place = f'cx="0" cy="0" r="{number(gradient.across)}" gradientTransform="{_ellipse(gradient)}"'
            stops = "".join(
                f'<stop offset="{number(offset * 100)}%" stop-color="{self._ink(colour)}"/>'
                for offset, colour in gradient.stops
            )
            self._define(gradient, element, f'gradientUnits="userSpaceOnUse" {place}', stops)
        return self._known[gradient]

    def _clip(self, box: Box) -> str:
        if box not in self._known:
            sides = f'x="{number(box.x)}" y="{number(box.y)}" width="{number(box.width)}" height="{number(box.height)}"'
            self._define(box, "clipPath", "", f"<rect {sides}/>")
        return self._known[box]

    def _define(self, key: Any, element: str, attributes: str, body: str) -> None:
        name = self._known[key] = f"{self._name}d{len(self._known)}"
        self.definitions.append(f'<{element} id="{xml(name)}" {attributes}>{body}</{element}>')


def _ellipse(gradient: Radial) -> str:
    stretched = f" scale(1 {gradient.down / gradient.across:.3g})" if gradient.across != gradient.down else ""
    return f"translate({number(gradient.x)} {number(gradient.y)}){stretched}"


def written(segments: Iterable[Segment]) -> str:
    """Return the value of a path's ``d``.

    Lines and curves are written as steps from the point before, in tenths of a pixel: that takes half the bytes.
    """
    parts: list[str] = []
    x = y = 0
    last = ""
    for command, *coordinates in segments:
        if command in _STEPS:
            places = [round(value * 10) for value in coordinates]
            text = "".join([_step(place - (y if number % 2 else x)) for number, place in enumerate(places)])
            name = command.lower()
        else:
            text = "".join(f" {number(value)}" for value in coordinates)
            name = command
        # A command need not be repeated.
        parts.append(text if name == last else f"{name}{text.lstrip()}")
        last = name
        if coordinates:
            x, y = round(coordinates[-2] * 10), round(coordinates[-1] * 10)
    return "".join(parts)


#: Commands of lines and curves.
_STEPS = frozenset("LC")


@cache
def _step(tenths: int) -> str:
    """Return a number of tenths, after the space that sets it apart; a minus sign does that too."""
    whole, rest = divmod(abs(tenths), 10)
    text = f"{whole or ''}.{rest}" if rest else str(whole)
    return f"-{text}" if tenths < 0 else f" {text}"
