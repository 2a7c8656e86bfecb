"""The checks of a context's Grafana: what to ask, and which rows to make of the answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from dashkit._parallel import ordered_map
from dashkit.app.alerts import alert_datasource
from dashkit.app.connect import Connected, adjustments_of
from dashkit.app.context import PRUNE_NEEDS, PUSH_NEEDS
from dashkit.app.ports import Ports, Server
from dashkit.app.source import Alerting
from dashkit.config.project import Project
from dashkit.deploy.desired import Desired, desired
from dashkit.doctor import grafana_dashboards, grafana_datasources, grafana_logs, grafana_server
from dashkit.doctor.grafana_uses import Uses, uses
from dashkit.doctor.row import Row, of_error
from dashkit.errors import ServerError
from dashkit.lint.elements import Board
from dashkit.lint.parse import board
from dashkit.model.dashboard import CompiledDashboard
from dashkit.model.health import ServerSettings
from dashkit.model.live import Datasource

#: As many reads at once as a push makes.
_WORKERS = 4


@dataclass(frozen=True, slots=True)
class Content:
    """What compiles of the project."""

    dashboards: list[CompiledDashboard]
    alerting: Alerting


class _Check(NamedTuple):
    """Something to ask that may fail by itself: the part and check of its row then, and the right that it takes."""

    part: str
    check: str
    right: str
    rows: Callable[[], list[Row]]


def grafana_rows(found: Connected, ports: Ports, content: Content) -> list[Row]:
    """Ask a Grafana everything, and return the rows. One that does not answer is a single row."""
    server, before = found.server, ports.clock().timestamp()
    try:
        health = server.health()
    except ServerError as error:
        return [grafana_server.unreachable(error)]
    rows = grafana_server.health_rows(found.context.url, health, before, ports.clock().timestamp())
    rows += _asked(_Check(grafana_server.PART, "certificate", "", lambda: _certificate(found, ports)))
    try:
        rows.append(grafana_server.version_row(server.version, verified=server.verified))
        access = server.access()
    except ServerError as error:  # nothing more can be asked
        check = "credentials" if error.status in (401, 403) else "version"
        return [*rows, of_error(error, grafana_server.PART, check)]
    missing = access.missing(PUSH_NEEDS), access.missing(PRUNE_NEEDS)
    rows.append(grafana_server.rights_row(access.organisation, *missing))
    wanted = _desired(found, ports.project, content)
    used = uses(_boards(wanted), _rules(found, ports.project, content.alerting))
    settings = None
    try:
        settings = server.settings()
        rows += grafana_server.settings_rows(settings, used.types, ports.clock().timestamp())
    except ServerError as error:
        rows.append(of_error(error, grafana_server.PART, "settings"))
    checks = [
        _Check("Datasources", "list", "datasources:read", lambda: _datasources(found, used, settings, ports)),
        _Check("Dashboards", "list", "dashboards:read", lambda: _dashboards(server, wanted)),
    ]
    return rows + _all(checks)


def _desired(found: Connected, project: Project, content: Content) -> list[Desired]:
    known = frozenset(entry.uid for entry in content.dashboards)
    return desired(content.dashboards, adjustments_of(project, found.context), known)


def _boards(wanted: list[Desired]) -> Iterator[Board]:
    for item in wanted:
        yield board(item.spec, item.source, uid=item.uid, compiled=True)


def _asked(check: _Check) -> list[Row]:
    try:
        return check.rows()
    except ServerError as error:
        return [of_error(error, check.part, check.check, check.right)]


def _certificate(found: Connected, ports: Ports) -> list[Row]:
    context = found.context
    ends = None if context.insecure else found.server.certificate_ends()
    return [grafana_server.certificate_row(context.url, ends, ports.clock().timestamp(), insecure=context.insecure)]


def _rules(found: Connected, project: Project, alerting: Alerting) -> Iterator[tuple[str, str, str]]:
    """Yield the datasource that each group asks, its type and the name of the group, if Grafana evaluates them."""
    context = found.context
    for group in alerting.groups if context.evaluator == "grafana" else ():
        own = context.datasources.get(group.datasource, group.datasource)
        yield own or alert_datasource(project, context), "", group.name


def _datasources(found: Connected, used: Uses, settings: ServerSettings | None, ports: Ports) -> list[Row]:
    server = found.server
    known, partly = _known(server, settings)
    backends = settings.backends if settings else None

    def health(entry: Datasource) -> list[Row]:
        answer = server.datasource_health(entry.uid)
        return [grafana_datasources.health_row(entry, answer, used, backends)]

    part, right = grafana_datasources.PART, "datasources:query"
    checks = [_Check(part, grafana_datasources.name_of(entry), right, partial(health, entry)) for entry in known]
    for entry, selector in grafana_logs.streams(used, known):
        check = grafana_logs.check_of(entry, selector)
        checks.append(_Check(grafana_logs.PART, check, right, partial(_newest_line, server, entry, selector, ports)))
    return [*partly, *grafana_datasources.use_rows(used, known, found.context.datasources), *_all(checks)]


def _known(server: Server, settings: ServerSettings | None) -> tuple[list[Datasource], list[Row]]:
    """Return the datasources by name, and a row if the credentials do not see all."""
    try:
        found, partly = server.datasources(), list[Row]()
    except ServerError as error:
        if error.status != 403 or settings is None:
            raise
        found, partly = list(settings.datasources), [grafana_datasources.not_all()]
    return sorted(found, key=lambda entry: entry.name), partly


def _all(checks: list[_Check]) -> list[Row]:
    return [row for rows in ordered_map(_asked, checks, _WORKERS) for row in rows]


def _newest_line(server: Server, found: Datasource, selector: str, ports: Ports) -> list[Row]:
    now = ports.clock().timestamp()
    start, end = (str(round(moment * 1000)) for moment in (now - grafana_logs.SPAN, now))
    results = server.results([grafana_logs.newest_line(found, selector)], start, end)
    return [grafana_logs.line_row(found, selector, results, now)]


def _dashboards(server: Server, wanted: list[Desired]) -> list[Row]:
    uids = frozenset(item.uid for item in wanted)
    return grafana_dashboards.dashboard_rows(server.read_everything(), uids, server.unseen("dashboards"))
