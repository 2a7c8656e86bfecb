"""The templates in labels and annotations of Prometheus' rules, as far as they can be judged without Go.

https://prometheus.io/docs/prometheus/latest/configuration/template_reference/
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

_FUNCTIONS = frozenset(
    """
    query first label value strvalue sortByLabel args toUpper toLower title stripPort stripDomain match
    reReplaceAll graphLink tableLink parseDuration pathPrefix externalURL safeHtml tmpl humanize humanize1024
    humanizeDuration humanizePercentage humanizeTimestamp toTime toDuration now urlQueryEscape printf print
    println len index eq ne lt le gt ge and or not html js urlquery slice call if else end range with template
    define block break continue true false nil toString parseDurationTime
    """.split()
)
_ACTION = re.compile(r"\{\{-?(.*?)-?\}\}", re.DOTALL)
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"|`[^`]*`')
_LABEL = re.compile(r"(?:\$labels|\.Labels)\.([A-Za-z_]\w*)|index\s+(?:\$labels|\.Labels)\s+\"([^\"]+)\"")


def fault(text: str) -> str:
    """What is wrong with a template; empty for nothing that can be told."""
    if "{{" not in text and "}}" not in text:
        return ""
    rest = _ACTION.sub("", text)
    if "{{" in rest:
        return "{{ without its }}"
    if "}}" in rest:
        return "}} without its {{"
    depth = 0
    for action in _actions(text):
        words = re.findall(r"[$.]?[A-Za-z_][\w.]*", _STRING.sub("", action))
        first = words[0] if words else ""
        depth += (first in ("if", "range", "with", "define", "block")) - (first == "end")
        if depth < 0:
            return "{{ end }} without a beginning"
        for word in words:
            if word.startswith("$"):
                name = word[1:].partition(".")[0]
                known = name in ("labels", "value", "externalLabels", "externalURL")
                if not known and not re.search(rf"\${re.escape(name)}\s*(:=|,)", text):
                    return f"{word} is none of $labels, $value, $externalLabels"
            elif not word.startswith(".") and word not in _FUNCTIONS:
                near = difflib.get_close_matches(word, _FUNCTIONS, n=1)
                return f"no function {word!r}" + (f"; did you mean {near[0]}?" if near else "")
        if not words and not _STRING.search(action) and not re.search(r"\d|\.", action):
            return "{{ }} is empty"
    return "{{ end }} is missing" if depth else ""


def used_labels(text: str) -> set[str]:
    """Names of the labels of the alert's series that a template reads."""
    return {found[1] or found[2] for action in _actions(text) for found in _LABEL.finditer(action)}


def _actions(text: str) -> Iterator[str]:
    return (found[1] for found in _ACTION.finditer(text) if not found[1].strip().startswith("/*"))
