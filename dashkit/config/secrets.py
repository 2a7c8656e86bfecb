"""Fetch the secrets of a context from where it says they are, at the moment they are needed."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dashkit import _files
from dashkit.config.context import Context, user_path
from dashkit.errors import ConfigError, InputError
from dashkit.model.secret import Secret

_COMMAND_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Credentials:
    """A token, or a user and password, or nothing; plus the extra headers with their values filled in."""

    token: Secret | None = None
    user: str = ""
    password: Secret | None = None
    headers: Mapping[str, Secret] | None = None


def credentials(context: Context, root: Path, environ: Mapping[str, str]) -> Credentials:
    """Read the credentials. A `ConfigError` names the variable, file or program at fault; never the value."""
    auth = context.auth
    headers = {name: _header(name, value, context, environ) for name, value in context.headers.items()}
    where = f"context {context.name}"
    for name, value in headers.items():
        if not name.isascii() or not value.reveal().isascii() or not value.reveal().isprintable():
            raise ConfigError(f"header {name!r} contains characters that HTTP headers cannot carry", where=where)
    for path in (context.tls_ca, context.client_cert, context.client_key):
        if path is not None and not path.exists():
            raise ConfigError("no such file", where=f"{where}: {path}")
    kind = "password" if "user" in auth else "token"
    source = next((key for key in auth if key.startswith(f"{kind}_")), None)
    if source is None:
        return Credentials(headers=headers)
    secret = _fetch(source.partition("_")[2], auth[source], context, root, environ)
    if kind == "password":
        if ":" in auth["user"]:
            raise ConfigError("a user name cannot contain a colon", where=where)
        return Credentials(user=auth["user"], password=secret, headers=headers)
    return Credentials(token=secret, headers=headers)


def _fetch(how: str, what: Any, context: Context, root: Path, environ: Mapping[str, str]) -> Secret:
    where = f"context {context.name}"
    if how == "env":
        value = environ.get(what, "")
        if not value:
            raise ConfigError(f"environment variable {what} is not set", where=where, hint=f"export {what}=...")
    elif how == "file":
        path = user_path(root, what, where)
        try:
            value = _files.read_bytes(path).decode(errors="replace")
        except InputError as error:
            raise ConfigError(str(error), where=where) from None
    else:
        value = _run(what, where)
    value = value.strip()
    # A token is sent verbatim in a header; user and password are encoded as UTF-8.
    if not value or any(ord(character) < 32 for character in value) or not (value.isascii() or "user" in context.auth):
        # Of a command name only the program: its arguments may be secrets too.
        source = f"`{_words(what, where)[0]}`" if how == "command" else f"{how} {what!r}"
        raise ConfigError(f"{source} did not give a single-line token or password", where=where)
    return Secret(value)


def _words(command: str | list[str], where: str) -> list[str]:
    try:
        words = shlex.split(command) if isinstance(command, str) else list(command)
    except ValueError as error:
        raise ConfigError(f"the command cannot be parsed: {error}", where=where) from None
    if not words:
        raise ConfigError("the command is empty", where=where)
    return words


def _run(command: str | list[str], where: str) -> str:
    words = _words(command, where)
    try:
        done = subprocess.run(  # noqa: S603 - the user's own configuration, and no shell
            words, capture_output=True, timeout=_COMMAND_SECONDS, check=False, stdin=subprocess.DEVNULL
        )
    except subprocess.TimeoutExpired:
        raise ConfigError(
            f"`{words[0]}` did not print a secret within {_COMMAND_SECONDS} seconds", where=where
        ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ConfigError(f"`{words[0]}` cannot be run: {reason}", where=where) from None
    if done.returncode != 0:
        # Its output may contain the secret; report only the program and its exit status.
        raise ConfigError(f"`{words[0]}` exited with status {done.returncode}", where=where)
    return done.stdout.decode(errors="replace")


def _header(name: str, value: Any, context: Context, environ: Mapping[str, str]) -> Secret:
    if isinstance(value, str):
        return Secret(value)
    variable = value.get("env", "")
    if not environ.get(variable):
        raise ConfigError(
            f"header {name}: environment variable {variable} is not set",
            where=f"context {context.name}",
            hint=f"export {variable}=...",
        )
    return Secret(environ[variable])
