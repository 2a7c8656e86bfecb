"""What is known of the calls of helpers that made a dashboard: where each stands, and what it was given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from dashkit.absorb.rules_made import RulesMade

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Code:
    """A function, or the top level of a module.

    Attributes:
        file: its path in the project; empty for a function that is not the project's.
        name: ``<module>`` for the top level.
        params: the names of its parameters, those that a call gives by position first.
        positional: how many those are.
        takes_more: whether it takes any number of arguments by position (``*panels``).
        takes_any: whether it takes any keyword (``**options``).
    """

    file: str
    name: str
    params: tuple[str, ...]
    positional: int
    takes_more: bool
    takes_any: bool

    def takes(self, name: str) -> bool:
        """Return whether a call may give this keyword."""
        return self.takes_any or name in self.params


@dataclass(frozen=True, slots=True)
class Span:
    """Where an expression stands: the lines from 1, and the columns in bytes of UTF-8 from 0."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Frame:
    """A call within a function of the project."""

    code: Code
    span: Span


@dataclass(frozen=True, slots=True)
class Ref:
    """What another call made."""

    number: int


@dataclass(frozen=True, slots=True)
class Opaque:
    """A value that has no plain form, by the name of its type."""

    kind: str


@dataclass(frozen=True, slots=True)
class Record:
    """A call of a helper of `dashkit.authoring`, or of a class of grafanalib.

    Attributes:
        helper: the name of the helper; that of the class for one of grafanalib, and for what a method made.
        callee: the function that the project called.
        frames: where it was called, the innermost function first.
        positional: values, `Ref`, `Opaque`, and lists of these; ``named`` too.
    """

    number: int
    helper: str
    callee: Code
    frames: tuple[Frame, ...]
    positional: tuple[Any, ...] = ()
    named: Mapping[str, Any] = field(default_factory=dict)

    @property
    def values(self) -> Iterator[Any]:
        """All arguments."""
        yield from self.positional
        yield from self.named.values()


@dataclass(frozen=True, slots=True)
class Dashboard:
    """A compiled dashboard.

    Attributes:
        file: where it is from.
        schema: the version of the v2 schema; empty for a classic one.
        panels: the numbers of the records of panels and rows, by the ids of panels.
        variables: those of variables, by their names.
        said: what the source says of the places of panels, by their ids: ``x``, ``y``, ``w``, ``h``, and ``line`` for the
            first one of a grid.
    """

    uid: str
    file: str
    spec: Json
    schema: str
    panels: Mapping[int, int]
    variables: Mapping[str, int]
    said: Mapping[int, Json]


@dataclass(frozen=True, slots=True)
class Traced:
    """What the project makes.

    Attributes:
        digests: of all dashboards, by uid, and of all groups of alerts.
        failures: what did not compile: the place and the message.
        dashboards: those that were asked for.
        records: by number; empty if no calls were recorded.
        constants: the names of selectors of series at the top level of files, by the file and what they are.
        makes: for each span, which panels the call there has a part in: the uid and the id.
        rules: those of alert modules, if they were asked for.
    """

    digests: Mapping[str, str]
    failures: tuple[tuple[str, str], ...]
    dashboards: Mapping[str, Dashboard]
    records: Mapping[int, Record] = field(default_factory=dict)
    makes: Mapping[Span, frozenset[tuple[str, str]]] = field(default_factory=dict)
    constants: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    rules: RulesMade = field(default_factory=RulesMade)

    def record_of(self, uid: str) -> Record | None:
        """Return the call of `new_dashboard` for a uid."""
        made = (one for one in self.records.values() if one.helper == "new_dashboard" and one.named.get("uid") == uid)
        return next(iter(list(made)[-1:]), None)


def encoded(value: Any) -> Any:
    """Return a value of a record as JSON: objects mark what is not a plain value."""
    if isinstance(value, Ref):
        return {"ref": value.number}
    if isinstance(value, Opaque):
        return {"opaque": value.kind}
    if isinstance(value, list):
        return [encoded(one) for one in value]
    return value


def decoded(value: Any) -> Any:
    """Undo `encoded`."""
    if isinstance(value, dict):
        return Ref(value["ref"]) if "ref" in value else Opaque(value["opaque"])
    if isinstance(value, list):
        return [decoded(one) for one in value]
    return value


def refs(value: Any) -> Iterator[int]:
    """Yield the numbers of all calls whose results are in a value of a record."""
    if isinstance(value, Ref):
        yield value.number
    elif isinstance(value, list | tuple):
        for one in value:
            yield from refs(one)
