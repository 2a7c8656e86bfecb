"""What a panel draws: its data, and the time range and zone that it is shown for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo

from dashkit.preview.frames import Frame


@dataclass(frozen=True, slots=True)
class TimeRange:
    """From ``start`` to ``end``, in milliseconds since the epoch."""

    start: float
    end: float

    @property
    def width(self) -> float:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Annotation:
    """A moment or a region marked on time series; ``end`` equals ``start`` for a moment. ``colour`` is Grafana's text."""

    start: float
    end: float
    text: str
    colour: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Data:
    """The answers to a panel's queries, transformed, with the options of each field resolved.

    ``notes`` say what is not as Grafana would show it.
    """

    frames: Sequence[Frame]
    time: TimeRange
    zone: tzinfo = UTC
    annotations: Sequence[Annotation] = ()
    notes: Sequence[str] = ()
