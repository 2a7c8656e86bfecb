"""The exports of a dashboard module: ``dashboard`` or ``dashboards``, in any of their forms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import FunctionType, ModuleType
from typing import Any

from dashkit.errors import InputError
from dashkit.model.dashboard import FolderPath
from dashkit.model.folder import parse_folder


def exported(module: ModuleType) -> Iterator[Any]:
    """Yield each dashboard object: the exported value, the items of an iterable, or what a function without arguments returns.

    This is lazy, so that a generator holds only one dashboard at a time.
    """
    names = [name for name in ("dashboard", "dashboards") if _is_export(getattr(module, name, None))]
    if not names:
        raise InputError(
            "exports neither `dashboard` nor `dashboards`",
            hint="call the dashboard `dashboard`; if the file is a helper, start its name with _",
        )
    if len(names) == 2:
        raise InputError("exports both `dashboard` and `dashboards`; keep one of them")
    yield from _flatten(getattr(module, names[0]), names[0])


def _is_export(value: Any) -> bool:
    """Return False for dashkit's own function of that name, which ``from dashkit.authoring import dashboard`` leaves there."""
    return value is not None and not (isinstance(value, FunctionType) and value.__module__.startswith("dashkit."))


def folder_of(module: ModuleType, default: FolderPath) -> FolderPath:
    """Return the folder that the module sets, such as ``folder = "A/B"``, else the default of its directory."""
    value = getattr(module, "folder", None)
    if value is None:
        return default
    if not isinstance(value, str):
        raise InputError(f"`folder` must be a string such as 'Team/Service', not {type(value).__name__}")
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
            f"`{name}` is {type(value).__name__}, not a dashboard, a list of dashboards or a function that returns one"
        )
