"""A site of files: an index and one page for each dashboard, with everything in them, so that they open without a server."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from html import unescape
from urllib.parse import unquote

from dashkit.preview import pages
from dashkit.preview.font import embedded_font
from dashkit.preview.sources.port import Board, DataSource, Listed
from dashkit.preview.view import Asked, opened, panels

#: Each page has the dashboard twice: for a screen, and in one column for a telephone. The page shows the one that fits.
_LAYOUTS = (("wide", 1200.0), ("narrow", 344.0))
#: The page that lists the others.
_INDEX = "index"
#: What all file systems have room for, with a suffix.
_LONGEST = 200
_DASHBOARD = re.compile(r'href="(?:https?://[^"/]*)?/d/([^"/?]+)[^"]*"')


def site(
    boards: Sequence[Board], data: DataSource, scrape: float, now: datetime
) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Yield the name of each file, and a function that makes its content."""
    listed = [board.listed for board in boards]
    names = {uid: f"{name}.html" for uid, name in file_names((one.uid for one in listed), {_INDEX}).items()}
    yield f"{_INDEX}.html", lambda: _local(pages.index_page(listed, data.title, (), _assets()), names)
    for board in boards:
        yield names[board.listed.uid], lambda board=board: _page(board, data, scrape, listed, now, names)  # type: ignore[misc]


def file_names(uids: Iterable[str], taken: Iterable[str] = ()) -> dict[str, str]:
    """Return the name of each dashboard's file, without suffix: its uid, or something like it.

    Args:
        taken: names that are already there, in lower case.
    """
    found: dict[str, str] = {}
    used = set(taken)
    for uid in uids:
        name = file_name(uid)
        if name.lower() in used:  # many file systems do not tell upper case from lower
            name += _mark(uid)
        used.add(name.lower())
        found[uid] = name
    return found


def file_name(name: str) -> str:
    """Return a name as it is if all file systems can have it, else something like it that no other name gets."""
    possible = re.sub(r"[^A-Za-z0-9_.-]", "-", name[:_LONGEST]).lstrip(".") or "dashboard"
    return possible if possible == name else possible + _mark(name)


def _mark(name: str) -> str:
    return f"-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def _page(
    board: Board, data: DataSource, scrape: float, listed: Sequence[Listed], now: datetime, names: Mapping[str, str]
) -> bytes:
    layouts = [(name, _board(board, data, scrape, listed, now, name, width)) for name, width in _LAYOUTS]
    return _local(pages.static_page(board, data.title, layouts, _assets()), names)


def _board(
    board: Board, data: DataSource, scrape: float, listed: Sequence[Listed], now: datetime, name: str, width: float
) -> str:
    shown = opened(board, Asked(width=width), data, scrape, listed, now)
    # Folded rows and other tabs are in the page too: there is no server to fetch them from when they open.
    contents = {part["key"]: part for part in panels(shown, data, width, prefix=name, every=True)}
    return pages.frame(shown, contents, prefix=name)


def _local(page: str, names: Mapping[str, str]) -> bytes:
    """Return a page whose links between dashboards lead to their files."""

    def link(found: re.Match[str]) -> str:
        name = names.get(unquote(unescape(found[1])))
        return f'href="{name}"' if name else found[0]

    return _DASHBOARD.sub(link, page).replace('href="/"', f'href="{_INDEX}.html"').encode()


def standalone(page: pages.Page) -> bytes:
    """Return a page that needs no other file."""
    return page(_assets()).encode()


@cache
def _assets() -> pages.Assets:
    """Return style and script, to stand in a page."""
    style = (pages.STATIC / "preview.css").read_text(encoding="utf-8")
    # Code and logs take a monospaced font of the machine: a second font would double the page.
    style = "".join(line for line in style.splitlines(keepends=True) if "roboto-mono.ttf" not in line)
    style = style.replace("/static/inter.ttf", embedded_font()).replace('format("truetype")', 'format("woff")')
    script = (pages.STATIC / "preview.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return pages.Assets(style, script, f"sha256-{digest}")
