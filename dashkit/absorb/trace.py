"""While modules load, record each call of a helper: where it stands, through which functions, and with which values.

This is for a process of its own: the helpers of `dashkit.authoring` are replaced by ones that record, for good.
"""

from __future__ import annotations

import functools
import inspect
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import Any

import dashkit
from dashkit import authoring
from dashkit.absorb import rule_notes
from dashkit.absorb.traced import Code, Frame, Opaque, Record, Ref, Span
from dashkit.compiler import record
from dashkit.document import layout, normalise
from dashkit.model.notes import LINE_KEY

RECORDED = "@record"
"""Stands in place of a file in notes on where something was constructed. The line is the number of the record then."""

_OURS = str(Path(dashkit.__file__).parent)
#: Matchers in braces, long enough to be worth a name.
_SELECTOR = re.compile(r"\{[^{}]{14,}\}")
_ATOMS = (str, int, float, bool, type(None))


class Trace:
    """The calls so far."""

    def __init__(self, project: Path) -> None:
        self._prefix = f"{project}/"
        self.records: list[Record] = []
        #: What panels say of their places, by their ids: of the dashboard that was compiled last.
        self.said: dict[int, dict[str, Any]] = {}
        #: By the identity of what was made, which is kept so that no other object gets it.
        self._made: dict[int, int] = {}
        self._kept: list[Any] = []
        # Equal functions in different files are equal code.
        self._spans: dict[tuple[str, CodeType], tuple[Any, ...]] = {}
        self._codes: dict[tuple[str, CodeType], Code] = {}
        self._globals: dict[str, dict[str, Any]] = {}
        self._helpers = frozenset(
            name for name in authoring.__all__ if isinstance(getattr(authoring, name), FunctionType)
        )

    def install(self) -> None:
        """Replace the helpers, and the notes of constructions, by ones that record."""
        for name in self._helpers:
            setattr(authoring, name, self._recording(name, getattr(authoring, name)))
        record.note_by(self._constructed)
        rule_notes.note_by(self._constructed)
        normalise.arrange = self._noting_places(layout.arrange)  # type: ignore[attr-defined]

    def _noting_places(self, arrange: Callable[..., Any]) -> Callable[..., Any]:
        def noting(panels: list[dict[str, Any]], **options: Any) -> Any:
            inside = [*panels, *(inner for panel in panels for inner in panel.get("panels") or ())]
            self.said = {
                panel["id"]: {**(panel.get("gridPos") or {}), **({"line": True} if panel.get(LINE_KEY) else {})}
                for panel in inside
            }
            return arrange(panels, **options)

        return noting

    def _recording(self, name: str, helper: FunctionType) -> Callable[..., Any]:
        @functools.wraps(helper)
        def call(*positional: Any, **named: Any) -> Any:
            # What can be read once only is read here.
            positional = tuple(list(one) if isinstance(one, Iterator) else one for one in positional)
            named = {key: list(one) if isinstance(one, Iterator) else one for key, one in named.items()}
            result = helper(*positional, **named)
            if not isinstance(result, _ATOMS):
                self._note(name, result, self._callee(helper.__code__), sys._getframe(1), positional, named)
            return result

        return call

    def _note(
        self, name: str, result: Any, callee: Code, frame: FrameType, positional: Any, named: dict[str, Any]
    ) -> None:
        values = tuple(map(self._value, positional)), {key: self._value(one) for key, one in named.items()}
        number = self._recorded(name, callee, frame, *values)
        self._claim(result, number)
        if isinstance(result, list):  # such as `red`, which makes several panels
            for one in result:
                inside = self.records[self._made.get(id(one), number)]
                if inside.helper not in self._helpers and inside.frames == self.records[number].frames:
                    self._claim(one, number)

    def _claim(self, made: Any, number: int) -> None:
        self._made[id(made)] = number
        self._kept.append(made)
        if record.NOTE in getattr(made, "__dict__", {}):
            made.__dict__[record.NOTE] = (RECORDED, number)
        rule_notes.mark(made, RECORDED, number)

    def _constructed(self, frame: FrameType | None, instance: Any) -> tuple[str, int]:
        """Return the note of an object that a class made, until the helper that called the class says more."""
        inside, named = None, {}
        while frame is not None and not self._is_theirs(frame.f_code):
            inside, frame = frame, frame.f_back
        made_by = self._callee(inside.f_code) if inside is not None else _described_class(type(instance))
        if inside is not None and isinstance(instance, rule_notes.RULES):
            named = {name: self._value(inside.f_locals.get(name)) for name in made_by.params}
        number = self._recorded(type(instance).__name__, made_by, frame, (), named)
        self._claim(instance, number)
        return RECORDED, number

    def number_of(self, rule: Any) -> int | None:
        """Return the number of the call that made a rule or a group of rules; None if it is not known."""
        return rule_notes.number_of(rule, RECORDED, self._made)

    def _recorded(
        self, helper: str, callee: Code, frame: FrameType | None, positional: tuple[Any, ...], named: dict[str, Any]
    ) -> int:
        number = len(self.records)
        self.records.append(Record(number, helper, callee, tuple(self._frames(frame)), positional, named))
        return number

    def _is_theirs(self, code: CodeType) -> bool:
        """Return whether a function is the project's own."""
        file = code.co_filename
        return file.startswith(self._prefix) and not file.startswith(_OURS) and "/site-packages/" not in file

    def _value(self, value: Any) -> Any:
        if isinstance(value, _ATOMS):
            return value
        if id(value) in self._made:
            return Ref(self._made[id(value)])
        if isinstance(value, list | tuple):
            return [self._value(one) for one in value]
        return Opaque(type(value).__name__)

    def _frames(self, frame: FrameType | None) -> Iterator[Frame]:
        while frame is not None:
            if self._is_theirs(frame.f_code):
                code = self._code(frame.f_code)
                self._globals.setdefault(code.file, frame.f_globals)
                yield Frame(code, self._span(frame, code.file))
            frame = frame.f_back

    def constants(self) -> dict[str, dict[str, str]]:
        """Return the names of selectors of series at the top level of files, by the file and what they are."""
        found: dict[str, dict[str, str]] = {}
        for file, names in self._globals.items():
            for name, value in names.items():
                if isinstance(value, str) and _SELECTOR.fullmatch(value):
                    found.setdefault(file, {}).setdefault(str(value), name)
        return found

    def _code(self, code: CodeType) -> Code:
        key = (code.co_filename, code)
        if key not in self._codes:
            self._codes[key] = _described(code, code.co_filename.removeprefix(self._prefix))
        return self._codes[key]

    def _callee(self, code: CodeType) -> Code:
        """Return what is known of a function that is not the project's."""
        key = (code.co_filename, code)
        if key not in self._codes:
            self._codes[key] = _described(code, "")
        return self._codes[key]

    def _span(self, frame: FrameType, file: str) -> Span:
        key = (frame.f_code.co_filename, frame.f_code)
        if key not in self._spans:
            self._spans[key] = tuple(frame.f_code.co_positions())
        line, end_line, column, end_column = self._spans[key][frame.f_lasti // 2]
        return Span(file, line or 0, column or 0, end_line or 0, end_column or 0)


def _described_class(cls: type) -> Code:
    """Return what is known of a class of which the project makes instances."""
    if not is_dataclass(cls):
        return Code("", cls.__name__, (), 0, True, True)
    names = tuple(one.name for one in fields(cls))
    return Code("", cls.__name__, names, len(names), False, False)


def _described(code: CodeType, file: str) -> Code:
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    flags = code.co_flags
    return Code(
        file,
        code.co_name,
        names,
        code.co_argcount,
        bool(flags & inspect.CO_VARARGS),
        bool(flags & inspect.CO_VARKEYWORDS),
    )
