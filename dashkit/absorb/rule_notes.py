"""While modules load, note on each rule and group of rules which call made it.

Rules are frozen values that are copied with `dataclasses.replace`: the note stands where else their file and line do, so a copy
has it, too. Recording rules have no such place, so that only the rule itself is known.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable, Mapping
from types import FrameType
from typing import Any

from dashkit.model.alerts import AlertGroup, AlertRule, PlainAlert, RecordingRule
from dashkit.model.dashboard import Location

RULES = (AlertRule, PlainAlert, RecordingRule, AlertGroup)


def note_by(noting: Callable[[FrameType, Any], object]) -> None:
    """From now on, in this process, let ``noting`` see each rule and group that is made, and the frame that makes it."""
    for cls in RULES:
        setattr(cls, "__init__", _noting(cls.__init__, noting))  # noqa: B010 - an assignment would not be typed


def _noting(init: Callable[..., None], noting: Callable[[FrameType, Any], object]) -> Callable[..., None]:
    def noted(self: Any, *positional: Any, **named: Any) -> None:
        init(self, *positional, **named)
        frame = sys._getframe(1)
        if frame.f_code.co_filename != dataclasses.__file__:
            noting(frame, self)

    return noted


def mark(made: Any, recorded: str, number: int) -> None:
    """Note the number of a call on a rule or group, if it has a place for that."""
    if isinstance(made, AlertRule | PlainAlert | AlertGroup):
        object.__setattr__(made, "source", Location(recorded, number))


def number_of(made: Any, recorded: str, known: Mapping[int, int]) -> int | None:
    """Return the number of the call that made a rule or group; None if it is not known.

    Args:
        known: numbers by the identity of what was made.
    """
    if isinstance(made, RecordingRule):
        return known.get(id(made))
    place: Location = made.source
    return place.line if place.path == recorded else None
