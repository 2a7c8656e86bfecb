"""The document is of an old schema, or of one that the chosen Grafana does not know.

Grafana migrates an old one each time it opens it, in the browser. A newer one than it knows it reads as if it were
its own: what is new there is lost at the next save in the UI.

Bad::

    {"schemaVersion": 14, "rows": [...]}

Good::

    {"schemaVersion": 42, "panels": [...]}
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Board
from dashkit.model.problem import Severity


@rule("DK112", Severity.INFO, on=Board)
def schema_version(board: Board, facts: Facts) -> Iterator[Finding]:
    value = board.json.get("schemaVersion")
    if not isinstance(value, int):
        return
    newest = {10: 39, 11: 41}.get(facts.grafana, 42)
    if board.compiled:
        return
    if value > 42:
        message = f"schemaVersion {value} is unknown: 42 is the newest of the classic schema"
        yield Finding(message, pointer="/schemaVersion", severity=Severity.WARNING)
    elif value > newest:
        message = f"schemaVersion {value} is newer than Grafana {facts.grafana} knows ({newest})"
        yield Finding(message, pointer="/schemaVersion")
    elif value < 36:
        message = f"schemaVersion {value} is migrated by Grafana each time it is opened"
        yield Finding(message, "open and save it once in Grafana, then export it again", pointer="/schemaVersion")
