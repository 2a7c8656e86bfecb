"""Turn the parser's tree into nodes that know their place in the text.

promql-parser keeps no positions. This module scans the text for them: selectors, calls and aggregations come in the same
order in the text and in the tree.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any, NamedTuple

from dashkit.promql.nodes import (
    Aggregate,
    Binary,
    Call,
    Matcher,
    Negative,
    Node,
    Number,
    Selector,
    Span,
    String,
    Subquery,
)
from dashkit.promql.variables import GROUPINGS, QUOTED, Filled

STRINGS = re.compile(QUOTED + r"|`[^`]*`|#[^\n]*")
_WORDS = re.compile(
    rf"(?P<string>{QUOTED}|`[^`]*`)"
    r"|(?P<number>(?:0x[0-9a-fA-F]+|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?:ms|[smhdwy]\b)?[\da-z]*|\.\d+))"
    r"|(?P<word>[A-Za-z_:][A-Za-z0-9_:]*)|(?P<mark>[(){}\[\],])"
)
_KEYWORDS = frozenset(
    {"and", "or", "unless", "atan2", "bool", "offset", "inf", "nan", "fill", "fill_left", "fill_right"}
)
_AGGREGATIONS = frozenset(
    {"sum", "avg", "count", "min", "max", "group", "stddev", "stdvar", "topk", "bottomk", "count_values", "quantile",
     "limitk", "limit_ratio"}
)  # fmt: skip
_OPERATORS = {"Equal": "=", "NotEqual": "!=", "Re": "=~", "NotRe": "!~"}
#: Before a number that is a time, not a value: `offset 5m` and `@ 0`.
_TIME_BEFORE = re.compile(r"(?:offset\s*-?|@)\s*$", re.IGNORECASE)


class Located:
    """Converts the parser's tree into ours and gives each node the next fitting place of the text."""

    def __init__(self, text: str, filled: Filled) -> None:
        self._filled = filled
        self._whole = (0, len(text))
        self._text = text
        places = _scan(filled.text)
        self._brackets = places.brackets
        self._selectors, self._calls = iter(places.selectors), iter(places.calls)
        self._numbers, self._strings = iter(places.numbers), iter(places.strings)

    def convert(self, node: Any) -> Node:
        method = getattr(self, f"_{type(node).__name__}", None)
        result: Node = method(node) if method is not None else Node(self._whole)
        return result

    def _span(self, start: int, end: int) -> Span:
        return self._filled.original(start, end)

    def _selector(self) -> tuple[Span, int]:
        """Return the span of the text's next selector, and where it ends in the filled text."""
        place = next(self._selectors, None)
        return (self._span(*place), place[1]) if place else (self._whole, 0)

    def _call(self, name: str) -> Span:
        for word, start, end in self._calls:
            if word.lower() == name.lower():
                return self._span(start, end)
        return self._whole

    def _VectorSelector(self, node: Any) -> Selector:  # noqa: N802 - named after the parser's classes
        return _selector(self._selector()[0], node)

    def _MatrixSelector(self, node: Any) -> Selector:  # noqa: N802
        span, end = self._selector()
        bracket = next((place for place in self._brackets if place[0] >= end), None) if end else None
        text = ""
        if bracket is not None:
            start, stop = self._span(*bracket)
            text, span = self._text[start + 1 : stop - 1].strip(), (span[0], stop)
        return _selector(span, node.vector_selector, _seconds(node.range), text)

    def _Call(self, node: Any) -> Call:  # noqa: N802
        span = self._call(node.func.name)
        return Call(span, node.func.name, tuple(self.convert(arg) for arg in node.args))

    def _AggregateExpr(self, node: Any) -> Aggregate:  # noqa: N802
        span = self._call(str(node.op))
        param = self.convert(node.param) if node.param is not None else None
        grouping = "" if node.modifier is None else _member(node.modifier.type).lower()
        labels = tuple(node.modifier.labels) if node.modifier is not None else ()
        return Aggregate(span, str(node.op), self.convert(node.expr), param, grouping, labels)

    def _BinaryExpr(self, node: Any) -> Binary:  # noqa: N802
        left, right = self.convert(node.lhs), self.convert(node.rhs)
        modifier = node.modifier
        matching = modifier.matching if modifier else None
        card = _member(modifier.card) if modifier else ""
        return Binary(
            self._with_parentheses(left.span[0], right.span[1]),
            str(node.op),
            left,
            right,
            None if matching is None else _member(matching.type) in ("Include", "On"),
            tuple(matching.labels) if matching else (),
            {"ManyToOne": "left", "OneToMany": "right"}.get(card, ""),
            tuple(modifier.group_labels or ()) if modifier else (),
            bool(modifier and modifier.return_bool),
        )

    def _with_parentheses(self, start: int, end: int) -> Span:
        """Widen a span by the parentheses around its first and last part, which the parts' own spans leave out."""
        inside = STRINGS.sub(lambda found: " " * len(found[0]), self._text[start:end])
        opened = unopened = 0
        for character in inside:
            if character == "(":
                opened += 1
            elif character == ")":
                opened, unopened = (opened - 1, unopened) if opened else (0, unopened + 1)
        while unopened and start > 0:
            start -= 1
            unopened -= self._text[start] == "("
        while opened and end < len(self._text):
            opened -= self._text[end] == ")"
            end += 1
        return start, end

    def _ParenExpr(self, node: Any) -> Node:  # noqa: N802
        return self.convert(node.expr)

    def _UnaryExpr(self, node: Any) -> Negative:  # noqa: N802
        arg = self.convert(node.expr)
        return Negative(arg.span, arg)

    def _SubqueryExpr(self, node: Any) -> Subquery:  # noqa: N802
        arg = self.convert(node.expr)
        step = _seconds(node.step) if node.step is not None else None
        return Subquery(arg.span, arg, _seconds(node.range), step, _seconds(node.offset))

    def _NumberLiteral(self, node: Any) -> Number:  # noqa: N802
        place = next(self._numbers, None)
        if place is None:
            return Number(self._whole, node.val)
        span = self._span(*place)
        text = self._text[slice(*span)]
        return Number(span, node.val, "$" in text or "[[" in text)

    def _StringLiteral(self, node: Any) -> String:  # noqa: N802
        place = next(self._strings, None)
        return String(self._span(*place) if place else self._whole, node.val)


def _member(value: Any) -> str:
    """Return the name of an enum member of the parser."""
    return str(value).rpartition(".")[2]


def _selector(span: Span, node: Any, range_: float | None = None, range_text: str = "") -> Selector:
    groups = [node.matchers.matchers, *node.matchers.or_matchers]
    # With alternatives (`or`) none of the matchers surely holds.
    entries = groups[0] if len(groups) == 1 else ()
    matchers = [Matcher(entry.name, _OPERATORS[_member(entry.op)], entry.value) for entry in entries]
    names = [matcher for matcher in matchers if matcher.label == "__name__" and matcher.op == "="]
    name = names[-1].value if names else node.name or ""
    kept = tuple(matcher for matcher in matchers if matcher not in names)
    at = f"{node.at.type} {node.at.at}" if node.at is not None else ""
    return Selector(span, name, kept, range_, range_text, _seconds(node.offset), at, len(groups) > 1)


def _seconds(value: timedelta | None) -> float:
    return value.total_seconds() if value is not None else 0.0


class _Places(NamedTuple):
    """The spans of a text's selectors, brackets, numbers and strings; those of calls and aggregations with their names."""

    selectors: list[Span]
    calls: list[tuple[str, int, int]]
    brackets: list[Span]
    numbers: list[Span]
    strings: list[Span]


def _scan(text: str) -> _Places:
    words = [(found.lastgroup, found[0], found.start(), found.end()) for found in _WORDS.finditer(text)]
    partner = _partners(words)
    places = _Places([], [], [], [], [])
    index = 0
    while index < len(words):
        kind, word, start, end = words[index]
        lower = word.lower()
        # Only blanks may come between: `a - (b)` is not a call of a.
        near = index + 1 < len(words) and not text[end : words[index + 1][2]].strip()
        following = words[index + 1][1] if near else ""
        if word in ("{", "["):
            index = partner.get(index, index)
            (places.selectors if word == "{" else places.brackets).append((start, words[index][3]))
        elif kind == "string":
            places.strings.append((start, end))
        elif kind == "number" or lower in ("inf", "nan"):
            if not _TIME_BEFORE.search(text, 0, start):
                places.numbers.append((start, end))
        elif kind == "word" and lower not in _KEYWORDS:
            if lower in GROUPINGS and following == "(":
                index = partner.get(index + 1, index + 1)
            elif following == "(":
                last = partner.get(index + 1, index + 1)
                behind = words[last + 1 : last + 3]
                if lower in _AGGREGATIONS and len(behind) == 2 and behind[0][1].lower() in ("by", "without"):
                    last = partner.get(last + 2, last) if behind[1][1] == "(" else last
                places.calls.append((word, start, words[last][3]))
            elif lower in _AGGREGATIONS and following.lower() in ("by", "without"):
                # sum by (x) (...): two pairs of parentheses.
                first = partner.get(index + 2, index + 2)
                places.calls.append((word, start, words[partner.get(first + 1, first)][3]))
            elif following == "{":
                index = partner.get(index + 1, index + 1)
                places.selectors.append((start, words[index][3]))
            elif lower not in GROUPINGS:
                places.selectors.append((start, end))
        index += 1
    return places


def _partners(words: list[tuple[str | None, str, int, int]]) -> dict[int, int]:
    """Return the closing bracket of each opening one, by index."""
    result, stack = {}, []
    for index, (_kind, word, _start, _end) in enumerate(words):
        if word in ("(", "{", "["):
            stack.append(index)
        elif word in (")", "}", "]") and stack:
            result[stack.pop()] = index
    return result
