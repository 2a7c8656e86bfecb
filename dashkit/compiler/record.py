"""While modules load, note where each grafanalib panel, variable and dashboard is constructed.

One hook on construction costs about a microsecond a panel. ``Dashboard.auto_panel_ids`` would copy the panels and number
them in their order; dashkit derives stable ids from keys, so it is the identity meanwhile.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

NOTE = "_dashkit_source"
"""Attribute of a grafanalib object: (file, line) of its construction."""

_state: dict[str, str] = {}


@contextlib.contextmanager
def recording(project: Path, module: Path) -> Iterator[None]:
    """Note constructions that happen below ``module``, else below ``project``, until the block ends."""
    from grafanalib import core

    _install(core)
    auto_panel_ids = core.Dashboard.auto_panel_ids
    core.Dashboard.auto_panel_ids = _identity
    _state.update(project=f"{project}/", module=str(module))
    try:
        yield
    finally:
        _state.clear()
        core.Dashboard.auto_panel_ids = auto_panel_ids


def _identity(dashboard: Any) -> Any:
    return dashboard


def _install(core: Any) -> None:
    # Once installed a __new__ stays: removing it leaves a class whose constructor refuses arguments.
    for cls in (core.Panel, core.AlertList, core.Template, core.Dashboard):
        if "__new__" not in vars(cls):
            cls.__new__ = _noting_new


def _noting_new(cls: type, *_args: Any, **_kwargs: Any) -> Any:
    instance: Any = object.__new__(cls)
    if _state:
        place = _place(sys._getframe(1))
        if place is not None:
            instance.__dict__[NOTE] = place
    return instance


def _place(frame: FrameType | None) -> tuple[str, int] | None:
    """The line of the module that is being loaded; for a panel made deep in a shared helper, the line that called it."""
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
