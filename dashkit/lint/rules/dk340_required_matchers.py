"""A selector lacks a matcher that the project asks for.

Silent unless ``check.matchers`` of dashkit.yaml names matchers that every selector of a panel must have::

    check: {matchers: {job: '=~"$job"', instance: '=~"$instance"'}}

Bad::

    rate(http_requests_total[$__rate_interval])

Good::

    rate(http_requests_total{job=~"$job", instance=~"$instance"}[$__rate_interval])
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.series import selectors
from dashkit.lint.subjects import Query
from dashkit.model.problem import Severity
from dashkit.promql.variables import MARK


@rule("DK340", Severity.WARNING, on=Query)
def required_matchers(query: Query, facts: Facts) -> Iterator[Finding]:
    if query.role != "panel" or not facts.matchers:
        return
    for selector, _place in selectors(query):
        written = {_plain(f"{matcher.label}{matcher.op}{matcher.value}") for matcher in selector.matchers}
        for label, wanted in facts.matchers.items():
            if _plain(f"{label}{wanted}") not in written:
                yield Finding(f"{selector.name or 'a selector'} has no matcher {label}{wanted}", span=selector.span)


def _plain(text: str) -> str:
    """``job=~"$job"``, ``job =~ "${job:regex}"`` and the parsed one alike."""
    text = re.sub(r"\$\{(\w+)[^}]*\}|\[\[(\w+)[^\]]*\]\]", lambda found: f"${found[1] or found[2]}", text)
    return re.sub(r"[\s\"'`]", "", text).replace(MARK, "$")
