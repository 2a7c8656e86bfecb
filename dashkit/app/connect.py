"""Connect to the server of a context, with the checks and warnings that this involves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from dashkit.app.ports import Ports, Server
from dashkit.config.context import Context, choose
from dashkit.config.project import Project
from dashkit.config.secrets import credentials
from dashkit.deploy.desired import Adjustments
from dashkit.errors import RefusedError, UsageError
from dashkit.model.versions import major

if TYPE_CHECKING:
    from dashkit.export.directory import Directory
    from dashkit.export.provisioning import Layout


@dataclass(frozen=True, slots=True)
class Connected:
    """The chosen context and its server; no request has been sent yet."""

    context: Context
    server: Server
    warnings: tuple[str, ...] = ()

    @property
    def where(self) -> str:
        """The context and its URL, to show."""
        return f"{self.context.name} ({self.context.url})"


def connected(ports: Ports, name: str | None, *, directories: bool = False) -> Connected:
    """Connect to the named context, else to the current one.

    With ``directories`` it may be one of provisioning files; the result has what a push needs of a server then, and no more.
    """
    return connected_to(choose(ports.project, name, ports.environ), ports, directories=directories)


def connected_to(context: Context, ports: Ports, *, directories: bool = False) -> Connected:
    """Connect to the server of a context. ``directories`` as in `connected`."""
    if directories and context.directory is not None:
        return Connected(context, cast(Server, _directory(context, context.directory, ports.project)))
    server = ports.connect(context, credentials(context, ports.project.root, ports.environ))
    return Connected(context, server, insecure(context))


def refuse_source(paths: Iterable[Path], project: Project, hint: str) -> None:
    """Raise `UsageError` if one of the files would be where dashkit looks for modules: it would be compiled as one."""
    for path in paths:
        if project.owns(path.resolve()):
            raise UsageError("this is where the project's own dashboards are", where=str(path), hint=hint)


def _directory(context: Context, root: Path, project: Project) -> Directory:
    from dashkit.export.directory import Directory

    refuse_source([root / "dashboards"], project, f"choose another `directory` for the context {context.name}")
    return Directory(root, layout_of(project, context), project.grafana)


def layout_of(project: Project, context: Context) -> Layout:
    """Return how the provisioning files of a context are laid out."""
    from dashkit.export.provisioning import PLACE, Layout

    owner = adjustments_of(project, context).tag
    return Layout(owner, context.org_id or 1, context.mounted_at or PLACE, nested=major(project.grafana) > 10)


def insecure(context: Context) -> tuple[str, ...]:
    """Return a warning if the context accepts any certificate."""
    return (f"context {context.name} accepts any certificate (tls.insecure)",) if context.insecure else ()


def unverified(server: Server) -> tuple[str, ...]:
    """Return a warning if dashkit has not been tested against the server's version."""
    if server.verified:
        return ()
    return (f"Grafana {server.version} is unverified: dashkit has not been tested against it",)


def refuse_unverified_prune(server: Server) -> None:
    """Raise `RefusedError` if dashkit has not been tested against the server's version: a prune deletes."""
    if not server.verified:
        raise RefusedError(f"refusing to prune on Grafana {server.version}, which is unverified")


def require_organisation(context: Context, server: Server) -> None:
    """Raise `RefusedError` unless the context's organisation answers: Grafana 10 answers a token from the token's own."""
    number = server.organisation[0] if context.org_id is not None else None
    if number != context.org_id:
        which = f"organisation {number}" if number else "one that these credentials cannot see"
        raise RefusedError(
            f"the context is for organisation {context.org_id}, but {which} answers", where=context.url,
            hint="a token belongs to one organisation: use a token of the right one, or user and password",
        )  # fmt: skip


def adjustments_of(project: Project, context: Context) -> Adjustments:
    """Return how this context changes what is pushed to it."""
    return Adjustments(
        owner_tag=project.tag,
        folder_prefix=context.folder_prefix,
        uid_prefix=context.uid_prefix,
        tags=context.tags,
        datasources=context.datasources,
    )
