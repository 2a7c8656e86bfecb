"""From the name of a context to its server, and what deserves a warning on the way."""

from __future__ import annotations

from dataclasses import dataclass

from dashkit.app.ports import Ports, Server
from dashkit.config.context import Context, choose
from dashkit.config.project import Project
from dashkit.config.secrets import credentials
from dashkit.deploy.desired import Adjustments
from dashkit.errors import RefusedError


@dataclass(frozen=True, slots=True)
class Connected:
    """The chosen context and its server, to which no request has been sent yet."""

    context: Context
    server: Server
    warnings: tuple[str, ...] = ()

    @property
    def where(self) -> str:
        """For people."""
        return f"{self.context.name} ({self.context.url})"


def connected(ports: Ports, name: str | None) -> Connected:
    """Of the context of that name, else of the current one."""
    context = choose(ports.project, name, ports.environ)
    server = ports.connect(context, credentials(context, ports.project.root, ports.environ))
    return Connected(context, server, insecure(context))


def insecure(context: Context) -> tuple[str, ...]:
    """A warning where any certificate is taken."""
    return (f"context {context.name} accepts any certificate (tls.insecure)",) if context.insecure else ()


def unverified(server: Server) -> tuple[str, ...]:
    """A warning where the server is of a version that dashkit does not know from trying."""
    if server.verified:
        return ()
    return (f"Grafana {server.version} is unverified: dashkit's contract has not been run against it",)


def require_organisation(context: Context, server: Server) -> None:
    """`RefusedError` where another organisation answers than the context's: 10 answers a token from its own."""
    number = server.organisation[0] if context.org_id is not None else None
    if number != context.org_id:
        which = number or "one that these credentials may not see"
        raise RefusedError(
            f"the context means organisation {context.org_id}, but {which} answers", where=context.url,
            hint="a token belongs to one organisation: use one of the other, or user and password",
        )  # fmt: skip


def adjustments_of(project: Project, context: Context) -> Adjustments:
    """How this context changes what is pushed to it."""
    return Adjustments(
        owner_tag=project.tag,
        folder_prefix=context.folder_prefix,
        uid_prefix=context.uid_prefix,
        tags=context.tags,
        datasources=context.datasources,
    )
