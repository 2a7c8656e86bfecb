"""Lists of dashboards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, NamedTuple
from urllib.parse import quote

from dashkit.lint.values import mapping, objects, text, texts
from dashkit.preview.data import Data
from dashkit.preview.display.theme import BORDER, TEXT
from dashkit.preview.plots.series import numeric
from dashkit.preview.scene import Box, Group, Html, Options, Rect, Scene, Shape, Text
from dashkit.preview.texts.explained import Facts, explained, joined, number_text

_FONT, _SMALL = 14.0, 12.0
_HEADING, _ROW = 30.0, 50.0
_PADDING = 8.0
_MOST = 10


class _Entry(NamedTuple):
    """A dashboard in the list."""

    title: str
    url: str
    folder: str


def draw(panel: Options, data: Data, box: Box) -> Scene:
    """Draw the panel ``dashlist``: dashboards in ``_dashboards`` of the panel, if it has that, which fit what it searches."""
    options = mapping(panel.get("options"))
    if not isinstance(panel.get("_dashboards"), list) or options.get("showSearch") is not True:
        return explained(panel, data, box, _sentence(options), _facts(options))
    entries = _found(objects(panel.get("_dashboards")), options)
    heading = "Search" if options.get("showHeadings") is not False else ""
    part = Html(box, _html(entries, heading), (Group(tuple(_drawn(entries, heading, box)), clip=box),))
    summary = f"{text(panel.get('title')) or 'Dashboards'}: {', '.join(entry.title for entry in entries)}"
    return Scene(box.width, box.height, (part,), summary=summary, notes=data.notes)


def _sentence(options: Options) -> str:
    shown = [
        what
        for key, what, usual in (
            ("showStarred", "starred dashboards", True), ("showRecentlyViewed", "dashboards viewed lately", False),
            ("showSearch", "dashboards that a search finds", False),
        )
        if options.get(key, usual) is True
    ]  # fmt: skip
    return f"Dashboards come from the server: this panel lists {' and '.join(shown) or 'none'}."


def _facts(options: Options) -> Facts:
    folder = options.get("folderUID")
    return [
        ("Search", text(options.get("query"))),
        ("Tags", joined(options.get("tags"))),
        ("Folder", text(folder) or number_text(options.get("folderId"))),
        ("At most", number_text(options.get("maxItems"))),
    ]


def _found(every: Sequence[Mapping[str, Any]], options: Options) -> list[_Entry]:
    query = text(options.get("query")).lower()
    tags = texts(options.get("tags"))
    entries = [
        _Entry(text(one.get("title")), f"/d/{quote(text(one.get('uid')), safe='')}", text(one.get("folder")))
        for one in every
        if query in text(one.get("title")).lower() and all(tag in _tags(one) for tag in tags)
    ]
    most = numeric(options.get("maxItems"))
    return sorted(entries, key=lambda entry: entry.title.lower())[: int(most) if most and most > 0 else _MOST]


def _tags(one: Mapping[str, Any]) -> Sequence[Any]:
    tags = one.get("tags")
    return tags if isinstance(tags, list) else ()


def _html(entries: Sequence[_Entry], heading: str) -> str:
    head = f"<h4>{escape(heading)}</h4>" if heading else ""
    items = "".join(
        f'<li><a href="{escape(entry.url)}">{escape(entry.title)}</a><small>{escape(entry.folder)}</small></li>'
        for entry in entries
    )
    return f'{head}<ul class="dashboards">{items}</ul>'


def _drawn(entries: Sequence[_Entry], heading: str, box: Box) -> list[Shape]:
    shapes: list[Shape] = []
    y = box.y
    room = max(1.0, box.width - 2 * _PADDING)
    if heading:
        shapes.append(Text(box.x, y + 20, heading, _FONT, TEXT.primary, weight=500, width=max(1.0, box.width)))
        y += _HEADING
    for entry in entries:
        if y >= box.bottom:
            break
        title = Text(box.x + _PADDING, y + 21, entry.title, _FONT, TEXT.link, width=room)
        shapes.append(Group((title,), link=entry.url))
        shapes.append(Text(box.x + _PADDING, y + 39, entry.folder, _SMALL, TEXT.secondary, width=room))
        y += _ROW
        shapes.append(Rect(box.x, y - 1, box.width, 1, BORDER.weak))
    return shapes
