"""What a push would change, as pictures: each changed panel before and after, side by side."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from dashkit import _json
from dashkit.document.compare import content
from dashkit.lint.values import text
from dashkit.preview import pages
from dashkit.preview.blocks import every_item
from dashkit.preview.display.theme import BACKGROUND, BORDER, TEXT
from dashkit.preview.draw import Drawn, drawn
from dashkit.preview.layout import SPACE, Item, Size
from dashkit.preview.picture import panel_picture
from dashkit.preview.scene import Group, Rect, Scene, Shape, Text
from dashkit.preview.sources.port import Board, DataSource, Listed
from dashkit.preview.static_site import file_name, standalone
from dashkit.preview.view import Asked, Opened, opened

_log = logging.getLogger("dashkit")
#: The width of one side, and the least and greatest height of a panel.
_WIDTH, _LEAST, _MOST = 580.0, 120.0, 420.0
_HEADING = 28


class Compared(NamedTuple):
    """A dashboard that a push would change.

    ``word`` says how, ``lines`` are the signs and texts of the single changes, and one of the documents is None if there is
    nothing before or after.
    """

    uid: str
    title: str
    folder: str
    word: str
    lines: Sequence[tuple[str, str]]
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


class Pair(NamedTuple):
    """A panel before and after; None where it is not there."""

    title: str
    before: tuple[Item, Drawn] | None
    after: tuple[Item, Drawn] | None
    size: Size

    @property
    def state(self) -> str:
        """What happened to the panel."""
        return "added" if self.before is None else "removed" if self.after is None else "changed"


def with_pairs(compared: Compared, data: DataSource, scrape: float, now: datetime) -> tuple[Compared, list[Pair]]:
    """Return a dashboard with its panels that differ; without any, and a line that says so, if it cannot be drawn."""
    try:
        return compared, list(pairs(compared, data, scrape, now))
    except Exception as error:  # one odd document hides no other
        _log.debug("a dashboard cannot be drawn", exc_info=True)
        note = f"cannot be drawn ({type(error).__name__}: {error})"
        return compared._replace(lines=[("", note), *compared.lines]), []


def pairs(compared: Compared, data: DataSource, scrape: float, now: datetime) -> Iterator[Pair]:
    """Yield the panels that differ, in the order of the dashboard; what is only moved is not drawn."""
    sides = [_opened(compared, spec, data, scrape, now) for spec in (compared.before, compared.after)]
    before, after = (_items(side) for side in sides)
    for key in [*after, *(key for key in before if key not in after)]:
        old, new = before.get(key), after.get(key)
        if old is not None and new is not None and _same(old.panel, new.panel):
            continue
        shown = new or old
        assert shown is not None
        height = min(max(shown.height * 38.0 - SPACE, _LEAST), _MOST)
        size = Size(_WIDTH, height)
        drawings = [
            (item, drawn(item, side.page, data, size)) if item is not None and side is not None else None
            for item, side in ((old, sides[0]), (new, sides[1]))
        ]
        title = next(
            (one[1].title for one in reversed(drawings) if one and one[1].title), text(shown.panel.get("type"))
        )
        yield Pair(title, drawings[0], drawings[1], size)


def _opened(
    compared: Compared, spec: Mapping[str, Any] | None, data: DataSource, scrape: float, now: datetime
) -> Opened | None:
    if spec is None:
        return None
    board = Board(Listed(compared.uid, compared.title, ()), spec)
    return opened(board, Asked(), data, scrape, (), now)


def _items(side: Opened | None) -> dict[str, Item]:
    return {item.key: item for item in every_item(side.sections)} if side else {}


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    def compact(panel: Mapping[str, Any]) -> bytes:
        own = {key: value for key, value in panel.items() if key not in ("gridPos", "panels")}
        return _json.compact(content({"panels": [own]}))

    return compact(one) == compact(other)


def page(found: Sequence[Compared], where: str, data: DataSource, scrape: float, now: datetime) -> bytes:
    """Return a page of its own with all that would change; ``where`` names the server."""
    entries = [with_pairs(compared, data, scrape, now) for compared in found]
    return standalone(pages.comparison_page(entries, where, data.title))


def picture(pair: Pair) -> Scene:
    """Return a panel before and after as one picture."""
    shapes: list[Shape] = []
    for number, (side, word) in enumerate(((pair.before, "before"), (pair.after, "after"))):
        left = SPACE + number * (pair.size.width + SPACE)
        shapes.append(Text(left, _HEADING - 10, word, 12, TEXT.secondary))
        if side is None:
            edge = Rect(0.5, 0.5, pair.size.width - 1, pair.size.height - 1, None, BORDER.medium, 1, 2)
            middle = Text(pair.size.width / 2, pair.size.height / 2, "not there", 12, TEXT.secondary, "middle")
            shapes.append(Group((edge, middle), offset=(left, _HEADING)))
        else:
            item, drawing = side
            shapes.append(Group(panel_picture(drawing, item, pair.size).shapes, offset=(left, _HEADING)))
    width, height = 2 * pair.size.width + 3 * SPACE, _HEADING + pair.size.height + SPACE
    return Scene(
        width, height, [Rect(0, 0, width, height, BACKGROUND.canvas), *shapes], summary=f"{pair.title}: {pair.state}"
    )


def picture_name(compared: Compared, pair: Pair) -> str:
    """Return the name of the file for the picture of a panel."""
    side = pair.after or pair.before
    assert side is not None
    return f"{file_name(f'{compared.uid}-{side[0].key}-{pair.state}')}.png"
