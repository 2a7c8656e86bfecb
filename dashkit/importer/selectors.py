"""Label matchers that many queries of a dashboard share, as constants: ``f"rate(http_requests_total{SELECTOR}[5m])"``."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from dashkit.authoring.call import Call, calls, changed
from dashkit.importer.code import Name, Template
from dashkit.importer.names import free_name

#: A constant is worth it for so long a selector that is written so often.
_LONG, _TIMES = 16, 4
#: Matchers in braces. Strings in them may hold braces of their own.
_SELECTOR = re.compile(r"""\{(?:[^{}"'`\\]|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')*\}""")
_NAME = "SELECTOR"
#: The value of a matcher that is a plain word, such as that of `job="node-exporter"`.
_FIXED = re.compile(r'(?<!!)=~?\s*"([A-Za-z][A-Za-z0-9_/-]{1,20}[A-Za-z0-9])"')
#: Helpers with a query, and where it stands among their arguments.
_QUERIES = {"prometheus": 0, "loki": 0, "query_variable": 1}


def with_selectors(call: Call) -> tuple[dict[str, Any], Call]:
    """Return constants for the selectors that repeat, and the call with their names in place of them."""
    times = Counter(found for text in _queries(call) for found in _SELECTOR.findall(text) if len(found) >= _LONG)
    chosen = [selector for selector, count in times.most_common() if count >= _TIMES]
    names = _names(chosen)
    told = changed(call, lambda one: _told(one, names))
    used = {name for text in _templates(told) for name in text.names}
    constants = {name: selector for selector, name in names.items() if name in used}
    return constants, told


def _names(selectors: list[str]) -> dict[str, str]:
    """Return a name for each selector: that of the job or the like which it is about, if it says one."""
    names: dict[str, str] = {}
    for selector in selectors:
        word = next(map(_word, _FIXED.findall(selector)), _NAME)
        names[selector] = free_name(word, names.values())
    return names


def _word(value: str) -> str:
    return re.sub(r"\W+", "_", value).strip("_").upper()


def _queries(call: Call) -> Iterator[str]:
    for one in calls(call):
        text = _query(one)
        if text:
            yield text


def _query(call: Call) -> str:
    place = _QUERIES.get(call.helper, len(call.arguments))
    text = call.arguments[place] if place < len(call.arguments) else ""
    return text if isinstance(text, str) else ""


def _told(call: Call, names: Mapping[str, str]) -> Call:
    """Return a call whose query names the selectors, unless other braces are left in it: they would have to be doubled."""
    template = naming(_query(call), names)
    if template is None or any("{" in part or "}" in part for part in template.parts if isinstance(part, str)):
        return call
    place = _QUERIES[call.helper]
    return replace(call, arguments=(*call.arguments[:place], template, *call.arguments[place + 1 :]))


def naming(text: str, names: Mapping[str, str]) -> Template | None:
    """Return a query that names the selectors which are constants; None if none of its selectors is one."""
    parts: list[str | Name] = []
    end = 0
    for found in _SELECTOR.finditer(text):
        if found[0] in names:
            parts += [text[end : found.start()], Name(names[found[0]])]
            end = found.end()
    parts.append(text[end:])
    return Template(tuple(part for part in parts if part != "")) if end else None


def _templates(call: Call) -> Iterator[Template]:
    for one in calls(call):
        yield from (value for value in one.arguments if isinstance(value, Template))
