"""What a push would change, as a page and as pictures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dashkit import _files
from dashkit.app.ports import Ports
from dashkit.app.preview import sample_of, snapshot
from dashkit.deploy.steps import Action, DashboardStep
from dashkit.document.diff import Change
from dashkit.model.folder import folder_text
from dashkit.model.item import Item
from dashkit.preview.compared import Compared, page, picture, picture_name, with_pairs
from dashkit.preview.dynamic.document import readable
from dashkit.preview.png import png
from dashkit.preview.sources.port import DataSource
from dashkit.preview.svg import dark, svg

#: Steps that leave everything as it is.
_QUIET = (Action.KEEP, Action.SKIP, Action.ORPHAN)


@dataclass(frozen=True, slots=True)
class Drawings:
    """The file of the page and the folder of the pictures, None for not at all; ``where`` names the server."""

    page: Path | None
    pictures: Path | None
    where: str


def draw(steps: Sequence[DashboardStep], wanted: Drawings, data: DataSource | None, ports: Ports) -> Iterator[Path]:
    """Write the page and the pictures, and yield each path; without ``data``, with sample data."""
    known = snapshot(ports.project, ())
    source, now, found = data or sample_of(known), ports.clock(), compared(steps)
    if wanted.page:
        _files.write_atomic(wanted.page, page(found, wanted.where, source, known.scrape, now))
        yield wanted.page
    for one in found if wanted.pictures else ():
        for pair in with_pairs(one, source, known.scrape, now)[1]:
            assert wanted.pictures is not None
            path = wanted.pictures / picture_name(one, pair)
            _files.write_atomic(path, png(svg(picture(pair), dark)))
            yield path


def compared(steps: Iterable[DashboardStep]) -> list[Compared]:
    """Return the dashboards that a push would write, delete or refuse."""
    return [_compared(step) for step in steps if step.action not in _QUIET]


def _compared(step: DashboardStep) -> Compared:
    before = _drawn(step.base)
    after = _drawn(step.item) if step.action is not Action.DELETE else None
    lines = [line for change in step.changes for line in change_lines(change)]
    if step.reason:
        lines.insert(0, ("", step.reason))
    title = step.title or step.ref.key
    return Compared(step.ref.key, title, folder_text(step.folder), step.action.value, lines, before, after)


def _drawn(item: Item | None) -> dict[str, Any] | None:
    """Return the document to draw."""
    return readable(item.content["spec"]) if item else None


def change_lines(change: Change) -> Iterator[tuple[str, str]]:
    """Yield a change, and a query's text before and after."""
    yield change.sign, str(change)
    if "query" in change.how:
        for sign, query in (("-", change.old), ("+", change.new)):
            if isinstance(query, str):
                yield sign, query
