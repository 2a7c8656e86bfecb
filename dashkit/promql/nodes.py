"""The nodes of a PromQL expression, each with its place in the author's text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from dashkit.promql.variables import MARK

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Node:
    """A part of an expression. ``span`` is where it starts in the text and where it ends, exclusively."""

    span: Span

    @property
    def parts(self) -> tuple[Node, ...]:
        return ()


Kind = TypeVar("Kind", bound=Node)


class Matcher(NamedTuple):
    """``label op value``; ``op`` is one of ``=``, ``!=``, ``=~``, ``!~``."""

    label: str
    op: str
    value: str

    @property
    def variable(self) -> bool:
        """Whether the value contains a variable of the dashboard."""
        return MARK in self.value

    def matches(self, value: str) -> bool | None:
        """Return whether a value satisfies it; None if unknown: a variable, or a pattern that Python reads differently."""
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
    """Series by name and matchers. ``name`` is empty if only other matchers choose the metric.

    ``range`` is in seconds (None for an instant vector). ``range_text`` is what the author wrote between the brackets.
    """

    name: str
    matchers: tuple[Matcher, ...]
    range: float | None = None
    range_text: str = ""
    offset: float = 0
    #: The time after ``@`` as the parser writes it, or empty.
    at: str = ""
    #: Whether its matchers have alternatives (``or``), so that none of them surely holds.
    alternatives: bool = False

    @property
    def named(self) -> bool:
        """Whether the name is known: there is one, without a variable in it."""
        return bool(self.name) and MARK not in self.name

    def matching(self, label: str) -> tuple[Matcher, ...]:
        return tuple(matcher for matcher in self.matchers if matcher.label == label)


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A function call."""

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
    """Two sides and an operator.

    ``on`` is True for ``on``, False for ``ignoring`` and None for neither. ``group`` is ``left``, ``right`` or empty;
    ``included`` are the labels that it copies from the other side.
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
    """``arg[range:step]``, in seconds. ``step`` is None for the server's default."""

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
    """A number. ``variable`` is True if a variable of the dashboard supplies it."""

    value: float
    variable: bool = False


@dataclass(frozen=True, slots=True)
class String(Node):
    """A string."""

    value: str


@dataclass(frozen=True, slots=True)
class Place:
    """A node and its ancestors, the nearest last."""

    node: Node
    above: tuple[Node, ...]

    @property
    def parent(self) -> Node | None:
        return self.above[-1] if self.above else None


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed text: its tree, or the parser's error.

    ``unsure`` means neither: variables hold so much of the text that it cannot be judged.
    """

    text: str
    tree: Node | None
    error: str = ""
    unsure: bool = False
    places: tuple[Place, ...] = ()
    _by_kind: dict[type[Node], list[tuple[Node, Place]]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_kind: dict[type[Node], list[tuple[Node, Place]]] = {}
        for place in self.places:
            by_kind.setdefault(type(place.node), []).append((place.node, place))
        object.__setattr__(self, "_by_kind", by_kind)

    def of(self, kind: type[Kind]) -> Sequence[tuple[Kind, Place]]:
        """Return the nodes of a kind, such as `Selector`, in the order of the text, each with its place."""
        return self._by_kind.get(kind, ())  # type: ignore[return-value] # they are of this kind

    def selectors(self) -> Iterator[Selector]:
        return (node for node, _ in self.of(Selector))
