"""A link hands a variable over that the other dashboard does not have.

The other dashboard opens with its own default, on another service than the one that was clicked.

Bad::

    /d/service?var-svc=${service}    and the variable there is called service

Good::

    /d/service?var-service=${service}
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Board, Project
from dashkit.model.problem import Severity

_LINK = re.compile(r"/d/([A-Za-z0-9_-]+)[^?\s\")]*\?([^\s\")]*)")


@rule("DK507", Severity.WARNING, on=Project)
def link_variable(project: Project, facts: Facts) -> Iterator[tuple[Board, Finding]]:
    by_uid = {board.uid: board for board in project.boards}
    for board in project.examined:
        for pointer, value in board.texts:
            if "/d/" not in value or "var-" not in value or "://" in value:
                continue
            for uid, query in _LINK.findall(value):
                other = by_uid.get(uid)
                names = re.findall(r"(?:^|&)var-([A-Za-z0-9_]+)=", query)
                for name in names if other is not None else ():
                    assert other is not None
                    if name not in other.by_name:
                        known = ", ".join(other.by_name) or "none"
                        message = f"the link gives {uid!r} the variable {name}, which it does not have"
                        yield board, Finding(message, f"it has {known}", pointer=pointer)
