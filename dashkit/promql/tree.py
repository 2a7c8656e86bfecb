"""Parse PromQL as it stands in dashboards: Grafana's variables filled by stand-ins, promql-parser deciding what is right."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import Any

from dashkit.promql.located import STRINGS, Located
from dashkit.promql.nodes import Expression, Node, Place
from dashkit.promql.variables import BUILT_IN, Guess, find, placeholders


def parse(text: str, values: Mapping[str, str] | None = None) -> Expression:
    """Parse what an author wrote, Grafana's variables in it filled by stand-ins; ``values`` are those they have now."""
    used = tuple(sorted((name, value) for name, value in (values or {}).items() if name in text))
    return _parse(text, used)


@lru_cache(maxsize=8192)
def _parse(text: str, values: tuple[tuple[str, str], ...]) -> Expression:
    parser = _parser()
    known = dict(values)
    fault = ""
    # Of the same length, so that all places stay.
    clean = _COMMENTED.sub(lambda found: found[1] or " " * len(found[0]), text) if "#" in text else text
    for guess in Guess:
        filled = placeholders(clean, known, guess)
        if len(_OPERATORS_AND_BRACKETS.findall(filled.text)) > _MOST:
            return Expression(text, None, unsure=True)  # the parser would run out of stack
        try:
            parsed = parser.parse(filled.text)
            tree = Located(text, filled).convert(parsed)
            return Expression(text, tree, places=tuple(_places(tree, ())))
        except RecursionError:
            return Expression(text, None, unsure=True)
        except ValueError as error:
            fault = fault or str(error).strip()
            if not any((place[2] != place[3] and "$" in text[place[2] : place[3]]) or "[[" in text[place[2] : place[3]]
                       for place in filled.places):  # fmt: skip
                break
    unsure = _holds_anything(text)
    return Expression(text, None, "" if unsure else _readable(fault), unsure)


_COMMENTED = re.compile(r'("(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'|`[^`]*`)|#[^\n]*')


@cache
def _parser() -> Any:
    """The parser, which has also to know what Prometheus 2 called `double_exponential_smoothing`."""
    import promql_parser
    from promql_parser import Function, ValueType

    arguments = [ValueType.Matrix, ValueType.Scalar, ValueType.Scalar]
    with contextlib.suppress(ValueError):
        promql_parser.register_extra_functions([Function("holt_winters", arguments, ValueType.Vector)])
    return promql_parser


#: Beyond these an expression is a machine's, and no finding would be read.
_MOST = 1500


_OPERATORS_AND_BRACKETS = re.compile(r"[(+\-*/%^<>=]|\b(?:and|or|unless)\b", re.IGNORECASE)


def _holds_anything(text: str) -> bool:
    """Whether a variable outside strings and brackets, which may hold anything, could mend what does not parse."""
    rest = STRINGS.sub("", text)
    bare = any(reference.name not in BUILT_IN for reference in find(re.sub(r"(?<!\[)\[(?!\[)[^\]]*\]", "", rest)))
    rest = re.sub(r"\$\{[^}]*\}|\[\[[^\]]*\]\]", "", rest)
    # Brackets without a partner are wrong whatever the variables hold.
    return bare and all(rest.count(opening) == rest.count(closing) for opening, closing in ("()", "[]", "{}"))


def _readable(fault: str) -> str:
    return " ".join(fault.split()) or "not PromQL"


def _places(node: Node, above: tuple[Node, ...]) -> Iterator[Place]:
    yield Place(node, above)
    inside = (*above, node)
    for part in node.parts:
        yield from _places(part, inside)
