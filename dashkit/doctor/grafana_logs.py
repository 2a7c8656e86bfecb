"""Rows about log pipelines: how old the newest line in a Loki is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dashkit.doctor.grafana_datasources import name_of
from dashkit.doctor.grafana_uses import LOKI, Uses
from dashkit.doctor.row import Row, State
from dashkit.model.durations import duration
from dashkit.model.live import Datasource

PART = "Logs"
#: Seconds after which a line should have come.
OLDEST = 600.0
#: How far back to look for the newest line, in seconds.
SPAN = 86_400.0
#: How many selectors to ask each Loki for.
MOST = 5


def streams(uses: Uses, server: Iterable[Datasource]) -> list[tuple[Datasource, str]]:
    """Return what to ask: each Loki that the project uses, with selectors of its queries, at most `MOST` of each."""
    asked = []
    for found in server:
        if found.type == LOKI:
            selectors = {*uses.logs.get(found.uid, ()), *uses.logs.get(found.name, ()), *uses.logs.get("", ())}
            asked += [(found, selector) for selector in sorted(selectors)[:MOST]]
    return asked


def check_of(found: Datasource, selector: str) -> str:
    """Return the name of the check of one selector."""
    return f"{name_of(found)} {selector}"


def newest_line(found: Datasource, selector: str) -> dict[str, Any]:
    """Return the query for the newest line of a selector.

    https://grafana.com/docs/loki/latest/reference/loki-http-api/#query-logs-within-a-range-of-time
    """
    datasource = {"type": LOKI, "uid": found.uid}
    return {
        "refId": "A", "datasource": datasource, "expr": selector, "queryType": "range", "maxLines": 1,
        "direction": "backward", "intervalMs": 60_000, "maxDataPoints": 100,
    }  # fmt: skip


def line_row(found: Datasource, selector: str, results: Mapping[str, Any], now: float) -> Row:
    """Return how old the newest line is, by the ``results`` of the query; ``now`` is Unix time."""
    check, answer = check_of(found, selector), results.get("A") or {}
    if answer.get("error"):
        mend = f"try the selector in Explore > {found.name}"
        return Row(State.FAILED, PART, check, str(answer["error"])[:300], mend)
    mend = "is what ships the logs running, and are these labels still set?"
    newest = max(_times(answer), default=None)
    if newest is None:
        return Row(State.WARNING, PART, check, f"no line in the last {duration(SPAN)}", mend)
    age = max(now - newest / 1000, 0.0)
    late = age > OLDEST
    evidence = f"the newest line is {duration(round(age))} old"
    return Row(State.WARNING if late else State.OK, PART, check, evidence, mend if late else "")


def _times(answer: Mapping[str, Any]) -> Iterable[float]:
    """Yield the times of all lines, in milliseconds."""
    for frame in answer.get("frames") or ():
        fields = (frame.get("schema") or {}).get("fields") or ()
        columns = (frame.get("data") or {}).get("values") or ()
        for field, column in zip(fields, columns, strict=False):
            if field.get("type") == "time":
                yield from (float(value) for value in column if value is not None)
