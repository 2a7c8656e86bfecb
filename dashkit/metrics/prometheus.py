"""The part of Prometheus' HTTP API that dashkit uses: queries, label values, metadata.

https://prometheus.io/docs/prometheus/latest/querying/api/
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from dashkit._http import Connection, Response
from dashkit._http.retry import RequestKind
from dashkit.errors import ServerError

#: The answers of servers that do not have an endpoint, or do not allow it to anybody.
_ABSENT = (400, 403, 404, 405, 501)


class QueryError(ServerError):
    """The server answered that it cannot evaluate a query."""


@dataclass(frozen=True, slots=True)
class QueryResult:
    """The labels of the series that a query returned, or the server's ``error``."""

    series: tuple[Mapping[str, str], ...] = ()
    error: str = ""


class Measured(NamedTuple):
    """A series with its values: times in seconds, and numbers, which may be NaN or infinite."""

    labels: Mapping[str, str]
    times: tuple[float, ...]
    values: tuple[float, ...]


class Prometheus:
    """A Prometheus, or a server with its API, reached directly or through a Grafana's proxy (``prefix``)."""

    def __init__(self, connection: Connection, prefix: str = "") -> None:
        self._connection = connection
        self._prefix = prefix

    @property
    def url(self) -> str:
        return f"{self._connection.url}{self._prefix}"

    def query(self, expr: str, at: float | None = None) -> QueryResult:
        """Run an instant query."""
        return self._series("/api/v1/query", {"query": expr, **({"time": at} if at is not None else {})})

    def query_range(self, expr: str, start: float, end: float, step: float) -> QueryResult:
        """Run a query at each step between two times, in seconds."""
        return self._series("/api/v1/query_range", {"query": expr, "start": start, "end": end, "step": step})

    def measured(self, expr: str, start: float | None, end: float, step: float) -> list[Measured]:
        """Return the series of a query with their values: at each step, or only at the end if ``start`` is None.

        Raises:
            QueryError: the server cannot evaluate the query.
            ServerError: the server did not answer.
        """
        if start is None:
            path, params = "/api/v1/query", {"query": expr, "time": end}
        else:
            path, params = "/api/v1/query_range", {"query": expr, "start": start, "end": end, "step": step}
        answer = self._ask(path, params)
        if isinstance(answer, str):
            raise QueryError(answer)
        if answer.get("resultType") in ("scalar", "string"):
            return [_measured({"value": answer.get("result")})]
        return [_measured(entry) for entry in answer.get("result") or () if isinstance(entry, dict)]

    def label_values(self, label: str, match: str = "") -> list[str]:
        """Return the values of a label, on all series or on those that a selector finds."""
        if not label.strip("."):
            return []  # a path that leads elsewhere, not a label
        return self._texts(f"/api/v1/label/{quote(label, safe='')}/values", match)

    def label_names(self, match: str = "") -> list[str]:
        """Return the names of the labels on all series, or on those that a selector finds."""
        return self._texts("/api/v1/labels", match)

    def series(self, match: str, start: float, end: float) -> list[dict[str, str]]:
        """Return the labels of each series that a selector finds between two times."""
        found = self._data("/api/v1/series", {"match[]": match, "start": start, "end": end})
        return [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []

    def counts(self) -> dict[str, int]:
        """Return the current number of series by metric name."""
        found = self._data("/api/v1/query", {"query": 'count by (__name__) ({__name__!=""})'})
        result: dict[str, int] = {}
        for entry in found.get("result", ()) if isinstance(found, dict) else ():
            name = entry.get("metric", {}).get("__name__")
            if name:
                result[name] = int(float(entry["value"][1]))
        return result

    def metadata(self) -> dict[str, dict[str, str]]:
        """Return type, help and unit by metric name. If exporters disagree, an entry with a known type wins."""
        found = self._data("/api/v1/metadata", {})
        result = {}
        for name, entries in found.items() if isinstance(found, dict) else ():
            if isinstance(entries, list) and entries and isinstance(entries[0], dict):
                best = min(entries, key=lambda entry: (str(entry.get("type")) in ("unknown", "untyped"), str(entry)))
                result[str(name)] = {str(key): str(value) for key, value in best.items()}
        return result

    def rules(self) -> list[tuple[str, str]]:
        """Return the name and the expression of each rule that the server evaluates."""
        found = self._data("/api/v1/rules", {})
        groups = found.get("groups") or [] if isinstance(found, dict) else []
        return [
            (str(rule.get("name")), str(rule.get("query"))) for group in groups for rule in group.get("rules") or []
        ]

    def told(self, path: str) -> Any:
        """Return what ``/api/v1/<path>`` says, such as ``status/runtimeinfo`` or ``targets``; None if the server lacks it.

        Servers with only the query API of Prometheus, such as Mimir or VictoriaMetrics, lack some of them.
        """
        answer = self._connection.get(f"{self._prefix}/api/v1/{path}")
        if answer.status in _ABSENT:
            return None
        return _checked(answer).get("data")

    def ready(self) -> str:
        """Return an empty text if the server is ready to answer queries, else what it says instead.

        https://prometheus.io/docs/prometheus/latest/management_api/
        """
        return readiness(self._connection.get(f"{self._prefix}/-/ready"))

    def targets(self) -> list[dict[str, str]]:
        """Return the labels that scraping adds to each target, or nothing if the server does not list its targets."""
        answer = self._connection.get(f"{self._prefix}/api/v1/targets", {"state": "active"})
        if not answer.ok:
            return []
        active = (answer.object().get("data") or {}).get("activeTargets") or []
        return [
            entry["labels"] for entry in active if isinstance(entry, dict) and isinstance(entry.get("labels"), dict)
        ]

    def _ask(self, path: str, params: Mapping[str, Any]) -> dict[str, Any] | str:
        """Return the data of a query's answer, or what is wrong with the query."""
        # By POST, because a query may be too long for a URL. Not retried after a time-out: the query would run twice.
        body = urlencode({key: str(value) for key, value in params.items()}).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = self._connection.send("POST", f"{self._prefix}{path}", RequestKind.WRITE, body=body, headers=headers)
        if answer.status in (400, 422, 500, 503, 504) and answer.content[:1] == b"{":
            return _error(answer)
        data = _checked(answer).get("data")
        return data if isinstance(data, dict) else {}

    def _series(self, path: str, params: Mapping[str, Any]) -> QueryResult:
        data = self._ask(path, params)
        if isinstance(data, str):
            return QueryResult(error=data)
        found = data.get("result")
        if data.get("resultType") in ("scalar", "string"):
            return QueryResult(({},))
        entries = [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []
        return QueryResult(tuple(entry.get("metric", {}) for entry in entries if _has_number(entry)))

    def _texts(self, path: str, match: str) -> list[str]:
        found = self._data(path, {"match[]": match} if match else {})
        return [str(value) for value in found] if isinstance(found, list) else []

    def _data(self, path: str, params: Mapping[str, Any]) -> Any:
        return _checked(self._connection.get(f"{self._prefix}{path}", params)).get("data") or {}


def readiness(answer: Response) -> str:
    """Return an empty text if ``/-/ready`` was answered well, or nobody may ask for it; else what it says.

    Raises:
        ServerError: the credentials are wrong, or it is another server.
    """
    if answer.ok or answer.status in (403, 404, 405):
        return ""
    if answer.status < 500:
        _checked(answer)
    return (
        f"HTTP {answer.status}"
        if answer.is_web_page
        else " ".join(answer.content.decode(errors="replace").split())[:200]
    )


def _measured(entry: Mapping[str, Any]) -> Measured:
    pairs = entry.get("values") or ([entry["value"]] if entry.get("value") else [])
    pairs = [pair for pair in pairs if isinstance(pair[0], int | float)]
    return Measured(
        entry.get("metric") or {}, tuple(float(pair[0]) for pair in pairs), tuple(_number(pair[1]) for pair in pairs)
    )


def _number(text: Any) -> float:
    try:
        return float(text)
    except (TypeError, ValueError):  # a string, which PromQL has too
        return math.nan


def _has_number(entry: Mapping[str, Any]) -> bool:
    """Return whether a series has a value that a panel would draw."""
    if "histogram" in entry or "histograms" in entry:
        return True
    values = entry.get("values") or ([entry["value"]] if "value" in entry else [])
    return any(value[1] != "NaN" for value in values)


def _checked(answer: Response) -> dict[str, Any]:
    if not answer.ok:
        hint = "is this a Prometheus? the URL must end before /api/v1" if answer.status == 404 else ""
        raise ServerError(
            f"answered {answer.status}: {_error(answer)}", status=answer.status, where=answer.where, hint=hint
        )
    return answer.object()


def _error(answer: Response) -> str:
    try:
        value = answer.object()
    except ServerError:
        return f"HTTP {answer.status}"
    return " ".join(str(value.get("error") or value.get("message") or f"HTTP {answer.status}").split())[:500]
