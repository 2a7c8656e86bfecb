"""Whom a live check asks: a Grafana context, or a Prometheus itself."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from dashkit._http import Connection, Settings
from dashkit.cli.checking import scrape_interval
from dashkit.cli.connect import connection_of
from dashkit.cli.console import Console, Progress
from dashkit.config.project import Project
from dashkit.errors import ServerError, UsageError
from dashkit.grafana.queries import Datasource, read_datasources, run_query
from dashkit.lint.asking import Asked, Budget, Server
from dashkit.lint.live import LiveReport, run
from dashkit.lint.subjects import PROMETHEUS, Board
from dashkit.metrics.prometheus import Prometheus, QueryResult
from dashkit.model.secret import Secret

if TYPE_CHECKING:
    from dashkit.config.context import Context


def asker(
    project: Project, context_name: str | None, prometheus: str | None, budget: Budget, console: Console
) -> Callable[[list[Board]], LiveReport]:
    """A function that asks the queries of dashboards; no request is sent before it is called."""
    server: Server
    if prometheus:
        if context_name:
            raise UsageError("--context and --prometheus: ask one of them")
        server = _Direct(direct(prometheus))
    else:
        context, connection = grafana_connection(project, context_name, console)
        server = _ThroughGrafana(connection, context.datasources)

    def ask(boards: list[Board]) -> LiveReport:
        meters: list[Progress] = []

        def progress(_done: int, total: int) -> None:
            if not meters:
                meters.append(Progress(console, total, "queries asked"))
            meters[0].step()

        return run(boards, server, budget, now=time.time(), scrape=scrape_interval(project), progress=progress)

    return ask


def direct(url: str) -> Prometheus:
    """A Prometheus by its address; a token or user and password come from the environment."""
    # Never echoed: somebody may have put a secret into it.
    if "@" in url:
        raise UsageError("no secret in an address: set DASHKIT_PROMETHEUS_USER and DASHKIT_PROMETHEUS_PASSWORD")
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0 and not parts.query
    except ValueError:
        good = False
    if not good:
        raise UsageError("--prometheus is no address such as http://localhost:9090")
    token, password = (os.environ.get(f"DASHKIT_PROMETHEUS_{name}") for name in ("TOKEN", "PASSWORD"))
    return Prometheus(
        Connection(
            Settings(
                url=url.rstrip("/"),
                token=Secret(token) if token else None,
                user=os.environ.get("DASHKIT_PROMETHEUS_USER", ""),
                password=Secret(password) if password else None,
            )
        )
    )


def grafana_connection(project: Project, name: str | None, console: Console) -> tuple[Context, Connection]:
    """The chosen context and a connection to it."""
    from dashkit.config.context import choose
    from dashkit.config.secrets import credentials

    context = choose(project, name, os.environ)
    if context.insecure:
        console.warn(f"context {context.name} accepts any certificate (tls.insecure)")
    return context, connection_of(context, credentials(context, project.root, os.environ))


def through_grafana(connection: Connection, uid: str) -> Prometheus:
    """A Prometheus that a Grafana proxies to."""
    return Prometheus(connection, f"/api/datasources/proxy/uid/{uid}")


def prometheus_uid(connection: Connection, wanted: str = "") -> str:
    """The uid of a Prometheus datasource: the one of that uid or name, else the default one, else the first.

    Raises:
        UsageError: there is none, or none of that name.
    """
    found = [entry for entry in read_datasources(connection) if entry.type == PROMETHEUS]
    if wanted:
        named = [entry for entry in found if wanted in (entry.uid, entry.name)]
        if not named:
            known = ", ".join(entry.uid for entry in found) or "none"
            raise UsageError(f"no Prometheus datasource {wanted!r}", hint=f"there is: {known}")
        return named[0].uid
    if not found:
        raise UsageError("this Grafana has no Prometheus datasource")
    return next((entry.uid for entry in found if entry.default), found[0].uid)


class _Direct:
    """A Prometheus: PromQL only."""

    def __init__(self, prometheus: Prometheus) -> None:
        self._prometheus = prometheus

    @property
    def name(self) -> str:
        return self._prometheus.url

    def answers(self, language: str) -> bool:
        return language == PROMETHEUS

    def datasource(self, kind: str, wanted: str) -> str:
        return ""

    def ask(self, asked: Asked) -> tuple[int, str]:
        span = asked.span
        if asked.instant:
            result = self._prometheus.query(asked.expr, span.end)
        else:
            result = self._prometheus.query_range(asked.expr, span.start, span.end, span.step)
        return len(result.series), result.error

    def exists(self, datasource: str, expr: str, at: float) -> bool | None:
        return _said(self._prometheus.query(expr, at))

    def values(self, datasource: str, label: str, match: str) -> list[str]:
        return self._prometheus.label_values(label, match)

    def names(self, datasource: str) -> list[str]:
        return self._prometheus.label_names()

    def results(self, datasource: str, expr: str, at: float) -> list[str]:
        return [_written(series) for series in self._prometheus.query(expr, at).series]


class _ThroughGrafana:
    """A Grafana: queries of any datasource, by the request that a panel sends."""

    def __init__(self, connection: Connection, mapped: Any) -> None:
        self._connection = connection
        self._mapped = mapped
        self._known: list[Datasource] | None = None

    @property
    def name(self) -> str:
        return self._connection.url

    def answers(self, language: str) -> bool:
        return any(entry.type == language for entry in self._datasources())

    def datasource(self, kind: str, wanted: str) -> str:
        known = self._datasources()
        wanted = self._mapped.get(wanted, wanted)
        if wanted and wanted not in ("default", "-- Mixed --"):
            named = next((entry for entry in known if wanted in (entry.uid, entry.name)), None)
            if named is None:
                raise LookupError(f"this Grafana has no datasource {wanted!r}")
            return named.uid
        same = [entry for entry in known if entry.type == kind]
        if not same:
            raise LookupError(f"this Grafana has no datasource of type {kind}")
        return next((entry.uid for entry in same if entry.default), same[0].uid)

    def ask(self, asked: Asked) -> tuple[int, str]:
        span = asked.span
        step = int(span.step * 1000)
        query = {
            **asked.target,
            "datasource": {"uid": asked.datasource, "type": asked.language},
            "intervalMs": step,
            "maxDataPoints": int((span.end - span.start) / span.step),
        }
        if asked.language == PROMETHEUS:
            query |= {"instant": asked.instant, "range": not asked.instant}
        frames = run_query(self._connection, query, str(int(span.start * 1000)), str(int(span.end * 1000)))
        return frames.series, frames.error

    def exists(self, datasource: str, expr: str, at: float) -> bool | None:
        return _said(through_grafana(self._connection, datasource).query(expr, at))

    def values(self, datasource: str, label: str, match: str) -> list[str]:
        return through_grafana(self._connection, datasource).label_values(label, match)

    def names(self, datasource: str) -> list[str]:
        return through_grafana(self._connection, datasource).label_names()

    def results(self, datasource: str, expr: str, at: float) -> list[str]:
        found = through_grafana(self._connection, datasource).query(expr, at).series
        return [_written(series) for series in found]

    def _datasources(self) -> list[Datasource]:
        if self._known is None:
            try:
                self._known = read_datasources(self._connection)
            except ServerError as error:
                if error.status == 403:
                    error.hint = "a live check reads the list of datasources: the token needs datasources:read"
                raise
        return self._known


def _said(result: QueryResult) -> bool | None:
    return None if result.error else bool(result.series)


def _written(series: Any) -> str:
    name = series.get("__name__", "")
    inside = ",".join(f'{label}="{value}"' for label, value in sorted(series.items()) if label != "__name__")
    return f"{name}{{{inside}}} 1 0"
