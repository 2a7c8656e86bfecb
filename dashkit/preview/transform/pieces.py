"""What several transformations do: rows of frames, columns by name, the name of a result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from dashkit.lint.values import mapping, text
from dashkit.preview.fields.scalars import at
from dashkit.preview.frames import Frame, first_of_type


class UnusableError(Exception):
    """Options that a transformation can do nothing with; the message says what is wrong."""


def made_by(transformation: str, frames: Sequence[Frame]) -> str:
    """Return the query that a result answers, such as ``merge-A-B``."""
    return "-".join([transformation, *(frame.ref_id for frame in frames if frame.ref_id)])


def with_rows(frame: Frame, rows: Sequence[int]) -> Frame:
    """Return a frame that has only some rows, in the order given."""
    return frame.with_fields([replace(field, values=at(field.values, rows)) for field in frame.fields])


def without_names(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options of a field without what names it."""
    return {key: value for key, value in config.items() if key not in ("displayName", "displayNameFromDS")}


def chosen(value: Any) -> set[str]:
    """Return the names that an object sets to true: ``{"Time": true, "job": false}``."""
    return {key for key, one in mapping(value).items() if one is True}


def one_of(options: Mapping[str, Any], key: str, known: Sequence[str]) -> str:
    """Return an option that is one of a few words, the first of which is what Grafana assumes.

    Raises:
        UnusableError: it is another word.
    """
    word = text(options.get(key)) or known[0]
    if word not in known:
        raise UnusableError(f'{key} "{word}" is none of {", ".join(known)}')
    return word


def is_series(frame: Frame) -> bool:
    """Return whether a frame is a time series: it has numbers, and its times rise."""
    time = first_of_type(frame, "time")
    if time is None or first_of_type(frame, "number") is None:
        return False
    times = time.values
    if not all(isinstance(one, int | float) for one in times):
        return False
    return all(earlier < later for earlier, later in pairwise(times))
