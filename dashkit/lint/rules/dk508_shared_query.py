"""A panel takes its data from a panel that does not exist.

Panels of the datasource ``-- Dashboard --`` show what another panel has asked. When that one goes, they are empty.

Bad::

    {"datasource": {"uid": "-- Dashboard --"}, "targets": [{"panelId": 7}]}    and no panel 7

Good::

    {"datasource": {"uid": "-- Dashboard --"}, "targets": [{"panelId": 3}]}
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Panel
from dashkit.model.problem import Severity


@rule("DK508", Severity.ERROR, on=Panel)
def shared_query(panel: Panel, facts: Facts) -> Iterator[Finding]:
    if panel.datasource != "-- Dashboard --":
        return
    known = {other.id for other in panel.board.panels}
    for index, target in enumerate(panel.targets):
        wanted = target.get("panelId")
        if isinstance(wanted, int) and wanted not in known:
            message = f"it shows the data of panel {wanted}, which does not exist"
            yield Finding(message, pointer=f"/targets/{index}/panelId")
        elif wanted == panel.id:
            yield Finding("it shows its own data, which is none", pointer=f"/targets/{index}/panelId")
