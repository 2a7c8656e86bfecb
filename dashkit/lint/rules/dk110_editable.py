"""The dashboard can be edited in the UI.

Off by default: `dashkit push` notices edits and refuses to overwrite them. Turn it on where nobody may edit there::

    check: {rules: {DK110: error}}

Bad::

    {"editable": true}

Good::

    {"editable": false}
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Board
from dashkit.model.problem import Severity


@rule("DK110", Severity.OFF, on=Board)
def editable(board: Board, facts: Facts) -> Iterator[Finding]:
    if board.json.get("editable") is not False:
        yield Finding("it can be edited in the UI (editable is not false)", pointer="/editable")
