"""The dashboard has no uid, or one that Grafana refuses.

Links, alerts, permissions and the next push hang on the uid. Without one each push makes another dashboard. Grafana
takes 1 to 40 of the characters A-Z a-z 0-9 _ and -.

Bad::

    {"uid": "checkout / overview"}

Good::

    {"uid": "checkout-overview"}
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Board
from dashkit.model.problem import Severity

_UID = re.compile(r"[A-Za-z0-9_-]{1,40}")


@rule("DK102", Severity.WARNING, on=Board)
def uid(board: Board, facts: Facts) -> Iterator[Finding]:
    value = board.json.get("uid")
    if value in (None, ""):
        if board.owned:
            hint = 'choose one that stays, such as "uid": "checkout-overview"'
            yield Finding("the dashboard has no uid", hint, pointer="/uid")
    elif not isinstance(value, str) or not _UID.fullmatch(value):
        message = f"uid {value!r} is refused by Grafana: 1 to 40 of the characters A-Z a-z 0-9 _ -"
        yield Finding(message, pointer="/uid", severity=Severity.ERROR)
