"""What a dashboard module exports: ``dashboard`` or ``dashboards``, in any of the forms that people write."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import ModuleType
from typing import Any

from dashkit.errors import InputError
from dashkit.model.dashboard import FolderPath
from dashkit.model.folder import parse_folder


def exported(module: ModuleType) -> Iterator[Any]:
    """Each dashboard object of the module: a value, the items of an iterable, or what a function without arguments returns.

    Lazily, so that a generator never holds more than one.
    """
    names = [name for name in ("dashboard", "dashboards") if _is_export(getattr(module, name, None))]
    if not names:
        raise InputError(
            "exports neither `dashboard` nor `dashboards`",
            hint="name the dashboard `dashboard`, or start the file's name with _ if it is a helper",
        )
    if len(names) == 2:
        raise InputError("exports both `dashboard` and `dashboards`; keep one of them")
    yield from _flatten(getattr(module, names[0]), names[0])


def _is_export(value: Any) -> bool:
    """Whether the author made it; ``from dashkit.authoring import dashboard`` leaves our own function under the name."""
    return value is not None and not getattr(value, "__module__", "").startswith("dashkit.")


def folder_of(module: ModuleType, default: FolderPath) -> FolderPath:
    """The folder: what the module says as ``folder = "A/B"``, else the one of its directory."""
    value = getattr(module, "folder", None)
    if value is None:
        return default
    if not isinstance(value, str):
        raise InputError(f"`folder` is a text such as 'Team/Service', not {type(value).__name__}")
    return parse_folder(value)


def _flatten(value: Any, name: str) -> Iterator[Any]:
    if isinstance(value, dict) or any(hasattr(value, method) for method in ("to_json_data", "to_json", "build")):
        yield value
    elif callable(value):
        yield from _flatten(value(), name)
    elif isinstance(value, Iterable) and not isinstance(value, str | bytes):
        for item in value:
            yield from _flatten(item, name)
    else:
        raise InputError(
            f"`{name}` is {type(value).__name__}, not a dashboard, a list of them or a function that returns one"
        )
