"""The secrets that a restore needs and no archive holds: a template to fill in, and what was filled in."""

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
    """``datasources/prometheus/basicAuthPassword``."""
    return f"{item.kind}/{item.key}/{secret}"


def variable(name: str) -> str:
    """The environment variable of a secret: ``DASHKIT_SECRET_DATASOURCES_PROMETHEUS_BASICAUTHPASSWORD``."""
    return _ENVIRONMENT + re.sub(r"[^A-Z0-9]+", "_", name.upper())


def template(items: Iterable[Item]) -> Iterator[str]:
    """YAML, a line for each missing secret."""
    yield "# Fill in, keep private, and give it to `dashkit restore --secrets FILE`. What stays empty is left out."
    for item in items:
        for secret in item.secrets:
            if shown := _shown(item, secret):
                yield f"# the whole value, of which the archive has {shown!r}"
            key = yaml.safe_dump(secret_name(item, secret), width=10_000).splitlines()[0]
            yield f'{key}: ""'


def _shown(item: Item, secret: str) -> str:
    """What the archive has of a text that is secret in part."""
    value = at(item.content.get("settings") or item.content, secret)
    return value if isinstance(value, str) else ""


def parse_secrets(data: bytes, *, where: str) -> dict[str, Secret]:
    """A filled-in template. `InputError` for anything else; no value is ever in its message."""
    try:
        value: Any = _yaml.load(data)
    except _yaml.ERRORS as error:
        # Only the place: the parser's own words may quote a value.
        raise InputError("not valid YAML", where=_yaml.reason(error, where)[1]) from None
    if value is None:
        return {}
    if not isinstance(value, dict) or not all(
        isinstance(key, str) and isinstance(entry, str | None) for key, entry in value.items()
    ):
        hint = 'lines like datasources/prometheus/basicAuthPassword: "..." (dashkit restore --secrets-template)'
        raise InputError("secrets are texts by name", where=where, hint=hint)
    return {key: Secret(entry) for key, entry in value.items() if entry}


def secrets_of(item: Item, known: Mapping[str, Secret]) -> dict[str, Secret]:
    """Those of an object that are known, by their own names."""
    return {name: known[secret_name(item, name)] for name in item.secrets if secret_name(item, name) in known}


def from_environment(items: Iterable[Item], environ: Mapping[str, str]) -> dict[str, Secret]:
    """Those that the environment has, by `variable`. `UsageError` where one variable would serve two secrets."""
    found: dict[str, Secret] = {}
    served: dict[str, str] = {}
    for name in (secret_name(item, secret) for item in items for secret in item.secrets):
        if value := environ.get(variable(name)):
            other = served.setdefault(variable(name), name)
            if other != name:
                raise UsageError(
                    f"{variable(name)} would be that of {other} and of {name}", hint="--secrets FILE tells them apart"
                )
            found[name] = Secret(value)
    return found
