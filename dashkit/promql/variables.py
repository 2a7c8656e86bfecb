"""Fill in Grafana's variables, as the browser does before it asks Prometheus.

https://grafana.com/docs/grafana/latest/dashboards/variables/
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_REFERENCE = re.compile(r"\$\{(\w+)(?::(\w+))?\}|\$(\w+)|\[\[(\w+)(?::(\w+))?\]\]")

BUILT_IN = {
    "__rate_interval": "2m",
    "__interval": "30s",
    "__interval_ms": "30000",
    "__range": "3h",
    "__range_s": "10800",
    "__range_ms": "10800000",
    "__dashboard": "dashboard",
    "__from": "0",
    "__to": "0",
}
"""Values for a view of three hours on 30 s scrapes."""


def substitute(expr: str, values: Mapping[str, str]) -> str:
    """The expression with ``$x``, ``${x}``, ``${x:format}`` and ``[[x]]`` filled in; what is not known stays."""
    known = {**BUILT_IN, **values}

    def fill(found: re.Match[str]) -> str:
        name = found[1] or found[3] or found[4]
        return known.get(name, found[0])

    return _REFERENCE.sub(fill, expr)


def references(text: str) -> set[str]:
    """Names of the variables in a text."""
    return {found[1] or found[3] or found[4] for found in _REFERENCE.finditer(text)}
