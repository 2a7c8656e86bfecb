"""Find Grafana's variables in a query, and put placeholders in their place so that it can be parsed.

https://grafana.com/docs/grafana/latest/dashboards/variables/
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

#: Grafana's forms: $x, [[x]], [[x:format]], ${x}, ${x.field}, ${x:format}.
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
"""Values for a view of three hours, with scrapes every 30 s."""

ALWAYS_KNOWN = frozenset(
    {*BUILT_IN, "__all", "__name", "__org", "__user", "__timezone", "__data", "__field", "__value", "__series", "timeFilter",
     "__timeFilter", "__cell", "__cell_0", "__cell_1", "__url", "__url_time_range", "__all_variables", "__timeGroup",
     "__timeFrom", "__timeTo", "__timeEpoch", "__interval_s", "__searchFilter", "__dashboardUid", "__panelId",
     "__row", "__calc", "__measurement", "__metric", "__time", "__unixEpochFilter", "__unixEpochFrom", "__unixEpochTo",
     "__schema", "__table", "__column", "__sourceData", "__templateVar"}
)  # fmt: skip
"""Variables that Grafana or a datasource fills in itself, so that the dashboard need not define them."""

MARK = "__var_"
"""The start of each placeholder. A name in an expression that contains it is not what the server will see."""

#: Strings with escapes, as a regular expression.
QUOTED = r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\''
GROUPINGS = frozenset({"by", "without", "on", "ignoring", "group_left", "group_right"})


@dataclass(frozen=True, slots=True)
class Reference:
    """One use of a variable in a text. ``format`` is what follows the colon."""

    name: str
    format: str
    start: int
    end: int


def find(text: str) -> Iterator[Reference]:
    """Yield the uses of variables in a text. ``$1`` is not one: it belongs to a `label_replace`."""
    if "$" not in text and "[[" not in text:
        return
    for found in _REFERENCE.finditer(text):
        name = found[1] or found[2] or found[4]
        if not name.isdigit():
            yield Reference(name, found[3] or found[6] or "", found.start(), found.end())


def references(text: str) -> set[str]:
    """Return the names of the variables in a text."""
    return {reference.name for reference in find(text)}


@dataclass(frozen=True, slots=True)
class Filled:
    """A text with its variables filled in, and the way back to the original."""

    text: str
    #: For each value: (start in ``text``, end in ``text``, start in the original, end in the original).
    places: tuple[tuple[int, int, int, int], ...]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return the part of the original text that a part of ``text`` came from."""
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


#: The name given to a raw string in backticks, which the parser would take for an escaped one.
RAW = "`"
_RAW = re.compile(r"`[^`]*`")
_NOT_RAW = re.compile(QUOTED + r"|#[^\n]*")


def _raw_strings(text: str) -> Iterator[Reference]:
    """Yield the strings in backticks that have something to escape."""
    for found in _RAW.finditer(_NOT_RAW.sub(lambda quoted: " " * len(quoted[0]), text)):
        if "\\" in found[0] or '"' in found[0]:
            yield Reference(RAW, "", found.start(), found.end())


def _fill(text: str, value: Callable[[Reference], str]) -> Filled:
    found = list(find(text))
    if "`" in text:
        strings = list(_raw_strings(text))
        found = [one for one in found if not any(each.start <= one.start < each.end for each in strings)] + strings
        found.sort(key=lambda one: one.start)
    parts: list[str] = []
    places = []
    last = length = 0
    for reference in found:
        filled = value(reference)
        parts += (text[last : reference.start], filled)
        start = length + reference.start - last
        length = start + len(filled)
        places.append((start, length, reference.start, reference.end))
        last = reference.end
    return Filled("".join([*parts, text[last:]]), tuple(places))


_CONTEXT = re.compile(QUOTED + r"|`[^`]*`|#[^\n]*|[({\[\])}]")
_DURATION = re.compile(r"(?:\d+(?:ms|[smhdwy]))+")
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?", re.IGNORECASE)
_OFFSET_BEFORE = re.compile(r"\boffset\s*-?\s*$", re.IGNORECASE)


class Guess(Enum):
    """What to take a variable for that stands alone, outside strings and brackets."""

    NAME = "name"
    NUMBER = "number"
    #: Its value, for variables that hold a piece of an expression.
    VALUE = "value"


def placeholders(text: str, values: Mapping[str, str], guess: Guess = Guess.NAME) -> Filled:
    """Replace each variable of an expression by a stand-in that fits its place, so that the result can be parsed.

    The stand-in is a word that begins with `MARK` in a string, a duration in brackets, an aggregation before a parenthesis
    and a matcher among matchers. Elsewhere it is the variable's value in ``values`` if that is a number or a duration, and
    otherwise the guess: a name that begins with `MARK`, a 1, or the value itself.
    """
    contexts = _contexts(text)

    def value(reference: Reference) -> str:
        if reference.name == RAW:
            return '"' + text[reference.start + 1 : reference.end - 1].replace("\\", "\\\\").replace('"', '\\"') + '"'
        known = BUILT_IN.get(reference.name) or values.get(reference.name, "")
        context = contexts(reference.start)
        before, after = text[: reference.start][-1:], text[reference.end : reference.end + 1]
        word = f"{MARK}{reference.name}"
        if context in ("string", "labels"):
            return word
        if context == "[":
            if before in ("}", "]"):
                return "m"  # the unit of a number that another variable gives
            if after == "$" or after.isalnum():
                return known if known.isdigit() else "5"
            return known if _DURATION.fullmatch(known) else "5m"
        if guess is Guess.VALUE:
            return known or "1"
        if context == "{":
            return _in_matchers(text, reference, word)
        if _OFFSET_BEFORE.search(text, 0, reference.start):
            return known if _DURATION.fullmatch(known) else "5m"
        if text[reference.end :].lstrip().startswith("(") and not before.isalnum():
            return known if re.fullmatch(r"\w+", known) else "sum"
        if _NUMBER.fullmatch(known) or _DURATION.fullmatch(known):
            return known
        alone = not (before.isalnum() or after.isalnum() or after in ("_", ":", "{", "[", "$"))
        return "1" if guess is Guess.NUMBER and alone else word

    return _fill(text, value)


def _in_matchers(text: str, reference: Reference, word: str) -> str:
    before, after = text[: reference.start].rstrip()[-1:], text[reference.end :].lstrip()[:1]
    if before in ("{", ",") and after in ("}", ","):
        return f'{word}=""'
    return f'"{word}"' if before in ("=", "~") else word


def _contexts(text: str) -> Callable[[int], str]:
    """Return a function from a place to what it is inside of: ``string``, ``[``, ``{``, ``labels``, ``(`` or nothing.

    ``labels`` are those of a grouping such as ``by (...)``.
    """
    marks: list[tuple[int, int, str]] = []
    stack: list[str] = []
    blanked = _REFERENCE.sub(lambda found: " " * len(found[0]), text) if "[[" in text or "{" in text else text
    for found in _CONTEXT.finditer(blanked):
        mark = found[0]
        if mark[0] in "\"'`":
            marks.append((found.start(), found.end(), "string"))
            continue
        if mark in "({[":
            stack.append("labels" if mark == "(" and _word_before(blanked, found.start()) in GROUPINGS else mark)
        elif mark in ")}]" and stack:
            stack.pop()
        marks.append((found.end(), len(text), stack[-1] if stack else ""))

    # The context after each mark, so that one search finds a place however long the text is.
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
    """Return the word before a place in lower case, ignoring spaces between them."""
    while end and text[end - 1].isspace():
        end -= 1
    start = end
    while start and (text[start - 1].isalnum() or text[start - 1] == "_"):
        start -= 1
    return text[start:end].lower()
