"""While modules load, note where each grafanalib panel, variable and dashboard is constructed.

The hook costs about a microsecond per panel. Meanwhile ``Dashboard.auto_panel_ids`` does nothing: it would copy the panels
and number them in order, but dashkit derives stable ids from keys.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

NOTE = "_dashkit_source"
"""Attribute of a grafanalib object: (file, line) of its construction."""

#: Makes the note on an object of what is known when a class makes it: of the frame that does, and of the object.
Noting = Callable[[FrameType | None, Any], tuple[str, int]]

_state: dict[str, str] = {}
_noting: list[Noting] = []


@contextlib.contextmanager
def recording(project: Path, module: Path) -> Iterator[None]:
    """Until the block ends, note the line in ``module``, or else in ``project``, that constructs an object."""
    from grafanalib import core

    _install(core)
    auto_panel_ids = core.Dashboard.auto_panel_ids
    core.Dashboard.auto_panel_ids = lambda dashboard: dashboard
    _state.update(project=f"{project}/", module=str(module))
    try:
        yield
    finally:
        _state.clear()
        core.Dashboard.auto_panel_ids = auto_panel_ids


def note_by(noting: Noting) -> None:
    """From now on, in this process, let ``noting`` make the notes."""
    _noting[:] = [noting]


def _install(core: Any) -> None:
    # Never removed: a class whose __new__ was deleted has a constructor that rejects arguments.
    for cls in (core.Panel, core.AlertList, core.Template, core.Dashboard):
        if "__new__" not in vars(cls):
            cls.__new__ = _noting_new


def _noting_new(cls: type, *_args: Any, **_kwargs: Any) -> Any:
    instance: Any = object.__new__(cls)
    if _state:
        frame = sys._getframe(1)
        place = _noting[0](frame, instance) if _noting else _place(frame)
        if place is not None:
            instance.__dict__[NOTE] = place
    return instance


def _place(frame: FrameType | None) -> tuple[str, int] | None:
    """Return the line of the module being loaded. For a panel from a shared helper, that is the line that called the helper."""
    module, project = _state["module"], _state["project"]
    nearest = None
    while frame is not None:
        file = frame.f_code.co_filename
        if file == module:
            return file, frame.f_lineno
        if nearest is None and file.startswith(project) and "/site-packages/" not in file:
            nearest = file, frame.f_lineno
        frame = frame.f_back
    return nearest
