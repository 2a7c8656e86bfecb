"""Fill in variables by name, whatever the format: enough for the project's own queries."""

from __future__ import annotations

from collections.abc import Mapping

from dashkit.promql.variables import BUILT_IN, find


def substitute(expr: str, values: Mapping[str, str]) -> str:
    """The expression with ``$x``, ``${x}``, ``${x:format}`` and ``[[x]]`` filled in; what is not known stays."""
    known = {**BUILT_IN, **values}
    parts, last = [], 0
    for reference in find(expr):
        if reference.name in known:
            parts += [expr[last : reference.start], known[reference.name]]
            last = reference.end
    return "".join([*parts, expr[last:]])
