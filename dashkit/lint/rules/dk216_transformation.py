"""A transformation that Grafana does not have.

Grafana leaves it out without a word, and the table has other columns than its author saw.

Bad::

    {"id": "organise", "options": {}}

Good::

    {"id": "organize", "options": {}}
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.grafana_names import TRANSFORMATIONS
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Panel, objects, text
from dashkit.model.problem import Severity


@rule("DK216", Severity.WARNING, on=Panel)
def unknown_transformation(panel: Panel, facts: Facts) -> Iterator[Finding]:
    for number, entry in enumerate(objects(panel.json.get("transformations"))):
        name = text(entry.get("id"))
        if name and name not in TRANSFORMATIONS:
            near = difflib.get_close_matches(name, TRANSFORMATIONS, n=1, cutoff=0.75)
            hint = f"did you mean {near[0]!r}?" if near else ""
            yield Finding(f"Grafana has no transformation {name!r}", hint, pointer=f"/transformations/{number}/id")
