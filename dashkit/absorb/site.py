"""Where a call that had a part in an object stands, and where the call around it does."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from dashkit.absorb.source import Source
from dashkit.absorb.traced import Code, Record, Traced

Part = tuple[str, str]
"""What a project makes: the uid of a dashboard, and ``panel 12``, ``variable job`` or ``dashboard``."""


@dataclass(frozen=True, slots=True)
class Site:
    """A call on the way to an object: of the helper that made it at depth 0, then of the functions around it.

    Attributes:
        alike: what changes in the same way.
    """

    traced: Traced
    record: Record
    read: Callable[[str], Source]
    alike: frozenset[Part]
    depth: int = 0

    @property
    def source(self) -> Source:
        """The file of the call."""
        return self.read(self.record.frames[self.depth].code.file)

    @property
    def call(self) -> ast.Call | None:
        """The call; None if no call stands there."""
        return self.source.call_at(self.record.frames[self.depth].span)

    @property
    def callee(self) -> Code:
        """The function that is called."""
        return self.record.frames[self.depth - 1].code if self.depth else self.record.callee

    @property
    def outer(self) -> Site | None:
        """The call of the function that this call stands in."""
        if self.depth + 1 >= len(self.record.frames):
            return None
        return replace(self, depth=self.depth + 1)

    @property
    def made(self) -> frozenset[Part]:
        """What the call has a part in, of the kind that changes."""
        kinds = {part.partition(" ")[0] for _, part in self.alike}
        found = self.traced.makes.get(self.record.frames[self.depth].span, frozenset())
        return frozenset(one for one in found if one[1].partition(" ")[0] in kinds)

    @property
    def alone(self) -> bool:
        """Whether the call makes nothing but what changes alike."""
        return self.made <= self.alike


def argument(call: ast.Call, callee: Code, name: str) -> ast.expr | None:
    """Return the expression that a call gives for a parameter of the function that it calls; None if it gives none itself."""
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    index = place_of(callee, name)
    return None if index is None else starless(call.args, index)


def place_of(callee: Code, name: str) -> int | None:
    """Return which argument by position a parameter is; None if it is not among these."""
    taken = callee.params[1:] if callee.params[:1] in (("self",), ("cls",)) else callee.params
    given = taken[: callee.positional - (len(callee.params) - len(taken))]
    return given.index(name) if name in given else None


def starless(arguments: Sequence[ast.expr], index: int) -> ast.expr | None:
    """Return an argument by its place; None if there is none, or if one with a star stands before it."""
    before = arguments[: index + 1]
    if len(before) <= index or any(isinstance(one, ast.Starred) for one in before):
        return None
    return before[index]
