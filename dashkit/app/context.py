"""Contexts: list them, show one, and check what its credentials may do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dashkit.app.connect import connected_to
from dashkit.app.ports import Ports
from dashkit.config.context import ENVIRONMENT, Context, choose, from_environment, named
from dashkit.config.context import use as choose_now
from dashkit.errors import ConfigError

#: What a first push needs: action -> purpose. Reading and writing are granted per folder and dashboard, so an empty server
#: lists neither, although creating one grants both.
PUSH_NEEDS: Mapping[str, str] = {
    "dashboards:create": "create dashboards",
    "folders:read": "find folders",
    "folders:create": "create folders",
}
PRUNE_NEEDS: Mapping[str, str] = {"dashboards:delete": "prune"}


@dataclass(frozen=True, slots=True)
class ServerCheck:
    """A server's version and features, and which rights the credentials lack: action -> purpose."""

    context: Context
    version: str
    verified: bool
    organisation: tuple[int, str]
    #: The APIs through which dashboards are read and written, to show.
    reads: str
    writes: str
    nested_folders: bool
    missing: dict[str, str]
    missing_for_prune: dict[str, str]
    warnings: tuple[str, ...] = ()


def listed(ports: Ports) -> tuple[list[Context], str]:
    """Return the contexts of dashkit.yaml and of DASHKIT_URL, and the name of the current one (empty if there is none)."""
    project, environ = ports.project, ports.environ
    try:
        current = choose(project, None, environ).name
    except ConfigError:
        current = ""
    contexts = [named(project, name, environ) for name in project.contexts]
    if environ.get("DASHKIT_URL") and ENVIRONMENT not in project.contexts:
        contexts.append(from_environment(environ))
    return contexts, current


def chosen(ports: Ports, name: str | None) -> Context:
    """Return the named context, else the current one."""
    try:
        return choose(ports.project, name, ports.environ)
    except ConfigError as error:
        # These commands take the name as an argument, without --context.
        error.hint = error.hint.replace("--context NAME", "add its NAME")
        raise


def use(ports: Ports, name: str) -> tuple[Context, list[str]]:
    """Make a context the current one; also return the environment variables that currently override that."""
    context = choose_now(ports.project, name, ports.environ)
    return context, [variable for variable in ("DASHKIT_CONTEXT", "DASHKIT_URL") if ports.environ.get(variable)]


def check(ports: Ports, name: str | None) -> ServerCheck:
    """Connect, and query the server's version and what the credentials may do."""
    found = connected_to(chosen(ports, name), ports)
    server = found.server
    version = server.version
    access = server.access()
    return ServerCheck(
        found.context, version, server.verified, (access.organisation_id, access.organisation), server.reads,
        server.writes, server.nested_folders, access.missing(PUSH_NEEDS), access.missing(PRUNE_NEEDS), found.warnings,
    )  # fmt: skip


def shown(context: Context) -> dict[str, Any]:
    """Return a context to show; headers by name only, since a value may be a secret."""
    return {
        "name": context.name,
        "url": context.url,
        "from": context.origin,
        "auth": dict(context.auth),
        "org_id": context.org_id,
        "tls_ca": str(context.tls_ca) if context.tls_ca else "",
        "client_cert": str(context.client_cert) if context.client_cert else "",
        "insecure": context.insecure,
        "proxy": _without_password(context.proxy),
        "headers": sorted(context.headers),
        "connect_timeout": context.connect_timeout,
        "read_timeout": context.read_timeout,
        "folder_prefix": "/".join(context.folder_prefix),
        "uid_prefix": context.uid_prefix,
        "tags": list(context.tags),
        "datasources": dict(context.datasources),
        "evaluator": context.evaluator,
        "recording": context.recording if context.evaluator == "grafana" else "prometheus",
        "on_drift": context.on_drift,
        "protected": context.protected,
        "groups": list(context.groups),
    }


def _without_password(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://***@{rest.rpartition('@')[2]}" if "@" in url else url
