"""A panel that shows data has no title.

People call a panel by its title, alerts link to it, and screen readers read it. A panel with an empty title on
purpose (a number that explains itself beside another) deserves at least a description.

Bad::

    timeseries("", prometheus("up"))

Good::

    timeseries("Instances up", prometheus("up"))
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Panel
from dashkit.model.problem import Severity


@rule("DK201", Severity.WARNING, on=Panel)
def panel_title(panel: Panel, facts: Facts) -> Iterator[Finding]:
    if panel.shows_queries and not panel.title.strip():
        severity = Severity.INFO if panel.description else None
        yield Finding("the panel has no title", pointer="/title", severity=severity)
