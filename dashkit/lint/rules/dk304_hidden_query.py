"""A hidden query that nothing uses.

Hidden queries are for expressions and transformations of the panel that name them. One that nothing names was
switched off in the editor and forgotten.

Bad::

    {"refId": "B", "expr": "up", "hide": true}

Good::

    {"refId": "B", "expr": "up", "hide": true}    and an expression "$A / $B"
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Query, strings
from dashkit.model.problem import Severity


@rule("DK304", Severity.INFO, on=Query)
def hidden_query(query: Query, facts: Facts) -> Iterator[Finding]:
    if not query.hidden or query.panel is None or not query.ref:
        return
    others = [target for target in query.panel.targets if target is not query.target]
    named = [query.panel.json.get("transformations"), query.panel.json.get("fieldConfig"), others]
    words = {word for part in named for _, value in strings(part) for word in _words(value)}
    if query.ref not in words:
        yield Finding(f"query {query.ref} is hidden and nothing uses it")


def _words(value: str) -> Iterator[str]:
    for word in value.replace("$", " ").replace("{", " ").replace("}", " ").replace("#", " ").split():
        yield word.strip("(),")
