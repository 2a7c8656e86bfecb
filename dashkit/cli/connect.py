"""From a context to a Grafana."""

from __future__ import annotations

from dashkit._http import Connection, Settings
from dashkit.cli.console import Console
from dashkit.config.context import Context
from dashkit.config.secrets import Credentials
from dashkit.errors import RefusedError
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


def require_organisation(context: Context, grafana: Grafana) -> None:
    """`RefusedError` where another organisation answers than the context's: 10 answers a token from its own."""
    number = grafana.organisation[0] if context.org_id is not None else None
    if number != context.org_id:
        raise RefusedError(
            f"the context means organisation {context.org_id}, but {number} answers", where=context.url,
            hint="a token belongs to one organisation: use one of the other, or user and password",
        )  # fmt: skip


def warn_unverified(grafana: Grafana, console: Console) -> None:
    """Say so where the server is of a version that dashkit does not know from trying."""
    if not grafana.verified:
        console.warn(f"Grafana {grafana.version} is unverified: dashkit's contract has not been run against it")
