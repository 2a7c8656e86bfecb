"""The dashboard refreshes more often than there is news, or says its refresh in a way that Grafana does not read.

Below the scrape interval each refresh asks for the same points again. Below 5 s Grafana raises it to 5 s, its
``min_refresh_interval``.

Bad::

    {"refresh": "1s"}

Good::

    {"refresh": "30s"}
"""

from __future__ import annotations

from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Board
from dashkit.model.durations import duration, seconds
from dashkit.model.problem import Severity


@rule("DK111", Severity.WARNING, on=Board)
def refresh(board: Board, facts: Facts) -> Iterator[Finding]:
    value = board.json.get("refresh")
    if value in (None, "", False, "auto"):
        return
    try:
        every = seconds(value) if isinstance(value, str) else None
    except ValueError:
        every = None
    if every is None:
        yield Finding(f"refresh {value!r} is no duration such as 30s or 1m", pointer="/refresh")
    elif every < min(facts.scrape_interval, 30):
        message = f"it refreshes every {duration(every)}, but is scraped every {duration(facts.scrape_interval)}"
        yield Finding(message, pointer="/refresh", severity=Severity.WARNING if every < 5 else Severity.INFO)
