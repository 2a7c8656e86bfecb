"""A panel is a library panel, whose content is not in the file.

What it shows is on the server only: the check cannot see its queries, and on a server without it the panel is an
error.

Bad::

    {"libraryPanel": {"uid": "abc", "name": "Errors"}}

Good::

    the panel itself, from a function that all dashboards use
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Board, mapping, text
from dashkit.model.problem import Severity


@rule("DK115", Severity.INFO, on=Board)
def library_panel(board: Board, facts: Facts) -> Iterator[Finding]:
    for panel in board.panels:
        if panel.is_library:
            uid = text(mapping(panel.json.get("libraryPanel")).get("uid"))
            if uid:
                yield Finding(f"library panel {uid!r} was not checked: it is on the server only", panel=panel)
            else:
                message = "a library panel without a uid is never found"
                yield Finding(message, panel=panel, pointer="/libraryPanel", severity=Severity.ERROR)
