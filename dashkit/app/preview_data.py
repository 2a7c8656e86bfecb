"""Where the data of a preview comes from: a Prometheus, or the Grafana of a context."""

from __future__ import annotations

from dashkit.app.live import direct, grafana_of
from dashkit.app.ports import Ports
from dashkit.errors import UsageError
from dashkit.preview.sources.grafana import GrafanaData
from dashkit.preview.sources.port import DataSource
from dashkit.preview.sources.prometheus import PrometheusData


def data_of(
    ports: Ports, *, prometheus: str = "", context_name: str | None = None, sample: bool = False
) -> tuple[DataSource | None, tuple[str, ...]]:
    """Return the source, None for sample data, and warnings. Raises `UsageError` if several were named."""
    if sum((sample, bool(prometheus), context_name is not None)) > 1:
        raise UsageError("choose one of --sample, --prometheus and --context")
    if prometheus:
        return PrometheusData(direct(ports, prometheus)), ()
    if context_name is not None:
        grafana = grafana_of(ports, context_name)
        return GrafanaData(grafana.server, grafana.prometheus, grafana.mapped), grafana.warnings
    return None, ()
