"""An alert links to a dashboard or panel that the project does not have.

The link in the notification ends at "not found".

Bad::

    alert(..., panel=("checkout-overview", "errors"))    and no panel with key="errors"

Good::

    timeseries("Errors", ..., key="errors")
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Alert, Project
from dashkit.model.problem import Severity


@rule("DK617", Severity.ERROR, on=Project)
def dead_panel(project: Project, facts: Facts) -> Iterator[tuple[Alert, Finding]]:
    known = {board.uid: {panel.id for panel in board.panels} for board in project.boards}
    for alert in project.alerts:
        if alert.panel is None or not facts.whole_project:
            continue
        uid, number = alert.panel
        if uid not in known:
            yield alert, Finding(f"it links to the dashboard {uid!r}, which the project does not have")
        elif number not in known[uid]:
            yield alert, Finding(f"it links to a panel that {uid!r} does not have", "give the panel that key")
