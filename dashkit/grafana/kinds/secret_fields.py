"""Take secrets out of settings and put them back, by paths such as ``url`` or ``headers.0.value``."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from dashkit.errors import ServerError
from dashkit.model.paths import at, inside, keys_of, path_of
from dashkit.model.secret import Secret

#: Marks a setting that is secret as a whole.
GONE = object()
#: Returns what may be shown of a text, given the keys that lead to it: the text itself, another one, or `GONE`.
Look = Callable[[tuple[str, ...], str], Any]


def opened(value: Any, hidden: list[str], look: Look, keys: tuple[str, ...] = (), path: tuple[str, ...] = ()) -> Any:
    """Return a copy without secrets, and add their paths to ``hidden``.

    In a pair ``{name, value}``, the name is one of the keys that lead to the value.
    """
    if isinstance(value, dict):
        label = next((value[word] for word in ("name", "key", "header") if isinstance(value.get(word), str)), "")
        found = {}
        for name, entry in value.items():
            named = (*keys, name, label) if name == "value" and label else (*keys, name)
            found[name] = opened(entry, hidden, look, named, (*path, name))
        return {name: entry for name, entry in found.items() if entry is not GONE}
    if isinstance(value, list):
        parts = [opened(entry, hidden, look, keys, (*path, str(place))) for place, entry in enumerate(value)]
        return [None if part is GONE else part for part in parts]
    if not isinstance(value, str) or not value:
        return value
    shown = look(keys, value)
    if shown is GONE or shown != value:
        hidden.append(path_of(path))
    return shown


def filled(settings: Mapping[str, Any], secrets: Mapping[str, Secret]) -> dict[str, Any]:
    """Return a copy with the secrets at their paths. A secret whose place no longer exists is left out."""
    result: dict[str, Any] = copy.deepcopy(dict(settings))
    for path, secret in secrets.items():
        *above, name = keys_of(path)
        place: Any = result
        for step in above:
            place = inside(place, step)
        if isinstance(place, dict):
            place[name] = secret.reveal()
        elif isinstance(place, list) and name.isdigit() and int(name) < len(place):
            place[int(name)] = secret.reveal()
    return result


def kept(live: Any, settings: Mapping[str, Any], paths: Iterable[str], look: Look, where: str) -> dict[str, Secret]:
    """Return the secrets that the server has at those paths, for a change that does not know them.

    Raises:
        ServerError: what may be shown of a secret is not what is wanted, so it belongs to something else.
    """
    shown = opened(live, [], look)
    found: dict[str, Secret] = {}
    for path in paths:
        text, wanted = at(live, path), at(settings, path)
        if not isinstance(text, str) or not text:
            continue
        if wanted not in (None, at(shown, path)):
            hint = "--secrets-template prints a line for it"
            raise ServerError(f"the secret in its {path} is not known", status=409, where=where, hint=hint)
        found[path] = Secret(text)
    return found
