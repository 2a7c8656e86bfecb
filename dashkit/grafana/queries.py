"""Datasources of a Grafana, and queries that it passes on to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dashkit._http import Connection, Response
from dashkit.errors import ServerError
from dashkit.grafana.answers import expect, message_of
from dashkit.model.live import Datasource


def read_datasources(connection: Connection) -> list[Datasource]:
    """All that the credentials may see."""
    found = expect(connection.get("/api/datasources")).objects()
    return [
        Datasource(
            str(entry.get("uid", "")),
            str(entry.get("name", "")),
            str(entry.get("type", "")),
            bool(entry.get("isDefault")),
        )
        for entry in found
    ]


@dataclass(frozen=True, slots=True)
class Frames:
    """What came back: the number of series (or rows of a table) with a value, or the error."""

    series: int = 0
    error: str = ""


def run_query(connection: Connection, query: Mapping[str, Any], start: str, end: str) -> Frames:
    """Ask one query as a panel does, through ``/api/ds/query``.

    Args:
        query: the target with its datasource, variables filled in.
        start: epoch milliseconds as text, or ``now-6h``; likewise ``end``.
    """
    body = {"from": start, "to": end, "queries": [{**query, "refId": "A"}]}
    answer = connection.write("POST", "/api/ds/query", body)
    if answer.status in (400, 404, 500, 502, 503, 504):
        return Frames(error=_error(answer))
    value = expect(answer).object()
    result = (value.get("results") or {}).get("A") or {}
    if result.get("error"):
        return Frames(error=str(result["error"])[:500])
    return Frames(sum(_filled(frame) for frame in result.get("frames") or ()))


def _filled(frame: Mapping[str, Any]) -> int:
    """Fields of a frame that hold a number or text beside the time."""
    fields = (frame.get("schema") or {}).get("fields") or []
    values = (frame.get("data") or {}).get("values") or []
    return sum(
        1
        for field, column in zip(fields, values, strict=False)
        if field.get("type") != "time" and any(value is not None and value != "" for value in column)
    )


def _error(answer: Response) -> str:
    try:
        value = answer.object()
        result = (value.get("results") or {}).get("A") or {}
    except ServerError:  # a page of HTML, a cut answer: the status says enough
        return f"HTTP {answer.status}"
    return str(result.get("error") or message_of(answer))[:500]
