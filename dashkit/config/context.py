"""Contexts: named connections to Grafana servers, and which of them a command uses."""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dashkit import _files
from dashkit.config.project import STATE, Project
from dashkit.errors import ConfigError
from dashkit.model.dashboard import FolderPath
from dashkit.model.folder import parse_folder

ENVIRONMENT = "environment"
"""Name of the context that DASHKIT_URL makes."""


@dataclass(frozen=True, slots=True)
class Context:
    """One connection and what a push to it changes. Holds no secret, only where each is to be had (``auth``)."""

    name: str
    url: str
    auth: Mapping[str, Any] = field(default_factory=dict)
    org_id: int | None = None
    tls_ca: Path | None = None
    client_cert: Path | None = None
    client_key: Path | None = None
    insecure: bool = False
    proxy: str = ""
    headers: Mapping[str, Any] = field(default_factory=dict)
    connect_timeout: float = 5.0
    read_timeout: float = 60.0
    folder_prefix: FolderPath = ()
    uid_prefix: str = ""
    tags: tuple[str, ...] = ()
    datasources: Mapping[str, str] = field(default_factory=dict)
    evaluator: str = "prometheus"
    recording: str = "grafana"
    on_drift: str = "refuse"
    backups: str = ""
    journal: str = ""
    protected: bool = False
    origin: str = ""


def choose(project: Project, name: str | None, environ: Mapping[str, str]) -> Context:
    """The context to use: ``--context``, DASHKIT_CONTEXT, DASHKIT_URL, the chosen one (`use`), the only unprotected one.

    A protected context must be named. `ConfigError` says what there is to choose from.
    """
    if name:
        return named(project, name, environ)
    implicit = environ.get("DASHKIT_CONTEXT")
    if not implicit and environ.get("DASHKIT_URL"):
        return from_environment(environ)
    implicit = implicit or current_name(project)
    if not implicit:
        open_ones = [name for name, value in project.contexts.items() if not value.get("protected")]
        candidates = open_ones or list(project.contexts)
        implicit = candidates[0] if len(candidates) == 1 else None
    if not implicit:
        raise _nothing_chosen(project)
    context = named(project, implicit, environ)
    if context.protected:
        raise ConfigError(
            f"context {context.name!r} is protected: name it on the command line", hint=f"add --context {context.name}"
        )
    return context


def named(project: Project, name: str, environ: Mapping[str, str]) -> Context:
    """The context of that name from dashkit.yaml, or the environment's."""
    if name == ENVIRONMENT and name not in project.contexts and environ.get("DASHKIT_URL"):
        return from_environment(environ)
    if name not in project.contexts:
        near = difflib.get_close_matches(name, project.contexts, n=1)
        known = ", ".join(project.contexts) or "none"
        raise ConfigError(
            f"no context {name!r} in {project.file or 'dashkit.yaml'}",
            hint=f"did you mean {near[0]!r}?" if near else f"there are: {known}",
        )
    return _parse(project, name, project.contexts[name], environ)


def from_environment(environ: Mapping[str, str]) -> Context:
    """DASHKIT_URL with DASHKIT_TOKEN, or DASHKIT_USER and DASHKIT_PASSWORD."""
    org = environ.get("DASHKIT_ORG_ID", "")
    if org and not (org.isascii() and org.isdigit()):
        raise ConfigError(f"DASHKIT_ORG_ID is a number, not {org!r}")
    url = check_url(environ["DASHKIT_URL"], "DASHKIT_URL")
    return Context(
        ENVIRONMENT, url, auth=_environment_auth(environ), org_id=int(org) if org else None, origin="DASHKIT_URL"
    )


def current_name(project: Project) -> str | None:
    """What `dashkit context use` chose, if it still exists."""
    path = project.root / STATE / "context"
    if not path.is_file():
        return None
    name = _files.read_bytes(path).decode(errors="replace").strip()
    return name if name in project.contexts else None


def use(project: Project, name: str, environ: Mapping[str, str]) -> Context:
    """Make ``name`` the current context of this checkout."""
    context = named(project, name, environ)
    if context.protected:
        raise ConfigError(
            f"context {name!r} is protected: it is never the current one",
            hint=f"name it when you mean it: --context {name}",
        )
    _files.write_atomic(project.root / STATE / "context", f"{name}\n".encode())
    return context


def check_url(url: str, where: str) -> str:
    """``url`` without a slash at its end; `ConfigError` where it is none, or carries a password."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise ConfigError(f"not a URL: {error}", where=where) from None
    if "@" in url:
        raise ConfigError(
            "a URL with user and password in it", where=where, hint="use `user` and `password_env`, or a token"
        )
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConfigError(
            f"{url!r} is not the URL of a Grafana",
            where=where,
            hint="it looks like https://grafana.example.org/grafana",
        )
    if parts.query or parts.fragment:
        raise ConfigError("a URL with a query; leave out what follows `?` or `#`", where=where)
    return url.rstrip("/")


def _environment_auth(environ: Mapping[str, str]) -> dict[str, Any]:
    if environ.get("DASHKIT_TOKEN"):
        return {"token_env": "DASHKIT_TOKEN"}
    if environ.get("DASHKIT_USER"):
        return {"user": environ["DASHKIT_USER"], "password_env": "DASHKIT_PASSWORD"}
    return {}


def _parse(project: Project, name: str, value: Mapping[str, Any], environ: Mapping[str, str]) -> Context:
    where = f"{project.file}: contexts.{name}"
    if "url" not in value:
        raise ConfigError("has no `url`", where=where)
    tokens = [key for key in value if key.startswith("token_")]
    passwords = [key for key in value if key.startswith("password_")]
    if len(tokens) + bool(passwords or "user" in value) > 1 or len(passwords) > 1:
        raise ConfigError(
            "more than one way to authenticate", where=where, hint="keep one token_* or user with password_*"
        )
    if bool(passwords) != ("user" in value):
        raise ConfigError("`user` and one password_* go together", where=where)
    auth = {key: value[key] for key in ("user", *tokens, *passwords) if key in value}
    elsewhere = environ.get("DASHKIT_URL", "").rstrip("/") not in ("", value["url"].rstrip("/"))
    if not auth and not elsewhere:  # a token that belongs to another address is not sent here
        auth = _environment_auth(environ)
    tls, timeouts = value.get("tls", {}), value.get("timeouts", {})
    if ("key" in tls) and "cert" not in tls:
        raise ConfigError("`tls.key` without `tls.cert`", where=where)

    def path(text: str | None) -> Path | None:
        return user_path(project.root, text, where) if text else None

    for key, seconds in timeouts.items():
        if not math.isfinite(seconds):
            raise ConfigError(f"timeouts.{key} is not a number of seconds", where=where)

    return Context(
        name=name,
        url=check_url(value["url"], where),
        auth=auth,
        org_id=value.get("org_id"),
        tls_ca=path(tls.get("ca")),
        client_cert=path(tls.get("cert")),
        client_key=path(tls.get("key")),
        insecure=tls.get("insecure", False),
        proxy=value.get("proxy", ""),
        headers=value.get("headers", {}),
        connect_timeout=float(timeouts.get("connect", 5)),
        read_timeout=float(timeouts.get("read", 60)),
        folder_prefix=parse_folder(value.get("folder_prefix", "")),
        uid_prefix=value.get("uid_prefix", ""),
        tags=tuple(value.get("tags", ())),
        datasources=value.get("datasources", {}),
        evaluator=value.get("evaluator", "prometheus"),
        recording=value.get("recording", "grafana"),
        on_drift=value.get("on_drift", "refuse"),
        backups=_place(project.root, value.get("backups", ""), where),
        journal=_place(project.root, value.get("journal", ""), where),
        protected=value.get("protected", False),
        origin=str(project.file),
    )


def _place(root: Path, text: str, where: str) -> str:
    """A URL as it is, a directory relative to the configuration."""
    return text if not text or "://" in text else str(user_path(root, text, where))


def user_path(root: Path, text: str, where: str) -> Path:
    """A path of the configuration: relative to it, ``~`` for a home."""
    try:
        path = root / Path(text).expanduser()
        path.is_file()
    except (RuntimeError, ValueError) as error:
        raise ConfigError(f"{text!r} is no path: {error}", where=where) from None
    return path


def _nothing_chosen(project: Project) -> ConfigError:
    if project.contexts:
        names = ", ".join(project.contexts)
        return ConfigError(
            f"several contexts ({names}) and none is chosen", hint="--context NAME, or once: dashkit context use NAME"
        )
    return ConfigError(
        "no Grafana to talk to: no context in dashkit.yaml and no DASHKIT_URL",
        hint="export DASHKIT_URL=https://grafana.example.org DASHKIT_TOKEN=glsa_...; to begin: dashkit init my-dashboards",
    )
