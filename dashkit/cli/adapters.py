"""The real world for the use cases: Grafana and Prometheus over HTTP, the environment and the terminal."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from dashkit.app.ports import Event, Ports
from dashkit.errors import UsageError

if TYPE_CHECKING:  # offline commands don't load any HTTP code
    from dashkit._http import Connection
    from dashkit.config.context import Context
    from dashkit.config.project import Project
    from dashkit.config.secrets import Credentials
    from dashkit.grafana.client import Grafana
    from dashkit.metrics.alertmanager import Alertmanager
    from dashkit.metrics.prometheus import Prometheus


def ports(project: Project, progress: Callable[[Event], None]) -> Ports:
    """Return the ports that a real run uses."""
    return Ports(project, os.environ, connect, prometheus, behind, alertmanager, progress=progress)


def connect(context: Context, credentials: Credentials) -> Grafana:
    """Return the Grafana of a context. No request is sent yet. Raises `UsageError` for a context of files."""
    if context.directory is not None:
        raise UsageError(
            f"context {context.name} is a directory of provisioning files; this command needs a server",
            hint="name a context with a `url`: --context NAME",
        )
    from dashkit.grafana.client import Grafana

    return Grafana(_connection(context, credentials))


def behind(context: Context, credentials: Credentials, uid: str) -> Prometheus:
    """Return the Prometheus behind a datasource of a context's Grafana, which proxies the requests."""
    from dashkit.metrics.prometheus import Prometheus

    return Prometheus(_connection(context, credentials), f"/api/datasources/proxy/uid/{uid}")


def prometheus(url: str) -> Prometheus:
    """Return the Prometheus at an address. Its token, or user and password, come from the environment."""
    from dashkit.metrics.prometheus import Prometheus

    return Prometheus(_from_environment(url, "DASHKIT_PROMETHEUS"))


def alertmanager(url: str) -> Alertmanager:
    """Return the Alertmanager at an address. Its token, or user and password, come from the environment."""
    from dashkit.metrics.alertmanager import Alertmanager

    return Alertmanager(_from_environment(url, "DASHKIT_ALERTMANAGER"))


def _from_environment(url: str, prefix: str) -> Connection:
    from dashkit._http import Connection, Settings
    from dashkit.model.secret import Secret

    token, password = (os.environ.get(f"{prefix}_{name}") for name in ("TOKEN", "PASSWORD"))
    settings = Settings(
        url=url,
        token=Secret(token) if token else None,
        user=os.environ.get(f"{prefix}_USER", ""),
        password=Secret(password) if password else None,
    )
    return Connection(settings)


def _connection(context: Context, credentials: Credentials) -> Connection:
    from dashkit._http import Connection, Settings
    from dashkit.config.context import ENVIRONMENT

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
            context="" if context.name == ENVIRONMENT else context.name,
        )
    )
