"""The value that a variable opens with is none of its options.

The dashboard opens with a value that nobody can choose again, mostly empty.

Bad::

    custom variable "5m,10m" with the current value "1m"

Good::

    custom variable "1m,5m,10m" with the current value "1m"
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Variable, mapping, objects, text
from dashkit.model.problem import Severity


@rule("DK411", Severity.WARNING, on=Variable)
def variable_current(variable: Variable, facts: Facts) -> Iterator[Finding]:
    if variable.kind != "custom" or variable.json.get("allowCustomValue") is True:
        return
    current = mapping(variable.json.get("current")).get("value")
    chosen = current if isinstance(current, list) else [current]
    options = {entry.strip().rpartition(" : ")[2].strip() for entry in variable.query.split(",")}
    options |= {text(entry.get("value")) for entry in objects(variable.json.get("options"))}
    options.add(text(variable.json.get("allValue")))
    if not options - {""}:
        return
    for value in chosen:
        if (
            isinstance(value, str)
            and value
            and not value.startswith("$__")
            and value not in options
            and "\\" not in variable.query
        ):
            yield Finding(f"it opens with {value!r}, which is none of its options", pointer="/current")
