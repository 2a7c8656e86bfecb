"""The templates in labels and annotations of Prometheus' rules, as far as they can be judged without Go.

https://prometheus.io/docs/prometheus/latest/configuration/template_reference/
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass

_FUNCTIONS = frozenset(
    """
    query first label value strvalue sortByLabel args toUpper toLower title stripPort stripDomain match reReplaceAll graphLink
    tableLink parseDuration pathPrefix externalURL safeHtml tmpl humanize humanize1024 humanizeDuration humanizePercentage
    humanizeTimestamp toTime toDuration now urlQueryEscape printf print println len index eq ne lt le gt ge and or not html js
    urlquery slice call if else end range with template define block break continue true false nil toString
    """.split()
)
_TOKEN = re.compile(
    r"""(?P<comment>/\*.*?\*/)|(?P<string>"(?:[^"\\]|\\.)*"|`[^`]*`|'(?:[^'\\]|\\.)*')|(?P<end>-?\}\})"""
    r"""|(?P<number>[-+]?\d[\w.]*)|(?P<variable>\$\w*(?:\.\w+)*)|(?P<field>\.\w*(?:\.\w+)*)|(?P<word>[A-Za-z_]\w*)"""
    r"""|(?P<set>:=|=|,|\||\(|\))|(?P<odd>[^\s])""",
    re.VERBOSE | re.DOTALL,
)
_KNOWN_VARIABLES = frozenset({"labels", "value", "externalLabels", "externalURL", ""})


@dataclass(frozen=True, slots=True)
class _Action:
    """What stands in one ``{{ }}``: kinds and texts of its tokens."""

    tokens: tuple[tuple[str, str], ...]

    @property
    def first(self) -> str:
        return self.tokens[0][1] if self.tokens else ""


class _TemplateError(Exception):
    """What is wrong, in words."""


def fault(text: str) -> str:
    """What is wrong with a template; empty for nothing that can be told."""
    if "{{" not in text and "}}" not in text:
        return ""
    try:
        _check(list(_actions(text)))
    except _TemplateError as wrong:
        return str(wrong)
    return ""


def used_labels(text: str) -> set[str]:
    """Names of the labels of the alert's own series that a template reads."""
    found: set[str] = set()
    try:
        actions = list(_actions(text))
    except _TemplateError:
        return found
    depth = 0
    for action in actions:
        depth += (action.first in ("range", "with")) - (action.first == "end" and depth > 0)
        for index, (kind, token) in enumerate(action.tokens):
            behind = action.tokens[index - 1][1] if index else ""
            # Inside range and with the dot is another thing, and behind a parenthesis a field of its result.
            own = token.startswith("$labels.") or (token.startswith(".Labels.") and not depth and behind != ")")
            if kind in ("variable", "field") and own:
                found.add(token.split(".")[-1])
            named = index + 1 < len(action.tokens) and action.tokens[index + 1][0] == "string"
            if token == "$labels" and behind == "index" and named:  # noqa: S105 - a variable of templates
                found.add(action.tokens[index + 1][1][1:-1])
    return found


def _actions(text: str) -> Iterator[_Action]:
    """The actions of a template; `_TemplateError` where one has no end."""
    place = 0
    while (start := text.find("{{", place)) >= 0:
        if "}}" in text[place:start]:
            raise _TemplateError("}} without its {{")
        tokens: list[tuple[str, str]] = []
        at = start + 2
        if text[at : at + 2] in ("- ", "-\n"):
            at += 1
        while True:
            found = _TOKEN.search(text, at)
            if found is None:
                raise _TemplateError("{{ without its }}")
            at = found.end()
            if found.lastgroup == "end":
                break
            if found.lastgroup != "comment":
                tokens.append((str(found.lastgroup), found[0]))
            elif not tokens and text[at:].lstrip(" -\n")[:2] == "}}":
                tokens.append(("comment", ""))
        if tokens != [("comment", "")]:
            yield _Action(tuple(tokens))
        place = at
    if "}}" in text[place:]:
        raise _TemplateError("}} without its {{")


def _check(actions: list[_Action]) -> None:
    known = set(_KNOWN_VARIABLES)
    open_blocks: list[str] = []
    for action in actions:
        if not action.tokens:
            raise _TemplateError("{{ }} is empty")
        if action.first in ("if", "range", "with", "define", "block"):
            open_blocks.append(action.first)
        elif action.first == "end":
            if not open_blocks:
                raise _TemplateError("{{ end }} without a beginning")
            open_blocks.pop()
        elif action.first == "else" and not open_blocks:
            raise _TemplateError("{{ else }} without an {{ if }}")
        elif action.first in ("break", "continue") and "range" not in open_blocks:
            raise _TemplateError(f"{{{{ {action.first} }}}} outside a range")
        for index, (kind, token) in enumerate(action.tokens):
            following = action.tokens[index + 1][1] if index + 1 < len(action.tokens) else ""
            if kind == "odd":
                raise _TemplateError(f"{token!r} has no place in a template; comparisons are functions: gt, lt, eq")
            if kind == "variable":
                name = token[1:].partition(".")[0]
                if following in (":=", ",") or name in known:
                    known.add(name)
                    continue
                raise _TemplateError(f"{token} is none of $labels, $value, $externalLabels")
            if kind == "word" and token not in _FUNCTIONS:
                near = difflib.get_close_matches(token, _FUNCTIONS, n=1)
                raise _TemplateError(f"no function {token!r}" + (f"; did you mean {near[0]}?" if near else ""))
    if open_blocks:
        raise _TemplateError("{{ end }} is missing")
