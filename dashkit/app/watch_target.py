"""Where `dashkit watch` pushes to: a context that is not protected, chosen once, with its secrets read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dashkit.app.ports import Ports
from dashkit.config.context import Context, meant, named
from dashkit.config.project import Project
from dashkit.config.secrets import Credentials, credentials
from dashkit.errors import DashkitError, InputError, RefusedError, ServerError

_HINT = (
    "name a context for development with --context: that of `dashkit sandbox`, or one in dashkit.yaml with the same `url`, with "
    "`uid_prefix: dev-` and `folder_prefix: Development`"
)
#: Nobody is there: no answer at all, or that of a proxy.
_SILENT = (0, 502, 503, 504)


@dataclass(frozen=True, slots=True)
class Target:
    """A context and the secrets for it."""

    context: Context
    credentials: Credentials

    @property
    def where(self) -> str:
        """The context and its URL, to show."""
        return f"{self.context.name} ({self.context.url})"


def target_of(name: str | None, ports: Ports) -> Target:
    """Choose the context and read its secrets. No request is sent yet.

    Raises:
        RefusedError: the context is protected.
    """
    project, environ = ports.project, ports.environ
    context = meant(project, name, environ)
    refuse_protected(context, project, environ)
    return Target(context, credentials(context, project.root, environ))


def refuse_protected(context: Context, project: Project, environ: Mapping[str, str]) -> None:
    """Raise `RefusedError` if a push to the context would change what a protected one has."""
    where = str(project.file or "")
    if context.protected:
        text = f"context {context.name!r} is protected, and each save would be pushed to it"
        raise RefusedError(text, where=where, hint=_HINT)
    for name, value in project.contexts.items():
        if value.get("protected") and _same_place(context, named(project, name, environ)):
            text = f"context {context.name!r} has the same dashboards as {name!r}, which is protected"
            raise RefusedError(text, where=where, hint=_HINT)


def _same_place(one: Context, other: Context) -> bool:
    organisations = {one.org_id, other.org_id} - {None}
    return (one.url.lower(), one.uid_prefix) == (other.url.lower(), other.uid_prefix) and len(organisations) < 2


def refuse_changed(target: Target, now: Project, ports: Ports) -> None:
    """Raise `InputError` if dashkit.yaml says something else by now of where dashboards and alerts go."""
    refuse_protected(target.context, now, ports.environ)
    before, context = ports.project, target.context
    moved = context.origin != "DASHKIT_URL" and named(now, context.name, ports.environ) != context
    if moved or (before.name, before.alerts) != (now.name, now.alerts):
        what = f"context {context.name!r}" if moved else "`project` or `alerts`"
        text = f"{what} was changed; nothing is pushed until `dashkit watch` is started again"
        raise InputError(text, where=str(now.file or ""))


def silent(error: DashkitError | None) -> bool:
    """Return whether Grafana does not answer: it restarts, the network is away, or a proxy answers in its stead."""
    return isinstance(error, ServerError) and error.status in _SILENT
