"""The secrets that a restore needs and no archive contains: a template to fill in, and the filled-in template."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import yaml

from dashkit import _yaml
from dashkit.errors import InputError, UsageError
from dashkit.model.item import Item
from dashkit.model.paths import at
from dashkit.model.secret import Secret

_ENVIRONMENT = "DASHKIT_SECRET_"


def secret_name(item: Item, secret: str) -> str:
    """Return the name of an object's secret, such as ``datasources/prometheus/basicAuthPassword``."""
    return f"{item.kind}/{item.key}/{secret}"


def variable(name: str) -> str:
    """Return a secret's environment variable, such as ``DASHKIT_SECRET_DATASOURCES_PROMETHEUS_BASICAUTHPASSWORD``."""
    return _ENVIRONMENT + re.sub(r"[^A-Z0-9]+", "_", name.upper())


def template(items: Iterable[Item]) -> Iterator[str]:
    """Yield the lines of a YAML file with one key for each missing secret."""
    yield "# Fill in, keep private, and pass to `dashkit restore --secrets FILE`. Empty values are ignored."
    for item in items:
        for secret in item.secrets:
            shown = at(item.content.get("settings") or item.content, secret)
            if shown and isinstance(shown, str):
                yield f"# the whole value, of which the archive has {shown!r}"
            key = yaml.safe_dump(secret_name(item, secret), width=10_000).splitlines()[0]
            yield f'{key}: ""'


def parse_secrets(data: bytes, *, where: str) -> dict[str, Secret]:
    """Parse a filled-in template. Raises `InputError` for anything else; its message never contains a value."""
    try:
        value: Any = _yaml.load(data)
    except _yaml.ERRORS as error:
        # Only the position: the parser's own message may quote a value.
        raise InputError("not valid YAML", where=_yaml.reason(error, where)[1]) from None
    if value is None:
        return {}
    if not isinstance(value, dict) or not all(
        isinstance(key, str) and isinstance(entry, str | None) for key, entry in value.items()
    ):
        hint = 'lines like datasources/prometheus/basicAuthPassword: "..." (dashkit restore --secrets-template)'
        raise InputError("a file of secrets maps names to strings", where=where, hint=hint)
    return {key: Secret(entry) for key, entry in value.items() if entry}


def secrets_of(item: Item, known: Mapping[str, Secret]) -> dict[str, Secret]:
    """Return the known secrets of an object, by their names within the object."""
    return {name: known[full] for name in item.secrets if (full := secret_name(item, name)) in known}


def from_environment(items: Iterable[Item], environ: Mapping[str, str]) -> dict[str, Secret]:
    """Return the secrets that the environment has (see `variable`). Raises `UsageError` if one variable matches two secrets."""
    found: dict[str, Secret] = {}
    served: dict[str, str] = {}
    for name in (secret_name(item, secret) for item in items for secret in item.secrets):
        if value := environ.get(variable(name)):
            other = served.setdefault(variable(name), name)
            if other != name:
                text = f"{variable(name)} would set both {other} and {name}"
                raise UsageError(text, hint="--secrets FILE can set them separately")
            found[name] = Secret(value)
    return found
