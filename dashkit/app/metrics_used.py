"""Which metrics dashboards and rules read, and which series of a Prometheus nothing reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from dashkit.app.contents import Gathered
from dashkit.app.gather import gather
from dashkit.app.live import direct, grafana_of
from dashkit.app.ports import Event, Ports, Server
from dashkit.document.variables import offered
from dashkit.errors import RefusedError, ServerError, UsageError
from dashkit.lint.elements import PROMETHEUS, Alert, Board, Variable
from dashkit.lint.parse import board
from dashkit.lint.values import mapping, objects, text
from dashkit.metrics.used import Unread, Unused, Use, unused, uses_of
from dashkit.model.dashboard import Location
from dashkit.model.live import GrafanaAlertGroup, LiveDashboard

PROJECT = "project"
#: The only other datasource whose queries are an ``expr``. What is taken for PromQL by mistake does not parse, and is told.
LOKI = "loki"
#: What the types of datasources that take PromQL have in their names.
_PROMQL = (PROMETHEUS, "victoriametrics")


@dataclass(frozen=True, slots=True)
class Request:
    """Contexts whose dashboards and rules count too, and the Prometheus whose series are compared."""

    contexts: tuple[str, ...] = ()
    prometheus: str | None = None


@dataclass(frozen=True, slots=True)
class MetricsUsed:
    """What reads which metrics; ``unused`` only if a Prometheus was named."""

    uses: tuple[Use, ...]
    unread: tuple[Unread, ...]
    sources: tuple[str, ...]
    unused: Unused | None = None
    warnings: tuple[str, ...] = ()


def metrics_used(request: Request, ports: Ports) -> MetricsUsed:
    """Read the uses of the project, of the contexts, and of the rules of the Prometheus.

    Raises:
        ServerError: a server cannot be reached, or does not list its dashboards.
    """
    found: list[Use | Unread] = []
    warnings: list[str] = []
    sources = [PROJECT]
    found += of_project(gather(ports.project, ()))
    for name in request.contexts:
        grafana = grafana_of(ports, name)
        warnings += grafana.warnings
        found += of_grafana(grafana.server, name, ports)
        sources.append(name)
    compared: Unused | None = None
    if request.prometheus:
        server = direct(ports, request.prometheus)
        for rule, expr in server.rules():
            found += uses_of(expr, f"rule {rule}", "prometheus")
        sources.append("prometheus")
        compared = unused(server.counts(), (entry for entry in found if isinstance(entry, Use)))
    uses = sorted(
        {entry for entry in found if isinstance(entry, Use)}, key=lambda use: (use.name, use.source, use.where)
    )
    unread = dict.fromkeys(entry for entry in found if isinstance(entry, Unread))
    return MetricsUsed(tuple(uses), tuple(unread), tuple(sources), compared, tuple(warnings))


def refuse_drop_rules(found: MetricsUsed) -> None:
    """Raise an error if there is nothing to write drop rules from, or if something may read what they would drop."""
    if found.unused is None:
        raise UsageError("drop rules need the series of a Prometheus", hint="--prometheus http://localhost:9090")
    if found.unread:
        first = found.unread[0]
        raise RefusedError(
            f"no drop rules: {len(found.unread)} expressions or dashboards could not be read, and may use any metric",
            where=f"{first.source}, {first.where}",
            hint="without --format relabel, the last lines list them all",
        )


def of_project(gathered: Gathered) -> Iterator[Use | Unread]:
    """Yield what the modules and files of the project use."""
    for failure in gathered.failures:
        yield Unread(failure.where, PROJECT, failure.message)
    for problem in gathered.problems:
        yield Unread(str(problem.location), PROJECT, problem.message)
    for entry in gathered.boards:
        yield from _of_board(entry, PROJECT)
    for alert in gathered.alerts:
        yield from _of_alert(alert)


def of_grafana(server: Server, source: str, ports: Ports) -> Iterator[Use | Unread]:
    """Yield what the dashboards, library panels and Grafana-managed rules of a server use."""
    for number, live in enumerate(server.read_everything(), 1):
        ports.progress(Event(f"dashboards of {source} read", number))
        yield from _of_live(live, source)
    try:
        for item in server.items("library-panels"):
            spec = {"title": f"library panel {item.name}", "panels": [item.content.get("model")]}
            yield from _of_board(board(spec, Location("")), source)
    except ServerError as error:
        yield Unread("library panels", source, error.message)
    try:
        yield from _of_groups(server.alert_groups(), source)
    except ServerError as error:
        yield Unread("alert rules", source, error.message)


def _of_live(live: LiveDashboard, source: str) -> Iterator[Use | Unread]:
    if live.schema and not live.spec:
        yield Unread(f"dashboard {live.uid}", source, f"it is stored in the schema {live.schema}")
        return
    spec = live.spec if live.schema else {**live.spec, "uid": live.uid}
    yield from _of_board(board(spec, Location(""), uid=live.uid), source)


def _of_board(made: Board, source: str) -> Iterator[Use | Unread]:
    if made.left_out:
        yield Unread(f"dashboard {made.name}", source, f"{made.left_out} of its panels are beyond the limit")
    choices = {one.name: values for one in made.variables if (values := _choices(one)) is not None}
    for query in made.queries:
        if LOKI in query.language or not query.text.strip():
            continue
        part = f"panel {query.panel.name}" if query.panel else query.role
        part += f" {query.variable.name}" if query.variable else ""
        yield from uses_of(query.text, f"{made.name}, {part}", source, made.values, choices)
    asked = {id(query.variable) for query in made.queries}
    for variable in made.variables:
        if variable.kind == "query" and id(variable) not in asked:
            yield from _of_variable(variable, f"{made.name}, variable {variable.name}", source)


def _of_variable(variable: Variable, where: str, source: str) -> Iterator[Use | Unread]:
    """Yield the metrics of a variable whose query calls none of Prometheus' functions: it may be a selector."""
    datasource = text(mapping(variable.json.get("datasource")).get("type"))
    metric = text(mapping(variable.json.get("query")).get("metric"))
    if datasource and not any(kind in datasource for kind in _PROMQL):
        return
    expr = metric or variable.query.strip()
    if not expr and variable.json.get("definition"):
        yield Unread(where, source, "it has a definition, but no query")
    elif expr:
        yield from uses_of(expr, where, source)


def _choices(variable: Variable) -> tuple[str, ...] | None:
    """Return all values that a variable can have, or None if they are not known."""
    if variable.kind == "constant":
        return (variable.query,)
    if variable.kind != "custom" or variable.json.get("allValue"):
        return None
    return tuple(value for _, value in offered(variable.query))


def _of_alert(alert: Alert) -> Iterator[Use | Unread]:
    if alert.query is not None:
        kind = "recording rule" if alert.recorded else "alert"
        yield from uses_of(alert.query.text, f"{kind} {alert.name}", PROJECT)


def _of_groups(groups: Iterable[GrafanaAlertGroup], source: str) -> Iterator[Use | Unread]:
    for group in groups:
        for rule in group.rules:
            for query in objects(rule.get("data")):
                model = mapping(query.get("model"))
                expression = text(query.get("datasourceUid")) == "__expr__"
                loki = LOKI in text(mapping(model.get("datasource")).get("type"))
                if isinstance(model.get("expr"), str) and not expression and not loki:
                    yield from uses_of(model["expr"], f"alert rule {rule.get('title')}", source)
