"""The server that a live check queries: the Grafana of a context, or a Prometheus directly."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from dashkit.app.check import existing_on
from dashkit.app.check_context import scrape_interval
from dashkit.app.connect import insecure
from dashkit.app.ports import Event, Ports
from dashkit.app.ports import Server as Grafana
from dashkit.config.context import choose
from dashkit.config.secrets import credentials
from dashkit.errors import ServerError, UsageError
from dashkit.lint.elements import PROMETHEUS, Alert, Board
from dashkit.lint.live import Ask, LiveReport, run
from dashkit.lint.queries import Budget, LiveQuery, QueryServer
from dashkit.metrics.prometheus import Prometheus
from dashkit.model.durations import seconds
from dashkit.model.live import Datasource


@dataclass(frozen=True, slots=True)
class Request:
    """Which server to query, how much at most, and what to report about the answers."""

    context_name: str | None = None
    prometheus: str | None = None
    max_queries: int = 1000
    max_time: str = "5m"
    concurrency: int = 4
    slow: str = "5s"
    max_series: int = 1000


@dataclass(frozen=True, slots=True)
class Asking:
    """A function that runs the queries of dashboards and rules; no request is sent before it is called."""

    ask: Ask
    warnings: tuple[str, ...] = ()
    #: Returns which of these dashboards the Grafana has; a Prometheus has none.
    existing: Callable[[frozenset[str]], frozenset[str]] | None = None


def asking(request: Request, ports: Ports) -> Asking:
    """Prepare a live check. Raises `UsageError` for both a context and a URL, and for an invalid duration."""
    try:
        budget = Budget(
            queries=request.max_queries, seconds=seconds(request.max_time), workers=request.concurrency,
            slow=seconds(request.slow), series=request.max_series,
        )  # fmt: skip
    except ValueError as error:
        raise UsageError(str(error)) from None
    server: QueryServer
    existing = None
    warnings: tuple[str, ...] = ()
    if request.prometheus:
        if request.context_name:
            raise UsageError("--context and --prometheus exclude each other")
        server = _Direct(direct(ports, request.prometheus))
    else:
        grafana = grafana_of(ports, request.context_name)
        server, warnings, existing = _ThroughGrafana(grafana), grafana.warnings, existing_on(grafana.server)

    def ask(boards: list[Board], alerts: list[Alert]) -> LiveReport:
        return run(
            boards, server, budget, now=ports.clock().timestamp(), scrape=scrape_interval(ports.project),
            alerts=alerts, alert_datasource=ports.project.alerts.get("datasource", ""),
            progress=lambda done, total: ports.progress(Event("queries run", done, total)),
        )  # fmt: skip

    return Asking(ask, warnings, existing)


def direct(ports: Ports, url: str) -> Prometheus:
    """Connect to the Prometheus at a URL; a token, or user and password, come from the environment."""
    return ports.prometheus(plain_url(url, "prometheus", "http://localhost:9090"))


def plain_url(url: str, option: str, example: str) -> str:
    """Return the URL that an option gives, without a slash at its end. Raises `UsageError` if it is none, or holds a secret."""
    # Never echo the URL: it may contain a secret.
    if "@" in url:
        prefix = f"DASHKIT_{option.upper()}"
        raise UsageError(f"--{option} must not contain a user or password: set {prefix}_USER and {prefix}_PASSWORD")
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0 and not parts.query
    except ValueError:
        good = False
    if not good:
        raise UsageError(f"--{option} is not a URL such as {example}")
    return url.rstrip("/")


@dataclass(frozen=True, slots=True)
class Queryable:
    """The Grafana of a context, for queries; ``mapped`` are the datasource mappings of the context."""

    server: Grafana
    #: Connects to the Prometheus behind a datasource, by its uid.
    prometheus: Callable[[str], Prometheus]
    url: str
    mapped: Mapping[str, str]
    warnings: tuple[str, ...] = ()


def grafana_of(ports: Ports, name: str | None) -> Queryable:
    """Return the Grafana of the named context, else of the current one; no request is sent yet."""
    context = choose(ports.project, name, ports.environ)
    keys = credentials(context, ports.project.root, ports.environ)
    return Queryable(
        ports.connect(context, keys), cache(lambda uid: ports.behind(context, keys, uid)), context.url, context.datasources,
        insecure(context),
    )  # fmt: skip


def prometheus_uid(found: list[Datasource], wanted: str = "") -> str:
    """Return the uid of a Prometheus datasource: the one with the wanted uid or name, else the default, else the first.

    Raises:
        UsageError: there is none, or not the wanted one.
    """
    found = [entry for entry in found if entry.type == PROMETHEUS]
    if wanted:
        named = [entry for entry in found if wanted in (entry.uid, entry.name)]
        if not named:
            known = ", ".join(entry.uid for entry in found) or "none"
            raise UsageError(f"no Prometheus datasource {wanted!r}", hint=f"known datasources: {known}")
        return named[0].uid
    if not found:
        raise UsageError("this Grafana has no Prometheus datasource")
    return next((entry.uid for entry in found if entry.default), found[0].uid)


class _Answers(ABC):
    """What both kinds of server answer through Prometheus' own API."""

    @abstractmethod
    def _prometheus(self, datasource: str) -> Prometheus: ...

    def exists(self, datasource: str, expr: str, at: float) -> bool | None:
        result = self._prometheus(datasource).query(expr, at)
        return None if result.error else bool(result.series)

    def values(self, datasource: str, label: str, match: str) -> list[str]:
        return self._prometheus(datasource).label_values(label, match)

    def names(self, datasource: str) -> list[str]:
        return self._prometheus(datasource).label_names()

    def results(self, datasource: str, expr: str, at: float) -> list[str]:
        return [_written(series) for series in self._prometheus(datasource).query(expr, at).series]


class _Direct(_Answers):
    """A Prometheus, queried directly: PromQL only."""

    def __init__(self, prometheus: Prometheus) -> None:
        self._server = prometheus

    def _prometheus(self, datasource: str) -> Prometheus:
        return self._server

    @property
    def name(self) -> str:
        return self._server.url

    def answers(self, language: str) -> bool:
        return language == PROMETHEUS

    def datasource(self, kind: str, wanted: str) -> str:
        return ""

    def ask(self, asked: LiveQuery) -> tuple[int, str]:
        span = asked.span
        if asked.instant:
            result = self._server.query(asked.expr, span.end)
        else:
            result = self._server.query_range(asked.expr, span.start, span.end, span.step)
        return len(result.series), result.error


class _ThroughGrafana(_Answers):
    """A Grafana: queries to any datasource, with the request that a panel sends."""

    def __init__(self, grafana: Queryable) -> None:
        self._grafana = grafana
        self._known: list[Datasource] | None = None

    def _prometheus(self, datasource: str) -> Prometheus:
        return self._grafana.prometheus(datasource)

    @property
    def name(self) -> str:
        return self._grafana.url

    def answers(self, language: str) -> bool:
        return True  # what it has no datasource for would be an error in the panel too: see `datasource`

    def datasource(self, kind: str, wanted: str) -> str:
        known = self._datasources()
        wanted = self._grafana.mapped.get(wanted, wanted)
        if wanted and wanted not in ("default", "-- Mixed --"):
            named = next((entry for entry in known if wanted in (entry.uid, entry.name)), None)
            if named is None:
                raise LookupError(f"this Grafana has no datasource {wanted!r}")
            return named.uid
        same = [entry for entry in known if entry.type == kind]
        if not same:
            raise LookupError(f"this Grafana has no datasource of type {kind}")
        return next((entry.uid for entry in same if entry.default), same[0].uid)

    def ask(self, asked: LiveQuery) -> tuple[int, str]:
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
        return self._grafana.server.ask(query, str(int(span.start * 1000)), str(int(span.end * 1000)))

    def _datasources(self) -> list[Datasource]:
        if self._known is None:
            try:
                self._known = self._grafana.server.datasources()
            except ServerError as error:
                if error.status == 403:
                    error.hint = "a live check lists the datasources: the token needs datasources:read"
                raise
        return self._known


def _written(series: Any) -> str:
    name = series.get("__name__", "")
    inside = ",".join(f'{label}="{value}"' for label, value in sorted(series.items()) if label != "__name__")
    return f"{name}{{{inside}}} 1 0"
