"""Secrets in contact points: which settings are some, and names for them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from dashkit.deploy.routing import variable
from dashkit.model.item import Item
from dashkit.model.paths import keys_of, path_of

_SECRETIVE = re.compile(r"passw|secret|token|api[_-]?key|credential|authorization|bearer|cookie|^auth$", re.IGNORECASE)
#: Endings of settings that are about a secret but not one themselves.
_ABOUT = re.compile(r"(scheme|type|name|method|url)$", re.IGNORECASE)
#: Kinds whose address lets everybody in who knows it. Not each version of Grafana hides it.
_BY_ADDRESS = frozenset(
    ("slack", "discord", "teams", "googlechat", "dingding", "wecom", "victorops", "oncall", "webex")
)
#: A part of an address that nobody made up: long, with letters and digits.
_KEY = re.compile(r"(?=[\w-]*[A-Za-z])(?=[\w-]*\d)[\w-]{20,}", re.ASCII)


def hidden(item: Item) -> Item:
    """Return a contact point without the secrets that the server shows: what a name or an address gives away."""
    kind, settings = str(item.content["type"]), item.content["settings"]
    found = {path for path, text in _texts(settings) if path not in item.secrets and _is_secret(kind, path, text)}
    # A setting that is only hidden in part, such as a password in an address, is a secret as a whole.
    secrets = tuple(sorted({*item.secrets, *found}))
    return replace(item, content={**item.content, "settings": _without(settings, frozenset(secrets))}, secrets=secrets)


def _is_secret(kind: str, path: str, text: str) -> bool:
    name = keys_of(path)[-1]
    if path == "url" and kind in _BY_ADDRESS:
        return True
    _, address, path_and_query = text.partition("://")
    if address and any(_KEY.fullmatch(part) for part in re.split(r"[/?&=#]", path_and_query)[1:]):
        return True
    return bool(_SECRETIVE.search(name)) and not _ABOUT.search(name)


def _texts(value: Any, above: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, entry in value.items():
            yield from _texts(entry, (*above, str(key)))
    elif isinstance(value, list):
        for place, entry in enumerate(value):
            yield from _texts(entry, (*above, str(place)))
    elif isinstance(value, str) and value:
        yield path_of(above), value


def _without(value: Any, paths: frozenset[str], above: tuple[str, ...] = ()) -> Any:
    if isinstance(value, Mapping):
        return {
            key: _without(entry, paths, (*above, str(key)))
            for key, entry in value.items()
            if path_of((*above, str(key))) not in paths
        }
    if isinstance(value, list):
        return [
            None if path_of((*above, str(place))) in paths else _without(entry, paths, (*above, str(place)))
            for place, entry in enumerate(value)
        ]
    return value


@dataclass(slots=True)
class SecretNames:
    """The names given so far. Their variables all differ."""

    taken: list[str] = field(default_factory=list)

    def name(self, kind: str, path: str, receiver: str) -> str:
        """Return a name for a setting of a contact point, such as ``slack-url-team-a``."""
        words = [kind, *(word for word in keys_of(path) if not word.isdecimal()), receiver]
        wanted = re.sub(r"[^a-z0-9]+", "-", "-".join(words).lower()).strip("-")
        number, free = 2, wanted
        while variable(free) in map(variable, self.taken):
            free, number = f"{wanted}-{number}", number + 1
        self.taken.append(free)
        return free
