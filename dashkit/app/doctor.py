"""The check-up of the stack: Grafana, its datasources, dashboards and logs, Prometheus and Alertmanager."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from dashkit import _files
from dashkit._parallel import ordered_map
from dashkit.app.connect import connected
from dashkit.app.doctor_grafana import Content, grafana_rows
from dashkit.app.doctor_prometheus import alertmanager_rows, prometheus_rows
from dashkit.app.ports import Ports
from dashkit.app.source import Alerting, compiled_alerting, separated
from dashkit.config.context import choose
from dashkit.doctor.metrics import metrics_text
from dashkit.doctor.row import Row, State, of_error, some
from dashkit.errors import ConfigError, InputError, ServerError, UsageError
from dashkit.model.dashboard import CompiledDashboard


@dataclass(frozen=True, slots=True)
class Request:
    """The options of `dashkit doctor`. Empty URLs are of parts that are not checked."""

    context_name: str | None = None
    prometheus: str = ""
    alertmanager: str = ""
    metrics_file: Path | None = None


@dataclass(frozen=True, slots=True)
class CheckUp:
    """What was seen, part by part.

    Attributes:
        context: the name of the context; empty if no Grafana was checked.
        notes: what was not checked, and how to have it checked.
    """

    context: str
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()

    def count(self, state: State) -> int:
        """Return how many rows have a state."""
        return sum(1 for row in self.rows if row.state is state)


def check_up(request: Request, ports: Ports) -> CheckUp:
    """Check every part that is named or implied, all at once. What cannot be reached is a failed row; the others still run.

    Raises:
        ConfigError: there is nothing to check, or the context does not exist.
        UsageError: a URL is none, or the metrics file has no directory.
        InputError: the metrics file cannot be written.
    """
    if request.metrics_file and not request.metrics_file.parent.is_dir():
        raise UsageError(f"--metrics-file: no such directory: {request.metrics_file.parent}")
    name, notes = _context(request, ports)
    started = ports.timer()
    everything, alerting, broken = _compiled(ports)
    content = Content(everything, alerting)
    parts: list[Callable[[], list[Row]]] = []
    if name is not None:
        parts.append(lambda: _grafana(name, ports, content))
    if request.prometheus:
        parts.append(lambda: _reached("Prometheus", prometheus_rows, request.prometheus, ports, everything, alerting))
    else:
        notes.append("Prometheus is not checked: add --prometheus URL")
    if request.alertmanager:
        parts.append(lambda: _reached("Alertmanager", alertmanager_rows, request.alertmanager, ports, alerting))
    else:
        notes.append("Alertmanager is not checked: add --alertmanager URL")
    rows = (*broken, *(row for found in ordered_map(lambda part: part(), parts, len(parts)) for row in found))
    if request.metrics_file:
        text = metrics_text(name or "", rows, ports.clock().timestamp(), ports.timer() - started)
        _files.write_atomic(request.metrics_file, text.encode(), mode=0o644)
    return CheckUp(name or "", rows, tuple(notes))


def _context(request: Request, ports: Ports) -> tuple[str | None, list[str]]:
    """Return the name of the context, or None and a note where there is none and something else to check."""
    try:
        return choose(ports.project, request.context_name, ports.environ).name, []
    except ConfigError as error:
        if request.context_name or not (request.prometheus or request.alertmanager):
            raise
        return None, [f"Grafana is not checked: {error}" + (f" ({error.hint})" if error.hint else "")]


def _compiled(ports: Ports) -> tuple[list[CompiledDashboard], Alerting, list[Row]]:
    """Return what compiles of the project, and a row for what does not."""
    roots = ports.project.dashboards
    if not any(root.exists() for root in roots):
        evidence = f"no dashboards in {', '.join(root.name for root in roots)}: only the servers are checked"
        return [], Alerting(), [Row(State.SKIPPED, "Project", "modules", evidence)]
    try:
        dashboards, failures = separated(ports.compile(ports.project))
        alerting, more = compiled_alerting(ports.project)
    except InputError as error:  # a directory that cannot be read
        return [], Alerting(), [Row(State.FAILED, "Project", "modules", str(error), error.hint)]
    if not failures and not more:
        return dashboards, alerting, []
    evidence = f"does not compile, and is left out: {some(failure.path for failure in (*failures, *more))}"
    return dashboards, alerting, [Row(State.FAILED, "Project", "modules", evidence, "dashkit build says why")]


def _grafana(name: str, ports: Ports, content: Content) -> list[Row]:
    try:
        found = connected(ports, name)
    except ConfigError as error:  # a variable or file that should hold the token
        return [Row(State.FAILED, "Grafana", "credentials", str(error), error.hint)]
    return grafana_rows(found, ports, content)


def _reached(part: str, rows: Callable[..., list[Row]], *arguments: object) -> list[Row]:
    """Return the rows of a part, or the one row that says that it cannot be reached."""
    try:
        return rows(*arguments)
    except ServerError as error:
        return [of_error(error, part, "reachable")]
