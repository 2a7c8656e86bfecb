"""The regular expression of a variable is broken.

Grafana cannot filter the values with it: the list is empty or shows an error.

Bad::

    {"regex": "/(api|web/"}

Good::

    {"regex": "/(api|web)/"}
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.javascript import compiled
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Variable, text
from dashkit.model.problem import Severity


@rule("DK409", Severity.ERROR, on=Variable)
def variable_regex(variable: Variable, facts: Facts) -> Iterator[Finding]:
    value = text(variable.json.get("regex"))
    if not value or "$" in value.replace("$/", "").replace("$)", "").rstrip("$"):
        return
    try:
        compiled(value)
    except re.error as error:
        # JavaScript's expressions are not Python's; these faults are faults in both.
        if any(word in str(error) for word in ("missing )", "unbalanced", "nothing to repeat")):
            yield Finding(f"the regular expression is broken: {error}", pointer="/regex")
