"""Check the templates in labels and annotations of Prometheus rules, as far as that is possible without Go.

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
    urlquery slice call if else end range with template define block break continue true false nil
    """.split()
)
_TOKEN = re.compile(
    r"""(?P<comment>/\*.*?\*/)|(?P<string>"(?:[^"\\]|\\.)*"|`[^`]*`|'(?:[^'\\]|\\.)*')|(?P<end>(?:\s-)?\}\})"""
    r"""|(?P<number>[-+]?\d[\w.]*)|(?P<variable>\$\w*(?:\.\w+)*)|(?P<field>\.\w*(?:\.\w+)*)|(?P<word>[A-Za-z_]\w*)"""
    r"""|(?P<set>:=|=|,|\||\(|\))|(?P<odd>[^\s])""",
    re.VERBOSE | re.DOTALL,
)
_KNOWN_VARIABLES = frozenset({"labels", "value", "externalLabels", "externalURL", ""})


@dataclass(frozen=True, slots=True)
class _Action:
    """The contents of one ``{{ }}``: the kind and text of each token."""

    tokens: tuple[tuple[str, str], ...]

    @property
    def first(self) -> str:
        return self.tokens[0][1] if self.tokens else ""


class _TemplateError(Exception):
    """A fault in a template."""


def fault(text: str) -> str:
    """Return what is wrong with a template; empty if no fault is found."""
    try:
        _check(list(_actions(text)))
    except _TemplateError as wrong:
        return str(wrong)
    return ""


def used_labels(text: str) -> set[str]:
    """Return the labels of the alert's own series that a template uses."""
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
            # Inside range and with, the dot is something else; after a parenthesis it is a field of the result.
            own = token.startswith("$labels.") or (token.startswith(".Labels.") and not depth and behind != ")")
            if kind in ("variable", "field") and own:
                found.add(token.split(".")[-1])
            named = index + 1 < len(action.tokens) and action.tokens[index + 1][0] == "string"
            if token == "$labels" and behind == "index" and named:  # noqa: S105 - a variable of templates
                found.add(action.tokens[index + 1][1][1:-1])
    return found


def _actions(text: str) -> Iterator[_Action]:
    """Yield the actions of a template. Raises `_TemplateError` if one is not closed."""
    place = 0
    while (start := text.find("{{", place)) >= 0:
        tokens: list[tuple[str, str]] = []
        at = start + 2
        # A dash trims the text before only if whitespace follows; otherwise it is a sign.
        if text[at : at + 1] == "-" and text[at + 1 : at + 2].isspace():
            at += 2
        beginning = at
        while True:
            found = _TOKEN.search(text, at)
            if found is None:
                raise _TemplateError("{{ without }}")
            at = found.end()
            if found.lastgroup == "end":
                break
            kind = str(found.lastgroup)
            alone = found.start() == beginning and re.match(r"(?:\s-)?\}\}", text[at:])
            if kind == "comment" and not alone:
                raise _TemplateError("a comment must be alone in its {{ }}")
            tokens.append((kind, found[0]))
        if not tokens or tokens[0][0] != "comment":
            yield _Action(tuple(tokens))
        place = at


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
                raise _TemplateError("{{ end }} without {{ if }}, {{ range }} or {{ with }}")
            open_blocks.pop()
        elif action.first == "else" and not open_blocks:
            raise _TemplateError("{{ else }} without {{ if }}")
        elif action.first in ("break", "continue") and "range" not in open_blocks:
            raise _TemplateError(f"{{{{ {action.first} }}}} outside of {{{{ range }}}}")
        if action.first in ("if", "range", "with") and len(action.tokens) == 1:
            raise _TemplateError(f"{{{{ {action.first} }}}} has no argument")
        depth = 0
        for index, (kind, token) in enumerate(action.tokens):
            depth += (token == "(") - (token == ")")  # noqa: S105 - a parenthesis
            if depth < 0:
                raise _TemplateError(") without (")
            following = action.tokens[index + 1][1] if index + 1 < len(action.tokens) else ""
            if kind == "odd":
                raise _TemplateError(f"unexpected {token!r}; comparisons are functions: gt, lt, eq")
            if kind == "variable":
                name = token[1:].partition(".")[0]
                if following in (":=", ",") or name in known:
                    known.add(name)
                    continue
                raise _TemplateError(f"unknown variable {token}; there are $labels, $value, $externalLabels")
            if kind == "word" and token not in _FUNCTIONS:
                near = difflib.get_close_matches(token, _FUNCTIONS, n=1)
                raise _TemplateError(f"no function {token!r}" + (f"; did you mean {near[0]}?" if near else ""))
        if depth:
            raise _TemplateError("( without )")
    if open_blocks:
        raise _TemplateError("missing {{ end }}")
