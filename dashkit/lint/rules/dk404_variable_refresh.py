"""A query variable that is never asked again.

With refresh 0 its values are those of the day the dashboard was saved: new services are missing, gone ones remain.

Bad::

    {"type": "query", "refresh": 0}

Good::

    {"type": "query", "refresh": 2}    at each change of the time range; 1: when the dashboard opens
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Variable
from dashkit.model.problem import Severity


@rule("DK404", Severity.WARNING, on=Variable)
def variable_refresh(variable: Variable, facts: Facts) -> Iterator[Finding]:
    if variable.kind == "query" and variable.json.get("refresh") in (0, False):
        yield Finding(
            "its values are never asked again", "refresh 1 (on load) or 2 (on a new time range)", pointer="/refresh"
        )
