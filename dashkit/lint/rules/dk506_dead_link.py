"""A link to a dashboard that the project does not have.

The click ends at "Dashboard not found", mostly in the minute in which somebody needs it. Only links without a host
are looked at, and only where the whole project is checked; a uid like one that exists is an error, one that may
live elsewhere a warning.

Bad::

    /d/checkout-overveiw

Good::

    /d/checkout-overview
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Board, Project
from dashkit.model.problem import Severity

_LINK = re.compile(r"(?:^|[^\w/])/?d(?:-solo)?/([A-Za-z0-9_-]{1,60})(?=[/?\")'\s]|$)")


@rule("DK506", Severity.ERROR, on=Project)
def dead_link(project: Project, facts: Facts) -> Iterator[tuple[Board, Finding]]:
    if not facts.whole_project:
        return
    known = {board.uid for board in project.boards}
    for board in project.examined:
        if not board.owned:
            continue
        for pointer, value in board.texts:
            if "d/" not in value or "://" in value:
                continue
            for uid in _LINK.findall(value):
                if uid in known or "$" in uid:
                    continue
                near = difflib.get_close_matches(uid, known, n=1, cutoff=0.8)
                hint = f"did you mean {near[0]}?" if near else ""
                panel = next((panel for panel in board.panels if f"{board.prefix}{pointer}".startswith(f"{panel.pointer}/")
                              and panel.kind != "row"), None)  # fmt: skip
                inside = pointer.removeprefix(panel.pointer.removeprefix(board.prefix)) if panel else pointer
                severity = None if near else Severity.WARNING
                message = f"a link leads to dashboard {uid!r}, which the project does not have"
                yield board, Finding(message, hint, pointer=inside, panel=panel, severity=severity)
