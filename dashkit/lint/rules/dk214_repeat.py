"""A panel or row repeats for a variable that does not exist, or that has only one value.

Without the variable Grafana draws the panel once, with the name of the variable in its queries. With a variable
that holds one value there is nothing to repeat.

Bad::

    {"repeat": "instance"}    and no variable of that name

Good::

    {"repeat": "instance"}    and a variable with "multi": true
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Panel, text
from dashkit.model.problem import Severity


@rule("DK214", Severity.ERROR, on=Panel)
def repeat(panel: Panel, facts: Facts) -> Iterator[Finding]:
    name = text(panel.json.get("repeat")).removeprefix("$").strip("{}")
    if not name:
        return
    variable = panel.board.by_name.get(name)
    if variable is None:
        yield Finding(f"it repeats for ${name}, which the dashboard does not have", pointer="/repeat")
    elif not variable.multi and variable.kind != "interval":
        message = f"it repeats for ${name}, which has one value at a time"
        yield Finding(message, f"let ${name} be multi-value", pointer="/repeat", severity=Severity.WARNING)
