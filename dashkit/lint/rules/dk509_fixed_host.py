"""A link leads to a machine by its address, or to this very one.

``http://localhost:3000/d/...`` opens on the reader's own machine. A link without a host stays on the Grafana that
shows it.

Bad::

    http://localhost:3000/d/checkout

Good::

    /d/checkout
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Board, strings
from dashkit.model.problem import Severity

_HOST = re.compile(r"https?://(?:localhost|127\.0\.0\.1|\d+\.\d+\.\d+\.\d+)(?::\d+)?/")


@rule("DK509", Severity.WARNING, on=Board)
def fixed_host(board: Board, facts: Facts) -> Iterator[Finding]:
    for panel in [None, *board.panels]:
        holder = board.json.get("links") if panel is None else [panel.json.get("links"), panel.defaults.get("links")]
        base = "/links" if panel is None else ""
        for pointer, value in strings(holder, base):
            if _HOST.match(value):
                yield Finding(
                    f"a link leads to {value[:60]}",
                    "leave the host away",
                    panel=panel,
                    pointer=pointer if panel is None else "/links",
                )
