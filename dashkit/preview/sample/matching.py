"""Whether values satisfy matchers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from dashkit.promql.nodes import Matcher
from dashkit.promql.variables import MARK

#: What Python reads differently from Prometheus, or warns of: classes by name, quotes, and a set in a set.
_OTHERWISE = re.compile(r"\\p|\\Q|\[[^\]]*?(?:\[|--|&&|~~|\|\|)")


@lru_cache(maxsize=4096)
def compiled(pattern: str) -> re.Pattern[str] | None:
    """Return a pattern of Prometheus; None if it is not valid, or not certain to mean the same here."""
    if MARK in pattern or _OTHERWISE.search(pattern):
        return None
    try:
        return re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        return None


def satisfied(matcher: Matcher, value: str) -> bool:
    """Return whether a value satisfies a matcher. What cannot be decided counts as satisfied."""
    if matcher.op in ("=", "!="):
        return MARK in matcher.value or (value == matcher.value) == (matcher.op == "=")
    pattern = compiled(matcher.value)
    return pattern is None or (pattern.fullmatch(value) is not None) == (matcher.op == "=~")


def fits(labels: Mapping[str, str], matchers: Iterable[Matcher]) -> bool:
    """Return whether labels satisfy matchers."""
    return all(satisfied(matcher, labels.get(matcher.label, "")) for matcher in matchers)
