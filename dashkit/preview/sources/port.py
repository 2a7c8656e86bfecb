"""Where the preview gets dashboards and data from: ports that the front end fills."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from dashkit.model.problem import Problem
from dashkit.preview.data import Annotation, TimeRange
from dashkit.preview.frames import Frame


class Listed(NamedTuple):
    """A dashboard in a list; ``folder`` is the titles of its folders from the top, ``edited`` who edited it in Grafana."""

    uid: str
    title: str
    folder: tuple[str, ...]
    tags: tuple[str, ...] = ()
    edited: str = ""


@dataclass(frozen=True, slots=True)
class Edits:
    """What people changed in Grafana since the last push of a dashboard.

    Attributes:
        said: that it was edited, by whom and when.
        lines: the signs and texts of the changes.
        panels: those of each changed panel, by its id.
        command: what to run to take them into the source.
        offered: whether the page may do that, too.
    """

    said: str
    lines: Sequence[tuple[str, str]] = ()
    panels: Mapping[int, Sequence[tuple[str, str]]] = field(default_factory=dict)
    command: str = ""
    offered: bool = False


@dataclass(frozen=True, slots=True)
class Board:
    """A dashboard to show: its document, where each panel stands in the source, and what the check says of it.

    ``edits`` is None if nobody edited it in Grafana, and if no Grafana was asked.
    """

    listed: Listed
    spec: Mapping[str, Any]

    #: ``file:line`` by the id of a panel.
    places: Mapping[int, str] = field(default_factory=dict)
    problems: Sequence[Problem] = ()
    edits: Edits | None = None


class DashboardSource(Protocol):
    """Lists dashboards and returns one by its uid."""

    def listed(self) -> Sequence[Listed]: ...

    def board(self, uid: str) -> Board | None: ...


@dataclass(frozen=True, slots=True)
class View:
    """What a panel asks its data for.

    Attributes:
        time: the range that it shows.
        interval: the step between two points, in milliseconds (Grafana's ``$__interval``).
        scrape: how often the data is collected, in milliseconds.
        points: how many points it can show, about one for each pixel.
    """

    time: TimeRange
    interval: float
    scrape: float = 15_000
    points: int = 1000


class Answer(NamedTuple):
    """The answer to a query: frames, or what went wrong. ``notes`` say what was not asked as Grafana would."""

    frames: Sequence[Frame] = ()
    error: str = ""
    notes: Sequence[str] = ()


class DataSource(Protocol):
    """Answers queries. Variables in them are filled in already."""

    #: What a page says of the data, such as ``sample data``.
    title: str
    #: Whether answers come from another machine, so that several are worth waiting for at once.
    remote: bool

    def ask(self, panel: Mapping[str, Any], targets: Sequence[Mapping[str, Any]], view: View) -> list[Answer]:
        """Return an answer for each target of a panel; each has a ``datasource`` with type and uid."""
        ...

    def values(self, variable: Mapping[str, Any], query: str, view: View) -> list[str]:
        """Return the values that the query of a variable finds, before its ``regex``; raise `DashkitError` if it cannot."""
        ...

    def annotations(self, annotation: Mapping[str, Any], view: View) -> list[Annotation]:
        """Return the annotations that a query of a dashboard finds."""
        ...
