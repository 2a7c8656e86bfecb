"""Find out why the answer to a query is empty: no such metric, label or value, or just nothing now."""

from __future__ import annotations

from enum import Enum
from functools import partial

from dashkit.lint.queries import LiveQuery, QueryRunner
from dashkit.promql.nodes import Binary, Call, Matcher, Node, Place, Selector
from dashkit.promql.tree import parse
from dashkit.promql.variables import MARK


class Verdict(Enum):
    """The result of a query."""

    DATA = "data"
    ERROR = "error"
    NO_METRIC = "no such metric"
    NO_LABEL = "no such label"
    NO_VALUE = "no such label value"
    EMPTY = "valid, empty now"
    #: For a rule: everything it reads exists, and nothing is wrong now.
    QUIET = "quiet now"
    NOT_ASKED = "not asked"


def diagnose(asked: LiveQuery, asker: QueryRunner) -> tuple[Verdict, str]:
    """Find the first selector that matches nothing, and the part of it that is to blame."""
    unknown = False
    for place in parse(asked.expr).places:
        selector = place.node
        # Having no firing alerts is fine, and optional parts are not to blame.
        if not isinstance(selector, Selector) or not selector.named or selector.name.startswith("ALERTS"):
            continue
        if _is_optional(place) or selector.alternatives:
            continue
        name = selector.name
        exists = partial(_exists, asked, asker, name)
        there = exists()
        if there is False:
            return Verdict.NO_METRIC, f"the server has no metric {name}"
        unknown = unknown or there is None
        # Matchers that a series without the label cannot satisfy.
        strict = [entry for entry in selector.matchers if entry.matches("") is False and MARK not in entry.label]
        for matcher in strict:
            if exists(matcher) is False:
                if exists(Matcher(matcher.label, "!=", "")) is False:
                    return Verdict.NO_LABEL, f"{name} has no label {matcher.label}"
                return Verdict.NO_VALUE, f"{name} has no series with {matcher}"
        if len(strict) > 1 and exists(*selector.matchers) is False:
            every = ", ".join(map(str, selector.matchers))
            return Verdict.NO_VALUE, f"{name} has no series with all of {{{every}}}"
    if unknown:
        return Verdict.EMPTY, "no data now, and the server does not reveal why"
    return Verdict.EMPTY, "its series exist, but it returns nothing now"


def _is_optional(place: Place) -> bool:
    """Return whether the expression allows for this part to be missing: in `or`, `unless`, absent()."""
    below: Node = place.node
    for node in reversed(place.above):
        if isinstance(node, Binary) and (node.op == "or" or (node.op == "unless" and node.right is below)):
            return True
        if isinstance(node, Call) and node.name.startswith("absent"):
            return True
        below = node
    return False


def _exists(asked: LiveQuery, asker: QueryRunner, name: str, *matchers: Matcher) -> bool | None:
    """Return whether such a series existed in the last day, so that quiet ones count; None if the server does not say."""
    inside = ", ".join([f'__name__="{name}"', *map(_written, matchers)])
    expr = f"count(last_over_time({{{inside}}}[1d]))"
    key = ("exists", asked.datasource, expr)
    found = asker.once(key, lambda: (asker.server.exists(asked.datasource, expr, asked.span.end),), counted=False)
    return found[0] if isinstance(found, tuple) else None


def _written(matcher: Matcher) -> str:
    value = matcher.value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'{matcher.label}{matcher.op}"{value}"'
