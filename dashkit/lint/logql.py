"""Check LogQL as far as that is possible without a parser; there is none for Python.

https://grafana.com/docs/loki/latest/query/
"""

from __future__ import annotations

import re

from dashkit.promql.nodes import Matcher
from dashkit.promql.variables import find

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|`[^`]*`|#[^\n]*|[(){}\[\]]|["`]')
_HIDDEN = re.compile(r'"(?:[^"\\]|\\.)*"|`[^`]*`|#[^\n]*')
_SELECTOR = re.compile(r"\{([^{}]*)\}")
_MATCHER = re.compile(r'\s*([A-Za-z_]\w*)\s*(=~|!~|!=|=)\s*("(?:[^"\\]|\\.)*"|`[^`]*`)\s*(,|$)')
_PAIRS = {")": "(", "]": "[", "}": "{"}


def fault(text: str) -> str:
    """Return what is wrong with a LogQL query; empty if no fault is found."""
    blanked = _without_variables(text)
    stack: list[str] = []
    for found in _TOKEN.finditer(blanked):
        mark = found[0]
        if mark in ('"', "`"):
            return f"unmatched {mark}"
        if mark in "({[":
            stack.append(mark)
        elif mark in _PAIRS and (not stack or stack.pop() != _PAIRS[mark]):
            return f"unmatched {mark}"
    if stack:
        return f"unmatched {stack[-1]}"
    # Ignore braces in strings and comments.
    bare = _HIDDEN.sub(lambda found: "#" * len(found[0]), blanked)
    found_selector = _SELECTOR.search(bare)
    if found_selector is None:
        constant = "VARIABLE" in blanked or "vector(" in bare or re.fullmatch(r"[\s\d.+*/()-]+", bare)
        return "" if constant else 'no stream selector, such as {app="shop"}'
    return _selector_fault(blanked[slice(*found_selector.span(1))])


def open_selector(text: str) -> str:
    """Return the first stream selector of a query, with any value where a variable stands; empty if nothing is left."""
    found = _SELECTOR.search(_without_variables(text))
    parts, place = [], 0
    while found and (matcher := _MATCHER.match(found[1], place)):
        name, operator, value = matcher[1], matcher[2], matcher[3]
        if "VARIABLE" not in value:
            parts.append(f"{name}{operator}{value}")
        elif operator in ("=", "=~"):
            parts.append(f'{name}=~".+"')
        place = matcher.end()
    return f"{{{', '.join(parts)}}}" if parts else ""


def _selector_fault(inside: str) -> str:
    if "VARIABLE" in re.sub(r'"(?:[^"\\]|\\.)*"|`[^`]*`', "", inside):
        return ""  # a variable that contains a whole matcher
    place, selective = 0, False
    while place < len(inside.rstrip()):
        found = _MATCHER.match(inside, place)
        if found is None:
            return f"not a matcher: {inside[place:].strip()[:40]!r}"
        value = found[3][1:-1]
        # A matcher that an absent label does not satisfy; if in doubt, assume so.
        selective = selective or "VARIABLE" in value or Matcher(found[1], found[2], value).matches("") is not True
        place = found.end()
    return "" if selective else "Loki needs at least one matcher that cannot match an empty value"


def _without_variables(text: str) -> str:
    """Replace each use of a variable by the word VARIABLE."""
    parts, last = [], 0
    for reference in find(text):
        parts += [text[last : reference.start], "VARIABLE"]
        last = reference.end
    return "".join([*parts, text[last:]])
