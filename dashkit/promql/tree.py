"""Parse the PromQL of dashboards: stand-ins replace Grafana's variables, and promql-parser decides what is valid."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import Any

from dashkit.promql.located import STRINGS, Located
from dashkit.promql.nodes import Expression, Node, Place
from dashkit.promql.variables import BUILT_IN, Guess, find, placeholders

_OPERATORS_AND_BRACKETS = re.compile(r"[(+\-*/%^<>=]|\b(?:and|or|unless)\b", re.IGNORECASE)
#: With more of them, a machine wrote the expression, and its findings would not be read by anyone.
_MOST = 1500


def parse(text: str, values: Mapping[str, str] | None = None) -> Expression:
    """Parse an author's text with stand-ins for Grafana's variables; ``values`` are their current values."""
    used = tuple(sorted((name, value) for name, value in (values or {}).items() if name in text))
    return _parse(text, used)


@lru_cache(maxsize=512)
def _parse(text: str, values: tuple[tuple[str, str], ...]) -> Expression:
    fault = ""
    # Comments become blanks, so that all places stay the same.
    clean = STRINGS.sub(lambda found: found[0] if found[0][0] != "#" else " " * len(found[0]), text)
    for guess in Guess:
        filled = placeholders(clean, dict(values), guess)
        if len(_OPERATORS_AND_BRACKETS.findall(filled.text)) > _MOST:
            return Expression(text, None, unsure=True)  # the parser would run out of stack
        try:
            parsed = _parser().parse(filled.text)  # first of all: only valid text can be scanned for places
            tree = Located(text, filled).convert(parsed)
            return Expression(text, tree, places=tuple(_places(tree, ())))
        except RecursionError:
            return Expression(text, None, unsure=True)
        except ValueError as error:
            fault = fault or " ".join(str(error).split())
            originals = [text[start:end] for *_, start, end in filled.places]
            if not any("$" in original or "[[" in original for original in originals):
                break
        except BaseException as error:
            # The parser's own bug, as on `offset NaN`. Its class cannot be imported.
            if type(error).__name__ != "PanicException":
                raise
            return Expression(text, None, unsure=True)
    unsure = _holds_anything(text)
    return Expression(text, None, "" if unsure else fault or "not PromQL", unsure)


@cache
def _parser() -> Any:
    """Return the parser, with the name that Prometheus 2 had for `double_exponential_smoothing` added."""
    import promql_parser
    from promql_parser import Function, ValueType

    arguments = [ValueType.Matrix, ValueType.Scalar, ValueType.Scalar]
    with contextlib.suppress(ValueError):
        promql_parser.register_extra_functions([Function("holt_winters", arguments, ValueType.Vector)])
    return promql_parser


def _holds_anything(text: str) -> bool:
    """Return whether a variable outside strings and brackets, which may hold anything, could make the text valid."""
    rest = STRINGS.sub("", text)
    bare = any(reference.name not in BUILT_IN for reference in find(re.sub(r"(?<!\[)\[(?!\[)[^\]]*\]", "", rest)))
    rest = re.sub(r"\$\{[^}]*\}|\[\[[^\]]*\]\]", "", rest)
    # Unbalanced brackets are wrong whatever the variables hold.
    return bare and all(rest.count(opening) == rest.count(closing) for opening, closing in ("()", "[]", "{}"))


def _places(node: Node, above: tuple[Node, ...]) -> Iterator[Place]:
    yield Place(node, above)
    for part in node.parts:
        yield from _places(part, (*above, node))
