"""Contexts: named connections to Grafana servers, and the choice between them."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dashkit import _files
from dashkit.config.project import STATE, Project
from dashkit.config.schema import EVALUATORS, UID_PREFIX
from dashkit.errors import ConfigError
from dashkit.model.dashboard import FolderPath
from dashkit.model.folder import parse_folder

ENVIRONMENT = "environment"
"""The name of the context that DASHKIT_URL defines."""


@dataclass(frozen=True, slots=True)
class Context:
    """A connection, and what a push through it changes. Contains no secrets, only where to find them (``auth``)."""

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
    #: A directory of provisioning files, instead of a server; ``url`` is what dashkit.yaml says then.
    directory: Path | None = None
    #: Where Grafana's machine has the provisioning files; empty for Grafana's own default.
    mounted_at: str = ""
    on_drift: str = "refuse"
    backups: str = ""
    journal: str = ""
    protected: bool = False
    groups: tuple[str, ...] = ()
    origin: str = ""


#: Keys of a context in dashkit.yaml that are taken unchanged; the defaults are those of `Context`.
_VERBATIM = (
    "org_id", "proxy", "headers", "uid_prefix", "datasources", "evaluator", "recording", "on_drift", "protected", "mounted_at",
)  # fmt: skip


def choose(project: Project, name: str | None, environ: Mapping[str, str]) -> Context:
    """Choose the context: ``--context``, DASHKIT_CONTEXT, DASHKIT_URL, the current one (`use`), the only unprotected one.

    A protected context must be named. Raises `ConfigError`, with the candidates, if none can be chosen.
    """
    context = meant(project, name, environ)
    if context.protected and not name:
        raise ConfigError(
            f"context {context.name!r} is protected and must be named explicitly", hint=f"add --context {context.name}"
        )
    return context


def meant(project: Project, name: str | None, environ: Mapping[str, str]) -> Context:
    """Return the context that is named or implied, protected or not. Raises `ConfigError` if none can be chosen."""
    if name:
        return named(project, name, environ)
    implicit = environ.get("DASHKIT_CONTEXT")
    if not implicit and environ.get("DASHKIT_URL"):
        return from_environment(environ)
    implicit = implicit or current_name(project)
    if not implicit:
        unprotected = [name for name, value in project.contexts.items() if not value.get("protected")]
        candidates = unprotected or list(project.contexts)
        if len(candidates) != 1:
            raise _nothing_chosen(project)
        implicit = candidates[0]
    return named(project, implicit, environ)


def named(project: Project, name: str, environ: Mapping[str, str]) -> Context:
    """Return the context with that name: from dashkit.yaml, or the one of the environment."""
    if name == ENVIRONMENT and name not in project.contexts and environ.get("DASHKIT_URL"):
        return from_environment(environ)
    if name not in project.contexts:
        near = difflib.get_close_matches(name, project.contexts, n=1)
        known = ", ".join(project.contexts) or "none"
        raise ConfigError(
            f"no context {name!r} in {project.file or 'dashkit.yaml'}",
            hint=f"did you mean {near[0]!r}?" if near else f"known contexts: {known}",
        )
    return _parse(project, name, project.contexts[name], environ)


def from_environment(environ: Mapping[str, str]) -> Context:
    """Build a context from DASHKIT_URL, the credentials beside it, and what adjusts dashboards: DASHKIT_FOLDER_PREFIX, ..."""
    org = environ.get("DASHKIT_ORG_ID", "")
    if org and not (org.isascii() and org.isdigit()):
        raise ConfigError(f"DASHKIT_ORG_ID must be a number, not {org!r}")
    url = check_url(environ["DASHKIT_URL"], "DASHKIT_URL")
    _refuse_misspelt(environ)
    prefix, evaluator = environ.get("DASHKIT_UID_PREFIX", ""), environ.get("DASHKIT_EVALUATOR") or "prometheus"
    if prefix and not re.fullmatch(UID_PREFIX, prefix):
        raise ConfigError(f"DASHKIT_UID_PREFIX must be up to 20 of the characters A-Z a-z 0-9 _ -, not {prefix!r}")
    if evaluator not in EVALUATORS:
        raise ConfigError(f"DASHKIT_EVALUATOR must be {' or '.join(EVALUATORS)}, not {evaluator!r}")
    return Context(
        ENVIRONMENT,
        url,
        auth=_environment_auth(environ),
        org_id=int(org) if org else None,
        folder_prefix=parse_folder(environ.get("DASHKIT_FOLDER_PREFIX", "")),
        uid_prefix=prefix,
        tags=tuple(_listed(environ, "DASHKIT_TAGS")),
        datasources=dict(_pair(text) for text in _listed(environ, "DASHKIT_DATASOURCES")),
        evaluator=evaluator,
        origin="DASHKIT_URL",
    )


#: What says where a push goes, and as what. Without it, dashboards would land in the wrong place, and nobody would be told.
_ADJUSTING = ("ORG_ID", "FOLDER_PREFIX", "UID_PREFIX", "TAGS", "DATASOURCES", "EVALUATOR")


def _refuse_misspelt(environ: Mapping[str, str]) -> None:
    """Refuse a variable that is nearly one of `_ADJUSTING`. Other names may be anybody's, such as a context's ``token_env``."""
    for variable in sorted(environ):
        name = variable.removeprefix("DASHKIT_")
        if name != variable and name not in _ADJUSTING:
            near = difflib.get_close_matches(name, _ADJUSTING, n=1, cutoff=0.6)
            if near:
                raise ConfigError(f"{variable} is no setting of dashkit", hint=f"did you mean DASHKIT_{near[0]}?")


def _listed(environ: Mapping[str, str], name: str) -> list[str]:
    return [part.strip() for part in environ.get(name, "").split(",") if part.strip()]


def _pair(text: str) -> tuple[str, str]:
    """Return both sides of ``prometheus=prometheus-prod``."""
    before, found, after = (part.strip() for part in text.partition("="))
    if not (before and found and after):
        raise ConfigError(
            f"DASHKIT_DATASOURCES has {text!r}", hint="write pairs: prometheus=prometheus-prod,loki=loki-prod"
        )
    return before, after


def current_name(project: Project) -> str | None:
    """Return the context that `dashkit context use` chose, if it still exists."""
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
            f"context {name!r} is protected and cannot be the current one",
            hint=f"name it each time: --context {name}",
        )
    _files.write_atomic(project.root / STATE / "context", f"{name}\n".encode())
    return context


def check_url(url: str, where: str) -> str:
    """Return ``url`` without a trailing slash. Raises `ConfigError` if it is not a URL, or contains a password."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise ConfigError(f"not a URL: {error}", where=where) from None
    if "@" in url:
        raise ConfigError(
            "the URL contains a user or password", where=where, hint="use `user` and `password_env`, or a token"
        )
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConfigError(
            f"{url!r} is not the URL of a Grafana server",
            where=where,
            hint="expected something like https://grafana.example.org/grafana",
        )
    if parts.query or parts.fragment:
        raise ConfigError("the URL has a query or fragment; remove everything from `?` or `#` on", where=where)
    return url.rstrip("/")


def _environment_auth(environ: Mapping[str, str]) -> dict[str, Any]:
    if environ.get("DASHKIT_TOKEN"):
        return {"token_env": "DASHKIT_TOKEN"}
    if environ.get("DASHKIT_USER"):
        return {"user": environ["DASHKIT_USER"], "password_env": "DASHKIT_PASSWORD"}
    return {}


def _parse(project: Project, name: str, value: Mapping[str, Any], environ: Mapping[str, str]) -> Context:
    where = f"{project.file}: contexts.{name}"
    if ("url" in value) == ("directory" in value):
        both = "`url` and `directory` exclude each other" if "url" in value else "`url` is missing"
        raise ConfigError(both, where=where, hint="`url` for a Grafana, `directory` for its provisioning files")
    tokens = [key for key in value if key.startswith("token_")]
    passwords = [key for key in value if key.startswith("password_")]
    if len(tokens) + bool(passwords or "user" in value) > 1 or len(passwords) > 1:
        raise ConfigError(
            "more than one way to authenticate", where=where, hint="keep one token_*, or user with one password_*"
        )
    if bool(passwords) != ("user" in value):
        raise ConfigError("`user` and password_* must be set together", where=where)
    auth = {key: value[key] for key in ("user", *tokens, *passwords) if key in value}
    directory = value.get("directory")
    elsewhere = directory or environ.get("DASHKIT_URL", "").rstrip("/") not in ("", value["url"].rstrip("/"))
    if not auth and not elsewhere:  # never send a token that belongs to another address
        auth = _environment_auth(environ)
    tls = value.get("tls", {})
    if "key" in tls and "cert" not in tls:
        raise ConfigError("`tls.key` needs `tls.cert`", where=where)

    def path(text: str | None) -> Path | None:
        return user_path(project.root, text, where) if text else None

    verbatim: dict[str, Any] = {key: value[key] for key in _VERBATIM if key in value}
    for key, seconds in value.get("timeouts", {}).items():
        if not math.isfinite(seconds):
            raise ConfigError(f"timeouts.{key} must be a finite number of seconds", where=where)
        verbatim[f"{key}_timeout"] = float(seconds)
    return Context(
        name=name,
        url=directory or check_url(value["url"], where),
        directory=path(directory),
        auth=auth,
        tls_ca=path(tls.get("ca")),
        client_cert=path(tls.get("cert")),
        client_key=path(tls.get("key")),
        insecure=tls.get("insecure", False),
        folder_prefix=parse_folder(value.get("folder_prefix", "")),
        tags=tuple(value.get("tags", ())),
        groups=tuple(value.get("groups", ())),
        backups=_place(project.root, value.get("backups", ""), where),
        journal=_place(project.root, value.get("journal", ""), where),
        origin=str(project.file),
        **verbatim,
    )


def _place(root: Path, text: str, where: str) -> str:
    """Return a URL unchanged, and a directory as a path relative to dashkit.yaml."""
    return text if not text or "://" in text else str(user_path(root, text, where))


def user_path(root: Path, text: str, where: str) -> Path:
    """Resolve a path in dashkit.yaml: relative to the file, with ``~`` expanded."""
    try:
        path = root / Path(text).expanduser()
        path.is_file()
    except (RuntimeError, ValueError) as error:
        raise ConfigError(f"{text!r} is not a path: {error}", where=where) from None
    return path


def _nothing_chosen(project: Project) -> ConfigError:
    if project.contexts:
        names = ", ".join(project.contexts)
        return ConfigError(
            f"several contexts ({names}), but none is chosen", hint="--context NAME, or once: dashkit context use NAME"
        )
    return ConfigError(
        "no Grafana to connect to: dashkit.yaml has no contexts, and DASHKIT_URL is not set",
        hint="export DASHKIT_URL=https://grafana.example.org DASHKIT_TOKEN=glsa_...; to get started: dashkit init my-dashboards",
    )
