"""A regular expression that is a plain word.

``=~"api"`` finds what ``="api"`` finds, but is slower and makes the reader look for a pattern.

Bad::

    up{job=~"api"}

Good::

    up{job="api"}
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.series import selectors
from dashkit.lint.subjects import Query
from dashkit.model.problem import Severity


@rule("DK320", Severity.INFO, on=Query)
def regex_without_pattern(query: Query, facts: Facts) -> Iterator[Finding]:
    for selector, _place in selectors(query):
        for matcher in selector.matchers:
            if matcher.op in ("=~", "!~") and not matcher.variable and re.fullmatch(r"[\w /:@-]+", matcher.value):
                better = f'{matcher.label}{"=" if matcher.op == "=~" else "!="}"{matcher.value}"'
                yield Finding(f"{matcher} has no pattern", better, span=selector.span)
