"""PromQL as values: the nodes of an expression, each with its place in the text that the author wrote."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from dashkit.promql.variables import MARK

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Node:
    """Part of an expression; ``span`` is its first place in the text and the one after its last."""

    span: Span

    @property
    def parts(self) -> tuple[Node, ...]:
        return ()


class Matcher(NamedTuple):
    """``label op value``; ``op`` is one of ``=``, ``!=``, ``=~``, ``!~``."""

    label: str
    op: str
    value: str

    @property
    def variable(self) -> bool:
        """Whether a variable of the dashboard is part of the value."""
        return MARK in self.value

    def matches(self, value: str) -> bool | None:
        """Whether a value satisfies it; None where that cannot be told: a variable, a pattern that Python reads otherwise."""
        if self.variable or "[[:" in self.value or "\\p" in self.value or "\\Q" in self.value:
            return None
        if self.op in ("=", "!="):
            return (value == self.value) == (self.op == "=")
        try:
            return (re.fullmatch(self.value, value) is not None) == (self.op == "=~")
        except re.error:
            return None

    def __str__(self) -> str:
        return f'{self.label}{self.op}"{self.value}"'


@dataclass(frozen=True, slots=True)
class Selector(Node):
    """Series by name and matchers; ``name`` is empty where only matchers say it, or a variable does (``named`` is False).

    ``range`` is in seconds (None for an instant vector), and ``range_text`` what the author wrote between the brackets.
    """

    name: str
    matchers: tuple[Matcher, ...]
    range: float | None = None
    range_text: str = ""
    offset: float = 0
    #: What stands behind ``@``, as the parser writes it; empty without.
    at: str = ""
    #: Whether alternatives among its matchers (``or``) make them hard to tell.
    alternatives: bool = False

    @property
    def named(self) -> bool:
        return bool(self.name) and MARK not in self.name

    def matching(self, label: str) -> tuple[Matcher, ...]:
        return tuple(matcher for matcher in self.matchers if matcher.label == label)


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A function."""

    name: str
    args: tuple[Node, ...]

    @property
    def parts(self) -> tuple[Node, ...]:
        return self.args


@dataclass(frozen=True, slots=True)
class Aggregate(Node):
    """An aggregation; ``grouping`` is ``by``, ``without`` or empty."""

    op: str
    arg: Node
    param: Node | None
    grouping: str
    labels: tuple[str, ...]

    @property
    def parts(self) -> tuple[Node, ...]:
        return (self.param, self.arg) if self.param else (self.arg,)


@dataclass(frozen=True, slots=True)
class Binary(Node):
    """Two sides and an operator. ``on`` is True for ``on``, False for ``ignoring``, None for neither; ``group`` is ``left``,
    ``right`` or empty, ``included`` the labels it takes over.
    """

    op: str
    left: Node
    right: Node
    on: bool | None
    labels: tuple[str, ...]
    group: str
    included: tuple[str, ...]
    returns_bool: bool

    @property
    def parts(self) -> tuple[Node, ...]:
        return (self.left, self.right)


@dataclass(frozen=True, slots=True)
class Subquery(Node):
    """``arg[range:step]``, in seconds; ``step`` None is the server's default."""

    arg: Node
    range: float
    step: float | None
    offset: float

    @property
    def parts(self) -> tuple[Node, ...]:
        return (self.arg,)


@dataclass(frozen=True, slots=True)
class Negative(Node):
    """``-arg``."""

    arg: Node

    @property
    def parts(self) -> tuple[Node, ...]:
        return (self.arg,)


@dataclass(frozen=True, slots=True)
class Number(Node):
    """A number; ``variable`` where a variable of the dashboard stands for it."""

    value: float
    variable: bool = False


@dataclass(frozen=True, slots=True)
class String(Node):
    """A text."""

    value: str


@dataclass(frozen=True, slots=True)
class Place:
    """A node and the nodes around it, the nearest last."""

    node: Node
    above: tuple[Node, ...]

    @property
    def parent(self) -> Node | None:
        return self.above[-1] if self.above else None


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed text: its tree, or what the parser says against it.

    ``unsure`` where variables hold so much of it that nothing can be said: neither tree nor error.
    """

    text: str
    tree: Node | None
    error: str = ""
    unsure: bool = False
    places: tuple[Place, ...] = field(default=())

    def selectors(self) -> Iterator[Selector]:
        return (place.node for place in self.places if isinstance(place.node, Selector))
