"""A panel does not say what good looks like.

At three in the morning the title "Queue depth" does not tell whether 4,000 is a lot. The description shows behind
the (i).

Bad::

    stat("Queue depth", prometheus("queue_depth"))

Good::

    stat("Queue depth", prometheus("queue_depth"), description="Good: below 500; above 5,000 orders are late.")
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Panel
from dashkit.model.problem import Severity


@rule("DK202", Severity.INFO, on=Panel)
def panel_description(panel: Panel, facts: Facts) -> Iterator[Finding]:
    if panel.shows_queries and not panel.description.strip():
        yield Finding("the panel has no description", pointer="/description")
