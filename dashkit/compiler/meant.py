"""What an author meant who wrote a name that is not there."""

from __future__ import annotations

import builtins
import contextlib
import difflib
import inspect
import re
import sys
from collections.abc import Iterable
from types import FrameType

_IMPORTED = re.compile(r"cannot import name '(\w+)'")
_ARGUMENT = re.compile(r"([\w.]+)\(\) got an unexpected keyword argument '(\w+)'")


def did_you_mean(error: BaseException, frame: FrameType | None) -> str:
    """Return a hint with the name nearest to the one that ``error`` missed, or nothing.

    Python only looks for it when it prints the traceback itself.

    Args:
        frame: where in the author's file it was raised; names and functions are looked up there.
    """
    with contextlib.suppress(Exception):  # the objects are the author's: whatever they do, their mistake is still told
        wrong, known = _missed(error, frame)
        near = difflib.get_close_matches(wrong, [name for name in known if not name.startswith("_")], n=1, cutoff=0.7)
        return f"did you mean {near[0]}?" if near else ""
    return ""


def _missed(error: BaseException, frame: FrameType | None) -> tuple[str, Iterable[str]]:
    """Return the name that was not there, and those that were."""
    here = {**vars(builtins), **frame.f_globals, **frame.f_locals} if frame else {}
    if isinstance(error, ImportError) and (found := _IMPORTED.match(str(error))):
        return found[1], dir(sys.modules[error.name or ""])
    if isinstance(error, NameError):
        return error.name or "", here
    if isinstance(error, AttributeError):
        return error.name or "", dir(error.obj)
    if isinstance(error, TypeError) and (found := _ARGUMENT.match(str(error))):
        first, *rest = found[1].split(".")
        called = here[first]
        for part in rest:
            called = getattr(called, part)
        return found[2], inspect.signature(called).parameters
    return "", ()
