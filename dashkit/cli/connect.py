"""From a context to a Grafana."""

from __future__ import annotations

from dashkit._http import Connection, Settings
from dashkit.config.context import Context
from dashkit.config.secrets import Credentials
from dashkit.grafana.client import Grafana


def connect(context: Context, credentials: Credentials) -> Grafana:
    """No request is sent yet."""
    return Grafana(connection_of(context, credentials))


def connection_of(context: Context, credentials: Credentials) -> Connection:
    """A connection to a context's server; no request is sent yet."""
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
