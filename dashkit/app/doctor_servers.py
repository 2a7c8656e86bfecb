"""The Prometheus and the Alertmanager that a check-up asks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from dashkit.app.alerts import alert_datasource
from dashkit.app.live import direct, plain_url
from dashkit.app.ports import Ports
from dashkit.config.context import choose
from dashkit.config.secrets import credentials
from dashkit.doctor.routes import Configuration, configuration, read_configuration
from dashkit.errors import ServerError
from dashkit.export.alertmanager import alertmanager, only_grafana
from dashkit.metrics.alertmanager import Alertmanager
from dashkit.metrics.prometheus import Prometheus, QueryError
from dashkit.model.routing import Routing


@contextmanager
def asking(name: str, option: str) -> Iterator[None]:
    """Let an error that means that nothing answers name the option with the URL."""
    try:
        yield
    except ServerError as error:
        if not error.status and not isinstance(error, QueryError):
            error.hint = f"is {name} running there? {option} says where it is"
        raise


def alertmanager_at(ports: Ports, url: str) -> Alertmanager:
    """Connect to the Alertmanager at a URL. Raises `UsageError` if it is none."""
    return ports.alertmanager(plain_url(url, "alertmanager", "http://localhost:9093"))


def prometheus_of(ports: Ports, url: str | None, context_name: str | None) -> Prometheus:
    """Connect to the Prometheus at a URL, else to the one behind the datasource of the alerts of a context's Grafana."""
    if url:
        return direct(ports, url)
    context = choose(ports.project, context_name, ports.environ)
    keys = credentials(context, ports.project.root, ports.environ)
    return ports.behind(context, keys, alert_datasource(ports.project, context))


def wanted_configuration(routing: Routing | None) -> Configuration | None:
    """Return what the project's routing makes of Alertmanager; None without one, or if Alertmanager cannot do all of it."""
    if routing is None or any(only_grafana(routing)):
        return None
    return configuration(alertmanager(routing))


def live_configuration(server: Alertmanager) -> Configuration:
    """Return the configuration that an Alertmanager reports. Raises `ServerError`."""
    with asking("Alertmanager", "--alertmanager"):
        status = server.status()
    return read_configuration(str((status.get("config") or {}).get("original") or ""), server.url)
