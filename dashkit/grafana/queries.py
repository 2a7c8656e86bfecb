"""Grafana's datasources, and queries that it passes on to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashkit._http import Connection, Response
from dashkit.errors import ServerError
from dashkit.grafana.answers import expect, message_of
from dashkit.model.live import Datasource


def read_datasources(connection: Connection) -> list[Datasource]:
    """Return all datasources that the credentials may see."""
    return [
        Datasource(
            str(entry.get("uid", "")),
            str(entry.get("name", "")),
            str(entry.get("type", "")),
            bool(entry.get("isDefault")),
        )
        for entry in expect(connection.get("/api/datasources")).objects()
    ]


def run_query(connection: Connection, query: Mapping[str, Any], start: str, end: str) -> tuple[int, str]:
    """Run one query as a panel does, through ``/api/ds/query``.

    Args:
        query: the target with its datasource, variables filled in.
        start: epoch milliseconds as text, or ``now-6h``; likewise ``end``.

    Returns:
        How many series (or columns of a table) have a value, and the error.
    """
    body = {"from": start, "to": end, "queries": [{**query, "refId": "A"}]}
    answer = connection.write("POST", "/api/ds/query", body)
    if answer.status in (400, 404, 500, 502, 503, 504):
        return 0, _error(answer)
    result = _result(expect(answer))
    if result.get("error"):
        return 0, str(result["error"])[:500]
    return sum(_filled(frame) for frame in result.get("frames") or ()), ""


def query_results(
    connection: Connection, queries: Sequence[Mapping[str, Any]], start: str, end: str
) -> Mapping[str, Any]:
    """Run the queries of a panel together, and return Grafana's ``results``: frames or an error by refId.

    Args:
        queries: the targets with their datasources, variables filled in.
        start: epoch milliseconds as text; likewise ``end``.
    """
    answer = connection.write("POST", "/api/ds/query", {"from": start, "to": end, "queries": list(queries)})
    if answer.status in (400, 404, 500, 502, 503, 504):
        try:
            results = answer.object().get("results")
        except ServerError:  # HTML, or a truncated answer: the status says enough
            results = None
        if isinstance(results, dict):
            return results
        message = message_of(answer)
        return {str(query.get("refId") or ""): {"error": message} for query in queries}
    results = expect(answer).object().get("results")
    return results if isinstance(results, dict) else {}


def read_annotations(connection: Connection, start: str, end: str, tags: Sequence[str]) -> list[dict[str, Any]]:
    """Return the annotations between two times in milliseconds; with ``tags``, those that have all of them."""
    params = {"from": start, "to": end, "limit": 100, "tags": list(tags), "type": "annotation"}
    return expect(connection.get("/api/annotations", params)).objects()


def _result(answer: Response) -> dict[str, Any]:
    return (answer.object().get("results") or {}).get("A") or {}


def _filled(frame: Mapping[str, Any]) -> int:
    """Count the fields of a frame that have a number or text, besides the time."""
    fields = (frame.get("schema") or {}).get("fields") or []
    values = (frame.get("data") or {}).get("values") or []
    return sum(
        1
        for field, column in zip(fields, values, strict=False)
        if field.get("type") != "time" and any(value is not None and value != "" for value in column)
    )


def _error(answer: Response) -> str:
    try:
        return str(_result(answer).get("error") or message_of(answer))[:500]
    except ServerError:  # HTML, or a truncated answer: the status says enough
        return f"HTTP {answer.status}"
