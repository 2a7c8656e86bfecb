"""The dashboard opens with a range that begins before the oldest data, or after it ends.

Prometheus keeps what its retention says (``check.retention`` of dashkit.yaml); what is older is an empty left half.

Bad::

    {"time": {"from": "now-90d", "to": "now"}}    with a retention of 15 days

Good::

    {"time": {"from": "now-14d", "to": "now"}}
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dashkit.lint.facts import Facts
from dashkit.lint.rule import Finding, rule
from dashkit.lint.subjects import Board, mapping, text
from dashkit.model.durations import duration, seconds
from dashkit.model.problem import Severity

_AGO = re.compile(r"now-(\d+[smhdw])(?:/\w)?")


@rule("DK114", Severity.WARNING, on=Board)
def time_range(board: Board, facts: Facts) -> Iterator[Finding]:
    time = mapping(board.json.get("time"))
    start, end = (_AGO.fullmatch(text(time.get(key))) for key in ("from", "to"))
    if start and facts.retention and seconds(start[1]) > facts.retention:
        message = f"it opens with {duration(seconds(start[1]))}, but data is kept for {duration(facts.retention)}"
        yield Finding(message, pointer="/time/from")
    if start and end and seconds(end[1]) >= seconds(start[1]):
        yield Finding(f"the range ends ({end[0]}) before it begins ({start[0]})", pointer="/time/to")
