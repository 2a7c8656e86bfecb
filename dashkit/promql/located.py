"""Turn the parser's tree into nodes that know where they stand.

promql-parser keeps no positions. They are found by reading the text's words beside the tree: selectors, calls and
aggregations come in the same order in both.
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
from dashkit.promql.variables import Filled

STRINGS = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'|`[^`]*`|#[^\n]*')


_WORDS = re.compile(
    r"""(?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)"""
    r"""|(?P<number>(?:0x[0-9a-fA-F]+|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?:ms|[smhdwy]\b)?[\da-z]*|\.\d+))"""
    r"""|(?P<word>[A-Za-z_:][A-Za-z0-9_:]*)|(?P<mark>[(){}\[\],])""",
    re.VERBOSE,
)


_GROUPINGS = frozenset({"by", "without", "on", "ignoring", "group_left", "group_right"})


_KEYWORDS = frozenset(
    {"and", "or", "unless", "atan2", "bool", "offset", "inf", "nan", "fill", "fill_left", "fill_right"}
)


_AGGREGATIONS = frozenset(
    {"sum", "avg", "count", "min", "max", "group", "stddev", "stdvar", "topk", "bottomk", "count_values", "quantile",
     "limitk", "limit_ratio"}
)  # fmt: skip


class Located:
    """Turns the parser's tree into ours, taking the next selector, call or aggregation of the text for each of its own."""

    def __init__(self, text: str, filled: Filled) -> None:
        self._filled = filled
        self._whole = (0, len(text))
        self._text = text
        found = _scan(filled.text)
        self._selectors, self._calls, self._brackets, self._numbers, self._strings = found
        self._next_selector = self._next_call = self._next_number = self._next_string = 0

    def convert(self, node: Any) -> Node:
        kind = type(node).__name__
        method = getattr(self, f"_{kind}", None)
        if method is None:
            return Node(self._whole)
        result: Node = method(node)
        return result

    def _span(self, start: int, end: int) -> Span:
        return self._filled.original(start, end)

    def _selector(self) -> tuple[Span, int]:
        """The span of the next selector of the text, and where it ends in the filled text."""
        if self._next_selector >= len(self._selectors):
            return self._whole, 0
        start, end = self._selectors[self._next_selector]
        self._next_selector += 1
        return self._span(start, end), end

    def _call(self, name: str) -> Span:
        while self._next_call < len(self._calls):
            word, start, end = self._calls[self._next_call]
            self._next_call += 1
            if word.lower() == name.lower():
                return self._span(start, end)
        return self._whole

    def _VectorSelector(self, node: Any) -> Selector:  # noqa: N802 - named after the parser's classes
        span, _end = self._selector()
        return _selector(span, node)

    def _MatrixSelector(self, node: Any) -> Selector:  # noqa: N802
        span, end = self._selector()
        bracket = next((entry for entry in self._brackets if entry[0] >= end), None) if end else None
        text = ""
        if bracket is not None:
            whole = self._span(*bracket)
            text, span = self._text[whole[0] + 1 : whole[1] - 1].strip(), (span[0], whole[1])
        return _selector(span, node.vector_selector, _seconds(node.range), text)

    def _Call(self, node: Any) -> Call:  # noqa: N802
        span = self._call(node.func.name)
        return Call(span, node.func.name, tuple(self.convert(arg) for arg in node.args))

    def _AggregateExpr(self, node: Any) -> Aggregate:  # noqa: N802
        span = self._call(str(node.op))
        param = self.convert(node.param) if node.param is not None else None
        grouping = "" if node.modifier is None else str(node.modifier.type).rpartition(".")[2].lower()
        labels = tuple(node.modifier.labels) if node.modifier is not None else ()
        return Aggregate(span, str(node.op), self.convert(node.expr), param, grouping, labels)

    def _BinaryExpr(self, node: Any) -> Binary:  # noqa: N802
        left, right = self.convert(node.lhs), self.convert(node.rhs)
        modifier = node.modifier
        matching = modifier.matching if modifier else None
        card = str(modifier.card).rpartition(".")[2] if modifier else ""
        return Binary(
            self._with_brackets(left.span[0], right.span[1]),
            str(node.op),
            left,
            right,
            None if matching is None else str(matching.type).rpartition(".")[2] in ("Include", "On"),
            tuple(matching.labels) if matching else (),
            {"ManyToOne": "left", "OneToMany": "right"}.get(card, ""),
            tuple(modifier.group_labels or ()) if modifier else (),
            bool(modifier and modifier.return_bool),
        )

    def _with_brackets(self, start: int, end: int) -> Span:
        """Wider by the parentheses around its first and last part, which the parts' own spans leave out."""
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
        span, variable = self._whole, False
        if self._next_number < len(self._numbers):
            span = self._span(*self._numbers[self._next_number])
            variable = "$" in self._text[slice(*span)] or "[[" in self._text[slice(*span)]
        self._next_number += 1
        return Number(span, node.val, variable)

    def _StringLiteral(self, node: Any) -> String:  # noqa: N802
        known = self._next_string < len(self._strings)
        span = self._span(*self._strings[self._next_string]) if known else self._whole
        self._next_string += 1
        return String(span, node.val)


_OPERATORS = {"Equal": "=", "NotEqual": "!=", "Re": "=~", "NotRe": "!~"}


def _selector(span: Span, node: Any, range_: float | None = None, range_text: str = "") -> Selector:
    groups = [node.matchers.matchers, *node.matchers.or_matchers]
    matchers = [
        Matcher(entry.name, _OPERATORS[str(entry.op).rpartition(".")[2]], entry.value)
        for entry in (groups[0] if len(groups) == 1 else ())  # with `or` among them none holds for sure
    ]
    name = node.name or ""
    for matcher in matchers:
        if matcher.label == "__name__" and matcher.op == "=":
            name = matcher.value
    kept = tuple(matcher for matcher in matchers if matcher.label != "__name__" or matcher.op != "=")
    at = f"{node.at.type} {node.at.at}" if node.at is not None else ""
    return Selector(span, name, kept, range_, range_text, _seconds(node.offset), at, len(groups) > 1)


def _seconds(value: timedelta | None) -> float:
    return value.total_seconds() if value is not None else 0.0


class _Scanned(NamedTuple):
    """The selectors of a text, its calls and aggregations by name, its brackets, numbers and strings; each with its span."""

    selectors: list[Span]
    calls: list[tuple[str, int, int]]
    brackets: list[Span]
    numbers: list[Span]
    strings: list[Span]


def _scan(text: str) -> _Scanned:
    words = [(found.lastgroup, found[0], found.start(), found.end()) for found in _WORDS.finditer(text)]
    partner = _partners(words)
    selectors: list[Span] = []
    calls: list[tuple[str, int, int]] = []
    brackets: list[Span] = []
    numbers: list[Span] = []
    strings: list[Span] = []
    index = 0
    while index < len(words):
        kind, word, start, end = words[index]
        # What follows with nothing but blanks between: `a - (b)` is no call of a.
        near = index + 1 < len(words) and not text[end : words[index + 1][2]].strip()
        following = words[index + 1][1] if near else ""
        if word == "{":
            close = partner.get(index, index)
            selectors.append((start, words[close][3]))
            index = close
        elif word == "[":
            close = partner.get(index, index)
            brackets.append((start, words[close][3]))
            index = close
        elif kind == "string":
            strings.append((start, end))
        elif kind == "number" or word.lower() in ("inf", "nan"):
            if not _PLACED.search(text, 0, start):  # of `offset 5m` and `@ 0`
                numbers.append((start, end))
        elif kind == "word":
            lower = word.lower()
            if lower in _GROUPINGS and following == "(":
                index = partner.get(index + 1, index + 1)
            elif following == "(" and lower not in _KEYWORDS:
                last = partner.get(index + 1, index + 1)
                behind = words[last + 1 : last + 3]
                if lower in _AGGREGATIONS and len(behind) == 2 and behind[0][1].lower() in ("by", "without"):
                    last = partner.get(last + 2, last) if behind[1][1] == "(" else last
                calls.append((word, start, words[last][3]))
            elif lower in _AGGREGATIONS and following.lower() in ("by", "without"):
                # sum by (x) (...): two pairs of parentheses.
                first = partner.get(index + 2, index + 2)
                last = partner.get(first + 1, first)
                calls.append((word, start, words[last][3]))
            elif following == "{" and lower not in _KEYWORDS:
                close = partner.get(index + 1, index + 1)
                selectors.append((start, words[close][3]))
                index = close
            elif lower not in _KEYWORDS and lower not in _GROUPINGS:
                selectors.append((start, end))
        index += 1
    return _Scanned(selectors, calls, brackets, numbers, strings)


_PLACED = re.compile(r"(?:offset\s*-?|@)\s*$", re.IGNORECASE)


def _partners(words: list[tuple[str | None, str, int, int]]) -> dict[int, int]:
    """Each opening bracket's closing one, by index."""
    result, stack = {}, []
    for index, (_kind, word, _start, _end) in enumerate(words):
        if word in ("(", "{", "["):
            stack.append(index)
        elif word in (")", "}", "]") and stack:
            result[stack.pop()] = index
    return result
