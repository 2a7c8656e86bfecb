"""Matchers as Alertmanager writes them: ``severity=~"high|low"``, and lists of them.

https://prometheus.io/docs/alerting/latest/configuration/#matcher. The classic syntax (a bare word as value, backslashes that
escape nothing) and the UTF-8 syntax of 0.27 (quoted label names) differ in little; what either of them takes is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dashkit.promql.nodes import Matcher

_QUOTED = r'"(?:[^"\\]|\\.)*"'
_ONE = re.compile(
    rf"\s*(?P<label>{_QUOTED}|[^\s\"=!~{{}},]+)\s*(?P<op>=~|!~|!=|=)\s*(?P<value>{_QUOTED}|[^\",]*)\s*(?:,|$)",
    re.DOTALL,
)
_ESCAPED = re.compile(r"\\([n\"\\])")


def parse(text: str) -> list[Matcher]:
    """Return the matchers of a text, which may hold several, separated by commas and in braces or not.

    Raises:
        ValueError: it is something else.
    """
    rest = text.strip()
    rest = rest.removeprefix("{").removesuffix("}") if rest.startswith("{") else rest
    found, place = [], 0
    while rest[place:].strip():
        match = _ONE.match(rest, place)
        if match is None:
            raise ValueError(f'{text!r} is not a matcher such as severity="high"')
        found.append(Matcher(_plain(match["label"]), match["op"], _plain(match["value"])))
        place = match.end()
    return found


def _plain(text: str) -> str:
    inside = text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text.strip()
    return _ESCAPED.sub(lambda found: "\n" if found[1] == "n" else found[1], inside)


def collected(entry: Mapping[str, Any], before: str = "") -> tuple[Matcher, ...]:
    """Return the matchers of a route; with ``source_`` or ``target_`` before, those of an inhibition.

    ``match`` and ``match_re`` are the syntax from before Alertmanager 0.22, which is still read.
    """
    return tuple(sorted(_collected(entry, before)))


def _collected(entry: Mapping[str, Any], before: str) -> Iterator[Matcher]:
    for key, op in (("match", "="), ("match_re", "=~")):
        for label, value in (entry.get(before + key) or {}).items():
            yield Matcher(str(label), op, str(value))
    texts = entry.get(f"{before}matchers") or ()
    for text in [texts] if isinstance(texts, str) else texts:
        yield from parse(str(text))


def satisfied(matchers: Iterable[Matcher], labels: Mapping[str, str]) -> bool:
    """Return whether labels satisfy all matchers. A label that is missing counts as empty, as in Alertmanager.

    A pattern that only Go's regular expressions have counts as not matching.
    """
    return all(matcher.matches(labels.get(matcher.label, "")) for matcher in matchers)


def unreadable(matchers: Iterable[Matcher]) -> Iterator[Matcher]:
    """Yield the matchers whose pattern only Go's regular expressions have."""
    return (matcher for matcher in matchers if matcher.matches("") is None)


def written(matchers: Iterable[Matcher]) -> str:
    """Return matchers to show: ``{severity="high", team=~"a|b"}``; ``every alert`` for none."""
    text = ", ".join(map(str, matchers))
    return f"{{{text}}}" if text else "every alert"
