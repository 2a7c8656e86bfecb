"""The rows of a check-up about a Prometheus and an Alertmanager."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from dashkit.app.doctor_servers import alertmanager_at, wanted_configuration
from dashkit.app.live import direct
from dashkit.app.ports import Ports
from dashkit.app.source import Alerting, alert_links
from dashkit.doctor import alertmanager_server, prometheus_server, prometheus_targets
from dashkit.doctor.alertmanager_server import PART as ALERTMANAGER
from dashkit.doctor.prometheus_rules import PART, rule_rows
from dashkit.doctor.reach import longest
from dashkit.doctor.routes import read_configuration
from dashkit.doctor.row import Row, State
from dashkit.errors import ServerError
from dashkit.export.rule_files import rule_file
from dashkit.metrics.prometheus import Prometheus
from dashkit.model.alerts import AlertGroup
from dashkit.model.dashboard import CompiledDashboard

#: What part of its sample limit each job uses; there are such series with the feature extra-scrape-metrics.
_USED = "max by (job) (scrape_samples_post_metric_relabeling / (scrape_sample_limit > 0))"
#: Prometheus' own counters of limits that were exceeded.
_EXCEEDED = {
    "sample": "prometheus_target_scrapes_exceeded_sample_limit_total",
    "target": "prometheus_target_scrape_pool_exceeded_target_limit_total",
    "label": "prometheus_target_scrape_pool_exceeded_label_limits_total",
    "body_size": "prometheus_target_scrapes_exceeded_body_size_limit_total",
}
_UNSENT = "sum(increase(prometheus_notifications_errors_total[5m])) + sum(increase(prometheus_notifications_dropped_total[5m]))"


def prometheus_rows(url: str, ports: Ports, everything: list[CompiledDashboard], alerting: Alerting) -> list[Row]:
    """Check the Prometheus at a URL, beside the dashboards and rules of the project.

    A server that does not answer is a failed row. Raises `UsageError` if the URL is none.
    """
    server = direct(ports, url)
    mend = "start it, or correct --prometheus; DASHKIT_PROMETHEUS_TOKEN, or _USER and _PASSWORD, are its credentials"
    return _collected(lambda: _prometheus(server, ports, everything, alerting), PART, mend)


def _collected(rows: Callable[[], Iterator[Row]], part: str, mend: str) -> list[Row]:
    """Return rows, and instead of those after a failure one that says it."""
    found: list[Row] = []
    try:
        for row in rows():
            found.append(row)
    except ServerError as error:
        check = "answers" if found else "reachable"
        # Without an answer, the hint would be about a context.
        found.append(Row(State.FAILED, part, check, str(error), (error.status and error.hint) or mend))
    return found


def _prometheus(
    server: Prometheus, ports: Ports, everything: list[CompiledDashboard], alerting: Alerting
) -> Iterator[Row]:
    if said := server.ready():
        yield Row(State.FAILED, PART, "ready", said, "wait until it has read its data; its log says more")
    else:
        yield Row(State.OK, PART, "ready", server.url)
    yield prometheus_server.version_row(server.told("status/buildinfo"), server.url)
    runtime, now = server.told("status/runtimeinfo"), ports.clock().timestamp()
    succeeded = (runtime or {}).get("reloadConfigSuccess")
    if (
        succeeded is None
        and (value := _value(server, "min(prometheus_config_last_reload_successful)", now)) is not None
    ):
        succeeded = value == 1
    yield prometheus_server.reload_row(succeeded)
    yield prometheus_server.head_row(_value(server, "sum(prometheus_tsdb_head_series)", now))
    groups = wanted_groups(ports, alerting.groups)
    yield prometheus_server.retention_row(runtime, longest(everything, alerting.groups))
    yield from _targets(server, now)
    rules = server.told("rules")
    if rules is None:
        yield Row(State.SKIPPED, PART, "rules loaded", "the server does not list its rules")
    else:
        yield from rule_rows(groups, rules.get("groups") or [])
    needed = any("alert" in rule for group in groups for rule in group["rules"])
    yield prometheus_server.alertmanager_row(server.told("alertmanagers"), _value(server, _UNSENT, now), needed=needed)


def _targets(server: Prometheus, now: float) -> Iterator[Row]:
    targets = server.told("targets?state=active")
    if targets is None:
        yield Row(State.SKIPPED, PART, "targets", "the server does not list what it scrapes")
        return
    yield from prometheus_targets.target_rows(targets.get("activeTargets") or [])
    used = {
        entry.labels.get("job", ""): entry.values[-1] for entry in server.measured(_USED, None, now, 0) if entry.values
    }
    exceeded = {kind: _value(server, f"sum(increase({name}[1h]))", now) or 0 for kind, name in _EXCEEDED.items()}
    yield from prometheus_targets.limit_rows(used, exceeded)


def _value(server: Prometheus, expr: str, now: float) -> float | None:
    """Return the value of an expression with one result; None without one."""
    found = server.measured(expr, None, now, 0)
    return found[0].values[-1] if found and found[0].values else None


def wanted_groups(ports: Ports, groups: Sequence[AlertGroup]) -> list[Mapping[str, Any]]:
    """Return the groups that Prometheus should have, as `dashkit rules build` writes them.

    Where Grafana evaluates the alerts in each context, those are only the recording rules, if Prometheus keeps them.
    """
    contexts = list(ports.project.contexts.values())
    written = rule_file(groups, alert_links(ports.project))["groups"]
    if contexts and all(context.get("evaluator") == "grafana" for context in contexts):
        if any(context.get("recording", "grafana") != "prometheus" for context in contexts):
            return []
        written = [{**group, "rules": [rule for rule in group["rules"] if "record" in rule]} for group in written]
    return [group for group in written if group["rules"]]


def alertmanager_rows(url: str, ports: Ports, alerting: Alerting) -> list[Row]:
    """Check the Alertmanager at a URL, beside the routing of the project. Errors as for `prometheus_rows`."""
    server = alertmanager_at(ports, url)
    mend = (
        "start it, or correct --alertmanager; DASHKIT_ALERTMANAGER_TOKEN, or _USER and _PASSWORD, are its credentials"
    )

    def rows() -> Iterator[Row]:
        said = server.ready()
        if said:
            yield Row(State.FAILED, ALERTMANAGER, "ready", said, "its log says more")
        else:
            yield Row(State.OK, ALERTMANAGER, "ready", server.url)
        status = server.status()
        yield from alertmanager_server.status_rows(status, server.url)
        text = str((status.get("config") or {}).get("original") or "")
        wanted = wanted_configuration(alerting.routing)
        yield alertmanager_server.routing_row(read_configuration(text, server.url), wanted)
        yield alertmanager_server.failed_row(server.metrics())
        yield alertmanager_server.silences_row(server.silences())

    return _collected(rows, ALERTMANAGER, mend)
