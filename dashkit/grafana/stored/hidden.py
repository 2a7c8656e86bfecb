"""Settings without what is secret in them, and with it again: by paths such as ``url`` or ``headers.0.value``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dashkit.model.secret import Secret

#: Stands for a setting that is secret as a whole.
GONE = object()


def opened(value: Any, hidden: list[str], look: Callable[[str, str], Any], path: str = "") -> Any:
    """A copy without secrets; their paths go to ``hidden``.

    ``look`` is given the key and the text of each setting, and returns what may be shown of it: the text itself, another one, or
    `GONE`.
    """
    if isinstance(value, dict):
        found = {name: opened(entry, hidden, look, f"{path}.{name}" if path else name) for name, entry in value.items()}
        return {name: entry for name, entry in found.items() if entry is not GONE}
    if isinstance(value, list):
        parts = [opened(entry, hidden, look, f"{path}.{place}") for place, entry in enumerate(value)]
        return [None if part is GONE else part for part in parts]
    if not isinstance(value, str):
        return value
    shown = look(path.rpartition(".")[2], value)
    if shown is GONE or shown != value:
        hidden.append(path)
    return shown


def filled(settings: Mapping[str, Any], secrets: Mapping[str, Secret]) -> dict[str, Any]:
    """A copy with the secrets at their paths."""
    result: dict[str, Any] = _copy(settings)
    for path, secret in secrets.items():
        *above, name = path.split(".")
        place: Any = result
        for step in above:
            if isinstance(place, list):
                place = place[int(step)]
            else:
                if not isinstance(place.get(step), dict | list):
                    place[step] = {}
                place = place[step]
        if isinstance(place, list):
            place[int(name)] = secret.reveal()
        else:
            place[name] = secret.reveal()
    return result


def at(settings: Any, path: str) -> Any:
    """What stands at a path; None where nothing does."""
    for step in path.split("."):
        if isinstance(settings, list):
            settings = settings[int(step)] if step.isdigit() and int(step) < len(settings) else None
        else:
            settings = settings.get(step) if isinstance(settings, dict) else None
    return settings


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _copy(entry) for name, entry in value.items()}
    return [_copy(entry) for entry in value] if isinstance(value, list) else value
