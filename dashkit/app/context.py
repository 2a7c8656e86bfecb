"""Contexts: which there are, what one says, and what its server lets one do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dashkit.app.connect import connected
from dashkit.app.ports import Ports
from dashkit.config.context import ENVIRONMENT, Context, choose, from_environment, named
from dashkit.config.context import use as choose_now
from dashkit.errors import ConfigError

#: What a first push needs: action -> what for. Reading and writing are granted for each folder and dashboard, so a
#: server without any lists neither, though whoever creates one gets both.
PUSH_NEEDS: Mapping[str, str] = {
    "dashboards:create": "create dashboards",
    "folders:read": "find folders",
    "folders:create": "create folders",
}
PRUNE_NEEDS: Mapping[str, str] = {"dashboards:delete": "prune"}


@dataclass(frozen=True, slots=True)
class ServerCheck:
    """What a server is, and what the credentials lack: action -> what for."""

    context: Context
    version: str
    verified: bool
    organisation: tuple[int, str]
    #: By which API dashboards are read and written, for people.
    reads: str
    writes: str
    nested_folders: bool
    missing: dict[str, str]
    missing_for_prune: dict[str, str]
    warnings: tuple[str, ...] = ()


def listed(ports: Ports) -> tuple[list[Context], str]:
    """The contexts of dashkit.yaml and the one that DASHKIT_URL makes; and the name of the current one, empty for none."""
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
    """The context of that name, else the current one."""
    return choose(ports.project, name, ports.environ)


def use(ports: Ports, name: str) -> tuple[Context, list[str]]:
    """Make it the current one of this checkout; and the variables that win over that while they are set."""
    context = choose_now(ports.project, name, ports.environ)
    return context, [variable for variable in ("DASHKIT_CONTEXT", "DASHKIT_URL") if ports.environ.get(variable)]


def check(ports: Ports, name: str | None) -> ServerCheck:
    """Connect, and ask the server what it is and what the credentials may do."""
    found = connected(ports, name)
    server = found.server
    version = server.version
    access = server.access()
    return ServerCheck(
        found.context, version, server.verified, (access.organisation_id, access.organisation), server.reads,
        server.writes, server.nested_folders, access.missing(PUSH_NEEDS), access.missing(PRUNE_NEEDS), found.warnings,
    )  # fmt: skip


def shown(context: Context) -> dict[str, Any]:
    """A context for people; headers by name only, since a value may be a secret."""
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
    }


def _without_password(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://***@{rest.rpartition('@')[2]}" if "@" in url else url
