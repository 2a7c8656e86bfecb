"""What the use cases reach the world by: Grafana and Prometheus over HTTP, the environment, the clock, the terminal."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from dashkit.app.ports import Event, Ports

if TYPE_CHECKING:  # an offline command loads no HTTP
    from dashkit._http import Connection
    from dashkit.config.context import Context
    from dashkit.config.project import Project
    from dashkit.config.secrets import Credentials
    from dashkit.grafana.client import Grafana
    from dashkit.metrics.prometheus import Prometheus


def ports(project: Project, progress: Callable[[Event], None]) -> Ports:
    """The real ones."""
    return Ports(project, os.environ, connect, prometheus, behind, progress=progress)


def connect(context: Context, credentials: Credentials) -> Grafana:
    """A context's Grafana; no request is sent yet."""
    from dashkit.grafana.client import Grafana

    return Grafana(_connection(context, credentials))


def behind(context: Context, credentials: Credentials, uid: str) -> Prometheus:
    """A Prometheus that a context's Grafana passes requests on to."""
    from dashkit.metrics.prometheus import Prometheus

    return Prometheus(_connection(context, credentials), f"/api/datasources/proxy/uid/{uid}")


def prometheus(url: str) -> Prometheus:
    """A Prometheus by its address; a token or user and password come from the environment."""
    from dashkit._http import Connection, Settings
    from dashkit.metrics.prometheus import Prometheus
    from dashkit.model.secret import Secret

    token, password = (os.environ.get(f"DASHKIT_PROMETHEUS_{name}") for name in ("TOKEN", "PASSWORD"))
    return Prometheus(
        Connection(
            Settings(
                url=url,
                token=Secret(token) if token else None,
                user=os.environ.get("DASHKIT_PROMETHEUS_USER", ""),
                password=Secret(password) if password else None,
            )
        )
    )


def _connection(context: Context, credentials: Credentials) -> Connection:
    from dashkit._http import Connection, Settings

    return Connection(
        Settings(
            url=context.url,
            token=credentials.token,
            user=credentials.user,
            password=credentials.password,
            org_id=context.org_id,
            ca=context.tls_ca,
            client_cert=context.client_cert,
            client_key=context.client_key,
            insecure=context.insecure,
            proxy=context.proxy,
            headers=credentials.headers or {},
            connect_timeout=context.connect_timeout,
            read_timeout=context.read_timeout,
        )
    )
