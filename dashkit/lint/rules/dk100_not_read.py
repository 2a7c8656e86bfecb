"""A file cannot be read, or a module does not load.

Nothing in it was checked. Formats for machines carry it as a problem, so that a report without problems means that everything was
looked at; the exit code is 3.

Bad::

    import grafanalb

Good::

    import grafanalib
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.model.problem import Severity


@rule("DK100", Severity.ERROR, on=type(None))
def not_read(nothing: None, facts: Facts) -> Iterator[Finding]:
    yield from ()
