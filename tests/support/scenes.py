"""What is in a scene: its shapes with those of its groups, by kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from dashkit.preview.scene import Group, Html, Scene, Shape, Text

_Kind = TypeVar("_Kind")


def every(shapes: Sequence[Shape], *, parts: bool = True) -> Iterator[Shape]:
    """Yield all shapes; ``parts`` also those that a page shows as HTML."""
    for shape in shapes:
        yield shape
        if isinstance(shape, Group):
            yield from every(shape.shapes, parts=parts)
        elif isinstance(shape, Html) and parts:
            yield from every(shape.drawn, parts=parts)


def found(scene: Scene, kind: type[_Kind]) -> list[_Kind]:
    """Return the shapes of a kind, in the order in which they are painted."""
    return [shape for shape in every(scene.shapes) if isinstance(shape, kind)]


def texts(scene: Scene) -> list[str]:
    """Return all texts of a scene."""
    return [text.text for text in found(scene, Text)]


def series(scene: Scene, number: int) -> list[Shape]:
    """Return the shapes of one series."""
    return [shape for group in found(scene, Group) if group.series == number for shape in every(group.shapes)]
