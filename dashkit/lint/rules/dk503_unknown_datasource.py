"""A datasource that the project does not know.

``datasources`` of dashkit.yaml lists what there is, by uid; a context maps them to those of its server. Silent
where nothing is listed.

Bad::

    {"datasource": {"type": "prometheus", "uid": "promethues"}}

Good::

    {"datasource": {"type": "prometheus", "uid": "prometheus"}}
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Board, datasource_uses
from dashkit.model.problem import Severity
from dashkit.spec.datasources import NO_REAL


@rule("DK503", Severity.ERROR, on=Board)
def unknown_datasource(board: Board, facts: Facts) -> Iterator[Finding]:
    if not facts.datasources:
        return
    for use in datasource_uses(board):
        if use.uid not in NO_REAL and "$" not in use.uid and use.uid not in facts.datasources:
            near = difflib.get_close_matches(use.uid, facts.datasources, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(sorted(facts.datasources))}"
            yield Finding(
                f"datasource {use.uid!r} of {use.what} is unknown", hint, panel=use.panel, pointer=use.pointer
            )
