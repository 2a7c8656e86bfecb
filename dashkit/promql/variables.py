"""Fill in Grafana's variables, as the browser does before it asks Prometheus.

https://grafana.com/docs/grafana/latest/dashboards/variables/
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

#: Grafana's own: $x, [[x]], [[x:format]], ${x}, ${x.field}, ${x:format}.
_REFERENCE = re.compile(r"\$(\w+)|\[\[(\w+?)(?::(\w+))?\]\]|\$\{(\w+)(?:\.([^:^}]+))?(?::([^}]+))?\}")

BUILT_IN = {
    "__rate_interval": "2m",
    "__interval": "30s",
    "__interval_ms": "30000",
    "__auto": "2m",
    "__range": "3h",
    "__range_s": "10800",
    "__range_ms": "10800000",
    "__dashboard": "dashboard",
    "__from": "0",
    "__to": "0",
}
"""Values for a view of three hours on 30 s scrapes."""

ALWAYS_KNOWN = frozenset(
    {*BUILT_IN, "__all", "__name", "__org", "__user", "__timezone", "__data", "__field", "__value", "__series", "timeFilter",
     "__timeFilter", "__cell", "__cell_0", "__cell_1", "__url", "__url_time_range", "__all_variables", "__timeGroup",
     "__timeFrom", "__timeTo", "__timeEpoch", "__interval_s", "__searchFilter", "__dashboardUid", "__panelId",
     "__row", "__calc", "__measurement", "__metric", "__time", "__unixEpochFilter", "__unixEpochFrom", "__unixEpochTo",
     "__schema", "__table", "__column", "__sourceData", "__templateVar"}
)  # fmt: skip
"""Names that Grafana or a datasource fills in itself; a variable of one of them need not be defined."""

MARK = "__var_"
"""How the placeholder of a variable begins: a name with it in an expression is not what the server will see."""


@dataclass(frozen=True, slots=True)
class Reference:
    """One use of a variable in a text; ``format`` is what follows the colon."""

    name: str
    format: str
    start: int
    end: int


def find(text: str) -> Iterator[Reference]:
    """The uses of variables in a text. ``$1``, which a `label_replace` means otherwise, is none."""
    if "$" not in text and "[[" not in text:
        return
    for found in _REFERENCE.finditer(text):
        name = found[1] or found[2] or found[4]
        if not name.isdigit():
            yield Reference(name, found[3] or found[6] or "", found.start(), found.end())


def references(text: str) -> set[str]:
    """Names of the variables in a text."""
    return {reference.name for reference in find(text)}


@dataclass(frozen=True, slots=True)
class Filled:
    """A text with its variables filled in, and the way back: triples of the lengths and places that differ."""

    text: str
    #: (start in ``text``, end in ``text``, start in the original, end in the original) of each value.
    places: tuple[tuple[int, int, int, int], ...]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The part of the original text that a part of ``text`` came from."""
        return self._back(start, 2), self._back(end, 3)

    def _back(self, at: int, side: int) -> int:
        shift = 0
        for place in self.places:
            if at < place[0] or (at == place[0] and side == 3):
                break
            if at < place[1] or (at == place[1] and side == 3):
                return place[side]
            shift = place[3] - place[1]
        return at + shift


#: The name under which a string in backticks is passed on: raw, which the parser takes for an escaped one.
RAW = "`"
_RAW = re.compile(r"`[^`]*`")


def _raw_strings(text: str) -> Iterator[Reference]:
    """Strings in backticks that have something to escape."""
    for found in _RAW.finditer(_OTHER_STRINGS.sub(lambda quoted: " " * len(quoted[0]), text)):
        if "\\" in found[0] or '"' in found[0]:
            yield Reference(RAW, "", found.start(), found.end())


_OTHER_STRINGS = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'|#[^\n]*')


def _fill(text: str, value: Callable[[Reference], str | None], *, raw: bool = False) -> Filled:
    parts: list[str] = []
    places = []
    last = length = 0
    found = list(find(text))
    if raw and "`" in text:
        strings = list(_raw_strings(text))
        found = [one for one in found if not any(each.start <= one.start < each.end for each in strings)] + strings
        found.sort(key=lambda one: one.start)
    for reference in found:
        filled = value(reference)
        if filled is None:
            continue
        parts += (text[last : reference.start], filled)
        length += reference.start - last
        places.append((length, length + len(filled), reference.start, reference.end))
        length += len(filled)
        last = reference.end
    parts.append(text[last:])
    return Filled("".join(parts), tuple(places))


_CONTEXT = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'|`[^`]*`|#[^\n]*|[({\[\])}]')
_GROUPINGS = frozenset({"by", "without", "on", "ignoring", "group_left", "group_right"})
_DURATION = re.compile(r"(?:\d+(?:ms|[smhdwy]))+")
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?", re.IGNORECASE)


class Guess(Enum):
    """What a variable that stands on its own, outside strings and brackets, is taken for."""

    NAME = "name"
    NUMBER = "number"
    #: Whatever its value is: for variables that hold a piece of an expression.
    VALUE = "value"


def placeholders(text: str, values: Mapping[str, str], guess: Guess = Guess.NAME) -> Filled:
    """The expression with a stand-in for each variable that fits where it stands, so that it can be parsed.

    In a string it is a word that begins with `MARK`, in brackets a duration, before a parenthesis an aggregation, among
    matchers a matcher, elsewhere the variable's value in ``values`` if that is a number or a duration, else what is
    guessed: a name that begins with `MARK`, a 1, or the value itself.
    """
    contexts = _contexts(text)

    def value(reference: Reference) -> str:
        if reference.name == RAW:
            return '"' + text[reference.start + 1 : reference.end - 1].replace("\\", "\\\\").replace('"', '\\"') + '"'
        known = BUILT_IN.get(reference.name) or values.get(reference.name, "")
        context = contexts(reference.start)
        after = text[reference.end : reference.end + 1]
        word = f"{MARK}{reference.name}"
        if context == "string":
            return word
        if context == "[":
            if text[: reference.start][-1:] in ("}", "]"):
                return "m"  # the unit of a number that another variable gives
            if after == "$":
                return known if known.isdigit() else "5"
            if after.isalnum():
                return known if known.isdigit() else "5"
            return known if _DURATION.fullmatch(known) else "5m"
        if context == "labels":
            return word
        if guess is Guess.VALUE:
            return known or "1"
        if context == "{":
            return _in_matchers(text, reference, word)
        if _word_before(text, _before_sign(text, reference.start)) == "offset":
            return known if _DURATION.fullmatch(known) else "5m"
        if text[reference.end :].lstrip().startswith("(") and not text[: reference.start][-1:].isalnum():
            return known if re.fullmatch(r"\w+", known) else "sum"
        if _NUMBER.fullmatch(known) or _DURATION.fullmatch(known):
            return known
        alone = not (text[: reference.start][-1:].isalnum() or after.isalnum() or after in ("_", ":", "{", "[", "$"))
        return "1" if guess is Guess.NUMBER and alone else word

    return _fill(text, value, raw=True)


def _before_sign(text: str, end: int) -> int:
    """The place itself, or that of the minus before it."""
    place = end
    while place and text[place - 1].isspace():
        place -= 1
    return place - 1 if place and text[place - 1] == "-" else end


def _in_matchers(text: str, reference: Reference, word: str) -> str:
    before, after = text[: reference.start].rstrip()[-1:], text[reference.end :].lstrip()[:1]
    if before in ("{", ",") and after in ("}", ","):
        return f'{word}=""'
    return f'"{word}"' if before in ("=", "~") else word


def _contexts(text: str) -> Callable[[int], str]:
    """What a place in an expression is inside of: ``string``, ``[``, ``{``, ``labels`` (of a grouping), ``(`` or nothing."""
    marks: list[tuple[int, int, str]] = []
    stack: list[str] = []
    blanked = _REFERENCE.sub(lambda found: " " * len(found[0]), text) if "[[" in text or "{" in text else text
    for found in _CONTEXT.finditer(blanked):
        mark = found[0]
        if mark[0] in "\"'`":
            marks.append((found.start(), found.end(), "string"))
            continue
        if mark in "({[":
            stack.append("labels" if mark == "(" and _word_before(blanked, found.start()) in _GROUPINGS else mark)
        elif mark in ")}]" and stack:
            stack.pop()
        marks.append((found.end(), len(text), stack[-1] if stack else ""))

    # What holds behind each mark, so that a place is found by one search whatever the length of the text.
    starts = [start for start, _, _ in marks]
    behind = [""]
    for _, _, name in marks:
        behind.append(behind[-1] if name == "string" else name)

    def at(place: int) -> str:
        number = bisect_right(starts, place)
        if number and marks[number - 1][2] == "string" and place < marks[number - 1][1]:
            return "string"
        return behind[number]

    return at


def _word_before(text: str, end: int) -> str:
    """The word that stands before a place, in lower case; spaces between them do not count."""
    while end and text[end - 1].isspace():
        end -= 1
    start = end
    while start and (text[start - 1].isalnum() or text[start - 1] == "_"):
        start -= 1
    return text[start:end].lower()
