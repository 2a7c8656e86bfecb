"""As much of LogQL as can be judged without its grammar, for which there is no parser in Python.

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
    """What is wrong with a LogQL query; empty for nothing that can be told."""
    blanked = _without_variables(text)
    stack: list[str] = []
    for found in _TOKEN.finditer(blanked):
        mark = found[0]
        if mark in ('"', "`"):
            return f"a {mark} without its partner"
        if mark in "({[":
            stack.append(mark)
        elif mark in _PAIRS and (not stack or stack.pop() != _PAIRS[mark]):
            return f"a {mark} without its partner"
    if stack:
        return f"a {stack[-1]} without its partner"
    # Braces in strings and comments are none.
    bare = _HIDDEN.sub(lambda found: "#" * len(found[0]), blanked)
    found_selector = _SELECTOR.search(bare)
    if found_selector is None:
        constant = "VARIABLE" in blanked or "vector(" in bare or re.fullmatch(r"[\s\d.+*/()-]+", bare)
        return "" if constant else "no stream selector in braces"
    return _selector_fault(blanked[slice(*found_selector.span(1))])


def _selector_fault(inside: str) -> str:
    if "VARIABLE" in re.sub(r'"(?:[^"\\]|\\.)*"|`[^`]*`', "", inside):
        return ""  # a variable holds a whole matcher
    place, solid = 0, False
    while place < len(inside.rstrip()):
        found = _MATCHER.match(inside, place)
        if found is None:
            return f"no matcher: {inside[place:].strip()[:40]!r}"
        value = found[3][1:-1]
        # One that an absent label does not satisfy; what cannot be told is taken for one.
        solid = solid or "VARIABLE" in value or Matcher(found[1], found[2], value).matches("") is not True
        place = found.end()
    return "" if solid else "Loki wants at least one matcher that cannot be empty"


def _without_variables(text: str) -> str:
    """Each use of a variable as the word VARIABLE."""
    parts, last = [], 0
    for reference in find(text):
        parts += [text[last : reference.start], "VARIABLE"]
        last = reference.end
    return "".join([*parts, text[last:]])
