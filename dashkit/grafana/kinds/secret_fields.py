"""Settings without what is secret in them, and with it again: by paths such as ``url`` or ``headers.0.value``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from dashkit.errors import ServerError
from dashkit.model.paths import at, inside, keys_of, path_of
from dashkit.model.secret import Secret

#: Stands for a setting that is secret as a whole.
GONE = object()
#: What may be shown of a text, given the keys that lead to it: the text itself, another one, or `GONE`.
Look = Callable[[tuple[str, ...], str], Any]


def opened(value: Any, hidden: list[str], look: Look, keys: tuple[str, ...] = (), path: tuple[str, ...] = ()) -> Any:
    """A copy without secrets; their paths go to ``hidden``. The value of a pair ``{name, value}`` is looked at by its name."""
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
    """A copy with the secrets at their paths; one whose place is not there any more is left out."""
    result: dict[str, Any] = _copy(settings)
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


def kept(there: Any, settings: Mapping[str, Any], paths: Iterable[str], look: Look, where: str) -> dict[str, Secret]:
    """What the server has at those paths, for a change that does not know it.

    `ServerError` where what may be shown of it is not what is wanted: then it belongs to something else.
    """
    shown = opened(there, [], look)
    found: dict[str, Secret] = {}
    for path in paths:
        text, wanted = at(there, path), at(settings, path)
        if not isinstance(text, str) or not text:
            continue
        if wanted not in (None, at(shown, path)):
            hint = "--secrets-template prints a line for it"
            raise ServerError(f"the secret in its {path} is not known", status=409, where=where, hint=hint)
        found[path] = Secret(text)
    return found


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _copy(entry) for name, entry in value.items()}
    return [_copy(entry) for entry in value] if isinstance(value, list) else value
