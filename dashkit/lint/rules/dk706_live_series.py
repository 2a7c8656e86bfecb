"""A query gives more series than anybody can read (`--live`, `--max-series`).

The browser draws them all, slowly, and the legend is of no use.

Bad::

    container_memory_working_set_bytes

Good::

    topk(10, sum by (namespace) (container_memory_working_set_bytes))
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.model.problem import Severity


@rule("DK706", Severity.WARNING, on=type(None))
def live_series(nothing: None, facts: Facts) -> Iterator[Finding]:
    yield from ()
